#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "properties/wire/frame.h"

namespace h2assay::wire {
namespace {

TEST(WireFrame, IsWrittenAndCutAgainAsItWas) {
  const RawFrame frame = make_frame(FrameType::ping, 0xfe, 0x8000'0007, {1, 2, 3});
  std::vector<std::uint8_t> octets;
  append(octets, frame);
  FrameCutter cutter;
  cutter.feed(octets);
  EXPECT_EQ(octets.size(), 12U);
  EXPECT_EQ(cutter.next(), frame);
  EXPECT_EQ(cutter.next(), std::nullopt);
}

TEST(WireFrame, LiesAboutItsLengthWhenTold) {
  RawFrame frame = make_frame(FrameType::data, 0, 1, {1});
  frame.length = 0x010203;
  std::vector<std::uint8_t> octets;
  append(octets, frame);
  EXPECT_EQ(octets, (std::vector<std::uint8_t>{1, 2, 3, 0, 0, 0, 0, 0, 1, 1}));
}

TEST(FrameCutter, WaitsForTheRestWhereverAFrameIsSplit) {
  std::vector<std::uint8_t> octets;
  append(octets, make_frame(FrameType::headers, kEndHeaders, 1, {0x82}));
  append(octets, make_frame(FrameType::data, kEndStream, 1, {}));
  for (std::size_t split = 0; split <= octets.size(); ++split) {
    FrameCutter cutter;
    std::vector<RawFrame> frames;
    for (const Octets piece : {Octets(octets).first(split), Octets(octets).subspan(split)}) {
      cutter.feed(piece);
      while (auto frame = cutter.next()) frames.push_back(*std::move(frame));
    }
    ASSERT_EQ(frames.size(), 2U) << split;
    EXPECT_EQ(frames[0].payload, std::vector<std::uint8_t>{0x82});
    EXPECT_TRUE(frames[1].has(kEndStream));
    EXPECT_TRUE(cutter.rest().empty());
  }
}

TEST(FrameCutter, DropsWhatIsSkipped) {
  FrameCutter cutter;
  cutter.feed(std::vector<std::uint8_t>{9, 9, 0, 0, 0, 4, 0, 0, 0, 0, 0});
  cutter.skip(2);
  EXPECT_EQ(cutter.next(), make_frame(FrameType::settings, 0, 0));
}

TEST(WireLayout, TakesPaddingAndPriorityOffHeaders) {
  const RawFrame frame = make_frame(
      FrameType::headers, kPadded | kPriority, 1, {2, 0x80, 0, 0, 3, 255, 0x82, 0x84, 0, 7});
  const Layout parts = layout(frame);
  EXPECT_TRUE(parts.fits);
  EXPECT_EQ(parts.pad_length, 2);
  EXPECT_EQ(parts.priority, (PriorityPart{.depends_on = 0x8000'0003, .weight = 255}));
  EXPECT_EQ(std::vector<std::uint8_t>(parts.content.begin(), parts.content.end()),
            (std::vector<std::uint8_t>{0x82, 0x84}));
  EXPECT_EQ(parts.padding.back(), 7);
}

TEST(WireLayout, TakesThePromisedStreamOffPushPromise) {
  const RawFrame frame =
      make_frame(FrameType::push_promise, kPadded, 1, {1, 0x80, 0, 0, 2, 0x82, 0});
  const Layout parts = layout(frame);
  EXPECT_TRUE(parts.fits);
  EXPECT_EQ(parts.promised, 0x8000'0002U);
  EXPECT_EQ(parts.content.size(), 1U);
}

TEST(WireLayout, SaysWhenAPayloadIsTooShortOrPaddedTooFar) {
  EXPECT_FALSE(layout(make_frame(FrameType::data, kPadded, 1)).fits);
  EXPECT_FALSE(layout(make_frame(FrameType::headers, kPriority, 1, {0, 0, 0, 0})).fits);
  EXPECT_FALSE(layout(make_frame(FrameType::push_promise, 0, 1, {0, 0, 0})).fits);
  EXPECT_TRUE(layout(make_frame(FrameType::data, kPadded, 1, {1, 0})).fits);
  const RawFrame beyond = make_frame(FrameType::data, kPadded, 1, {2, 0});
  EXPECT_TRUE(layout(beyond).padding_too_long);
  EXPECT_FALSE(layout(make_frame(FrameType::data, kPadded, 1)).padding_too_long);
}

TEST(WireLayout, LeavesFlagsAloneThatTheTypeDoesNotDefine) {
  EXPECT_TRUE(layout(make_frame(FrameType::continuation, kPadded | kPriority, 1, {9})).fits);
  EXPECT_FALSE(layout(make_frame(FrameType::data, kPriority, 1, {9})).priority.has_value());
}

TEST(WireSettings, AreWrittenAndReadInOrder) {
  const std::vector<SettingEntry> entries{{4, 0xffff'ffff}, {0xabcd, 0}, {4, 1}};
  std::vector<std::uint8_t> payload = settings_payload(entries);
  EXPECT_EQ(settings_entries(payload), entries);
  payload.pop_back();
  EXPECT_EQ(settings_entries(payload).size(), 2U);
}

TEST(WireNames, AreThoseOfTheRfcs) {
  EXPECT_EQ(type_name(0x5), "PUSH_PROMISE");
  EXPECT_EQ(type_name(0xb), "");
  EXPECT_EQ(frame_type("PRIORITY_UPDATE"), 0x10);
  EXPECT_EQ(frame_type("priority"), std::nullopt);
  EXPECT_EQ(setting_name(0x4), "INITIAL_WINDOW_SIZE");
  EXPECT_EQ(setting_id("ENABLE_CONNECT_PROTOCOL"), 0x8);
  EXPECT_EQ(setting_id("NOTHING"), std::nullopt);
  EXPECT_EQ(defined_flags(0x1), 0x2d);
  EXPECT_EQ(defined_flags(0x9), 0x04);
  EXPECT_EQ(defined_flags(0x77), 0x00);
}

TEST(WireNumbers, ReadZeroBeyondTheEnd) {
  EXPECT_EQ(read32(std::vector<std::uint8_t>{1, 2}), 0x0102'0000U);
  EXPECT_EQ(read16(std::vector<std::uint8_t>{1}, 1), 0U);
}

}  // namespace
}  // namespace h2assay::wire
