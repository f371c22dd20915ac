// The worked examples of RFC 7541, Appendix C, both ways.

#include <array>

#include <gtest/gtest.h>

#include "engine/hpack/integer.h"
#include "engine/hpack/test_support.h"

namespace h2assay::hpack {
namespace {

struct Example {
  std::string section;
  std::string wire;
  OwnedFields fields;
  OwnedFields table;
  std::uint64_t table_octets = 0;
};

const std::vector<Example>& examples() {
  static const std::vector<Example> all = {
#include "engine/hpack/appendix_c.inc"
  };
  return all;
}

using enum EncodingPolicy::Huffman;
using enum EncodingPolicy::Indexing;

// The examples of a series share one table; those of C.2 stand alone.
struct Series {
  std::string_view sections;
  std::uint32_t table_octets = kDefaultTableSize;
  EncodingPolicy policy;
};

constexpr std::array<Series, 8> kSeries = {{
    {"C.2.1", kDefaultTableSize, {never, everything}},
    {"C.2.2", kDefaultTableSize, {never, useful}},
    {"C.2.3", kDefaultTableSize, {never, everything}},
    {"C.2.4", kDefaultTableSize, {}},
    {"C.3", kDefaultTableSize, {never, everything}},
    {"C.4", kDefaultTableSize, {always, everything}},
    {"C.5", 256, {never, everything}},
    {"C.6", 256, {always, everything}},
}};

// Appendix C sets the size 256 out of band.  Here the first block says it: this many octets.
const std::vector<std::uint8_t> kSetTo256 = octets("3fe101");

// C.2.3 is the one with a never-indexed field.
OwnedFields fields_of(const Example& example) {
  OwnedFields fields = example.fields;
  if (example.section == "C.2.3") fields.front().never_indexed = true;
  return fields;
}

std::vector<Example> examples_of(const Series& series) {
  std::vector<Example> found;
  for (const Example& example : examples())
    if (example.section.starts_with(series.sections)) found.push_back(example);
  return found;
}

TEST(AppendixC, HasSixteenExamplesInEightSeries) {
  EXPECT_EQ(examples().size(), 16u);
  std::size_t covered = 0;
  for (const Series& series : kSeries) covered += examples_of(series).size();
  EXPECT_EQ(covered, 16u);
}

TEST(AppendixC, IsDecodedAsPrinted) {
  for (const Series& series : kSeries) {
    Decoder decoder;
    if (series.table_octets != kDefaultTableSize) {
      decoder.set_max_size(series.table_octets);
      EXPECT_TRUE(decode(decoder, kSetTo256).result);
    }
    for (const Example& example : examples_of(series)) {
      SCOPED_TRACE(example.section);
      const Decoded decoded = decode(decoder, octets(example.wire));
      EXPECT_EQ(decoded.result.defect, Defect::none);
      EXPECT_EQ(decoded.fields, fields_of(example));
      EXPECT_EQ(entries(decoder.table()), example.table);
      EXPECT_EQ(decoder.table().size(), example.table_octets);
    }
  }
}

TEST(AppendixC, IsEncodedAsPrinted) {
  for (const Series& series : kSeries) {
    Encoder encoder(kDefaultTableSize, series.policy);
    if (series.table_octets != kDefaultTableSize) {
      encoder.set_max_size(series.table_octets);
      EXPECT_EQ(encode(encoder, {}), kSetTo256);
    }
    for (const Example& example : examples_of(series)) {
      SCOPED_TRACE(example.section);
      EXPECT_EQ(hex(encode(encoder, fields_of(example))), example.wire);
      EXPECT_EQ(entries(encoder.table()), example.table);
      EXPECT_EQ(encoder.table().size(), example.table_octets);
    }
  }
}

struct IntegerExample {
  std::string_view section;
  std::uint32_t prefix_bits = 0;
  std::uint32_t value = 0;
  std::string_view wire;
};

constexpr std::array<IntegerExample, 3> kIntegers = {{
    {"C.1.1", 5, 10, "0a"},
    {"C.1.2", 5, 1337, "1f9a0a"},
    {"C.1.3", 8, 42, "2a"},
}};

TEST(AppendixC, IntegersAreReadAndWrittenAsPrinted) {
  for (const IntegerExample& example : kIntegers) {
    SCOPED_TRACE(example.section);
    std::vector<std::uint8_t> wire(kMaxIntegerOctets);
    std::uint8_t* const end = write_integer(wire.data(), 0, example.prefix_bits, example.value);
    wire.resize(static_cast<std::size_t>(end - wire.data()));
    EXPECT_EQ(hex(wire), example.wire);

    const std::uint8_t* at = wire.data();
    std::uint32_t value = 0;
    EXPECT_EQ(read_integer(at, wire.data() + wire.size(), example.prefix_bits, value),
              Defect::none);
    EXPECT_EQ(value, example.value);
    EXPECT_EQ(at, wire.data() + wire.size());
  }
}

}  // namespace
}  // namespace h2assay::hpack
