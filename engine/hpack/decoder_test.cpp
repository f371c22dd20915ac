#include "engine/hpack/decoder.h"

#include <string>

#include <gtest/gtest.h>

#include "engine/hpack/test_support.h"

namespace h2assay::hpack {
namespace {

Decoded decode_hex(Decoder& decoder, std::string_view wire, const DecodeLimits& limits = {}) {
  return decode(decoder, octets(wire), limits);
}

Defect defect_of(std::string_view wire) {
  Decoder decoder;
  return decode_hex(decoder, wire).result.defect;
}

// A literal with incremental indexing and a name of its own, nothing in the Huffman code.
std::vector<std::uint8_t> inserting(std::string_view name, std::string_view value) {
  Encoder plain(0, {EncodingPolicy::Huffman::never, EncodingPolicy::Indexing::everything});
  std::vector<std::uint8_t> block;
  plain.append({}, block);  // says the size 0
  block.clear();
  const Field field{name, value};
  plain.append(Fields(&field, 1), block);
  return block;
}

TEST(Decoder, OwnsNoHeapBeforeItsFirstBlock) {
  const Decoder decoder;
  EXPECT_EQ(decoder.table().heap_octets(), 0u);
}

TEST(Decoder, AnEmptyBlockIsAnEmptyList) {
  Decoder decoder;
  const Decoded decoded = decode_hex(decoder, "");
  EXPECT_TRUE(decoded.result);
  EXPECT_TRUE(decoded.fields.empty());
}

TEST(Decoder, ABlockOfSizeUpdatesIsAnEmptyList) {
  Decoder decoder;
  const Decoded decoded = decode_hex(decoder, "20 3fe11f");
  EXPECT_TRUE(decoded.result);
  EXPECT_EQ(decoded.result.field_count, 0u);
}

TEST(Decoder, EveryStaticEntryIsReachedByItsIndex) {
  Decoder decoder;
  for (std::uint8_t index = 1; index <= kStaticEntries; ++index) {
    const std::vector<std::uint8_t> block = {static_cast<std::uint8_t>(0x80 | index)};
    const Decoded decoded = decode(decoder, block);
    ASSERT_EQ(decoded.fields.size(), 1u);
    EXPECT_EQ(decoded.fields[0].name, kStaticTable[index].name);
    EXPECT_EQ(decoded.fields[0].value, kStaticTable[index].value);
  }
}

TEST(Decoder, IndexZeroIsRefused) { EXPECT_EQ(defect_of("80"), Defect::index_zero); }

TEST(Decoder, AnIndexBeyondTheTableIsRefusedInEveryRepresentation) {
  EXPECT_EQ(defect_of("be"), Defect::index_out_of_range);
  EXPECT_EQ(defect_of("7e 00"), Defect::index_out_of_range);
  EXPECT_EQ(defect_of("0f2f 00"), Defect::index_out_of_range);
  EXPECT_EQ(defect_of("1f2f 00"), Defect::index_out_of_range);
  EXPECT_EQ(defect_of("4001610162 bf"), Defect::index_out_of_range);
}

TEST(Decoder, AnIndexIsNotNarrowed) {
  EXPECT_EQ(defect_of("ff83ffffff0f"), Defect::integer_too_large);  // 2^32 + 2
  EXPECT_EQ(defect_of("ff808080808000"), Defect::integer_too_long);
}

TEST(Decoder, TruncatedBlocksAreRefusedAtEveryOctet) {
  const auto whole = octets("400a637573746f6d2d6b65790c637573746f6d2d76616c7565");
  for (std::size_t size = 1; size < whole.size(); ++size) {
    Decoder decoder;
    EXPECT_EQ(decode(decoder, Octets(whole).first(size)).result.defect, Defect::truncated) << size;
  }
  EXPECT_EQ(defect_of("ff"), Defect::truncated);
  EXPECT_EQ(defect_of("3f"), Defect::truncated);
  EXPECT_EQ(defect_of("41ff"), Defect::truncated);
  EXPECT_EQ(defect_of("418cf1e3"), Defect::truncated);
}

TEST(Decoder, HuffmanDefectsAreTold) {
  EXPECT_EQ(defect_of("4184ffffffff"), Defect::huffman_eos);
  EXPECT_EQ(defect_of("418207ff"), Defect::huffman_padding_too_long);
  EXPECT_EQ(defect_of("418106"), Defect::huffman_padding_not_ones);
  EXPECT_EQ(defect_of("008106 00"), Defect::huffman_padding_not_ones);
}

TEST(Decoder, AStringAboveTheLimitIsRefused) {
  Decoder decoder;
  EXPECT_TRUE(decode_hex(decoder, "0001610161", {.string_octets = 1}).result);
  EXPECT_EQ(decode_hex(decoder, "000161026161", {.string_octets = 1}).result.defect,
            Defect::string_too_long);
  Decoder other;
  EXPECT_EQ(decode_hex(other, "00 8200ff 00", {.string_octets = 1}).result.defect,
            Defect::string_too_long);
}

TEST(Decoder, EmptyStringsAreLegal) {
  Decoder decoder;
  const Decoded decoded = decode_hex(decoder, "000000 008080 400000");
  EXPECT_EQ(decoded.fields, (OwnedFields{{"", ""}, {"", ""}, {"", ""}}));
  EXPECT_EQ(decoder.table().size(), 32u);
}

TEST(Decoder, OnlyIncrementalLiteralsEnterTheTable) {
  Decoder decoder;
  const Decoded decoded = decode_hex(decoder, "0001610162 1001630164 4001650166");
  EXPECT_EQ(decoded.fields, (OwnedFields{{"a", "b"}, {"c", "d", true}, {"e", "f"}}));
  EXPECT_EQ(entries(decoder.table()), (OwnedFields{{"e", "f"}}));
}

TEST(Decoder, DuplicateEntriesAreLegalAndCountTwice) {
  Decoder decoder;
  EXPECT_TRUE(decode_hex(decoder, "4001610162 4001610162").result);
  EXPECT_EQ(decoder.table().count(), 2u);
  EXPECT_EQ(decoder.table().size(), 68u);
}

TEST(Decoder, SizeUpdatesStandOnlyAtTheStart) {
  EXPECT_EQ(defect_of("82 20"), Defect::size_update_after_field);
  EXPECT_EQ(defect_of("20 82"), Defect::none);
}

TEST(Decoder, AThirdSizeUpdateIsRefused) {
  EXPECT_EQ(defect_of("20 20"), Defect::none);
  EXPECT_EQ(defect_of("20 20 20"), Defect::too_many_size_updates);
}

TEST(Decoder, ASizeAboveTheLimitIsRefused) {
  EXPECT_EQ(defect_of("3fe11f"), Defect::none);                     // 4096
  EXPECT_EQ(defect_of("3fe21f"), Defect::size_update_above_limit);  // 4097
  EXPECT_EQ(defect_of("3fe1ffffff0f"), Defect::integer_too_large);  // 2^32
  Decoder raised;
  raised.set_max_size(8192);
  EXPECT_TRUE(decode_hex(raised, "3fe13f").result);
  EXPECT_EQ(raised.table().max_size(), 8192u);
  Decoder lowered;
  lowered.set_max_size(100);
  EXPECT_EQ(decode_hex(lowered, "3f46").result.defect, Defect::size_update_above_limit);  // 101
}

TEST(Decoder, ALoweredLimitHasToBeFollowedAtTheStartOfTheNextBlock) {
  for (const std::string_view block : {"82", "", "20 20"}) {
    Decoder decoder;
    decoder.set_max_size(100);
    const Defect expected = block == "20 20" ? Defect::none : Defect::size_update_missing;
    EXPECT_EQ(decode_hex(decoder, block).result.defect, expected) << block;
  }
  Decoder decoder;
  decoder.set_max_size(100);
  EXPECT_TRUE(decode_hex(decoder, "3f45 82").result);
  EXPECT_TRUE(decode_hex(decoder, "82").result);  // once is enough
}

TEST(Decoder, TheSmallestLimitOfTheIntervalIsSaidInOneOfTheUpdates) {
  Decoder decoder;
  decoder.set_max_size(0);
  decoder.set_max_size(4096);
  Decoder late = decoder;
  Decoder too_large = decoder;
  Decoder silent = decoder;
  EXPECT_TRUE(decode_hex(decoder, "20 3fe11f").result);
  EXPECT_TRUE(decode_hex(late, "3fe11f 20").result) << "no sentence asks for an order";
  EXPECT_EQ(decode_hex(too_large, "26 32").result.defect, Defect::size_update_missing);  // 6, 18
  EXPECT_EQ(decode_hex(silent, "82").result.defect, Defect::size_update_missing);
}

TEST(Decoder, ALimitThatRoseAgainDoesNotHideTheSmallest) {
  Decoder decoder;
  decoder.set_max_size(50);
  decoder.set_max_size(100);
  Decoder final_only = decoder;
  EXPECT_EQ(decode_hex(final_only, "3f45").result.defect, Defect::size_update_missing);  // 100
  EXPECT_TRUE(decode_hex(decoder, "3f13 3f45").result);                                  // 50, 100
}

TEST(Decoder, ALimitThatTheTableNeverReachedNeedsNoUpdate) {
  Decoder decoder;
  decoder.set_max_size(65536);
  decoder.set_max_size(4096);
  EXPECT_TRUE(decode_hex(decoder, "82").result);
}

TEST(Decoder, ASmallerSizeEvictsTheOldest) {
  Decoder decoder;
  EXPECT_TRUE(decode_hex(decoder, "4001610162 4001630164").result);
  EXPECT_TRUE(decode_hex(decoder, "3f07 be").result);  // 38: room for one entry of 34
  EXPECT_EQ(entries(decoder.table()), (OwnedFields{{"c", "d"}}));
  EXPECT_EQ(decode_hex(decoder, "bf").result.defect, Defect::index_out_of_range);
}

TEST(Decoder, AnEntryAboveTheTableEmptiesItAndIsStillHandedOut) {
  Decoder decoder;
  EXPECT_TRUE(decode_hex(decoder, "4001610162").result);
  const std::string large(5000, 'x');
  const Decoded decoded = decode(decoder, inserting("n", large));
  EXPECT_EQ(decoded.fields, (OwnedFields{{"n", large}}));
  EXPECT_EQ(decoder.table().count(), 0u);
  EXPECT_EQ(decoder.table().size(), 0u);
}

TEST(Decoder, ANameSurvivesTheEvictionOfItsEntry) {
  Decoder decoder;
  const std::string old_name(2000, 'n');
  EXPECT_TRUE(decode(decoder, inserting(old_name, std::string(1000, 'v'))).result);
  // Takes the name of the only entry, which has to go to make room for it; then that name again.
  const std::string next_value(1500, 'w');
  auto block = octets("7e 7fdd0a");  // index 62, a value of 1500 octets
  block.insert(block.end(), next_value.begin(), next_value.end());
  const Decoded decoded = decode(decoder, joined({block, octets("be")}));
  EXPECT_TRUE(decoded.result);
  EXPECT_EQ(decoded.fields, (OwnedFields{{old_name, next_value}, {old_name, next_value}}));
  EXPECT_EQ(entries(decoder.table()), (OwnedFields{{old_name, next_value}}));
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(decode(decoder, inserting("x", std::string(100, 'y'))).result);
  }
  EXPECT_EQ(decoder.table().name(decoder.table().entry(0)), "x");
}

TEST(Decoder, SharedNamesStayRightWhileTheLogIsCompacted) {
  Decoder decoder;
  EXPECT_TRUE(decode(decoder, inserting("shared-name", "0")).result);
  for (int i = 1; i < 3000; ++i) {
    auto block = octets("7e");  // the newest name
    const std::string value =
        std::to_string(i) + std::string(static_cast<std::size_t>(i) % 90, 'v');
    block.push_back(static_cast<std::uint8_t>(value.size()));
    block.insert(block.end(), value.begin(), value.end());
    const Decoded decoded = decode(decoder, block);
    ASSERT_EQ(decoded.fields, (OwnedFields{{"shared-name", value}}));
  }
  for (const OwnedField& entry : entries(decoder.table())) EXPECT_EQ(entry.name, "shared-name");
  EXPECT_LE(decoder.table().heap_octets(), 64u * 1024);
}

TEST(Decoder, ViewsStayGoodUntilTheNextBatch) {
  Decoder decoder;
  decoder.begin_batch();
  std::vector<Field> fields;
  OwnedFields expected;
  for (int i = 0; i < 2000; ++i) {
    const std::string value = std::to_string(i) + std::string(40, 'v');
    const auto block = inserting("name", value);
    ASSERT_TRUE(decoder.decode(block, fields));
    expected.push_back({"name", value});
  }
  EXPECT_EQ(own(fields), expected);
  decoder.begin_batch();
  EXPECT_LE(decoder.table().heap_octets(), 64u * 1024);
}

TEST(Decoder, ItsViewsAreKnownToBeItsOwn) {
  Decoder decoder;
  std::vector<Field> fields;
  const auto block = inserting("name", std::string(700, 'v'));
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(decoder.decode(block, fields));
  for (const Field& field : fields)
    EXPECT_TRUE(decoder.holds(reinterpret_cast<const std::uint8_t*>(field.value.data())));
  EXPECT_FALSE(decoder.holds(block.data()));
}

TEST(Decoder, TheListSizeCountsThirtyTwoForEachField) {
  Decoder decoder;
  const Decoded decoded = decode_hex(decoder, "82 86");
  EXPECT_EQ(decoded.result.field_count, 2u);
  EXPECT_EQ(decoded.result.list_octets, 7u + 3 + 32 + 7 + 4 + 32);
}

TEST(Decoder, ExactlyTheLimitIsPermittedAndOneMoreIsNot) {
  Decoder decoder;
  Decoded decoded = decode_hex(decoder, "82 86", {.list_octets = 85});
  EXPECT_FALSE(decoded.result.over_limit);
  EXPECT_EQ(decoded.fields.size(), 2u);
  decoded = decode_hex(decoder, "82 86", {.list_octets = 84});
  EXPECT_TRUE(decoded.result.over_limit);
  EXPECT_EQ(decoded.fields.size(), 1u);
  EXPECT_EQ(decoded.result.field_count, 2u);
  decoded = decode_hex(decoder, "82 86 84", {.fields = 2});
  EXPECT_TRUE(decoded.result.over_limit);
  EXPECT_EQ(decoded.fields.size(), 2u);
}

TEST(Decoder, BeyondTheLimitTheTableStaysRight) {
  Decoder decoder;
  const Decoded decoded = decode_hex(decoder, "82 4001610162 4001630164", {.fields = 1});
  EXPECT_TRUE(decoded.result);
  EXPECT_TRUE(decoded.result.over_limit);
  EXPECT_EQ(decoded.fields.size(), 1u);
  EXPECT_EQ(entries(decoder.table()), (OwnedFields{{"c", "d"}, {"a", "b"}}));
  // Defects are still found.
  EXPECT_EQ(decode_hex(decoder, "82 86 80", {.fields = 1}).result.defect, Defect::index_zero);
}

TEST(Decoder, ABombOfReferencesTakesNoRoom) {
  Decoder decoder;
  const std::string large(4000, 'x');
  EXPECT_TRUE(decode(decoder, inserting("n", large)).result);
  const std::vector<std::uint8_t> references(60000, 0xbe);
  const Decoded decoded = decode(decoder, references, {.list_octets = 65536});
  EXPECT_TRUE(decoded.result.over_limit);
  EXPECT_EQ(decoded.fields.size(), 16u);
  EXPECT_EQ(decoded.result.list_octets, 60000u * 4033);
  // A name of 4000 octets that every entry inherits is not copied with each of them.
  Decoder names;
  EXPECT_TRUE(decode(names, inserting(large, "")).result);
  std::vector<std::uint8_t> heirs;
  for (int i = 0; i < 30000; ++i) heirs.insert(heirs.end(), {0x7e, 0x00});
  EXPECT_TRUE(decode(names, heirs).result);
  EXPECT_LE(names.table().heap_octets(), 512u * 1024);
}

std::uint32_t calls = 0;

std::uint32_t count_and_measure(std::string_view name, std::string_view value) {
  ++calls;
  return static_cast<std::uint32_t>(name.size() * 1000 + value.size());
}

TEST(Decoder, AFieldIsClassifiedOnceAndMarkedAtEveryUse) {
  calls = 0;
  static constexpr StaticMarks kMarks = [] {
    StaticMarks marks{};
    marks[2] = 7003;
    return marks;
  }();
  Decoder decoder(count_and_measure, kMarks);
  std::vector<Field> fields;
  ASSERT_TRUE(decoder.decode(octets("82 82 40016103626364 be be"), fields));
  EXPECT_EQ(calls, 1u);
  ASSERT_EQ(fields.size(), 5u);
  EXPECT_EQ(fields[0].mark, 7003u);
  EXPECT_EQ(fields[1].mark, 7003u);
  for (std::size_t i = 2; i < 5; ++i) EXPECT_EQ(fields[i].mark, 1003u);
  ASSERT_TRUE(decoder.decode(octets("82 be"), fields));
  EXPECT_EQ(calls, 1u);
  EXPECT_EQ(fields[6].mark, 1003u);
}

TEST(Decoder, ACopyIsAnIndependentSnapshot) {
  Decoder decoder;
  EXPECT_TRUE(decode_hex(decoder, "4001610162 4001630164").result);
  decoder.set_max_size(2000);
  Decoder copy = decoder;
  EXPECT_EQ(state_of(copy), state_of(decoder));
  EXPECT_TRUE(decode_hex(decoder, "3f07 4001650166").result);
  EXPECT_NE(state_of(copy), state_of(decoder));
  EXPECT_TRUE(decode_hex(copy, "3f07 4001650166").result);
  EXPECT_EQ(state_of(copy), state_of(decoder));
  copy = decoder;
  Decoder moved = std::move(copy);
  EXPECT_EQ(state_of(moved), state_of(decoder));
  EXPECT_EQ(decode_hex(moved, "be").fields, (OwnedFields{{"e", "f"}}));
}

TEST(Decoder, TheStateToldIsThatOfTheTableAndNotItsLayout) {
  Decoder direct;
  EXPECT_TRUE(decode_hex(direct, "4001610162").result);
  Decoder roundabout;
  for (int i = 0; i < 500; ++i) {
    ASSERT_TRUE(decode(roundabout, inserting("some-name", std::string(100, 'z'))).result);
  }
  EXPECT_NE(state_of(direct), state_of(roundabout));
  EXPECT_TRUE(decode_hex(roundabout, "20 3fe11f 4001610162").result);
  EXPECT_EQ(state_of(direct), state_of(roundabout));
  Decoder pending = direct;
  pending.set_max_size(10);
  pending.set_max_size(4096);
  EXPECT_NE(state_of(direct), state_of(pending));
}

}  // namespace
}  // namespace h2assay::hpack
