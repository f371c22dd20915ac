// The books that nobody sees until they are wrong: what is known of our resets, what the digest
// reads, and input that lies in our own buffers.

#include <gtest/gtest.h>

#include "engine/connection_test_support.h"

namespace h2assay::testing {
namespace {

// A server with a POST open on each of so many streams.
Played with_posts(std::uint32_t streams) {
  Played server(server_options());
  for (std::uint32_t i = 0; i < streams; ++i) server.wire.headers(1 + 2 * i, kPost, false);
  static_cast<void>(server.feed());
  static_cast<void>(server.drain());
  return server;
}

void acknowledge_settings(Played& server) {
  server.wire.settings_ack();
  static_cast<void>(server.feed());
}

TEST(Barriers, AnAcknowledgedSettingsFrameProvesThatAResetBeforeItWasSeen) {
  Played server = with_posts(2);
  acknowledge_settings(server);  // those of the preface, where they still wait
  ASSERT_TRUE(server.engine.reset_stream(1, ErrorCode::cancel));
  ASSERT_TRUE(server.engine.update_settings({{setting(SettingId::max_concurrent_streams, 50)}}));
  ASSERT_TRUE(server.engine.reset_stream(3, ErrorCode::cancel));
  server.wire.data(1, "a race").settings_ack().data(3, "still a race");
  EXPECT_EQ(find<ConnectionFailed>(server.feed()), nullptr);
  server.wire.data(1, "no race any more");
  expect_failure(server, server.feed(), Rule::frame_after_seen_reset);
}

TEST(Barriers, APingProvesItToo) {
  Played server = with_posts(2);
  ASSERT_TRUE(server.engine.reset_stream(1, ErrorCode::cancel));
  ASSERT_TRUE(server.engine.ping({1}));
  ASSERT_TRUE(server.engine.reset_stream(3, ErrorCode::cancel));
  server.wire.ping(0).data(1, "a race");
  EXPECT_EQ(find<ConnectionFailed>(server.feed()), nullptr);
  server.wire.frame(FrameType::ping, flags::ack, 0, std::string("\1\0\0\0\0\0\0\0", 8));
  server.wire.data(3, "still a race");
  EXPECT_EQ(find<ConnectionFailed>(server.feed()), nullptr);
  server.wire.headers(1, kTrailers, true);
  expect_failure(server, server.feed(), Rule::frame_after_seen_reset);
}

TEST(Barriers, AnUnaskedAcknowledgementProvesNothing) {
  Played server = with_posts(1);
  acknowledge_settings(server);
  ASSERT_TRUE(server.engine.reset_stream(1, ErrorCode::cancel));
  server.wire.settings_ack().ping(9, true).data(1, "a race");
  EXPECT_EQ(find<ConnectionFailed>(server.feed()), nullptr);
}

TEST(Barriers, CountTheResetOfAStreamThatWasOverBefore) {
  Played server(server_options());
  server.wire.headers(1, kRequest, true);
  static_cast<void>(server.feed());
  ASSERT_TRUE(server.engine.send_headers(1, kResponse, kEnd));
  static_cast<void>(server.drain());
  server.wire.data(1, "late").data(1, "later");
  static_cast<void>(server.feed());
  EXPECT_EQ(count(server.drain(), FrameType::rst_stream), 1U) << "one, then silence";
  ASSERT_TRUE(server.engine.ping({1}));
  server.wire.frame(FrameType::ping, flags::ack, 0, std::string("\1\0\0\0\0\0\0\0", 8));
  static_cast<void>(server.feed());
  server.wire.data(1, "the reset has been seen");
  expect_failure(server, server.feed(), Rule::frame_after_seen_reset);
}

using Step = void (*)(Played&);

void finish(Played& server, std::uint32_t id, const std::vector<Field>& fields) {
  server.wire.headers(id, fields, true);
  static_cast<void>(server.feed());
  ASSERT_TRUE(server.engine.send_headers(id, kResponse, kEnd));
  static_cast<void>(server.drain());
}

void ping_with(Played& server, std::uint8_t octet) {
  ASSERT_TRUE(server.engine.ping({octet}));
  static_cast<void>(server.drain());
}

// Each of these differs from the others in one member of the connection's state.
const std::vector<std::pair<const char*, Step>> kStates = {
    {"nothing", [](Played&) {}},
    {"an answered PING that waits", [](Played& s) { s.wire.ping(1), static_cast<void>(s.feed()); }},
    {"a PING of ours", [](Played& s) { ping_with(s, 1); }},
    {"another PING of ours", [](Played& s) { ping_with(s, 2); }},
    {"an open block",
     [](Played& s) {
       s.wire.frame(FrameType::headers, 0, 5, "\x82");
       static_cast<void>(s.feed());
     }},
    {"the decoder's table",
     [](Played& s) { finish(s, 5, with(kRequest, {{.name = "x-a", .value = "1"}})); }},
    {"another decoder's table",
     [](Played& s) { finish(s, 5, with(kRequest, {{.name = "x-a", .value = "2"}})); }},
    {"a higher stream", [](Played& s) { finish(s, 7, kRequest); }},
    {"the encoder's table",
     [](Played& s) {
       ASSERT_TRUE(
           s.engine.send_headers(1, with(kResponse, {{.name = "server", .value = "table"}})));
       static_cast<void>(s.drain());
     }},
    {"the peer's settings",
     [](Played& s) {
       s.wire.settings({setting(SettingId::max_frame_size, 20000)});
       static_cast<void>(s.feed());
       static_cast<void>(s.drain());
     }},
    {"settings that wait for their ACK",
     [](Played& s) {
       ASSERT_TRUE(s.engine.update_settings({{setting(SettingId::max_frame_size, 20000)}}));
       static_cast<void>(s.drain());
     }},
    {"other settings that wait",
     [](Played& s) {
       ASSERT_TRUE(s.engine.update_settings({{setting(SettingId::max_frame_size, 30000)}}));
       static_cast<void>(s.drain());
     }},
    {"a reset by us",
     [](Played& s) {
       ASSERT_TRUE(s.engine.reset_stream(1, ErrorCode::cancel));
       static_cast<void>(s.drain());
     }},
    {"a reset by the peer",
     [](Played& s) {
       s.wire.reset(1);
       static_cast<void>(s.feed());
     }},
    {"a reset before a PING",
     [](Played& s) {
       ASSERT_TRUE(s.engine.reset_stream(1, ErrorCode::cancel));
       ping_with(s, 1);
     }},
    {"a reset behind a PING",
     [](Played& s) {
       ping_with(s, 1);
       ASSERT_TRUE(s.engine.reset_stream(1, ErrorCode::cancel));
       static_cast<void>(s.drain());
     }},
    {"a window of the connection",
     [](Played& s) {
       s.wire.window(0, 1);
       static_cast<void>(s.feed());
     }},
    {"a GOAWAY of ours",
     [](Played& s) {
       ASSERT_TRUE(s.engine.close_connection());
       static_cast<void>(s.drain());
     }},
    {"a GOAWAY of the peer",
     [](Played& s) {
       s.wire.goaway(0);
       static_cast<void>(s.feed());
     }},
    {"a budget",
     [](Played& s) {
       s.wire.priority(1, 0);
       static_cast<void>(s.feed());
     }},
    {"a prioritized idle stream",
     [](Played& s) {
       s.wire.priority_update(9, "u=1");
       static_cast<void>(s.feed());
     }},
};

TEST(Digest, ReadsEachMemberOfTheState) {
  std::vector<Digest> seen;
  for (const auto& [what, step] : kStates) {
    Played server = with_posts(2);
    step(server);
    const Digest digest = server.engine.digest();
    const auto same = std::ranges::find(seen, digest);
    EXPECT_EQ(same, seen.end()) << what << " is not told from "
                                << kStates[static_cast<std::size_t>(same - seen.begin())].first;
    seen.push_back(digest);
  }
}

TEST(Digest, ReadsOptionsAndLimits) {
  const Digest plain = Connection(server_options()).digest();
  Options options = server_options();
  options.limits.continuation_frames += 1;
  EXPECT_NE(Connection(options).digest(), plain);
  options = server_options();
  options.quirks.off(Rule::ping_length);
  EXPECT_NE(Connection(options).digest(), plain);
  options = server_options();
  options.strict_fields = !options.strict_fields;
  EXPECT_NE(Connection(options).digest(), plain);
}

TEST(Digest, KnowsBarriersByTheirDistanceOnly) {
  Played straight = with_posts(1);
  Played detour = with_posts(1);
  ASSERT_TRUE(detour.engine.ping({7}));
  detour.wire.frame(FrameType::ping, flags::ack, 0, std::string("\7\0\0\0\0\0\0\0", 8));
  static_cast<void>(detour.feed());
  for (Played* server : {&straight, &detour}) {
    ASSERT_TRUE(server->engine.reset_stream(1, ErrorCode::cancel));
    ping_with(*server, 1);
  }
  EXPECT_EQ(straight.engine.digest(), detour.engine.digest());
}

const std::string kMarks(64, 'A');

// What was told of DATA with the marks: the views of this batch still show them.
void expect_marks(Events events) {
  const auto* data = find<DataReceived>(events);
  ASSERT_NE(data, nullptr);
  EXPECT_EQ(text_of(data->data), kMarks);
}

// The payload of a frame that came in two pieces lies with the reader, which is about to finish one
// frame and to keep the beginning of another.
TEST(Aliasing, InputMayLieInAPayloadThatWasPutTogether) {
  Played server = with_posts(1);
  const auto ping = server.wire.ping(1).take();
  const auto begun = server.wire.data(1, std::string(150, 'B')).take();
  const auto marks = server.wire.data(1, kMarks).take();
  constexpr std::size_t kCut = 5;
  std::string inner(text_of(Octets(ping).subspan(kCut)));
  inner += text_of(marks);
  inner += text_of(Octets(begun).first(140));
  auto outer = server.wire.data(1, inner).take();
  outer.insert(outer.end(), ping.begin(), ping.begin() + kCut);
  static_cast<void>(server.engine.receive_data(Octets(outer).first(20)));
  const Events events = server.engine.receive_data(Octets(outer).subspan(20));
  ASSERT_NE(find<DataReceived>(events), nullptr);
  const Octets view = find<DataReceived>(events)->data;
  ASSERT_EQ(text_of(view), inner);
  const Events again = server.engine.receive_data(view);
  EXPECT_EQ(count<PingReceived>(again), 1U);
  expect_marks(again);
}

// What was handed out lies where the replies to it are written.
TEST(Aliasing, InputMayLieInWhatWasHandedOut) {
  Played client(client_options());
  ASSERT_TRUE(client.engine.send_headers(1, kPost));
  client.wire.headers(1, kResponse, false);
  static_cast<void>(client.feed());
  static_cast<void>(client.drain());
  ASSERT_TRUE(client.engine.send_data(1, octets_of(kMarks)));
  for (std::uint8_t i = 1; i <= 8; ++i) ASSERT_TRUE(client.engine.ping({i}));
  const Events events = client.engine.receive_data(client.engine.data_to_send());
  EXPECT_EQ(count<PingReceived>(events), 8U);
  expect_marks(events);
}

// A field's text lies where the next block's is written: here a block that grows as it is decoded.
TEST(Aliasing, InputMayLieInAField) {
  Options options = server_options();
  options.validate_inbound_fields = false;
  Played server(options);
  Wire inner;
  inner.encoder() = hpack::Encoder(0, {.huffman = hpack::EncodingPolicy::Huffman::always});
  const std::string long_value(2000, '0');  // five bits each
  inner.headers(3, with(kPost, {{.name = "x", .value = long_value, .never_indexed = true}}), false);
  const auto octets = inner.data(3, kMarks).ping(1).take();
  server.wire.encoder() = hpack::Encoder(0);  // with an empty table its text begins anew
  server.wire.headers(
      1, with(kRequest, {{.name = "y", .value = text_of(octets), .never_indexed = true}}), true);
  const Events events = server.feed();
  ASSERT_NE(find<RequestReceived>(events), nullptr);
  const Octets view = octets_of(find<RequestReceived>(events)->fields.back().value);
  ASSERT_TRUE(std::ranges::equal(view, octets));
  const Events again = server.engine.receive_data(view);
  EXPECT_EQ(count<PingReceived>(again), 1U);
  expect_marks(again);
}

}  // namespace
}  // namespace h2assay::testing
