// Octets of every kind into the decoder: whatever comes, it stays within its bounds, and what it
// accepts it can say again.

#include <array>
#include <random>

#include <gtest/gtest.h>

#include "engine/hpack/test_support.h"

namespace h2assay::hpack {
namespace {

using Random = std::mt19937;

std::uint8_t octet(Random& random, std::uint32_t below) {
  return static_cast<std::uint8_t>(random() % below);
}

void append_string(Random& random, std::vector<std::uint8_t>& block) {
  const std::uint8_t size = octet(random, 20);
  const bool huffman = random() % 4 == 0;
  block.push_back(static_cast<std::uint8_t>(huffman ? 0x80 | size : size));
  // A code and its padding; behind one another, other codes.  Mostly right.
  for (std::uint8_t i = 0; i < size; ++i)
    block.push_back(huffman ? std::uint8_t{0x07} : octet(random, 256));
}

// Plausible representations, now and then with damage.
std::vector<std::uint8_t> random_block(Random& random) {
  std::vector<std::uint8_t> block;
  if (random() % 8 == 0) block.push_back(static_cast<std::uint8_t>(0x20 | random() % 31));
  for (auto pieces = random() % 12; pieces > 0; --pieces) {
    if (random() % 3 == 0) {
      block.push_back(static_cast<std::uint8_t>(0x80 | (1 + random() % 63)));
      continue;
    }
    constexpr std::array<std::uint8_t, 3> kKinds = {0x40, 0x00, 0x10};
    const std::uint8_t index = random() % 2 == 0 ? octet(random, 15) : std::uint8_t{0};
    block.push_back(static_cast<std::uint8_t>(kKinds[random() % 3] | index));
    if (index == 0) append_string(random, block);
    append_string(random, block);
  }
  if (random() % 4 == 0)
    for (auto damage = random() % 3; damage > 0 && !block.empty(); --damage)
      block[random() % block.size()] = octet(random, 256);
  return block;
}

TEST(RandomOctets, NeverTakeTheDecoderOutOfItsBounds) {
  constexpr DecodeLimits kLimits = {.list_octets = 2000, .fields = 40};
  std::size_t accepted = 0;
  for (std::uint32_t seed = 0; seed < 20000; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    Decoder decoder;
    if (random() % 4 == 0) decoder.set_max_size(static_cast<std::uint32_t>(random() % 300));
    for (int i = 0; i < 6; ++i) {
      const auto block = random_block(random);
      const Decoded decoded = decode(decoder, block, kLimits);
      ASSERT_LE(decoder.table().size(), decoder.table().max_size());
      ASSERT_LE(decoder.table().max_size(), kDefaultTableSize);
      ASSERT_LE(decoded.fields.size(), kLimits.fields);
      ASSERT_LE(decoded.result.field_count, block.size());
      ASSERT_LE(decoder.table().heap_octets(), 64u * 1024);
      if (!decoded.result) break;
      ++accepted;
      // What was handed out can be said again.
      Encoder encoder;
      Decoder fresh;
      ASSERT_EQ(decode(fresh, encode(encoder, decoded.fields), kLimits).fields, decoded.fields);
    }
  }
  EXPECT_GT(accepted, 500u);
}

TEST(RandomOctets, ACopyTakenAnywhereDecodesAlike) {
  for (std::uint32_t seed = 0; seed < 3000; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    Decoder decoder;
    for (int i = 0; i < 6; ++i) {
      Decoder copy = decoder;
      const auto block = random_block(random);
      const Decoded first = decode(decoder, block);
      const Decoded second = decode(copy, block);
      ASSERT_EQ(first.result.defect, second.result.defect);
      ASSERT_EQ(first.fields, second.fields);
      if (!first.result) break;
      ASSERT_EQ(state_of(decoder), state_of(copy));
    }
  }
}

}  // namespace
}  // namespace h2assay::hpack
