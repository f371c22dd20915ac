// Every attack of classes A to F that an engine can see runs into a limit which names itself, and
// the memory stays flat.  Honest use of the same features does not.

#include <gtest/gtest.h>

#include "engine/connection_flood_test_support.h"

namespace h2assay::testing {
namespace {

TEST(LimitsA1, PingsThatNobodyDrains) {
  Played idle(server_options());
  EXPECT_LIMIT(flood(idle, 5000, false, [&](std::size_t) { idle.wire.ping(); }),
               Rule::undrained_replies,
               1000,
               1000);
  Played drained(server_options());
  EXPECT_NO_LIMIT(flood(drained, 20000, true, [&](std::size_t) { drained.wire.ping(); }));
}

TEST(LimitsA1, ADrainInPartsCountsToo) {
  Played server(server_options());
  for (int i = 0; i < 5000; ++i) {
    server.wire.ping();
    ASSERT_EQ(find<ConnectionFailed>(server.feed()), nullptr) << i;
    static_cast<void>(server.engine.data_to_send(i < 100 ? 10 : 17));  // never empty
  }
  EXPECT_GT(server.engine.outbound_octets(), 0U);
}

TEST(LimitsA2, SettingsThatNobodyDrains) {
  Played server(server_options());
  EXPECT_LIMIT(flood(server, 5000, false, [&](std::size_t) { server.wire.settings(); }),
               Rule::undrained_replies,
               1000,
               1000);
}

TEST(LimitsA3, SettingsFramesOfManyParameters) {
  Played server(server_options());
  server.wire.settings(std::vector<Setting>(32, Setting{0x77, 1}));
  EXPECT_NE(find<RemoteSettingsChanged>(server.feed()), nullptr);
  server.wire.settings(std::vector<Setting>(33, Setting{0x77, 1}));
  expect_failure(server, server.feed(), Rule::settings_entries);
}

TEST(LimitsA4, FlippingTheInitialWindowIsCheap) {
  Played server(server_options());
  for (std::uint32_t id = 1; id < 200; id += 2) server.wire.headers(id, kRequest, true);
  EXPECT_NO_LIMIT(flood(server, 20000, true, [&](std::size_t i) {
    server.wire.settings({setting(SettingId::initial_window_size, i % 2 == 0 ? 0 : 1U << 30U),
                          setting(SettingId::header_table_size, i % 2 == 0 ? 0 : 4096)});
  }));
}

TEST(LimitsA5, OurOwnSettingsDoNotPileUp) {
  Played server(server_options());
  const std::vector<Setting> some{setting(SettingId::max_concurrent_streams, 10)};
  for (int i = 0; i < 16; ++i) ASSERT_TRUE(server.engine.update_settings(some));
  EXPECT_EQ(server.engine.update_settings(some).error(), Misuse::output_full);
  server.wire.settings_ack();
  static_cast<void>(server.feed());
  EXPECT_TRUE(server.engine.update_settings(some));
}

TEST(LimitsA6, EmptyFrames) {
  Played server(server_options());
  server.wire.headers(1, kPost, false);
  EXPECT_LIMIT(flood(server, 100, true, [&](std::size_t) { server.wire.data(1, ""); }),
               Rule::empty_data_frames,
               4,
               4);
  Played block(server_options());
  block.wire.frame(FrameType::headers, 0, 1);
  EXPECT_LIMIT(
      flood(
          block, 100, true, [&](std::size_t) { block.wire.frame(FrameType::continuation, 0, 1); }),
      Rule::continuation_frames,
      8,
      8);
}

TEST(LimitsA7, DataInCrumbs) {
  Played server(server_options());
  server.wire.headers(1, kPost, false);
  EXPECT_LIMIT(flood(server, 9000, true, [&](std::size_t) { server.wire.data(1, "x"); }),
               Rule::small_data,
               1000,
               1100);
  Played read(server_options());
  read.wire.headers(1, kPost, false);
  EXPECT_NO_LIMIT(flood(read, 50000, true, [&](std::size_t i) {
    if (i > 0) {
      EXPECT_TRUE(read.engine.acknowledge_received_data(1, 1));
    }
    read.wire.data(1, "x");
  }));
}

TEST(LimitsA9, WindowUpdatesForNothing) {
  Played server(server_options());
  EXPECT_LIMIT(flood(server, 5000, true, [&](std::size_t) { server.wire.window(0, 1); }),
               Rule::window_updates,
               1000,
               1000);
}

TEST(LimitsA10, PriorityFrames) {
  Played server(server_options());
  EXPECT_LIMIT(
      flood(server,
            5000,
            true,
            [&](std::size_t i) { server.wire.priority(static_cast<std::uint32_t>(2 * i + 1), 0); }),
      Rule::priority_frames,
      1000,
      1000);
}

TEST(LimitsA11, PriorityUpdates) {
  Played server(server_options());
  EXPECT_LIMIT(
      flood(server, 5000, true, [&](std::size_t) { server.wire.priority_update(1, "garbage ("); }),
      Rule::priority_frames,
      1000,
      1000);
}

TEST(LimitsA12, UnknownFrames) {
  Played server(server_options());
  for (std::uint8_t type = 0xff; type > 0x10; --type) {
    for (const std::size_t size : {0U, 1U, 2U, 16384U}) {
      server.wire.unknown(type, size % 2, std::string(size, 'x'));
    }
  }
  EXPECT_EQ(find<ConnectionFailed>(server.feed()), nullptr) << "one of each is fine";
  EXPECT_LIMIT(flood(server, 5000, true, [&](std::size_t) { server.wire.unknown(0xff, 0); }),
               Rule::glitches,
               40,
               60);
  server.engine.advance(1000);
}

TEST(LimitsA13, Goaways) {
  Played client(client_options());
  EXPECT_LIMIT(flood(client, 5000, true, [&](std::size_t) { client.wire.goaway(0); }),
               Rule::glitches,
               1000,
               1001);
}

TEST(LimitsB1, RapidReset) {
  Played server(server_options());
  EXPECT_LIMIT(flood(server,
                     4000,
                     true,
                     [&](std::size_t i) {
                       const auto id = static_cast<std::uint32_t>(2 * i + 1);
                       server.wire.headers(id, kRequest, true).reset(id);
                     }),
               Rule::stream_churn,
               200,
               200);
}

TEST(LimitsB1, CancelsAmongFinishedRequestsAreFine) {
  Played server(server_options());
  EXPECT_NO_LIMIT(flood(server, 4000, true, [&](std::size_t i) {
    const auto id = static_cast<std::uint32_t>(4 * i + 1);
    server.wire.headers(id, kRequest, true).headers(id + 2, kRequest, true).reset(id + 2);
    static_cast<void>(server.feed());
    EXPECT_TRUE(server.engine.send_headers(id, kResponse, kEnd));
  }));
}

TEST(LimitsB2, ResetsThatThePeerProvokes) {
  using Provoke = void (*)(Wire&, std::uint32_t);
  const std::vector<std::pair<const char*, Provoke>> primitives{
      {"zero window update", [](Wire& wire, std::uint32_t id) { wire.window(id, 0); }},
      {"window overflow", [](Wire& wire, std::uint32_t id) { wire.window(id, 0x7fff'ffff); }},
      {"data after the end", [](Wire& wire, std::uint32_t id) { wire.data(id, "x"); }},
      {"headers after the end",
       [](Wire& wire, std::uint32_t id) { wire.headers(id, kTrailers, true); }},
      {"priority length",
       [](Wire& wire, std::uint32_t id) { wire.frame(FrameType::priority, 0, id, "1"); }}};
  for (const auto& [what, provoke] : primitives) {
    SCOPED_TRACE(what);
    Played server(server_options());
    EXPECT_LIMIT(flood(server,
                       1000,
                       true,
                       [&](std::size_t i) {
                         const auto id = static_cast<std::uint32_t>(2 * i + 1);
                         provoke(server.wire.headers(id, kRequest, true), id);
                       }),
                 Rule::stream_churn,
                 200,
                 200);
  }
}

TEST(LimitsB3, AnAdvisoryLimitIsNoWeapon) {
  Played server(server_options());
  server.wire.settings({setting(SettingId::max_header_list_size, 1)}).headers(1, kRequest, true);
  static_cast<void>(server.feed());
  EXPECT_TRUE(server.engine.send_headers(1, kResponse, kEnd));
}

TEST(LimitsB4, InvalidRequests) {
  for (const bool answers : {false, true}) {
    Options options = server_options();
    options.answer_malformed_requests = answers;
    Played server(options);
    EXPECT_LIMIT(flood(server,
                       2000,
                       true,
                       [&](std::size_t i) {
                         const auto id = static_cast<std::uint32_t>(2 * i + 1);
                         server.wire.headers(
                             id, with(kRequest, {{.name = "Upper", .value = ""}}), true);
                       }),
                 Rule::stream_churn,
                 200,
                 200);
  }
}

TEST(LimitsB5, AnIdentifierIsUsedUpByARefusedRequest) {
  Played server(server_options());
  server.wire.headers(1, with(kRequest, {{.name = "Upper", .value = ""}}), true);
  expect_reset(server, server.feed(), 1, Rule::name_upper_case);
  server.wire.headers(1, kRequest, true);
  EXPECT_TRUE(server.feed().empty()) << "dropped: it may have been under way";
}

TEST(LimitsB6, RacesWithTheEndOfAStreamAreNoErrors) {
  Played server(server_options());
  server.wire.headers(1, kRequest, true);
  static_cast<void>(server.feed());
  ASSERT_TRUE(server.engine.send_headers(1, kResponse, kEnd));
  static_cast<void>(server.drain());
  server.wire.window(1, 1).reset(1).priority(1, 0).window(1, 1).reset(1);
  EXPECT_EQ(server.feed().size(), 1U) << "only the priority signal is told";
  EXPECT_TRUE(server.drain().empty());
}

TEST(LimitsB8, AWholeResponseSurvivesAnEarlyReset) {
  Played client(client_options());
  ASSERT_TRUE(client.engine.send_headers(1, kPost));
  client.wire.headers(1, kResponse, false).data(1, "early", true);
  client.wire.reset(1, ErrorCode::no_error);
  const Events events = client.feed();
  ASSERT_EQ(events.size(), 4U);
  EXPECT_TRUE(std::holds_alternative<ResponseReceived>(events[0]));
  EXPECT_TRUE(std::holds_alternative<StreamReset>(events[3]));
}

}  // namespace
}  // namespace h2assay::testing
