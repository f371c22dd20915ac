// From octets to frames to the function of each type; and what follows when the peer broke a rule.

#include <string>

#include "engine/connection_state.h"

namespace h2assay {

Events Connection::receive_data(Octets octets) { return state_->receive(octets); }

Events Connection::State::receive(Octets octets) {
  if (!terminal && reader.absorb(octets)) {
    if (!batch.events.empty()) batch.clear();
    return {};
  }
  // Views of an earlier batch may be given back as input, and are about to go.
  if (reader.holds(octets.data()) || output.holds(octets.data()) || decoder.holds(octets.data())) {
    scratch.octets.assign(octets.begin(), octets.end());
    octets = scratch.octets;
  }
  batch.clear();
  decoder.begin_batch();
  output.compact();
  while (!terminal) {
    const FrameReader::Result result = reader.next(octets, local.max_frame_size);
    if (result.kind == FrameReader::Result::Kind::need_more) break;
    if (result.kind == FrameReader::Result::Kind::broken) {
      if (accuse(result.broken, 0) != Course::stop) reader.tolerate();
      continue;
    }
    dispatch(result.frame);
  }
  batch.settle();
  return batch.events;
}

// What has to hold for any frame: the first one is SETTINGS, and nothing interrupts a field block.
bool Connection::State::admit(const Frame& frame) {
  if (!settings_seen) [[unlikely]] {
    const bool is_settings = frame.header.is(FrameType::settings) && !frame.header.has(flags::ack);
    if (!is_settings && accuse(Rule::first_frame_not_settings, 0) == Course::stop) return false;
  }
  if (block.open) [[unlikely]] {
    const bool goes_on = frame.header.is(FrameType::continuation) &&
                         frame.header.stream_id == block.section.stream_id;
    if (!goes_on && accuse(Rule::field_block_interrupted, 0) != Course::process) return false;
  }
  return true;
}

void Connection::State::dispatch(const Frame& frame) {
  if (!admit(frame)) return;
  if (!is_known(frame.header.type)) return on_unknown(frame);
  switch (static_cast<FrameType>(frame.header.type)) {
    case FrameType::data:            return on_data(frame);
    case FrameType::headers:         return on_headers(frame);
    case FrameType::priority:        return on_priority(frame);
    case FrameType::rst_stream:      return on_rst_stream(frame);
    case FrameType::settings:        return on_settings(frame);
    case FrameType::push_promise:    return on_push_promise(frame);
    case FrameType::ping:            return on_ping(frame);
    case FrameType::goaway:          return on_goaway(frame);
    case FrameType::window_update:   return on_window_update(frame);
    case FrameType::continuation:    return on_continuation(frame);
    case FrameType::altsvc:          return on_altsvc(frame);
    case FrameType::origin:          return on_origin(frame);
    case FrameType::priority_update: return on_priority_update(frame);
  }
}

Course Connection::State::accuse(Rule rule, std::uint32_t stream_id) {
  const std::expected<WhenOff, Violation> verdict = judge(rule, stream_id, options.quirks);
  if (verdict) {
    switch (*verdict) {
      case WhenOff::process:       return Course::process;
      case WhenOff::clamp:         return Course::clamp;
      case WhenOff::discard_frame: return Course::stop;
    }
  }
  Violation violation = verdict.error();
  // A stream that never began cannot be reset: RFC 9113, Section 6.4.
  if (violation.scope == Scope::stream && phase(stream_id) == StreamPhase::idle) {
    violation.scope = Scope::connection;
  }
  if (violation.scope == Scope::connection) {
    fail(violation);
  } else if (phase(stream_id) == StreamPhase::closed_by_own_reset) {
    glitch();  // its RST_STREAM is sent, and there is no second: RFC 9113, Section 5.4.2
  } else {
    reset_because(violation);
  }
  return Course::stop;
}

Course Connection::State::accuse_message(Rule rule, Stream& stream) {
  const bool may_answer = options.answer_malformed_requests && !is_client() &&
                          !is_ours(stream.id) && stream.outbound == Progress::nothing;
  if (!may_answer) return accuse(rule, stream.id);
  const std::expected<WhenOff, Violation> verdict = judge(rule, stream.id, options.quirks);
  if (verdict || verdict.error().scope == Scope::connection) return accuse(rule, stream.id);
  stream.malformed = true;
  batch.add(MalformedRequest{.stream_id = stream.id, .because = rule});
  spend(budgets.churn, options.limits.stream_churn, Rule::stream_churn);
  return Course::stop;
}

void Connection::State::fail(const Violation& violation) {
  const std::string reason = describe(violation);
  append_goaway(output, last_stream_id(), violation.code, octets_of(reason));
  goaway_sent = last_stream_id();
  terminal = true;
  reader.stop();  // events of this batch may look into its buffer
  block = OpenBlock();
  batch.add(ConnectionFailed{violation});
}

void Connection::State::reset_because(const Violation& violation) {
  const std::uint32_t id = violation.stream_id;
  append_rst_stream(output, id, violation.code);
  Stream* stream = streams.find(id);
  if (stream != nullptr) {
    batch.add(StreamReset{
        .stream_id = id, .code = violation.code, .remote = false, .because = violation.rule});
    close_stream(*stream, End::own_reset);
  } else {
    remember_reset(id);  // it was over already: one RST_STREAM, then silence (5.4.2)
  }
  if (!is_ours(id)) spend(budgets.churn, options.limits.stream_churn, Rule::stream_churn);
  replied();
}

void Connection::State::spend(Budget& budget,
                              const BudgetLimit& limit,
                              Rule rule,
                              std::uint32_t amount) {
  if (!terminal && !budget.spend(limit, amount)) accuse(rule, 0);
}

void Connection::State::replied() {
  const std::uint32_t limit = options.limits.undrained_replies;
  if (replies.add() > limit && limit != 0 && !terminal) accuse(Rule::undrained_replies, 0);
}

void Connection::State::credit(std::uint32_t octets) {
  if (terminal || octets == 0) return;
  const std::uint32_t increment = receive_window.acknowledge(octets, kInitialConnectionWindow);
  if (increment == 0) return;
  append_window_update(output, 0, increment);
  replied();
}

}  // namespace h2assay
