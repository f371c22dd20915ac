// Stream states, concurrency and flow control.  RFC 9113, Sections 5.1, 5.2, 6.9.
#include <string>

#include "properties/observer/conversation.h"

namespace h2assay::watch {
namespace {

using wire::FrameType;
using wire::SettingId;

constexpr std::uint32_t kNoLimit = 0xffff'ffff;

std::string type_text(const wire::RawFrame& frame) {
  return std::string(wire::type_name(frame.type));
}

}  // namespace

bool Conversation::stream_allows(Who who, std::uint32_t id, const wire::RawFrame& frame) {
  Stream* const stream = find(id);
  if (stream == nullptr) return idle_allows(who, id, frame);
  ++stream->of(who).frames;
  return closed_allows(who, id, frame, *stream) && half_allows(who, id, frame, *stream);
}

bool Conversation::idle_allows(Who who, std::uint32_t id, const wire::RawFrame& frame) {
  const Side& sender = side(who);
  const auto number = [id] { return "stream " + std::to_string(id); };
  if (frame.is(FrameType::data)) return judge(who, Check::data_state, false, id, number);
  if (frame.is(FrameType::rst_stream)) {
    // A stream that was passed over is closed, not idle.  RFC 9113, Section 5.1.1.
    const Who opener = (id % 2 == 1) == (sender.role == wire::Role::client) ? who : opposite(who);
    const bool passed_over = id < side(opener).highest_opened;
    return judge(who, Check::reset_idle, passed_over, id, number) && !passed_over;
  }
  if (frame.is(FrameType::window_update)) {
    return judge(who, Check::window_update_state, false, id, number);
  }
  if (sender.role == wire::Role::server) {
    return judge(who, Check::headers_state, false, id, number);
  }
  return judge(who, Check::stream_parity, id % 2 == 1, id, number) &&
         judge(who, Check::stream_rising, id > sender.highest_opened, id, number);
}

// What a stream that was reset, by either side, still permits.
bool Conversation::closed_allows(Who who,
                                 std::uint32_t id,
                                 const wire::RawFrame& frame,
                                 const Stream& stream) {
  const Half& own = stream.of(who);
  const Half& others = stream.of(opposite(who));
  const auto type = [&frame] { return type_text(frame); };
  if (own.reset) {
    if (!frame.is(FrameType::rst_stream)) {
      return judge(who, Check::after_own_reset, false, id, type);
    }
    // Frames that arrive later may be answered by a further RST_STREAM: Section 5.4.2.
    if (others.frames <= 1) judge(who, Check::second_reset, false, id);
    return false;
  }
  if (!others.reset) return true;
  if (who == Who::us) return judge(who, Check::after_our_reset, false, id, type);
  // Until the RST_STREAM is known to have arrived, anything may have crossed it.
  return !must_have_processed(others.reset_at) ||
         judge(who, Check::after_our_reset, false, id, type);
}

bool Conversation::half_allows(Who who,
                               std::uint32_t id,
                               const wire::RawFrame& frame,
                               const Stream& stream) {
  const Half& own = stream.of(who);
  const Half& others = stream.of(opposite(who));
  const bool resets = frame.is(FrameType::rst_stream);
  const bool credits = frame.is(FrameType::window_update);
  const auto type = [&frame] { return type_text(frame); };
  if (stream.promised && stream.opener != who) {
    return judge(who, Check::reserved_remote_frames, resets || credits, id, type);
  }
  if (stream.promised && !own.headers) {
    const bool begins = frame.is(FrameType::headers) || resets;
    return judge(who, Check::reserved_local_frames, begins, id, type);
  }
  if (!own.ended) {
    if (frame.is(FrameType::data)) judge(who, Check::data_state, true, id);
    if (frame.is(FrameType::headers)) judge(who, Check::headers_state, true, id);
    if (resets) judge(who, Check::reset_idle, true, id);
    if (credits) judge(who, Check::window_update_state, true, id);
    return true;
  }
  if (!resets && !credits) return judge(who, Check::after_end_stream, false, id, type);
  if (who == Who::us) return true;  // the peer has to let them pass
  // The peer may not have seen our END_STREAM yet.
  const bool both = others.ended && must_have_processed(others.ended_at);
  return judge(who, Check::after_close, !both, id, type);
}

void Conversation::open(Who who, std::uint32_t id) {
  Side& sender = side(who);
  Stream& stream = streams_[id];
  stream.opener = who;
  stream.opened_at = sender.frames - 1;
  stream.of(who).message = model::Message::request();
  stream.of(who).frames = 1;
  sender.highest_opened = id;
  const Side& receiver = side(opposite(who));
  if (who == Who::peer && receiver.goaway && must_have_processed(receiver.goaway_at)) {
    judge(who, Check::opens_after_goaway, false, 0, [id] { return std::to_string(id); });
  }
  activate(who, id);
}

void Conversation::activate(Who who, std::uint32_t id) {
  Stream& stream = streams_[id];
  if (stream.unknown || id > side(opposite(who)).goaway.value_or(wire::kStreamMask)) return;
  stream.active = true;
  const std::uint32_t active = ++side(who).active;
  const std::uint32_t most = limit(who, SettingId::max_concurrent_streams);
  if (most == kNoLimit) return;
  const bool fits = active <= most;
  if (who == Who::us) {  // too many streams of ours: the peer may refuse this one
    if (!fits) make_unknown(Reach::stream, id);
    return;
  }
  judge(who, Check::concurrency, fits, 0, [&] {
    return std::to_string(active) + " streams, limit " + std::to_string(most);
  });
}

void Conversation::settle(Stream& stream) {
  const Half& us = stream.of(Who::us);
  const Half& peer = stream.of(Who::peer);
  const bool over = us.reset || peer.reset || (us.ended && peer.ended) || stream.unknown ||
                    (stream.promised && (us.ended || peer.ended));
  if (over) deactivate(stream);
}

void Conversation::deactivate(Stream& stream) {
  if (!stream.active) return;
  stream.active = false;
  --side(stream.opener).active;
}

void Conversation::end_stream(Who who, std::uint32_t id) {
  Stream* const stream = find(id);
  if (stream == nullptr || stream->of(who).ended) return;
  stream->of(who).ended = true;
  stream->of(who).ended_at = side(who).frames - 1;
  settle(*stream);
  if (who == Who::peer) answered(*stream);
}

void Conversation::data(Who who, const wire::RawFrame& frame) {
  const std::uint32_t id = frame.stream_id();
  const wire::Layout parts = wire::layout(frame);
  const bool allowed = stream_allows(who, id, frame);
  spend(who, id, static_cast<std::uint32_t>(frame.payload.size()));
  if (!allowed) return;
  const bool ends = frame.has(wire::kEndStream);
  Half& own = find(id)->of(who);
  if (own.message) {
    const auto content = static_cast<std::uint32_t>(parts.content.size());
    const bool announced = own.message->length_announced();
    const model::MessageFault fault = own.message->data(content, ends);
    judge_message(who, id, fault);
    if (fault == model::MessageFault::none && ends && announced) {
      judge(who, Check::content_length_agrees, true, id);
    }
    if (own.status == 205) judge(who, Check::reset_content_empty, content == 0, id);
  }
  if (ends) end_stream(who, id);
}

void Conversation::spend(Who who, std::uint32_t id, std::uint32_t octets) {
  const Side& receiver = side(opposite(who));
  Side& sender = side(who);
  const auto judge_room = [&](Check check, std::int64_t room, std::uint32_t stream) {
    if (octets == 0) return;
    judge(who, check, octets <= room, stream, [&] {
      return std::to_string(octets) + " octets, window " + std::to_string(room);
    });
  };
  judge_room(Check::connection_window, receiver.credit - sender.spent, 0);
  sender.spent += octets;
  Stream* const stream = find(id);
  if (stream == nullptr) return;
  const std::int64_t initial = limit(who, SettingId::initial_window_size);
  Half& own = stream->of(who);
  judge_room(Check::stream_window, initial + stream->of(opposite(who)).credit - own.spent, id);
  own.spent += octets;
}

void Conversation::window_update(Who who, const wire::RawFrame& frame) {
  const std::uint32_t id = frame.stream_id();
  const std::uint32_t increment = wire::read32(frame.payload) & wire::kStreamMask;
  Side& sender = side(who);
  const Side& spender = side(opposite(who));
  const auto octets = [increment] { return "increment " + std::to_string(increment); };
  if (id == 0) {
    // What is still under way may have been spent before the credit: the lowest window counts.
    sender.credit += increment;
    const bool fits = sender.credit - spender.spent <= wire::kWindowMax;
    judge(who, Check::connection_window_overflow, fits, 0, octets);
    return;
  }
  if (!stream_allows(who, id, frame)) return;
  Stream& stream = *find(id);
  stream.of(who).credit += increment;
  const std::int64_t initial = who == Who::peer
                                   ? sender.settings.least(SettingId::initial_window_size)
                                   : sender.settings.most(SettingId::initial_window_size);
  const std::int64_t window = initial + stream.of(who).credit - stream.of(opposite(who)).spent;
  judge(who, Check::stream_window_overflow, window <= wire::kWindowMax, id, octets);
}

void Conversation::reset(Who who, const wire::RawFrame& frame) {
  const std::uint32_t id = frame.stream_id();
  if (!stream_allows(who, id, frame)) return;
  Stream& stream = *find(id);
  Half& own = stream.of(who);
  own.reset = true;
  own.reset_at = side(who).frames - 1;
  settle(stream);
  if (who == Who::us) resets_of_ours_.push_back(id);
}

}  // namespace h2assay::watch
