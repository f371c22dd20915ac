#include "properties/oracles/settings_agree.h"

#include <string>
#include <utility>

namespace h2assay {

namespace {

using enum wire::FrameType;

constexpr bool is(const wire::SettingEntry& entry, wire::SettingId id) {
  return entry.id == static_cast<std::uint16_t>(id);
}

std::string_view who(Side side) { return side == Side::client ? "the client" : "the server"; }

std::string text(std::optional<std::uint32_t> value) {
  return value ? std::to_string(*value) : std::string("nothing");
}

std::string text(std::uint16_t id) {
  const std::string_view known = wire::setting_name(id);
  return known.empty() ? "parameter " + std::to_string(id) : std::string(known);
}

}  // namespace

std::optional<std::uint32_t> SettingsAgree::Book::value(std::uint16_t id) const {
  return id < values_.size() ? values_[id] : std::nullopt;
}

void SettingsAgree::Book::take(const wire::SettingEntry& entry) {
  const bool known = entry.id != 0 && entry.id != 7 && entry.id < values_.size();
  if (known) values_[entry.id] = entry.value;
}

SettingsAgree::SettingsAgree() : JointOracle("settings_agree", "rfc9113-6.5.3-01") {
  // No client takes a push to a server for possible.
  const wire::SettingEntry none{static_cast<std::uint16_t>(wire::SettingId::enable_push), 0};
  ends_[index(Side::client)].peer.take(none);
  ends_[index(Side::server)].own.take(none);
}

void SettingsAgree::sent(wire::Role from, const wire::FrameView& frame) {
  if (!frame.is(settings) || frame.has(wire::kAck)) return;
  End& end = ends_[index(from)];
  Frame entries = wire::settings_entries(frame.payload);
  if (!std::exchange(end.initiated, true))
    for (const wire::SettingEntry& entry : entries)
      if (is(entry, wire::SettingId::max_concurrent_streams) ||
          is(entry, wire::SettingId::max_header_list_size))
        end.own.take(entry);
  end.announced.push_back(std::move(entries));
}

void SettingsAgree::arrived(wire::Role at, const wire::FrameView& frame) {
  if (!frame.is(settings)) return;
  std::vector<std::optional<Frame>>& all = ends_[index(at)].arrived;
  if (frame.has(wire::kAck))
    all.emplace_back();
  else
    all.emplace_back(wire::settings_entries(frame.payload));
}

void SettingsAgree::judge(Book& book,
                          const Frame& frame,
                          std::span<const ChangedSetting> told,
                          Side at) {
  evaluated(!frame.empty());
  if (frame.size() != told.size()) {
    accuse(std::string(who(at)) + " tells of " + std::to_string(told.size()) + " parameters of " +
           std::to_string(frame.size()));
    return;
  }
  for (std::size_t i = 0; i < frame.size(); ++i) {
    const std::optional<std::uint32_t> before = book.value(frame[i].id);
    std::optional<std::uint32_t> original;
    if (told[i].had_value) original = told[i].original_value;
    if (told[i].id != frame[i].id || told[i].new_value != frame[i].value || original != before)
      accuse(std::string(who(at)) + " tells that " + text(told[i].id) + " was " + text(original) +
             " and is " + std::to_string(told[i].new_value) + "; by the frames " +
             text(frame[i].id) + " was " + text(before) + " and is " +
             std::to_string(frame[i].value));
    book.take(frame[i]);
  }
}

void SettingsAgree::received(const Pair& pair, Side at, Events events) {
  End& end = ends_[index(at)];
  end.over = end.over || pair.at(at).terminal();
  const std::vector<std::optional<Frame>> arrived = std::exchange(end.arrived, {});
  if (end.over) return;
  auto next = events.begin();
  for (const std::optional<Frame>& frame : arrived) {
    if (!frame && end.announced.empty()) continue;  // acknowledges what was never sent
    std::span<const ChangedSetting> told;
    for (bool found = false; !found && next != events.end(); ++next) {
      const auto* changed = std::get_if<RemoteSettingsChanged>(&*next);
      const auto* acknowledged = std::get_if<SettingsAcknowledged>(&*next);
      found = frame ? changed != nullptr : acknowledged != nullptr;
      if (found) told = frame ? changed->changed : acknowledged->changed;
    }
    judge(frame ? end.peer : end.own, frame ? *frame : end.announced.front(), told, at);
    if (!frame) end.announced.erase(end.announced.begin());
  }
}

void SettingsAgree::compare(const Pair& pair, Side side) {
  const End& end = ends_[index(side)];
  const Connection& engine = pair.at(side);
  if (!end.initiated || end.over || engine.terminal()) return;
  const auto agree = [&](const Settings& said, const Book& book, std::string_view whose) {
    for (const SettingId id : kSettingIds) {
      const auto number = static_cast<std::uint16_t>(id);
      evaluated();
      if (said.value(number) != book.value(number))
        accuse(std::string(who(side)) + " takes " + std::string(whose) + " " + text(number) +
               " for " + text(said.value(number)) + "; the frames say " + text(book.value(number)));
    }
  };
  agree(engine.local_settings(), end.own, "its own");
  agree(engine.remote_settings(), end.peer, "its peer's");
}

void SettingsAgree::before_call(const Pair& pair, const Command& command) {
  compare(pair, command.side);
}

void SettingsAgree::at_rest(const Pair& pair) {
  compare(pair, Side::client);
  compare(pair, Side::server);
}

}  // namespace h2assay
