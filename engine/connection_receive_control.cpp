// SETTINGS, PING, GOAWAY, WINDOW_UPDATE: RFC 9113, Sections 6.5, 6.7, 6.8, 6.9.

#include <algorithm>
#include <vector>

#include "engine/connection_state.h"

namespace h2assay {

void Connection::State::on_settings(const Frame& frame) {
  const Parsed<SettingsView> parsed = parse_settings(frame);
  if (parsed.broken && accuse(*parsed.broken, 0) == Course::stop) return;
  if (frame.header.has(flags::ack)) return on_settings_ack();
  const std::uint32_t limit = options.limits.settings_entries;
  if (limit != 0 && parsed.value.size() > limit) {
    if (accuse(Rule::settings_entries, 0) == Course::stop) return;
  }
  const std::size_t first = batch.changed.size();
  const std::uint32_t window_before = remote.initial_window_size;
  for (std::size_t i = 0; i < parsed.value.size(); ++i) {
    if (!take_setting(parsed.value[i])) return;
  }
  settings_seen = true;
  batch.show_changes(batch.add(RemoteSettingsChanged{}), first);
  const std::int64_t delta = std::int64_t{remote.initial_window_size} - window_before;
  if (delta != 0) batch.add(InitialWindowChanged{delta});
  append_settings_ack(output);
  replied();
}

// One parameter, in the order of the frame (D41).  False: the connection has failed.
bool Connection::State::take_setting(Setting setting) {
  const SettingContext context{.from_server = is_client(), .first_frame = !settings_seen};
  if (const std::optional<Rule> rule = check_setting(setting, remote, context)) {
    switch (accuse(*rule, 0)) {
      case Course::stop:    return !terminal;
      case Course::process: break;
      case Course::clamp:   setting.value = clamped(setting); break;
    }
  }
  if (setting.id == static_cast<std::uint16_t>(SettingId::initial_window_size) &&
      !take_initial_window_size(setting)) {
    return false;
  }
  const std::optional<std::uint32_t> before = remote.value(setting.id);
  remote.apply(setting);
  if (setting.id == static_cast<std::uint16_t>(SettingId::header_table_size)) {
    encoder.set_max_size(setting.value);
  }
  batch.changed.push_back({.id = setting.id,
                           .original_value = before.value_or(0),
                           .new_value = setting.value,
                           .had_value = before.has_value()});
  return true;
}

// Moves the send windows of all streams at once, which may lift one too far: RFC 9113, 6.9.2.
// Streams are looked at only when the bound that is kept of their windows says that one may be
// there.
bool Connection::State::take_initial_window_size(Setting& setting) {
  if (std::int64_t{setting.value} + send_bound <= kMaxWindow) return true;
  send_bound = 0;
  streams.for_each([&](const Stream& stream) {
    send_bound = std::max(send_bound, stream.send_window.value(0));
  });
  if (std::int64_t{setting.value} + send_bound <= kMaxWindow) return true;
  if (accuse(Rule::initial_window_size_overflow, 0) == Course::stop) return false;
  setting.value = static_cast<std::uint32_t>(kMaxWindow - send_bound);
  return true;
}

// An ACK puts the oldest frame that waits for one in force, and no other: D39.
void Connection::State::on_settings_ack() {
  if (unacknowledged.empty()) return glitch();
  const std::size_t first = batch.changed.size();
  const std::uint32_t window_before = local.initial_window_size;
  for (const Setting& setting : unacknowledged.front()) {
    const std::optional<std::uint32_t> before = local.value(setting.id);
    local.apply(setting);
    if (setting.id == static_cast<std::uint16_t>(SettingId::header_table_size)) {
      decoder.set_max_size(setting.value);
    }
    batch.changed.push_back({.id = setting.id,
                             .original_value = before.value_or(0),
                             .new_value = setting.value,
                             .had_value = before.has_value()});
  }
  unacknowledged.pop();
  const std::uint64_t barrier = settings_barriers.front();
  settings_barriers.erase(settings_barriers.begin());
  barrier_passed(barrier);
  batch.show_changes(batch.add(SettingsAcknowledged{}), first);
  if (local.initial_window_size < window_before) return_waiting_credit();
}

// Half of a smaller window may have been acknowledged by the application already: with the window
// used up, nothing more would come to make it known.
void Connection::State::return_waiting_credit() {
  std::vector<std::uint32_t> ids;
  streams.for_each([&](const Stream& stream) {
    if (stream.inbound != Progress::complete) ids.push_back(stream.id);
  });
  std::ranges::sort(ids);
  for (const std::uint32_t id : ids) {
    ReceiveWindow& window = streams.find(id)->receive_window;
    const std::uint32_t part = window.acknowledge(0, local.initial_window_size);
    if (part != 0) append_window_update(output, id, part);
  }
}

void Connection::State::on_ping(const Frame& frame) {
  const Parsed<std::array<std::uint8_t, 8>> parsed = parse_ping(frame);
  if (parsed.broken && accuse(*parsed.broken, 0) == Course::stop) return;
  if (!frame.header.has(flags::ack)) {
    append_ping(output, parsed.value, true);
    batch.add(PingReceived{parsed.value});
    return replied();
  }
  const auto answered = std::ranges::find(pings, parsed.value, &SentPing::data);
  const bool matched = answered != pings.end();
  if (matched) {
    barrier_passed(answered->barrier);
    pings.erase(answered);
  }
  batch.add(PingAckReceived{.data = parsed.value, .matched = matched});
  if (!matched) glitch();
}

void Connection::State::on_goaway(const Frame& frame) {
  const Parsed<GoawayPayload> parsed = parse_goaway(frame);
  if (parsed.broken && accuse(*parsed.broken, 0) == Course::stop) return;
  const std::uint32_t before = goaway_received.value_or(kMaxStreamId);
  const bool repeated = goaway_received.has_value();
  // A last identifier that rises would promise what was already given up: it counts for nothing.
  goaway_received = std::min(before, parsed.value.last_stream_id);
  batch.add(ConnectionTerminated{.code = parsed.value.code,
                                 .last_stream_id = parsed.value.last_stream_id,
                                 .debug_data = parsed.value.debug_data});
  if (*goaway_received < own_history().highest() && *goaway_received < before) {
    for (const std::uint32_t id : streams.identifiers()) {
      if (!is_ours(id) || id <= *goaway_received) continue;
      // Not processed there, so it may be tried again elsewhere: Section 8.7.
      batch.add(StreamReset{
          .stream_id = id, .code = ErrorCode::refused_stream, .remote = true, .because = {}});
      close_stream(*streams.find(id), End::own_reset);
    }
  }
  if (repeated) glitch();
}

void Connection::State::on_connection_window_update(std::uint32_t increment) {
  if (increment == 0) {
    accuse(Rule::window_update_zero_on_connection, 0);
    return;
  }
  if (!send_window.open(increment, kInitialConnectionWindow)) {
    if (accuse(Rule::connection_window_overflow, 0) == Course::stop) return;
    send_window.open_clamped(increment, kInitialConnectionWindow);
  }
  batch.add(WindowUpdated{.stream_id = 0, .delta = increment});
}

void Connection::State::on_window_update(const Frame& frame) {
  const std::uint32_t id = frame.header.stream_id;
  const Parsed<std::uint32_t> parsed = parse_window_update(frame);
  if (parsed.broken && accuse(*parsed.broken, id) == Course::stop) return;
  spend(budgets.window_updates, options.limits.window_updates, Rule::window_updates);
  if (terminal) return;
  const std::uint32_t increment = parsed.value;
  if (id == 0) return on_connection_window_update(increment);
  const Reaction reaction = on_receive(phase(id), StreamFrame::window_update);
  if (reaction.kind == Reaction::Kind::ignore) return;  // it crossed the end of the stream
  if (reaction.kind == Reaction::Kind::accuse) {
    accuse(reaction.rule, id);
    return;
  }
  if (increment == 0) {
    accuse(Rule::window_update_zero_on_stream, id);
    return;
  }
  Stream& stream = *streams.find(id);
  if (!stream.send_window.open(increment, remote.initial_window_size)) {
    if (accuse(Rule::stream_window_overflow, id) == Course::stop) return;
    stream.send_window.open_clamped(increment, remote.initial_window_size);
  }
  send_bound = std::max(send_bound, stream.send_window.value(0));
  batch.add(WindowUpdated{.stream_id = id, .delta = increment});
}

}  // namespace h2assay
