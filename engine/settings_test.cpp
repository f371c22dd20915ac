#include "engine/settings.h"

#include <array>
#include <vector>

#include <gtest/gtest.h>

#include "engine/digest.h"
#include "engine/rules.h"

namespace h2assay {
namespace {

using enum SettingId;

constexpr SettingContext kFromClient{.from_server = false, .first_frame = false};
constexpr SettingContext kFromServer{.from_server = true, .first_frame = false};
constexpr SettingContext kFirstFromServer{.from_server = true, .first_frame = true};

std::optional<Rule> check(SettingId id, std::uint32_t value, SettingContext context) {
  return check_setting(setting(id, value), Settings{}, context);
}

TEST(Settings, StartAtTheDefaultsOfTheProtocol) {
  const Settings settings;

  EXPECT_EQ(settings.value(0x1), 4096U);
  EXPECT_EQ(settings.value(0x2), 1U);
  EXPECT_EQ(settings.value(0x3), std::nullopt);
  EXPECT_EQ(settings.value(0x4), 65535U);
  EXPECT_EQ(settings.value(0x5), 16384U);
  EXPECT_EQ(settings.value(0x6), std::nullopt);
  EXPECT_EQ(settings.value(0x8), 0U);
  EXPECT_EQ(settings.value(0x9), 0U);
}

TEST(Settings, TakeEachKnownParameter) {
  for (const SettingId id : kSettingIds) {
    SCOPED_TRACE(name(id));
    Settings settings;
    settings.apply(setting(id, 77));
    EXPECT_EQ(settings.value(static_cast<std::uint16_t>(id)), 77U);
    EXPECT_EQ(setting_id(name(id)), id);
  }
}

TEST(Settings, KeepNothingOfAnUnknownParameterD49) {
  Settings settings;

  settings.apply({0x7, 1});
  settings.apply({0xffff, 1});

  EXPECT_EQ(settings, Settings{});
  EXPECT_EQ(settings.value(0xffff), std::nullopt);
  EXPECT_EQ(check_setting({0xffff, 0xffff'ffff}, settings, kFromClient), std::nullopt);
}

TEST(Settings, RefuseEnablePushBeyondOne) {
  EXPECT_EQ(check(enable_push, 2, kFromClient), Rule::enable_push_range);
  EXPECT_EQ(check(enable_push, 0xffff'ffff, kFromServer), Rule::enable_push_range);
  EXPECT_EQ(check(enable_push, 1, kFromClient), std::nullopt);
  EXPECT_EQ(check(enable_push, 0, kFromServer), std::nullopt);
}

TEST(Settings, RefuseAServerThatEnablesPushD42) {
  EXPECT_EQ(check(enable_push, 1, kFromServer), Rule::enable_push_from_server);
  EXPECT_FALSE(may_announce(setting(enable_push, 1), {}, kFromServer));
}

TEST(Settings, RefuseWindowsThatNoWindowMayHaveD43) {
  EXPECT_EQ(check(initial_window_size, 0x7fff'ffff, kFromClient), std::nullopt);
  EXPECT_EQ(check(initial_window_size, 0x8000'0000, kFromClient), Rule::initial_window_size_range);
  EXPECT_EQ(row(Rule::initial_window_size_range).code, ErrorCode::flow_control_error);
}

TEST(Settings, RefuseFrameSizesOutsideTheirRangeD43) {
  EXPECT_EQ(check(max_frame_size, 16383, kFromClient), Rule::max_frame_size_range);
  EXPECT_EQ(check(max_frame_size, 16384, kFromClient), std::nullopt);
  EXPECT_EQ(check(max_frame_size, 0xff'ffff, kFromClient), std::nullopt);
  EXPECT_EQ(check(max_frame_size, 0x100'0000, kFromClient), Rule::max_frame_size_range);
}

TEST(Settings, AcceptAnyTableSizeStreamLimitAndListSize) {
  for (const SettingId id : {header_table_size, max_concurrent_streams, max_header_list_size}) {
    EXPECT_EQ(check(id, 0, kFromClient), std::nullopt);
    EXPECT_EQ(check(id, 0xffff'ffff, kFromClient), std::nullopt);
  }
}

TEST(Settings, RefuseToWithdrawTheConnectProtocolD38) {
  Settings before;
  EXPECT_EQ(check_setting(setting(enable_connect_protocol, 0), before, kFromServer), std::nullopt);
  before.apply(setting(enable_connect_protocol, 1));

  EXPECT_EQ(check_setting(setting(enable_connect_protocol, 0), before, kFromServer),
            Rule::enable_connect_protocol_withdrawn);
  EXPECT_EQ(check(enable_connect_protocol, 2, kFromServer), Rule::enable_connect_protocol_range);
}

TEST(Settings, IgnoreTheConnectProtocolOfAClientD38) {
  EXPECT_EQ(check(enable_connect_protocol, 2, kFromClient), std::nullopt);
  EXPECT_FALSE(may_announce(setting(enable_connect_protocol, 2), {}, kFromClient));
  EXPECT_TRUE(may_announce(setting(enable_connect_protocol, 1), {}, kFromClient));
}

TEST(Settings, FixTheChoiceOfPrioritiesInTheFirstFrame) {
  EXPECT_EQ(check(no_rfc7540_priorities, 1, kFirstFromServer), std::nullopt);
  EXPECT_EQ(check(no_rfc7540_priorities, 1, kFromServer), Rule::no_rfc7540_priorities_changed);
  EXPECT_EQ(check(no_rfc7540_priorities, 0, kFromServer), std::nullopt);
  EXPECT_EQ(check(no_rfc7540_priorities, 2, kFirstFromServer), Rule::no_rfc7540_priorities_range);
}

// Values of one frame are processed in order, so that a bad one counts although a good one follows.
TEST(Settings, JudgeARepeatedParameterEachTimeD41) {
  const auto frame = std::to_array<Setting>(
      {setting(enable_connect_protocol, 1), setting(enable_connect_protocol, 0)});
  Settings before;
  std::vector<std::optional<Rule>> broken;
  for (const Setting& each : frame) {
    broken.push_back(check_setting(each, before, kFromServer));
    before.apply(each);
  }

  EXPECT_EQ(broken[0], std::nullopt);
  EXPECT_EQ(broken[1], Rule::enable_connect_protocol_withdrawn);
}

TEST(Settings, ClampToTheNearestValueInRange) {
  EXPECT_EQ(clamped(setting(enable_push, 9)), 1U);
  EXPECT_EQ(clamped(setting(initial_window_size, 0xffff'ffff)), 0x7fff'ffffU);
  EXPECT_EQ(clamped(setting(max_frame_size, 0)), 16384U);
  EXPECT_EQ(clamped(setting(max_frame_size, 0xffff'ffff)), 0xff'ffffU);
  EXPECT_EQ(clamped(setting(header_table_size, 0xffff'ffff)), 0xffff'ffffU);
}

TEST(SettingsQueue, PutsOneFrameInForceForEachAckD39) {
  SettingsQueue queue;
  queue.push(std::to_array<Setting>({setting(initial_window_size, 1), setting(enable_push, 0)}));
  queue.push(std::to_array<Setting>({setting(initial_window_size, 2)}));
  queue.push({});

  ASSERT_EQ(queue.frames(), 3U);
  ASSERT_EQ(queue.front().size(), 2U);
  EXPECT_EQ(queue.front()[0].value, 1U);
  EXPECT_EQ(queue.front()[1].value, 0U);
  queue.pop();
  ASSERT_EQ(queue.front().size(), 1U);
  EXPECT_EQ(queue.front()[0].value, 2U);
  queue.pop();
  EXPECT_TRUE(queue.front().empty());
  queue.pop();
  EXPECT_TRUE(queue.empty());
}

TEST(SettingsQueue, TellsTwoFramesFromOneInItsDigest) {
  const auto digest_of = [](const SettingsQueue& queue) {
    Hasher hasher;
    hasher.add(queue);
    return hasher.digest();
  };
  const auto entries = std::to_array<Setting>({{1, 1}, {2, 0}});
  SettingsQueue together;
  together.push(entries);
  SettingsQueue apart;
  apart.push(std::span(entries).first(1));
  apart.push(std::span(entries).last(1));

  EXPECT_NE(digest_of(together), digest_of(apart));
}

}  // namespace
}  // namespace h2assay
