#pragma once
// One connection of a case, seen from our end: what we send and keep count of, what we hear, and
// the habits of the player (acknowledge SETTINGS, answer PING, give credit).  No judgement in here.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "conformance/judge/heard.h"
#include "conformance/peers/peer.h"
#include "conformance/player/facts.h"
#include "conformance/player/journal.h"
#include "properties/observer.h"
#include "properties/transcript/frame_text.h"
#include "properties/wire/hpack.h"

namespace h2assay {

struct Habits {
  bool ack = true;     // acknowledge SETTINGS
  bool pong = true;    // answer PING
  bool credit = true;  // give back flow-control credit for all DATA
};

// Shared by the connections of one case.
struct Stage {
  Journal journal{};
  Hearings hearings{};
  std::size_t next_order = 1;
  std::size_t connections = 0;
};

class Party {
 public:
  Party(std::string label, std::unique_ptr<Wire> wire, Habits habits, Stage& stage);

  // --- Sending: queued until flush(), so that steps up to the next `<` are one write
  // ---------------

  void queue_preface(std::optional<std::size_t> flipped = {});
  void queue_frame(const wire::RawFrame& frame,
                   transcript::Step::Sign sign = transcript::Step::Sign::ours);
  // A line of the case: its frames, on this connection and at this moment.  Behind {request …} it
  // gets Facts::fields, and a block that must begin with a size update gets one (RFC 9113, 4.3.1).
  transcript::Evaluated<void> queue_line(
      const transcript::FrameLine& line,
      const transcript::Environment& environment,
      const Facts& facts,
      transcript::Step::Sign sign = transcript::Step::Sign::ours);
  void queue_octets(Octets octets);
  // Writes what is queued, in pieces of `piece_octets`.  A failed write is seen by hear().
  void flush(Deadline deadline);

  void pieces(std::size_t octets) { piece_octets_ = octets; }

  void hold(bool held) { held_ = held; }

  bool held() const { return held_; }

  void half_close(Deadline deadline);
  void reset();
  void close();

  bool half_closed() const { return half_closed_; }

  // --- Hearing
  // ---------------------------------------------------------------------------------------

  // One read; true when something came or the connection has ended.
  bool hear(Deadline deadline);

  bool ended() const { return hearing_.end.has_value(); }

  bool synchronous() const { return wire_->facts().synchronous; }

  Hearing& hearing() { return hearing_; }

  const WireFacts& wire_facts() const { return wire_->facts(); }

  // The case has chosen the options of TLS: whatever the peer makes of them is for its lines.
  void tls_is_ours() { own_tls_ = true; }

  bool own_tls() const { return own_tls_; }

  // Flushes, then does it to the TLS below.  False: it cannot be done on this connection.
  bool act(TlsAct what, Deadline deadline);

  const Observer& observer() const { return observer_; }

  // Too much came: the case must end.
  bool flooded() const { return flooded_; }

  // --- The barrier: a PING ACK and, with `stream`, a complete answer to a fresh request ---

  void begin_barrier(std::optional<std::uint32_t> stream, const Facts& facts);

  bool barrier_pending() const { return barrier_ping_ || barrier_stream_; }

  // The PING is back, the request is not answered, and we hold back credit: a peer that queues all
  // answers behind those that wait for credit breaks no rule.  Then the PING alone is the barrier;
  // false: it is not.
  bool pass_without_request();

  // --- Books
  // -----------------------------------------------------------------------------------------

  std::uint32_t peer_setting(std::string_view name) const;

  const std::map<std::string, std::uint32_t>& peer_settings() const { return peer_settings_; }

  bool heard_settings() const { return heard_settings_; }

  // Both sides have said SETTINGS, and the peer has acknowledged ours.
  bool handshake_done() const { return heard_settings_ && heard_ack_; }

  std::int64_t window(std::uint32_t stream) const;  // 0: the connection

  // Octets of DATA so far: as long as they grow, an answer is still coming.
  std::uint64_t data_octets() const { return data_octets_; }

  // Those among them that answer a barrier's request, and not the case.
  std::uint64_t barrier_octets() const { return barrier_octets_; }

  // Of all that was queued so far, sent or not.
  std::uint64_t queued_octets() const { return queued_octets_; }

  std::uint32_t highest_stream() const { return highest_stream_; }

  std::size_t open_streams() const { return open_streams_.size(); }

  bool in_field_block() const { return in_field_block_; }

  bool heard_goaway() const { return heard_goaway_; }

  bool said_goaway() const { return hearing_.we_said_goaway; }

  // We have left the peer next to no room for DATA on the connection.
  bool starves_peer() const {
    return !habits_.credit && granted_ - static_cast<std::int64_t>(data_octets_) < kScant;
  }

  bool stream_over(std::uint32_t stream) const { return over_streams_.contains(stream); }

 private:
  static constexpr std::int64_t kScant = 16384;  // a sender may wait for room for a whole frame

  void sent(const wire::RawFrame& frame);
  void heard(wire::RawFrame frame);
  void heard_settings(const wire::RawFrame& frame);
  void heard_data(const wire::RawFrame& frame);
  void heard_block(wire::RawFrame frame);
  void complete_block(Heard item, Octets block);
  void note(Heard item);
  void note_end(const Closed& closed);
  void barrier_answer(const wire::RawFrame& frame, bool& own);
  void cut_frames();
  void write_now(const wire::RawFrame& frame);

  std::string label_;
  std::unique_ptr<Wire> wire_;
  Habits habits_;
  Stage& stage_;
  std::size_t connection_;
  Observer observer_{wire::Role::server};
  Hearing& hearing_;

  std::vector<std::uint8_t> queue_{};
  std::size_t piece_octets_ = 0;  // 0: whole
  bool held_ = false;
  bool writable_ = true;
  bool half_closed_ = false;
  bool own_tls_ = false;
  bool window_touched_ = false;  // we have sent an INITIAL_WINDOW_SIZE of our own

  wire::FrameCutter cutter_{};
  bool first_octets_ = true;
  bool text_ = false;  // the peer does not speak HTTP/2
  std::size_t heard_octets_ = 0;
  bool flooded_ = false;
  wire::HpackDecoder decoder_{};
  transcript::FrameWriter writer_{};
  transcript::FrameTeller tell_ours_{};
  transcript::FrameTeller tell_theirs_{};
  std::optional<Heard> open_block_{};  // HEADERS or PUSH_PROMISE whose block goes on
  std::vector<std::uint8_t> block_{};

  std::map<std::string, std::uint32_t> peer_settings_ = initial_settings();
  std::optional<std::uint32_t> table_update_{};  // our next block must begin with it
  bool heard_settings_ = false;
  bool heard_ack_ = false;
  bool heard_goaway_ = false;
  std::uint64_t data_octets_ = 0;
  std::uint64_t barrier_octets_ = 0;
  std::uint64_t queued_octets_ = 0;
  bool in_field_block_ = false;
  std::int64_t connection_window_ = wire::kDefaultWindow;
  std::int64_t granted_ = wire::kDefaultWindow;             // octets that the peer may send in all
  std::map<std::uint32_t, std::int64_t> stream_windows_{};  // relative to the initial window size
  std::uint32_t highest_stream_ = 0;
  std::set<std::uint32_t> open_streams_{};  // ours, as long as the peer may still answer
  std::set<std::uint32_t> over_streams_{};  // reset by the peer, or ended by it

  std::optional<std::uint64_t> barrier_ping_{};
  std::optional<std::uint32_t> barrier_stream_{};
  bool head_is_enough_ = false;  // of the answer to the barrier's request
  std::set<std::uint32_t> barrier_streams_{};
  std::uint64_t barriers_ = 0;
};

}  // namespace h2assay
