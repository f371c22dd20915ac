#pragma once
// Changes scripts by whole acts: taking away, doubling, moving, drawing anew, and operands by what
// matters.  libFuzzer and AFL++ call the same (script_mutator.cpp, afl_mutator.cpp).

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace h2assay::fuzz {

// A changed script of at most `max` octets, never empty unless max is below a script's header.
// Shrinks on request: max may be below the size that came.
std::vector<std::uint8_t> mutated(std::span<const std::uint8_t> octets,
                                  std::size_t max,
                                  std::uint64_t seed);

// Acts of both: the first one's configuration, and runs of acts in turn.
std::vector<std::uint8_t> crossed(std::span<const std::uint8_t> first,
                                  std::span<const std::uint8_t> second,
                                  std::size_t max,
                                  std::uint64_t seed);

}  // namespace h2assay::fuzz
