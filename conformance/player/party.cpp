#include "conformance/player/party.h"

#include <algorithm>

#include "conformance/player/frames.h"
#include "conformance/player/surroundings.h"

namespace h2assay {

using transcript::Step;
using wire::FrameType;

Party::Party(std::string label, std::unique_ptr<Wire> wire, Habits habits, Stage& stage)
    : label_(std::move(label)),
      wire_(std::move(wire)),
      habits_(habits),
      stage_(stage),
      connection_(stage.connections++),
      hearing_(stage.hearings[label_]) {
  hearing_ = {};
  decoder_.limit(UINT32_MAX);  // what the peer may do is the observer's business
  hearing_.facts = wire_->facts();
  stage_.journal.packet({.kind = Packet::Kind::open, .connection = connection_});
}

void Party::queue_preface(std::optional<std::size_t> flipped) {
  std::string preface(wire::kPreface);
  transcript::Phrase phrase = word_phrase("PREFACE");
  if (flipped && *flipped < preface.size()) {
    preface[*flipped] = static_cast<char>(~static_cast<unsigned char>(preface[*flipped]));
    phrase.arguments.push_back({.kind = transcript::Argument::Kind::pair,
                                .key = "flip",
                                .value = transcript::number_value(*flipped)});
  }
  stage_.journal.step(label_, Step::Sign::ours, std::move(phrase));
  queue_.insert(queue_.end(), preface.begin(), preface.end());
}

void Party::queue_octets(Octets octets) {
  stage_.journal.step(label_, Step::Sign::ours, transcript::octets_phrase(octets));
  queue_.insert(queue_.end(), octets.begin(), octets.end());
  hearing_.barrier_passed = false;
}

void Party::queue_frame(const wire::RawFrame& frame, Step::Sign sign) {
  stage_.journal.step(label_, sign, tell_ours_.tell(frame).line);
  sent(frame);
  if (sign == Step::Sign::ours) hearing_.barrier_passed = false;
}

namespace {

bool begins_block(const transcript::FrameLine& line) {
  const bool headers = line.type == static_cast<std::uint8_t>(FrameType::headers) ||
                       line.type == static_cast<std::uint8_t>(FrameType::push_promise);
  return headers && line.part("block") == nullptr && line.part("payload") == nullptr;
}

bool holds_request(const transcript::FrameLine& line) {
  return std::ranges::any_of(line.fields, [](const transcript::FieldWord& word) {
    return word.kind == transcript::FieldWord::Kind::request;
  });
}

transcript::FieldWord size_update(std::uint32_t octets) {
  transcript::FieldWord word;
  word.kind = transcript::FieldWord::Kind::max;
  word.value = transcript::number_value(octets);
  return word;
}

}  // namespace

transcript::Evaluated<void> Party::queue_line(const transcript::FrameLine& line,
                                              const transcript::Environment& environment,
                                              const Facts& facts,
                                              Step::Sign sign) {
  transcript::FrameLine prepared = line;
  if (holds_request(line))
    for (const auto& [name, value] : facts.fields)
      prepared.fields.push_back(transcript::field_word(name, value));
  if (begins_block(line) && table_update_) {
    const bool says_so =
        !line.fields.empty() && line.fields.front().kind == transcript::FieldWord::Kind::max;
    if (!says_so) prepared.fields.insert(prepared.fields.begin(), size_update(*table_update_));
    table_update_.reset();
  }
  const auto frames = writer_.write(prepared, environment);
  if (!frames) return std::unexpected(frames.error());
  for (const wire::RawFrame& frame : *frames) queue_frame(frame, sign);
  return {};
}

void Party::sent(const wire::RawFrame& frame) {
  const std::size_t before = queue_.size();
  wire::append(queue_, frame);
  queued_octets_ += queue_.size() - before;
  ++hearing_.own_frames;
  const std::uint32_t stream = frame.stream_id();
  if (frame.is(FrameType::headers)) {
    if (stream % 2 == 1 && stream > highest_stream_) open_streams_.insert(stream);
    highest_stream_ = std::max(highest_stream_, stream);
  }
  if (frame.is(FrameType::headers) || frame.is(FrameType::push_promise) ||
      frame.is(FrameType::continuation))
    in_field_block_ = !frame.has(wire::kEndHeaders);
  if (frame.is(FrameType::data)) {
    connection_window_ -= static_cast<std::int64_t>(frame.payload.size());
    stream_windows_[stream] -= static_cast<std::int64_t>(frame.payload.size());
  }
  if (frame.is(FrameType::rst_stream)) open_streams_.erase(stream);
  if (frame.is(FrameType::window_update) && stream == 0 && frame.payload.size() == 4)
    granted_ += wire::read32(frame.payload) & wire::kStreamMask;
  if (frame.is(FrameType::settings))
    for (const wire::SettingEntry& entry : wire::settings_entries(frame.payload))
      window_touched_ = window_touched_ || entry.id == static_cast<std::uint16_t>(
                                                           wire::SettingId::initial_window_size);
  if (frame.is(FrameType::goaway)) hearing_.we_said_goaway = true;
}

void Party::flush(Deadline deadline) {
  if (queue_.empty()) return;
  std::vector<std::uint8_t> octets;
  octets.swap(queue_);
  observer_.sent(octets);
  stage_.journal.packet({.connection = connection_, .from = Actor::us, .octets = octets});
  Octets rest = octets;
  const std::size_t piece = piece_octets_ == 0 ? rest.size() : piece_octets_;
  while (!rest.empty() && writable_) {
    const auto now = rest.first(std::min(piece, rest.size()));
    writable_ = wire_->write(now, deadline).complete();
    rest = rest.subspan(now.size());
  }
}

// Habits go out at once: they are no part of a burst that is still being written.
void Party::write_now(const wire::RawFrame& frame) {
  const bool alone = queue_.empty();
  queue_frame(frame, Step::Sign::habit);
  if (alone) flush(within(std::chrono::seconds(1)));
}

void Party::half_close(Deadline deadline) {
  flush(deadline);
  stage_.journal.step(label_, Step::Sign::ours, word_phrase("FIN"));
  stage_.journal.packet({.kind = Packet::Kind::fin, .connection = connection_, .from = Actor::us});
  wire_->half_close();
  half_closed_ = true;
  hearing_.we_said_goaway = true;  // whoever has no more to ask may be hung up on
}

bool Party::act(TlsAct what, Deadline deadline) {
  flush(deadline);
  stage_.journal.step(
      label_,
      Step::Sign::ours,
      word_phrase(what == TlsAct::update_keys ? "tls-key-update" : "tls-renegotiate"));
  hearing_.barrier_passed = false;
  return wire_->act(what, deadline);
}

void Party::reset() {
  stage_.journal.step(label_, Step::Sign::ours, word_phrase("RST"));
  stage_.journal.packet({.kind = Packet::Kind::rst, .connection = connection_, .from = Actor::us});
  wire_->reset();
  half_closed_ = true;
}

void Party::close() { wire_->close(); }

void Party::begin_barrier(std::optional<std::uint32_t> stream, const Facts& facts) {
  hearing_.barrier_passed = false;
  barrier_ping_ = ++barriers_;
  queue_frame(barrier_ping(barriers_), Step::Sign::habit);
  barrier_stream_ = stream;
  if (stream) {
    barrier_streams_.insert(*stream);
    transcript::FrameLine line;
    line.type = static_cast<std::uint8_t>(FrameType::headers);
    line.flags = wire::kEndHeaders | wire::kEndStream;
    line.stream = transcript::number_value(*stream);
    // The answer to HEAD has no content, so that it comes through windows that are shut.
    // Even so a server may wait for room before it ends the stream with an empty DATA frame: its
    // header section has to do (RFC 9113, Section 6.9.1).
    const bool content_comes = habits_.credit && !window_touched_ && facts.path != facts.large;
    head_is_enough_ = !content_comes;
    for (const auto& [name, value] :
         message_fields(content_comes ? "GET" : "HEAD", facts.path, facts))
      line.fields.push_back(transcript::field_word(name, value));
    // All values are literal: nothing can be missing.
    (void)queue_line(line, Surroundings(facts), facts, Step::Sign::habit);
  }
  flush(within(std::chrono::seconds(1)));
}

bool Party::pass_without_request() {
  if (barrier_ping_ || !barrier_stream_ || !head_is_enough_) return false;
  barrier_stream_.reset();
  hearing_.barrier_passed = true;
  return true;
}

std::uint32_t Party::peer_setting(std::string_view name) const {
  const auto found = peer_settings_.find(std::string(name));
  return found == peer_settings_.end() ? 0 : found->second;
}

std::int64_t Party::window(std::uint32_t stream) const {
  if (stream == 0) return connection_window_;
  const auto found = stream_windows_.find(stream);
  const std::int64_t moved = found == stream_windows_.end() ? 0 : found->second;
  return std::int64_t{peer_setting("INITIAL_WINDOW_SIZE")} + moved;
}

}  // namespace h2assay
