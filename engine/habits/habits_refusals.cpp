// Messages and field blocks that a server has to take, and these refuse: RFC 9113, Section 8; RFC
// 7541; RFC 9110; RFC 9218.

#include "engine/habits/deeds.h"
#include "engine/habits/representations.h"

namespace h2assay::deeds {
namespace {

// A request that this server resets, although nothing is wrong with it.
template <typename Wrong> void reset_if(HabitMemory& memory, const Section& section, Wrong wrong) {
  if (wrong(section)) refuse_stream(memory, section.stream_id);
}

template <typename Wrong> bool any_line(const Section& section, Wrong wrong) {
  return std::ranges::any_of(section.lines, wrong);
}

bool has(const Section& section, std::string_view name) {
  return std::ranges::find(section.lines, name, &Section::Line::name) != section.lines.end();
}

bool has_odd_octets(const Section::Line& line) {
  const bool beyond =
      std::ranges::any_of(line.value, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
  return beyond || line.value.empty() || line.value.contains(' ') || line.value.contains('\t');
}

bool is_known_name(std::string_view name) {
  constexpr std::array<std::string_view, 14> kKnown = {"accept",
                                                       "accept-encoding",
                                                       "user-agent",
                                                       "content-type",
                                                       "host",
                                                       "content-length",
                                                       "te",
                                                       "cookie",
                                                       "expect",
                                                       "trailer",
                                                       "authorization",
                                                       "cache-control",
                                                       "accept-language",
                                                       "priority"};
  return name.starts_with(':') || std::ranges::find(kKnown, name) != kKnown.end();
}

template <Representation::Kind Kind> bool is_kind(const Representation& form) {
  return form.kind == Kind;
}

// Ends the connection when a block holds such a representation.
template <typename Wrong>
void refuse_block_if(HabitMemory& memory, const Frame& frame, OctetBuffer& out, Wrong wrong) {
  refuse_if(any_representation(frame, wrong), memory, frame, out, ErrorCode::compression_error);
}

constexpr HabitRow kRows[] = {
    {.name = "refuses-te-trailers",
     .text = "resets requests with te: trailers",
     .breaks = {{"rfc9113-8.2.2-07"}},
     .bearer = Bearer::server,
     .heard =
         [](HabitMemory& memory, const Section& section) {
           reset_if(memory, section, [](const Section& s) { return has(s, "te"); });
         }},
    {.name = "refuses-odd-values",
     .text = "resets requests with values that are empty, or hold blanks or octets from 0x80 on",
     .breaks = {{"rfc9113-8.2.1-13", "rfc9110-5.5-02", "rfc9113-8.2.1-18", "rfc7541-5.2-02"}},
     .bearer = Bearer::server,
     .heard =
         [](HabitMemory& memory, const Section& section) {
           reset_if(memory, section, [](const Section& s) { return any_line(s, has_odd_octets); });
         }},
    {.name = "refuses-unknown-fields",
     .text = "resets requests with fields that it does not know",
     .breaks = {{"rfc9110-5.1-03", "rfc9113-8.2.1-18", "rfc7541-1.1-01"}},
     .bearer = Bearer::server,
     .heard =
         [](HabitMemory& memory, const Section& section) {
           reset_if(memory, section, [](const Section& s) {
             return any_line(s,
                             [](const Section::Line& line) { return !is_known_name(line.name); });
           });
         }},
    {.name = "refuses-cookies",
     .text = "resets requests with more than one cookie field",
     .breaks = {{"rfc9113-8.2.3-01", "rfc9110-5.3-01", "rfc7541-1.1-01"}},
     .bearer = Bearer::server,
     .heard =
         [](HabitMemory& memory, const Section& section) {
           reset_if(memory, section, [](const Section& s) {
             return std::ranges::count(s.lines, "cookie", &Section::Line::name) > 1;
           });
         }},
    {.name = "refuses-other-schemes",
     .text = "resets requests whose :scheme is neither http nor https",
     .breaks = {{"rfc9113-8.3.1-02"}},
     .bearer = Bearer::server,
     .heard =
         [](HabitMemory& memory, const Section& section) {
           reset_if(memory, section, [](const Section& s) {
             const std::string_view scheme = s.value(":scheme");
             return !scheme.empty() && scheme != "http" && scheme != "https";
           });
         }},
    {.name = "refuses-host",
     .text = "resets requests with a host field",
     .breaks = {{"rfc9113-8.3.1-08", "rfc9113-8.3.1-10"}},
     .bearer = Bearer::server,
     .heard =
         [](HabitMemory& memory, const Section& section) {
           reset_if(memory, section, [](const Section& s) { return has(s, "host"); });
         }},
    {.name = "demands-authority",
     .text = "resets requests without :authority",
     .breaks = {{"rfc9113-8.3.1-10", "rfc9113-8.3.1-15"}},
     .bearer = Bearer::server,
     .heard =
         [](HabitMemory& memory, const Section& section) {
           reset_if(memory, section, [](const Section& s) {
             return has(s, ":method") && !has(s, ":authority");
           });
         }},
    {.name = "refuses-asterisk",
     .text = "resets requests whose :path is *",
     .breaks = {{"rfc9113-8.3.1-24", "rfc9113-8.3.1-15"}},
     .bearer = Bearer::server,
     .heard =
         [](HabitMemory& memory, const Section& section) {
           reset_if(memory, section, [](const Section& s) { return s.value(":path") == "*"; });
         }},
    {.name = "refuses-long-paths",
     .text = "resets requests whose :path is longer than 4096 octets",
     .breaks = {{"rfc9110-4.1-01"}},
     .bearer = Bearer::server,
     .heard =
         [](HabitMemory& memory, const Section& section) {
           reset_if(
               memory, section, [](const Section& s) { return s.value(":path").size() > 4096; });
         }},
    {.name = "refuses-content-length-zero",
     .text = "resets requests with content-length: 0",
     .breaks = {{"rfc9113-8.1.1-06"}},
     .bearer = Bearer::server,
     .heard =
         [](HabitMemory& memory, const Section& section) {
           reset_if(
               memory, section, [](const Section& s) { return s.value("content-length") == "0"; });
         }},
    {.name = "refuses-unparsable-priorities",
     .text = "resets requests whose priority field it does not understand",
     .breaks = {{"rfc9218-4-02", "rfc9218-4-03", "rfc9218-4-01"}},
     .bearer = Bearer::server,
     .heard =
         [](HabitMemory& memory, const Section& section) {
           reset_if(memory, section, [](const Section& s) {
             const std::string_view value = s.value("priority");
             return has(s, "priority") && value != "u=1" && value != "u=3" && value != "i";
           });
         }},
    {.name = "refuses-unknown-methods",
     .text = "resets requests with methods that it does not know",
     .breaks = {{"rfc9110-9.1-03", "rfc9110-9.1-01", "rfc9110-9.1-04"}},
     .bearer = Bearer::server,
     .heard =
         [](HabitMemory& memory, const Section& section) {
           reset_if(memory, section, [](const Section& s) {
             const std::string_view method = s.value(":method");
             return !method.empty() && method != "GET" && method != "HEAD" && method != "POST" &&
                    method != "CONNECT" && method != "OPTIONS";
           });
         }},
    {.name = "refuses-head",
     .text = "resets HEAD requests",
     .breaks = {{"rfc9110-9.1-02"}},
     .bearer = Bearer::server,
     .heard =
         [](HabitMemory& memory, const Section& section) {
           reset_if(memory, section, [](const Section& s) { return s.value(":method") == "HEAD"; });
         }},
    {.name = "ends-connections-at-connect",
     .text = "ends the connection at CONNECT",
     .breaks = {{"rfc9110-9.3.6-03", "rfc8441-4-06", "rfc9110-9.3.6-05"}},
     .bearer = Bearer::server,
     .heard =
         [](HabitMemory& memory, const Section& section) {
           if (section.value(":method") == "CONNECT") hang_up(memory, ErrorCode::protocol_error);
         }},
    {.name = "takes-any-method-for-get",
     .text = "answers with 200 whatever the method is",
     .breaks = {{"rfc9110-9.1-03", "rfc9110-9.1-04", "rfc9110-9.1-01", "rfc9110-15.5.6-01"}},
     .bearer = Bearer::server,
     .section =
         [](HabitMemory&, Section& section) {
           const std::string_view status = section.value(":status");
           if (status == "405" || status == "501") section.set(":status", "200");
         }},
    {.name = "refuses-size-updates",
     .text = "ends the connection at a table size update",
     .breaks = {{"rfc7541-4.2-06",
                 "rfc7541-4.2-07",
                 "rfc7541-6.3-01",
                 "rfc7541-6.3-04",
                 "rfc7541-4.3-01",
                 "rfc9113-4.3.1-08",
                 "rfc9113-4.3.1-03"}},
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           refuse_block_if(memory, frame, out, is_kind<Representation::Kind::size_update>);
         }},
    {.name = "demands-size-updates",
     .text = "ends the connection at a block without a table size update once a setting was named",
     .breaks = {{"rfc9113-4.3.1-07"}},
     .outgoing =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           if (is(frame, FrameType::settings) && is_ack(frame)) ++memory.count;
           pass(frame, out);
         },
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           const bool block = is(frame, FrameType::headers);
           const bool due = block && memory.count > 1;
           const bool there = any_representation(frame, is_kind<Representation::Kind::size_update>);
           refuse_if(due && !there, memory, frame, out, ErrorCode::compression_error);
         }},
    {.name = "refuses-indexed-fields",
     .text = "ends the connection at an indexed field",
     .breaks = {{"rfc7541-6.1-02", "rfc7541-2.4-01", "rfc7541-2.3.3-01", "rfc7541-3.2-01"}},
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           refuse_block_if(memory, frame, out, is_kind<Representation::Kind::indexed>);
         }},
    {.name = "refuses-dynamic-references",
     .text = "ends the connection at a reference to its dynamic table",
     .breaks = {{"rfc7541-2.3.3-01",
                 "rfc7541-2.3.2-01",
                 "rfc9113-4.3.1-01",
                 "rfc7541-2.2-01",
                 "rfc7541-3.2-01",
                 "rfc7541-4.1-01",
                 "rfc7541-4.4-01",
                 "rfc7541-4.4-03"}},
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           refuse_block_if(
               memory, frame, out, [](const Representation& r) { return r.index > 61; });
         }},
    {.name = "refuses-literals-with-indexing",
     .text = "ends the connection at a literal with incremental indexing",
     .breaks = {{"rfc7541-6.2.1-01", "rfc7541-2.4-01", "rfc7541-2.3.2-02"}},
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           refuse_block_if(memory, frame, out, is_kind<Representation::Kind::with_indexing>);
         }},
    {.name = "refuses-literals-without-indexing",
     .text = "ends the connection at a literal without indexing",
     .breaks = {{"rfc7541-6.2.2-01", "rfc7541-2.4-01"}},
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           refuse_block_if(memory, frame, out, is_kind<Representation::Kind::without_indexing>);
         }},
    {.name = "refuses-never-indexed-literals",
     .text = "ends the connection at a literal that is never indexed",
     .breaks = {{"rfc7541-6.2.3-01", "rfc7541-2.4-01"}},
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           refuse_block_if(memory, frame, out, is_kind<Representation::Kind::never_indexed>);
         }},
    {.name = "refuses-huffman",
     .text = "ends the connection at a Huffman string",
     .breaks = {{"rfc7541-5.2-03", "rfc7541-5.2-04", "rfc7541-2.4-01"}},
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           refuse_block_if(memory, frame, out, [](const Representation& r) { return r.huffman; });
         }},
    {.name = "refuses-empty-strings",
     .text = "ends the connection at a string of no octets",
     .breaks = {{"rfc7541-5.2-02"}},
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           refuse_block_if(
               memory, frame, out, [](const Representation& r) { return r.empty_string; });
         }},
    {.name = "refuses-long-integers",
     .text = "ends the connection at an integer that is longer than its value needs",
     .breaks = {{"rfc7541-5.1-02"}},
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           refuse_block_if(
               memory, frame, out, [](const Representation& r) { return r.padded_integer; });
         }},
    {.name = "refuses-integers-beyond-the-prefix",
     .text = "ends the connection at an integer that does not fit its prefix",
     .breaks = {{"rfc7541-5.1-01", "rfc7541-4.4-02"}},
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           refuse_block_if(
               memory, frame, out, [](const Representation& r) { return r.long_integer; });
         }},
};

}  // namespace

std::span<const HabitRow> refusal_habits() { return kRows; }

}  // namespace h2assay::deeds
