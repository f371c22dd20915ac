#pragma once
// Figure 2 of RFC 9113 as a table, the reaction to every frame in every phase as another, and the
// proofs that both show what Section 5.1 says.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/rules.h"

namespace h2assay {

enum class StreamState : std::uint8_t {
  idle,
  reserved_local,
  reserved_remote,
  open,
  half_closed_local,
  half_closed_remote,
  closed,
};

// The arrow labels of RFC 9113, Figure 2: HEADERS, PUSH_PROMISE (on the promised stream), the
// END_STREAM flag as an event of its own, and RST_STREAM.
enum class StreamInput : std::uint8_t {
  send_H,
  recv_H,
  send_PP,
  recv_PP,
  send_ES,
  recv_ES,
  send_R,
  recv_R,
};

struct Transition {
  StreamState from;
  StreamInput on;
  StreamState to;
  friend bool operator==(const Transition&, const Transition&) = default;
};

// RFC 9113, Figure 2, one line per arrow label, top to bottom.
inline constexpr auto kFigure2 = [] {
  using enum StreamState;
  using enum StreamInput;
  // clang-format off
  return std::to_array<Transition>({
      // from               on         to
      {idle,                send_PP,   reserved_local},
      {idle,                recv_PP,   reserved_remote},
      {idle,                send_H,    open},
      {idle,                recv_H,    open},

      {reserved_local,      send_H,    half_closed_remote},
      {reserved_local,      send_R,    closed},
      {reserved_local,      recv_R,    closed},

      {reserved_remote,     recv_H,    half_closed_local},
      {reserved_remote,     recv_R,    closed},
      {reserved_remote,     send_R,    closed},

      {open,                recv_ES,   half_closed_remote},
      {open,                send_ES,   half_closed_local},
      {open,                send_R,    closed},
      {open,                recv_R,    closed},

      {half_closed_remote,  send_ES,   closed},
      {half_closed_remote,  send_R,    closed},
      {half_closed_remote,  recv_R,    closed},

      {half_closed_local,   recv_ES,   closed},
      {half_closed_local,   recv_R,    closed},
      {half_closed_local,   send_R,    closed},
  });
  // clang-format on
}();

namespace detail {

inline constexpr std::size_t kStates = 7;
inline constexpr std::size_t kInputs = 8;

// The same arrows as a matrix, so that a step costs one load: the state itself where the figure
// draws no arrow.
inline constexpr auto kStep = [] {
  std::array<std::array<StreamState, kInputs>, kStates> steps{};
  for (std::size_t from = 0; from < kStates; ++from) {
    steps[from].fill(static_cast<StreamState>(from));
  }
  for (const Transition& arrow : kFigure2) {
    steps[static_cast<std::size_t>(arrow.from)][static_cast<std::size_t>(arrow.on)] = arrow.to;
  }
  return steps;
}();

}  // namespace detail

// The state a stream moves to, or nothing where the figure draws no arrow.
constexpr std::optional<StreamState> next_state(StreamState from, StreamInput on) {
  const StreamState to =
      detail::kStep[static_cast<std::size_t>(from)][static_cast<std::size_t>(on)];
  if (to == from) return std::nullopt;
  return to;
}

// What receiving a frame means.  `ignore` is "minimally process, then discard": field blocks are
// decoded and flow control is accounted, nothing else happens (RFC 9113, Section 5.1).
struct Reaction {
  enum class Kind : std::uint8_t { accept, ignore, accuse };
  Kind kind = Kind::accept;
  Rule rule{};  // with `accuse`: the row that says with which code and how far
  friend bool operator==(const Reaction&, const Reaction&) = default;
};

// `closed` hides how the stream ended, and RFC 9113 answers late frames by it.
enum class StreamPhase : std::uint8_t {
  idle,
  reserved_local,
  reserved_remote,
  open,
  half_closed_local,
  half_closed_remote,
  closed_by_end,         // END_STREAM in both directions
  closed_by_peer_reset,  // the peer sent RST_STREAM
  closed_by_own_reset,   // we sent RST_STREAM, or gave the stream up with a GOAWAY
  closed_unused,         // skipped: an identifier above it was opened first (Section 5.1.1)
};

// "half_closed_local"
constexpr std::string_view name(StreamPhase phase) {
  constexpr std::array<std::string_view, 10> kNames{"idle",
                                                    "reserved_local",
                                                    "reserved_remote",
                                                    "open",
                                                    "half_closed_local",
                                                    "half_closed_remote",
                                                    "closed_by_end",
                                                    "closed_by_peer_reset",
                                                    "closed_by_own_reset",
                                                    "closed_unused"};
  return kNames[static_cast<std::size_t>(phase)];
}

// The frames whose meaning depends on the state of their stream.
enum class StreamFrame : std::uint8_t {
  data,
  headers,
  priority,
  rst_stream,
  push_promise,  // on the stream that it belongs to, not on the promised one
  window_update
};

struct ReceiveRow {
  StreamPhase phase;
  std::array<Reaction, 6> on;  // indexed by StreamFrame
};

// RFC 9113, Section 5.1, with 6.1, 6.4, 6.6 and 6.9.  Where the text leaves a choice: what follows
// END_STREAM in both directions, or the peer's own RST_STREAM, can be no race, so it is an error at
// once; it costs the connection only where a new message would begin on a stream that is over.
inline constexpr auto kOnReceive = [] {
  using enum StreamPhase;
  constexpr Reaction ok{};
  constexpr Reaction drop{Reaction::Kind::ignore};
  const auto no = [](Rule rule) { return Reaction{Reaction::Kind::accuse, rule}; };
  const Reaction d_idle = no(Rule::data_on_idle);
  const Reaction r_idle = no(Rule::rst_stream_on_idle);
  const Reaction w_idle = no(Rule::window_update_on_idle);
  const Reaction d_half = no(Rule::data_on_half_closed);
  const Reaction h_half = no(Rule::headers_on_half_closed);
  const Reaction d_clos = no(Rule::data_on_closed);
  const Reaction h_clos = no(Rule::headers_on_closed);
  const Reaction local = no(Rule::frame_on_reserved_local);
  const Reaction remote = no(Rule::frame_on_reserved_remote);
  const Reaction reset = no(Rule::frame_after_own_reset);
  const Reaction push = no(Rule::push_promise_on_wrong_stream);
  const Reaction lower = no(Rule::stream_id_not_rising);
  // clang-format off
  return std::to_array<ReceiveRow>({
      //                       DATA    HEADERS PRIORITY RST_STREAM PUSH_PROMISE WINDOW_UPDATE
      {idle,                 {{d_idle, ok,     ok,      r_idle,    push,        w_idle}}},
      {reserved_local,       {{local,  local,  ok,      ok,        push,        ok}}},
      {reserved_remote,      {{remote, ok,     ok,      ok,        push,        remote}}},
      {open,                 {{ok,     ok,     ok,      ok,        ok,          ok}}},
      {half_closed_local,    {{ok,     ok,     ok,      ok,        ok,          ok}}},
      {half_closed_remote,   {{d_half, h_half, ok,      ok,        push,        ok}}},
      {closed_by_end,        {{d_clos, h_clos, ok,      drop,      push,        drop}}},
      {closed_by_peer_reset, {{reset,  reset,  ok,      drop,      push,        drop}}},
      {closed_by_own_reset,  {{drop,   drop,   ok,      drop,      drop,        drop}}},
      {closed_unused,        {{d_clos, lower,  ok,      drop,      push,        drop}}},
  });
  // clang-format on
}();

constexpr Reaction on_receive(StreamPhase phase, StreamFrame frame) {
  return kOnReceive[static_cast<std::size_t>(phase)].on[static_cast<std::size_t>(frame)];
}

// The tables prove what the figure shows.
namespace table_checks {

constexpr StreamState mirrored(StreamState state) {
  switch (state) {
    using enum StreamState;
    case reserved_local:     return reserved_remote;
    case reserved_remote:    return reserved_local;
    case half_closed_local:  return half_closed_remote;
    case half_closed_remote: return half_closed_local;
    case idle:
    case open:
    case closed:             break;
  }
  return state;
}

constexpr StreamInput mirrored(StreamInput input) {  // send_X and recv_X differ in the lowest bit
  return static_cast<StreamInput>(static_cast<std::uint8_t>(input) ^ 1U);
}

static_assert(std::ranges::all_of(kFigure2,
                                  [](Transition t) {
                                    return next_state(mirrored(t.from), mirrored(t.on)) ==
                                           mirrored(t.to);
                                  }),
              "Figure 2 is symmetric: what one endpoint sends, the other receives");

static_assert(std::ranges::none_of(kFigure2,
                                   [](Transition t) { return t.from == StreamState::closed; }),
              "closed is the terminal state (Section 5.1)");

static_assert(std::ranges::all_of(kFigure2,
                                  [](Transition t) {
                                    return std::ranges::count_if(kFigure2, [&](Transition u) {
                                             return u.from == t.from && u.on == t.on;
                                           }) == 1;
                                  }),
              "one arrow per state and input");

static_assert(
    [] {
      for (std::size_t i = 0; i < kOnReceive.size(); ++i) {
        if (static_cast<std::size_t>(kOnReceive[i].phase) != i) return false;
      }
      return true;
    }(),
    "kOnReceive has one row per phase, in order");

static_assert(std::ranges::all_of(
                  kOnReceive,
                  [](const ReceiveRow& row) {
                    return row.on[static_cast<std::size_t>(StreamFrame::priority)] == Reaction{};
                  }),
              "PRIORITY can be received in any stream state (Section 5.1)");

static_assert(
    [] {
      for (const ReceiveRow& row : kOnReceive) {
        const bool is_closed = row.phase >= StreamPhase::closed_by_end;
        for (const StreamFrame late : {StreamFrame::rst_stream, StreamFrame::window_update}) {
          const Reaction reaction = row.on[static_cast<std::size_t>(late)];
          if (is_closed && reaction.kind != Reaction::Kind::ignore) return false;
        }
      }
      return true;
    }(),
    "RST_STREAM and WINDOW_UPDATE on a closed stream may be a race and are never an error");

}  // namespace table_checks

}  // namespace h2assay
