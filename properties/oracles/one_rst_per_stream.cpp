#include "properties/oracles/one_rst_per_stream.h"

#include <string>

namespace h2assay {

namespace {

bool belongs_to_a_message(const wire::FrameView& frame) {
  using enum wire::FrameType;
  return frame.is(data) || frame.is(headers) || frame.is(continuation) || frame.is(push_promise) ||
         frame.is(window_update) || frame.is(rst_stream);
}

}  // namespace

void OneRstPerStream::sent(wire::Role from, const wire::FrameView& frame) {
  const std::uint32_t id = frame.stream_id();
  if (id == 0 || !belongs_to_a_message(frame)) return;
  bool& reset = reset_[index(from)][id];
  const bool resets = frame.is(wire::FrameType::rst_stream);
  evaluated(resets || reset);
  if (reset)
    accuse(std::string(wire::type_name(frame.type)) + " on stream " + std::to_string(id) +
           " after RST_STREAM by the same end");
  reset = reset || resets;
}

}  // namespace h2assay
