#pragma once
// A frame seen in place, without owning it: for oracles that read every frame of a fast run.

#include <optional>

#include "properties/wire/frame.h"

namespace h2assay::wire {

struct FrameView {
  std::uint8_t type = 0;
  std::uint8_t flags = 0;
  std::uint32_t stream = 0;  // all 32 bits: the reserved bit is kept
  Octets payload;
  Octets whole;  // with its nine octets of header

  bool is(FrameType t) const { return type == static_cast<std::uint8_t>(t); }

  bool has(std::uint8_t flag) const { return (flags & flag) == flag; }

  std::uint32_t stream_id() const { return stream & kStreamMask; }
};

// The frame that begins `octets`, or nothing when it is not there whole.
inline std::optional<FrameView> first_frame(Octets octets) {
  if (octets.size() < kFrameHeaderOctets) return std::nullopt;
  const std::size_t length = static_cast<std::size_t>(octets[0]) << 16 |
                             static_cast<std::size_t>(octets[1]) << 8 | octets[2];
  if (octets.size() < kFrameHeaderOctets + length) return std::nullopt;
  return FrameView{.type = octets[3],
                   .flags = octets[4],
                   .stream = read32(octets, 5),
                   .payload = octets.subspan(kFrameHeaderOctets, length),
                   .whole = octets.first(kFrameHeaderOctets + length)};
}

}  // namespace h2assay::wire
