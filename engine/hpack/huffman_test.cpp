#include "engine/hpack/huffman.h"

#include <optional>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "engine/hpack/huffman_code.h"
#include "engine/hpack/test_support.h"

namespace h2assay::hpack {
namespace {

struct Text {
  Defect defect = Defect::none;
  std::string text;
};

Text decode_text(const std::vector<std::uint8_t>& encoded) {
  std::vector<char> room(huffman_decode_room(encoded.size()));
  char* out = room.data();
  const Defect defect = huffman_decode(encoded, out);
  if (defect != Defect::none) return {defect, {}};
  return {defect, std::string(room.data(), out)};
}

std::vector<std::uint8_t> encode_text(std::string_view text) {
  std::vector<std::uint8_t> encoded(huffman_encode_room(text.size()));
  encoded.resize(static_cast<std::size_t>(huffman_encode(text, encoded.data()) - encoded.data()));
  return encoded;
}

// The definition, a bit at a time.
Text decode_slowly(const std::vector<std::uint8_t>& encoded) {
  Text result;
  std::uint32_t code = 0;
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < encoded.size() * 8; ++i) {
    code = code << 1 | (static_cast<std::uint32_t>(encoded[i / 8]) >> (7 - i % 8) & 1);
    ++bits;
    for (std::uint32_t symbol = 0; symbol < kHuffmanCodes.size(); ++symbol) {
      if (kHuffmanCodes[symbol].bits != bits || kHuffmanCodes[symbol].code != code) continue;
      if (symbol == kEos) return {Defect::huffman_eos, {}};
      result.text += static_cast<char>(symbol);
      code = 0;
      bits = 0;
      break;
    }
  }
  if (code != (1u << bits) - 1) return {Defect::huffman_padding_not_ones, {}};
  if (bits >= 8) return {Defect::huffman_padding_too_long, {}};
  return result;
}

TEST(Huffman, EveryOctetComesBack) {
  for (int a = 0; a < 256; ++a) {
    for (const std::size_t times : {1u, 2u, 3u, 7u, 8u, 9u, 40u}) {
      const std::string text(times, static_cast<char>(a));
      const auto encoded = encode_text(text);
      EXPECT_EQ(encoded.size(), huffman_octets(text));
      EXPECT_EQ(encoded.size(), (times * kHuffmanCodes[static_cast<std::size_t>(a)].bits + 7) / 8);
      EXPECT_EQ(decode_text(encoded).text, text);
      EXPECT_EQ(decode_slowly(encoded).text, text);
    }
  }
}

TEST(Huffman, RandomTextsComeBack) {
  std::mt19937 random(1);
  for (int round = 0; round < 20000; ++round) {
    // Mostly the short codes of a header, now and then any octet.
    const bool any = round % 4 == 0;
    std::string text(random() % 60, ' ');
    for (char& c : text) c = static_cast<char>(any ? random() % 256 : 32 + random() % 95);
    const Text decoded = decode_text(encode_text(text));
    ASSERT_EQ(decoded.defect, Defect::none);
    ASSERT_EQ(decoded.text, text);
  }
}

TEST(Huffman, RandomOctetsAreJudgedAsByTheDefinition) {
  std::mt19937 random(2);
  std::size_t accepted = 0;
  for (int round = 0; round < 40000; ++round) {
    std::vector<std::uint8_t> encoded(random() % 24);
    for (std::uint8_t& octet : encoded)
      octet = static_cast<std::uint8_t>(random() % 3 == 0 ? 0xff : random());
    const Text expected = decode_slowly(encoded);
    const Text decoded = decode_text(encoded);
    ASSERT_EQ(decoded.defect, expected.defect) << hex(encoded);
    ASSERT_EQ(decoded.text, expected.text) << hex(encoded);
    if (expected.defect == Defect::none) ++accepted;
  }
  EXPECT_GT(accepted, 2000u);
}

TEST(Huffman, AnEmptyTextIsNothing) {
  EXPECT_TRUE(encode_text("").empty());
  EXPECT_EQ(decode_text({}).text, "");
}

TEST(Huffman, PaddingIsLessThanAnOctetOfOnes) {
  EXPECT_EQ(decode_text(octets("07")).text, "0");  // 00000 111
  EXPECT_EQ(decode_text(octets("06")).defect, Defect::huffman_padding_not_ones);
  EXPECT_EQ(decode_text(octets("03")).defect, Defect::huffman_padding_not_ones);
  EXPECT_EQ(decode_text(octets("07ff")).defect, Defect::huffman_padding_too_long);
  EXPECT_EQ(decode_text(octets("ff")).defect, Defect::huffman_padding_too_long);
  EXPECT_EQ(decode_text(octets("00000000000007ff")).defect, Defect::huffman_padding_too_long);
  EXPECT_EQ(decode_text(octets("f8ff")).defect, Defect::huffman_padding_too_long);  // '&' 11111000
}

TEST(Huffman, EosIsRefusedWhereverItStands) {
  EXPECT_EQ(decode_text(octets("ffffffff")).defect, Defect::huffman_eos);
  EXPECT_EQ(decode_text(octets("ffffffffffffffffffff")).defect, Defect::huffman_eos);
  EXPECT_EQ(decode_text(octets("07fffffffc")).defect, Defect::huffman_eos);
  for (std::size_t before = 0; before < 24; ++before) {
    auto encoded = encode_text(std::string(before, '&'));  // '&' fills an octet
    encoded.insert(encoded.end(), 4, 0xff);
    EXPECT_EQ(decode_text(encoded).defect, Defect::huffman_eos);
  }
}

}  // namespace
}  // namespace h2assay::hpack
