#pragma once
// What the inputs of one run did: which kinds of acts found something to do, and how often each
// oracle met something that could have been wrong.  It is only ever printed: nothing that an input
// does depends on it.

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "properties/oracles/all.h"
#include "properties/pair/script.h"

namespace h2assay::fuzz {

// Where an act comes from.  Frames that a network puts in are legal for the live state, have one
// twist, or are mere octets.
enum class Lane : std::uint8_t { calls, movement, legal, twisted, raw, disturbance };
inline constexpr std::size_t kLanes = 6;

Lane lane_of(ActKind kind);
std::string_view name(Lane lane);
std::string_view name(ActKind kind);

class Tally {
 public:
  // A pair that has performed its script, and those who watched it.
  void add(const Pair& pair, const Oracles& oracles);

  // One line for all lanes with their shares of the acts that did something (percent), and one for
  // each oracle.
  std::string text() const;

  // What never happened: kinds of acts that nobody performed (those in `without` aside), oracles
  // that had no occasion to accuse.  A corpus that leaves one out proves nothing about it.
  std::vector<std::string> missing(std::span<const ActKind> without) const;

 private:
  struct Watch {
    std::string_view id;
    std::uint64_t evaluations = 0;
    std::uint64_t occasions = 0;
  };

  std::uint64_t inputs_ = 0;
  std::uint64_t refused_ = 0;
  std::array<std::uint64_t, kActKinds> acts_{};
  std::vector<Watch> oracles_;
};

}  // namespace h2assay::fuzz
