#pragma once
// What can be wrong with a field block: RFC 7541.

#include <cstdint>
#include <string_view>

namespace h2assay::hpack {

// Why a block cannot be decoded.  Each is a connection error of type COMPRESSION_ERROR (RFC 9113,
// Section 4.3); the decoder is of no use afterwards.
enum class Defect : std::uint8_t {
  none,
  truncated,                 // the block ends inside a representation: Sections 5.1 and 5.2
  integer_too_large,         // above 2^31-1: Section 5.1
  integer_too_long,          // more than five octets after the prefix: Section 5.1
  index_zero,                // Section 6.1
  index_out_of_range,        // Section 2.3.3
  string_too_long,           // above DecodeLimits::string_octets: Section 7.4
  huffman_eos,               // EOS inside a string: Section 5.2
  huffman_padding_too_long,  // eight bits or more: Section 5.2
  huffman_padding_not_ones,  // not the most significant bits of EOS: Section 5.2
  size_update_after_field,   // Section 4.2
  size_update_above_limit,   // more than the limit that we announced: Section 6.3
  size_update_missing,       // a lowered limit was not followed at once: Section 4.2
  too_many_size_updates,     // a third one in a block: Section 4.2
};

// "index_out_of_range"
std::string_view name(Defect defect);

}  // namespace h2assay::hpack
