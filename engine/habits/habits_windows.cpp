// Flow control: RFC 9113, Sections 5.2, 6.9.  Most of these mishear: the engine then sends honestly
// by windows that are wrong.

#include "engine/habits/deeds.h"

namespace h2assay::deeds {
namespace {

constexpr std::uint32_t kInitialWindow = 65535;
constexpr std::uint32_t kLargest = 0x7fff'ffff;

bool is_settings(const Frame& frame) { return is(frame, FrameType::settings) && !is_ack(frame); }

bool credits_stream(const Frame& frame) {
  return is(frame, FrameType::window_update) && frame.header.stream_id != 0;
}

bool credits_connection(const Frame& frame) {
  return is(frame, FrameType::window_update) && frame.header.stream_id == 0;
}

// The INITIAL_WINDOW_SIZE that the frame leaves in force, or nothing.
std::optional<std::uint32_t> initial_window_of(const Frame& frame) {
  std::optional<std::uint32_t> value;
  if (!is_settings(frame)) return value;
  for (const Setting& s : settings_of(frame)) {
    if (s.id == static_cast<std::uint16_t>(SettingId::initial_window_size)) value = s.value;
  }
  return value;
}

// The frame with another INITIAL_WINDOW_SIZE, or without one.
void pass_with_window(const Frame& frame, std::optional<std::uint32_t> value, OctetBuffer& out) {
  std::vector<Setting> settings = settings_of(frame);
  remove_setting(settings, SettingId::initial_window_size);
  if (value) settings.push_back(setting(SettingId::initial_window_size, *value));
  append_settings(out, settings);
}

// The books of forgets-negative-windows: numbers[0] is INITIAL_WINDOW_SIZE, numbers[n] what stream
// n has been given beyond it.
void book_sent_data(HabitMemory& memory, const Frame& frame) {
  if (is(frame, FrameType::data)) {
    memory.numbers[frame.header.stream_id] -= static_cast<std::int64_t>(frame.payload.size());
  }
  if (ends_stream(frame)) memory.numbers.erase(frame.header.stream_id);
}

void forget_negative_windows(HabitMemory& memory, std::int64_t initial, OctetBuffer& out) {
  for (auto& [stream_id, balance] : memory.numbers) {
    if (stream_id == 0 || initial + balance >= 0) continue;
    append_window_update(out, stream_id, static_cast<std::uint32_t>(-(initial + balance)));
    balance = -initial;
  }
}

constexpr HabitRow kRows[] = {
    {.name = "ignores-stream-windows",
     .text = "sends DATA beyond the windows of streams",
     .breaks = {{"rfc9113-6.9.1-01",
                 "rfc9113-5.2.1-02",
                 "rfc9113-5.1-25",
                 "rfc9113-5.2.1-05",
                 "rfc9113-5.2.1-03",
                 "rfc9113-6.9.2-02",
                 "rfc9113-6.9.1-04",
                 "rfc9113-6.9.2-05"}},
     .incoming =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           if (credits_stream(frame)) return;
           if (!is_settings(frame)) return pass(frame, out);
           pass_with_window(frame, kLargest, out);
         }},
    {.name = "ignores-connection-window",
     .text = "sends DATA beyond the window of the connection",
     .breaks = {{"rfc9113-6.9.1-01",
                 "rfc9113-5.2.1-02",
                 "rfc9113-5.2.1-03",
                 "rfc9113-5.2.1-05",
                 "rfc9113-6.9.1-04"}},
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           if (credits_connection(frame)) return;
           pass(frame, out);
           if (!is_settings(frame) || memory.count++ > 0) return;
           append_window_update(out, 0, kLargest - kInitialWindow);
         }},
    {.name = "ignores-initial-window-size",
     .text = "keeps to windows of 65535 octets whatever INITIAL_WINDOW_SIZE says",
     .breaks = {{"rfc9113-6.9.2-07",
                 "rfc9113-6.9.1-01",
                 "rfc9113-5.2.1-02",
                 "rfc9113-6.9.2-03",
                 "rfc9113-5.1-25",
                 "rfc9113-6.9.2-09",
                 "rfc9113-6.5.3-03"}},
     .incoming =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           if (!initial_window_of(frame)) return pass(frame, out);
           pass_with_window(frame, {}, out);
         }},
    {.name = "ignores-later-window-sizes",
     .text = "obeys only the first INITIAL_WINDOW_SIZE that it hears",
     .breaks = {{"rfc9113-6.9.2-03", "rfc9113-6.9.2-07", "rfc9113-6.9.2-05"}},
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           if (!is_settings(frame) || memory.count++ == 0) return pass(frame, out);
           pass_with_window(frame, {}, out);
         }},
    {.name = "counts-frame-headers",
     .text = "counts a frame's nine octets of header against the window of its stream",
     .breaks = {{"rfc9113-6.9.1-03"}},
     .incoming =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           const auto window = initial_window_of(frame);
           if (!window) return pass(frame, out);
           pass_with_window(
               frame,
               std::max<std::uint32_t>(*window, kFrameHeaderOctets) - kFrameHeaderOctets,
               out);
         }},
    {.name = "forgets-sent-data",
     .text = "does not take what it sends from the windows",
     .breaks = {{"rfc9113-6.9.1-04", "rfc9113-6.9.1-01", "rfc9113-5.2.1-02"}},
     .outgoing =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           pass(frame, out);
           if (!is(frame, FrameType::data) || frame.payload.empty()) return;
           const auto size = static_cast<std::uint32_t>(frame.payload.size());
           append_window_update(memory.to_engine, 0, size);
           if (!ends_stream(frame)) {
             append_window_update(memory.to_engine, frame.header.stream_id, size);
           }
         }},
    {.name = "ignores-window-updates",
     .text = "takes no notice of WINDOW_UPDATE",
     .breaks = {{"rfc9113-6.9.1-06", "rfc9113-6.9.2-06"}},
     .incoming =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           if (!is(frame, FrameType::window_update)) pass(frame, out);
         }},
    {.name = "ignores-stream-window-updates",
     .text = "takes no notice of WINDOW_UPDATE for streams",
     .breaks = {{"rfc9113-6.9.1-06", "rfc9113-6.9.2-06"}},
     .incoming =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           if (!credits_stream(frame)) pass(frame, out);
         }},
    {.name = "ignores-connection-window-updates",
     .text = "takes no notice of WINDOW_UPDATE for the connection",
     .breaks = {{"rfc9113-6.9.1-06"}},
     .incoming =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           if (!credits_connection(frame)) pass(frame, out);
         }},
    {.name = "moves-connection-window-by-settings",
     .text = "lets INITIAL_WINDOW_SIZE raise the window of the connection, too",
     .breaks = {{"rfc9113-6.9.2-01"}},
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           pass(frame, out);
           const auto window = initial_window_of(frame);
           if (!window || *window > kLargest) return;
           const auto before = std::max<std::int64_t>(memory.numbers[0], kInitialWindow);
           if (*window <= before) return;
           append_window_update(out, 0, static_cast<std::uint32_t>(*window - before));
           memory.numbers[0] = *window;
         }},
    {.name = "forgets-negative-windows",
     .text = "takes a window that SETTINGS made negative for 0",
     .breaks = {{"rfc9113-6.9.2-04", "rfc9113-6.9.2-05", "rfc9113-6.9.2-06"}},
     .outgoing =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           book_sent_data(memory, frame);
           pass(frame, out);
         },
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           pass(frame, out);
           if (credits_stream(frame)) {
             memory.numbers[frame.header.stream_id] += parse_window_update(frame).value;
           }
           if (is(frame, FrameType::rst_stream)) memory.numbers.erase(frame.header.stream_id);
           if (const auto window = initial_window_of(frame)) {
             forget_negative_windows(memory, *window, out);
           }
         }},
    {.name = "gives-too-much-credit",
     .text = "lifts the window of the connection above 2^31-1",
     .breaks = {{"rfc9113-6.9.1-07"}},
     .outgoing =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           pass(frame, out);
           if (!is_settings(frame) || memory.count++ > 0) return;
           append_window_update(out, 0, kLargest);
         }},
    {.name = "applies-the-peers-window-to-itself",
     .text = "takes no more DATA on a stream than the INITIAL_WINDOW_SIZE that the peer announced",
     .breaks = {{"rfc9113-6.9.2-08"}},
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           if (const auto window = initial_window_of(frame)) memory.numbers[0] = *window + 1LL;
           pass(frame, out);
           if (!is(frame, FrameType::data) || memory.numbers[0] == 0) return;
           auto& received = memory.numbers[frame.header.stream_id];
           const bool before = received >= memory.numbers[0];
           received += static_cast<std::int64_t>(frame.payload.size());
           if (before || received < memory.numbers[0]) return;
           refuse_stream(memory, frame.header.stream_id, ErrorCode::flow_control_error);
         }},
};

}  // namespace

std::span<const HabitRow> window_habits() { return kRows; }

}  // namespace h2assay::deeds
