#pragma once
// What holds for the octets of any input, seen as frames: what the cutter, the filter and the
// descriptions make of them.

#include <cstdint>

#include "engine/octets.h"

namespace h2assay::fuzz {

// `choice` picks what the filter does.  Fails when a frame is lost or invented on the way: a filter
// that drops nothing lets every octet pass (in another order at most), one that repeats sends each
// frame twice, one that drops sends none of its type.
void check_frames(Octets octets, std::uint8_t choice);

}  // namespace h2assay::fuzz
