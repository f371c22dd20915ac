#include "properties/oracles/closed_is_closed.h"

#include <string>

namespace h2assay {

void ClosedIsClosed::sent(wire::Role from, const wire::FrameView& frame) {
  using enum wire::FrameType;
  End& end = ends_[index(from)];
  evaluated(end.over);
  if (end.over)
    accuse("a frame of type " + std::to_string(frame.type) + " after a GOAWAY that named an error");
  if (frame.is(goaway) && frame.payload.size() >= 8 && wire::read32(frame.payload, 4) != 0)
    end.over = true;
  if (!frame.is(data) && !frame.is(headers)) return;
  bool& ended = end.ended[frame.stream_id()];
  evaluated();
  if (ended)
    accuse(std::string(wire::type_name(frame.type)) + " on stream " +
           std::to_string(frame.stream_id()) + " after END_STREAM by the same end");
  ended = ended || frame.has(wire::kEndStream);
}

}  // namespace h2assay
