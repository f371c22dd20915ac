#include "conformance/results/escape.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include <fmt/format.h>

namespace h2assay {

namespace {

std::string hex(char octet) {
  return fmt::format("\\x{:02x}", static_cast<unsigned>(static_cast<unsigned char>(octet)));
}

// The well-formed sequences of UTF-8: RFC 3629, Section 4.  The first octet and the bounds of the
// second; all others are 0x80 to 0xbf.
struct Sequence {
  unsigned char first_low, first_high, second_low, second_high;
  std::size_t length;
};

constexpr auto kSequences = std::to_array<Sequence>({
    {0xc2, 0xdf, 0x80, 0xbf, 2},
    {0xe0, 0xe0, 0xa0, 0xbf, 3},
    {0xe1, 0xec, 0x80, 0xbf, 3},
    {0xed, 0xed, 0x80, 0x9f, 3},
    {0xee, 0xef, 0x80, 0xbf, 3},
    {0xf0, 0xf0, 0x90, 0xbf, 4},
    {0xf1, 0xf3, 0x80, 0xbf, 4},
    {0xf4, 0xf4, 0x80, 0x8f, 4},
});

// U+FFFE and U+FFFF are well-formed, but XML has no room for them.
bool is_noncharacter(std::string_view sequence) {
  return sequence == "\xef\xbf\xbe" || sequence == "\xef\xbf\xbf";
}

// How many octets the well-formed UTF-8 sequence at the start of `text` has; 0: none.
std::size_t sequence_length(std::string_view text) {
  const auto at = [&](std::size_t n) { return static_cast<unsigned char>(text[n]); };
  if (at(0) < 0x80) return 1;
  const auto* const found = std::ranges::find_if(kSequences, [&](const Sequence& one) {
    return at(0) >= one.first_low && at(0) <= one.first_high;
  });
  if (found == kSequences.end() || text.size() < found->length) return 0;
  if (at(1) < found->second_low || at(1) > found->second_high) return 0;
  for (std::size_t n = 2; n < found->length; ++n)
    if ((at(n) & 0xc0U) != 0x80U) return 0;
  return is_noncharacter(text.substr(0, 3)) && found->length == 3 ? 0 : found->length;
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
