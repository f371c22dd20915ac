// SETTINGS, PING, GOAWAY, and what they prove about our own frames.
// RFC 9113, Sections 6.5, 6.7, 6.8.
#include <algorithm>
#include <string>
#include <utility>

#include "properties/observer/conversation.h"

namespace h2assay::watch {
namespace {

using wire::SettingId;

bool is(const wire::SettingEntry& entry, SettingId id) {
  return entry.id == static_cast<std::uint16_t>(id);
}

}  // namespace

void Conversation::settings(Who who, const wire::RawFrame& frame) {
  if (frame.has(wire::kAck)) return settings_ack(who);
  SettingsBook::Entries entries = wire::settings_entries(frame.payload);
  setting_values(who, entries);
  Side& sender = side(who);
  ++sender.settings_frames;
  sender.settings.announce(std::move(entries), sender.frames - 1);
}

void Conversation::setting_values(Who who, const SettingsBook::Entries& entries) {
  const Side& sender = side(who);
  const bool server = sender.role == wire::Role::server;
  for (const wire::SettingEntry& entry : entries) {
    const auto value = [&] { return std::to_string(entry.value); };
    const auto check = [&](Check what, bool kept) { judge(who, what, kept, 0, value); };
    if (is(entry, SettingId::enable_push)) {
      check(Check::enable_push_value, entry.value <= 1);
      if (server) check(Check::enable_push_by_server, entry.value != 1);
    } else if (is(entry, SettingId::initial_window_size)) {
      check(Check::window_size_value, entry.value <= wire::kWindowMax);
    } else if (is(entry, SettingId::max_frame_size)) {
      check(
          Check::frame_size_value,
          entry.value >= wire::kSmallestMaxFrameSize && entry.value <= wire::kLargestMaxFrameSize);
    } else if (is(entry, SettingId::enable_connect_protocol)) {
      check(Check::connect_protocol_value, entry.value <= 1);
      const bool was_on = sender.settings.latest(SettingId::enable_connect_protocol) == 1;
      check(Check::connect_protocol_kept, entry.value != 0 || !was_on);
    } else if (is(entry, SettingId::no_rfc7540_priorities)) {
      check(Check::no_priorities_value, entry.value <= 1);
      const bool first = sender.settings_frames == 0;
      const std::uint32_t now = sender.settings.latest(SettingId::no_rfc7540_priorities);
      // Repeating the first value is no change; a later one that was never announced is the other.
      check(Check::no_priorities_kept, first || entry.value == now);
      const bool announced =
          sender.settings.announced_before(SettingId::no_rfc7540_priorities, now);
      check(Check::no_priorities_first, first || announced);
    }
  }
}

void Conversation::settings_ack(Who who) {
  Side& sender = side(who);
  Side& announcer = side(opposite(who));
  const std::optional<std::size_t> at = announcer.settings.waiting_since();
  const std::optional<SettingsBook::Entries> now = announcer.settings.acknowledge();
  if (!judge(who, Check::ack_asked, now.has_value()) || who == Who::us) return;
  for (const wire::SettingEntry& entry : *now) {
    // From here on the peer's encoder obeys; of several values in one frame the last counts.
    if (!is(entry, SettingId::header_table_size) || connection_unknown_) continue;
    sender.hpack.require_at_most(announcer.settings.in_force(SettingId::header_table_size));
  }
  acknowledged(*at + 1, 0);
}

void Conversation::ping(Who who, const wire::RawFrame& frame) {
  if (!frame.has(wire::kAck)) {
    side(who).pings.push_back(
        {.data = frame.payload, .at = side(who).frames - 1, .acknowledged_before = acknowledged_});
    return;
  }
  std::deque<Side::Ping>& waiting = side(opposite(who)).pings;
  const auto match = std::ranges::find(waiting, frame.payload, &Side::Ping::data);
  if (!judge(who, Check::pong_asked, match != waiting.end())) return;
  const std::size_t at = match->at;
  const std::size_t acknowledged_before = match->acknowledged_before;
  waiting.erase(match);
  if (who == Who::peer) acknowledged(at + 1, acknowledged_before);
}

void Conversation::goaway(Who who, const wire::RawFrame& frame) {
  Side& sender = side(who);
  const std::uint32_t last = wire::read32(frame.payload) & wire::kStreamMask;
  const auto number = [last] { return std::to_string(last); };
  if (sender.goaway) judge(who, Check::last_stream_rises, last <= *sender.goaway, 0, number);
  // A client's number means pushed streams; clients that never saw one send anything.
  if (sender.role == wire::Role::server && who == Who::peer) {
    const bool known = last <= side(Who::us).highest_opened || last == wire::kStreamMask;
    judge(who, Check::last_stream_known, known, 0, number);
  }
  if (!sender.goaway) sender.goaway_at = sender.frames - 1;
  sender.goaway = last;
  // What it leaves out will never be processed: whoever opened that counts it no longer.
  for (auto& [id, stream] : streams_)
    if (stream.opener != who && id > last) deactivate(stream);
}

void Conversation::acknowledged(std::size_t through, std::size_t before) {
  acknowledged_ = std::max(acknowledged_, through);
  round_trip_twice_ = std::max(round_trip_twice_, before);
  barrier_moved();
}

void Conversation::answered(const Stream& stream) {
  if (stream.opener != Who::us) return;
  answered_ = std::max(answered_, stream.opened_at);
  barrier_moved();
}

// A server's barrier is an acknowledged PING or SETTINGS and a complete answer to a request behind
// the frame; a client cannot be asked anything, so two round trips have to do.
void Conversation::barrier_moved() {
  const bool server = side(Who::peer).role == wire::Role::server;
  const std::size_t now = server ? std::min(acknowledged_, answered_) : round_trip_twice_;
  if (now <= processed_) return;
  processed_ = now;
  const std::optional<std::size_t> unacknowledged = side(Who::us).settings.waiting_since();
  if (side(Who::us).settings_frames > 0) {
    judge(Who::peer, Check::ack_sent, !unacknowledged || !must_have_processed(*unacknowledged));
  }
  std::erase_if(resets_of_ours_, [this](std::uint32_t id) {
    const Stream* const stream = find(id);
    const bool past = stream == nullptr || must_have_processed(stream->of(Who::us).reset_at);
    if (past) judge(Who::peer, Check::after_our_reset, true, id);
    return past;
  });
}

}  // namespace h2assay::watch
