#pragma once
// One field line by itself: what its name is, and which rules it breaks.  Behind fields.h.

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "engine/fields.h"

namespace h2assay {

// What a mark says of the value of :method, :scheme, :path, :authority and :status, from
// mark::value_shift on.
namespace value_mark {
inline constexpr std::uint32_t http = 1;   // of :scheme
inline constexpr std::uint32_t https = 2;  // of :scheme
inline constexpr std::uint32_t empty = 1;
inline constexpr std::uint32_t absolute = 2;  // :path begins with a slash
inline constexpr std::uint32_t asterisk = 4;  // :path is *
inline constexpr std::uint32_t no_host = 2;   // :authority has no host
inline constexpr std::uint32_t userinfo = 4;  // :authority has one
inline constexpr std::uint32_t port = 8;      // :authority is a host and a port
}  // namespace value_mark

constexpr std::uint32_t value_of(std::uint32_t mark) { return mark >> mark::value_shift; }

FieldToken token_named(std::string_view name);

// The rules that accuse: all that were broken, in the order in which they are looked for; the first
// one that is not off counts.
class Accused {
 public:
  explicit Accused(const Quirks* quirks) : quirks_(quirks) {}

  void accuse(Rule rule) {
    if (!first_ && (quirks_ == nullptr || !quirks_->is_off(rule))) first_ = rule;
  }

  void accuse_if(bool broken, Rule rule) {
    if (broken) accuse(rule);
  }

  std::optional<Rule> first() const { return first_; }

 private:
  const Quirks* quirks_;
  std::optional<Rule> first_{};
};

// All that is wrong with this line wherever it stands.
[[gnu::cold]] void judge_line(std::string_view name,
                              std::string_view value,
                              bool strict,
                              Accused& accused);

// A decimal number, saturated at kLongestContent; nothing when it is none.  RFC 9110, Section 8.6.
std::optional<std::uint64_t> parse_content_length(std::string_view value);

// The host and port of an authority, as far as it has them.
struct HostAndPort {
  std::string_view host;
  std::string_view port;
  bool has_port = false;
};

constexpr HostAndPort split_authority(std::string_view authority) {
  const std::size_t at = authority.rfind('@');
  if (at != std::string_view::npos) authority.remove_prefix(at + 1);
  const std::size_t bracket = authority.starts_with('[') ? authority.find(']') : 0;
  if (bracket == std::string_view::npos) return {authority, {}, false};
  const std::size_t colon = authority.find(':', bracket);
  if (colon == std::string_view::npos) return {authority, {}, false};
  return {authority.substr(0, colon), authority.substr(colon + 1), true};
}

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

constexpr bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace h2assay
