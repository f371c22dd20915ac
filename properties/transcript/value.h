#pragma once
// The smallest words of a transcript: numbers, octets, and values that are known only while the
// conversation runs.  Values keep the spelling of their author (0x0a0a, hex or quoted), so that
// printing what was parsed changes nothing.  Evaluation: environment.h.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace h2assay::transcript {

// Where something stands in the source, both from 1; 0: made, not parsed.
// Takes no part in comparisons: two transcripts are equal when they say the same.
struct Position {
  std::uint32_t line = 0;
  std::uint32_t column = 0;

  friend bool operator==(Position, Position) { return true; }
};

struct Atom;

// term = atom {"*" atom}
struct Term {
  bool minus = false;         // subtracted; never on the first term
  std::vector<Atom> factors;  // at least one
  bool operator==(const Term&) const;
};

// expr = term {("+"|"-") term}: what stands between braces.
struct Expr {
  std::vector<Term> terms;  // at least one
  bool operator==(const Expr&) const;
};

// atom = number | string | name | "window" atom | "request" M [name] | "status" n | "(" expr ")"
struct Atom {
  enum class Kind : std::uint8_t { number, string, name, window, request, status, group };

  Kind kind = Kind::number;
  std::string text{};            // number as written; octets of the string; the name; the method
  std::vector<Atom> operands{};  // window, status: one; request: none or the resource
  std::vector<Expr> group{};     // group: one
  Position at{};
  bool operator==(const Atom&) const;
};

// How a value was written.  It matters in expectations (2xx is a class, "2xx" three octets) and for
// octets (bare pairs of hex digits, or text between quotes).
enum class Spelling : std::uint8_t { bare, quoted, hex };

// Octets and expressions in turn: "Host: {authority}\r\n".
struct Value {
  std::vector<std::variant<std::string, Expr>> pieces{};  // never two strings in a row, none empty
  Spelling spelling = Spelling::bare;
  Position at{};
  bool operator==(const Value&) const;
};

// The whole value if it contains no expression, else nothing to look at: "" for an empty value too.
std::string_view text_of(const Value& value);

// Does it need an environment?
bool is_literal(const Value& value);

// The name when the value is {name} and nothing else, else "".  What a `<` line binds.
std::string_view sole_name(const Value& value);

// Makes a bare value of a word that needs no quotes: "HEADERS", "2xx", "0x10".
Value bare(std::string_view word);

// Makes a value of a number, decimal.
Value number_value(std::uint64_t number);

// Makes a quoted value of any octets; runs longer than 64 become {100 * "x"}.
Value quoted_value(std::string_view octets);

// Makes a value of octets for a part such as `data=`: quoted when most of it can be read, else hex.
Value octets_value(std::string_view octets);

// Makes a value of octets that is written in hex, whatever they are.
Value hex_value(std::string_view octets);

// Makes a field's name or value: bare where that is unmistakable, else quoted.
Value field_value(std::string_view octets);
Value field_name(std::string_view octets);

// decimal or 0x hex, no sign, at most 2^63-1; nothing for anything else.
struct Parsed {
  std::uint64_t number = 0;
  bool good = false;
};

Parsed parse_number(std::string_view text);

// Escapes every octet outside 0x20–0x7e, '"', '\', '{', '}': what stands between the quotes.
std::string escaped(std::string_view octets);

// The printed form: 0x10, "a{b}", 0aff.
std::string print(const Value& value);
std::string print(const Expr& expr);

}  // namespace h2assay::transcript
