#include "engine/hpack/integer.h"

#include <array>
#include <random>

#include <gtest/gtest.h>

#include "engine/hpack/test_support.h"

namespace h2assay::hpack {
namespace {

struct Read {
  Defect defect = Defect::none;
  std::uint32_t value = 0;
  std::size_t octets = 0;  // consumed
};

Read read(const std::vector<std::uint8_t>& wire, std::uint32_t prefix_bits) {
  Read result;
  const std::uint8_t* at = wire.data();
  result.defect = read_integer(at, wire.data() + wire.size(), prefix_bits, result.value);
  result.octets = static_cast<std::size_t>(at - wire.data());
  return result;
}

TEST(Integer, WhatIsWrittenIsReadForEveryPrefix) {
  std::mt19937 random(7541);
  std::vector<std::uint32_t> values = {
      0, 1, 14, 15, 16, 30, 31, 32, 62, 63, 64, 126, 127, 128, 129};
  for (const std::uint32_t limit :
       {254u, 255u, 256u, 16384u, 65535u, 1u << 28, kMaxInteger - 1, kMaxInteger})
    values.push_back(limit);
  for (int i = 0; i < 1000; ++i)
    values.push_back(static_cast<std::uint32_t>(random()) >> (1 + random() % 31));
  for (std::uint32_t prefix_bits = 4; prefix_bits <= 7; ++prefix_bits) {
    for (const std::uint32_t value : values) {
      std::vector<std::uint8_t> wire(kMaxIntegerOctets);
      const auto pattern = static_cast<std::uint8_t>(0xff << prefix_bits);
      wire.resize(static_cast<std::size_t>(write_integer(wire.data(), pattern, prefix_bits, value) -
                                           wire.data()));
      const Read result = read(wire, prefix_bits);
      ASSERT_EQ(result.defect, Defect::none) << value;
      ASSERT_EQ(result.value, value);
      ASSERT_EQ(result.octets, wire.size());
      ASSERT_EQ(wire.front() & pattern, pattern);
    }
  }
}

TEST(Integer, AFullPrefixNeedsAnotherOctet) {
  EXPECT_EQ(read(octets("1f00"), 5).value, 31u);
  EXPECT_EQ(read(octets("1f"), 5).defect, Defect::truncated);
  EXPECT_EQ(read(octets("1f80"), 5).defect, Defect::truncated);
}

TEST(Integer, TrailingZerosAreLegalUpToFiveOctets) {
  EXPECT_EQ(read(octets("1f8080808000"), 5).value, 31u);
  EXPECT_EQ(read(octets("1f808080808000"), 5).defect, Defect::integer_too_long);
  EXPECT_EQ(read(octets("7f8080808080808080808080808080808080808080"), 7).defect,
            Defect::integer_too_long);
}

TEST(Integer, NothingAboveTheLargestIsAcceptedOrNarrowed) {
  EXPECT_EQ(read(octets("7f80ffffff07"), 7).value, kMaxInteger);
  EXPECT_EQ(read(octets("7f81ffffff07"), 7).defect, Defect::integer_too_large);
  EXPECT_EQ(read(octets("7f83ffffff0f"), 7).defect, Defect::integer_too_large);  // 2^32 + 2
  EXPECT_EQ(read(octets("7fffffffff7f"), 7).defect, Defect::integer_too_large);
  EXPECT_EQ(read(octets("7fffffffffffffffff01"), 7).defect, Defect::integer_too_long);
}

}  // namespace
}  // namespace h2assay::hpack
