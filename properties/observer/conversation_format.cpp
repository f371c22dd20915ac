// Frame format: lengths, stream numbers, padding, flags, the frames of one field block.
// RFC 9113, Sections 4.1 to 4.3 and 6.
#include <algorithm>
#include <string>

#include "properties/observer/conversation.h"

namespace h2assay::watch {
namespace {

using wire::FrameType;

// The four checks of a frame that can be padded.
struct PaddedChecks {
  Check length;
  Check padding_length;
  Check padding_zero;
};

PaddedChecks padded_checks(const wire::RawFrame& frame) {
  if (frame.is(FrameType::data)) {
    return {Check::data_length, Check::data_padding_length, Check::data_padding_zero};
  }
  if (frame.is(FrameType::headers)) {
    const bool no_room =
        frame.has(wire::kPriority) && frame.payload.size() < (frame.has(wire::kPadded) ? 6U : 5U);
    return {no_room ? Check::headers_priority_length : Check::headers_length,
            Check::headers_padding_length,
            Check::headers_padding_zero};
  }
  return {Check::push_length, Check::push_padding_length, Check::push_padding_zero};
}

std::string octets_text(const wire::RawFrame& frame) {
  return std::to_string(frame.payload.size()) + " octets";
}

// RFC 8336, Section 2.1: each entry is a length and so many octets.
bool entries_fill(wire::Octets payload) {
  while (payload.size() >= 2) {
    const std::size_t length = wire::read16(payload);
    if (payload.size() - 2 < length) return false;
    payload = payload.subspan(2 + length);
  }
  return payload.empty();
}

}  // namespace

bool Conversation::format_kept(Who who, const wire::RawFrame& frame) {
  const std::uint32_t id = frame.stream_id();
  const Side& sender = side(who);
  const bool fits = frame.payload.size() <= longest_frame(who);
  judge(who, Check::frame_size, fits, id, [&] { return octets_text(frame); });
  if (sender.frames == 1) {
    const bool settings_first = frame.is(FrameType::settings) && !frame.has(wire::kAck);
    judge(who, Check::first_frame, settings_first, 0, [&] {
      const std::string_view type = wire::type_name(frame.type);
      return "it is " + (type.empty() ? "of unknown type" : std::string(type));
    });
  }
  if (wire::type_name(frame.type).empty()) {
    judge(who, Check::reserved_bit, !frame.reserved_bit(), id);
    return true;
  }
  judge(who, Check::reserved_bit, !frame.reserved_bit(), id);
  const bool known_flags = (frame.flags & ~wire::defined_flags(frame.type)) == 0;
  const bool rfc9113 = frame.type <= static_cast<std::uint8_t>(FrameType::continuation);
  if (rfc9113) {
    judge(who, Check::undefined_flags, known_flags, id, [&] {
      return std::string(wire::type_name(frame.type)) + " with " + std::to_string(frame.flags);
    });
  }
  const bool number = stream_number_kept(who, frame);
  const bool length = length_kept(who, frame);
  return number && length && layout_kept(who, frame);
}

bool Conversation::stream_number_kept(Who who, const wire::RawFrame& frame) {
  const std::uint32_t id = frame.stream_id();
  switch (static_cast<FrameType>(frame.type)) {
    case FrameType::data:         return judge(who, Check::data_stream_zero, id != 0);
    case FrameType::headers:      return judge(who, Check::headers_stream_zero, id != 0);
    case FrameType::priority:     return judge(who, Check::priority_stream_zero, id != 0);
    case FrameType::rst_stream:   return judge(who, Check::reset_stream_zero, id != 0);
    case FrameType::push_promise: return judge(who, Check::push_stream_zero, id != 0);
    case FrameType::continuation: return judge(who, Check::continuation_stream_zero, id != 0);
    case FrameType::settings:     return judge(who, Check::settings_stream, id == 0, id);
    case FrameType::ping:         return judge(who, Check::ping_stream, id == 0, id);
    case FrameType::goaway:       return judge(who, Check::goaway_stream, id == 0, id);
    case FrameType::origin:       return judge(who, Check::origin_stream, id == 0, id);
    case FrameType::priority_update:
      judge(who, Check::priority_update_by_server, side(who).role == wire::Role::client);
      return judge(who, Check::priority_update_stream, id == 0, id);
    case FrameType::window_update:
    case FrameType::altsvc:        break;
  }
  return true;
}

bool Conversation::length_kept(Who who, const wire::RawFrame& frame) {
  const std::size_t size = frame.payload.size();
  const std::uint32_t id = frame.stream_id();
  const auto fixed = [&](Check check, bool kept) {
    return judge(who, check, kept, id, [&] { return octets_text(frame); });
  };
  switch (static_cast<FrameType>(frame.type)) {
    case FrameType::priority:   return fixed(Check::priority_length, size == 5);
    case FrameType::rst_stream: return fixed(Check::reset_length, size == 4);
    case FrameType::ping:       return fixed(Check::ping_length, size == 8);
    case FrameType::goaway:     return fixed(Check::goaway_length, size >= 8);
    case FrameType::settings:
      return frame.has(wire::kAck) ? fixed(Check::settings_ack_length, size == 0)
                                   : fixed(Check::settings_length, size % 6 == 0);
    case FrameType::window_update:
      return fixed(Check::window_update_length, size == 4) &&
             fixed(Check::window_update_zero,
                   (wire::read32(frame.payload) & wire::kStreamMask) != 0);
    case FrameType::altsvc:
      return fixed(Check::altsvc_layout, size >= 2 && size - 2 >= wire::read16(frame.payload));
    case FrameType::origin:          return fixed(Check::origin_layout, entries_fill(frame.payload));
    case FrameType::data:
    case FrameType::headers:
    case FrameType::push_promise:
    case FrameType::continuation:
    case FrameType::priority_update: break;
  }
  return true;
}

bool Conversation::layout_kept(Who who, const wire::RawFrame& frame) {
  const bool can_pad = frame.is(FrameType::data) || frame.is(FrameType::headers) ||
                       frame.is(FrameType::push_promise);
  if (!can_pad) return true;
  const PaddedChecks checks = padded_checks(frame);
  const wire::Layout parts = wire::layout(frame);
  const std::uint32_t id = frame.stream_id();
  const auto octets = [&] { return octets_text(frame); };
  const bool has_parts = frame.has(wire::kPadded) || frame.is(FrameType::push_promise) ||
                         (frame.is(FrameType::headers) && frame.has(wire::kPriority));
  if (!has_parts) return true;
  if (!judge(who, checks.length, parts.fits || parts.padding_too_long, id, octets)) return false;
  if (!parts.pad_length) return true;
  if (!judge(who, checks.padding_length, parts.fits, id, octets)) return false;
  const bool zero = std::ranges::all_of(parts.padding, [](std::uint8_t o) { return o == 0; });
  judge(who, checks.padding_zero, zero, id);
  return true;
}

bool Conversation::sequence_kept(Who who, const wire::RawFrame& frame) {
  Side& sender = side(who);
  const std::uint32_t id = frame.stream_id();
  const bool continues = frame.is(FrameType::continuation);
  if (sender.block) {
    const bool contiguous = continues && id == sender.block->stream;
    if (judge(who, Check::block_contiguous, contiguous, sender.block->stream)) return true;
    sender.block.reset();  // what it would have added to the tables is lost
    sender.hpack_lost = true;
    return !continues;
  }
  return !continues || judge(who, Check::continuation_alone, false, id);
}

}  // namespace h2assay::watch
