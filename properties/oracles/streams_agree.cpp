#include "properties/oracles/streams_agree.h"

#include <string>

namespace h2assay {

namespace {

using enum wire::FrameType;
using Input = model::StreamInput;

model::StreamState state_of(StreamPhase phase) {
  switch (phase) {
    case StreamPhase::idle:                 return model::StreamState::idle;
    case StreamPhase::reserved_local:       return model::StreamState::reserved_local;
    case StreamPhase::reserved_remote:      return model::StreamState::reserved_remote;
    case StreamPhase::open:                 return model::StreamState::open;
    case StreamPhase::half_closed_local:    return model::StreamState::half_closed_local;
    case StreamPhase::half_closed_remote:   return model::StreamState::half_closed_remote;
    case StreamPhase::closed_unused:
    case StreamPhase::closed_by_end:
    case StreamPhase::closed_by_peer_reset:
    case StreamPhase::closed_by_own_reset:  return model::StreamState::closed;
  }
  return model::StreamState::closed;
}

bool opened_by(wire::Role role, std::uint32_t stream_id) {
  return (stream_id % 2 == 1) == (role == wire::Role::client);
}

}  // namespace

void StreamsAgree::move(wire::Role role, std::uint32_t stream_id, Input input, bool ours) {
  End& end = ends_[index(role)];
  Stream& stream = end.streams[stream_id];
  // Frames that cross a reset or come to a stream that our GOAWAY gave up move nothing.
  if (!ours && stream.state == model::StreamState::closed) return;
  if (!ours && !opened_by(role, stream_id) && stream_id > end.sent_last) stream.unknown = true;
  if (const auto next = model::next_state(stream.state, input))
    stream.state = *next;
  else
    stream.unknown = true;
}

void StreamsAgree::section(wire::Role role, const Open& open, bool ours) {
  using enum model::StreamInput;
  if (open.push)
    move(role, open.stream_id, ours ? send_push_promise : recv_push_promise, ours);
  else
    move(role, open.stream_id, ours ? send_headers : recv_headers, ours);
  if (open.ends) move(role, open.stream_id, ours ? send_end_stream : recv_end_stream, ours);
}

void StreamsAgree::step(wire::Role role, const wire::FrameView& frame, bool ours) {
  using enum model::StreamInput;
  const std::uint32_t id = frame.stream_id();
  Open& open = ends_[index(role)].open[ours ? 1 : 0];
  if (frame.is(push_promise)) {
    open = {true,
            wire::read32(frame.payload, frame.has(wire::kPadded) ? 1 : 0) & wire::kStreamMask,
            false};
  } else if (frame.is(headers)) {
    open = {false, id, frame.has(wire::kEndStream)};
  }
  if (frame.is(push_promise) || frame.is(headers) || frame.is(continuation)) {
    if (frame.has(wire::kEndHeaders)) section(role, open, ours);
  } else if (frame.is(data)) {
    if (frame.has(wire::kEndStream)) move(role, id, ours ? send_end_stream : recv_end_stream, ours);
  } else if (frame.is(rst_stream)) {
    move(role, id, ours ? send_reset : recv_reset, ours);
  } else if (frame.is(goaway) && frame.payload.size() >= 8) {
    End& end = ends_[index(role)];
    (ours ? end.sent_last : end.received_last) = wire::read32(frame.payload) & wire::kStreamMask;
  }
}

void StreamsAgree::compare(const Pair& pair, Side side) {
  if (pair.tampered() || pair.at(side).terminal()) return;
  const wire::Role role = side == Side::client ? wire::Role::client : wire::Role::server;
  const End& end = ends_[index(side)];
  for (const auto& [id, stream] : end.streams) {
    const bool given_up = opened_by(role, id) && id > end.received_last;
    if (stream.unknown || given_up) continue;
    const model::StreamState engine = state_of(pair.at(side).stream_phase(id));
    evaluated(stream.state != model::StreamState::idle);
    if (engine != stream.state)
      accuse(std::string(side == Side::client ? "the client" : "the server") + " has stream " +
             std::to_string(id) + " " + std::string(model::name(engine)) + "; Figure 2 says " +
             std::string(model::name(stream.state)));
  }
}

void StreamsAgree::before_call(const Pair& pair, const Command& command) {
  compare(pair, command.side);
}

void StreamsAgree::at_rest(const Pair& pair) {
  compare(pair, Side::client);
  compare(pair, Side::server);
}

}  // namespace h2assay
