#include "conformance/results/escape.h"

#include <cstdint>

#include <fmt/format.h>

namespace h2assay {

namespace {

std::string hex(char octet) {
  return fmt::format("\\x{:02x}", static_cast<unsigned>(static_cast<unsigned char>(octet)));
}

// How many octets the well-formed UTF-8 sequence at the start of `text` has; 0: none.  RFC 3629.
std::size_t sequence_length(std::string_view text) {
  const auto at = [&](std::size_t n) { return static_cast<unsigned char>(text[n]); };
  const auto continues = [&](std::size_t n) { return n < text.size() && (at(n) & 0xc0U) == 0x80U; };
  const unsigned first = at(0);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return continues(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    if (!continues(1) || !continues(2)) return 0;
    if (first == 0xe0 && at(1) < 0xa0) return 0;
    if (first == 0xed && at(1) > 0x9f) return 0;                    // surrogates
    if (first == 0xef && at(1) == 0xbf && at(2) >= 0xbe) return 0;  // U+FFFE, U+FFFF: not in XML
    return 3;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    if (!continues(1) || !continues(2) || !continues(3)) return 0;
    if (first == 0xf0 && at(1) < 0x90) return 0;
    if (first == 0xf4 && at(1) > 0x8f) return 0;
    return 4;
  }
  return 0;
}

bool is_control(char octet) {
  const auto value = static_cast<unsigned char>(octet);
  return value < 0x20 || value == 0x7f;
}

}  // namespace

std::string printable(std::string_view octets) {
  std::string out;
  out.reserve(octets.size());
  for (const char octet : octets) {
    if (octet == '\\')
      out += "\\\\";
    else if (octet < 0x20 || octet > 0x7e)
      out += hex(octet);
    else
      out.push_back(octet);
  }
  return out;
}

std::string valid_text(std::string_view octets) {
  std::string out;
  out.reserve(octets.size());
  while (!octets.empty()) {
    const auto length = sequence_length(octets);
    if (length == 0 || (length == 1 && is_control(octets[0]) && octets[0] != '\n')) {
      out += hex(octets[0]);
      octets.remove_prefix(1);
      continue;
    }
    // U+0080..U+009F are control characters too: some terminals obey them.
    const bool c1 = length == 2 && static_cast<unsigned char>(octets[0]) == 0xc2 &&
                    static_cast<unsigned char>(octets[1]) < 0xa0;
    if (c1)
      out += hex(octets[0]) + hex(octets[1]);
    else
      out += octets.substr(0, length);
    octets.remove_prefix(length);
  }
  return out;
}

std::string readable(std::string_view text) {
  std::string out;
  for (const char octet : valid_text(text))
    if (octet == '\n')
      out += hex(octet);
    else
      out.push_back(octet);
  return out;
}

std::string shell_quoted(std::string_view argument) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%^{}";
  if (!argument.empty() && argument.find_first_not_of(kPlain) == std::string_view::npos)
    return std::string(argument);
  std::string out = "'";
  for (const char octet : argument)
    if (octet == '\'')
      out += "'\\''";
    else
      out.push_back(octet);
  return out + "'";
}

}  // namespace h2assay
