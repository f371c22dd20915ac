#include "properties/pair/text_line.h"

#include <array>

namespace h2assay {

void put_escaped(std::string& out, std::string_view text) {
  static constexpr std::array<char, 17> kHex{"0123456789abcdef"};
  out += '"';
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet >= 0x20 && octet < 0x7f && c != '"' && c != '\\') {
      out += c;
    } else {
      out += "\\x";
      out += kHex[octet >> 4];
      out += kHex[octet & 0x0f];
    }
  }
  out += '"';
}

}  // namespace h2assay
