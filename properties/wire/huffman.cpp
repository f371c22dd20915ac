// The code of RFC 7541, Appendix B, from its lengths alone: the code is canonical, that is, codes
// of one length follow each other in the order of the symbols, shorter ones first.
#include <array>

#include "properties/wire/hpack.h"

namespace h2assay::wire {
namespace {

constexpr std::size_t kSymbols = 257;
constexpr std::size_t kEos = 256;

// Bits of the code of each octet, and of EOS.
// clang-format off
constexpr std::array<std::uint8_t, kSymbols> kLengths{
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
    28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
    6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
    5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
    13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
    7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
    15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
    6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
    20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
    24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
    22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
    21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
    26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
    19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
    20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
    26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
    30,
};
// clang-format on

// By length: the first code, where its symbols begin in `order`, how many there are.
struct Canonical {
  std::array<std::uint32_t, kSymbols> code{};
  std::array<std::uint16_t, kSymbols> order{};
  std::array<std::uint32_t, 31> first{};
  std::array<std::size_t, 31> begin{};
  std::array<std::size_t, 31> count{};
};

constexpr Canonical kCode = [] {
  Canonical table;
  std::uint32_t code = 0;
  std::size_t position = 0;
  for (std::size_t length = 1; length <= 30; ++length) {
    code <<= 1;
    table.first[length] = code;
    table.begin[length] = position;
    for (std::size_t symbol = 0; symbol < kSymbols; ++symbol) {
      if (kLengths[symbol] != length) continue;
      table.code[symbol] = code++;
      table.order[position++] = static_cast<std::uint16_t>(symbol);
    }
    table.count[length] = position - table.begin[length];
  }
  return table;
}();

static_assert(kCode.code[kEos] == 0x3fff'ffff, "EOS is 30 ones: the lengths fill the code exactly");

}  // namespace

std::size_t huffman_octets(std::string_view text) {
  std::size_t bits = 0;
  for (const char c : text) bits += kLengths[static_cast<std::uint8_t>(c)];
  return (bits + 7) / 8;
}

void append_huffman(std::vector<std::uint8_t>& out, std::string_view text) {
  std::uint64_t waiting = 0;
  int bits = 0;
  for (const char c : text) {
    const auto symbol = static_cast<std::uint8_t>(c);
    waiting = (waiting << kLengths[symbol]) | kCode.code[symbol];
    for (bits += kLengths[symbol]; bits >= 8; bits -= 8) {
      out.push_back(static_cast<std::uint8_t>(waiting >> (bits - 8)));
    }
  }
  if (bits > 0) {  // the rest of the octet is the beginning of EOS: ones
    out.push_back(static_cast<std::uint8_t>((waiting << (8 - bits)) | (0xffU >> bits)));
  }
}

std::expected<std::string, HpackFault> decode_huffman(Octets octets) {
  std::string text;
  std::uint32_t code = 0;
  std::size_t length = 0;
  for (std::size_t bit = 0; bit < octets.size() * 8; ++bit) {
    code = (code << 1) | ((octets[bit / 8] >> (7 - bit % 8)) & 1U);
    ++length;
    const std::uint32_t offset = code - kCode.first[length];
    if (code < kCode.first[length] || offset >= kCode.count[length]) continue;
    const std::uint16_t symbol = kCode.order[kCode.begin[length] + offset];
    if (symbol == kEos) return std::unexpected(HpackFault::huffman_eos);
    text.push_back(static_cast<char>(symbol));
    code = 0;
    length = 0;
  }
  const bool all_ones = code == (std::uint32_t{1} << length) - 1;
  if (length > 7 || !all_ones) return std::unexpected(HpackFault::huffman_padding);
  return text;
}

}  // namespace h2assay::wire
