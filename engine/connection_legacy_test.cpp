// What RFC 9113 has left behind or handed over: priorities and the h2c upgrade (D78, D79).

#include <gtest/gtest.h>

#include "engine/connection_test_support.h"

namespace h2assay::testing {
namespace {

TEST(ConnectionPriority, Rfc9218IsSpokenD78) {
  Options options = client_options();
  options.settings.no_rfc7540_priorities = 1;
  Pair pair(options);
  ASSERT_TRUE(pair.client.update_priority(1, "u=1, i"));
  HeadersOptions how = kEnd;
  how.priority = Priority{.depends_on = 3, .weight = 256, .exclusive = true};
  ASSERT_TRUE(pair.client.send_headers(1, kRequest, how));
  bool updated = false;
  bool old_signal = false;
  pump(pair.client, pair.server, [&](char, Events events) {
    const auto* update = find<PriorityUpdateReceived>(events);
    updated = updated || (update != nullptr && update->value == "u=1, i");
    old_signal = old_signal || find<PriorityUpdated>(events) != nullptr;
  });
  EXPECT_TRUE(updated);
  EXPECT_FALSE(old_signal) << "the client has said that it means none";
  EXPECT_EQ(pair.server.update_priority(1, "u=1").error(), Misuse::wrong_role);

  Played server(server_options());
  server.wire.priority_update(2, "u=1");
  expect_failure(server, server.feed(), Rule::priority_update_for_idle_push);
  Options few = server_options();
  few.settings.max_concurrent_streams = 2;
  Played narrow(few);
  narrow.wire.priority_update(1, "u=1").priority_update(3, "u=1").priority_update(3, "u=2");
  EXPECT_EQ(count<PriorityUpdateReceived>(narrow.feed()), 3U);
  narrow.wire.priority_update(5, "u=1");
  expect_failure(narrow, narrow.feed(), Rule::priority_update_too_many);
  Played client(client_options());
  client.wire.priority_update(1, "u=1");
  expect_failure(client, client.feed(), Rule::priority_update_from_server);
}

// The limit may fall after a stream got its priority: the client then keeps quiet about it, and a
// server that hears of it again does not hold it against the client.
TEST(ConnectionPriority, ALoweredLimitCountsWhatWasPrioritizedBefore) {
  Options none = server_options();
  none.settings.max_concurrent_streams = 0;
  Connection client(client_options());
  ASSERT_TRUE(client.initiate_connection());
  ASSERT_TRUE(client.update_priority(29, "u=1"));
  Connection server(none);
  ASSERT_TRUE(server.initiate_connection());
  pump(client, server, [](char, Events) {});
  EXPECT_EQ(client.update_priority(29, "u=2").error(), Misuse::too_many_streams);

  Connection narrow(none);
  ASSERT_TRUE(narrow.initiate_connection());
  Wire wire;
  wire.preface().settings().priority_update(29, "u=1").settings_ack();
  wire.priority_update(29, "u=2");
  const std::vector<std::uint8_t> octets = wire.take();
  EXPECT_EQ(count<PriorityUpdateReceived>(narrow.receive_data(octets)), 2U);
  const std::vector<std::uint8_t> more = wire.priority_update(31, "u=1").take();
  EXPECT_NE(find<ConnectionFailed>(narrow.receive_data(more)), nullptr);
}

TEST(ConnectionUpgrade, TheUpgradeOfRfc7540IsAnOptionD79) {
  EXPECT_EQ(Connection(client_options()).initiate_upgrade_connection().error(),
            Misuse::invalid_argument);
  Options for_client = client_options();
  Options for_server = server_options();
  for_client.allow_upgrade = for_server.allow_upgrade = true;
  for_client.settings.initial_window_size = 3;
  Connection client(for_client);
  Connection server(for_server);
  const Sent<std::string> header = client.initiate_upgrade_connection();
  ASSERT_TRUE(header);
  ASSERT_TRUE(server.initiate_upgrade_connection(*header));
  EXPECT_EQ(server.local_flow_control_window(1), 3) << "the settings hold for stream 1";
  EXPECT_EQ(client.get_next_available_stream_id(), 3U);
  ASSERT_TRUE(server.send_headers(1, kResponse));
  ASSERT_TRUE(server.send_data(1, octets_of("abc"), EndStream::yes));
  bool ended = false;
  pump(client, server, [&](char who, Events events) {
    ended = ended || (who == 'c' && find<StreamEnded>(events) != nullptr);
  });
  EXPECT_TRUE(ended);
  EXPECT_EQ(client.stream_phase(1), StreamPhase::closed_by_end);
  EXPECT_EQ(server.stream_phase(1), StreamPhase::closed_by_end);
}

}  // namespace
}  // namespace h2assay::testing
