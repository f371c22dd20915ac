#pragma once
// Scripts from a number: the same acts and shares as RapidCheck's front end, at a fraction of the
// cost, for runs over many scripts.

#include <array>
#include <cstdint>

#include "properties/pair/script.h"

namespace h2assay::generate {

// How often each kind is drawn, by ActKind: requests and movement often, so that scripts get
// somewhere.  What a hostile network does has a share of its own.
struct Share {
  ActKind kind;
  std::uint8_t weight;
  bool hostile = false;
};

inline constexpr auto kShares = [] {
  using enum ActKind;
  return std::to_array<Share>({
      {settle, 9},
      {deliver, 7},
      {deliver_frame, 10},
      {request, 14},
      {respond, 8},
      {inform, 2},
      {data, 16},
      {end_stream, 4},
      {trailers, 4},
      {reset, 5},
      {push, 5},
      {open_window, 5},
      {acknowledge, 5},
      {ping, 3},
      {update_settings, 7},
      {goaway, 2},
      {prioritize, 3},
      {extension, 3},
      {advance, 1},
      {misuse, 3},
      {put_frame, 2, true},
      {put_twisted, 2, true},
      {put_octets, 1, true},
      {drop_frame, 2, true},
      {repeat_frame, 2, true},
      {swap_frames, 2, true},
      {cut_off, 1, true},
      {alter_frame, 1, true},
  });
}();
static_assert(kShares.size() == kActKinds);

// The script that belongs to this number: the same on every machine.
Script draw(std::uint64_t seed, bool hostile);

}  // namespace h2assay::generate
