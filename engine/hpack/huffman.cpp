#include "engine/hpack/huffman.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "engine/hpack/huffman_code.h"

// Decoding looks up kStepBits at a time: a step yields up to two symbols.  Longer codes are rare
// and are found by length.  Bits are kept left-aligned in 64, followed by ones behind the last
// octet, so that a padding looks like the beginning of EOS and nothing else.

namespace h2assay::hpack {
namespace {

constexpr std::uint32_t kStepBits = 12;

struct Step {
  std::uint8_t first = 0;
  std::uint8_t second = 0;
  std::uint8_t bits = 0;   // of all symbols of the step
  std::uint8_t count = 0;  // 0: the code is longer than kStepBits
};

constexpr std::array<Step, 1u << kStepBits> kSteps = [] {
  std::array<Step, 1u << kStepBits> steps{};
  for (std::uint32_t a = 0; a < kEos; ++a) {
    const HuffmanCode first = kHuffmanCodes[a];
    if (first.bits > kStepBits) continue;
    const std::uint32_t left = kStepBits - first.bits;
    const std::uint32_t begin = first.code << left;
    const auto alone = Step{
        static_cast<std::uint8_t>(a), 0, static_cast<std::uint8_t>(first.bits), std::uint8_t{1}};
    for (std::uint32_t i = begin; i < begin + (1u << left); ++i) steps[i] = alone;
    if (left < 5) continue;
    for (std::uint32_t b = 0; b < kEos; ++b) {
      const HuffmanCode second = kHuffmanCodes[b];
      if (second.bits > left) continue;
      const std::uint32_t free_bits = left - second.bits;
      const std::uint32_t from = begin + (second.code << free_bits);
      for (std::uint32_t i = from; i < from + (1u << free_bits); ++i) {
        steps[i].second = static_cast<std::uint8_t>(b);
        steps[i].bits = static_cast<std::uint8_t>(first.bits + second.bits);
        steps[i].count = 2;
      }
    }
  }
  return steps;
}();

// Codes of one length are consecutive numbers: RFC 7541, Appendix B is canonical.
struct Length {
  std::uint32_t first_code = 0;
  std::uint32_t count = 0;
  std::uint32_t position = 0;  // of the first one in kByCode
};

constexpr std::array<std::uint16_t, 257> kByCode = [] {
  std::array<std::uint16_t, 257> order{};
  for (std::uint16_t i = 0; i < 257; ++i) order[i] = i;
  std::ranges::sort(order, [](std::uint16_t a, std::uint16_t b) {
    const HuffmanCode x = kHuffmanCodes[a];
    const HuffmanCode y = kHuffmanCodes[b];
    return x.bits != y.bits ? x.bits < y.bits : x.code < y.code;
  });
  return order;
}();

constexpr std::array<Length, 31> kLengths = [] {
  std::array<Length, 31> lengths{};
  for (std::uint32_t i = 0; i < 257; ++i) {
    const HuffmanCode code = kHuffmanCodes[kByCode[i]];
    Length& length = lengths[code.bits];
    if (length.count++ == 0) {
      length.first_code = code.code;
      length.position = i;
    }
  }
  return lengths;
}();

static_assert(
    [] {
      for (const Length& length : kLengths)
        for (std::uint32_t i = 0; i < length.count; ++i)
          if (kHuffmanCodes[kByCode[length.position + i]].code != length.first_code + i)
            return false;
      return true;
    }(),
    "codes of one length follow one another");

std::uint64_t load_be64(const std::uint8_t* p) {
  std::uint64_t word = 0;
  std::memcpy(&word, p, sizeof word);
  if constexpr (std::endian::native == std::endian::little) word = std::byteswap(word);
  return word;
}

struct Bits {
  std::uint64_t word = 0;  // left-aligned
  std::uint32_t have = 0;  // so many of them are of the string

  void drop(std::uint32_t count) {
    word <<= count;
    have -= count;
  }
};

// One symbol whose code is longer than a step, or EOS.  `length` 0: there is none.
struct Symbol {
  std::uint32_t symbol = 0;
  std::uint32_t length = 0;
};

Symbol long_symbol(std::uint64_t word) {
  for (std::uint32_t bits = kStepBits + 1; bits <= 30; ++bits) {
    const Length& length = kLengths[bits];
    const auto offset = static_cast<std::uint32_t>(word >> (64 - bits)) - length.first_code;
    if (offset < length.count) return {kByCode[length.position + offset], bits};
  }
  return {};
}

[[gnu::noinline]] Defect decode_long(Bits& bits, char*& out) {
  const Symbol found = long_symbol(bits.word);
  if (found.symbol == kEos) return Defect::huffman_eos;
  *out++ = static_cast<char>(found.symbol);
  bits.drop(found.length);
  return Defect::none;
}

// Up to four steps.  At least 56 bits are there, so that four short ones need no check, and a long
// one that comes first is whole.
inline Defect decode_steps(Bits& bits, char*& out) {
  for (int i = 0; i < 4; ++i) {
    const Step& found = kSteps.data()[bits.word >> (64 - kStepBits)];
    out[0] = static_cast<char>(found.first);
    out[1] = static_cast<char>(found.second);
    if (found.count == 0) [[unlikely]]
      return bits.have < 30 ? Defect::none : decode_long(bits, out);
    out += found.count;
    bits.drop(found.bits);
  }
  return Defect::none;
}

// Whether nothing but ones is left: no code consists of them except EOS.
inline bool only_ones(const Bits& bits) {
  return bits.have == 0 || (~bits.word >> (64 - bits.have)) == 0;
}

// All that is left of the string is in `bits`, ones behind it.
Defect decode_end(Bits bits, char*& out) {
  while (bits.have >= 8 || !only_ones(bits)) {
    const Step& found = kSteps.data()[bits.word >> (64 - kStepBits)];
    std::uint32_t length = found.bits;
    if (found.count != 0 && length <= bits.have) {
      out[0] = static_cast<char>(found.first);
      out[1] = static_cast<char>(found.second);
      out += found.count;
    } else {
      Symbol symbol{found.first, kHuffmanCodes[found.first].bits};
      if (found.count == 0) symbol = long_symbol(bits.word);
      if (symbol.length > bits.have) {
        return only_ones(bits) ? Defect::huffman_padding_too_long
                               : Defect::huffman_padding_not_ones;
      }
      if (symbol.symbol == kEos) return Defect::huffman_eos;
      *out++ = static_cast<char>(symbol.symbol);
      length = symbol.length;
    }
    // The ones behind the string have to stay.
    bits.word = ~(~bits.word << length);
    bits.have -= length;
  }
  return Defect::none;
}

}  // namespace

Defect huffman_decode(Octets encoded, char*& out) {
  const std::uint8_t* in = encoded.data();
  const std::uint8_t* const end = in + encoded.size();
  Bits bits;
  char* to = out;
  while (end - in >= 8) {
    // Bits beyond the whole octets are those of the next one: taking them again changes nothing.
    bits.word |= load_be64(in) >> bits.have;
    const std::uint32_t octets = (63 - bits.have) >> 3;
    in += octets;
    bits.have += octets * 8;
    if (const Defect defect = decode_steps(bits, to); defect != Defect::none) return defect;
  }

  auto rest = static_cast<std::uint32_t>(end - in);  // octets: 0 to 7
  std::uint64_t tail = 0;                            // left-aligned
  if (rest > 0 && encoded.size() >= 8) {
    tail = load_be64(end - 8) << (64 - rest * 8);
  } else {
    for (std::uint32_t i = 0; i < rest; ++i) tail |= std::uint64_t{in[i]} << (56 - i * 8);
  }
  for (;;) {
    bits.word |= tail >> bits.have;
    const std::uint32_t octets = std::min(rest, (63 - bits.have) >> 3);
    bits.have += octets * 8;
    rest -= octets;
    if (rest == 0) break;
    tail <<= octets * 8;
    if (const Defect defect = decode_steps(bits, to); defect != Defect::none) return defect;
  }
  bits.word |= ~std::uint64_t{0} >> bits.have;
  out = to;
  return decode_end(bits, out);
}

std::size_t huffman_octets(std::string_view text) {
  std::size_t bits = 0;
  for (const char c : text) bits += kHuffmanCodes[static_cast<std::uint8_t>(c)].bits;
  return (bits + 7) / 8;
}

namespace {

// Bits on their way out: fewer than eight wait, left-aligned, between two calls.
class BitWriter {
 public:
  explicit BitWriter(std::uint8_t* out) : out_(out) {}

  // At most 56 bits, right-aligned.
  void put(std::uint64_t bits, std::uint32_t count) {
    word_ |= bits << (64 - waiting_ - count);
    waiting_ += count;
    const std::uint64_t big =
        std::endian::native == std::endian::little ? std::byteswap(word_) : word_;
    std::memcpy(out_, &big, sizeof big);
    const std::uint32_t octets = waiting_ >> 3;
    out_ += octets;
    word_ <<= octets * 8;
    waiting_ &= 7;
  }

  std::uint8_t* finish() {
    if (waiting_ > 0) {
      const std::uint32_t padding = 8 - waiting_;
      put((1u << padding) - 1, padding);
    }
    return out_;
  }

 private:
  std::uint8_t* out_;
  std::uint64_t word_ = 0;
  std::uint32_t waiting_ = 0;
};

}  // namespace

std::uint8_t* huffman_encode(std::string_view text, std::uint8_t* out) {
  BitWriter writer(out);
  const auto* in = text.data();
  const auto* const end = in + text.size();
  const auto code_of = [](char c) { return kHuffmanCodes.data()[static_cast<std::uint8_t>(c)]; };
  for (; end - in >= 4; in += 4) {
    const HuffmanCode a = code_of(in[0]);
    const HuffmanCode b = code_of(in[1]);
    const HuffmanCode c = code_of(in[2]);
    const HuffmanCode d = code_of(in[3]);
    const std::uint32_t bits = a.bits + b.bits + c.bits + d.bits;
    if (bits <= 56) [[likely]] {
      const std::uint64_t ab = std::uint64_t{a.code} << b.bits | b.code;
      const std::uint64_t cd = std::uint64_t{c.code} << d.bits | d.code;
      writer.put(ab << (c.bits + d.bits) | cd, bits);
    } else {
      for (const HuffmanCode code : {a, b, c, d}) writer.put(code.code, code.bits);
    }
  }
  for (; in != end; ++in) writer.put(code_of(*in).code, code_of(*in).bits);
  return writer.finish();
}

}  // namespace h2assay::hpack
