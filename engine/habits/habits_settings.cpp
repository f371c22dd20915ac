// SETTINGS: what is announced, what is acknowledged, and the opening of a connection.  RFC 9113,
// Sections 3.4 and 6.5; RFC 8441, Section 3; RFC 9218, Section 2.1.

#include "engine/habits/deeds.h"

namespace h2assay::deeds {
namespace {

constexpr std::array<std::uint8_t, 8> kPing = {'h', 'a', 'b', 'i', 't', 0, 0, 2};

bool is_settings(const Frame& frame) { return is(frame, FrameType::settings) && !is_ack(frame); }

bool is_settings_ack(const Frame& frame) { return is(frame, FrameType::settings) && is_ack(frame); }

// The first SETTINGS frame, once.
bool is_first(HabitMemory& memory, const Frame& frame) {
  return is_settings(frame) && memory.count++ == 0;
}

// With this value in place of what the engine announces.
void announce(
    HabitMemory& memory, const Frame& frame, SettingId id, std::uint32_t value, OctetBuffer& out) {
  if (!is_first(memory, frame)) return pass(frame, out);
  std::vector<Setting> settings = settings_of(frame);
  remove_setting(settings, id);
  settings.push_back(setting(id, value));
  append_settings(out, settings);
}

void hold(HabitMemory& memory, const Frame& frame) {
  OctetBuffer held;
  pass(frame, held);
  memory.held.insert(memory.held.end(), held.data(), held.data() + held.size());
}

void let_go(HabitMemory& memory, OctetBuffer& out) {
  out.append(memory.held);
  memory.held.clear();
}

constexpr HabitRow kRows[] = {
    {.name = "omits-settings",
     .text = "sends no SETTINGS at the start of the connection",
     .breaks = {{"rfc9113-6.5-01",
                 "rfc9113-3.4-05",
                 "rfc9113-3.4-02",
                 "rfc9113-3.3-05",
                 "rfc9113-3.2-05",
                 "rfc9113-3.2-04"}},
     .outgoing =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           if (!is_first(memory, frame)) pass(frame, out);
         }},
    {.name = "sends-ping-before-settings",
     .text = "sends PING before its first SETTINGS",
     .breaks = {{"rfc9113-3.4-05",
                 "rfc9113-3.4-02",
                 "rfc9113-3.3-05",
                 "rfc9113-3.2-05",
                 "rfc9113-3.2-04"}},
     .outgoing =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           if (is_first(memory, frame)) append_ping(out, kPing, false);
           pass(frame, out);
         }},
    {.name = "sends-settings-last",
     .text = "sends its first SETTINGS behind the acknowledgement of the peer's",
     .breaks = {{"rfc9113-3.4-06", "rfc9113-3.4-05", "rfc9113-3.4-07"}},
     .outgoing =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           if (is_first(memory, frame)) return hold(memory, frame);
           pass(frame, out);
           if (is_settings_ack(frame)) let_go(memory, out);
         }},
    {.name = "sends-wrong-preface",
     .text = "a client that begins with 24 other octets",
     .breaks = {{"rfc9113-3.4-01"}},
     .bearer = Bearer::client,
     .preface = "PRI * HTTP/2.1\r\n\r\nSM\r\n\r\n"},
    {.name = "omits-settings-ack",
     .text = "never acknowledges SETTINGS",
     .breaks = {{"rfc9113-6.5.3-02",
                 "rfc9113-3.4-06",
                 "rfc9113-3.4-07",
                 "rfc9113-6.5.3-05",
                 "rfc9113-6.5-02"}},
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           if (!is_settings_ack(frame)) pass(frame, out);
         }},
    {.name = "repeats-settings-ack",
     .text = "acknowledges each SETTINGS frame twice",
     .breaks = {{"rfc9113-6.5.3-02"}},
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           pass(frame, out);
           if (is_settings_ack(frame)) pass(frame, out);
         }},
    {.name = "acknowledges-settings-once",
     .text = "acknowledges the first SETTINGS frame and no later one",
     .breaks = {{"rfc9113-6.5.3-02", "rfc9113-6.5-02", "rfc9113-6.5.3-05"}},
     .outgoing =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           if (!is_settings_ack(frame) || memory.count++ == 0) pass(frame, out);
         }},
    {.name = "delays-settings-ack",
     .text = "acknowledges SETTINGS only when the next stream has ended",
     .breaks = {{"rfc9113-6.5.3-05"}},
     .outgoing =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           if (is_settings_ack(frame) && memory.count++ > 0) return hold(memory, frame);
           pass(frame, out);
           if (ends_stream(frame)) let_go(memory, out);
         }},
    {.name = "sends-settings-ack-with-payload",
     .text = "acknowledges SETTINGS by a frame that is not empty",
     .breaks = {{"rfc9113-6.5-05"}},
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           constexpr std::array<std::uint8_t, 6> kParameter = {0, 6, 0, 1, 0, 0};
           pass_with(frame, is_settings_ack(frame) ? Octets(kParameter) : frame.payload, out);
         }},
    {.name = "sends-settings-on-stream",
     .text = "sends SETTINGS on stream 1",
     .breaks = {{"rfc9113-6.5-07"}},
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           pass_as(frame, frame.header.flags, is_settings(frame) ? 1 : frame.header.stream_id, out);
         }},
    {.name = "sends-settings-ack-on-stream",
     .text = "acknowledges SETTINGS on stream 1",
     .breaks = {{"rfc9113-6.5-07"}},
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           pass_as(
               frame, frame.header.flags, is_settings_ack(frame) ? 1 : frame.header.stream_id, out);
         }},
    {.name = "announces-push",
     .text = "a server that announces ENABLE_PUSH=1",
     .breaks = {{"rfc9113-6.5.2-05", "rfc9113-6.5.2-07"}},
     .bearer = Bearer::server,
     .outgoing = [](HabitMemory& memory,
                    const Frame& frame,
                    OctetBuffer& out) { announce(memory, frame, SettingId::enable_push, 1, out); }},
    {.name = "announces-small-max-frame-size",
     .text = "announces MAX_FRAME_SIZE=16383",
     .breaks = {{"rfc9113-6.5.2-15"}},
     .outgoing =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           announce(memory, frame, SettingId::max_frame_size, 16383, out);
         }},
    {.name = "announces-large-max-frame-size",
     .text = "announces MAX_FRAME_SIZE=16777216",
     .breaks = {{"rfc9113-6.5.2-15"}},
     .outgoing =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           announce(memory, frame, SettingId::max_frame_size, 16777216, out);
         }},
    {.name = "announces-few-streams",
     .text = "announces MAX_CONCURRENT_STREAMS=3",
     .breaks = {{"rfc9113-6.5.2-11"}},
     .outgoing =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           announce(memory, frame, SettingId::max_concurrent_streams, 3, out);
         }},
    {.name = "announces-no-streams",
     .text = "announces MAX_CONCURRENT_STREAMS=0 and leaves it so",
     .breaks = {{"rfc9113-6.5.2-10", "rfc9113-6.5.2-11"}},
     .bearer = Bearer::server,
     .outgoing =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           announce(memory, frame, SettingId::max_concurrent_streams, 0, out);
         }},
    {.name = "announces-connect-protocol-2",
     .text = "announces ENABLE_CONNECT_PROTOCOL=2",
     .breaks = {{"rfc8441-3-01"}},
     .outgoing =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           announce(memory, frame, SettingId::enable_connect_protocol, 2, out);
         }},
    {.name = "withdraws-connect-protocol",
     .text = "announces ENABLE_CONNECT_PROTOCOL=1, then 0",
     .breaks = {{"rfc8441-3-06"}},
     .outgoing =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           const bool first = is_settings(frame) && memory.count == 0;
           announce(memory, frame, SettingId::enable_connect_protocol, 1, out);
           const std::array<Setting, 1> zero = {setting(SettingId::enable_connect_protocol, 0)};
           if (first) append_settings(out, zero);
         }},
    {.name = "announces-no-priorities-2",
     .text = "announces NO_RFC7540_PRIORITIES=2",
     .breaks = {{"rfc9218-2.1-01"}},
     .outgoing =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           announce(memory, frame, SettingId::no_rfc7540_priorities, 2, out);
         }},
    {.name = "announces-no-priorities-late",
     .text = "announces NO_RFC7540_PRIORITIES=1, but in its second SETTINGS",
     .breaks = {{"rfc9218-2.1-03", "rfc9218-2.1-04"}},
     .outgoing =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           if (!is_first(memory, frame)) return pass(frame, out);
           std::vector<Setting> settings = settings_of(frame);
           remove_setting(settings, SettingId::no_rfc7540_priorities);
           append_settings(out, settings);
           append_settings(out,
                           std::array<Setting, 1>{setting(SettingId::no_rfc7540_priorities, 1)});
         }},
    {.name = "changes-no-priorities",
     .text = "announces NO_RFC7540_PRIORITIES=1, then 0",
     .breaks = {{"rfc9218-2.1-04"}},
     .outgoing =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           const bool first = is_settings(frame) && memory.count == 0;
           announce(memory, frame, SettingId::no_rfc7540_priorities, 1, out);
           const std::array<Setting, 1> zero = {setting(SettingId::no_rfc7540_priorities, 0)};
           if (first) append_settings(out, zero);
         }},
};

}  // namespace

std::span<const HabitRow> settings_habits() { return kRows; }

}  // namespace h2assay::deeds
