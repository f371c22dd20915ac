#include "properties/wire/hpack.h"

#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace h2assay::wire {
namespace {

std::vector<std::uint8_t> hex(std::string_view digits) {
  std::vector<std::uint8_t> octets;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    octets.push_back(
        static_cast<std::uint8_t>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16)));
  }
  return octets;
}

using Lines = std::vector<FieldLine>;

// RFC 7541, Appendix C: one block, what it means, and the table's octets afterwards.
struct Example {
  std::string_view name;
  std::string_view block;
  Lines fields;
  std::uint64_t table_octets;
};

const Lines kRequest1{
    {":method", "GET"}, {":scheme", "http"}, {":path", "/"}, {":authority", "www.example.com"}};
const Lines kRequest2{{":method", "GET"},
                      {":scheme", "http"},
                      {":path", "/"},
                      {":authority", "www.example.com"},
                      {"cache-control", "no-cache"}};
const Lines kRequest3{{":method", "GET"},
                      {":scheme", "https"},
                      {":path", "/index.html"},
                      {":authority", "www.example.com"},
                      {"custom-key", "custom-value"}};
const Lines kResponse1{{":status", "302"},
                       {"cache-control", "private"},
                       {"date", "Mon, 21 Oct 2013 20:13:21 GMT"},
                       {"location", "https://www.example.com"}};
const Lines kResponse2{{":status", "307"},
                       {"cache-control", "private"},
                       {"date", "Mon, 21 Oct 2013 20:13:21 GMT"},
                       {"location", "https://www.example.com"}};
const Lines kResponse3{{":status", "200"},
                       {"cache-control", "private"},
                       {"date", "Mon, 21 Oct 2013 20:13:22 GMT"},
                       {"location", "https://www.example.com"},
                       {"content-encoding", "gzip"},
                       {"set-cookie", "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1"}};

void expect_both_ways(const std::vector<Example>& examples, std::uint64_t table_max) {
  HpackDecoder decoder;
  decoder.decode(encode({{.kind = Kind::size_update, .index = table_max}}));
  for (const Example& example : examples) {
    SCOPED_TRACE(example.name);
    const DecodedBlock decoded = decoder.decode(hex(example.block));
    EXPECT_FALSE(decoded.fault.has_value());
    EXPECT_EQ(decoded.fields, example.fields);
    EXPECT_EQ(decoder.table().size_octets(), example.table_octets);
    EXPECT_EQ(encode(decoded.representations), hex(example.block));
  }
}

TEST(Hpack, FollowsAppendixC2) {
  expect_both_ways({{"C.2.1",
                     "400a637573746f6d2d6b65790d637573746f6d2d686561646572",
                     {{"custom-key", "custom-header"}},
                     55}},
                   4096);
  expect_both_ways({{"C.2.2", "040c2f73616d706c652f70617468", {{":path", "/sample/path"}}, 0}},
                   4096);
  expect_both_ways(
      {{"C.2.3", "100870617373776f726406736563726574", {{"password", "secret", true}}, 0}}, 4096);
  expect_both_ways({{"C.2.4", "82", {{":method", "GET"}}, 0}}, 4096);
}

TEST(Hpack, FollowsTheRequestsOfAppendixC) {
  expect_both_ways(
      {{"C.3.1", "828684410f7777772e6578616d706c652e636f6d", kRequest1, 57},
       {"C.3.2", "828684be58086e6f2d6361636865", kRequest2, 110},
       {"C.3.3", "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565", kRequest3, 164}},
      4096);
  expect_both_ways({{"C.4.1", "828684418cf1e3c2e5f23a6ba0ab90f4ff", kRequest1, 57},
                    {"C.4.2", "828684be5886a8eb10649cbf", kRequest2, 110},
                    {"C.4.3", "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf", kRequest3, 164}},
                   4096);
}

TEST(Hpack, FollowsTheResponsesOfAppendixCWithEviction) {
  expect_both_ways(
      {{"C.5.1",
        "4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d"
        "546e1768747470733a2f2f7777772e6578616d706c652e636f6d",
        kResponse1,
        222},
       {"C.5.2", "4803333037c1c0bf", kResponse2, 222},
       {"C.5.3",
        "88c1611d4d6f6e2c203231204f637420323031332032303a31333a323220474d54c05a04677a69707738666f"
        "6f3d4153444a4b48514b425a584f5157454f50495541585157454f49553b206d61782d6167653d333630303b"
        "2076657273696f6e3d31",
        kResponse3,
        215}},
      256);
  expect_both_ways(
      {{"C.6.1",
        "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c7"
        "8f0b97c8e9ae82ae43d3",
        kResponse1,
        222},
       {"C.6.2", "4883640effc1c0bf", kResponse2, 222},
       {"C.6.3",
        "88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335"
        "dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007",
        kResponse3,
        215}},
      256);
}

TEST(HpackInteger, FollowsAppendixC1) {
  std::vector<std::uint8_t> out;
  append_integer(out, 0, 5, 10);
  append_integer(out, 0, 5, 1337);
  append_integer(out, 0, 8, 42);
  EXPECT_EQ(out, hex("0a1f9a0a2a"));
}

TEST(HpackInteger, ReadsBackWhatItWroteAtEveryEdge) {
  for (const std::uint64_t max :
       {0ULL, 30ULL, 31ULL, 32ULL, 158ULL, 159ULL, 16383ULL, 0xffff'ffffULL}) {
    HpackDecoder decoder;
    decoder.limit(std::numeric_limits<std::uint32_t>::max());
    const DecodedBlock decoded =
        decoder.decode(encode({{.kind = Kind::size_update, .index = max}}));
    ASSERT_EQ(decoded.representations.size(), 1U) << max;
    EXPECT_EQ(decoded.representations[0].index, max);
    EXPECT_TRUE(is_canonical(decoded.representations[0]));
  }
}

TEST(HpackInteger, TakesRedundantOctetsButSaysTheyAreNotCanonical) {
  HpackDecoder decoder;
  const DecodedBlock decoded = decoder.decode(hex("3f80808000"));
  ASSERT_FALSE(decoded.fault.has_value());
  EXPECT_EQ(decoded.representations[0].index, 31U);
  EXPECT_FALSE(is_canonical(decoded.representations[0]));
}

HpackFault fault_of(std::string_view block) {
  HpackDecoder decoder;
  const DecodedBlock decoded = decoder.decode(hex(block));
  EXPECT_TRUE(decoded.fault.has_value()) << block;
  return decoded.fault.value_or(HpackFault::size_update_missing);
}

TEST(Hpack, NamesEveryFault) {
  EXPECT_EQ(fault_of("40"), HpackFault::truncated);
  EXPECT_EQ(fault_of("4003"), HpackFault::truncated);
  EXPECT_EQ(fault_of("7f"), HpackFault::truncated);
  EXPECT_EQ(fault_of("ff8080808010"), HpackFault::integer_too_large);  // 2^32 + 127
  EXPECT_EQ(fault_of("ff80808080808001"), HpackFault::integer_too_large);
  EXPECT_EQ(fault_of("ff808080808080808080808000"), HpackFault::integer_too_large);
  EXPECT_EQ(fault_of("80"), HpackFault::index_zero);
  EXPECT_EQ(fault_of("be"), HpackFault::index_beyond_table);
  EXPECT_EQ(fault_of("7e0161"), HpackFault::index_beyond_table);
  EXPECT_EQ(fault_of("008101"
                     "84ffffffff"),
            HpackFault::huffman_padding);
  EXPECT_EQ(fault_of("0085ffffffffff00"), HpackFault::huffman_eos);
  EXPECT_EQ(fault_of("00811800"), HpackFault::huffman_padding);    // 'a', then 000
  EXPECT_EQ(fault_of("00821fff00"), HpackFault::huffman_padding);  // 'a', then 11 ones
  EXPECT_EQ(fault_of("0082f8ff00"), HpackFault::huffman_padding);  // '&', then eight ones
  EXPECT_EQ(fault_of("8220"), HpackFault::size_update_not_first);
  EXPECT_EQ(fault_of("3fe21f"), HpackFault::size_update_too_large);  // 4097
}

TEST(Hpack, TellsWhereTheFaultyRepresentationBegins) {
  HpackDecoder decoder;
  const DecodedBlock decoded = decoder.decode(hex("828680"));
  EXPECT_EQ(decoded.fields.size(), 2U);
  EXPECT_EQ(decoded.fault_at, 2U);
}

TEST(Hpack, WantsTheSmallestLimitSignalled) {
  const auto after_zero_and_4096 = [](std::string_view block) {
    HpackDecoder decoder;
    decoder.require_at_most(0);
    decoder.require_at_most(4096);
    return decoder.decode(hex(block)).fault;
  };
  EXPECT_EQ(after_zero_and_4096("203fe11f82"), std::nullopt);
  EXPECT_EQ(after_zero_and_4096("2082"), std::nullopt);
  EXPECT_EQ(after_zero_and_4096("82"), HpackFault::size_update_missing);
  EXPECT_EQ(after_zero_and_4096("3fe11f82"), HpackFault::size_update_missing);
}

TEST(Hpack, WantsNoUpdateFromATableThatIsSmallEnough) {
  HpackDecoder decoder;
  decoder.decode(hex("20"));
  decoder.require_at_most(100);
  EXPECT_EQ(decoder.decode(hex("82")).fault, std::nullopt);
}

TEST(Hpack, EmptiesTheTableForAnEntryLargerThanIt) {
  HpackDecoder decoder;
  decoder.decode(hex("400161016120"));
  EXPECT_EQ(decoder.table().entries().size(), 1U);
  decoder.decode(
      encode({{.kind = Kind::incremental, .name = "b", .value = std::string(4096, 'x')}}));
  EXPECT_TRUE(decoder.table().entries().empty());
  EXPECT_EQ(decoder.table().size_octets(), 0U);
}

TEST(Hpack, FindsTheNameOfAnEntryThatItEvicts) {
  HpackDecoder decoder;
  decoder.decode(encode({{.kind = Kind::size_update, .index = 40},
                         {.kind = Kind::incremental, .name = "name", .value = "old"}}));
  const DecodedBlock decoded =
      decoder.decode(encode({{.kind = Kind::incremental, .index = 62, .value = "new"}}));
  EXPECT_EQ(decoded.fields, (Lines{{"name", "new"}}));
}

TEST(Hpack, WritesAFieldWithoutTouchingAnyTable) {
  EXPECT_EQ(encode({stateless(":method", "GET")}), hex("82"));
  EXPECT_EQ(encode({stateless(":path", "/x")}), hex("04022f78"));
  EXPECT_EQ(encode({stateless("x", "")}), hex("00017800"));
}

TEST(HpackEncoder, KeepsTheTableOfTheOtherSide) {
  HpackEncoder encoder;
  HpackDecoder decoder;
  decoder.decode(encoder.encode({{.kind = Kind::incremental, .name = "a", .value = "b"}}));
  EXPECT_EQ(encoder.table().entries(), decoder.table().entries());
  EXPECT_EQ(encoder.table().entries().size(), 1U);
}

TEST(Huffman, DecodesWhatItEncodesForEveryOctet) {
  std::string all;
  for (int c = 0; c < 256; ++c) {
    all.push_back(static_cast<char>(c));
    const std::string one(1, static_cast<char>(c));
    std::vector<std::uint8_t> octets;
    append_huffman(octets, one);
    EXPECT_EQ(octets.size(), huffman_octets(one));
    EXPECT_EQ(decode_huffman(octets), one);
  }
  std::vector<std::uint8_t> octets;
  append_huffman(octets, all);
  EXPECT_EQ(decode_huffman(octets), all);
}

}  // namespace
}  // namespace h2assay::wire
