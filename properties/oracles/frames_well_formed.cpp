#include "properties/oracles/frames_well_formed.h"

#include <algorithm>
#include <string>

namespace h2assay {

namespace {

using enum wire::FrameType;

// The length that the type demands, or nothing where it varies.
std::optional<std::size_t> fixed_length(const wire::FrameView& frame) {
  if (frame.is(priority)) return 5;
  if (frame.is(rst_stream) || frame.is(window_update)) return 4;
  if (frame.is(ping)) return 8;
  if (frame.is(settings) && frame.has(wire::kAck)) return 0;
  return std::nullopt;
}

bool needs_stream(const wire::FrameView& frame) {
  return frame.is(data) || frame.is(headers) || frame.is(priority) || frame.is(rst_stream) ||
         frame.is(push_promise) || frame.is(continuation);
}

bool needs_stream_zero(const wire::FrameView& frame) {
  return frame.is(settings) || frame.is(ping) || frame.is(goaway) || frame.is(origin) ||
         frame.is(priority_update);
}

bool may_be_padded(const wire::FrameView& frame) {
  return frame.is(data) || frame.is(headers) || frame.is(push_promise);
}

}  // namespace

void FramesWellFormed::fault(const wire::FrameView& frame, const char* what) {
  accuse("frame of type " + std::to_string(frame.type) + ", flags " + std::to_string(frame.flags) +
         ", stream " + std::to_string(frame.stream) + ", length " +
         std::to_string(frame.payload.size()) + ": " + what);
}

void FramesWellFormed::sent(wire::Role from, const wire::FrameView& frame) {
  evaluated();
  check_shape(frame);
  check_sequence(from, frame);
}

void FramesWellFormed::check_shape(const wire::FrameView& frame) {
  if ((frame.stream & wire::kReservedBit) != 0) fault(frame, "the reserved bit is set");
  if (const auto length = fixed_length(frame); length && frame.payload.size() != *length)
    fault(frame, "wrong length");
  if (frame.is(settings) && frame.payload.size() % 6 != 0) fault(frame, "not whole settings");
  if (frame.is(goaway) && frame.payload.size() < 8) fault(frame, "too short");
  if (needs_stream(frame) && frame.stream_id() == 0) fault(frame, "on stream 0");
  if (needs_stream_zero(frame) && frame.stream_id() != 0) fault(frame, "not on stream 0");
  const bool known = !wire::type_name(frame.type).empty();
  if (known && (frame.flags & ~wire::defined_flags(frame.type)) != 0)
    fault(frame, "a flag that the type does not define");
  if (frame.is(window_update) && frame.payload.size() == 4) {
    const std::uint32_t increment = wire::read32(frame.payload);
    if (increment == 0 || increment > wire::kStreamMask) fault(frame, "an increment out of range");
  }
  if (!may_be_padded(frame) || !frame.has(wire::kPadded)) return;
  if (frame.payload.empty() || frame.payload[0] >= frame.payload.size()) {
    fault(frame, "more padding than payload");
    return;
  }
  const auto padding = frame.payload.last(frame.payload[0]);
  if (std::ranges::any_of(padding, [](std::uint8_t octet) { return octet != 0; }))
    fault(frame, "padding is not zero");
}

void FramesWellFormed::check_sequence(wire::Role from, const wire::FrameView& frame) {
  End& end = ends_[index(from)];
  if (end.first && (!frame.is(settings) || frame.has(wire::kAck)))
    fault(frame, "the first is not SETTINGS");
  end.first = false;
  const bool continues = frame.is(continuation) && frame.stream_id() == end.block;
  if (end.block != 0 && !continues) fault(frame, "inside an open field block");
  if (end.block == 0 && frame.is(continuation)) fault(frame, "continues nothing");
  const bool block = frame.is(headers) || frame.is(push_promise) || frame.is(continuation);
  if (block) end.block = frame.has(wire::kEndHeaders) ? 0 : frame.stream_id();

  // A client opens streams with HEADERS, a server with PUSH_PROMISE.
  const bool client = from == wire::Role::client;
  std::uint32_t opened =
      client && frame.is(headers) && frame.stream_id() > end.highest ? frame.stream_id() : 0;
  if (frame.is(push_promise)) {
    const std::size_t offset = frame.has(wire::kPadded) ? 1 : 0;
    opened = wire::read32(frame.payload, offset);
    if (client) fault(frame, "a client cannot push");
    if (opened <= end.highest) fault(frame, "the promised identifier does not rise");
  }
  if (opened == 0) return;
  if (opened % 2 != (client ? 1U : 0U)) fault(frame, "an identifier of the other side");
  end.highest = opened;
}

}  // namespace h2assay
