#pragma once
// Two engines joined by a network that delays, cuts anew, puts in, drops, repeats and swaps.
// One thread, no clock, no state that survives.

#include <array>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/connection.h"
#include "engine/habits/habits.h"
#include "properties/pair/command.h"
#include "properties/pair/handling.h"
#include "properties/pair/script.h"

namespace h2assay {

class Pair;

// One direction of the network: octets that left one end and have not reached the other.
class Pipe {
 public:
  Octets waiting() const { return Octets(octets_).subspan(begin_); }

  void append(Octets octets) { octets_.insert(octets_.end(), octets.begin(), octets.end()); }

  void take(std::size_t count);
  // Octets up to the next frame boundary: the rest of a frame that is partly through, or a whole
  // one (the preface counts as one); 0 when it is not there whole.
  std::size_t next_frame() const;
  void put(Octets octets);  // at the next frame boundary
  bool drop_frame();
  bool repeat_frame();
  bool swap_frames();
  // Inverts the bits of `mask` in one octet of the next frame, counted from its header on.
  bool alter_frame(std::size_t octet, std::uint8_t mask);
  void cut_off();

  bool cut() const { return cut_; }

  bool at_boundary() const { return left_ == 0; }

  void expect_preface() { left_ = 0, preface_ = true; }

 private:
  std::size_t frame_size(std::size_t offset) const;
  std::vector<std::uint8_t> octets_;
  std::size_t begin_ = 0;
  std::size_t left_ = 0;  // octets of the frame that is partly through
  bool preface_ = false;  // the first "frame" is the client's preface
  bool cut_ = false;
};

// Watches a pair.  Nothing that it does may change what the pair does.
class PairObserver {
 public:
  PairObserver() = default;
  PairObserver(const PairObserver&) = delete;
  PairObserver& operator=(const PairObserver&) = delete;
  virtual ~PairObserver() = default;

  // Before a call; `connection` is the engine that is about to be called.
  virtual void before_call(const Pair&, const Command&) {}

  // After it, with its answer; what it put out follows as emitted().
  virtual void called(const Pair&, const Command&, const Sent<>&) {}

  // `from` put out these octets: whole frames, but for the client's preface in front.
  virtual void emitted(const Pair&, Side, Octets) {}

  // These octets reach `at` now.
  virtual void delivering(const Pair&, Side, Octets) {}

  // What `at` made of them.
  virtual void received(const Pair&, Side, Events) {}

  // The network changed what was sent: from here on the ends are no longer talking to each other
  // alone.
  virtual void tampered(const Pair&, const Command&) {}

  // Everything moved until quiet.
  virtual void at_rest(const Pair&) {}

  virtual void finished(const Pair&) {}
};

// What the pair's application knows of a stream; for the choice of the next act, not for judging.
struct KnownStream {
  std::uint32_t id = 0;
  std::uint32_t sent[2] = {0, 0};      // octets of content handed to send_data, by side
  std::uint32_t received[2] = {0, 0};  // flow-controlled octets not yet acknowledged, by side
  bool request_complete = false;       // the server saw its end
  bool answered = false;
  bool head = false;
};

// What a configuration means for an engine.
Options options_of(Role role, const EndConfig& config);

class Pair {
 public:
  // Both ends made, nothing sent.  Options come from the script's two configurations …
  explicit Pair(const Script& script);
  // … or are given, for ends that misbehave.
  Pair(const Script& script, const Options& client, const Options& server);
  ~Pair();
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;

  // Oracles are told in this order; they outlive the pair's performance.
  void watch(PairObserver& observer) {
    if (observers_.empty()) observers_.reserve(kObserversMostly);
    observers_.push_back(&observer);
  }

  // From now on a wrong sending habit stands between this end and the network: what its engine says
  // and hears is bent, so that the other end meets a peer that breaks the rules.  Counts as
  // tampering.
  void misbehave(Side side, const HabitRow& habit);

  // From now on both ends have this defect; it outlives the pair.
  void plant(Handling& defect) { handling_ = &defect; }

  // How to reach into an engine of this pair, or into a copy of one.
  Handling& handling() const { return *handling_; }

  // Both ends initiate, every act is performed, everything settles.
  void perform(const Script& script);
  // One act against the live state.
  void perform(const Act& act);
  // Nothing more follows: the observers judge the whole.
  void finish();
  // One resolved command; the answer of a call, or nothing to refuse.
  Sent<> execute(const Command& command);

  Connection& at(Side side) { return *ends_[index(side)]; }

  const Connection& at(Side side) const { return *ends_[index(side)]; }

  const Pipe& toward(Side side) const { return pipes_[index(side)]; }

  bool tampered() const { return tampered_; }

  // Rounds that the last settling took; the bound was reached when it did not come to rest.
  bool rested() const { return rested_; }

  std::span<const KnownStream> streams() const { return streams_; }

  std::uint64_t frames() const { return frames_; }

  // How many acts of a kind found what they refer to and did something; calls that were refused
  // are among them, and counted apart.
  std::uint32_t performed(ActKind kind) const { return performed_[static_cast<std::size_t>(kind)]; }

  std::uint32_t refused() const { return refused_; }

  // Octets of content that `side` handed to send_data on this stream.
  std::size_t content_sent(Side side, std::uint32_t stream_id) const;

  // The body of every stream: octet k of stream s.
  static std::uint8_t content(std::uint32_t stream_id, std::size_t offset);

 private:
  friend class Resolver;

  static constexpr std::size_t kObserversMostly = 24;

  static constexpr std::size_t index(Side side) { return static_cast<std::size_t>(side); }

  bool move(const Command& command);
  void drain(Side side);
  void deliver(Side side, std::size_t count);
  void hear(Side side, Octets octets);
  void settle();
  void react(Side side, Events events);
  void note(const Command& command);
  KnownStream& known(std::uint32_t stream_id);

  template <typename F> void tell(F&& f) {
    for (PairObserver* observer : observers_) f(*observer);
  }

  Handling plain_;
  Handling* handling_ = &plain_;
  std::unique_ptr<Connection> ends_[2];
  std::optional<Misbehaviour> habits_[2];
  Pipe pipes_[2];  // toward client, toward server
  EndConfig configs_[2];
  std::vector<PairObserver*> observers_;
  std::vector<KnownStream> streams_;
  std::vector<Command> pending_;  // what the application does once receive_data has returned
  std::uint64_t frames_ = 0;
  std::array<std::uint32_t, kActKinds> performed_{};
  std::uint32_t refused_ = 0;
  bool tampered_ = false;
  bool rested_ = true;
};

}  // namespace h2assay
