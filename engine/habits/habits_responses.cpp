// What only a server's answers can have wrong: RFC 9113, Sections 8.1 and 8.3.2; RFC 9110.

#include "engine/habits/deeds.h"

namespace h2assay::deeds {
namespace {

constexpr std::string_view kContent = "content";

bool is_final(const Section& section) { return section.kind == Section::Kind::response; }

void add(Section& section, std::string_view name, std::string_view value) {
  if (is_final(section)) section.add(std::string(name), std::string(value));
}

// Content behind a section that ends its stream.
void add_content(Section& section) {
  if (!section.end_stream) return;
  section.end_stream = false;
  append_data(section.after, section.stream_id, octets_of(kContent), true);
}

void add_length(Section& section, std::string_view status, std::string_view length) {
  if (is_final(section) && section.value(":status") == status) {
    section.set("content-length", std::string(length));
  }
}

constexpr HabitRow kRows[] = {
    {.name = "omits-status",
     .text = "answers without :status",
     .breaks = {{"rfc9113-8.3.2-01"}},
     .bearer = Bearer::server,
     .section = [](HabitMemory&, Section& section) { section.remove(":status"); }},
    {.name = "omits-the-date",
     .text = "answers without saying the date",
     .breaks = {{"rfc9110-6.6.1-01"}},
     .bearer = Bearer::server,
     .section =
         [](HabitMemory&, Section& section) {
           if (is_final(section)) section.remove("date");
         }},
    {.name = "sends-short-status",
     .text = "answers with a :status of two digits",
     .breaks = {{"rfc9113-8.3.2-01"}},
     .bearer = Bearer::server,
     .section =
         [](HabitMemory&, Section& section) {
           if (is_final(section)) section.set(":status", "20");
         }},
    {.name = "sends-status-with-reason",
     .text = "puts a reason phrase into :status",
     .breaks = {{"rfc9113-8.3.2-01"}},
     .bearer = Bearer::server,
     .section =
         [](HabitMemory&, Section& section) {
           if (is_final(section)) section.set(":status", "200 OK");
         }},
    {.name = "sends-request-fields-in-answers",
     .text = "answers with :path",
     .breaks = {{"rfc9113-8.3-02"}},
     .bearer = Bearer::server,
     .section =
         [](HabitMemory&, Section& section) {
           if (section.is_answer()) section.put_first(":path", "/");
         }},
    {.name = "ends-streams-by-interim-responses",
     .text = "sets END_STREAM on interim responses",
     .breaks = {{"rfc9113-8.1-08", "rfc9110-15.2-01", "rfc9113-8.1-03"}},
     .bearer = Bearer::server,
     .section =
         [](HabitMemory&, Section& section) {
           if (section.kind == Section::Kind::interim) section.end_stream = true;
         }},
    {.name = "sends-trailers-behind-interim-responses",
     .text = "sends a trailer section behind an interim response",
     .breaks = {{"rfc9113-4.3-01", "rfc9110-15.2-01", "rfc9113-8.1-08"}},
     .bearer = Bearer::server,
     .section =
         [](HabitMemory&, Section& section) {
           if (section.kind != Section::Kind::interim) return;
           Section trailers;
           trailers.kind = Section::Kind::trailers;
           trailers.stream_id = section.stream_id;
           trailers.end_stream = true;
           trailers.add("x-interim", "1");
           append_section(section.after, trailers);
         }},
    {.name = "sends-data-behind-interim-responses",
     .text = "sends DATA between an interim response and the final one",
     .breaks = {{"rfc9113-8.1-03", "rfc9110-15.2-01", "rfc9110-6.4.1-01"}},
     .bearer = Bearer::server,
     .section =
         [](HabitMemory&, Section& section) {
           if (section.kind != Section::Kind::interim) return;
           append_data(section.after, section.stream_id, octets_of(kContent), false);
         }},
    {.name = "answers-switching-protocols",
     .text = "answers with 101",
     .breaks = {{"rfc9113-8.6-01"}},
     .bearer = Bearer::server,
     .section =
         [](HabitMemory&, Section& section) {
           if (!is_final(section)) return;
           Section upgrade;
           upgrade.kind = Section::Kind::interim;
           upgrade.stream_id = section.stream_id;
           upgrade.add(":status", "101");
           upgrade.omitted = false;
           OctetBuffer frames;
           append_section(frames, upgrade);
           append_section(frames, section);
           section.omitted = true;
           section.after = std::move(frames);
         }},
    {.name = "sends-no-final-response",
     .text = "sends interim responses and nothing else",
     .breaks = {{"rfc9113-8.1-08", "rfc9110-10.1.1-08"}},
     .bearer = Bearer::server,
     .outgoing =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           const bool silenced = memory.numbers.contains(frame.header.stream_id);
           if (silenced && is(frame, FrameType::data)) return;
           pass(frame, out);
         },
     .section =
         [](HabitMemory& memory, Section& section) {
           if (section.kind == Section::Kind::interim) memory.numbers[section.stream_id] = 1;
           section.omitted =
               section.kind != Section::Kind::interim && memory.numbers.contains(section.stream_id);
         }},
    {.name = "never-continues",
     .text = "sends no 100 (Continue)",
     .breaks = {{"rfc9110-10.1.1-09", "rfc9110-10.1.1-10"}},
     .bearer = Bearer::server,
     .section = [](HabitMemory&,
                   Section& section) { section.omitted = section.value(":status") == "100"; }},
    {.name = "sends-content-to-head",
     .text = "answers HEAD with content",
     .breaks = {{"rfc9110-9.3.2-01", "rfc9110-6.4.1-01"}},
     .bearer = Bearer::server,
     .section =
         [](HabitMemory&, Section& section) {
           if (is_final(section) && section.method == "HEAD") add_content(section);
         }},
    {.name = "sends-content-without-content",
     .text = "sends content with 204, 205 and 304",
     .breaks = {{"rfc9110-6.4.1-01", "rfc9110-15.3.6-01"}},
     .bearer = Bearer::server,
     .section =
         [](HabitMemory&, Section& section) {
           const std::string_view status = section.value(":status");
           if (status == "204" || status == "205" || status == "304") add_content(section);
         }},
    {.name = "resets-tunnels-at-their-end",
     .text = "ends tunnels by RST_STREAM in place of END_STREAM",
     .breaks = {{"rfc8441-5-09", "rfc9113-8.5-09"}},
     .bearer = Bearer::server,
     .outgoing =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           const std::uint32_t stream_id = frame.header.stream_id;
           const bool tunnel = memory.heard.method_on(stream_id) == "CONNECT";
           if (!tunnel || !is(frame, FrameType::data) || !ends_stream(frame))
             return pass(frame, out);
           pass_as(frame, 0, stream_id, out);
           append_rst_stream(out, stream_id, ErrorCode::internal_error);
         },
     .plain = true},
    {.name = "sends-content-length-in-204",
     .text = "sends content-length with 204 and in interim responses",
     .breaks = {{"rfc9110-8.6-06"}},
     .bearer = Bearer::server,
     .section =
         [](HabitMemory&, Section& section) {
           const bool interim = section.kind == Section::Kind::interim;
           if (interim || section.value(":status") == "204") section.set("content-length", "0");
         }},
    {.name = "sends-wrong-content-length-in-304",
     .text = "sends a content-length with 304 that 200 would not have",
     .breaks = {{"rfc9110-8.6-05"}},
     .bearer = Bearer::server,
     .section = [](HabitMemory&, Section& section) { add_length(section, "304", "1"); }},
    {.name = "sends-wrong-content-length-to-head",
     .text = "answers HEAD with a content-length that GET would not have",
     .breaks = {{"rfc9110-8.6-04", "rfc9110-9.3.2-02"}},
     .bearer = Bearer::server,
     .section =
         [](HabitMemory&, Section& section) {
           if (is_final(section) && section.method == "HEAD") section.set("content-length", "1");
         }},
    {.name = "drops-fields-from-head",
     .text = "answers HEAD with :status alone",
     .breaks = {{"rfc9110-9.3.2-02"}},
     .bearer = Bearer::server,
     .section =
         [](HabitMemory&, Section& section) {
           if (!is_final(section) || section.method != "HEAD") return;
           std::erase_if(section.lines,
                         [](const Section::Line& line) { return line.name != ":status"; });
         }},
    {.name = "sends-wrong-content-length",
     .text = "announces one octet more of content than it sends",
     .breaks = {{"rfc9110-8.6-10", "rfc9113-8.1.1-07"}},
     .bearer = Bearer::server,
     .section =
         [](HabitMemory&, Section& section) {
           const std::string length(section.value("content-length"));
           if (!is_final(section) || length.empty() || length.size() > 9) return;
           section.set("content-length", std::to_string(std::stoul(length) + 1));
         }},
    {.name = "omits-content-length",
     .text = "sends no content-length although it knows the length",
     .breaks = {{"rfc9110-8.6-08"}},
     .bearer = Bearer::server,
     .section = [](HabitMemory&, Section& section) { section.remove("content-length"); }},
    {.name = "sends-content-length-to-connect",
     .text = "sends content-length with 2xx to CONNECT",
     .breaks = {{"rfc9110-8.6-07", "rfc9110-9.3.6-06"}},
     .bearer = Bearer::server,
     .section =
         [](HabitMemory&, Section& section) {
           if (section.method == "CONNECT") add(section, "content-length", "0");
         }},
    {.name = "ends-tunnels-at-once",
     .text = "answers CONNECT with END_STREAM",
     .breaks = {{"rfc9113-8.5-05", "rfc8441-5-07"}},
     .bearer = Bearer::server,
     .section =
         [](HabitMemory&, Section& section) {
           if (is_final(section) && section.method == "CONNECT") section.end_stream = true;
         }},
    {.name = "answers-405-without-allow",
     .text = "sends no allow field",
     .breaks = {{"rfc9110-15.5.6-01", "rfc9110-9.3.7-01"}},
     .bearer = Bearer::server,
     .section = [](HabitMemory&, Section& section) { section.remove("allow"); }},
    {.name = "answers-malformed-requests-with-success",
     .text = "answers with 200 where it means 400",
     .breaks = {{"rfc9113-8.2.1-17", "rfc9113-8.1.1-12"}},
     .bearer = Bearer::server,
     .section =
         [](HabitMemory&, Section& section) {
           if (section.value(":status") == "400") section.set(":status", "200");
         }},
};

}  // namespace

std::span<const HabitRow> response_habits() { return kRows; }

}  // namespace h2assay::deeds
