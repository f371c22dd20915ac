#pragma once
// Hands the octets between the two ends of a pair to octet oracles, frame by frame.

#include <array>
#include <vector>

#include "properties/oracles/octet_oracle.h"
#include "properties/pair/pair.h"

namespace h2assay {

class Tape final : public PairObserver {
 public:
  void watch(OctetOracle& oracle) {
    if (oracles_.empty()) oracles_.reserve(kOraclesMostly);
    oracles_.push_back(&oracle);
  }

  std::uint64_t frames() const { return frames_; }

  void emitted(const Pair&, Side from, Octets octets) override;
  void delivering(const Pair&, Side at, Octets octets) override;
  void received(const Pair&, Side at, Events events) override;
  void at_rest(const Pair& pair) override;

 private:
  // Octets of one direction that are not a whole frame yet.
  struct Direction {
    bool preface = false;
    std::vector<std::uint8_t> partial{};
  };

  template <typename F> void cut(Direction& direction, Octets octets, F&& each);

  static constexpr std::size_t kOraclesMostly = 16;

  std::vector<OctetOracle*> oracles_;
  std::array<Direction, 2> out_{{{.preface = true}, {}}};  // by sender
  std::array<Direction, 2> in_{{{}, {.preface = true}}};   // by receiver
  std::uint64_t frames_ = 0;
  bool failed_ = false;
};

}  // namespace h2assay
