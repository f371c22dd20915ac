// What the properties found: each a short conversation that broke a promise once.

#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/connection.h"

namespace h2assay {
namespace {

constexpr std::array<Field, 4> kPost{
    {{":method", "POST"}, {":scheme", "http"}, {":authority", "a.example"}, {":path", "/"}}};

struct Ends {
  explicit Ends(Options c = {}, Options s = {})
      : client(as(c, Role::client)),
        server(as(s, Role::server)) {
    EXPECT_TRUE(client.initiate_connection());
    EXPECT_TRUE(server.initiate_connection());
  }

  static Options as(Options options, Role role) {
    options.role = role;
    return options;
  }

  void to_server() { static_cast<void>(server.receive_data(client.data_to_send())); }

  void to_client() { static_cast<void>(client.receive_data(server.data_to_send())); }

  Connection client;
  Connection server;
};

// The peer reckons by SETTINGS from when they arrive, not from when we hear of it.
TEST(Found, AWindowIsNotOpenedBeyondWhatUnacknowledgedSettingsLeave) {
  Options wide;
  wide.settings.initial_window_size = 0x7fff'ffff;
  Ends ends(wide);
  ASSERT_TRUE(ends.client.send_headers(1, kPost));

  const Sent<> answer = ends.client.increment_flow_control_window(1000, 1);

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error(), Misuse::window_overflow);
}

// The window that the application has already paid for is half of the smaller one: without an
// update the stream would stand still for ever.
TEST(Found, CreditThatWaitsIsReturnedWhenASmallerWindowIsAcknowledged) {
  Options narrow;
  narrow.settings.initial_window_size = 100;
  Ends ends({}, narrow);
  ASSERT_TRUE(ends.client.send_headers(1, kPost));
  const std::vector<std::uint8_t> content(100, 'x');
  ASSERT_TRUE(ends.client.send_data(1, content));
  ends.to_server();
  ASSERT_TRUE(ends.server.acknowledge_received_data(100, 1));

  ends.to_client();
  ends.to_server();
  ends.to_client();

  EXPECT_EQ(ends.server.remote_flow_control_window(1), 100);
  EXPECT_EQ(ends.client.local_flow_control_window(1), 100);
}

// RFC 9110, Section 9.3.6.
TEST(Found, A2xxToConnectIsNotSentWithAContentLength) {
  constexpr std::array<Field, 2> kConnect{{{":method", "CONNECT"}, {":authority", "a:443"}}};
  constexpr std::array<Field, 2> kLong{{{":status", "200"}, {"content-length", "10"}}};
  constexpr std::array<Field, 2> kRefusal{{{":status", "407"}, {"content-length", "0"}}};
  Ends ends;
  ASSERT_TRUE(ends.client.send_headers(1, kConnect));
  ends.to_server();

  EXPECT_EQ(ends.server.send_headers(1, kLong), std::unexpected(Misuse::invalid_fields));
  EXPECT_TRUE(ends.server.send_headers(1, kRefusal));
}

// The origin of ALTSVC is the authority of a stream that the same batch ends.
TEST(Found, AnOriginOutlivesTheStreamThatItCameFrom) {
  Ends ends;
  ASSERT_TRUE(ends.client.send_headers(1, kPost));
  ends.to_server();
  ends.to_client();
  ASSERT_TRUE(ends.server.advertise_alternative_service("h2=\":443\"", "", 1));
  ASSERT_TRUE(ends.server.reset_stream(1, ErrorCode::cancel));

  const Events events = ends.client.receive_data(ends.server.data_to_send());

  const auto* service = std::get_if<AlternativeServiceAvailable>(&events[0]);
  ASSERT_NE(service, nullptr);
  EXPECT_EQ(service->origin, "a.example");
}

// A frame that came in two pieces lies in our buffer, also when the connection fails after it.
TEST(Found, EventsOfAPieceOutliveTheFailureOfTheConnection) {
  Ends ends;
  ends.to_server();
  ends.to_client();
  const std::vector<std::uint8_t> payload(500, 'p');
  ASSERT_TRUE(ends.server.send_unknown_frame(0x42, 0, 0, payload));
  const Octets sent = ends.server.data_to_send();
  std::vector<std::uint8_t> octets(sent.begin(), sent.end());
  octets.insert(octets.end(), {0, 0, 4, 3, 0, 0, 0, 0, 0, 0, 0, 0, 8});
  ASSERT_TRUE(ends.client.receive_data(Octets(octets).first(100)).size() <= 1);

  const Events events = ends.client.receive_data(Octets(octets).subspan(100));

  ASSERT_EQ(events.size(), 2U);
  const auto* unknown = std::get_if<UnknownFrameReceived>(&events[0]);
  ASSERT_NE(unknown, nullptr);
  EXPECT_EQ(std::vector<std::uint8_t>(unknown->payload.begin(), unknown->payload.end()), payload);
  EXPECT_TRUE(std::holds_alternative<ConnectionFailed>(events[1]));
}

}  // namespace
}  // namespace h2assay
