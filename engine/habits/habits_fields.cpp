// Fields that no message may have, whoever sends it: RFC 9113, Section 8.2.

#include "engine/habits/deeds.h"

namespace h2assay::deeds {
namespace {

// To every section but a promise: requests, answers, trailers.
void add(Section& section, std::string_view name, std::string_view value) {
  if (section.kind != Section::Kind::promise) {
    section.add(std::string(name), std::string(value));
  }
}

void add_to_trailers(Section& section, std::string_view name, std::string_view value) {
  if (section.kind == Section::Kind::trailers) section.add(std::string(name), std::string(value));
}

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  });
  return text;
}

constexpr HabitRow kRows[] = {
    {.name = "sends-upper-case-names",
     .text = "sends the names of regular fields in upper case",
     .breaks = {{"rfc9113-8.2-01", "rfc9113-8.2.1-14"}},
     .section =
         [](HabitMemory&, Section& section) {
           add(section, "x-case", "1");
           for (Section::Line& line : section.lines) {
             if (!line.name.starts_with(':')) line.name = upper(line.name);
           }
         }},
    {.name = "sends-names-with-space",
     .text = "sends a field name that holds a space",
     .breaks = {{"rfc9113-8.2.1-14", "rfc9110-2.2-01"}},
     .section = [](HabitMemory&, Section& section) { add(section, "x bad", "1"); }},
    {.name = "sends-names-with-colon",
     .text = "sends a field name that holds a colon",
     .breaks = {{"rfc9113-8.2.1-14", "rfc9110-2.2-01"}},
     .section = [](HabitMemory&, Section& section) { add(section, "x:bad", "1"); }},
    {.name = "sends-empty-names",
     .text = "sends a field without a name",
     .breaks = {{"rfc9113-8.2.1-14", "rfc9110-2.2-01"}},
     .section = [](HabitMemory&, Section& section) { add(section, "", "1"); }},
    {.name = "sends-values-with-nul",
     .text = "sends a field value that holds NUL",
     .breaks = {{"rfc9113-8.2.1-14", "rfc9110-2.2-01"}},
     .section = [](HabitMemory&,
                   Section& section) { add(section, "x-bad", std::string_view("a\0b", 3)); }},
    {.name = "sends-values-with-line-feed",
     .text = "sends a field value that holds LF",
     .breaks = {{"rfc9113-8.2.1-14", "rfc9110-2.2-01"}},
     .section = [](HabitMemory&, Section& section) { add(section, "x-bad", "a\nb: c"); }},
    {.name = "sends-values-with-carriage-return",
     .text = "sends a field value that holds CR",
     .breaks = {{"rfc9113-8.2.1-14", "rfc9110-2.2-01"}},
     .section = [](HabitMemory&, Section& section) { add(section, "x-bad", "a\rb"); }},
    {.name = "sends-values-with-leading-space",
     .text = "sends a field value that begins with a space",
     .breaks = {{"rfc9113-8.2.1-14"}},
     .section = [](HabitMemory&, Section& section) { add(section, "x-bad", " a"); }},
    {.name = "sends-values-with-trailing-tab",
     .text = "sends a field value that ends with a tab",
     .breaks = {{"rfc9113-8.2.1-14"}},
     .section = [](HabitMemory&, Section& section) { add(section, "x-bad", "a\t"); }},
    {.name = "sends-connection",
     .text = "sends a connection field",
     .breaks = {{"rfc9113-8.2.2-01", "rfc8441-5-04"}},
     .section = [](HabitMemory&, Section& section) { add(section, "connection", "close"); }},
    {.name = "sends-proxy-connection",
     .text = "sends a proxy-connection field",
     .breaks = {{"rfc9113-8.2.2-01"}},
     .section = [](HabitMemory&,
                   Section& section) { add(section, "proxy-connection", "keep-alive"); }},
    {.name = "sends-keep-alive",
     .text = "sends a keep-alive field",
     .breaks = {{"rfc9113-8.2.2-01"}},
     .section = [](HabitMemory&, Section& section) { add(section, "keep-alive", "timeout=5"); }},
    {.name = "sends-transfer-encoding",
     .text = "sends transfer-encoding: chunked",
     .breaks = {{"rfc9113-8.2.2-01", "rfc9113-8.1-12", "rfc9110-9.3.6-06"}},
     .section = [](HabitMemory&,
                   Section& section) { add(section, "transfer-encoding", "chunked"); }},
    {.name = "sends-upgrade",
     .text = "sends an upgrade field",
     .breaks = {{"rfc9113-8.2.2-01", "rfc9113-8.2.2-11", "rfc8441-5-04"}},
     .section = [](HabitMemory&, Section& section) { add(section, "upgrade", "h2c"); }},
    {.name = "sends-http2-settings",
     .text = "sends an HTTP2-Settings field",
     .breaks = {{"rfc7540-3.2.1-01", "rfc9113-8.2.2-11"}},
     .section = [](HabitMemory&,
                   Section& section) { add(section, "http2-settings", "AAMAAABkAAQAAP__"); }},
    {.name = "sends-connection-in-trailers",
     .text = "sends a connection field in trailers",
     .breaks = {{"rfc9113-8.2.2-01"}},
     .section = [](HabitMemory&,
                   Section& section) { add_to_trailers(section, "connection", "close"); }},
    {.name = "sends-upper-case-names-in-trailers",
     .text = "sends upper case names in trailers",
     .breaks = {{"rfc9113-8.2-01"}},
     .section = [](HabitMemory&, Section& section) { add_to_trailers(section, "X-Bad", "1"); }},
    {.name = "sends-undefined-pseudo-headers",
     .text = "sends a pseudo-header field that nobody has defined",
     .breaks = {{"rfc9113-8.3-01"}},
     .section =
         [](HabitMemory&, Section& section) {
           if (section.kind != Section::Kind::trailers) section.put_first(":habit", "1");
         }},
    {.name = "sends-pseudo-headers-in-trailers",
     .text = "sends a pseudo-header field in trailers",
     .breaks = {{"rfc9113-8.1-13", "rfc9113-8.3-04"}},
     .section =
         [](HabitMemory& memory, Section& section) {
           if (section.kind != Section::Kind::trailers) return;
           const bool server = memory.role == Role::server;
           section.put_first(server ? ":status" : ":path", server ? "200" : "/");
         }},
    {.name = "sends-pseudo-headers-last",
     .text = "sends a regular field before the pseudo-header fields",
     .breaks = {{"rfc9113-8.3-08"}},
     .section =
         [](HabitMemory&, Section& section) {
           if (section.kind != Section::Kind::trailers) section.put_first("x-first", "1");
         }},
    {.name = "repeats-pseudo-headers",
     .text = "sends its first pseudo-header field twice",
     .breaks = {{"rfc9113-8.3-10"}},
     .section =
         [](HabitMemory&, Section& section) {
           if (section.kind == Section::Kind::trailers || section.lines.empty()) return;
           section.lines.insert(section.lines.begin(), section.lines.front());
         }},
    {.name = "repeats-singletons",
     .text = "sends content-type and content-length twice",
     .breaks = {{"rfc9110-5.3-03"}},
     .section =
         [](HabitMemory&, Section& section) {
           std::vector<Section::Line> again;
           for (const Section::Line& line : section.lines) {
             if (line.name == "content-type" || line.name == "content-length")
               again.push_back(line);
           }
           section.lines.insert(section.lines.end(), again.begin(), again.end());
         }},
    {.name = "sends-framing-fields-in-trailers",
     .text = "sends content-length and host in trailers",
     .breaks = {{"rfc9110-6.5.1-01", "rfc9110-6.5.1-03"}},
     .section =
         [](HabitMemory&, Section& section) {
           add_to_trailers(section, "content-length", "3");
           add_to_trailers(section, "host", "other.test");
           add_to_trailers(section, "content-encoding", "gzip");
         }},
    {.name = "leaves-streams-open",
     .text = "never sets END_STREAM",
     .breaks = {{"rfc9113-8.1-03", "rfc9113-8.4.2-01"}},
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           const bool ends = ends_stream(frame);
           pass_as(
               frame,
               static_cast<std::uint8_t>(frame.header.flags & (ends ? ~flags::end_stream : 0xff)),
               frame.header.stream_id,
               out);
         }},
    {.name = "leaves-streams-open-behind-trailers",
     .text = "sends trailers without END_STREAM",
     .breaks = {{"rfc9113-8.1-15", "rfc9113-8.1-03"}},
     .section =
         [](HabitMemory&, Section& section) {
           if (section.kind == Section::Kind::trailers) section.end_stream = false;
         }},
    {.name = "sends-trailers-in-tunnels",
     .text = "ends the stream of a CONNECT with trailers",
     .breaks = {{"rfc9113-8.5-06"}},
     .outgoing =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           const std::uint32_t stream_id = frame.header.stream_id;
           const bool tunnel = memory.said.method_on(stream_id) == "CONNECT" ||
                               memory.heard.method_on(stream_id) == "CONNECT";
           if (!tunnel || !is(frame, FrameType::data) || !ends_stream(frame)) {
             return pass(frame, out);
           }
           append_data(out, stream_id, frame.payload, false);
           Section trailers;
           trailers.kind = Section::Kind::trailers;
           trailers.stream_id = stream_id;
           trailers.end_stream = true;
           trailers.add("x-tunnel", "1");
           append_section(out, trailers);
         },
     .plain = true},
    {.name = "does-not-announce-trailers",
     .text = "sends trailers that no trailer field has announced",
     .breaks = {{"rfc9110-6.6.2-01"}},
     .section = [](HabitMemory&, Section& section) { section.remove("trailer"); }},
};

}  // namespace

std::span<const HabitRow> field_habits() { return kRows; }

}  // namespace h2assay::deeds
