// Every attack of classes A to F that an engine can see runs into a limit which names itself, and
// the memory stays flat.  Honest use of the same features does not.

#include <gtest/gtest.h>
#include <malloc.h>

#include "engine/connection_test_support.h"

namespace h2assay::testing {
namespace {

// Feeds what `step` writes until the connection fails or `most` steps are done; drains after each
// step if asked.  The rule by which it failed, and the number of steps before.
struct Flood {
  std::optional<Rule> rule;
  std::size_t steps = 0;
  std::size_t grown = 0;  // octets of heap, from the 64th step on
};

template <class Step> Flood flood(Played& played, std::size_t most, bool drains, Step step) {
  Flood result;
  std::size_t base = 0;
  for (; result.steps < most; ++result.steps) {
    step(result.steps);
    const Events events = played.feed();
    if (const auto* failed = find<ConnectionFailed>(events)) {
      result.rule = failed->because.rule;
      EXPECT_EQ(failed->because.code, ErrorCode::enhance_your_calm);
      const std::string out(text_of(played.engine.data_to_send()));
      EXPECT_NE(out.find(name(failed->because.rule)), std::string::npos) << "the limit is named";
      break;
    }
    if (drains) static_cast<void>(played.engine.data_to_send());
    const std::size_t now = mallinfo2().uordblks;
    if (result.steps == 64) base = now;
    if (result.steps > 64 && now > base) result.grown = std::max(result.grown, now - base);
  }
  return result;
}

#define EXPECT_LIMIT(result, limit, at_least, at_most)                        \
  do {                                                                        \
    const Flood seen_ = (result);                                             \
    ASSERT_TRUE(seen_.rule) << "no limit within " << seen_.steps << " steps"; \
    EXPECT_EQ(name(*seen_.rule), name(limit));                                \
    EXPECT_GE(seen_.steps, std::size_t{at_least});                            \
    EXPECT_LE(seen_.steps, std::size_t{at_most});                             \
    EXPECT_LE(seen_.grown, 256U * 1024);                                      \
  } while (false)

#define EXPECT_NO_LIMIT(result)                                                \
  do {                                                                         \
    const Flood seen_ = (result);                                              \
    EXPECT_FALSE(seen_.rule) << name(*seen_.rule) << " after " << seen_.steps; \
    EXPECT_LE(seen_.grown, 256U * 1024);                                       \
  } while (false)

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
