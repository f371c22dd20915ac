// What a receiver has to bear, and these do not: frames and streams.  RFC 9113, Sections 4 to 7.

#include "engine/habits/deeds.h"

namespace h2assay::deeds {
namespace {

bool is_unknown(const Frame& frame) { return !is_known(frame.header.type); }

bool is_extension(const Frame& frame) {
  return is(frame, FrameType::altsvc) || is(frame, FrameType::origin) ||
         is(frame, FrameType::priority_update);
}

bool has_undefined_flags(const Frame& frame) {
  constexpr std::uint8_t kMessage =
      flags::end_stream | flags::end_headers | flags::padded | flags::priority;
  constexpr std::uint8_t kAllOfEight = flags::end_stream | flags::padded;
  std::uint8_t defined = 0;
  if (is(frame, FrameType::data)) defined = kAllOfEight;
  if (is(frame, FrameType::headers)) defined = kMessage;
  if (is(frame, FrameType::settings) || is(frame, FrameType::ping)) defined = flags::ack;
  if (is(frame, FrameType::continuation)) defined = flags::end_headers;
  return is_known(frame.header.type) && (frame.header.flags & ~defined) != 0;
}

bool is_padded(const Frame& frame) {
  return (is(frame, FrameType::data) || is(frame, FrameType::headers)) &&
         frame.header.has(flags::padded);
}

bool is_only_padding(const Frame& frame) {
  return is(frame, FrameType::data) && frame.header.has(flags::padded) &&
         parse_data(frame).value.data.empty();
}

bool signals_priority(const Frame& frame) {
  return is(frame, FrameType::priority) ||
         (is(frame, FrameType::headers) && frame.header.has(flags::priority));
}

bool has_unknown_code(const Frame& frame) {
  constexpr std::uint32_t kLast = 0xd;
  if (is(frame, FrameType::rst_stream)) {
    return static_cast<std::uint32_t>(parse_rst_stream(frame).value) > kLast;
  }
  return is(frame, FrameType::goaway) &&
         static_cast<std::uint32_t>(parse_goaway(frame).value.code) > kLast;
}

bool is_empty_data(const Frame& frame) {
  return is(frame, FrameType::data) && frame.header.length == 0;
}

// Whether the number in the payload, or the stream identifier, has its reserved bit set.
bool has_reserved_bit(const HabitMemory& memory, const Frame& frame) {
  const bool numbered = is(frame, FrameType::window_update) || is(frame, FrameType::goaway);
  return memory.reserved_bit ||
         (numbered && !frame.payload.empty() && (frame.payload[0] & 0x80) != 0);
}

// numbers[n] of a stream: what has been seen to end it.
constexpr std::int64_t kPeerEnded = 1;
constexpr std::int64_t kWeEnded = 2;
constexpr std::int64_t kWeReset = 4;

void note_own_end(HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
  if (ends_stream(frame)) memory.numbers[frame.header.stream_id] |= kWeEnded;
  if (is(frame, FrameType::rst_stream)) memory.numbers[frame.header.stream_id] |= kWeReset;
  pass(frame, out);
}

std::int64_t ends_of(const HabitMemory& memory, const Frame& frame) {
  const auto at = memory.numbers.find(frame.header.stream_id);
  return at == memory.numbers.end() ? 0 : at->second;
}

void note_peers_end(HabitMemory& memory, const Frame& frame) {
  if (ends_stream(frame)) memory.numbers[frame.header.stream_id] |= kPeerEnded;
}

constexpr HabitRow kRows[] = {
    {.name = "refuses-unknown-frames",
     .text = "ends the connection at a frame of unknown type",
     .breaks = {{"rfc9113-4.1-03",
                 "rfc9113-4.1-04",
                 "rfc9113-4.1-05",
                 "rfc9113-4.1-06",
                 "rfc9113-5.5-02",
                 "rfc9113-5.5-01",
                 "rfc9113-5.1-41",
                 "rfc9113-4.1-08"}},
     .incoming = [](HabitMemory& memory,
                    const Frame& frame,
                    OctetBuffer& out) { refuse_if(is_unknown(frame), memory, frame, out); }},
    {.name = "refuses-extension-frames",
     .text = "ends the connection at ALTSVC, ORIGIN or PRIORITY_UPDATE",
     .breaks = {{"rfc9113-5.5-02",
                 "rfc7838-4-05",
                 "rfc7838-4-02",
                 "rfc8336-2.2-01",
                 "rfc9218-7.1-04",
                 "rfc9218-7.1-06",
                 "rfc9218-7-02",
                 "rfc9218-7-04"}},
     .incoming = [](HabitMemory& memory,
                    const Frame& frame,
                    OctetBuffer& out) { refuse_if(is_extension(frame), memory, frame, out); }},
    {.name = "misreads-unknown-frames",
     .text = "takes the payload of an unknown frame for frames",
     .breaks = {{"rfc9113-4.1-07", "rfc9113-4.1-08", "rfc9113-4.1-03"}},
     .incoming =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           if (is_unknown(frame)) return out.append(frame.payload);
           pass(frame, out);
         }},
    {.name = "refuses-undefined-flags",
     .text = "ends the connection at a flag that the frame type does not define",
     .breaks = {{"rfc9113-4.1-09", "rfc9113-6.10-10"}},
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           refuse_if(has_undefined_flags(frame), memory, frame, out);
         }},
    {.name = "refuses-reserved-bits",
     .text = "ends the connection at a reserved bit that is set",
     .breaks = {{"rfc9113-4.1-12", "rfc9113-6.9-06", "rfc9113-6.8-22"}},
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           refuse_if(has_reserved_bit(memory, frame), memory, frame, out);
         }},
    {.name = "refuses-frames-beyond-8192",
     .text = "ends the connection at a frame of more than 8192 octets",
     .breaks = {{"rfc9113-4.2-01", "rfc9113-4.2-11", "rfc9113-4.1-08"}},
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           refuse_if(frame.header.length > 8192, memory, frame, out);
         }},
    {.name = "refuses-continuation",
     .text = "ends the connection at CONTINUATION",
     .breaks = {{"rfc9113-4.3-02", "rfc9113-6.10-01", "rfc9113-6.2-07", "rfc9113-8.1-10"}},
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           refuse_if(is(frame, FrameType::continuation), memory, frame, out);
         }},
    {.name = "refuses-empty-fragments",
     .text = "ends the connection at HEADERS or CONTINUATION without a fragment",
     .breaks = {{"rfc9113-6.10-01", "rfc9113-4.3-02", "rfc9113-6.2-12", "rfc9113-10.5-05"}},
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           const bool block = is(frame, FrameType::continuation) || is(frame, FrameType::headers);
           refuse_if(block && frame.header.length == 0, memory, frame, out);
         }},
    {.name = "refuses-padding",
     .text = "ends the connection at DATA or HEADERS with padding",
     .breaks = {{"rfc9113-6.1-01", "rfc9113-6.2-03", "rfc9113-6.1-14", "rfc9113-8.1.1-05"}},
     .incoming = [](HabitMemory& memory,
                    const Frame& frame,
                    OctetBuffer& out) { refuse_if(is_padded(frame), memory, frame, out); }},
    {.name = "takes-padding-for-content",
     .text = "takes the padding of DATA for content",
     .breaks = {{"rfc9113-6.1-01", "rfc9113-8.1.1-05", "rfc9113-6.1-14", "rfc9113-6.1-03"}},
     .incoming =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           const bool padded = is_padded(frame) && is(frame, FrameType::data);
           pass_as(frame,
                   static_cast<std::uint8_t>(frame.header.flags & (padded ? ~flags::padded : 0xff)),
                   frame.header.stream_id,
                   out);
         }},
    {.name = "takes-padding-for-fields",
     .text = "takes the padding of HEADERS for part of the field block",
     .breaks = {{"rfc9113-6.2-03", "rfc9113-6.2-02"}},
     .incoming =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           const bool padded = is_padded(frame) && is(frame, FrameType::headers);
           pass_as(frame,
                   static_cast<std::uint8_t>(frame.header.flags & (padded ? ~flags::padded : 0xff)),
                   frame.header.stream_id,
                   out);
         }},
    {.name = "refuses-full-padding",
     .text = "ends the connection at DATA that is nothing but padding",
     .breaks = {{"rfc9113-6.1-14"}},
     .incoming = [](HabitMemory& memory,
                    const Frame& frame,
                    OctetBuffer& out) { refuse_if(is_only_padding(frame), memory, frame, out); }},
    {.name = "expects-padding",
     .text = "takes the first octet of DATA for a pad length although it is not padded",
     .breaks = {{"rfc9113-6.1-04"}},
     .incoming =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           const bool data = is(frame, FrameType::data) && !frame.header.has(flags::padded) &&
                             !frame.payload.empty();
           pass_with(frame, data ? frame.payload.subspan(1) : frame.payload, out);
         }},
    {.name = "refuses-empty-data",
     .text = "ends the connection at an empty DATA frame",
     .breaks = {{"rfc9113-6.1-05", "rfc9113-6.1-06", "rfc9113-6.9.1-02", "rfc9113-10.5-05"}},
     .incoming = [](HabitMemory& memory,
                    const Frame& frame,
                    OctetBuffer& out) { refuse_if(is_empty_data(frame), memory, frame, out); }},
    {.name = "drops-empty-data",
     .text = "does not see END_STREAM on an empty DATA frame",
     .breaks = {{"rfc9113-6.1-05", "rfc9113-8.1.1-06", "rfc9113-6.9.1-02"}},
     .incoming =
         [](HabitMemory&, const Frame& frame, OctetBuffer& out) {
           if (!is_empty_data(frame)) pass(frame, out);
         }},
    {.name = "refuses-priority",
     .text = "ends the connection at PRIORITY, or at HEADERS with priority",
     .breaks = {{"rfc9113-5.3.2-01",
                 "rfc9113-5.1-40",
                 "rfc9113-5.1-07",
                 "rfc9113-5.1-32",
                 "rfc9113-6.3-02",
                 "rfc9113-5.1-13",
                 "rfc7540-5.3.1-02",
                 "rfc7540-5.3.2-01"}},
     .incoming = [](HabitMemory& memory,
                    const Frame& frame,
                    OctetBuffer& out) { refuse_if(signals_priority(frame), memory, frame, out); }},
    {.name = "refuses-priority-later",
     .text = "ends the connection at PRIORITY for a stream that the peer has ended",
     .breaks = {{"rfc9113-5.1-32", "rfc9113-5.1-40", "rfc9113-5.1-24", "rfc9218-2.1-06"}},
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           const bool late = is(frame, FrameType::priority) && ends_of(memory, frame) != 0;
           note_peers_end(memory, frame);
           refuse_if(late, memory, frame, out);
         }},
    {.name = "opens-streams-by-other-frames",
     .text = "takes a stream for used when PRIORITY, PRIORITY_UPDATE or an unknown frame names it",
     .breaks = {{"rfc9113-5.1.1-09", "rfc9113-6.3-02", "rfc9113-5.1-07", "rfc9113-4.1-05"}},
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           const std::uint32_t stream_id =
               is(frame, FrameType::priority_update)
                   ? parse_priority_update(frame).value.prioritized_stream_id
                   : frame.header.stream_id;
           const bool names = is(frame, FrameType::priority) || is_unknown(frame) ||
                              is(frame, FrameType::priority_update);
           if (names) memory.stream_id = std::max(memory.stream_id, stream_id);
           refuse_if(
               is(frame, FrameType::headers) && stream_id < memory.stream_id, memory, frame, out);
         }},
    {.name = "refuses-skipped-streams",
     .text = "ends the connection when a new stream skips identifiers",
     .breaks = {{"rfc9113-5.1.1-10"}},
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           const bool opens =
               is(frame, FrameType::headers) && frame.header.stream_id > memory.stream_id;
           const bool skips = opens && frame.header.stream_id > memory.count + 2;
           if (opens) memory.count = memory.stream_id = frame.header.stream_id;
           refuse_if(skips, memory, frame, out);
         }},
    {.name = "refuses-window-updates-of-ended-streams",
     .text = "ends the connection at WINDOW_UPDATE for a stream that the peer has ended",
     .breaks = {{"rfc9113-6.9-09", "rfc9113-5.1-24", "rfc9113-5.1-31", "rfc9113-6.9-12"}},
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           const bool late = is(frame, FrameType::window_update) && ends_of(memory, frame) != 0;
           note_peers_end(memory, frame);
           refuse_if(late, memory, frame, out);
         }},
    {.name = "refuses-frames-for-closed-streams",
     .text = "ends the connection at RST_STREAM or WINDOW_UPDATE for a closed stream",
     .breaks = {{"rfc9113-5.1-31", "rfc9113-6.9-09", "rfc9113-6.4-08"}},
     .outgoing = note_own_end,
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           const bool closed = ends_of(memory, frame) == (kPeerEnded | kWeEnded);
           const bool race =
               is(frame, FrameType::rst_stream) || is(frame, FrameType::window_update);
           note_peers_end(memory, frame);
           refuse_if(closed && race, memory, frame, out);
         }},
    {.name = "refuses-rst-stream-after-end-stream",
     .text = "ends the connection at RST_STREAM for a stream that the peer has ended",
     .breaks = {{"rfc9113-5.1-24", "rfc9113-5.1-31", "rfc9113-6.4-08"}},
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           const bool late = is(frame, FrameType::rst_stream) && ends_of(memory, frame) != 0;
           note_peers_end(memory, frame);
           refuse_if(late, memory, frame, out);
         }},
    {.name = "refuses-frames-behind-its-reset",
     .text = "ends the connection at a frame that the peer sent before it heard of a reset",
     .breaks = {{"rfc9113-5.1-33", "rfc9113-5.4.2-03", "rfc9113-6.4-02", "rfc9113-8.1.1-12"}},
     .outgoing = note_own_end,
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           const bool reset = (ends_of(memory, frame) & kWeReset) != 0;
           refuse_if(reset && !is(frame, FrameType::priority), memory, frame, out);
         }},
    {.name = "forgets-field-blocks-of-reset-streams",
     .text = "does not decode field blocks of streams that it has reset",
     .breaks = {{"rfc9113-5.1-34", "rfc9113-5.1.2-05", "rfc9113-6.8-18", "rfc9113-5.4.2-03"}},
     .outgoing = note_own_end,
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           const bool reset = (ends_of(memory, frame) & kWeReset) != 0;
           if (!reset || !is(frame, FrameType::headers)) pass(frame, out);
         }},
    {.name = "keeps-credit-of-discarded-data",
     .text = "does not give back the connection's window for DATA on streams that it has reset",
     .breaks = {{"rfc9113-5.1-36", "rfc9113-6.9-10", "rfc9113-6.8-19", "rfc9113-5.4.2-03"}},
     .outgoing = note_own_end,
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           const bool reset = (ends_of(memory, frame) & kWeReset) != 0;
           if (!reset || !is(frame, FrameType::data)) pass(frame, out);
         }},
    {.name = "counts-closed-streams",
     .text = "refuses all streams behind the hundredth, closed ones counted",
     .breaks = {{"rfc9113-5.1.2-06", "rfc9113-5.1-17"}},
     .bearer = Bearer::server,
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           const bool opens =
               is(frame, FrameType::headers) && frame.header.stream_id > memory.stream_id;
           if (opens) memory.stream_id = frame.header.stream_id;
           if (opens) ++memory.count;
           pass(frame, out);
           if (opens && memory.count > 100) refuse_stream(memory, frame.header.stream_id);
         }},
    {.name = "serves-one-stream-at-a-time",
     .text = "looks at no further stream before the one that it serves has ended",
     .breaks = {{"rfc9113-5-02", "rfc9113-5-01", "rfc9113-6.9-12"}},
     .bearer = Bearer::server,
     .outgoing =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           pass(frame, out);
           const bool done = ends_stream(frame) || is(frame, FrameType::rst_stream);
           if (!done || frame.header.stream_id != memory.stream_id) return;
           memory.stream_id = 0;
           memory.to_engine.append(memory.held);
           memory.held.clear();
         },
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           const std::uint32_t stream_id = frame.header.stream_id;
           if (stream_id == 0 || !is_known(frame.header.type)) return pass(frame, out);
           if (memory.stream_id == 0) memory.stream_id = stream_id;
           if (stream_id == memory.stream_id) return pass(frame, out);
           OctetBuffer later;
           pass(frame, later);
           memory.held.insert(memory.held.end(), later.data(), later.data() + later.size());
         }},
    {.name = "refuses-unknown-error-codes",
     .text = "ends the connection at an error code that is not registered",
     .breaks = {{"rfc9113-7-02", "rfc9113-6.4-08", "rfc9113-5.5-01"}},
     .incoming = [](HabitMemory& memory,
                    const Frame& frame,
                    OctetBuffer& out) { refuse_if(has_unknown_code(frame), memory, frame, out); }},
    {.name = "refuses-trailers",
     .text = "resets a stream whose request has trailers",
     .breaks = {{"rfc9113-8.1-18", "rfc9113-8.1-19", "rfc9113-5.1-19", "rfc9110-6.5.1-02"}},
     .bearer = Bearer::server,
     .incoming =
         [](HabitMemory& memory, const Frame& frame, OctetBuffer& out) {
           pass(frame, out);
           if (!is(frame, FrameType::headers)) return;
           if (memory.numbers[frame.header.stream_id]++ == 1) {
             refuse_stream(memory, frame.header.stream_id);
           }
         }},
};

}  // namespace

std::span<const HabitRow> strictness_habits() { return kRows; }

}  // namespace h2assay::deeds
