// Attacks of classes C to F run into limits too; honest use in bulk does not.

#include <gtest/gtest.h>

#include "engine/connection_flood_test_support.h"

namespace h2assay::testing {
namespace {

TEST(LimitsC1, FieldBlocksWithoutEndD74) {
  Options options = server_options();
  options.limits.continuation_frames = 0;
  Played server(options);
  server.wire.frame(FrameType::headers, 0, 1);
  const std::string piece(16384, 'x');
  EXPECT_LIMIT(flood(server,
                     1000,
                     true,
                     [&](std::size_t) { server.wire.frame(FrameType::continuation, 0, 1, piece); }),
               Rule::field_block_octets,
               8,
               8);
}

TEST(LimitsC1, ALegitimateBlockOf64KiBPasses) {
  Options options = server_options();
  options.settings.max_header_list_size = 131072;
  Played server(options);
  const std::string value(12000, '\x01' + 'a');
  std::vector<Field> fields = kRequest;
  for (int i = 0; i < 8; ++i) {
    fields.push_back({.name = "large", .value = value, .never_indexed = true});
  }
  server.wire.headers(1, fields, true);
  EXPECT_NE(find<RequestReceived>(server.feed()), nullptr);
}

TEST(LimitsC2, ABombOfSize) {
  Played server(server_options());
  // GET, https, /, then one field that fills the table and a hundred references to it.
  const std::string bomb =
      "\x82\x87\x84\x40\x04"
      "bomb\x7f\xbd\x1d" +
      std::string(3900, 'v') + std::string(100, '\xbe');
  server.wire.frame(FrameType::headers, flags::end_headers | flags::end_stream, 1, bomb);
  expect_reset(server, server.feed(), 1, Rule::field_list_octets);
}

TEST(LimitsC3, ABombOfCount) {
  Played server(server_options());
  std::vector<Field> fields = kRequest;
  for (int i = 0; i < 300; ++i) fields.push_back({.name = "cookie", .value = "a"});
  server.wire.headers(1, fields, true);
  expect_reset(server, server.feed(), 1, Rule::field_lines);
  fields.resize(54);
  server.wire.headers(3, fields, true);
  const Events events = server.feed();
  ASSERT_NE(find<RequestReceived>(events), nullptr) << "50 crumbs are ordinary";
  EXPECT_EQ(find<RequestReceived>(events)->fields.size(), 5U) << "and are joined";
}

TEST(LimitsC4, AnEmptyNameHidesNothing) {
  Played server(server_options());
  server.wire.headers(1, with(kRequest, {{.name = "", .value = ""}}), true);
  expect_reset(server, server.feed(), 1, Rule::name_empty);
}

TEST(LimitsD3, TheOutputIsBoundedD76) {
  Options options = server_options();
  options.limits.output_octets = 40000;
  Played server(options);
  server.wire.headers(1, kRequest, true).headers(3, kRequest, true);
  server.wire.settings({setting(SettingId::initial_window_size, 0x7fff'ffff)});
  server.wire.window(0, 1 << 30);
  static_cast<void>(server.feed());
  ASSERT_TRUE(server.engine.send_headers(1, kResponse));
  const std::string piece(16000, 'x');
  int sent = 0;
  while (server.engine.send_data(1, octets_of(piece))) ++sent;
  EXPECT_EQ(sent, 3);
  const Digest before = server.engine.digest();
  EXPECT_EQ(server.engine.send_data(1, octets_of(piece)).error(), Misuse::output_full);
  EXPECT_EQ(server.engine.send_headers(3, kResponse).error(), Misuse::output_full);
  EXPECT_EQ(server.engine.ping({}).error(), Misuse::output_full);
  EXPECT_EQ(server.engine.digest(), before);
  server.wire.ping();
  EXPECT_NE(find<PingReceived>(server.feed()), nullptr) << "replies go on";
  EXPECT_TRUE(server.engine.close_connection()) << "and so does the end";
  static_cast<void>(server.engine.data_to_send(30000));
  EXPECT_TRUE(server.engine.send_data(1, octets_of(piece)));
}

TEST(LimitsE10, InterimResponsesForEver) {
  Played client(client_options());
  ASSERT_TRUE(client.engine.send_headers(1, kRequest, kEnd));
  EXPECT_LIMIT(
      flood(client, 1000, true, [&](std::size_t) { client.wire.headers(1, kInterim, false); }),
      Rule::interim_responses,
      100,
      100);
}

TEST(LimitsE11, OriginsInOneFrame) {
  Played client(client_options());
  std::string entries;
  for (int i = 0; i < 129; ++i) entries += std::string("\0\1a", 3);
  client.wire.frame(FrameType::origin, 0, 0, std::string_view(entries).substr(3));
  EXPECT_EQ(count<OriginReceived>(client.feed()), 128U);
  client.wire.frame(FrameType::origin, 0, 0, entries);
  expect_failure(client, client.feed(), Rule::origin_entries);
}

TEST(LimitsF1, PromisesForEver) {
  Played client(client_options());
  ASSERT_TRUE(client.engine.send_headers(1, kPost));
  EXPECT_LIMIT(flood(client,
                     1000,
                     true,
                     [&](std::size_t i) {
                       client.wire.promise(1, static_cast<std::uint32_t>(2 * i + 2), kRequest);
                     }),
               Rule::stream_churn,
               300,
               300);
}

TEST(LimitsF2, AFrameSizeOfNothing) {
  for (const std::uint32_t size : {0U, 1U, 16383U, 16777216U}) {
    Played client(client_options());
    client.wire.settings({setting(SettingId::max_frame_size, size)});
    expect_failure(client, client.feed(), Rule::max_frame_size_range);
  }
}

TEST(Limits, CountByNameInEveryFloodD75) {
  // The floods above, each at once on a fresh connection with all limits off: nothing fails.
  Options options = server_options();
  options.limits = {.field_block_octets = 0,
                    .continuation_frames = 0,
                    .field_lines = 0,
                    .encoder_table_octets = 0,
                    .stream_churn = {},
                    .reserved_streams = 0,
                    .output_octets = 0,
                    .undrained_replies = 0,
                    .settings_entries = 0,
                    .unacknowledged_settings = 0,
                    .unanswered_pings = 0,
                    .priority_frames = {},
                    .window_updates = {},
                    .interim_responses = {},
                    .origin_entries = 0,
                    .glitches = {},
                    .empty_data_frames = 0,
                    .small_data = {}};
  Played server(options);
  server.wire.headers(1, kPost, false);
  const Flood result = flood(server, 3000, false, [&](std::size_t i) {
    const auto id = static_cast<std::uint32_t>(2 * i + 3);
    server.wire.ping().window(0, 1).priority(1, 0).unknown(0xff, 0).data(1, "");
    server.wire.headers(id, kRequest, true).reset(id);
    server.wire.settings(std::vector<Setting>(100, Setting{0x77, 1}));
  });
  EXPECT_FALSE(result.rule);
}

TEST(Limits, TimeRefillsWhatWasSpent) {
  Played server(server_options());
  for (int second = 0; second < 20; ++second) {
    for (int i = 0; i < 100; ++i) server.wire.unknown(0xff, 0);
    ASSERT_EQ(find<ConnectionFailed>(server.feed()), nullptr) << second;
    server.engine.advance(1000);
  }
}

// Issue 3, point 5: a million requests, one in twenty cancelled, a PING each; no clock.
TEST(Limits, AMillionRequestsOnOneConnection) {
  Played server(server_options());
  constexpr std::uint32_t kRequests = 1'000'000;
  std::size_t base = 0;
  std::uint32_t answered = 0;
  for (std::uint32_t i = 0; i < kRequests; ++i) {
    const std::uint32_t id = 2 * i + 1;
    server.wire.headers(id, kRequest, true).ping();
    const bool cancelled = i % 20 == 19;
    if (cancelled) server.wire.reset(id);
    for (const Event& event : server.feed()) {
      ASSERT_FALSE(std::holds_alternative<ConnectionFailed>(event)) << i;
      if (std::holds_alternative<RequestReceived>(event)) ++answered;
    }
    if (!cancelled) {
      ASSERT_TRUE(server.engine.send_headers(id, kResponse, kEnd));
    }
    const Octets out = server.engine.data_to_send();
    ASSERT_NE(out[3], static_cast<std::uint8_t>(FrameType::goaway));
    if (i == 10000) base = mallinfo2().uordblks;
  }
  EXPECT_EQ(answered, kRequests);
  EXPECT_FALSE(server.engine.terminal());
  EXPECT_LE(mallinfo2().uordblks, base + 4096) << "closed streams cost nothing";
}

}  // namespace
}  // namespace h2assay::testing
