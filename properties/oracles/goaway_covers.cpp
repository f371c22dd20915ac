#include "properties/oracles/goaway_covers.h"

#include <algorithm>
#include <string>

namespace h2assay {

namespace {

using enum wire::FrameType;

}  // namespace

void GoawayCovers::sent(wire::Role from, const wire::FrameView& frame) {
  End& end = ends_[index(from)];
  if (frame.is(goaway)) {
    end.last = wire::read32(frame.payload) & wire::kStreamMask;
    evaluated();
    if (end.last < std::min(end.reported, end.chosen))
      accuse("GOAWAY with Last-Stream-ID " + std::to_string(end.last) + " after stream " +
             std::to_string(end.reported) + " was reported");
  }
  std::uint32_t opened = 0;
  if (frame.is(headers) && from == wire::Role::client) opened = frame.stream_id();
  if (frame.is(push_promise))
    opened = wire::read32(frame.payload, frame.has(wire::kPadded) ? 1 : 0) & wire::kStreamMask;
  if (opened <= end.opened) return;
  end.opened = opened;
  evaluated(end.told);
  if (end.told) accuse("stream " + std::to_string(opened) + " is opened after GOAWAY arrived");
}

void GoawayCovers::called(const Pair&, const Command& command, const Sent<>& answer) {
  if (!answer) return;
  std::uint32_t& chosen = ends_[index(command.side)].chosen;
  chosen = std::min(chosen, command.last_stream_id.value_or(chosen));
}

void GoawayCovers::arrived(wire::Role at, const wire::FrameView& frame) {
  if (frame.is(goaway)) ends_[index(at)].told = true;
}

void GoawayCovers::received(const Pair&, Side at, Events events) {
  End& end = ends_[index(at)];
  for (const Event& event : events) {
    std::uint32_t stream_id = 0;
    if (const auto* request = std::get_if<RequestReceived>(&event)) stream_id = request->stream_id;
    if (const auto* push = std::get_if<PushedStreamReceived>(&event))
      stream_id = push->pushed_stream_id;
    if (stream_id == 0) continue;
    evaluated(end.last != wire::kStreamMask);
    if (stream_id > end.last)
      accuse("stream " + std::to_string(stream_id) + " is reported; our GOAWAY said " +
             std::to_string(end.last));
    end.reported = std::max(end.reported, stream_id);
  }
}

}  // namespace h2assay
