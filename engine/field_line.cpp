#include "engine/field_line.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/hpack/encoder.h"

namespace h2assay {

namespace {

using hpack::same_text;

// What an octet must not be in, a bit each.  0 means fine everywhere.
enum : std::uint8_t {
  kNotInName = 1,         // RFC 9113, Section 8.2.1; the colon too
  kNotInToken = 2,        // RFC 9110, Section 5.6.2, and no upper case
  kNotInMethod = 4,       // RFC 9110, Section 5.6.2
  kNotInPath = 8,         // blanks and controls
  kNotInStrictPath = 16,  // RFC 3986, Sections 3.3 and 3.4
  kNotInAuthority = 32,   // what would end it, blanks, controls
  kNotInStrictAuthority = 64,
};

constexpr bool is_alpha(unsigned c) { return (c | 0x20U) >= 'a' && (c | 0x20U) <= 'z'; }

constexpr bool is_digit(unsigned c) { return c >= '0' && c <= '9'; }

constexpr bool is_one_of(unsigned c, std::string_view set) {
  return c < 0x80 && set.find(static_cast<char>(c)) != std::string_view::npos;
}

constexpr bool is_tchar(unsigned c) {
  return is_alpha(c) || is_digit(c) || is_one_of(c, "!#$%&'*+-.^_`|~");
}

// RFC 3986: unreserved, sub-delims and percent.
constexpr bool is_uri(unsigned c) {
  return is_alpha(c) || is_digit(c) || is_one_of(c, "-._~!$&'()*+,;=%");
}

constexpr std::uint8_t bits_of(unsigned c) {
  const bool upper = c >= 'A' && c <= 'Z';
  const bool blank_or_control = c <= 0x20 || c == 0x7f;
  unsigned bits = 0;
  if (blank_or_control || c > 0x7f || upper || c == ':') bits |= kNotInName;
  if (!is_tchar(c) || upper) bits |= kNotInToken;
  if (!is_tchar(c)) bits |= kNotInMethod;
  if (blank_or_control) bits |= kNotInPath;
  if (!is_uri(c) && !is_one_of(c, ":@/?")) bits |= kNotInStrictPath;
  if (blank_or_control || c > 0x7f || is_one_of(c, "/?#\\")) bits |= kNotInAuthority;
  if (!is_uri(c) && !is_one_of(c, ":@[]")) bits |= kNotInStrictAuthority;
  return static_cast<std::uint8_t>(bits);
}

constexpr auto kOctets = [] {
  std::array<std::uint8_t, 256> table{};
  for (unsigned c = 0; c < table.size(); ++c) table[c] = bits_of(c);
  return table;
}();

// Everything that some octet of the text is not allowed in.
constexpr std::uint8_t bits_of(std::string_view text) {
  unsigned bits = 0;
  for (const char c : text) bits |= kOctets[static_cast<std::uint8_t>(c)];
  return static_cast<std::uint8_t>(bits);
}

constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }

// Whether one of eight octets is below 0x20 or is 0x7f.  The usual arithmetic on bytes in a word:
// the top bit of a byte borrows where it was too small.
constexpr bool has_control(std::uint64_t eight) {
  constexpr std::uint64_t kOnes = 0x0101'0101'0101'0101;
  constexpr std::uint64_t kTops = 0x8080'8080'8080'8080;
  const std::uint64_t from_delete = eight ^ (kOnes * 0x7f);
  const std::uint64_t below_blank = (eight - kOnes * 0x20) & ~eight;
  const std::uint64_t is_delete = (from_delete - kOnes) & ~from_delete;
  return ((below_blank | is_delete) & kTops) != 0;
}

// Whether the value holds a control octet, HTAB among them: few do, and only those are looked at
// again.
constexpr bool has_control(std::string_view value) {
  if (value.size() < 8) {
    return std::ranges::any_of(value, [](char c) {
      const auto octet = static_cast<std::uint8_t>(c);
      return octet < 0x20 || octet == 0x7f;
    });
  }
  bool found = has_control(hpack::load_octets<std::uint64_t>(value.data() + value.size() - 8));
  for (std::size_t at = 0; at + 8 < value.size(); at += 8) {
    found |= has_control(hpack::load_octets<std::uint64_t>(value.data() + at));
  }
  return found;
}

// What is wrong with the octets of a value.
struct ValueDefects {
  bool forbidden = false;  // NUL, CR, LF
  bool control = false;    // and any other but HTAB
};

constexpr ValueDefects defects_of(std::string_view value) {
  ValueDefects defects;
  if (!has_control(value)) return defects;
  for (const char c : value) {
    const auto octet = static_cast<std::uint8_t>(c);
    if (octet == 0 || octet == '\n' || octet == '\r') defects.forbidden = true;
    if ((octet < 0x20 && octet != '\t') || octet == 0x7f) defects.control = true;
  }
  return defects;
}

constexpr bool is_three_digits(std::string_view value) {
  return value.size() == 3 &&
         std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; });
}

// RFC 3986, Section 3.1.
constexpr bool is_scheme(std::string_view value) {
  return !value.empty() && is_alpha(static_cast<std::uint8_t>(value.front())) &&
         std::ranges::all_of(value, [](char c) {
           const auto octet = static_cast<std::uint8_t>(c);
           return is_alpha(octet) || is_digit(octet) || is_one_of(octet, "+-.");
         });
}

constexpr Method method_of(std::string_view value) {
  if (same_text(value, "GET")) return Method::get;
  if (same_text(value, "HEAD")) return Method::head;
  if (same_text(value, "CONNECT")) return Method::connect;
  if (same_text(value, "OPTIONS")) return Method::options;
  return Method::other;
}

constexpr std::uint32_t scheme_mark(std::string_view value) {
  if (equal_ignoring_case(value, "https")) return value_mark::https;
  if (equal_ignoring_case(value, "http")) return value_mark::http;
  return 0;
}

constexpr std::uint32_t path_mark(std::string_view value) {
  if (value.empty()) return value_mark::empty;
  if (same_text(value, "*")) return value_mark::asterisk;
  return value.front() == '/' ? value_mark::absolute : 0;
}

constexpr bool is_port(std::string_view text) {
  if (text.empty() || text.size() > 5) return false;
  unsigned number = 0;
  for (const char c : text) {
    if (!is_digit(static_cast<std::uint8_t>(c))) return false;
    number = number * 10 + static_cast<unsigned>(c - '0');
  }
  return number >= 1 && number <= 65535;
}

constexpr std::uint32_t authority_mark(std::string_view value) {
  std::uint32_t mark = value.empty() ? value_mark::empty : 0;
  if (value.contains('@')) mark |= value_mark::userinfo;
  const HostAndPort parts = split_authority(value);
  if (parts.host.empty()) mark |= value_mark::no_host;
  if (!parts.host.empty() && parts.has_port && is_port(parts.port)) mark |= value_mark::port;
  return mark;
}

constexpr std::uint32_t status_mark(std::string_view value) {
  if (!is_three_digits(value)) return 0;
  return static_cast<std::uint32_t>((value[0] - '0') * 100 + (value[1] - '0') * 10 +
                                    (value[2] - '0'));
}

// What the value alone says about a line with this token.
struct ValueLook {
  std::uint32_t value = 0;
  bool bad = false;
  bool bad_if_strict = false;
};

constexpr ValueLook look_at(FieldToken token, std::string_view value) {
  switch (token) {
    case FieldToken::method:
      return {static_cast<std::uint32_t>(method_of(value)),
              value.empty() || (bits_of(value) & kNotInMethod) != 0,
              false};
    case FieldToken::scheme:    return {scheme_mark(value), !is_scheme(value), false};
    case FieldToken::authority: {
      const std::uint8_t bits = bits_of(value);
      return {authority_mark(value),
              (bits & kNotInAuthority) != 0,
              (bits & kNotInStrictAuthority) != 0};
    }
    case FieldToken::path: {
      const std::uint8_t bits = bits_of(value);
      return {path_mark(value), (bits & kNotInPath) != 0, (bits & kNotInStrictPath) != 0};
    }
    case FieldToken::status:            return {status_mark(value), !is_three_digits(value), false};
    case FieldToken::te:                return {0, !equal_ignoring_case(value, "trailers"), false};
    case FieldToken::unknown_pseudo:
    case FieldToken::connection:
    case FieldToken::transfer_encoding:
    case FieldToken::keep_alive:
    case FieldToken::proxy_connection:
    case FieldToken::upgrade:           return {0, true, false};
    case FieldToken::protocol:
    case FieldToken::host:
    case FieldToken::cookie:
    case FieldToken::content_length:
    case FieldToken::other:             break;
  }
  return {};
}

constexpr FieldToken pseudo_named(std::string_view name) {
  if (same_text(name, ":path")) return FieldToken::path;
  if (same_text(name, ":method")) return FieldToken::method;
  if (same_text(name, ":scheme")) return FieldToken::scheme;
  if (same_text(name, ":authority")) return FieldToken::authority;
  if (same_text(name, ":status")) return FieldToken::status;
  if (same_text(name, ":protocol")) return FieldToken::protocol;
  return FieldToken::unknown_pseudo;
}

constexpr FieldToken token_of_name(std::string_view name) {
  if (name.empty()) return FieldToken::other;
  if (name.front() == ':') return pseudo_named(name);
  switch (name.size()) {
    case 2:
      if (same_text(name, "te")) return FieldToken::te;
      break;
    case 4:
      if (same_text(name, "host")) return FieldToken::host;
      break;
    case 6:
      if (same_text(name, "cookie")) return FieldToken::cookie;
      break;
    case 7:
      if (same_text(name, "upgrade")) return FieldToken::upgrade;
      break;
    case 10:
      if (same_text(name, "connection")) return FieldToken::connection;
      if (same_text(name, "keep-alive")) return FieldToken::keep_alive;
      break;
    case 14:
      if (same_text(name, "content-length")) return FieldToken::content_length;
      break;
    case 16:
      if (same_text(name, "proxy-connection")) return FieldToken::proxy_connection;
      break;
    case 17:
      if (same_text(name, "transfer-encoding")) return FieldToken::transfer_encoding;
      break;
    default: break;
  }
  return FieldToken::other;
}

constexpr std::uint32_t mark_of_line(std::string_view name, std::string_view value) {
  const FieldToken token = token_of_name(name);
  const std::uint8_t name_bits = token == FieldToken::other ? bits_of(name) : std::uint8_t{0};
  const ValueDefects octets = defects_of(value);
  const ValueLook look = look_at(token, value);

  const bool blank_ends = !value.empty() && (is_blank(value.front()) || is_blank(value.back()));
  const bool bad =
      name.empty() || (name_bits & kNotInName) != 0 || octets.forbidden || blank_ends || look.bad;
  const bool bad_if_strict = (name_bits & kNotInToken) != 0 || octets.control || look.bad_if_strict;
  return mark::looked_at | static_cast<std::uint32_t>(token) | (bad ? mark::bad : 0) |
         (bad_if_strict ? mark::bad_if_strict : 0) |
         (hpack::is_secret(name, value) ? mark::secret : 0) | look.value << mark::value_shift;
}

// The octets of a name that must be as in any name: without the colon that begins a pseudo-header
// field.
std::string_view plain_part(std::string_view name) {
  return name.starts_with(':') ? name.substr(1) : name;
}

void judge_name(std::string_view name, bool strict, Accused& accused) {
  accused.accuse_if(name.empty(), Rule::name_empty);
  const auto has = [plain = plain_part(name)](auto&& wrong) {
    return std::ranges::any_of(plain, [&](char c) { return wrong(static_cast<std::uint8_t>(c)); });
  };
  accused.accuse_if(has([](unsigned c) { return c <= 0x20; }), Rule::name_control);
  accused.accuse_if(has([](unsigned c) { return c >= 'A' && c <= 'Z'; }), Rule::name_upper_case);
  accused.accuse_if(has([](unsigned c) { return c >= 0x7f; }), Rule::name_high_octet);
  accused.accuse_if(has([](unsigned c) { return c == ':'; }), Rule::name_colon);
  accused.accuse_if(strict && has([](unsigned c) { return !is_tchar(c); }), Rule::name_not_token);
}

void judge_value(std::string_view value, bool strict, Accused& accused) {
  accused.accuse_if(value.contains('\0'), Rule::value_nul);
  accused.accuse_if(value.contains('\n'), Rule::value_line_feed);
  accused.accuse_if(value.contains('\r'), Rule::value_carriage_return);
  accused.accuse_if(!value.empty() && is_blank(value.front()), Rule::value_leading_space);
  accused.accuse_if(!value.empty() && is_blank(value.back()), Rule::value_trailing_space);
  accused.accuse_if(strict && defects_of(value).control, Rule::value_control);
}

// The rule that the value of such a field breaks when look_at() finds it bad.
Rule rule_of(FieldToken token) {
  switch (token) {
    case FieldToken::method:            return Rule::method_invalid;
    case FieldToken::scheme:            return Rule::scheme_invalid;
    case FieldToken::authority:         return Rule::authority_invalid;
    case FieldToken::path:              return Rule::path_invalid;
    case FieldToken::status:            return Rule::status_invalid;
    case FieldToken::te:                return Rule::te_not_trailers;
    case FieldToken::connection:        return Rule::field_connection;
    case FieldToken::transfer_encoding: return Rule::field_transfer_encoding;
    case FieldToken::keep_alive:        return Rule::field_keep_alive;
    case FieldToken::proxy_connection:  return Rule::field_proxy_connection;
    case FieldToken::upgrade:           return Rule::field_upgrade;
    case FieldToken::unknown_pseudo:
    case FieldToken::protocol:
    case FieldToken::host:
    case FieldToken::cookie:
    case FieldToken::content_length:
    case FieldToken::other:             break;
  }
  return Rule::pseudo_field_unknown;
}

}  // namespace

FieldToken token_named(std::string_view name) { return token_of_name(name); }

std::uint32_t classify(std::string_view name, std::string_view value) {
  return mark_of_line(name, value);
}

constexpr std::array<std::uint32_t, hpack::kStaticEntries + 1> kStaticMarks = [] {
  std::array<std::uint32_t, hpack::kStaticEntries + 1> marks{};
  for (std::size_t i = 1; i < marks.size(); ++i) {
    marks[i] = mark_of_line(hpack::kStaticTable[i].name, hpack::kStaticTable[i].value);
  }
  return marks;
}();

void judge_line(std::string_view name, std::string_view value, bool strict, Accused& accused) {
  judge_name(name, strict, accused);
  judge_value(value, strict, accused);
  const FieldToken token = token_named(name);
  const ValueLook look = look_at(token, value);
  accused.accuse_if(look.bad || (strict && look.bad_if_strict), rule_of(token));
}

std::optional<std::uint64_t> parse_content_length(std::string_view value) {
  if (value.empty()) return std::nullopt;
  std::uint64_t number = 0;
  for (const char c : value) {
    if (c < '0' || c > '9') return std::nullopt;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    number = number > (kLongestContent - digit) / 10 ? kLongestContent : number * 10 + digit;
  }
  return number;
}

}  // namespace h2assay
