// Pushes, and what servers announce beside responses: RFC 9113, Sections 6.6 and 8.4; RFC 7838, RFC
// 8336, RFC 9218.

#include "engine/habits/deeds.h"

namespace h2assay::deeds {
namespace {

bool is_promise(const Section& section) { return section.kind == Section::Kind::promise; }

void set(Section& section, std::string_view name, std::string_view value) {
  if (is_promise(section)) section.set(name, std::string(value));
}

// PUSH_PROMISE with another promised stream.
void promise(const Frame& frame, std::uint32_t stream_id, OctetBuffer& out) {
  std::vector<std::uint8_t> payload(frame.payload.begin(), frame.payload.end());
  if (payload.size() >= 4) store32(payload.data(), stream_id);
  pass_with(frame, payload, out);
}

std::uint32_t promised_by(const Frame& frame) {
  return parse_push_promise(frame).value.promised_stream_id;
}

bool is_pushed(std::uint32_t stream_id) { return stream_id != 0 && stream_id % 2 == 0; }

void announce_alternative(Section& section, std::string_view value) {
  if (section.kind == Section::Kind::response) section.set("alt-svc", std::string(value));
}

// Behind the first SETTINGS frame.
template <typename Append>
void behind_settings(HabitMemory& memory, const Frame& frame, OctetBuffer& out, Append append) {
  pass(frame, out);
  if (is(frame, FrameType::settings) && memory.count++ == 0) append();
}

constexpr HabitRow kRows[] = {
    {.name = "pushes-although-forbidden",
     .text = "promises streams although the client has forbidden it",
     .breaks = {{"rfc9113-6.5.2-02", "rfc9113-6.6-10"}},
     .bearer = Bearer::server,
     .incoming =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           if (!is(frame, FrameType::settings) || is_ack(frame)) return pass(frame, out);
           std::vector<Setting> settings = settings_of(frame);
           remove_setting(settings, SettingId::enable_push);
           append_settings(out, settings);
         }},
    {.name = "promises-odd-streams",
     .text = "promises streams with odd identifiers",
     .breaks = {{"rfc9113-5.1.1-02", "rfc9113-6.6-01", "rfc9113-6.6-14"}},
     .bearer = Bearer::server,
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           if (!is(frame, FrameType::push_promise)) return pass(frame, out);
           promise(frame, promised_by(frame) + 1, out);
         },
     .plain = true},
    {.name = "promises-the-same-stream",
     .text = "promises every push on stream 2",
     .breaks = {{"rfc9113-5.1.1-08", "rfc9113-5.1.1-04", "rfc9113-6.6-15", "rfc9113-6.6-01"}},
     .bearer = Bearer::server,
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           if (!is(frame, FrameType::push_promise)) return pass(frame, out);
           promise(frame, 2, out);
           if (frame.header.has(flags::end_headers)) promise(frame, 2, out);
         },
     .plain = true},
    {.name = "promises-streams-downwards",
     .text = "promises streams with ever lower identifiers",
     .breaks = {{"rfc9113-5.1.1-04", "rfc9113-6.6-01"}},
     .bearer = Bearer::server,
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           if (!is(frame, FrameType::push_promise)) return pass(frame, out);
           promise(frame, promised_by(frame) + 100, out);
           if (frame.header.has(flags::end_headers)) pass(frame, out);
         },
     .plain = true},
    {.name = "promises-on-pushed-streams",
     .text = "sends PUSH_PROMISE on a pushed stream",
     .breaks = {{"rfc9113-6.6-07"}},
     .bearer = Bearer::server,
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           pass(frame, out);
           if (!is(frame, FrameType::push_promise)) return;
           OctetBuffer again;
           promise(frame, promised_by(frame) + 2, again);
           FrameCutter cutter;
           cutter.add(again.view());
           const auto piece = cutter.next();
           if (piece) pass_as(*piece->frame, frame.header.flags, promised_by(frame), out);
         },
     .plain = true},
    {.name = "promises-on-ended-streams",
     .text = "sends PUSH_PROMISE behind the END_STREAM of the response",
     .breaks = {{"rfc9113-6.6-13", "rfc9113-6.6-07", "rfc9113-8.4.1-06", "rfc9113-8.4.1-04"}},
     .bearer = Bearer::server,
     .outgoing =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           const bool pushed = is_pushed(frame.header.stream_id);
           if (is(frame, FrameType::push_promise) || (pushed && !memory.held.empty())) {
             OctetBuffer late;
             pass(frame, late);
             memory.held.insert(memory.held.end(), late.data(), late.data() + late.size());
             return;
           }
           pass(frame, out);
           if (!ends_stream(frame)) return;
           out.append(memory.held);
           memory.held.clear();
         },
     .plain = true},
    {.name = "sends-data-on-reserved-streams",
     .text = "sends DATA on a promised stream before its HEADERS",
     .breaks = {{"rfc9113-5.1-12", "rfc9113-6.1-09"}},
     .bearer = Bearer::server,
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           pass(frame, out);
           if (!is(frame, FrameType::push_promise) || !frame.header.has(flags::end_headers)) return;
           append_data(out, promised_by(frame), octets_of("early"), false);
         }},
    {.name = "credits-reserved-streams",
     .text = "sends WINDOW_UPDATE for a stream that it has promised",
     .breaks = {{"rfc9113-5.1-12"}},
     .bearer = Bearer::server,
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           pass(frame, out);
           if (!is(frame, FrameType::push_promise) || !frame.header.has(flags::end_headers)) return;
           append_window_update(out, promised_by(frame), 1000);
         }},
    {.name = "promises-unsafe-requests",
     .text = "promises the response to a POST",
     .breaks = {{"rfc9113-8.4-02", "rfc9113-8.4.1-02"}},
     .bearer = Bearer::server,
     .section = [](HabitMemory&, Section& section) { set(section, ":method", "POST"); }},
    {.name = "promises-requests-with-content",
     .text = "promises the response to a request with a content-length",
     .breaks = {{"rfc9113-8.4-03"}},
     .bearer = Bearer::server,
     .section = [](HabitMemory&, Section& section) { set(section, "content-length", "5"); }},
    {.name = "promises-incomplete-requests",
     .text = "promises a request without :path",
     .breaks = {{"rfc9113-8.4.1-01"}},
     .bearer = Bearer::server,
     .section =
         [](HabitMemory&, Section& section) {
           if (is_promise(section)) section.remove(":path");
         }},
    {.name = "promises-foreign-requests",
     .text = "promises a request for an authority that it does not serve",
     .breaks = {{"rfc9113-8.4-07"}},
     .bearer = Bearer::server,
     .section = [](HabitMemory&, Section& section) { set(section, ":authority", "other.test"); }},
    {.name = "never-ends-pushes",
     .text = "never ends a pushed response",
     .breaks = {{"rfc9113-8.4.2-01"}},
     .bearer = Bearer::server,
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           if (!is_pushed(frame.header.stream_id) || !ends_stream(frame)) return pass(frame, out);
           pass_as(frame,
                   static_cast<std::uint8_t>(frame.header.flags & ~flags::end_stream),
                   frame.header.stream_id,
                   out);
         }},
    {.name = "refuses-pushes-on-the-wrong-stream",
     .text = "a client that refuses a push by RST_STREAM on the request's stream",
     .breaks = {{"rfc9113-6.6-12"}},
     .bearer = Bearer::client,
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           const bool refusal =
               is(frame, FrameType::rst_stream) && is_pushed(frame.header.stream_id);
           pass_as(frame, frame.header.flags, refusal ? 1 : frame.header.stream_id, out);
         }},
    {.name = "refuses-pushes-with-another-code",
     .text = "a client that refuses pushes with COMPRESSION_ERROR",
     .breaks = {{"rfc9113-8.4.2-03"}},
     .bearer = Bearer::client,
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           if (!is(frame, FrameType::rst_stream) || !is_pushed(frame.header.stream_id)) {
             return pass(frame, out);
           }
           append_rst_stream(out, frame.header.stream_id, ErrorCode::compression_error);
         }},
    {.name = "sends-data-on-promised-streams",
     .text = "a client that sends DATA on a stream that was promised to it",
     .breaks = {{"rfc9113-5.1-15", "rfc9113-8.4.2-06"}},
     .bearer = Bearer::client,
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           pass(frame, out);
           if (!is(frame, FrameType::push_promise)) return;
           append_data(memory.to_peer, promised_by(frame), octets_of("mine"), true);
         }},
    {.name = "sends-priority-updates-as-a-server",
     .text = "a server that sends PRIORITY_UPDATE",
     .breaks = {{"rfc9218-7.1-13"}},
     .bearer = Bearer::server,
     .outgoing =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           behind_settings(memory, frame, out, [&] { append_priority_update(out, 1, "u=1"); });
         }},
    {.name = "sends-origin-on-stream",
     .text = "sends ORIGIN on stream 1",
     .breaks = {{"rfc8336-2.2-02"}},
     .bearer = Bearer::server,
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           if (is(frame, FrameType::headers) && frame.header.has(flags::end_headers)) {
             append_frame(
                 out, static_cast<std::uint8_t>(FrameType::origin), 0, frame.header.stream_id, {});
           }
           pass(frame, out);
         }},
    {.name = "sends-broken-origin",
     .text = "sends ORIGIN whose entry is longer than the frame",
     .breaks = {{"rfc8336-2.1-01"}},
     .bearer = Bearer::server,
     .outgoing =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           constexpr std::array<std::uint8_t, 3> kEntry = {0, 9, 'h'};
           behind_settings(memory, frame, out, [&] {
             append_frame(out, static_cast<std::uint8_t>(FrameType::origin), 0, 0, kEntry);
           });
         }},
    {.name = "sends-broken-altsvc",
     .text = "sends ALTSVC whose origin is longer than the frame",
     .breaks = {{"rfc7838-4-01"}},
     .bearer = Bearer::server,
     .outgoing =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           constexpr std::array<std::uint8_t, 3> kOrigin = {0, 9, 'h'};
           behind_settings(memory, frame, out, [&] {
             append_frame(out, static_cast<std::uint8_t>(FrameType::altsvc), 0, 0, kOrigin);
           });
         }},
    {.name = "encodes-alternatives-wrongly",
     .text = "sends alt-svc with percent-encoding that nothing asks for, in lower case",
     .breaks = {{"rfc7838-3-03", "rfc7838-3-04"}},
     .bearer = Bearer::server,
     .section = [](HabitMemory&,
                   Section& section) { announce_alternative(section, "%68%32%3a=\":8000\""); }},
    {.name = "does-not-encode-alternatives",
     .text = "sends alt-svc with a protocol that is no token",
     .breaks = {{"rfc7838-3-01", "rfc7838-3-02", "rfc7838-3-07"}},
     .bearer = Bearer::server,
     .section = [](HabitMemory&,
                   Section& section) { announce_alternative(section, "w=x:y%z=\":8000\""); }},
    {.name = "names-alternatives-in-unicode",
     .text = "sends alt-svc with a host name that is no A-label",
     .breaks = {{"rfc7838-8-01"}},
     .bearer = Bearer::server,
     .section =
         [](HabitMemory&, Section& section) {
           announce_alternative(section, "h2=\"b\xc3\xbc.test:443\"");
         }},
};

}  // namespace

std::span<const HabitRow> push_habits() { return kRows; }

}  // namespace h2assay::deeds
