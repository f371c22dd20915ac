#pragma once
// From octets to lines and words, each character with its place.  Internal to the parser.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "properties/transcript/value.h"

namespace h2assay::transcript {

// The one exception of the parser; parse() and expand() turn it into a ParseError.
struct Failed {
  Position at{};
  std::string what{};
  std::string may_stand{};
};

// A line after continuation lines are joined.  `at` has one place more than characters: the end.
struct SourceLine {
  std::string text{};
  std::vector<Position> at{};
};

struct Word {
  std::string text{};
  std::vector<Position> at{};  // one place more than characters

  Position start() const { return at.front(); }
};

struct Words {
  std::vector<Word> words{};
  std::string remark{};  // with its "#", or empty
  Position end{};        // behind the last word
};

// What is open at a place of a line: "…", {…}, […].  In a string a backslash takes the next octet
// with it.
class Nesting {
 public:
  enum class Step : std::uint8_t { none, escape, opened, closed };

  Step read(char c);

  bool flat() const { return closing_.empty(); }

  // Of the innermost, which there must be: its closing sign, and its name.
  char awaited() const { return closing_.back(); }

  std::string_view innermost() const;

 private:
  std::string closing_;  // the closing signs that are awaited, innermost last
};

// A blank between words.
constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }

// The length of the printable UTF-8 sequence that begins here (a tab counts), or 0.
std::size_t printable(std::string_view text, std::size_t at);

// Lines with continuations joined and `|` lines appended.  Throws Failed on octets that no text
// has.
std::vector<SourceLine> source_lines(std::string_view text);

// Words end at blanks outside "…", {…} and […]; # before a word begins a remark.  From `from` on.
Words split(const SourceLine& line, std::size_t from = 0);

// For header lines that are prose: what stands before " #", without blanks at its ends, and the
// remark.
struct Prose {
  std::string text{};
  std::string remark{};
};

Prose prose(std::string_view text);

// "; did you mean X?" material: the nearest of the candidates, or empty when none is near.
std::string nearest(std::string_view word, const std::vector<std::string_view>& candidates);

// "did you mean X?", or all the candidates when none is near and they are few.
std::string mend(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace h2assay::transcript
