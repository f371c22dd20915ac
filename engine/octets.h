#pragma once
// Octets as the engine sees them: views in, one growing buffer out.  Big-endian everywhere (RFC 9113, Section 2.2).

#include <cstdint>
#include <span>

namespace h2assay {

// A view of octets that somebody else owns.
using Octets = std::span<const std::uint8_t>;

}  // namespace h2assay
