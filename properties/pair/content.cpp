#include "properties/pair/content.h"

#include <algorithm>
#include <vector>

#include "properties/pair/pair.h"

namespace h2assay {

namespace {

constexpr std::size_t kContentMax = 65536;
constexpr std::size_t kContentPeriod = 251;

}  // namespace

std::uint8_t Pair::content(std::uint32_t stream_id, std::size_t offset) {
  return static_cast<std::uint8_t>((std::size_t{stream_id} * 7 + offset) % kContentPeriod);
}

Octets content_view(std::uint32_t stream_id, std::size_t offset, std::size_t length) {
  // Octets for any stream and offset: the pattern has a short period.
  static const std::vector<std::uint8_t> pattern = [] {
    std::vector<std::uint8_t> octets(kContentMax + kContentPeriod);
    for (std::size_t i = 0; i < octets.size(); ++i) octets[i] = Pair::content(0, i);
    return octets;
  }();
  return Octets(pattern).subspan(Pair::content(stream_id, offset), std::min(length, kContentMax));
}

}  // namespace h2assay
