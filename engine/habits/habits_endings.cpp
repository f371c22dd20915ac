// How connections end: RFC 9113, Sections 5.4.1, 6.8, 7 and 9.1.

#include "engine/habits/deeds.h"

namespace h2assay::deeds {
namespace {

// GOAWAY with another last stream or code.
void pass_goaway(const Frame& frame,
                 std::uint32_t last_stream_id,
                 ErrorCode code,
                 OctetBuffer& out) {
  append_goaway(out, last_stream_id, code, parse_goaway(frame).value.debug_data);
}

bool is_goaway(const Frame& frame) { return is(frame, FrameType::goaway); }

// The registered codes, each as another one: RFC 9113, Section 7.
ErrorCode misnumbered(ErrorCode code) {
  return code == ErrorCode::no_error ? code : ErrorCode{static_cast<std::uint32_t>(code) % 0xd + 1};
}

constexpr HabitRow kRows[] = {
    {.name = "omits-goaway",
     .text = "ends connections without GOAWAY",
     .breaks = {{"rfc9113-5.4.1-01",
                 "rfc9113-6.8-05",
                 "rfc9113-5.4.1-04",
                 "rfc9113-9.1-06",
                 "rfc9113-6.8-06",
                 "rfc9113-6.8-15"}},
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           if (!is_goaway(frame)) pass(frame, out);
         }},
    {.name = "repeats-goaway-with-another-code",
     .text = "reports each connection error by two GOAWAYs with different codes",
     .breaks = {{"rfc9113-5.4-03", "rfc9113-5.4-02"}},
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           pass(frame, out);
           if (!is_goaway(frame)) return;
           const GoawayPayload said = parse_goaway(frame).value;
           if (said.code == ErrorCode::no_error) return;
           pass_goaway(frame,
                       said.last_stream_id,
                       said.code == ErrorCode::connect_error ? ErrorCode::http_1_1_required
                                                             : ErrorCode::connect_error,
                       out);
         }},
    {.name = "raises-last-stream",
     .text = "sends each GOAWAY again with a higher last stream",
     .breaks = {{"rfc9113-6.8-13"}},
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           if (!is_goaway(frame)) return pass(frame, out);
           const GoawayPayload said = parse_goaway(frame).value;
           const bool any = said.last_stream_id >= kMaxStreamId - 2;
           pass_goaway(frame, any ? 1 : said.last_stream_id, said.code, out);
           pass_goaway(frame, any ? 1001 : said.last_stream_id + 2, said.code, out);
         }},
    {.name = "overstates-last-stream",
     .text = "names a last stream in GOAWAY that nobody has opened",
     .breaks = {{"rfc9113-6.8-08", "rfc9113-5.4.1-01"}},
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           if (!is_goaway(frame)) return pass(frame, out);
           const GoawayPayload said = parse_goaway(frame).value;
           pass_goaway(
               frame, std::min(said.last_stream_id, kMaxStreamId - 100) + 100, said.code, out);
         }},
    {.name = "understates-last-stream",
     .text = "names 0 as the last stream in GOAWAY although it has answered",
     .breaks = {{"rfc9113-6.8-08", "rfc9113-8.7-04", "rfc9113-5.4.1-01", "rfc9113-8.7-02"}},
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           if (!is_goaway(frame)) return pass(frame, out);
           pass_goaway(frame, 0, parse_goaway(frame).value.code, out);
         }},
    {.name = "shuts-down-at-once",
     .text = "begins a graceful shutdown with the real last stream",
     .breaks = {{"rfc9113-6.8-15"}},
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           if (!is_goaway(frame) || parse_goaway(frame).value.last_stream_id != kMaxStreamId) {
             pass(frame, out);
           }
         }},
    {.name = "stays-open-after-goaway",
     .text = "keeps the TCP connection open behind a GOAWAY that reports an error",
     .breaks = {{"rfc9113-5.4.1-02"}},
     .outgoing =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           pass(frame, out);
           if (is_goaway(frame)) memory.stays_open = true;
         }},
    {.name = "resets-a-stream-for-connection-errors",
     .text = "reports connection errors by RST_STREAM, and stays",
     .breaks = {{"rfc9113-5.4-06", "rfc9113-5.4.1-01", "rfc9113-5.4.1-02"}},
     .outgoing =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           if (!is_goaway(frame)) return pass(frame, out);
           const ErrorCode code = parse_goaway(frame).value.code;
           if (code == ErrorCode::no_error) return pass(frame, out);
           append_rst_stream(out, 1, code);
           memory.stays_open = true;
         }},
    {.name = "misnumbers-error-codes",
     .text = "numbers the error codes one too high",
     .breaks = {{"rfc9113-7-01"}},
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           if (is(frame, FrameType::rst_stream)) {
             append_rst_stream(
                 out, frame.header.stream_id, misnumbered(parse_rst_stream(frame).value));
           } else if (is_goaway(frame)) {
             const GoawayPayload said = parse_goaway(frame).value;
             pass_goaway(frame, said.last_stream_id, misnumbered(said.code), out);
           } else {
             pass(frame, out);
           }
         }},
    {.name = "ignores-goaway",
     .text = "opens and promises streams behind the peer's GOAWAY",
     .breaks = {{"rfc9113-6.8-02", "rfc9113-6.8-03"}},
     .incoming =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           if (!is_goaway(frame)) pass(frame, out);
         }},
    {.name = "hangs-up-after-each-response",
     .text = "closes the connection when it has ended a stream",
     .breaks = {{"rfc9113-9.1-01", "rfc9113-5.4.2-01"}},
     .outgoing =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           if (memory.hangs_up) return;
           pass(frame, out);
           if (!ends_stream(frame) && !is(frame, FrameType::rst_stream)) return;
           append_goaway(out, frame.header.stream_id, ErrorCode::no_error, {});
           memory.hangs_up = true;
         }},
    {.name = "refuses-what-it-has-answered",
     .text = "resets streams with REFUSED_STREAM in the middle of their responses",
     .breaks = {{"rfc9113-8.7-03", "rfc9113-8.7-02"}},
     .bearer = Bearer::server,
     .outgoing =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           const std::uint32_t stream_id = frame.header.stream_id;
           if (stream_id != 0 && memory.numbers.contains(stream_id)) return;
           if (!is(frame, FrameType::data)) return pass(frame, out);
           append_rst_stream(out, stream_id, ErrorCode::refused_stream);
           memory.numbers[stream_id] = 1;
         }},
};

}  // namespace

std::span<const HabitRow> ending_habits() { return kRows; }

}  // namespace h2assay::deeds
