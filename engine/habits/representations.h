#pragma once
// What the representations of a field block look like, without decoding them: RFC 7541, Sections 5
// and 6.

#include <cstdint>
#include <optional>

#include "engine/frame.h"
#include "engine/octets.h"

namespace h2assay {

struct Representation {
  enum class Kind : std::uint8_t {
    indexed,
    with_indexing,
    without_indexing,
    never_indexed,
    size_update,
  };

  Kind kind = Kind::indexed;
  std::uint64_t index = 0;      // of the field or of the name; 0: neither
  bool huffman = false;         // a string is in Huffman's code
  bool empty_string = false;    // a string has no octets
  bool long_integer = false;    // an integer goes beyond its prefix
  bool padded_integer = false;  // an integer ends with an octet that adds nothing
};

// Takes one representation from the front of `block`, or nothing where that cannot be done.
std::optional<Representation> take_representation(Octets& block);

// Whether a HEADERS frame that holds its block whole has such a representation.
template <typename Wrong> bool any_representation(const Frame& frame, Wrong wrong) {
  if (!frame.header.is(FrameType::headers) || !frame.header.has(flags::end_headers)) return false;
  Octets block = parse_headers(frame).value.fragment;
  while (const auto form = take_representation(block)) {
    if (wrong(*form)) return true;
  }
  return false;
}

}  // namespace h2assay
