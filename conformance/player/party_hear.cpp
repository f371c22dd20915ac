// What a Party does with what arrives.
#include <algorithm>

#include "conformance/player/frames.h"
#include "conformance/player/party.h"

namespace h2assay {

using wire::FrameType;

namespace {

// So much from one peer in one case is not an answer any more.
constexpr std::size_t kMaxHeardOctets = std::size_t{64} * 1024 * 1024;
constexpr std::size_t kMaxHeardFrames = 100'000;

bool is_field_frame(const wire::RawFrame& frame) {
  return frame.is(FrameType::headers) || frame.is(FrameType::push_promise);
}

}  // namespace

bool Party::hear(Deadline deadline) {
  if (ended() || flooded_) return false;
  const Arrival arrival = wire_->read(deadline);
  switch (arrival.kind) {
    case Arrival::Kind::timed_out: return false;
    case Arrival::Kind::closed:    note_end(arrival.closed); return true;
    case Arrival::Kind::octets:    break;
  }
  const std::vector<std::uint8_t> octets(arrival.octets.begin(), arrival.octets.end());
  stage_.journal.packet({.connection = connection_, .from = Actor::peer, .octets = octets});
  heard_octets_ += octets.size();
  if (first_octets_) {
    constexpr std::string_view kHttp = "HTTP/";
    const std::string_view start(reinterpret_cast<const char*>(octets.data()),
                                 std::min(octets.size(), kHttp.size()));
    text_ = start == kHttp;
    first_octets_ = false;
  }
  if (text_) {
    hearing_.other_octets.append(octets.begin(), octets.end());
    if (hearing_.other_octets.size() > kMaxHeardOctets) flooded_ = true;
    return true;
  }
  observer_.received(octets);
  cutter_.feed(octets);
  cut_frames();
  flooded_ = heard_octets_ > kMaxHeardOctets || hearing_.frames.size() > kMaxHeardFrames;
  return true;
}

void Party::cut_frames() {
  while (auto frame = cutter_.next()) heard(std::move(*frame));
}

void Party::note_end(const Closed& closed) {
  hearing_.facts = wire_->facts();
  const auto rest = cutter_.rest();
  if (!text_) hearing_.other_octets.assign(rest.begin(), rest.end());
  if (!hearing_.other_octets.empty())
    stage_.journal.arrival(label_,
                           transcript::octets_phrase(
                               {reinterpret_cast<const std::uint8_t*>(hearing_.other_octets.data()),
                                hearing_.other_octets.size()}));
  hearing_.end = HeardEnd{.order = stage_.next_order++, .closed = closed};
  const bool fin = closed.end != End::rst;
  stage_.journal.arrival(label_, word_phrase(fin ? "FIN" : "RST"));
  stage_.journal.packet({.kind = fin ? Packet::Kind::fin : Packet::Kind::rst,
                         .connection = connection_,
                         .from = closed.by});
}

void Party::heard(wire::RawFrame frame) {
  stage_.journal.arrival(label_, tell_theirs_.tell(frame).line);
  if (frame.is(FrameType::continuation) || is_field_frame(frame)) {
    heard_block(std::move(frame));
    return;
  }
  bool own = false;
  barrier_answer(frame, own);
  Heard item{.frame = std::move(frame), .own = own};
  note(item);
  const wire::RawFrame& raw = item.frame;
  if (raw.is(FrameType::settings)) heard_settings(raw);
  if (raw.is(FrameType::data)) heard_data(raw);
  if (raw.is(FrameType::ping) && !raw.has(wire::kAck) && raw.payload.size() == 8 && habits_.pong)
    write_now(wire::make_frame(FrameType::ping, wire::kAck, 0, raw.payload));
  if (raw.is(FrameType::window_update) && raw.payload.size() == 4) {
    const auto increment = static_cast<std::int64_t>(wire::read32(raw.payload) & wire::kStreamMask);
    if (raw.stream_id() == 0)
      connection_window_ += increment;
    else
      stream_windows_[raw.stream_id()] += increment;
  }
  if (raw.is(FrameType::rst_stream)) {
    open_streams_.erase(raw.stream_id());
    over_streams_.insert(raw.stream_id());
  }
  if (raw.is(FrameType::goaway)) heard_goaway_ = true;
}

void Party::heard_settings(const wire::RawFrame& frame) {
  if (frame.has(wire::kAck)) {
    heard_ack_ = true;
    return;
  }
  heard_settings_ = true;
  for (const wire::SettingEntry& entry : wire::settings_entries(frame.payload)) {
    const auto known = wire::setting_name(entry.id);
    if (known.empty()) continue;
    const auto id = static_cast<wire::SettingId>(entry.id);
    // Our encoder's table is what the peer's decoder starts with: once we have acknowledged, it
    // must be told to shrink.
    if (habits_.ack && id == wire::SettingId::header_table_size &&
        entry.value < writer_.table().max_octets())
      table_update_ = std::min(entry.value, table_update_.value_or(entry.value));
    peer_settings_[std::string(known)] = entry.value;
  }
  if (habits_.ack) write_now(wire::make_frame(FrameType::settings, wire::kAck, 0));
}

void Party::heard_data(const wire::RawFrame& frame) {
  data_octets_ += frame.payload.size();
  if (barrier_streams_.contains(frame.stream_id())) barrier_octets_ += frame.payload.size();
  const bool ends = frame.has(wire::kEndStream);
  if (ends) {
    open_streams_.erase(frame.stream_id());
    over_streams_.insert(frame.stream_id());
  }
  if (starves_peer() && barrier_stream_) {
    barrier_stream_.reset();  // nothing is left to answer it with
    if (!barrier_pending()) hearing_.barrier_passed = true;
  }
  if (!habits_.credit || frame.payload.empty()) return;
  const auto size = static_cast<std::uint32_t>(frame.payload.size());
  write_now(window_update(0, size));
  if (!ends && frame.stream_id() != 0) write_now(window_update(frame.stream_id(), size));
}

void Party::heard_block(wire::RawFrame frame) {
  const bool ends = frame.has(wire::kEndHeaders);
  if (frame.is(FrameType::continuation)) {
    if (open_block_ && open_block_->frame.stream_id() == frame.stream_id())
      block_.insert(block_.end(), frame.payload.begin(), frame.payload.end());
    Heard item{.frame = std::move(frame)};
    item.order = stage_.next_order++;
    hearing_.frames.push_back(std::move(item));
  } else {
    const auto content = wire::layout(frame).content;
    block_.assign(content.begin(), content.end());
    open_block_ = Heard{.frame = std::move(frame)};
  }
  if (!ends || !open_block_) return;
  Heard whole = std::move(*open_block_);
  open_block_.reset();
  complete_block(std::move(whole), block_);
}

void Party::complete_block(Heard item, Octets block) {
  auto decoded = decoder_.decode(block);
  item.representations = std::move(decoded.representations);
  item.fields = std::move(decoded.fields);
  const std::uint32_t stream = item.frame.stream_id();
  const bool headers = item.frame.is(FrameType::headers);
  const bool ends = headers && item.frame.has(wire::kEndStream);
  item.own = headers && barrier_streams_.contains(stream);
  if (ends) {
    open_streams_.erase(stream);
    over_streams_.insert(stream);
    if (barrier_stream_ == stream) barrier_stream_.reset();
  }
  if (item.own && head_is_enough_ && barrier_stream_ == stream) barrier_stream_.reset();
  note(std::move(item));
  if (!barrier_pending() && barriers_ > 0) hearing_.barrier_passed = true;
}

void Party::note(Heard item) {
  item.order = stage_.next_order++;
  hearing_.frames.push_back(std::move(item));
}

void Party::barrier_answer(const wire::RawFrame& frame, bool& own) {
  const bool ping = frame.is(FrameType::ping) && frame.has(wire::kAck) && frame.payload.size() == 8;
  if (ping && is_barrier_data(frame.payload)) {
    own = true;
    if (barrier_ping_ == barrier_number(frame.payload)) barrier_ping_.reset();
  }
  const std::uint32_t stream = frame.stream_id();
  if (barrier_streams_.contains(stream)) {
    const bool answer = frame.is(FrameType::data) || frame.is(FrameType::rst_stream) ||
                        frame.is(FrameType::window_update);
    own = own || answer;
    const bool ended = (frame.is(FrameType::data) && frame.has(wire::kEndStream)) ||
                       frame.is(FrameType::rst_stream);
    if (ended && barrier_stream_ == stream) barrier_stream_.reset();
  }
  if (own && !barrier_pending()) hearing_.barrier_passed = true;
}

}  // namespace h2assay
