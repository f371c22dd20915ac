// Frames that are wrong whatever they are about: RFC 9113, Sections 4 and 6.

#include "engine/habits/deeds.h"

namespace h2assay::deeds {
namespace {

constexpr std::array<std::uint8_t, 8> kPing = {'h', 'a', 'b', 'i', 't', 0, 0, 1};

bool begins_block(const Frame& frame) {
  return is(frame, FrameType::headers) || is(frame, FrameType::push_promise);
}

// The block in two frames, and what comes between.  Blocks arrive here unpadded and whole.
template <typename Between>
void split_block(const Frame& frame, OctetBuffer& out, Between between) {
  const std::size_t fixed = is(frame, FrameType::push_promise) ? 4 : 0;
  if (!begins_block(frame) || !frame.header.has(flags::end_headers)) return pass(frame, out);
  const std::size_t half = fixed + (frame.payload.size() - fixed) / 2;
  append_frame(out,
               frame.header.type,
               static_cast<std::uint8_t>(frame.header.flags & ~flags::end_headers),
               frame.header.stream_id,
               frame.payload.first(half));
  between(frame.payload.subspan(half));
}

void append(
    OctetBuffer& out, FrameType type, std::uint8_t flags, std::uint32_t stream_id, Octets payload) {
  append_frame(out, static_cast<std::uint8_t>(type), flags, stream_id, payload);
}

void move_to_stream_zero(FrameType type, const Frame& frame, OctetBuffer& out) {
  pass_as(frame, frame.header.flags, is(frame, type) ? 0 : frame.header.stream_id, out);
}

// Eight octets of padding that are not zero, in front of whatever follows `fixed` octets.
void pad_with_ones(FrameType type, const Frame& frame, OctetBuffer& out) {
  constexpr std::uint8_t kPadding = 8;
  if (!is(frame, type) || frame.header.has(flags::padded) || frame.payload.size() > 8192) {
    return pass(frame, out);
  }
  std::vector<std::uint8_t> payload = {kPadding};
  payload.insert(payload.end(), frame.payload.begin(), frame.payload.end());
  payload.insert(payload.end(), kPadding, 0xff);
  append_frame(out,
               frame.header.type,
               static_cast<std::uint8_t>(frame.header.flags | flags::padded),
               frame.header.stream_id,
               payload);
}

constexpr HabitRow kRows[] = {
    {.name = "sends-frames-too-long",
     .text = "pads long DATA beyond 16384 octets although nobody permitted more",
     .breaks = {{"rfc9113-4.1-02"}},
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           constexpr std::size_t kAlmostFull = 16384 - 255;
           if (!is(frame, FrameType::data) || frame.payload.size() < kAlmostFull) {
             return pass(frame, out);
           }
           append_data(out, frame.header.stream_id, frame.payload, ends_stream(frame), 255);
         }},
    {.name = "sends-undefined-flags",
     .text = "sets a flag that no frame type defines",
     .breaks = {{"rfc9113-4.1-10"}},
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           pass_as(frame,
                   static_cast<std::uint8_t>(frame.header.flags | 0x80),
                   frame.header.stream_id,
                   out);
         }},
    {.name = "sends-reserved-bit",
     .text = "sets the reserved bit before the stream identifier",
     .breaks = {{"rfc9113-4.1-11"}},
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           pass_as(frame, frame.header.flags, frame.header.stream_id | 0x8000'0000U, out);
         }},
    {.name = "sends-ping-inside-field-block",
     .text = "sends PING between HEADERS and its CONTINUATION",
     .breaks = {{"rfc9113-4.3-03", "rfc9113-8.1-11"}},
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           split_block(frame, out, [&](Octets rest) {
             append_ping(out, kPing, false);
             append(out, FrameType::continuation, flags::end_headers, frame.header.stream_id, rest);
           });
         },
     .plain = true},
    {.name = "never-ends-field-blocks",
     .text = "leaves END_HEADERS away",
     .breaks = {{"rfc9113-4.3-04",
                 "rfc9113-6.2-04",
                 "rfc9113-6.10-02",
                 "rfc9113-6.6-05",
                 "rfc9113-8.1-11"}},
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           const bool block = begins_block(frame) || is(frame, FrameType::continuation);
           pass_as(
               frame,
               static_cast<std::uint8_t>(frame.header.flags & (block ? ~flags::end_headers : 0xff)),
               frame.header.stream_id,
               out);
         }},
    {.name = "sends-field-block-in-data",
     .text = "sends the second half of a field block as DATA",
     .breaks = {{"rfc9113-4.3-05", "rfc9113-4.3-03"}},
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           split_block(frame, out, [&](Octets rest) {
             append(out, FrameType::data, 0, frame.header.stream_id, rest);
           });
         },
     .plain = true},
    {.name = "sends-continuation-on-other-stream",
     .text = "sends CONTINUATION on another stream than its HEADERS",
     .breaks = {{"rfc9113-6.2-04", "rfc9113-6.6-05", "rfc9113-6.10-02", "rfc9113-6.10-06"}},
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           split_block(frame, out, [&](Octets rest) {
             append(out,
                    FrameType::continuation,
                    flags::end_headers,
                    frame.header.stream_id + 2,
                    rest);
           });
         },
     .plain = true},
    {.name = "sends-continuation-on-stream-zero",
     .text = "sends CONTINUATION on stream 0",
     .breaks = {{"rfc9113-6.10-04", "rfc9113-6.2-04", "rfc9113-6.6-05"}},
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           split_block(frame, out, [&](Octets rest) {
             append(out, FrameType::continuation, flags::end_headers, 0, rest);
           });
         },
     .plain = true},
    {.name = "sends-continuation-out-of-place",
     .text = "sends CONTINUATION behind a frame that ended its field block",
     .breaks = {{"rfc9113-6.10-06"}},
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           pass(frame, out);
           if (!begins_block(frame) || !frame.header.has(flags::end_headers)) return;
           append(out, FrameType::continuation, flags::end_headers, frame.header.stream_id, {});
         }},
    {.name = "sends-data-on-stream-zero",
     .text = "sends DATA on stream 0",
     .breaks = {{"rfc9113-6.1-07"}},
     .outgoing = [](HabitMemory&,
                    const Frame& frame,
                    OctetBuffer& out) { move_to_stream_zero(FrameType::data, frame, out); }},
    {.name = "sends-headers-on-stream-zero",
     .text = "sends HEADERS on stream 0",
     .breaks = {{"rfc9113-6.2-08", "rfc9113-5.1.1-03"}},
     .outgoing = [](HabitMemory&,
                    const Frame& frame,
                    OctetBuffer& out) { move_to_stream_zero(FrameType::headers, frame, out); }},
    {.name = "sends-rst-stream-on-stream-zero",
     .text = "sends RST_STREAM on stream 0",
     .breaks = {{"rfc9113-6.4-03"}},
     .outgoing = [](HabitMemory&,
                    const Frame& frame,
                    OctetBuffer& out) { move_to_stream_zero(FrameType::rst_stream, frame, out); }},
    {.name = "pads-data-with-ones",
     .text = "sends padding of DATA that is not zero",
     .breaks = {{"rfc9113-6.1-02"}},
     .outgoing = [](HabitMemory&,
                    const Frame& frame,
                    OctetBuffer& out) { pad_with_ones(FrameType::data, frame, out); }},
    {.name = "pads-headers-with-ones",
     .text = "sends padding of HEADERS that is not zero",
     .breaks = {{"rfc9113-6.2-01"}},
     .outgoing = [](HabitMemory&,
                    const Frame& frame,
                    OctetBuffer& out) { pad_with_ones(FrameType::headers, frame, out); }},
    {.name = "pads-push-promise-with-ones",
     .text = "sends padding of PUSH_PROMISE that is not zero",
     .breaks = {{"rfc9113-6.6-02"}},
     .bearer = Bearer::server,
     .outgoing = [](HabitMemory&,
                    const Frame& frame,
                    OctetBuffer& out) { pad_with_ones(FrameType::push_promise, frame, out); }},
    {.name = "sends-short-ping",
     .text = "sends PING, or its answer, with seven octets",
     .breaks = {{"rfc9113-6.7-01"}},
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           const bool ping = is(frame, FrameType::ping);
           pass_with(frame, ping ? frame.payload.first(7) : frame.payload, out);
         }},
    {.name = "answers-ping-without-ack",
     .text = "answers PING by a PING without ACK",
     .breaks = {{"rfc9113-6.7-04"}},
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           pass_as(frame,
                   is(frame, FrameType::ping) ? std::uint8_t{0} : frame.header.flags,
                   frame.header.stream_id,
                   out);
         }},
    {.name = "answers-ping-last",
     .text = "answers PING only when a response that has begun is complete",
     .breaks = {{"rfc9113-6.7-03"}},
     .outgoing =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           if (is(frame, FrameType::data)) memory.count = ends_stream(frame) ? 0 : 1;
           if (is(frame, FrameType::ping) && is_ack(frame) && memory.count > 0) {
             OctetBuffer late;
             pass(frame, late);
             memory.held.insert(memory.held.end(), late.data(), late.data() + late.size());
             return;
           }
           pass(frame, out);
           if (memory.count > 0) return;
           out.append(memory.held);
           memory.held.clear();
         }},
    {.name = "credits-nothing",
     .text = "sends WINDOW_UPDATE with an increment of 0",
     .breaks = {{"rfc9113-6.9-05"}},
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           constexpr std::array<std::uint8_t, 4> kZero = {};
           pass_with(
               frame, is(frame, FrameType::window_update) ? Octets(kZero) : frame.payload, out);
         }},
    {.name = "sends-pushes-as-a-client",
     .text = "a client that sends PUSH_PROMISE behind its request",
     .breaks = {{"rfc9113-8.4.1-05"}},
     .bearer = Bearer::client,
     .outgoing =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           pass(frame, out);
           if (!is(frame, FrameType::headers)) return;
           constexpr std::array<std::uint8_t, 7> kPromise = {0, 0, 0, 2, 0x82, 0x86, 0x84};
           append(
               out, FrameType::push_promise, flags::end_headers, frame.header.stream_id, kPromise);
         }},
};

}  // namespace

std::span<const HabitRow> frame_habits() { return kRows; }

}  // namespace h2assay::deeds
