// How streams begin and end: RFC 9113, Section 5.1.

#include <algorithm>
#include <utility>

#include "engine/connection_state.h"

namespace h2assay {

namespace {

// More are let pass and not counted: the limit is then the peer's own affair.
constexpr std::size_t kMostPrioritizedIdle = 1024;

StreamPhase phase_of(StreamState state) {
  // The two enumerations agree up to `closed`, and no closed stream is live.
  return static_cast<StreamPhase>(std::to_underlying(state));
}

static_assert(std::to_underlying(StreamPhase::half_closed_remote) ==
              std::to_underlying(StreamState::half_closed_remote));

StreamState step(StreamState state, StreamInput input) {
  return next_state(state, input).value_or(state);
}

}  // namespace

StreamPhase Connection::State::phase(std::uint32_t id) const {
  if (id == 0) return StreamPhase::idle;
  const Stream* stream = streams.find(id);
  return stream != nullptr ? phase_of(stream->state) : history_of(id).phase(id);
}

Stream& Connection::State::open_stream(std::uint32_t id, StreamState state) {
  history_of(id).opened(id);
  Stream& stream = streams.insert(id);
  stream.state = state;
  auto& count = counts_as_open(state) ? open_streams : reserved_streams;
  ++count[id & 1U];
  if (!prioritized_idle.empty() && is_client_initiated(id)) {
    prioritized_idle.erase(prioritized_idle.begin(),
                           std::ranges::upper_bound(prioritized_idle, id));
  }
  return stream;
}

bool Connection::State::is_prioritized(std::uint32_t id) const {
  return std::ranges::binary_search(prioritized_idle, id);
}

// RFC 9218, Section 7.1: idle streams with a priority and open ones together stay within the limit.
bool Connection::State::prioritized_fit(std::uint32_t id,
                                        std::uint32_t open,
                                        std::uint32_t limit) const {
  return std::uint64_t{open} + prioritized_idle.size() + (is_prioritized(id) ? 0U : 1U) <= limit;
}

void Connection::State::note_prioritized(std::uint32_t id) {
  const auto at = std::ranges::lower_bound(prioritized_idle, id);
  if (at != prioritized_idle.end() && *at == id) return;
  if (prioritized_idle.size() < kMostPrioritizedIdle) prioritized_idle.insert(at, id);
}

void Connection::State::begin_promised(Stream& stream) {
  const bool by_us = stream.state == StreamState::reserved_local;
  stream.state = step(stream.state, by_us ? StreamInput::send_H : StreamInput::recv_H);
  --reserved_streams[stream.id & 1U];
  ++open_streams[stream.id & 1U];
}

void Connection::State::close_stream(Stream& stream, End how) {
  const std::uint32_t id = stream.id;
  auto& count = counts_as_open(stream.state) ? open_streams : reserved_streams;
  --count[id & 1U];
  authorities.release(stream.authority);
  streams.erase(id);
  switch (how) {
    case End::finished:   request_finished(); break;
    case End::peer_reset: history_of(id).reset_by_peer(id); break;
    case End::own_reset:  remember_reset(id); break;
  }
}

void Connection::State::end_inbound(Stream& stream) {
  stream.inbound = Progress::complete;
  const StreamState to = step(stream.state, StreamInput::recv_ES);
  if (to == StreamState::closed) {
    close_stream(stream, End::finished);
  } else {
    stream.state = to;
  }
}

void Connection::State::end_outbound(Stream& stream) {
  stream.outbound = Progress::complete;
  if (stream.malformed && stream.state == StreamState::open) {
    // The one response to a malformed request is out, and the peer is not done: RFC 9113, 8.1.1.
    // (Where the peer is done, the response has closed the stream, and nothing may follow.)
    append_rst_stream(output, stream.id, ErrorCode::protocol_error);
    close_stream(stream, End::own_reset);
    return;
  }
  const StreamState to = step(stream.state, StreamInput::send_ES);
  if (to == StreamState::closed) {
    close_stream(stream, End::finished);
  } else {
    stream.state = to;
  }
}

void Connection::State::remember_reset(std::uint32_t id) {
  history_of(id).reset_by_us(id);
  barriers.reset(id);
}

void Connection::State::barrier_passed(std::uint64_t number) {
  barriers.acknowledged(number, [this](std::uint32_t id) { history_of(id).reset_was_seen(id); });
}

void Connection::State::request_finished() {
  const Limits& limits = options.limits;
  budgets.churn.request_finished(limits.stream_churn);
  budgets.priority.request_finished(limits.priority_frames);
  budgets.window_updates.request_finished(limits.window_updates);
  budgets.interim.request_finished(limits.interim_responses);
  budgets.glitches.request_finished(limits.glitches);
  budgets.small_data.request_finished(limits.small_data);
}

}  // namespace h2assay
