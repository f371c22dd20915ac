// The connection at work: handshake, requests and responses, windows, PING, GOAWAY.

#include "engine/connection.h"

#include <gtest/gtest.h>

#include "engine/connection_test_support.h"

namespace h2assay::testing {
namespace {

TEST(Connection, ShakesHandsWithSettingsBothWays) {
  Connection client{client_options()};
  Connection server{server_options()};
  ASSERT_TRUE(client.initiate_connection());
  ASSERT_TRUE(server.initiate_connection());
  std::size_t acknowledged = 0;
  pump(client, server, [&](char, Events events) {
    acknowledged += count<SettingsAcknowledged>(events);
  });
  EXPECT_EQ(acknowledged, 2U);
  EXPECT_EQ(server.remote_settings().max_concurrent_streams, 100U);
  EXPECT_EQ(client.initiate_connection().error(), Misuse::already_initiated);
}

TEST(Connection, CarriesARequestAndItsResponse) {
  Pair pair;
  ASSERT_TRUE(pair.client.send_headers(1, kPost));
  ASSERT_TRUE(pair.client.send_data(1, octets_of("question"), EndStream::yes));
  std::string at_server;
  std::string at_client;
  pump(pair.client, pair.server, [&](char who, Events events) {
    for (const Event& event : events) {
      if (const auto* request = std::get_if<RequestReceived>(&event)) {
        EXPECT_EQ(request->fields.size(), 4U);
        EXPECT_TRUE(std::ranges::equal(request->fields, kPost));
      }
      if (const auto* response = std::get_if<ResponseReceived>(&event)) {
        EXPECT_TRUE(std::ranges::equal(response->fields, kResponse));
      }
      if (const auto* data = std::get_if<DataReceived>(&event)) {
        (who == 's' ? at_server : at_client) += text_of(data->data);
        EXPECT_TRUE(data->stream_ended);
        if (who == 's') {
          ASSERT_TRUE(pair.server.send_headers(1, kResponse));
          ASSERT_TRUE(pair.server.send_data(1, octets_of("answer"), EndStream::yes));
        }
      }
    }
  });
  EXPECT_EQ(at_server, "question");
  EXPECT_EQ(at_client, "answer");
  EXPECT_EQ(pair.client.open_outbound_streams(), 0U);
  EXPECT_EQ(pair.server.open_inbound_streams(), 0U);
  EXPECT_EQ(pair.server.stream_phase(1), StreamPhase::closed_by_end);
}

TEST(Connection, AnswersPing) {
  Played server(server_options());
  server.wire.ping(7);
  EXPECT_NE(find<PingReceived>(server.feed()), nullptr);
  const auto out = server.drain();
  ASSERT_EQ(out.size(), 1U);
  EXPECT_TRUE(out[0].is(FrameType::ping));
  EXPECT_EQ(out[0].header.flags, flags::ack);
  EXPECT_EQ(out[0].payload, std::string(8, '\7'));
}

TEST(Connection, TellsAFailureLastAndGoesSilent) {
  Played server(server_options());
  server.wire.ping(1).headers(1, kRequest, true).frame(FrameType::ping, 0, 0, "short").ping(2);
  const Events events = server.feed();
  EXPECT_NE(find<RequestReceived>(events), nullptr);
  expect_failure(server, events, Rule::ping_length);
  server.wire.ping(3);
  EXPECT_TRUE(server.feed().empty());
  EXPECT_EQ(server.engine.outbound_octets(), 0U);
}

}  // namespace
}  // namespace h2assay::testing
