// RFC 7541, Appendix A, as data.
#include <algorithm>
#include <array>

#include "properties/wire/hpack.h"

namespace h2assay::wire {
namespace {

struct StaticRow {
  std::string_view name;
  std::string_view value;
};

// clang-format off
constexpr std::array<StaticRow, 61> kRows{{
    {":authority", ""},
    {":method", "GET"},
    {":method", "POST"},
    {":path", "/"},
    {":path", "/index.html"},
    {":scheme", "http"},
    {":scheme", "https"},
    {":status", "200"},
    {":status", "204"},
    {":status", "206"},
    {":status", "304"},
    {":status", "400"},
    {":status", "404"},
    {":status", "500"},
    {"accept-charset", ""},
    {"accept-encoding", "gzip, deflate"},
    {"accept-language", ""},
    {"accept-ranges", ""},
    {"accept", ""},
    {"access-control-allow-origin", ""},
    {"age", ""},
    {"allow", ""},
    {"authorization", ""},
    {"cache-control", ""},
    {"content-disposition", ""},
    {"content-encoding", ""},
    {"content-language", ""},
    {"content-length", ""},
    {"content-location", ""},
    {"content-range", ""},
    {"content-type", ""},
    {"cookie", ""},
    {"date", ""},
    {"etag", ""},
    {"expect", ""},
    {"expires", ""},
    {"from", ""},
    {"host", ""},
    {"if-match", ""},
    {"if-modified-since", ""},
    {"if-none-match", ""},
    {"if-range", ""},
    {"if-unmodified-since", ""},
    {"last-modified", ""},
    {"link", ""},
    {"location", ""},
    {"max-forwards", ""},
    {"proxy-authenticate", ""},
    {"proxy-authorization", ""},
    {"range", ""},
    {"referer", ""},
    {"refresh", ""},
    {"retry-after", ""},
    {"server", ""},
    {"set-cookie", ""},
    {"strict-transport-security", ""},
    {"transfer-encoding", ""},
    {"user-agent", ""},
    {"vary", ""},
    {"via", ""},
    {"www-authenticate", ""},
}};
// clang-format on

const std::array<FieldLine, kRows.size()>& static_table() {
  static const auto table = [] {
    std::array<FieldLine, kRows.size()> lines;
    std::ranges::transform(kRows, lines.begin(), [](const StaticRow& row) {
      return FieldLine{.name = std::string(row.name), .value = std::string(row.value)};
    });
    return lines;
  }();
  return table;
}

}  // namespace

const FieldLine* static_entry(std::uint64_t index) {
  return index == 0 || index > kRows.size() ? nullptr : &static_table()[index - 1];
}

std::uint64_t static_index(std::string_view name, std::string_view value) {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (kRows[i].name == name && kRows[i].value == value) return i + 1;
  }
  return 0;
}

std::uint64_t static_index(std::string_view name) {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (kRows[i].name == name) return i + 1;
  }
  return 0;
}

}  // namespace h2assay::wire
