#include "properties/transcript/value.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <span>
#include <utility>

#include "properties/transcript/print.h"

namespace h2assay::transcript {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::size_t kLongestRun = 64;  // longer ones are written {100 * "x"}

void append_hex(std::string& out, std::uint8_t octet) {
  out += kHex[octet >> 4];
  out += kHex[octet & 15];
}

bool is_visible(char c) { return c > 0x20 && c < 0x7f; }

// May this octet stand in a word without quotes?
bool is_plain(char c) {
  return is_visible(c) && std::string_view("\"{}[]~#=\\").find(c) == std::string_view::npos;
}

Expr repetition(std::size_t count, char octet) {
  Term term;
  Atom times;
  times.text = std::to_string(count);
  Atom what;
  what.kind = Atom::Kind::string;
  what.text = std::string(1, octet);
  term.factors = {std::move(times), std::move(what)};
  Expr expr;
  expr.terms.push_back(std::move(term));
  return expr;
}

// Text, with each long run of one octet as an expression.
void append_pieces(Value& value, std::string_view octets) {
  std::string text;
  for (std::size_t i = 0; i < octets.size();) {
    std::size_t end = i;
    while (end < octets.size() && octets[end] == octets[i]) ++end;
    if (end - i > kLongestRun) {
      if (!text.empty()) value.pieces.emplace_back(std::exchange(text, {}));
      value.pieces.emplace_back(repetition(end - i, octets[i]));
    } else {
      text.append(octets, i, end - i);
    }
    i = end;
  }
  if (!text.empty()) value.pieces.emplace_back(std::move(text));
}

bool reads_as_pattern(std::string_view octets) {
  return octets == "*" || octets.find('|') != std::string_view::npos ||
         (octets.size() == 3 && octets.ends_with("xx"));
}

std::string print_pieces(const Value& value) {
  std::string out;
  for (const auto& piece : value.pieces) {
    if (const auto* expr = std::get_if<Expr>(&piece)) {
      out += '{' + print(*expr) + '}';
      continue;
    }
    const auto& text = std::get<std::string>(piece);
    if (value.spelling == Spelling::quoted)
      out += escaped(text);
    else if (value.spelling == Spelling::hex)
      for (const char c : text) append_hex(out, static_cast<std::uint8_t>(c));
    else
      out += shown(text);
  }
  return out;
}

std::string print(const Atom& atom) {
  using enum Atom::Kind;
  switch (atom.kind) {
    case number:
    case name:   return shown(atom.text);
    case string: return '"' + escaped(atom.text) + '"';
    case window: return "window " + print(atom.operands.at(0));
    case status: return "status " + print(atom.operands.at(0));
    case request:
      return "request " + shown(atom.text) +
             (atom.operands.empty() ? "" : " " + print(atom.operands[0]));
    case group: return '(' + transcript::print(atom.group.at(0)) + ')';
  }
  return {};
}

}  // namespace

bool Term::operator==(const Term&) const = default;
bool Expr::operator==(const Expr&) const = default;
bool Atom::operator==(const Atom&) const = default;
bool Value::operator==(const Value&) const = default;

std::string_view text_of(const Value& value) {
  if (value.pieces.size() != 1) return {};
  const auto* text = std::get_if<std::string>(value.pieces.data());
  return text ? std::string_view(*text) : std::string_view();
}

bool is_literal(const Value& value) {
  return std::ranges::all_of(
      value.pieces, [](const auto& piece) { return std::holds_alternative<std::string>(piece); });
}

std::string_view sole_name(const Value& value) {
  if (value.pieces.size() != 1) return {};
  const auto* expr = std::get_if<Expr>(value.pieces.data());
  if (!expr || expr->terms.size() != 1 || expr->terms[0].factors.size() != 1) return {};
  const Atom& atom = expr->terms[0].factors[0];
  return atom.kind == Atom::Kind::name ? std::string_view(atom.text) : std::string_view();
}

Value bare(std::string_view word) {
  Value value;
  if (!word.empty()) value.pieces.emplace_back(std::string(word));
  return value;
}

Value number_value(std::uint64_t number) { return bare(std::to_string(number)); }

Value quoted_value(std::string_view octets) {
  Value value;
  value.spelling = Spelling::quoted;
  append_pieces(value, octets);
  return value;
}

Value octets_value(std::string_view octets) {
  const auto readable = std::ranges::count_if(octets, [](char c) {
    return is_visible(c) || c == ' ' || c == '\r' || c == '\n' || c == '\t';
  });
  Value value;
  const bool mostly = static_cast<std::size_t>(readable) * 4 >= octets.size() * 3;
  value.spelling = mostly ? Spelling::quoted : Spelling::hex;
  append_pieces(value, octets);
  return value;
}

Value hex_value(std::string_view octets) {
  Value value;
  value.spelling = Spelling::hex;
  append_pieces(value, octets);
  return value;
}

Value field_value(std::string_view octets) {
  const bool plain = !octets.empty() && octets.size() <= kLongestRun &&
                     std::ranges::all_of(octets, is_plain) && !reads_as_pattern(octets);
  return plain ? bare(octets) : quoted_value(octets);
}

Value field_name(std::string_view octets) {
  const bool marked =
      !octets.empty() && std::string_view("+-!").find(octets[0]) != std::string_view::npos;
  return marked ? quoted_value(octets) : field_value(octets);
}

Parsed parse_number(std::string_view text) {
  const bool hex = text.starts_with("0x");
  const std::string_view digits = hex ? text.substr(2) : text;
  std::uint64_t number = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), number, hex ? 16 : 10);
  const bool good = !digits.empty() && error == std::errc{} &&
                    end == digits.data() + digits.size() &&
                    number <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  return {good ? number : 0, good};
}

std::string escaped(std::string_view octets) {
  std::string out;
  out.reserve(octets.size());
  for (const char c : octets) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c < 0x20 || c > 0x7e || c == '{' || c == '}') {
      out += "\\x";
      append_hex(out, static_cast<std::uint8_t>(c));
    } else {
      out += c;
    }
  }
  return out;
}

std::string print(const Expr& expr) {
  std::string out;
  for (std::size_t i = 0; i < expr.terms.size(); ++i) {
    if (i > 0) out += expr.terms[i].minus ? " - " : " + ";
    for (std::size_t k = 0; k < expr.terms[i].factors.size(); ++k) {
      if (k > 0) out += " * ";
      out += print(expr.terms[i].factors[k]);
    }
  }
  return out;
}

std::string print(const Value& value) {
  const std::string pieces = print_pieces(value);
  return value.spelling == Spelling::quoted ? '"' + pieces + '"' : pieces;
}

}  // namespace h2assay::transcript
