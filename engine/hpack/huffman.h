#pragma once
// Strings in the Huffman code: RFC 7541, Section 5.2 and Appendix B.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/hpack/defect.h"
#include "engine/octets.h"

namespace h2assay::hpack {

// Room that huffman_decode needs for so many encoded octets: the shortest code has five bits, and a
// step may write one octet more than it keeps.
constexpr std::size_t huffman_decode_room(std::size_t encoded_octets) {
  return encoded_octets * 8 / 5 + 8;
}

// Decodes the whole string to `out` and moves it to the end.
Defect huffman_decode(Octets encoded, char*& out);

// How many octets huffman_encode makes of the text.
std::size_t huffman_octets(std::string_view text);

// Room that huffman_encode may touch: codes have up to 30 bits, stores eight octets.
constexpr std::size_t huffman_encode_room(std::size_t octets) { return octets * 15 / 4 + 16; }

// Writes the encoded text, padded with ones; returns the end.
std::uint8_t* huffman_encode(std::string_view text, std::uint8_t* out);

}  // namespace h2assay::hpack
