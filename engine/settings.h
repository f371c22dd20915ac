#pragma once
// SETTINGS: names, values in force, ranges, and the queue of frames that await their ACK.
// RFC 9113, Section 6.5; RFC 8441, Section 3; RFC 9218, Section 2.1.

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "engine/error.h"

namespace h2assay {

enum class SettingId : std::uint16_t {
  header_table_size = 0x1,
  enable_push = 0x2,
  max_concurrent_streams = 0x3,
  initial_window_size = 0x4,
  max_frame_size = 0x5,
  max_header_list_size = 0x6,
  enable_connect_protocol = 0x8,
  no_rfc7540_priorities = 0x9,
};

inline constexpr auto kSettingIds = std::to_array<SettingId>({
    SettingId::header_table_size,
    SettingId::enable_push,
    SettingId::max_concurrent_streams,
    SettingId::initial_window_size,
    SettingId::max_frame_size,
    SettingId::max_header_list_size,
    SettingId::enable_connect_protocol,
    SettingId::no_rfc7540_priorities,
});

// One parameter as it stands in a frame.  Any id may arrive.
struct Setting {
  std::uint16_t id = 0;
  std::uint32_t value = 0;
  friend bool operator==(const Setting&, const Setting&) = default;
};

constexpr Setting setting(SettingId id, std::uint32_t value) {
  return {static_cast<std::uint16_t>(id), value};
}

// "INITIAL_WINDOW_SIZE"; empty for an id that this engine does not know.
std::string_view name(SettingId id);
std::optional<SettingId> setting_id(std::string_view wanted);

// What one endpoint has announced.  Values of ids that are not known are not kept: D49.
struct Settings {
  static constexpr std::uint32_t kUnlimited = std::numeric_limits<std::uint32_t>::max();

  std::uint32_t header_table_size = 4096;
  std::uint32_t enable_push = 1;
  std::uint32_t max_concurrent_streams = kUnlimited;
  std::uint32_t initial_window_size = 65535;
  std::uint32_t max_frame_size = 16384;
  std::uint32_t max_header_list_size = kUnlimited;
  std::uint32_t enable_connect_protocol = 0;
  std::uint32_t no_rfc7540_priorities = 0;
  // Bit n: the parameter 0x0n was announced.  The two unlimited ones have no value before that.
  std::uint16_t announced = 0;

  // The value in force, or nothing: not known, or unlimited because never announced.
  std::optional<std::uint32_t> value(std::uint16_t id) const;
  // Takes the new value; an unknown id changes nothing.  Ranges were checked before.
  void apply(const Setting& setting);

  friend bool operator==(const Settings&, const Settings&) = default;

  template <typename Hash> void digest_into(Hash& hash) const {
    const auto& [table, push, streams, window, frame, list, connect, priorities, bits] = *this;
    hash.add(table, push, streams, window, frame, list, connect, priorities, bits);
  }
};

// Who announces a value, and what was announced before: both decide what is allowed.
struct SettingContext {
  bool from_server = false;
  bool first_frame = false;  // the SETTINGS of the preface
};

// The rule that the value breaks, or nothing.  `before`: the sender's values so far, with what
// stood earlier in the same frame applied: D41.
std::optional<Rule> check_setting(const Setting& setting,
                                  const Settings& before,
                                  SettingContext context);

// Whether we may announce the value ourselves; stricter than check_setting where a receiver has to
// ignore what a sender must not send: RFC 8441, Section 3.
bool may_announce(const Setting& setting, const Settings& before, SettingContext context);

// The nearest value in range: what a range rule means by `clamp`.
std::uint32_t clamped(const Setting& setting);

// SETTINGS frames that await their ACK, oldest first: an ACK puts exactly one frame in force.  D39.
class SettingsQueue {
 public:
  std::size_t frames() const { return lengths_.size(); }

  bool empty() const { return lengths_.empty(); }

  void push(std::span<const Setting> frame);
  // The oldest frame; precondition: not empty.  Lives until the next change.
  std::span<const Setting> front() const;
  void pop();
  friend bool operator==(const SettingsQueue&, const SettingsQueue&) = default;

  template <typename Hash> void digest_into(Hash& hash) const {
    const auto& [entries, lengths] = *this;
    hash.add(lengths.size());
    for (const std::uint32_t length : lengths) hash.add(length);
    for (const Setting& entry : entries) hash.add(entry.id, entry.value);
  }

 private:
  std::vector<Setting> entries_;        // of all frames, in order
  std::vector<std::uint32_t> lengths_;  // one for each frame
};

}  // namespace h2assay
