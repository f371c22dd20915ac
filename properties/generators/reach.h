#pragma once
// Where scripts got: the situations that matter, and the share of scripts that must reach each.
// A property that never gets there proves nothing.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "properties/oracles/joint_oracle.h"
#include "properties/oracles/per_stream.h"
#include "properties/oracles/tape.h"

namespace h2assay {

enum class Situation : std::uint8_t {
  request_complete,
  response_complete,
  window_ran_dry,   // DATA left no room on its stream or the connection
  window_negative,  // SETTINGS took a send window below zero
  call_refused,
  pushed,
  push_answered,
  continuation,
  evicted,  // an entry left an encoder's table
  padded,
  trailers,
  interim,
  tunnel_content,       // DATA on a stream that CONNECT opened
  settings_delayed,     // streams were used between our SETTINGS and its ACK
  settings_queued,      // two of our SETTINGS frames without ACK at once
  reset_races_data,     // DATA for a stream that we had reset
  goaway_then_end,      // a stream ended after GOAWAY
  stream_above_goaway,  // HEADERS for a stream above our Last-Stream-ID
  stream_refused,       // too many
  cut_inside_frame,     // a delivery ended inside a frame
  two_streams_at_once,  // content of one stream between frames of another
  connection_failed,    // hostile only
  stream_failed,        // hostile only
};
inline constexpr std::size_t kSituations = 23;

std::string_view name(Situation situation);

// Scripts in a thousand that must reach the situation.
struct ReachDemand {
  Situation situation;
  std::uint32_t permille;
  std::uint32_t on_hostile_network;
};

// Sums over many scripts.
class Reach {
 public:
  void script() { ++scripts_; }

  void add(Situation situation) { ++counts_[static_cast<std::size_t>(situation)]; }

  // A line for each demand that was missed; empty when all were met.
  std::string missed(bool hostile) const;
  // A line for each situation.
  std::string table() const;

 private:
  std::uint64_t scripts_ = 0;
  std::array<std::uint64_t, kSituations> counts_{};
};

// Watches one pair.
class ReachWatcher final : public JointOracle {
 public:
  ReachWatcher(Pair& pair, Reach& reach);

  void sent(wire::Role from, const wire::FrameView& frame) override;
  void arrived(wire::Role at, const wire::FrameView& frame) override;
  void called(const Pair& pair, const Command& command, const Sent<>& answer) override;
  void delivering(const Pair& pair, Side at, Octets octets) override;
  void received(const Pair& pair, Side at, Events events) override;

 private:
  void reached(Situation situation);
  void look_for_negative_windows(const Pair& pair, Side at);
  void sent_settings(std::size_t from, const wire::FrameView& frame);

  struct End {
    PerStream<bool> reset;
    std::int64_t waiting_settings = 0;
    bool goaway = false;
    std::uint32_t last = wire::kStreamMask;
    std::uint64_t table_octets = 0;  // of field lines that could be indexed
    std::uint32_t previous_data = 0;
  };

  Reach& reach_;
  Tape tape_;
  std::array<bool, kSituations> seen_{};
  std::array<End, 2> ends_;
  PerStream<bool> tunnel_;
  PerStream<bool> pushed_;
};

}  // namespace h2assay
