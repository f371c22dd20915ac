#include "properties/transcript/read_value.h"

#include <algorithm>
#include <string>
#include <utility>

namespace h2assay::transcript {
namespace {

constexpr int kDeepestBrackets = 16;  // brackets within brackets

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Reads one escape at text[i] == '\\'; moves i behind it.
char read_escape(Slice slice, std::size_t& i) {
  const std::string_view text = slice.text();
  const char kind = i + 1 < text.size() ? text[i + 1] : '\0';
  const auto fail = [&] { return Failed{slice.at(i), "no such escape", R"(\" \\ \r \n \t \xNN)"}; };
  i += 2;
  switch (kind) {
    case '"':
    case '\\': return kind;
    case 'r':  return '\r';
    case 'n':  return '\n';
    case 't':  return '\t';
    case 'x':  break;
    default:   i -= 2; throw fail();
  }
  const int high = i < text.size() ? hex_digit(text[i]) : -1;
  const int low = i + 1 < text.size() ? hex_digit(text[i + 1]) : -1;
  if (high < 0 || low < 0) {
    i -= 2;
    throw fail();
  }
  i += 2;
  return static_cast<char>(high * 16 + low);
}

// The braces at slice[at]: the position of the one that closes them.
std::size_t closing_brace(Slice slice, std::size_t at) {
  const std::string_view text = slice.text();
  std::string open = "}";
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    const char c = text[i];
    const bool in_string = open.back() == '"';
    if (in_string && c == '\\')
      ++i;
    else if (c == open.back())
      open.pop_back();
    else if (c == '{')
      open += '}';
    else if (c == '"')
      open += '"';
    if (open.empty()) return i;
  }
  throw Failed{slice.at(at), "unclosed brace", "}"};
}

// Collects text and expressions.
class Pieces {
 public:
  void add(char c) { text_ += c; }

  // The expression at slice[at]; gives the position behind its brace.
  std::size_t add_expr(Slice slice, std::size_t at) {
    const std::size_t close = closing_brace(slice, at);
    flush();
    value_.pieces.emplace_back(read_expr({slice.word, slice.begin + at + 1, slice.begin + close}));
    return close + 1;
  }

  Value take(Spelling spelling, Position at) {
    flush();
    value_.spelling = spelling;
    value_.at = at;
    return std::move(value_);
  }

 private:
  void flush() {
    if (!text_.empty()) value_.pieces.emplace_back(std::exchange(text_, {}));
  }

  Value value_{};
  std::string text_{};
};

Value read_quoted(Slice slice) {
  const std::string_view text = slice.text();
  Pieces pieces;
  std::size_t i = 1;
  while (i < text.size() && text[i] != '"') {
    if (text[i] == '{') {
      i = pieces.add_expr(slice, i);
    } else if (text[i] == '\\') {
      pieces.add(read_escape(slice, i));
    } else if (text[i] == '}') {
      throw Failed{slice.at(i), "a brace closes and none was opened", R"(\x7d)"};
    } else {
      pieces.add(text[i++]);
    }
  }
  if (i >= text.size()) throw Failed{slice.at(), "unclosed quote", "\""};
  if (i + 1 != text.size())
    throw Failed{slice.at(i + 1), "the word goes on behind the quote", "a blank"};
  return pieces.take(Spelling::quoted, slice.at());
}

// Recursive descent over one expression; `depth_` bounds it.
class ExprReader {
 public:
  explicit ExprReader(Slice slice) : slice_(slice), text_(slice.text()) {}

  Expr whole() {
    Expr expr = sum();
    if (i_ < text_.size()) throw unexpected();
    return expr;
  }

 private:
  Failed unexpected() const {
    const bool over = i_ >= text_.size();
    const std::string what = over ? "the expression ends too early"
                                  : "'" + std::string(1, text_[i_]) + "' in an expression";
    return {slice_.at(i_), what, "number string name window request status ( + - *"};
  }

  void skip() {
    while (i_ < text_.size() && is_blank(text_[i_])) ++i_;
  }

  bool take(char c) {
    skip();
    if (i_ >= text_.size() || text_[i_] != c) return false;
    ++i_;
    return true;
  }

  Expr sum() {
    if (++depth_ > kDeepestBrackets) throw Failed{slice_.at(i_), "brackets nested too deeply", ""};
    Expr expr;
    expr.terms.push_back(product(false));
    for (;;) {
      if (take('+'))
        expr.terms.push_back(product(false));
      else if (take('-'))
        expr.terms.push_back(product(true));
      else
        break;
    }
    skip();
    --depth_;
    return expr;
  }

  Term product(bool minus) {
    Term term;
    term.minus = minus;
    do term.factors.push_back(atom());
    while (take('*'));
    return term;
  }

  std::string token() {
    const std::size_t begin = i_;
    while (i_ < text_.size() && is_name_part(text_[i_])) ++i_;
    return std::string(text_.substr(begin, i_ - begin));
  }

  Atom atom() {
    skip();
    if (i_ >= text_.size()) throw unexpected();
    Atom out;
    out.at = slice_.at(i_);
    const char c = text_[i_];
    if (c == '"') {
      read_string(out);
    } else if (c == '(') {
      ++i_;
      out.kind = Atom::Kind::group;
      out.group.push_back(sum());
      if (!take(')')) throw Failed{slice_.at(i_), "unclosed bracket in an expression", ")"};
    } else if (is_digit(c)) {
      out.text = token();
      if (!parse_number(out.text).good)
        throw Failed{out.at, out.text + " is no number", "decimal or 0x hex below 2^63"};
    } else if (is_letter(c)) {
      read_name(out);
    } else {
      throw unexpected();
    }
    return out;
  }

  void read_string(Atom& out) {
    out.kind = Atom::Kind::string;
    const std::size_t length = string_length(slice_.from(i_));
    const Slice slice = slice_.from(i_).first(length);
    const Value value = read_quoted(slice);
    if (!is_literal(value))
      throw Failed{out.at, "braces in a string in an expression", "plain text"};
    out.text = std::string(text_of(value));
    i_ += length;
  }

  void read_name(Atom& out) {
    out.text = token();
    if (out.text == "window" || out.text == "status") {
      out.kind = out.text == "window" ? Atom::Kind::window : Atom::Kind::status;
      out.text.clear();
      if (++depth_ > kDeepestBrackets) throw Failed{out.at, "brackets nested too deeply", ""};
      out.operands.push_back(atom());
      --depth_;
      return;
    }
    out.kind = Atom::Kind::name;
    if (out.text != "request") return;
    out.kind = Atom::Kind::request;
    skip();
    out.text = token();
    if (out.text.empty() ||
        !std::ranges::all_of(out.text, [](char c) { return c >= 'A' && c <= 'Z'; }))
      throw Failed{out.at, "request without a method", "{request GET}"};
    skip();
    if (i_ < text_.size() && is_letter(text_[i_])) {
      if (++depth_ > kDeepestBrackets) throw Failed{out.at, "brackets nested too deeply", ""};
      out.operands.push_back(atom());
      --depth_;
    }
  }

  Slice slice_;
  std::string_view text_;
  std::size_t i_ = 0;
  int depth_ = 0;
};

bool fits(std::string_view text, int bits) {
  const Parsed parsed = parse_number(text);
  return parsed.good && (bits >= 63 || parsed.number >> bits == 0);
}

// n, a..b, a|b, *
bool is_number_pattern(std::string_view text, int bits) {
  if (text == "*") return true;
  while (true) {
    const std::size_t bar = text.find('|');
    const std::string_view one = text.substr(0, bar);
    const std::size_t dots = one.find("..");
    const bool good = dots == std::string_view::npos
                          ? fits(one, bits)
                          : fits(one.substr(0, dots), bits) && fits(one.substr(dots + 2), bits);
    if (!good) return false;
    if (bar == std::string_view::npos) return true;
    text.remove_prefix(bar + 1);
  }
}

}  // namespace

std::size_t string_length(Slice slice) {
  const std::string_view text = slice.text();
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\')
      ++i;
    else if (text[i] == '{')
      i = closing_brace(slice, i);
    else if (text[i] == '"')
      return i + 1;
  }
  throw Failed{slice.at(), "unclosed quote", "\""};
}

bool is_name(std::string_view text) {
  return !text.empty() && is_letter(text[0]) &&
         std::ranges::all_of(text, [](char c) { return is_letter(c) || is_digit(c); });
}

bool is_name_part(char c) { return is_letter(c) || is_digit(c) || c == '.'; }

Expr read_expr(Slice slice) { return ExprReader(slice).whole(); }

Value read_value(Slice slice) {
  const std::string_view text = slice.text();
  if (text.starts_with('"')) return read_quoted(slice);
  Pieces pieces;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == '{') {
      i = pieces.add_expr(slice, i);
      continue;
    }
    if (c < 0x21 || c > 0x7e || std::string_view("\"}[]~#\\").find(c) != std::string_view::npos)
      throw Failed{slice.at(i), "a word with such a character needs quotes", "\"…\""};
    pieces.add(c);
    ++i;
  }
  return pieces.take(Spelling::bare, slice.at());
}

Value read_octets(Slice slice, Pattern pattern) {
  const std::string_view text = slice.text();
  if (text.starts_with('"')) return read_quoted(slice);
  if (pattern == Pattern::yes && text == "*") return read_value(slice);
  Pieces pieces;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == '{') {
      i = pieces.add_expr(slice, i);
      continue;
    }
    const int high = hex_digit(text[i]);
    const int low = i + 1 < text.size() ? hex_digit(text[i + 1]) : -1;
    if (high < 0 || low < 0)
      throw Failed{
          slice.at(i), "octets are pairs of hex digits, or text between quotes", "00ff or \"…\""};
    pieces.add(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return pieces.take(Spelling::hex, slice.at());
}

Value read_number(Slice slice, int bits, Pattern pattern) {
  Value value = read_value(slice);
  if (value.spelling == Spelling::quoted)
    throw Failed{slice.at(), "a number has no quotes", "10 or 0x0a"};
  if (!is_literal(value)) return value;
  const std::string_view text = text_of(value);
  const bool good = pattern == Pattern::yes ? is_number_pattern(text, bits) : fits(text, bits);
  if (good) return value;
  if (parse_number(text).good)
    throw Failed{
        slice.at(), std::string(text) + " does not fit in " + std::to_string(bits) + " bits", ""};
  throw Failed{slice.at(),
               text.empty() ? "number missing" : std::string(text) + " is no number",
               pattern == Pattern::yes ? "10 0x0a 1..9 1|2 * or {…}" : "10 0x0a or {…}"};
}

}  // namespace h2assay::transcript
