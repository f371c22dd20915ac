// The programmable misbehaving peer: frames dropped, repeated, altered, reordered, delayed.

#include "engine/frame_filter.h"

#include <gtest/gtest.h>

#include "engine/connection_test_support.h"

namespace h2assay::testing {
namespace {

// Three PING frames through the filter, as the fill of each that goes out.
std::string through(FrameFilter& filter, std::size_t cut = 1000) {
  Wire wire;
  const auto octets = wire.ping(1).ping(2).ping(3).take();
  std::string fills;
  for (std::size_t at = 0; at < octets.size(); at += cut) {
    const Octets out = filter.pass(Octets(octets).subspan(at, std::min(cut, octets.size() - at)));
    for (const Seen& seen : frames(out)) fills += static_cast<char>('0' + seen.payload[0]);
  }
  return fills;
}

TEST(FrameFilter, LetsEverythingPassHoweverItIsCut) {
  for (const std::size_t cut : {1U, 5U, 17U, 1000U}) {
    FrameFilter filter;
    EXPECT_EQ(through(filter, cut), "123");
  }
}

TEST(FrameFilter, DropsWhatFits) {
  FrameFilter filter;
  filter.add({.type = FrameType::ping, .skip = 1, .times = 1, .action = FrameFilter::Drop{}});
  filter.add({.type = FrameType::data, .action = FrameFilter::Drop{}});
  EXPECT_EQ(through(filter), "13");
}

TEST(FrameFilter, Repeats) {
  FrameFilter filter;
  filter.add({.type = FrameType::ping, .times = 1, .action = FrameFilter::Repeat{2}});
  EXPECT_EQ(through(filter), "11123");
}

TEST(FrameFilter, Reorders) {
  FrameFilter filter;
  filter.add({.type = FrameType::ping, .times = 1, .action = FrameFilter::Reorder{}});
  EXPECT_EQ(through(filter), "213");
}

TEST(FrameFilter, DelaysAndGivesWhatIsHeldBackAtLast) {
  FrameFilter filter;
  filter.add({.type = FrameType::ping, .times = 1, .action = FrameFilter::Delay{2}});
  EXPECT_EQ(through(filter, 3), "231");
  FrameFilter later;
  later.add({.type = FrameType::ping, .times = 1, .action = FrameFilter::Delay{9}});
  EXPECT_EQ(through(later), "23");
  EXPECT_EQ(frames(later.flush()).size(), 1U);
  EXPECT_TRUE(later.flush().empty());
}

TEST(FrameFilter, AltersAFrame) {
  FrameFilter filter;
  filter.add({.type = FrameType::ping,
              .skip = 2,
              .action = FrameFilter::Alter{[](const Frame& frame, OctetBuffer& out) {
                append_frame(out, frame.header.type, flags::ack, 0, frame.payload);
              }}});
  Wire wire;
  const auto octets = wire.ping(1).ping(2).ping(3).take();
  const auto seen = frames(filter.pass(octets));
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_EQ(seen[1].header.flags, 0);
  EXPECT_EQ(seen[2].header.flags, flags::ack);
}

TEST(FrameFilter, MakesAServerThatForgetsItsSettingsAck) {
  Connection client{client_options()};
  Connection server{server_options()};
  ASSERT_TRUE(client.initiate_connection());
  ASSERT_TRUE(server.initiate_connection());
  FrameFilter filter;
  filter.add({.type = FrameType::settings, .flags = flags::ack, .action = FrameFilter::Drop{}});
  static_cast<void>(server.receive_data(client.data_to_send()));
  Events events = client.receive_data(filter.pass(server.data_to_send()));
  EXPECT_NE(find<RemoteSettingsChanged>(events), nullptr);
  EXPECT_EQ(find<SettingsAcknowledged>(events), nullptr);
}

TEST(FrameFilter, LeavesTheClientsPrefaceAlone) {
  Connection client{client_options()};
  ASSERT_TRUE(client.initiate_connection());
  const Octets all = client.data_to_send();
  FrameFilter filter;
  filter.add({.type = FrameType::settings, .action = FrameFilter::Repeat{1}});
  EXPECT_TRUE(filter.pass(all.first(10)).empty());
  const Octets out = filter.pass(all.subspan(10));
  EXPECT_TRUE(text_of(out).starts_with(kClientPreface));
  EXPECT_EQ(count(frames(out), FrameType::settings), 2U);
}

TEST(Unchecked, LetsTheCallerBreakEveryRuleOfSending) {
  Options options = client_options();
  options.unchecked = true;
  Connection client(options);
  ASSERT_TRUE(client.initiate_connection());
  static_cast<void>(client.data_to_send());
  EXPECT_TRUE(client.send_data(9, octets_of("idle")));
  EXPECT_TRUE(client.reset_stream(7));
  EXPECT_TRUE(client.send_headers(1, kRequest, kEnd));
  EXPECT_TRUE(
      client.send_data(1, std::string_view("after the end").empty() ? Octets() : octets_of("x")));
  EXPECT_TRUE(client.send_headers(1, kRequest, kEnd));
  EXPECT_TRUE(client.send_headers(2, kRequest, kEnd));
  EXPECT_TRUE(client.send_headers(3, kPost));
  const std::string large(70000, 'x');
  EXPECT_TRUE(client.send_data(3, octets_of(large)));
  EXPECT_LT(client.outbound_flow_control_window(), 0);
  EXPECT_TRUE(client.increment_flow_control_window(0, 0));
  EXPECT_TRUE(client.send_unknown_frame(0x6, 0, 0, octets_of("short")));
  const std::vector<Setting> bad{setting(SettingId::enable_push, 2)};
  EXPECT_TRUE(client.update_settings(bad));
  EXPECT_TRUE(client.push_stream(3, 5, kRequest));
  const auto out = frames(client.data_to_send());
  EXPECT_EQ(out.size(), 12U);
  EXPECT_EQ(out[0].header.stream_id, 9U);
}

}  // namespace
}  // namespace h2assay::testing
