// What a receiver has to take in, and these take in wrongly: SETTINGS, PING, GOAWAY, windows.  RFC
// 9113, Sections 6.5 to 6.9.

#include "engine/habits/deeds.h"

namespace h2assay::deeds {
namespace {

bool is_settings(const Frame& frame) { return is(frame, FrameType::settings) && !is_ack(frame); }

bool is_plain_ping(const Frame& frame) { return is(frame, FrameType::ping) && !is_ack(frame); }

template <typename Wrong> bool any_setting(const Frame& frame, Wrong wrong) {
  if (!is_settings(frame)) return false;
  const std::vector<Setting> settings = settings_of(frame);
  return std::ranges::any_of(settings, wrong);
}

bool is_setting(const Setting& s, SettingId id) { return s.id == static_cast<std::uint16_t>(id); }

bool is_unknown(const Setting& s) {
  return std::ranges::none_of(kSettingIds, [&](SettingId id) { return is_setting(s, id); });
}

bool is_extreme(const Setting& s) {
  constexpr std::uint32_t kLargestFrame = 0xff'ffff;
  return (is_setting(s, SettingId::initial_window_size) && s.value == kMaxStreamId) ||
         (is_setting(s, SettingId::max_frame_size) && s.value == kLargestFrame) ||
         (is_setting(s, SettingId::max_concurrent_streams) && s.value == 0xffff'ffff);
}

bool repeats_setting(const Frame& frame) {
  if (!is_settings(frame)) return false;
  std::vector<std::uint16_t> ids;
  for (const Setting& s : settings_of(frame)) ids.push_back(s.id);
  std::ranges::sort(ids);
  return std::ranges::adjacent_find(ids) != ids.end();
}

bool ends_final(const Frame& frame) {
  return is(frame, FrameType::goaway) && parse_goaway(frame).value.last_stream_id != kMaxStreamId;
}

constexpr HabitRow kRows[] = {
    {.name = "refuses-empty-settings",
     .text = "ends the connection at an empty SETTINGS frame",
     .breaks = {{"rfc9113-3.4-04", "rfc9113-10.5-05", "rfc9113-3.4-03"}},
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           refuse_if(is_settings(frame) && frame.header.length == 0, memory, frame, out);
         }},
    {.name = "refuses-unknown-settings",
     .text = "ends the connection at a setting that it does not know",
     .breaks = {{"rfc9113-6.5.2-21", "rfc9113-6.5.3-04", "rfc9113-5.5-01"}},
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           refuse_if(any_setting(frame, is_unknown), memory, frame, out);
         }},
    {.name = "ignores-settings-with-unknown-ones",
     .text = "neither obeys nor acknowledges SETTINGS that hold a setting that it does not know",
     .breaks = {{"rfc9113-6.5.3-04", "rfc9113-6.5.2-21"}},
     .incoming =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           if (!any_setting(frame, is_unknown)) pass(frame, out);
         }},
    {.name = "refuses-repeated-settings",
     .text = "ends the connection at SETTINGS that hold a setting twice",
     .breaks = {{"rfc9113-6.5-04", "rfc9113-6.5.3-03", "rfc9113-6.9.2-09"}},
     .incoming = [](HabitMemory& memory,
                    const Frame& frame,
                    OctetBuffer& out) { refuse_if(repeats_setting(frame), memory, frame, out); }},
    {.name = "obeys-the-first-of-repeated-settings",
     .text = "obeys the first of two values in one SETTINGS frame",
     .breaks = {{"rfc9113-6.5-04", "rfc9113-6.5.3-03", "rfc9113-6.9.2-09"}},
     .incoming =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           if (!is_settings(frame)) return pass(frame, out);
           std::vector<Setting> kept;
           for (const Setting& s : settings_of(frame)) {
             if (std::ranges::find(kept, s.id, &Setting::id) == kept.end()) kept.push_back(s);
           }
           append_settings(out, kept);
         }},
    {.name = "forgets-omitted-settings",
     .text = "takes a setting that SETTINGS do not name for its initial value",
     .breaks = {{"rfc9113-6.5-04"}},
     .incoming =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           if (!is_settings(frame)) return pass(frame, out);
           std::vector<Setting> settings = {setting(SettingId::initial_window_size, 65535),
                                            setting(SettingId::max_frame_size, 16384),
                                            setting(SettingId::enable_push, 1)};
           for (const Setting& s : settings_of(frame)) settings.push_back(s);
           append_settings(out, settings);
         }},
    {.name = "misreads-settings",
     .text = "reads the octets of a setting's value from the wrong end",
     .breaks = {{"rfc9113-6.5.1-01"}},
     .incoming =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           if (!is_settings(frame)) return pass(frame, out);
           std::vector<std::uint8_t> payload(frame.payload.begin(), frame.payload.end());
           for (std::size_t at = 2; at + 4 <= payload.size(); at += 6) {
             const auto value = payload.begin() + static_cast<std::ptrdiff_t>(at);
             std::reverse(value, value + 4);
           }
           pass_with(frame, payload, out);
         }},
    {.name = "refuses-extreme-settings",
     .text = "ends the connection at the largest values that settings may have",
     .breaks = {{"rfc9113-6.5.2-14", "rfc9113-6.5.2-17", "rfc9113-6.5.2-12"}},
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           refuse_if(any_setting(frame, is_extreme), memory, frame, out);
         }},
    {.name = "refuses-settings-of-zero",
     .text = "ends the connection at a setting of 0",
     .breaks = {{"rfc9113-6.5.2-14", "rfc9113-6.5.2-09", "rfc9113-4.3.1-08", "rfc8441-3-05"}},
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           const bool zero = any_setting(frame, [](const Setting& s) {
             return s.value == 0 && !is_setting(s, SettingId::enable_push);
           });
           refuse_if(zero, memory, frame, out);
         }},
    {.name = "refuses-enable-connect-protocol",
     .text = "ends the connection at a client's ENABLE_CONNECT_PROTOCOL",
     .breaks = {{"rfc8441-3-05"}},
     .bearer = Bearer::server,
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           const bool enables = any_setting(frame, [](const Setting& s) {
             return is_setting(s, SettingId::enable_connect_protocol);
           });
           refuse_if(enables, memory, frame, out);
         }},
    {.name = "obeys-no-settings",
     .text = "acknowledges SETTINGS and does not obey them",
     .breaks = {{"rfc9113-6.5-03", "rfc9113-6.5.3-01", "rfc9113-6.5.3-05", "rfc9113-6.9.2-03"}},
     .incoming =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           pass_with(frame, is_settings(frame) ? Octets{} : frame.payload, out);
         }},
    {.name = "refuses-further-settings",
     .text = "ends the connection at the third SETTINGS frame",
     .breaks = {{"rfc9113-6.5-02", "rfc9113-10.5-05"}},
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           if (is_settings(frame)) ++memory.count;
           refuse_if(is_settings(frame) && memory.count > 2, memory, frame, out);
         }},
    {.name = "refuses-unasked-settings-ack",
     .text = "ends the connection at a second SETTINGS with ACK, and answers no PING behind it",
     .breaks = {{"rfc9113-6.5.3-07"}},
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           const bool ack = is(frame, FrameType::settings) && is_ack(frame);
           if (ack) ++memory.count;
           refuse_if(ack && memory.count > 1, memory, frame, out);
         }},
    {.name = "obeys-settings-before-their-ack",
     .text = "refuses what its own SETTINGS forbid before the peer has acknowledged them",
     .breaks = {{"rfc9113-6.5.3-09", "rfc9113-6.9.3-01", "rfc9113-6.5.3-06", "rfc9113-4.3.1-03"}},
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           const bool ack = is(frame, FrameType::settings) && is_ack(frame);
           if (ack) memory.count = 1;
           const bool request = is(frame, FrameType::headers) || is(frame, FrameType::data);
           refuse_if(request && memory.count == 0, memory, frame, out);
         }},
    {.name = "answers-no-ping",
     .text = "does not answer PING",
     .breaks = {{"rfc9113-6.7-02", "rfc9113-6.7-08"}},
     .incoming =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           if (!is_plain_ping(frame)) pass(frame, out);
         }},
    {.name = "answers-ping-with-other-octets",
     .text = "answers PING with octets of its own",
     .breaks = {{"rfc9113-6.7-02"}},
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           constexpr std::array<std::uint8_t, 8> kOwn = {1, 2, 3, 4, 5, 6, 7, 8};
           const bool answer = is(frame, FrameType::ping) && is_ack(frame);
           pass_with(frame, answer ? Octets(kOwn) : frame.payload, out);
         }},
    {.name = "answers-ping-once",
     .text = "answers the first of several PINGs that stand together",
     .breaks = {{"rfc9113-6.7-02", "rfc9113-10.5-05"}},
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           const bool ping = is_plain_ping(frame);
           if (!ping || memory.count == 0) pass(frame, out);
           memory.count = ping ? 1 : 0;
         }},
    {.name = "answers-ping-ack",
     .text = "answers PING with ACK, too",
     .breaks = {{"rfc9113-6.7-05"}},
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           pass(frame, out);
           if (is(frame, FrameType::ping) && is_ack(frame)) pass(frame, memory.to_peer);
         }},
    {.name = "does-not-read-while-it-sends",
     .text = "takes in no PING, SETTINGS or WINDOW_UPDATE while a response is not complete",
     .breaks = {{"rfc9113-5.2.2-01", "rfc9113-6.7-08", "rfc9113-5.2.1-04", "rfc9113-6.9-01"}},
     .outgoing =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           if (is(frame, FrameType::headers) || is(frame, FrameType::data)) {
             memory.count = ends_stream(frame) ? 0 : 1;
           }
           pass(frame, out);
         },
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           if (memory.count == 0 || is(frame, FrameType::headers)) pass(frame, out);
         }},
    {.name = "counts-headers-against-windows",
     .text = "sends no HEADERS while the window of a stream is 0",
     .breaks = {{"rfc9113-5.2.1-04", "rfc9113-6.9-01"}},
     .outgoing =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           if (memory.count == 0 || !is(frame, FrameType::headers)) return pass(frame, out);
           OctetBuffer later;
           pass(frame, later);
           memory.held.insert(memory.held.end(), later.data(), later.data() + later.size());
         },
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           pass(frame, out);
           if (any_setting(frame, [](const Setting& s) {
                 return is_setting(s, SettingId::initial_window_size) && s.value == 0;
               })) {
             memory.count = 1;
           }
           if (!is(frame, FrameType::window_update)) return;
           memory.count = 0;
           memory.to_peer.append(memory.held);
           memory.held.clear();
         }},
    {.name = "refuses-the-largest-window",
     .text = "ends the connection at an increment that makes a window as large as may be",
     .breaks = {{"rfc9113-6.9.1-10", "rfc9113-6.5.2-14"}},
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           constexpr std::uint32_t kAlmost = 0x7fff'0000;
           refuse_if(
               is(frame, FrameType::window_update) && parse_window_update(frame).value >= kAlmost,
               memory,
               frame,
               out);
         }},
    {.name = "credits-all-windows-at-once",
     .text = "adds an increment for a stream to the window of the connection, and none to its own",
     .breaks = {{"rfc9113-6.9-12", "rfc9113-6.9.1-06"}},
     .incoming =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           const bool credit = is(frame, FrameType::window_update);
           pass_as(frame, frame.header.flags, credit ? 0 : frame.header.stream_id, out);
         }},
    {.name = "never-credits",
     .text = "sends no WINDOW_UPDATE",
     .breaks = {{"rfc9113-6.9.1-05", "rfc9113-5.1-21", "rfc9113-6.9-10"}},
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           if (!is(frame, FrameType::window_update)) pass(frame, out);
         }},
    {.name = "never-credits-streams",
     .text = "sends WINDOW_UPDATE for the connection only",
     .breaks = {{"rfc9113-6.9.1-05", "rfc9113-5.1-21"}},
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           if (!is(frame, FrameType::window_update) || frame.header.stream_id == 0) {
             pass(frame, out);
           }
         }},
    {.name = "never-credits-the-connection",
     .text = "sends WINDOW_UPDATE for streams only",
     .breaks = {{"rfc9113-6.9.1-05", "rfc9113-6.9-10", "rfc9113-5.1-36", "rfc9113-6.8-19"}},
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           if (!is(frame, FrameType::window_update) || frame.header.stream_id != 0) {
             pass(frame, out);
           }
         }},
    {.name = "gives-up-at-goaway",
     .text = "closes the connection at once when the peer sends GOAWAY",
     .breaks = {{"rfc9113-6.8-24", "rfc9113-6.8-11", "rfc9113-6.8-23", "rfc9113-6.8-20"}},
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           if (!is(frame, FrameType::goaway)) return pass(frame, out);
           memory.hangs_up = true;
         }},
    {.name = "refuses-debug-data",
     .text = "ends the connection at GOAWAY with debug data",
     .breaks = {{"rfc9113-6.8-20"}},
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           refuse_if(is(frame, FrameType::goaway) && frame.header.length > 8, memory, frame, out);
         }},
    {.name = "refuses-strange-last-streams",
     .text = "ends the connection at GOAWAY whose last stream is one that it has not promised",
     .breaks = {{"rfc9113-6.8-23"}},
     .bearer = Bearer::server,
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           const bool strange =
               is(frame, FrameType::goaway) && parse_goaway(frame).value.last_stream_id != 0;
           refuse_if(strange, memory, frame, out);
         }},
    {.name = "answers-behind-its-goaway",
     .text = "answers requests above the last stream of its GOAWAY",
     .breaks = {{"rfc9113-6.8-01"}},
     .bearer = Bearer::server,
     .outgoing =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           if (ends_final(frame)) memory.count = 1;
           pass(frame, out);
         },
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           pass(frame, out);
           if (memory.count == 0 || !is(frame, FrameType::headers)) return;
           Section answer;
           answer.kind = Section::Kind::response;
           answer.stream_id = frame.header.stream_id;
           answer.end_stream = true;
           answer.add(":status", "200");
           append_section(memory.to_peer, answer);
         }},
    {.name = "stops-at-its-goaway",
     .text = "finishes nothing behind its first GOAWAY",
     .breaks = {{"rfc9113-6.8-11", "rfc9113-6.8-17"}},
     .bearer = Bearer::server,
     .outgoing =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           if (memory.count == 0 || frame.header.stream_id == 0) pass(frame, out);
           if (is(frame, FrameType::goaway)) memory.count = 1;
         }},
    {.name = "takes-nothing-between-its-goaways",
     .text = "drops requests that come between its two GOAWAYs",
     .breaks = {{"rfc9113-6.8-17"}},
     .bearer = Bearer::server,
     .outgoing =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           if (is(frame, FrameType::goaway)) memory.count = 1;
           pass(frame, out);
         },
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           if (memory.count == 0 || !is(frame, FrameType::headers)) pass(frame, out);
         }},
};

}  // namespace

std::span<const HabitRow> mishearing_habits() { return kRows; }

}  // namespace h2assay::deeds
