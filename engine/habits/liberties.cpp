// What a peer may do although few do it.  No requirement is broken: whoever holds one of these
// against a peer accuses it falsely.

#include <array>

#include "engine/habits/deeds.h"

namespace h2assay {
namespace {

using namespace deeds;

constexpr std::uint8_t kUnknownType = 0x16;
constexpr std::array<std::uint8_t, 8> kAsked = {'y', 'o', 'u', ' ', 'h', 'e', 'r', 'e'};
constexpr std::array<std::uint8_t, 5> kInterim = {0x08, 0x03, '1', '0', '3'};  // :status 103

std::uint8_t without(const Frame& frame, std::uint8_t flag) {
  return static_cast<std::uint8_t>(frame.header.flags & ~flag);
}

bool is_whole_block(const Frame& frame) {
  return is(frame, FrameType::headers) && frame.header.has(flags::end_headers) &&
         !frame.header.has(flags::padded) && !frame.header.has(flags::priority);
}

// HEADERS without an octet, then the block in pieces of one octet, and an empty one at the end.
void cut_block(HabitMemory& /*memory*/, const Frame& frame, OctetBuffer& out) {
  if (!is_whole_block(frame) || frame.payload.size() > 200) return pass(frame, out);
  const std::uint32_t stream_id = frame.header.stream_id;
  constexpr auto kContinuation = static_cast<std::uint8_t>(FrameType::continuation);
  append_frame(out, frame.header.type, without(frame, flags::end_headers), stream_id, {});
  for (std::size_t at = 0; at < frame.payload.size(); ++at)
    append_frame(out, kContinuation, 0, stream_id, frame.payload.subspan(at, 1));
  append_frame(out, kContinuation, flags::end_headers, stream_id, {});
}

void pad_block(HabitMemory& /*memory*/, const Frame& frame, OctetBuffer& out) {
  constexpr std::uint8_t kPad = 7;
  if (!is_whole_block(frame) || frame.payload.size() > 8192) return pass(frame, out);
  OctetBuffer payload;
  payload.append(std::array<std::uint8_t, 1>{kPad});
  payload.append(frame.payload);
  payload.append(std::array<std::uint8_t, kPad>{});
  append_frame(out,
               frame.header.type,
               static_cast<std::uint8_t>(frame.header.flags | flags::padded),
               frame.header.stream_id,
               payload.view());
}

// Each DATA as its first octet, the rest, and an empty frame that ends the stream.
void cut_data(HabitMemory& /*memory*/, const Frame& frame, OctetBuffer& out) {
  if (!is(frame, FrameType::data) || frame.header.has(flags::padded)) return pass(frame, out);
  const std::uint32_t stream_id = frame.header.stream_id;
  const std::size_t first = std::min<std::size_t>(frame.payload.size(), 1);
  if (first != 0) append_data(out, stream_id, frame.payload.first(first), false);
  if (frame.payload.size() > first)
    append_data(out, stream_id, frame.payload.subspan(first), false);
  if (ends_stream(frame) || frame.payload.empty())
    append_data(out, stream_id, {}, ends_stream(frame));
}

// Behind each frame that leaves no field block open, unless the connection is ending.
void add_unknown(HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
  pass(frame, out);
  const bool block = is(frame, FrameType::headers) || is(frame, FrameType::push_promise) ||
                     is(frame, FrameType::continuation);
  if (is(frame, FrameType::goaway)) memory.count = 1;
  if (memory.count != 0 || (block && !frame.header.has(flags::end_headers))) return;
  if (is(frame, FrameType::rst_stream)) return;  // the last frame on its stream
  append_frame(out,
               kUnknownType,
               0xff,
               frame.header.stream_id,
               frame.payload.first(std::min<std::size_t>(frame.payload.size(), 20)));
  append_frame(out, kUnknownType, 0, 0, {});
}

void add_ping(HabitMemory& /*memory*/, const Frame& frame, OctetBuffer& out) {
  pass(frame, out);
  if (is(frame, FrameType::data) || is_whole_block(frame)) append_ping(out, kAsked, false);
}

// The engine has not asked, so it does not hear the answer.
void swallow_pong(HabitMemory& /*memory*/, const Frame& frame, OctetBuffer& out) {
  const bool ours =
      is(frame, FrameType::ping) && is_ack(frame) && std::ranges::equal(frame.payload, kAsked);
  if (!ours) pass(frame, out);
}

// 1: the connection has begun as it should; 2: it has not.
void note_settings(HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
  const bool settings = is(frame, FrameType::settings) && !is_ack(frame);
  if (memory.count == 0) memory.count = settings ? 1 : 2;
  pass(frame, out);
}

void put_interim_first(HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
  if (!memory.held.empty() && is(frame, FrameType::headers)) {
    append_frame(out, frame.header.type, flags::end_headers, frame.header.stream_id, memory.held);
    memory.held.clear();
  }
  pass(frame, out);
}

constexpr HabitRow kRows[] = {
    {.name = "omits-goaway-after-a-wrong-preface",
     .text = "closes the connection without a word when the preface is wrong",
     .breaks = {{"rfc9113-3.4-15"}},
     .bearer = Bearer::server,
     .outgoing =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           if (!is(frame, FrameType::goaway) || memory.count == 1) pass(frame, out);
         },
     .incoming = note_settings},
    {.name = "hangs-up-behind-an-error-status",
     .text = "says GOAWAY and closes when it has answered the first request by an error status",
     .breaks = {{"rfc9113-8.1.1-13"}},
     .bearer = Bearer::server,
     .outgoing =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           if (memory.hangs_up) return;
           pass(frame, out);
           if (memory.count == 0 || frame.header.stream_id != 1 || !ends_stream(frame)) return;
           append_goaway(out, 1, ErrorCode::no_error, {});
           memory.hangs_up = true;
         },
     .section =
         [](HabitMemory& memory, Section& section) {
           const bool error =
               section.kind == Section::Kind::response && section.value(":status") >= "400";
           if (error && section.stream_id == 1) memory.count = 1;
         }},
    {.name = "keeps-no-table",
     .text = "says in its first field block that its table has no room, and uses none",
     .breaks = {{"rfc9113-6.5.2-01"}},
     .section =
         [](HabitMemory& memory, Section& section) {
           section.start.clear();  // what is 0 already cannot become smaller
           if (memory.count++ == 0) section.start.push_back(0x20);
         },
     .plain = true},
    {.name = "sends-interim-responses",
     .text = "says 103 before each response",
     .breaks = {{"rfc9113-8.1-05"}},
     .bearer = Bearer::server,
     .outgoing = put_interim_first,
     .section =
         [](HabitMemory& memory, Section& section) {
           if (section.kind != Section::Kind::response || section.omitted) return;
           memory.held = std::move(section.start);  // size updates stand first of all
           memory.held.insert(memory.held.end(), kInterim.begin(), kInterim.end());
           section.start.clear();
         }},
    {.name = "tells-no-length-to-head",
     .text = "answers HEAD without content-length",
     .breaks = {{"rfc9113-8.1.1-09", "rfc9110-8.6-04"}},
     .bearer = Bearer::server,
     .section =
         [](HabitMemory&, Section& section) {
           if (section.method == "HEAD") section.remove("content-length");
         }},
    {.name = "says-that-it-takes-no-pushes",
     .text = "announces ENABLE_PUSH=0 as a server",
     .breaks = {{"rfc9113-6.5.2-06", "rfc9113-6.5.2-07"}},
     .bearer = Bearer::server,
     .outgoing =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           if (!is(frame, FrameType::settings) || is_ack(frame) || memory.count++ > 0)
             return pass(frame, out);
           std::vector<Setting> settings = settings_of(frame);
           settings.push_back(setting(SettingId::enable_push, 0));
           append_settings(out, settings);
         }},
    {.name = "says-everything-in-literals",
     .text = "uses neither the dynamic table nor Huffman codes",
     .breaks = {{"rfc7541-6.2.2-01"}},
     .plain = true},
    {.name = "cuts-field-blocks",
     .text = "sends field blocks as an empty HEADERS and CONTINUATION frames of an octet",
     .breaks = {{"rfc9113-6.10-01", "rfc9113-6.2-07"}},
     .outgoing = cut_block},
    {.name = "pads-field-blocks",
     .text = "pads HEADERS",
     .breaks = {{"rfc9113-6.2-03"}},
     .outgoing = pad_block},
    {.name = "cuts-data",
     .text = "sends DATA as one octet, the rest, and an empty frame with END_STREAM",
     .breaks = {{"rfc9113-6.1-05", "rfc9113-6.1-06"}},
     .outgoing = cut_data},
    {.name = "sends-unknown-frames",
     .text = "sends frames of unknown type between all others",
     .breaks = {{"rfc9113-4.1-03", "rfc9113-4.1-04"}},
     .outgoing = add_unknown},
    {.name = "sends-pings",
     .text = "sends PING behind each frame of a response",
     .breaks = {{"rfc9113-6.7-02"}},
     .outgoing = add_ping,
     .incoming = swallow_pong},
    {.name = "ends-responses-by-trailers",
     .text = "sends trailers behind content",
     .breaks = {{"rfc9113-8.1-03"}},
     .bearer = Bearer::server,
     .outgoing =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           constexpr std::array<std::uint8_t, 7> kTrailer = {0, 3, 'x', '-', 'y', 1, 'z'};
           const std::uint32_t stream_id = frame.header.stream_id;
           const bool tunnel = memory.heard.method_on(stream_id) == "CONNECT";
           if (tunnel || !is(frame, FrameType::data) || !ends_stream(frame))
             return pass(frame, out);
           pass_as(frame, without(frame, flags::end_stream), stream_id, out);
           append_frame(out,
                        static_cast<std::uint8_t>(FrameType::headers),
                        flags::end_headers | flags::end_stream,
                        stream_id,
                        kTrailer);
         },
     .plain = true},
};

}  // namespace

std::span<const HabitRow> liberties() { return kRows; }

}  // namespace h2assay
