#include "properties/oracles/frame_fits_peer.h"

#include <string>

namespace h2assay {

void FrameFitsPeer::sent(wire::Role from, const wire::FrameView& frame) {
  evaluated(frame.payload.size() > wire::kSmallestMaxFrameSize / 2);
  if (frame.payload.size() > limits_[index(from)])
    accuse("a frame of type " + std::to_string(frame.type) + " with " +
           std::to_string(frame.payload.size()) + " octets; the peer takes " +
           std::to_string(limits_[index(from)]));
}

void FrameFitsPeer::arrived(wire::Role at, const wire::FrameView& frame) {
  if (!frame.is(wire::FrameType::settings) || frame.has(wire::kAck) ||
      frame.payload.size() % 6 != 0)
    return;
  for (std::size_t i = 0; i < frame.payload.size(); i += 6) {
    if (wire::read16(frame.payload, i) !=
        static_cast<std::uint16_t>(wire::SettingId::max_frame_size))
      continue;
    const std::uint32_t value = wire::read32(frame.payload, i + 2);
    // What is out of range is refused and never in force: RFC 9113, Section 6.5.2.
    if (value < wire::kSmallestMaxFrameSize || value > wire::kLargestMaxFrameSize) return;
    limits_[index(at)] = value;
  }
}

}  // namespace h2assay
