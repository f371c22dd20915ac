#include "properties/oracles/streams_agree.h"

#include <algorithm>
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

// How a stream ended that this made closed.
StreamPhase ending(Input last) {
  if (last == Input::send_reset) return StreamPhase::closed_by_own_reset;
  if (last == Input::recv_reset) return StreamPhase::closed_by_peer_reset;
  return StreamPhase::closed_by_end;
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
  stream.last = input;
  if (const auto next = model::next_state(stream.state, input))
    stream.state = *next;
  else
    stream.unknown = true;
}

void StreamsAgree::section(wire::Role role, const Open& open, bool ours) {
  using enum model::StreamInput;
  End& end = ends_[index(role)];
  std::uint32_t& highest = end.highest[open.stream_id & 1U];
  const std::uint32_t next = highest == 0 ? 2 - (open.stream_id & 1U) : highest + 2;
  if (open.stream_id > next) {
    end.left_out.push_back(next);
    end.left_out.push_back(open.stream_id - 2);
  }
  highest = std::max(highest, open.stream_id);
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
    std::uint32_t& last = ours ? end.sent_last : end.received_last;
    last = std::min(last, wire::read32(frame.payload) & wire::kStreamMask);
  }
}

void StreamsAgree::compare(const Pair& pair, Side side) {
  const Connection& engine = pair.at(side);
  if (pair.tampered() || engine.terminal()) return;
  const wire::Role role = side == Side::client ? wire::Role::client : wire::Role::server;
  const std::string_view who = side == Side::client ? "the client" : "the server";
  const End& end = ends_[index(side)];
  for (const auto& [id, stream] : end.streams) {
    if (stream.unknown) continue;
    const bool given_up = id > (opened_by(role, id) ? end.received_last : end.sent_last);
    const model::StreamState due = given_up ? model::StreamState::closed : stream.state;
    const model::StreamState came = state_of(engine.stream_phase(id));
    evaluated(due != model::StreamState::idle);
    if (came != due)
      accuse(std::string(who) + " has stream " + std::to_string(id) + " " +
             std::string(model::name(came)) + "; " + (given_up ? "by GOAWAY" : "by Figure 2") +
             " it is " + std::string(model::name(due)));
  }
  compare_endings(engine, end, who);
}

bool StreamsAgree::remembered(const Connection& engine, const End& end, std::uint32_t stream_id) {
  const std::uint32_t limit = engine.options().limits.remembered_streams;
  return limit == 0 || (end.highest[stream_id & 1U] - stream_id) / 2 < limit;
}

void StreamsAgree::compare_endings(const Connection& engine, const End& end, std::string_view who) {
  for (const auto& [id, stream] : end.streams) {
    const bool given_up = id > std::min(end.received_last, end.sent_last);
    if (stream.unknown || given_up || stream.state != model::StreamState::closed) continue;
    if (!remembered(engine, end, id)) continue;
    const StreamPhase due = ending(stream.last);
    evaluated(due != StreamPhase::closed_by_end);
    if (engine.stream_phase(id) != due)
      accuse(std::string(who) + " takes stream " + std::to_string(id) + " for " +
             std::string(name(engine.stream_phase(id))) + "; it was " + std::string(name(due)));
  }
  for (const std::uint32_t id : end.left_out) {
    if (!remembered(engine, end, id)) continue;
    evaluated();
    if (engine.stream_phase(id) != StreamPhase::closed_unused)
      accuse(std::string(who) + " takes stream " + std::to_string(id) + " for " +
             std::string(name(engine.stream_phase(id))) + "; it was left out");
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
