#pragma once
// Changes what the target `frames` takes by whole frames: lengths stay true unless one is meant to
// lie.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace h2assay::fuzz {

// An octet of configuration and frames behind it, changed; at most `max` octets.
std::vector<std::uint8_t> mutated_frames(std::span<const std::uint8_t> octets,
                                         std::size_t max,
                                         std::uint64_t seed);

}  // namespace h2assay::fuzz
