#pragma once
// Values, numbers, octets and expressions within a word.  Internal to the parser.

#include <cstddef>
#include <cstdint>

#include "properties/transcript/source.h"

namespace h2assay::transcript {

enum class Pattern : bool { no, yes };  // does the word stand in an expectation?

// A piece of a word: [begin, end).
struct Slice {
  const Word* word = nullptr;
  std::size_t begin = 0;
  std::size_t end = 0;

  std::string_view text() const { return std::string_view(word->text).substr(begin, end - begin); }

  Position at(std::size_t offset = 0) const { return word->at[begin + offset]; }

  bool empty() const { return begin == end; }

  Slice from(std::size_t offset) const { return {word, begin + offset, end}; }

  Slice first(std::size_t length) const { return {word, begin, begin + length}; }
};

inline Slice whole(const Word& word) { return {&word, 0, word.text.size()}; }

// Bare or between quotes.
Value read_value(Slice slice);

// Bare is pairs of hex digits; `*` in patterns.
Value read_octets(Slice slice, Pattern pattern);

// A number of at most `bits` bits, or an expression; in patterns also a..b, a|b, *.
Value read_number(Slice slice, int bits, Pattern pattern);

// What stands between braces.
Expr read_expr(Slice slice);

// The length of the string that begins at the slice's first octet, quotes included.
std::size_t string_length(Slice slice);

// A name that may be bound: letters, digits, underscores.
bool is_name(std::string_view text);

// A character of a name in an expression, or of a number there: also the dot of
// peer.MAX_FRAME_SIZE.
bool is_name_part(char c);

}  // namespace h2assay::transcript
