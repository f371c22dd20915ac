#include "engine/octets.h"

#include <array>
#include <string>

#include <gtest/gtest.h>

namespace h2assay {
namespace {

TEST(Octets, AreBigEndianBothWays) {
  std::array<std::uint8_t, 4> octets{};

  store32(octets.data(), 0x0102'0304);
  EXPECT_EQ(to_hex(octets), "01020304");
  EXPECT_EQ(load32(octets.data()), 0x0102'0304U);
  EXPECT_EQ(load24(octets.data()), 0x01'0203U);
  EXPECT_EQ(load16(octets.data()), 0x0102U);

  store24(octets.data(), 0xff'eedd);
  store16(octets.data() + 2, 0xccbb);
  EXPECT_EQ(to_hex(octets), "ffeeccbb");
}

TEST(Octets, ReadHexInEitherCaseWithBlanksBetween) {
  const auto octets = from_hex("0a FF\n7f");

  ASSERT_TRUE(octets);
  EXPECT_EQ(to_hex(*octets), "0aff7f");
}

TEST(Octets, RefuseTextThatIsNotHex) {
  EXPECT_FALSE(from_hex("0g"));
  EXPECT_FALSE(from_hex("0"));
  EXPECT_FALSE(from_hex("0 a"));
}

TEST(OctetBuffer, OwnsNothingUntilItIsUsed) {
  const OctetBuffer buffer;

  EXPECT_TRUE(buffer.empty());
  EXPECT_EQ(buffer.view().data(), nullptr);
}

TEST(OctetBuffer, GivesOutWhatWasAppendedInOrder) {
  OctetBuffer buffer;
  buffer.append8(1);
  buffer.append16(0x0203);
  buffer.append32(0x0405'0607);
  buffer.append("ab");
  buffer.append_zeros(2);

  EXPECT_EQ(to_hex(buffer.take(3)), "010203");
  EXPECT_EQ(buffer.size(), 8U);
  EXPECT_EQ(to_hex(buffer.take(100)), "0405060761620000");
  EXPECT_TRUE(buffer.empty());
}

TEST(OctetBuffer, KeepsWhatWasTakenReadableWhileItGrows) {
  OctetBuffer buffer;
  buffer.append(std::string_view("hello"));
  const Octets taken = buffer.take(5);

  for (int i = 0; i < 100; ++i) buffer.append(std::string_view("0123456789abcdef"));

  EXPECT_EQ(text_of(taken), "hello");
}

TEST(OctetBuffer, AppendsAViewOfItself) {
  OctetBuffer buffer;
  buffer.append(std::string_view("0123456789abcdef"));

  for (int i = 0; i < 8; ++i) buffer.append(buffer.view());

  EXPECT_EQ(buffer.size(), 16U << 8);
  EXPECT_EQ(text_of(buffer.view().last(16)), "0123456789abcdef");
}

TEST(OctetBuffer, CompactsWithoutChangingWhatItHolds) {
  OctetBuffer buffer;
  buffer.append(std::string(1000, 'x') + "rest");
  const std::uint8_t* before = buffer.data();
  buffer.take(1000);

  buffer.compact();

  EXPECT_EQ(text_of(buffer.view()), "rest");
  EXPECT_EQ(buffer.data(), before);
}

TEST(OctetBuffer, InsertsAndTruncates) {
  OctetBuffer buffer;
  buffer.append(std::string_view("_abcd"));
  buffer.take(1);

  buffer.insert_zeros(2, 2);
  EXPECT_EQ(to_hex(buffer.view()), "616200006364");
  buffer.truncate(3);
  EXPECT_EQ(to_hex(buffer.view()), "616200");
}

TEST(OctetBuffer, CopiesToAnEqualAndIndependentValue) {
  OctetBuffer buffer;
  buffer.append(std::string_view("abc"));
  buffer.take(1);

  OctetBuffer copy = buffer;
  EXPECT_EQ(copy, buffer);
  copy.append8('d');
  EXPECT_EQ(text_of(buffer.view()), "bc");
  EXPECT_EQ(text_of(copy.view()), "bcd");
}

}  // namespace
}  // namespace h2assay
