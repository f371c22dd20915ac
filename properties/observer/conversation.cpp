#include "properties/observer/conversation.h"

#include <algorithm>
#include <utility>

namespace h2assay::watch {
namespace {

constexpr std::size_t kMostFindings = 200;

std::uint32_t default_value(std::uint16_t id) {
  switch (static_cast<wire::SettingId>(id)) {
    case wire::SettingId::header_table_size:       return 4096;
    case wire::SettingId::enable_push:             return 1;
    case wire::SettingId::max_concurrent_streams:  return 0xffff'ffff;
    case wire::SettingId::initial_window_size:     return wire::kDefaultWindow;
    case wire::SettingId::max_frame_size:          return wire::kSmallestMaxFrameSize;
    case wire::SettingId::max_header_list_size:    return 0xffff'ffff;
    case wire::SettingId::enable_connect_protocol:
    case wire::SettingId::no_rfc7540_priorities:   break;
  }
  return 0;
}

// The last value of a frame is the one that counts: RFC 9113, Section 6.5.
std::optional<std::uint32_t> last_value(const SettingsBook::Entries& entries, std::uint16_t id) {
  std::optional<std::uint32_t> value;
  for (const wire::SettingEntry& entry : entries) {
    if (entry.id == id) value = entry.value;
  }
  return value;
}

}  // namespace

void SettingsBook::announce(Entries entries, std::size_t at) {
  for (const wire::SettingEntry& entry : entries) {
    std::vector<std::uint32_t>& values = ever_[entry.id];
    if (std::ranges::find(values, entry.value) == values.end()) values.push_back(entry.value);
  }
  waiting_.push_back({.entries = std::move(entries), .at = at});
}

std::optional<SettingsBook::Entries> SettingsBook::acknowledge() {
  if (waiting_.empty()) return std::nullopt;
  Entries entries = std::move(waiting_.front().entries);
  waiting_.pop_front();
  for (const wire::SettingEntry& entry : entries) in_force_[entry.id] = entry.value;
  return entries;
}

std::uint32_t SettingsBook::in_force(wire::SettingId id) const {
  const auto number = static_cast<std::uint16_t>(id);
  const auto found = in_force_.find(number);
  return found == in_force_.end() ? default_value(number) : found->second;
}

std::uint32_t SettingsBook::most(wire::SettingId id) const {
  std::uint32_t value = in_force(id);
  for (const Announcement& waiting : waiting_) {
    value = std::max(value,
                     last_value(waiting.entries, static_cast<std::uint16_t>(id)).value_or(value));
  }
  return value;
}

std::uint32_t SettingsBook::least(wire::SettingId id) const {
  std::uint32_t value = in_force(id);
  for (const Announcement& waiting : waiting_) {
    value = std::min(value,
                     last_value(waiting.entries, static_cast<std::uint16_t>(id)).value_or(value));
  }
  return value;
}

std::uint32_t SettingsBook::latest(wire::SettingId id) const {
  std::uint32_t value = in_force(id);
  for (const Announcement& waiting : waiting_) {
    value = last_value(waiting.entries, static_cast<std::uint16_t>(id)).value_or(value);
  }
  return value;
}

std::optional<std::size_t> SettingsBook::waiting_since() const {
  if (waiting_.empty()) return std::nullopt;
  return waiting_.front().at;
}

bool SettingsBook::announced_before(wire::SettingId id, std::uint32_t value) const {
  const auto found = ever_.find(static_cast<std::uint16_t>(id));
  return found != ever_.end() && std::ranges::find(found->second, value) != found->second.end();
}

Conversation::Conversation(wire::Role peer) {
  static_assert(std::tuple_size_v<decltype(observed_)> >
                static_cast<std::size_t>(Check::tunnel_frames));
  side(Who::peer).role = peer;
  side(Who::us).role = other(peer);
}

Stream* Conversation::find(std::uint32_t id) {
  const auto found = streams_.find(id);
  return found == streams_.end() ? nullptr : &found->second;
}

std::uint32_t Conversation::limit(Who sender, wire::SettingId id) const {
  const SettingsBook& announced = side(opposite(sender)).settings;
  return sender == Who::peer ? announced.most(id) : announced.in_force(id);
}

bool Conversation::is_unknown(Reach reach, std::uint32_t stream) const {
  if (alien_) return true;
  if (reach == Reach::nothing || reach == Reach::format) return false;
  if (connection_unknown_) return true;
  if (reach == Reach::connection) return false;
  const auto found = streams_.find(stream);
  return found != streams_.end() && found->second.unknown;
}

void Conversation::make_unknown(Reach reach, std::uint32_t stream) {
  if (reach == Reach::nothing) return;
  Stream* const touched = reach == Reach::stream ? find(stream) : nullptr;
  if (touched != nullptr) {
    touched->unknown = true;
    settle(*touched);
  } else {
    connection_unknown_ = true;
  }
}

bool Conversation::judge(
    Who who, Check check, bool kept, std::uint32_t stream, const Detail& detail) {
  const CheckRow& its_row = row(check);
  if (who == Who::us) {
    if (!kept) make_unknown(its_row.reach, stream);
    return kept;
  }
  const bool unknown = is_unknown(its_row.reach, stream);
  if (kept) {
    observed_[static_cast<std::size_t>(check)] += unknown ? 0U : 1U;
    return true;
  }
  const bool again = std::ranges::any_of(findings_, [&](const Finding& finding) {
    return finding.check == its_row.passive.name && finding.stream == stream &&
           (finding.certain || unknown);
  });
  if (again || findings_.size() >= kMostFindings) return false;
  const bool client = side(Who::peer).role == wire::Role::client;
  std::string what(its_row.passive.sentence);
  if (detail) what += ": " + detail();
  findings_.push_back(
      {.requirement = client ? its_row.passive.requirement_of_client : its_row.passive.requirement,
       .check = its_row.passive.name,
       .certain = !unknown,
       .stream = stream,
       .frame = std::max<std::size_t>(side(Who::peer).frames, 1) - 1,
       .what = std::move(what)});
  return false;
}

std::uint32_t Conversation::longest_frame(Who sender) const {
  return std::max(limit(sender, wire::SettingId::max_frame_size), wire::kSmallestMaxFrameSize);
}

void Conversation::oversized(std::uint32_t length, std::uint32_t stream, std::uint8_t type) {
  const bool first = ++side(Who::peer).frames == 1;
  const bool settings = type == static_cast<std::uint8_t>(wire::FrameType::settings);
  if (first && !settings) judge(Who::peer, Check::first_frame, false);
  judge(Who::peer, Check::frame_size, false, stream & wire::kStreamMask, [length] {
    return std::to_string(length) + " octets";
  });
}

void Conversation::bad_preface(Who from) { judge(from, Check::preface_octets, false); }

void Conversation::good_preface(Who from) { judge(from, Check::preface_octets, true); }

void Conversation::frame(Who from, const wire::RawFrame& frame) {
  Side& sender = side(from);
  ++sender.frames;
  if (!format_kept(from, frame) || !sequence_kept(from, frame)) return;
  if (wire::type_name(frame.type).empty()) return;
  switch (static_cast<wire::FrameType>(frame.type)) {
    case wire::FrameType::data:            return data(from, frame);
    case wire::FrameType::headers:         return headers(from, frame);
    case wire::FrameType::rst_stream:      return reset(from, frame);
    case wire::FrameType::settings:        return settings(from, frame);
    case wire::FrameType::push_promise:    return push_promise(from, frame);
    case wire::FrameType::ping:            return ping(from, frame);
    case wire::FrameType::goaway:          return goaway(from, frame);
    case wire::FrameType::window_update:   return window_update(from, frame);
    case wire::FrameType::continuation:    return continuation(from, frame);
    case wire::FrameType::altsvc:          return altsvc(from, frame);
    case wire::FrameType::priority:
    case wire::FrameType::origin:
    case wire::FrameType::priority_update: return;  // their format is all that can be wrong
  }
}

}  // namespace h2assay::watch
