// Streams: identifiers, states, resets, how many there may be.  RFC 9113, Sections 5.1, 5.4.2, 6.4.

#include "engine/habits/deeds.h"

namespace h2assay::deeds {
namespace {

constexpr std::string_view kLate = "late";

void append_late_data(OctetBuffer& out, std::uint32_t stream_id) {
  append_data(out, stream_id, octets_of(kLate), false);
}

void append_late_fields(OctetBuffer& out, std::uint32_t stream_id) {
  Section late;
  late.kind = Section::Kind::trailers;
  late.stream_id = stream_id;
  late.end_stream = true;
  late.add("x-late", "1");
  append_section(out, late);
}

// Every frame of the client's streams on another one, both ways.
template <typename Map> void move_stream(const Frame& frame, OctetBuffer& out, Map map) {
  const std::uint32_t stream_id = frame.header.stream_id;
  pass_as(frame, frame.header.flags, stream_id == 0 ? 0 : map(stream_id), out);
}

std::uint32_t mirrored(std::uint32_t stream_id) {
  return stream_id % 2 == 1 && stream_id <= 1001 ? 1002 - stream_id : stream_id;
}

bool lowers_limit(const Frame& frame, std::uint32_t most) {
  if (!is(frame, FrameType::settings) || is_ack(frame)) return false;
  const std::vector<Setting> settings = settings_of(frame);
  return std::ranges::any_of(settings, [&](const Setting& s) {
    return s.id == static_cast<std::uint16_t>(SettingId::max_concurrent_streams) && s.value <= most;
  });
}

constexpr HabitRow kRows[] = {
    {.name = "uses-even-streams",
     .text = "a client that opens streams with even identifiers",
     .breaks = {{"rfc9113-5.1.1-01"}},
     .bearer = Bearer::client,
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           move_stream(frame, out, [](std::uint32_t id) { return id + 1; });
         },
     .incoming =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           move_stream(frame, out, [](std::uint32_t id) { return id - 1; });
         }},
    {.name = "opens-streams-downwards",
     .text = "a client that opens each stream with a lower identifier than the one before",
     .breaks = {{"rfc9113-5.1.1-04"}},
     .bearer = Bearer::client,
     .outgoing = [](HabitMemory&,
                    const Frame& frame,
                    OctetBuffer& out) { move_stream(frame, out, mirrored); },
     .incoming = [](HabitMemory&,
                    const Frame& frame,
                    OctetBuffer& out) { move_stream(frame, out, mirrored); }},
    {.name = "reuses-streams",
     .text = "a client that sends every request on stream 1",
     .breaks = {{"rfc9113-5.1.1-08", "rfc9113-8.1-01", "rfc9113-5.1.1-04"}},
     .bearer = Bearer::client,
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           move_stream(frame, out, [](std::uint32_t) { return std::uint32_t{1}; });
         }},
    {.name = "answers-on-other-stream",
     .text = "a server that answers two streams further",
     .breaks = {{"rfc9113-8.1-02"}},
     .bearer = Bearer::server,
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           const bool message = is(frame, FrameType::headers) || is(frame, FrameType::data);
           move_stream(frame, out, [&](std::uint32_t id) { return message ? id + 2 : id; });
         }},
    {.name = "sends-data-after-end-stream",
     .text = "sends more DATA on a stream that it has ended",
     .breaks = {{"rfc9113-5.1-20", "rfc9113-6.1-09", "rfc9113-5.1-27", "rfc9113-8.1-03"}},
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           pass(frame, out);
           if (ends_stream(frame)) append_late_data(out, frame.header.stream_id);
         }},
    {.name = "sends-headers-after-end-stream",
     .text = "sends HEADERS on a stream that it has ended",
     .breaks = {{"rfc9113-6.2-13", "rfc9113-5.1-20", "rfc9113-5.1-27", "rfc9113-8.1-03"}},
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           pass(frame, out);
           const bool whole =
               !is(frame, FrameType::headers) || frame.header.has(flags::end_headers);
           if (ends_stream(frame) && whole) append_late_fields(out, frame.header.stream_id);
         }},
    {.name = "ignores-rst-stream",
     .text = "goes on with a stream that the peer has reset",
     .breaks = {{"rfc9113-6.4-01", "rfc9113-5.1-27"}},
     .incoming =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           if (!is(frame, FrameType::rst_stream)) pass(frame, out);
         }},
    {.name = "answers-rst-stream",
     .text = "answers RST_STREAM by RST_STREAM",
     .breaks = {{"rfc9113-5.4.2-06", "rfc9113-5.1-27"}},
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           pass(frame, out);
           if (!is(frame, FrameType::rst_stream)) return;
           append_rst_stream(memory.to_peer, frame.header.stream_id, ErrorCode::stream_closed);
         }},
    {.name = "resets-idle-stream",
     .text = "sends RST_STREAM for a stream that nobody has opened",
     .breaks = {{"rfc9113-6.4-05"}},
     .outgoing =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           pass(frame, out);
           if (!is(frame, FrameType::settings) || !is_ack(frame) || memory.count++ > 0) return;
           append_rst_stream(out, 0x7fff'fffd, ErrorCode::cancel);
         }},
    {.name = "repeats-rst-stream",
     .text = "sends each RST_STREAM three times",
     .breaks = {{"rfc9113-5.4.2-04", "rfc9113-5.4-02", "rfc9113-5.4.2-02"}},
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           const int times = is(frame, FrameType::rst_stream) ? 3 : 1;
           for (int i = 0; i < times; ++i) pass(frame, out);
         }},
    {.name = "sends-data-after-rst-stream",
     .text = "sends DATA on a stream that it has reset",
     .breaks = {{"rfc9113-5.4.2-02", "rfc9113-5.1-27"}},
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           pass(frame, out);
           if (is(frame, FrameType::rst_stream)) append_late_data(out, frame.header.stream_id);
         }},
    {.name = "credits-after-rst-stream",
     .text = "sends WINDOW_UPDATE for a stream that it has reset",
     .breaks = {{"rfc9113-5.4.2-02", "rfc9113-5.1-27"}},
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           pass(frame, out);
           if (is(frame, FrameType::rst_stream)) {
             append_window_update(out, frame.header.stream_id, 1000);
           }
         }},
    {.name = "resets-another-stream",
     .text = "sends RST_STREAM for another stream than the one in error",
     .breaks = {{"rfc9113-5.4.2-01"}},
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           const bool reset = is(frame, FrameType::rst_stream);
           pass_as(frame, frame.header.flags, frame.header.stream_id + (reset ? 2 : 0), out);
         }},
    {.name = "ignores-max-concurrent-streams",
     .text = "opens more streams than the peer's MAX_CONCURRENT_STREAMS",
     .breaks = {{"rfc9113-5.1.2-01", "rfc9113-5.1.2-02", "rfc9113-8.4.2-04"}},
     .incoming =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           if (!is(frame, FrameType::settings) || is_ack(frame)) return pass(frame, out);
           std::vector<Setting> settings = settings_of(frame);
           remove_setting(settings, SettingId::max_concurrent_streams);
           append_settings(out, settings);
         }},
    {.name = "gives-up-when-the-limit-falls",
     .text = "ends the connection when the peer lowers MAX_CONCURRENT_STREAMS to 1 or less",
     .breaks = {{"rfc9113-5.1.2-07"}},
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           if (!lowers_limit(frame, 1)) return pass(frame, out);
           hang_up(memory, ErrorCode::protocol_error);
         }},
    {.name = "limits-the-peer-by-the-peers-limit",
     .text = "refuses the peer's streams beyond the MAX_CONCURRENT_STREAMS that the peer announced",
     .breaks = {{"rfc9113-5.1.2-08"}},
     .bearer = Bearer::server,
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           if (lowers_limit(frame, 1)) memory.count = 1;
           pass(frame, out);
           if (memory.count == 0 || !is(frame, FrameType::headers)) return;
           refuse_stream(memory, frame.header.stream_id, ErrorCode::refused_stream);
         }},
};

}  // namespace

std::span<const HabitRow> stream_habits() { return kRows; }

}  // namespace h2assay::deeds
