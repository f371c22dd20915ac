#pragma once
// A stream of numbers from a seed, the same on every machine: the standard's distributions differ
// between libraries.

#include <cassert>
#include <cstdint>

namespace h2assay::generate {

class SplitMix {
 public:
  explicit SplitMix(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9e37'79b9'7f4a'7c15;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58'476d'1ce4'e5b9;
    z = (z ^ (z >> 27)) * 0x94d0'49bb'1331'11eb;
    return z ^ (z >> 31);
  }

  // 0 to bound - 1; bound is not 0.
  std::uint32_t below(std::uint32_t bound) {
    assert(bound != 0);
    return static_cast<std::uint32_t>(next() % bound);
  }

  std::uint8_t octet() { return static_cast<std::uint8_t>(next()); }

  bool one_in(std::uint32_t count) { return below(count) == 0; }

 private:
  std::uint64_t state_;
};

}  // namespace h2assay::generate
