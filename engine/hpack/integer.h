#pragma once
// Integers with a prefix: RFC 7541, Section 5.1.

#include <cstdint>

#include "engine/hpack/defect.h"

namespace h2assay::hpack {

// What we accept: nothing in HTTP/2 needs more, and SETTINGS_HEADER_TABLE_SIZE is far below.
inline constexpr std::uint32_t kMaxInteger = 0x7fff'ffff;
inline constexpr std::uint32_t kMaxIntegerOctets = 6;  // the prefix and five more

// Writes `value` behind the bits of `pattern`; at most kMaxIntegerOctets.  Returns the end.
constexpr std::uint8_t* write_integer(std::uint8_t* out,
                                      std::uint8_t pattern,
                                      std::uint32_t prefix_bits,
                                      std::uint32_t value) {
  const std::uint32_t full = (1u << prefix_bits) - 1;
  if (value < full) {
    *out++ = static_cast<std::uint8_t>(pattern | value);
    return out;
  }
  *out++ = static_cast<std::uint8_t>(pattern | full);
  value -= full;
  for (; value >= 128; value >>= 7) *out++ = static_cast<std::uint8_t>(value | 128);
  *out++ = static_cast<std::uint8_t>(value);
  return out;
}

// Reads the integer whose prefix stands in *in; in < end.  Zeros that only lengthen the encoding
// are legal as far as five octets go.
constexpr Defect read_integer(const std::uint8_t*& in,
                              const std::uint8_t* end,
                              std::uint32_t prefix_bits,
                              std::uint32_t& value) {
  const std::uint32_t full = (1u << prefix_bits) - 1;
  value = *in++ & full;
  if (value < full) return Defect::none;
  std::uint64_t sum = full;
  for (std::uint32_t shift = 0; shift <= 28; shift += 7) {
    if (in == end) return Defect::truncated;
    const std::uint8_t octet = *in++;
    sum += std::uint64_t{octet & 127u} << shift;
    if (octet < 128) {
      if (sum > kMaxInteger) return Defect::integer_too_large;
      value = static_cast<std::uint32_t>(sum);
      return Defect::none;
    }
  }
  return Defect::integer_too_long;
}

}  // namespace h2assay::hpack
