#include "engine/settings.h"

#include <utility>

#include "engine/flow.h"
#include "engine/rules.h"

namespace h2assay {

namespace {

std::uint32_t Settings::* member(std::uint16_t id) {
  switch (static_cast<SettingId>(id)) {
    case SettingId::header_table_size:       return &Settings::header_table_size;
    case SettingId::enable_push:             return &Settings::enable_push;
    case SettingId::max_concurrent_streams:  return &Settings::max_concurrent_streams;
    case SettingId::initial_window_size:     return &Settings::initial_window_size;
    case SettingId::max_frame_size:          return &Settings::max_frame_size;
    case SettingId::max_header_list_size:    return &Settings::max_header_list_size;
    case SettingId::enable_connect_protocol: return &Settings::enable_connect_protocol;
    case SettingId::no_rfc7540_priorities:   return &Settings::no_rfc7540_priorities;
  }
  return nullptr;
}

constexpr bool has_default(SettingId id) {
  return id != SettingId::max_concurrent_streams && id != SettingId::max_header_list_size;
}

}  // namespace

std::string_view name(SettingId id) {
  switch (id) {
    case SettingId::header_table_size:       return "HEADER_TABLE_SIZE";
    case SettingId::enable_push:             return "ENABLE_PUSH";
    case SettingId::max_concurrent_streams:  return "MAX_CONCURRENT_STREAMS";
    case SettingId::initial_window_size:     return "INITIAL_WINDOW_SIZE";
    case SettingId::max_frame_size:          return "MAX_FRAME_SIZE";
    case SettingId::max_header_list_size:    return "MAX_HEADER_LIST_SIZE";
    case SettingId::enable_connect_protocol: return "ENABLE_CONNECT_PROTOCOL";
    case SettingId::no_rfc7540_priorities:   return "NO_RFC7540_PRIORITIES";
  }
  return {};
}

std::optional<SettingId> setting_id(std::string_view wanted) {
  for (const SettingId id : kSettingIds) {
    if (name(id) == wanted) return id;
  }
  return std::nullopt;
}

std::optional<std::uint32_t> Settings::value(std::uint16_t id) const {
  const auto which = member(id);
  if (which == nullptr) return std::nullopt;
  if (!has_default(static_cast<SettingId>(id)) && (announced & (1U << id)) == 0) {
    return std::nullopt;
  }
  return this->*which;
}

void Settings::apply(const Setting& setting) {
  const auto which = member(setting.id);
  if (which == nullptr) return;
  this->*which = setting.value;
  announced = static_cast<std::uint16_t>(announced | (1U << setting.id));
}

std::optional<Rule> check_setting(const Setting& setting,
                                  const Settings& before,
                                  SettingContext context) {
  const std::uint32_t value = setting.value;
  switch (static_cast<SettingId>(setting.id)) {
    case SettingId::enable_push:
      if (value > 1) return Rule::enable_push_range;
      if (value == 1 && context.from_server) return Rule::enable_push_from_server;
      break;
    case SettingId::initial_window_size:
      if (value > kMaxWindow) return Rule::initial_window_size_range;
      break;
    case SettingId::max_frame_size:
      if (value < 16384 || value > 0xff'ffff) return Rule::max_frame_size_range;
      break;
    case SettingId::enable_connect_protocol:
      if (!context.from_server) break;  // means nothing to a server
      if (value > 1) return Rule::enable_connect_protocol_range;
      if (value == 0 && before.enable_connect_protocol == 1) {
        return Rule::enable_connect_protocol_withdrawn;
      }
      break;
    case SettingId::no_rfc7540_priorities:
      if (value > 1) return Rule::no_rfc7540_priorities_range;
      if (!context.first_frame && value != before.no_rfc7540_priorities) {
        return Rule::no_rfc7540_priorities_changed;
      }
      break;
    case SettingId::header_table_size:
    case SettingId::max_concurrent_streams:
    case SettingId::max_header_list_size:   break;
  }
  return std::nullopt;
}

bool may_announce(const Setting& setting, const Settings& before, SettingContext context) {
  if (static_cast<SettingId>(setting.id) == SettingId::enable_connect_protocol) {
    context.from_server = true;
  }
  return !check_setting(setting, before, context);
}

std::uint32_t clamped(const Setting& setting) {
  switch (static_cast<SettingId>(setting.id)) {
    case SettingId::enable_push:
    case SettingId::enable_connect_protocol:
    case SettingId::no_rfc7540_priorities:   return std::min<std::uint32_t>(setting.value, 1);
    case SettingId::initial_window_size:
      return std::min(setting.value, static_cast<std::uint32_t>(kMaxWindow));
    case SettingId::max_frame_size:
      return std::clamp<std::uint32_t>(setting.value, 16384, 0xff'ffff);
    case SettingId::header_table_size:
    case SettingId::max_concurrent_streams:
    case SettingId::max_header_list_size:   break;
  }
  return setting.value;
}

void SettingsQueue::push(std::span<const Setting> frame) {
  entries_.insert(entries_.end(), frame.begin(), frame.end());
  lengths_.push_back(static_cast<std::uint32_t>(frame.size()));
}

std::span<const Setting> SettingsQueue::front() const {
  return std::span(entries_).first(lengths_.front());
}

void SettingsQueue::pop() {
  entries_.erase(entries_.begin(), entries_.begin() + lengths_.front());
  lengths_.erase(lengths_.begin());
}

}  // namespace h2assay
