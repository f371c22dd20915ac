#include "engine/hpack/encoder.h"

#include <string>

#include <gtest/gtest.h>

#include "engine/hpack/integer.h"
#include "engine/hpack/test_support.h"

namespace h2assay::hpack {
namespace {

std::string encode_hex(Encoder& encoder, const OwnedFields& fields) {
  return hex(encode(encoder, fields));
}

TEST(Encoder, OwnsNoHeapBeforeItsFirstEntry) {
  Encoder encoder;
  EXPECT_EQ(encode_hex(encoder, {{":method", "GET"}}), "82");
  EXPECT_EQ(encoder.table().heap_octets(), 0u);
}

TEST(Encoder, EveryStaticEntryIsSentByItsIndex) {
  Encoder encoder;
  for (std::uint8_t index = 1; index <= kStaticEntries; ++index) {
    const StaticEntry& entry = kStaticTable[index];
    EXPECT_EQ(encode(encoder, {{std::string(entry.name), std::string(entry.value)}}),
              (std::vector<std::uint8_t>{static_cast<std::uint8_t>(0x80 | index)}));
  }
  EXPECT_EQ(encoder.table().count(), 0u);
}

TEST(Encoder, ARepeatedFieldIsSentByItsIndex) {
  Encoder encoder;
  const OwnedFields fields = {{"x-request", "1"}, {"user-agent", "curl"}};
  EXPECT_GT(encode(encoder, fields).size(), 2u);
  EXPECT_EQ(encode_hex(encoder, fields), "bfbe");
}

TEST(Encoder, ARepeatedNameIsSentByItsIndex) {
  Encoder encoder;
  EXPECT_GT(encode(encoder, {{"x-request", "1"}}).size(), 5u);
  EXPECT_EQ(encode_hex(encoder, {{"x-request", "2"}}), "7e0132");  // "2" is no shorter in Huffman
}

TEST(Encoder, TakesTheShorterOfHuffmanAndRaw) {
  Encoder encoder;
  EXPECT_EQ(encode_hex(encoder, {{":path", "/"}}), "84");
  EXPECT_EQ(encode_hex(encoder, {{":path", "aaaa"}}), "048318c63f");    // 20 bits
  EXPECT_EQ(encode_hex(encoder, {{":path", "{{{{"}}), "04047b7b7b7b");  // 60 bits
}

TEST(Encoder, NeverIndexedFieldsAreSentSoAndNeverEnterTheTable) {
  Encoder encoder;
  const OwnedFields fields = {{"x-token", "secret", true}, {":method", "GET", true}};
  for (int i = 0; i < 3; ++i) {
    const auto block = encode(encoder, fields);
    EXPECT_EQ(block[0], 0x10);
    EXPECT_EQ(encoder.table().count(), 0u);
    Decoder decoder;
    EXPECT_EQ(decode(decoder, block).fields, fields);
  }
  // Not even the name of a visible entry with the very value makes it an index.
  EXPECT_FALSE(encode(encoder, {{"x-token", "secret"}}).empty());
  EXPECT_EQ(encode(encoder, {{"x-token", "secret", true}})[0], 0x1f);
}

TEST(Encoder, SecretsAreCredentialsAndShortCookies) {
  EXPECT_TRUE(is_secret("authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
  EXPECT_TRUE(is_secret("proxy-authorization", "x"));
  EXPECT_TRUE(is_secret("cookie", "sid=0123456789abcde"));    // 19 octets
  EXPECT_FALSE(is_secret("cookie", "sid=0123456789abcdef"));  // 20
  EXPECT_FALSE(is_secret("set-cookie", "a=b"));
  EXPECT_FALSE(is_secret("accept", "x"));
}

TEST(Encoder, ALoweredSizeIsSaidAtTheStartOfTheNextBlock) {
  Encoder encoder;
  encoder.set_max_size(100);
  EXPECT_EQ(encode_hex(encoder, {{":method", "GET"}}), "3f4582");
  EXPECT_EQ(encode_hex(encoder, {{":method", "GET"}}), "82");
  encoder.set_max_size(0);
  EXPECT_EQ(encode_hex(encoder, {}), "20");
}

TEST(Encoder, TheSmallestAndTheFinalSizeAreSaid) {
  Encoder encoder;
  EXPECT_FALSE(encode(encoder, {{"a", "b"}}).empty());
  encoder.set_max_size(0);
  encoder.set_max_size(4096);
  EXPECT_EQ(encode_hex(encoder, {{":method", "GET"}}), "203fe11f82");
  EXPECT_EQ(encoder.table().count(), 0u);
  encoder.set_max_size(3000);
  encoder.set_max_size(100);
  encoder.set_max_size(2000);
  encoder.set_max_size(200);
  EXPECT_EQ(encode_hex(encoder, {}), "3f453fa901");
}

TEST(Encoder, ASizeThatComesTwiceBeforeABlockIsNotLost) {
  Encoder encoder;
  encoder.set_max_size(0);
  encoder.set_max_size(0);
  EXPECT_EQ(encode_hex(encoder, {{":method", "GET"}}), "2082");
}

TEST(Encoder, ASizeThatCameBackUnchangedNeedsNoUpdate) {
  Encoder encoder;
  encoder.set_max_size(65536);
  encoder.set_max_size(4096);
  EXPECT_EQ(encode_hex(encoder, {{":method", "GET"}}), "82");
}

TEST(Encoder, ThePeersSizeIsCapped) {
  Encoder encoder;
  encoder.set_max_size(0xffff'ffff);
  EXPECT_EQ(encode_hex(encoder, {{":method", "GET"}}), "82");
  EXPECT_EQ(encoder.table().max_size(), 4096u);
  Encoder large(8192);
  EXPECT_EQ(encode_hex(large, {{":method", "GET"}}), "82");
  large.set_max_size(65536);
  EXPECT_EQ(encode_hex(large, {{":method", "GET"}}), "3fe13f82");
  Encoder small(0);
  EXPECT_EQ(encode_hex(small, {{":method", "GET"}}), "2082");
}

TEST(Encoder, ATableOfNothingStillCarriesEveryField) {
  Encoder encoder(0);
  Decoder decoder;
  const OwnedFields fields = {{"a", "b"}, {"", ""}, {"a", ""}, {"", "b"}, {":path", ""}};
  for (int i = 0; i < 3; ++i) EXPECT_EQ(decode(decoder, encode(encoder, fields)).fields, fields);
}

TEST(Encoder, LongStringsAndRareOctetsComeBack) {
  for (const auto huffman : {EncodingPolicy::Huffman::when_shorter,
                             EncodingPolicy::Huffman::always,
                             EncodingPolicy::Huffman::never}) {
    Encoder encoder(kDefaultTableSize, {.huffman = huffman});
    Decoder decoder;
    for (const std::size_t size : {1u, 125u, 126u, 127u, 128u, 129u, 5000u, 100000u}) {
      for (const char c : {'a', '~', '\x01', '\n', '\xf9'}) {
        const OwnedFields fields = {{std::string(size, c), "v"}, {"n", std::string(size, c)}};
        const auto block = encode(encoder, fields);
        EXPECT_LE(block.size(), encoder.room_for(views(fields)));
        const Decoded decoded = decode(decoder, block, {.list_octets = 1u << 20});
        ASSERT_EQ(decoded.fields, fields);
      }
    }
  }
}

TEST(Encoder, EveryLivingEntryAndNameIsFound) {
  Encoder encoder;
  OwnedFields fields;
  for (int i = 0; i < 300; ++i) fields.push_back({"x-" + std::to_string(i), "v"});
  EXPECT_FALSE(encode(encoder, fields).empty());
  const std::uint32_t alive = encoder.table().count();
  ASSERT_GT(alive, 100u);
  for (std::uint32_t age = 0; age < alive; ++age) {
    const OwnedField field = entries(encoder.table())[age];
    const std::uint32_t index = kStaticEntries + 1 + age;
    std::vector<std::uint8_t> expected(kMaxIntegerOctets);
    expected.resize(
        static_cast<std::size_t>(write_integer(expected.data(), 0x80, 7, index) - expected.data()));
    EXPECT_EQ(encode(encoder, {field}), expected);
    // The name alone, in a representation that leaves the table as it is.
    expected.resize(kMaxIntegerOctets);
    expected.resize(
        static_cast<std::size_t>(write_integer(expected.data(), 0x10, 4, index) - expected.data()));
    expected.insert(expected.end(), {0x01, 'w'});
    EXPECT_EQ(encode(encoder, {{field.name, "w", true}}), expected);
  }
}

// What was looked up before the block began may be evicted, or inserted, while it is encoded.
TEST(Encoder, FieldsLookedUpBeforehandMakeTheSameBlock) {
  Encoder plain;
  Encoder ahead;
  for (const std::uint32_t size : {4096u, 200u, 0u, 120u}) {
    plain.set_max_size(size);
    ahead.set_max_size(size);
    for (std::size_t block = 0; block < 40; ++block) {
      const OwnedFields owned{{":method", "GET"},
                              {"x-turn", std::to_string(block % 3)},
                              {"x-other", std::to_string(block % 7)},
                              {"x-turn", std::to_string(block % 3)},
                              {"x-turn", std::to_string(block % 2)},
                              {"x-hidden", "1", block % 2 == 0}};
      std::vector<Field> fields;
      std::vector<KnownField> known;
      for (const OwnedField& field : owned) {
        fields.push_back({field.name, field.value, field.never_indexed});
        known.push_back(ahead.look_up(field.name, field.value));
      }
      std::vector<std::uint8_t> octets(ahead.room_for(fields));
      octets.resize(ahead.encode(fields, known, octets));
      EXPECT_EQ(hex(octets), encode_hex(plain, owned)) << size << " " << block;
    }
  }
}

TEST(Encoder, AMarkIsKeptWithItsEntry) {
  Encoder encoder;
  const std::vector<Field> fields{{"x-name", "value"}};
  std::vector<KnownField> known{encoder.look_up("x-name", "value")};
  EXPECT_EQ(known.front().mark, 0u);
  known.front().mark = 77;
  std::vector<std::uint8_t> octets(encoder.room_for(fields));
  encoder.encode(fields, known, octets);
  EXPECT_EQ(encoder.look_up("x-name", "value").mark, 77u);
  EXPECT_EQ(encoder.look_up("x-name", "other").mark, 0u);
}

TEST(Encoder, AnEntryThatWouldFillTheTableStaysOut) {
  Encoder encoder;
  const std::string name = "x-large";
  EXPECT_FALSE(encode(encoder, {{name, std::string(3072 - 32 - 7, 'v')}}).empty());
  EXPECT_EQ(encoder.table().count(), 1u);
  EXPECT_FALSE(encode(encoder, {{name, std::string(3072 - 32 - 6, 'v')}}).empty());
  EXPECT_EQ(encoder.table().count(), 1u);
  EXPECT_EQ(encoder.table().size(), 3072u);
}

TEST(Encoder, BothTablesAgreeAfterManyEvictions) {
  Encoder encoder;
  Decoder decoder;
  for (int i = 0; i < 5000; ++i) {
    const OwnedFields fields = {
        {"x-" + std::to_string(i % 7), std::to_string(i % 301)},
        {"y-" + std::to_string(i % 400), std::string(static_cast<std::size_t>(i) % 50, 'v')}};
    ASSERT_EQ(decode(decoder, encode(encoder, fields)).fields, fields);
  }
  EXPECT_EQ(entries(encoder.table()), entries(decoder.table()));
  EXPECT_LE(encoder.table().heap_octets(), 64u * 1024);
}

TEST(Encoder, ACopyIsAnIndependentSnapshot) {
  Encoder encoder;
  const OwnedFields first = {{"a", "b"}, {"c", "d"}};
  EXPECT_FALSE(encode(encoder, first).empty());
  encoder.set_max_size(1000);
  Encoder copy = encoder;
  EXPECT_EQ(state_of(copy), state_of(encoder));
  const OwnedFields second = {{"a", "b"}, {"e", "f"}};
  const auto block = encode(encoder, second);
  EXPECT_NE(state_of(copy), state_of(encoder));
  EXPECT_EQ(encode(copy, second), block);
  EXPECT_EQ(state_of(copy), state_of(encoder));
  Encoder assigned;
  assigned = copy;
  EXPECT_EQ(encode_hex(assigned, {{"e", "f"}}), "be");
  Encoder moved = std::move(assigned);
  EXPECT_EQ(encode_hex(moved, {{"a", "b"}}), "c0");
}

}  // namespace
}  // namespace h2assay::hpack
