// How a connection is meant to be used, sentence by sentence: its internal buffer, sending data,
// and when to send.  engine/README.md tells the same in prose.

#include <gtest/gtest.h>

#include "engine/connection_test_support.h"

namespace h2assay::testing {
namespace {

TEST(InternalBuffer, HoldsWhatIsToBeSentBecauseTheConnectionDoesNoInput) {
  Pair pair;
  EXPECT_EQ(pair.client.outbound_octets(), 0U);
  ASSERT_TRUE(pair.client.send_headers(1, kRequest, kEnd));
  EXPECT_GT(pair.client.outbound_octets(), 0U);
}

TEST(InternalBuffer, IsBoundedSoThatForgettingItDoesNotEatTheMemory) {
  Pair pair;
  Sent<> sent;
  while (sent) sent = pair.client.ping({});
  EXPECT_EQ(sent.error(), Misuse::output_full);
  EXPECT_LE(pair.client.outbound_octets(),
            std::size_t{pair.client.options().limits.output_octets} + 17);
}

TEST(InternalBuffer, StaysEmptyWhenItIsSentAtRegularIntervals) {
  Pair pair;
  for (int i = 0; i < 200000; ++i) {
    ASSERT_TRUE(pair.client.ping({})) << i;
    static_cast<void>(pair.client.data_to_send());
    ASSERT_EQ(pair.client.outbound_octets(), 0U);
  }
}

TEST(SendingData, MayConsumeOnlyASubset) {
  Pair pair;
  ASSERT_TRUE(pair.client.send_headers(1, kPost));
  ASSERT_TRUE(pair.client.send_data(1, octets_of("0123456789")));
  Connection twin = pair.client;
  const std::string whole(text_of(twin.data_to_send()));
  std::string pieces;
  const std::size_t room_in_the_socket = 7;
  while (pair.client.outbound_octets() != 0) {
    const Octets piece = pair.client.data_to_send(room_in_the_socket);
    EXPECT_LE(piece.size(), room_in_the_socket);
    pieces += text_of(piece);
  }
  EXPECT_EQ(pieces, whole);
}

TEST(SendingData, CannotPutBackWhatWasPulledOut) {
  Pair pair;
  ASSERT_TRUE(pair.client.ping({1}));
  const std::string first(text_of(pair.client.data_to_send(10)));
  const std::string rest(text_of(pair.client.data_to_send()));
  EXPECT_EQ(first.size() + rest.size(), 17U) << "what was handed out does not come again";
  EXPECT_TRUE(pair.client.data_to_send().empty());
}

TEST(SendingData, GivesEverythingToThoseWhoCanBlockUntilItIsSent) {
  Pair pair;
  ASSERT_TRUE(pair.client.ping({1}));
  ASSERT_TRUE(pair.client.ping({2}));
  EXPECT_EQ(frames(pair.client.data_to_send()).size(), 2U);
  EXPECT_EQ(pair.client.outbound_octets(), 0U);
}

TEST(SendingData, CanBeGivenUpAltogether) {
  Pair pair;
  ASSERT_TRUE(pair.client.ping({1}));
  pair.client.clear_outbound_data_buffer();
  EXPECT_TRUE(pair.client.data_to_send().empty());
}

TEST(WhenToSend, ReceivingWritesRepliesThatNeedNoUser) {
  Played server(server_options());
  server.wire.ping(9).settings();
  static_cast<void>(server.feed());
  const auto out = server.drain();
  ASSERT_EQ(out.size(), 2U);
  EXPECT_TRUE(out[0].is(FrameType::ping));
  EXPECT_TRUE(out[1].is(FrameType::settings));
}

TEST(WhenToSend, UserActionsWriteToTheBuffer) {
  Played server(server_options());
  server.wire.headers(1, kRequest, true);
  static_cast<void>(server.feed());
  EXPECT_EQ(server.engine.outbound_octets(), 0U);
  ASSERT_TRUE(server.engine.send_headers(1, kResponse, kEnd));
  EXPECT_GT(server.engine.outbound_octets(), 0U);
}

TEST(WhenToSend, NothingElseWritesToTheBuffer) {
  Played server(server_options());
  server.wire.headers(1, kPost, false).data(1, "content");
  static_cast<void>(server.feed());
  static_cast<void>(server.drain());
  server.engine.advance(1'000'000);
  static_cast<void>(server.engine.digest());
  static_cast<void>(server.engine.local_flow_control_window(1));
  static_cast<void>(server.engine.remote_flow_control_window(1));
  static_cast<void>(server.engine.get_next_available_stream_id());
  static_cast<void>(server.engine.stream_phase(1));
  const Connection copy = server.engine;
  EXPECT_EQ(copy.outbound_octets(), 0U);
  EXPECT_EQ(server.engine.outbound_octets(), 0U);
}

TEST(WhenToSend, OnceBehindTheLoopOverTheEvents) {
  Played server(server_options());
  server.wire.headers(1, kRequest, true).headers(3, kRequest, true).ping();
  for (const Event& event : server.feed()) {
    if (const auto* request = std::get_if<RequestReceived>(&event)) {
      ASSERT_TRUE(server.engine.send_headers(request->stream_id, kResponse, kEnd));
    }
  }
  EXPECT_EQ(server.drain().size(), 3U) << "one emptying sends both responses and the PING ACK";
}

TEST(WhenToSend, OnceBehindAllTheCallsOfAnAction) {
  Pair pair;
  ASSERT_TRUE(pair.client.send_headers(1, kPost));
  ASSERT_TRUE(pair.client.send_data(1, octets_of("a")));
  ASSERT_TRUE(pair.client.end_stream(1));
  EXPECT_EQ(frames(pair.client.data_to_send()).size(), 3U);
}

TEST(FlowControl, CountsContentAndPaddingAndIsReopenedByHandOrCoalesced) {
  Played server(server_options());
  server.wire.headers(1, kPost, false).data(1, "12345", false, 10);
  const Events events = server.feed();
  ASSERT_NE(find<DataReceived>(events), nullptr);
  EXPECT_EQ(find<DataReceived>(events)->data.size(), 5U);
  EXPECT_EQ(find<DataReceived>(events)->flow_controlled_length, 16U);
  EXPECT_EQ(server.engine.remote_flow_control_window(1), 65535 - 16);
  ASSERT_TRUE(server.engine.increment_flow_control_window(16, 1));
  EXPECT_EQ(server.engine.inbound_flow_control_window(), 65535 - 16)
      << "stream and connection apart";
  ASSERT_TRUE(server.engine.increment_flow_control_window(16));
  EXPECT_EQ(server.drain().size(), 2U);
  server.wire.data(1, std::string(16000, 'x')).data(1, std::string(16000, 'x'));
  server.wire.data(1, std::string(16000, 'x'));
  static_cast<void>(server.feed());
  ASSERT_TRUE(server.engine.acknowledge_received_data(16000, 1));
  EXPECT_TRUE(server.drain().empty()) << "coalesced: below half of the window";
  ASSERT_TRUE(server.engine.acknowledge_received_data(32000, 1));
  EXPECT_EQ(server.drain().size(), 2U);
}

TEST(FlowControl, RefusesWhatIsBeyondTheLowerOfBothWindows) {
  Played client(client_options());
  client.wire.settings({setting(SettingId::initial_window_size, 20)});
  static_cast<void>(client.feed());
  ASSERT_TRUE(client.engine.send_headers(1, kPost));
  EXPECT_EQ(client.engine.local_flow_control_window(1), 20);
  const std::string twenty(20, 'x');
  EXPECT_EQ(client.engine.send_data(1, octets_of(twenty), EndStream::no, 0).error(),
            Misuse::window_exhausted)
      << "the pad length octet counts";
  EXPECT_TRUE(client.engine.send_data(1, octets_of(twenty)));
  client.wire.window(1, 1 << 20);
  static_cast<void>(client.feed());
  EXPECT_EQ(client.engine.local_flow_control_window(1), 65535 - 20) << "the connection's is lower";
  const std::string large(16385, 'x');
  EXPECT_EQ(client.engine.send_data(1, octets_of(large)).error(), Misuse::frame_too_large);
}

}  // namespace
}  // namespace h2assay::testing
