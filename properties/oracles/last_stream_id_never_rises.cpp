#include "properties/oracles/last_stream_id_never_rises.h"

#include <string>

namespace h2assay {

void LastStreamIdNeverRises::sent(wire::Role from, const wire::FrameView& frame) {
  if (!frame.is(wire::FrameType::goaway) || frame.payload.size() < 8) return;
  const std::uint32_t now = wire::read32(frame.payload) & wire::kStreamMask;
  std::optional<std::uint32_t>& before = last_[index(from)];
  evaluated(before.has_value());
  if (before && now > *before)
    accuse("GOAWAY says " + std::to_string(now) + " after " + std::to_string(*before));
  before = now;
}

}  // namespace h2assay
