// What only a client's requests can have wrong: RFC 9113, Sections 8.3.1 and 8.5; RFC 8441; RFC
// 9218, Section 7.

#include "engine/habits/deeds.h"

namespace h2assay::deeds {
namespace {

bool is_plain_request(const Section& section) {
  return section.kind == Section::Kind::request && section.method != "CONNECT";
}

bool is_connect(const Section& section) {
  return section.kind == Section::Kind::request && section.method == "CONNECT";
}

void set(Section& section, std::string_view name, std::string_view value) {
  if (is_plain_request(section)) section.set(name, std::string(value));
}

void remove(Section& section, std::string_view name) {
  if (is_plain_request(section)) section.remove(name);
}

void append_update(OctetBuffer& out,
                   std::uint32_t on_stream,
                   std::uint32_t about,
                   std::string_view value) {
  OctetBuffer update;
  append_priority_update(update, about, value);
  append_frame(out,
               static_cast<std::uint8_t>(FrameType::priority_update),
               0,
               on_stream,
               update.view().subspan(kFrameHeaderOctets));
}

// Behind the request's HEADERS: its stream is open then.
template <typename Append>
void behind_request(const Frame& frame, OctetBuffer& out, Append append) {
  pass(frame, out);
  if (is(frame, FrameType::headers) && frame.header.has(flags::end_headers)) append();
}

constexpr HabitRow kRows[] = {
    {.name = "omits-method",
     .text = "a client that sends no :method",
     .breaks = {{"rfc9113-8.3.1-28"}},
     .bearer = Bearer::client,
     .section = [](HabitMemory&, Section& section) { remove(section, ":method"); }},
    {.name = "omits-scheme",
     .text = "a client that sends no :scheme",
     .breaks = {{"rfc9113-8.3.1-28", "rfc9113-8.3.1-01"}},
     .bearer = Bearer::client,
     .section = [](HabitMemory&, Section& section) { remove(section, ":scheme"); }},
    {.name = "omits-path",
     .text = "a client that sends no :path",
     .breaks = {{"rfc9113-8.3.1-28"}},
     .bearer = Bearer::client,
     .section = [](HabitMemory&, Section& section) { remove(section, ":path"); }},
    {.name = "sends-empty-path",
     .text = "a client that sends an empty :path",
     .breaks = {{"rfc9113-8.3.1-19", "rfc9113-8.3.1-21", "rfc9113-8.3.1-22"}},
     .bearer = Bearer::client,
     .section = [](HabitMemory&, Section& section) { set(section, ":path", ""); }},
    {.name = "sends-relative-path",
     .text = "a client that sends a :path without its slash",
     .breaks = {{"rfc9113-8.3.1-18", "rfc9113-8.3.1-21"}},
     .bearer = Bearer::client,
     .section = [](HabitMemory&, Section& section) { set(section, ":path", "index"); }},
    {.name = "sends-fragment",
     .text = "a client that sends a fragment in :path",
     .breaks = {{"rfc9113-8.3.1-18"}},
     .bearer = Bearer::client,
     .section = [](HabitMemory&, Section& section) { set(section, ":path", "/#part"); }},
    {.name = "sends-asterisk",
     .text = "a client that asks for * with other methods than OPTIONS",
     .breaks = {{"rfc9110-7.1-01", "rfc9113-8.3.1-18"}},
     .bearer = Bearer::client,
     .section = [](HabitMemory&, Section& section) { set(section, ":path", "*"); }},
    {.name = "sends-host-only",
     .text = "a client that names the authority in host instead of :authority",
     .breaks = {{"rfc9113-8.3.1-04"}},
     .bearer = Bearer::client,
     .section =
         [](HabitMemory&, Section& section) {
           const std::string authority(section.value(":authority"));
           remove(section, ":authority");
           set(section, "host", authority);
         }},
    {.name = "names-no-authority",
     .text = "a client that sends neither :authority nor host",
     .breaks = {{"rfc9110-7.2-01", "rfc9113-8.3.1-04"}},
     .bearer = Bearer::client,
     .section = [](HabitMemory&, Section& section) { remove(section, ":authority"); }},
    {.name = "sends-empty-authority",
     .text = "a client that sends an empty :authority",
     .breaks = {{"rfc9113-8.3.1-05"}},
     .bearer = Bearer::client,
     .section = [](HabitMemory&, Section& section) { set(section, ":authority", ""); }},
    {.name = "sends-other-host",
     .text = "a client whose host differs from :authority",
     .breaks = {{"rfc9113-8.3.1-06"}},
     .bearer = Bearer::client,
     .section = [](HabitMemory&, Section& section) { set(section, "host", "other.test"); }},
    {.name = "sends-userinfo",
     .text = "a client that sends userinfo in :authority",
     .breaks = {{"rfc9113-8.3.1-16", "rfc9110-4.2.4-01"}},
     .bearer = Bearer::client,
     .section =
         [](HabitMemory&, Section& section) {
           set(section, ":authority", "user@" + std::string(section.value(":authority")));
         }},
    {.name = "sends-status-in-requests",
     .text = "a client that sends :status",
     .breaks = {{"rfc9113-8.3-03"}},
     .bearer = Bearer::client,
     .section =
         [](HabitMemory&, Section& section) {
           if (is_plain_request(section)) section.put_first(":status", "200");
         }},
    {.name = "sends-te-gzip",
     .text = "a client that sends te: gzip",
     .breaks = {{"rfc9113-8.2.2-08"}},
     .bearer = Bearer::client,
     .section = [](HabitMemory&, Section& section) { set(section, "te", "trailers, gzip"); }},
    {.name = "expects-continue-without-content",
     .text = "a client that expects 100 although its request has no content",
     .breaks = {{"rfc9110-10.1.1-02"}},
     .bearer = Bearer::client,
     .section =
         [](HabitMemory&, Section& section) {
           if (section.end_stream) set(section, "expect", "100-continue");
         }},
    {.name = "sends-content-length-without-content",
     .text = "a client that sends content-length: 0 with GET",
     .breaks = {{"rfc9110-8.6-03"}},
     .bearer = Bearer::client,
     .section =
         [](HabitMemory&, Section& section) {
           if (section.end_stream) set(section, "content-length", "0");
         }},
    {.name = "omits-request-content-length",
     .text = "a client that sends content without content-length",
     .breaks = {{"rfc9110-8.6-02"}},
     .bearer = Bearer::client,
     .section = [](HabitMemory&, Section& section) { remove(section, "content-length"); }},
    {.name = "sends-content-with-get",
     .text = "a client that sends content with GET, HEAD and TRACE",
     .breaks = {{"rfc9110-9.3.1-01", "rfc9110-9.3.8-01"}},
     .bearer = Bearer::client,
     .section =
         [](HabitMemory&, Section& section) {
           if (!is_plain_request(section) || !section.end_stream) return;
           section.end_stream = false;
           append_data(section.after, section.stream_id, octets_of("content"), true);
         }},
    {.name = "sends-connect-with-scheme",
     .text = "a client that sends :scheme and :path with CONNECT",
     .breaks = {{"rfc9113-8.5-02"}},
     .bearer = Bearer::client,
     .section =
         [](HabitMemory&, Section& section) {
           if (!is_connect(section)) return;
           section.set(":scheme", "https");
           section.set(":path", "/");
         }},
    {.name = "sends-connect-without-port",
     .text = "a client that sends CONNECT without a port",
     .breaks = {{"rfc9110-9.3.6-01", "rfc9113-8.5-01"}},
     .bearer = Bearer::client,
     .section =
         [](HabitMemory&, Section& section) {
           if (!is_connect(section)) return;
           const std::string authority(section.value(":authority"));
           section.set(":authority", authority.substr(0, authority.rfind(':')));
         }},
    {.name = "sends-protocol-unasked",
     .text = "a client that sends :protocol although the server has not enabled it",
     .breaks = {{"rfc8441-3-04"}},
     .bearer = Bearer::client,
     .section =
         [](HabitMemory&, Section& section) {
           if (!is_plain_request(section)) return;
           section.set(":method", "CONNECT");
           section.set(":protocol", "websocket");
         }},
    {.name = "sends-protocol-without-path",
     .text = "a client that sends :protocol without :scheme and :path",
     .breaks = {{"rfc8441-4-03"}},
     .bearer = Bearer::client,
     .section =
         [](HabitMemory&, Section& section) {
           if (section.value(":protocol").empty()) return;
           section.remove(":scheme");
           section.remove(":path");
         }},
    {.name = "leaves-tunnels-open",
     .text = "a client that never ends its side of a tunnel",
     .breaks = {{"rfc9113-8.5-09", "rfc8441-5-09"}},
     .bearer = Bearer::client,
     .outgoing =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           const bool tunnel = memory.said.method_on(frame.header.stream_id) == "CONNECT";
           const bool ends = tunnel && ends_stream(frame);
           pass_as(
               frame,
               static_cast<std::uint8_t>(frame.header.flags & (ends ? ~flags::end_stream : 0xff)),
               frame.header.stream_id,
               out);
         },
     .plain = true},
    {.name = "sends-priority-update-on-stream",
     .text = "a client that sends PRIORITY_UPDATE on the stream that it is about",
     .breaks = {{"rfc9218-7.1-01"}},
     .bearer = Bearer::client,
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           behind_request(frame, out, [&] {
             append_update(out, frame.header.stream_id, frame.header.stream_id, "u=1");
           });
         }},
    {.name = "prioritizes-idle-pushes",
     .text = "a client that sends PRIORITY_UPDATE for a push that was never promised",
     .breaks = {{"rfc9218-7.1-10", "rfc9218-7.1-09"}},
     .bearer = Bearer::client,
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           behind_request(frame, out, [&] { append_update(out, 0, 1000, "u=1"); });
         }},
    {.name = "prioritizes-too-many-streams",
     .text = "a client that sends PRIORITY_UPDATE for more idle streams than it may open",
     .breaks = {{"rfc9218-7.1-07"}},
     .bearer = Bearer::client,
     .outgoing =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           behind_request(frame, out, [&] {
             if (memory.count++ > 0) return;
             for (std::uint32_t i = 0; i < 1000; ++i) append_update(out, 0, 10001 + 2 * i, "u=1");
           });
         }},
    {.name = "prioritizes-closed-streams",
     .text = "a client that sends PRIORITY_UPDATE for a stream that has ended",
     .breaks = {{"rfc9218-7.1-05"}},
     .bearer = Bearer::client,
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           pass(frame, out);
           if (ends_stream(frame)) append_update(memory.to_peer, 0, frame.header.stream_id, "u=1");
         }},
    {.name = "sends-urgency-8",
     .text = "a client whose priority field says u=8 and i=1",
     .breaks = {{"rfc9218-4.1-01", "rfc9218-4.2-01", "rfc9218-5-01"}},
     .bearer = Bearer::client,
     .section = [](HabitMemory&, Section& section) { set(section, "priority", "u=8, i=1"); }},
};

}  // namespace

std::span<const HabitRow> request_habits() { return kRows; }

}  // namespace h2assay::deeds
