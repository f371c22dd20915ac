// The wire of a server that overdoes it: frames are cut from what the client writes, looked at, and
// handed on one by one.
#include <deque>
#include <optional>

#include "conformance/peers/memory_peer.h"
#include "conformance/self/overdo.h"

namespace h2assay {
namespace {

using wire::FrameType;

constexpr std::uint32_t kProtocolError = 1;

std::vector<std::uint8_t> octets_of(const wire::RawFrame& frame) {
  std::vector<std::uint8_t> out;
  wire::append(out, frame);
  return out;
}

class OverdoingWire final : public Wire {
 public:
  OverdoingWire(const Overdoing& which, std::unique_ptr<Wire> server)
      : which_(which),
        server_(std::move(server)) {}

  Written write(Octets octets, Deadline deadline) override {
    Written result;
    if (failed_) {
      result.octets = octets.size();
      return result;
    }
    cutter_.feed(octets);
    if (!begun_ && !begin(deadline, result)) return result;
    while (!failed_) {
      const auto frame = cutter_.next();
      if (!frame) break;
      pass(*frame, deadline, result);
      if (!result.complete()) return result;
    }
    result.octets = octets.size();
    return result;
  }

  Arrival read(Deadline deadline) override {
    if (said_goodbye_) return {Arrival::Kind::closed, {}, Closed{}};
    const Arrival arrival = server_->read(deadline);
    out_.assign(arrival.octets.begin(), arrival.octets.end());
    if (arrival.kind == Arrival::Kind::closed) return arrival;
    said_.feed(out_);
    while (const auto frame = said_.next()) note_said(*frame);
    if (said_.rest().empty())
      for (; !resets_.empty(); resets_.pop_front()) reset(resets_.front());
    if (failed_ && arrival.kind == Arrival::Kind::timed_out) {
      std::vector<std::uint8_t> payload;
      wire::append32(payload, highest_);
      wire::append32(payload, kProtocolError);
      wire::append(out_, wire::make_frame(FrameType::goaway, 0, 0, std::move(payload)));
      said_goodbye_ = true;
    }
    if (out_.empty()) return arrival;
    return {Arrival::Kind::octets, out_, {}};
  }

  void half_close() override { server_->half_close(); }

  void close() override { server_->close(); }

  void reset() override { server_->reset(); }

  const WireFacts& facts() const override { return server_->facts(); }

 private:
  // The preface goes to the server as it is, and so does all of what does not begin with it.
  bool begin(Deadline deadline, Written& result) {
    const auto rest = cutter_.rest();
    const std::size_t size = std::min(rest.size(), wire::kPreface.size());
    const bool fits = std::equal(
        rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(size), wire::kPreface.begin());
    if (fits && size < wire::kPreface.size()) {
      result.octets = rest.size();
      return false;
    }
    const std::vector<std::uint8_t> first(rest.begin(), fits ? rest.begin() + 24 : rest.end());
    cutter_.skip(first.size());
    begun_ = fits;
    result = server_->write(first, deadline);
    return fits && result.complete();
  }

  void pass(const wire::RawFrame& frame, Deadline deadline, Written& result) {
    std::optional<wire::DecodedBlock> block;
    const bool opens = frame.is(FrameType::headers) || frame.is(FrameType::push_promise);
    const bool block_frame = opens || frame.is(FrameType::continuation);
    if (opens) {
      block_.clear();
      block_frames_ = 0;
    }
    if (block_frame) {
      ++block_frames_;
      const auto content = wire::layout(frame).content;
      block_.insert(block_.end(), content.begin(), content.end());
    }
    const std::uint64_t dynamic = decoder_.table().size_octets();
    if (block_frame && frame.has(wire::kEndHeaders)) block = decoder_.decode(block_);
    Incoming incoming{.frame = frame,
                      .block = block ? &*block : nullptr,
                      .stream = streams_[frame.stream_id()],
                      .frames = frames_,
                      .highest_stream = highest_,
                      .in_field_block = in_block_,
                      .block_frames = block_frames_,
                      .blocks = blocks_,
                      .dynamic_octets = dynamic,
                      .acknowledged = acknowledged_,
                      .client_said_goaway = said_goaway_,
                      .content_octets = content_};
    const bool offended = which_.at(incoming);
    note(frame, block.has_value());
    if (!offended) {
      result = server_->write(octets_of(frame), deadline);
    } else if (which_.answer == Overdoing::Answer::connection_error) {
      failed_ = true;
    } else if (which_.answer == Overdoing::Answer::stream_error) {
      resets_.push_back(frame.stream_id());
    } else if (which_.answer == Overdoing::Answer::misread) {
      result = server_->write(octets_of(which_.misread(incoming)), deadline);
    }
  }

  void note(const wire::RawFrame& frame, bool block_ends) {
    ++frames_;
    Incoming::Stream& stream = streams_[frame.stream_id()];
    if (frame.is(FrameType::headers)) {
      stream.opened = true;
      highest_ = std::max(highest_, frame.stream_id());
      in_block_ = true;
    }
    if (block_ends) {
      in_block_ = false;
      ++blocks_;
    }
    if (frame.is(FrameType::data)) {
      ++stream.data_frames;
      content_ += frame.payload.size();
    }
    if (frame.is(FrameType::window_update) && frame.payload.size() == 4)
      stream.zero_credit = stream.zero_credit || wire::read32(frame.payload) == 0;
    said_goaway_ = said_goaway_ || frame.is(FrameType::goaway);
    const bool may_end = frame.is(FrameType::data) || frame.is(FrameType::headers);
    if ((may_end && frame.has(wire::kEndStream)) || frame.is(FrameType::rst_stream))
      stream.client_ended = true;
    if (frame.is(FrameType::settings) && frame.has(wire::kAck)) acknowledged_ = true;
  }

  void note_said(const wire::RawFrame& frame) {
    Incoming::Stream& stream = streams_[frame.stream_id()];
    const bool may_end = frame.is(FrameType::data) || frame.is(FrameType::headers);
    if (may_end && frame.has(wire::kEndStream)) stream.server_ended = true;
    if (frame.is(FrameType::rst_stream)) stream.server_ended = stream.server_reset = true;
  }

  void reset(std::uint32_t id) {
    std::vector<std::uint8_t> payload;
    wire::append32(payload, kProtocolError);
    wire::append(out_, wire::make_frame(FrameType::rst_stream, 0, id, std::move(payload)));
  }

  const Overdoing& which_;
  std::unique_ptr<Wire> server_;
  wire::FrameCutter cutter_{};
  wire::FrameCutter said_{};
  wire::HpackDecoder decoder_{};
  std::vector<std::uint8_t> block_{};
  std::map<std::uint32_t, Incoming::Stream> streams_{};
  std::deque<std::uint32_t> resets_{};
  std::vector<std::uint8_t> out_{};
  std::size_t frames_ = 0;
  std::size_t block_frames_ = 0;
  std::size_t blocks_ = 0;
  std::uint32_t highest_ = 0;
  std::uint64_t content_ = 0;
  bool said_goaway_ = false;
  bool in_block_ = false;
  bool begun_ = false;
  bool acknowledged_ = false;
  bool failed_ = false;
  bool said_goodbye_ = false;
};

class OverdoingPeer final : public Peer {
 public:
  OverdoingPeer(const Overdoing& which, Options engine)
      : which_(which),
        server_(std::move(engine)) {}

  Opened open(Deadline deadline) override {
    auto wire = server_.open(deadline);
    if (!wire) return wire;
    return std::make_unique<OverdoingWire>(which_, std::move(*wire));
  }

  std::string describe() const override { return "a server that overdoes it"; }

  std::string authority() const override { return server_.authority(); }

  std::string scheme() const override { return server_.scheme(); }

 private:
  const Overdoing& which_;
  MemoryPeer server_;
};

}  // namespace

std::unique_ptr<Peer> overdoing_peer(const Overdoing& which, Options engine) {
  return std::make_unique<OverdoingPeer>(which, std::move(engine));
}

}  // namespace h2assay
