// SETTINGS, windows, fields and what is still RFC 7540: what engine/README.md calls D38 to D45, D50
// to D56, D59, D78, D79, D81, D82.

#include <gtest/gtest.h>

#include "engine/connection_test_support.h"

namespace h2assay::testing {
namespace {

TEST(ConnectionSettings, ProtocolNeedsTheSettingD38) {
  const std::vector<Field> extended{{.name = ":method", .value = "CONNECT"},
                                    {.name = ":protocol", .value = "websocket"},
                                    {.name = ":scheme", .value = "https"},
                                    {.name = ":path", .value = "/chat"},
                                    {.name = ":authority", .value = "example.com"}};
  Played server(server_options());
  server.wire.headers(1, extended, false);
  expect_reset(server, server.feed(), 1, Rule::protocol_not_enabled);
  Played client(client_options());
  EXPECT_EQ(client.engine.send_headers(1, extended).error(), Misuse::extended_connect_disabled);

  Options options = server_options();
  options.settings.enable_connect_protocol = 1;
  Pair pair(client_options(), options);
  EXPECT_TRUE(pair.client.send_headers(1, extended));
  bool seen = false;
  pump(pair.client, pair.server, [&](char, Events events) {
    seen = seen || find<RequestReceived>(events) != nullptr;
  });
  EXPECT_TRUE(seen);
}

TEST(ConnectionSettings, AnAckPutsTheOldestFrameInForceD39) {
  Played server(server_options());
  const std::vector<Setting> first{setting(SettingId::max_frame_size, 20000)};
  const std::vector<Setting> second{setting(SettingId::initial_window_size, 7)};
  ASSERT_TRUE(server.engine.update_settings(first));
  ASSERT_TRUE(server.engine.update_settings(second));
  server.wire.settings_ack();
  Events events = server.feed();
  ASSERT_NE(find<SettingsAcknowledged>(events), nullptr);
  ASSERT_EQ(find<SettingsAcknowledged>(events)->changed.size(), 1U);
  EXPECT_EQ(find<SettingsAcknowledged>(events)->changed[0].new_value, 20000U);
  EXPECT_EQ(server.engine.local_settings().initial_window_size, 65535U);
  server.wire.settings_ack();
  static_cast<void>(server.feed());
  EXPECT_EQ(server.engine.local_settings().initial_window_size, 7U);
  server.wire.settings_ack();
  EXPECT_TRUE(server.feed().empty()) << "nothing waits";
}

TEST(ConnectionSettings, AFrameMayUseALimitAcknowledgedJustBeforeItD40) {
  Played server(server_options());
  const std::vector<Setting> larger{setting(SettingId::max_frame_size, 40000)};
  ASSERT_TRUE(server.engine.update_settings(larger));
  server.wire.settings_ack().headers(1, kPost, false).data(1, std::string(30000, 'x'));
  EXPECT_NE(find<DataReceived>(server.feed()), nullptr);
}

TEST(ConnectionSettings, ARepeatedParameterIsTakenInOrderD41) {
  Played server(server_options());
  server.wire.settings(
      {setting(SettingId::initial_window_size, 1), setting(SettingId::initial_window_size, 65545)});
  const Events events = server.feed();
  const auto* changed = find<RemoteSettingsChanged>(events);
  ASSERT_NE(changed, nullptr);
  ASSERT_EQ(changed->changed.size(), 2U);
  EXPECT_EQ(changed->changed[0].original_value, 65535U);
  EXPECT_EQ(changed->changed[1].original_value, 1U);
  ASSERT_NE(find<InitialWindowChanged>(events), nullptr);
  EXPECT_EQ(find<InitialWindowChanged>(events)->delta, 10);
  server.wire.settings(
      {setting(SettingId::max_frame_size, 1), setting(SettingId::max_frame_size, 16384)});
  expect_failure(server, server.feed(), Rule::max_frame_size_range);
}

TEST(ConnectionSettings, AServerAnnouncesNoPushD42) {
  Played server(server_options());
  const std::vector<Setting> push{setting(SettingId::enable_push, 1)};
  EXPECT_EQ(server.engine.update_settings(push).error(), Misuse::invalid_setting);
  Played client(client_options());
  client.wire.settings(push);
  expect_failure(client, client.feed(), Rule::enable_push_from_server);
}

TEST(ConnectionSettings, ABadUpdateLeavesNothingBehindD44) {
  Played server(server_options());
  const Digest before = server.engine.digest();
  const std::vector<Setting> half{setting(SettingId::initial_window_size, 5),
                                  setting(SettingId::max_frame_size, 5)};
  EXPECT_EQ(server.engine.update_settings(half).error(), Misuse::invalid_setting);
  EXPECT_EQ(server.engine.digest(), before);
  EXPECT_TRUE(server.drain().empty());
}

TEST(ConnectionSettings, WhatIsAnnouncedFirstIsEnforcedD45) {
  Options options = server_options();
  options.settings.max_frame_size = 32768;
  options.settings.header_table_size = 0;
  Played server(options);
  EXPECT_EQ(server.engine.max_inbound_frame_size(), 32768U);
  server.wire.encoder().set_max_size(0);
  server.wire.headers(1, kPost, false).data(1, std::string(32768, 'x'));
  EXPECT_NE(find<DataReceived>(server.feed()), nullptr);
  Options bad = server_options();
  bad.settings.max_frame_size = 5;
  EXPECT_EQ(Connection(bad).initiate_connection().error(), Misuse::invalid_setting);
}

TEST(ConnectionSettings, UnknownParametersAreReportedAndNotKeptD49) {
  Played server(server_options());
  server.wire.settings({{0x7a7a, 1}});
  Events events = server.feed();
  ASSERT_NE(find<RemoteSettingsChanged>(events), nullptr);
  EXPECT_EQ(find<RemoteSettingsChanged>(events)->changed[0].id, 0x7a7a);
  EXPECT_FALSE(find<RemoteSettingsChanged>(events)->changed[0].had_value);
  static_cast<void>(server.drain());
  const Digest before = server.engine.digest();
  server.wire.settings({{0x7b7b, 2}});
  static_cast<void>(server.feed());
  static_cast<void>(server.drain());
  EXPECT_EQ(server.engine.digest(), before);
}

TEST(ConnectionSettings, TheEncodersTableIsCappedD50) {
  Played server(server_options());
  server.wire.settings({setting(SettingId::header_table_size, 0xffff'ffff)});
  server.wire.headers(1, kRequest, true);
  static_cast<void>(server.feed());
  const std::string value(3000, 'v');
  const std::vector<Field> first{{.name = ":status", .value = "200"},
                                 {.name = "one", .value = value}};
  const std::vector<Field> second{{.name = "two", .value = value}};
  ASSERT_TRUE(server.engine.send_headers(1, first));
  ASSERT_TRUE(server.engine.send_headers(1, second, kEnd));
  Wire wire;
  hpack::Decoder decoder;  // a table of 4096: a larger one would need a size update above it
  for (const Seen& seen : server.drain()) {
    if (!seen.is(FrameType::headers)) continue;
    std::vector<Field> fields;
    EXPECT_TRUE(decoder.decode(octets_of(seen.payload), fields));
  }
  EXPECT_EQ(decoder.table().count(), 1U) << "two entries of 3000 octets do not fit in 4096";
}

TEST(ConnectionSettings, TwoSizeChangesBetweenBlocksGiveTwoUpdatesD51) {
  Played server(server_options());
  server.wire.headers(1, kRequest, true);
  server.wire.settings({setting(SettingId::header_table_size, 0)});
  server.wire.settings({setting(SettingId::header_table_size, 0)});
  server.wire.settings({setting(SettingId::header_table_size, 1000)});
  static_cast<void>(server.feed());
  ASSERT_TRUE(server.engine.send_headers(1, kResponse, kEnd));
  const auto out = server.drain();
  const Seen* headers = find(out, FrameType::headers);
  ASSERT_NE(headers, nullptr);
  EXPECT_EQ(headers->payload, std::string("\x20\x3f\xc9\x07\x88", 5));
}

TEST(ConnectionFlow, AnEmptyFrameNeverViolatesAWindowD52) {
  Options options = server_options();
  Played server(options);
  server.wire.headers(1, kPost, false).data(1, std::string(100, 'x'));
  static_cast<void>(server.feed());
  const std::vector<Setting> shut{setting(SettingId::initial_window_size, 0)};
  ASSERT_TRUE(server.engine.update_settings(shut));
  server.wire.settings_ack().data(1, "", true);
  Events events = server.feed();
  EXPECT_EQ(server.engine.remote_flow_control_window(1), -100);
  EXPECT_NE(find<StreamEnded>(events), nullptr);
}

TEST(ConnectionFlow, AnIncrementTooLargeChangesNothingD53) {
  Played server(server_options());
  server.wire.headers(1, kPost, false);
  static_cast<void>(server.feed());
  const Digest before = server.engine.digest();
  EXPECT_EQ(server.engine.increment_flow_control_window(0x7fff'ffff, 1).error(),
            Misuse::window_overflow);
  EXPECT_EQ(server.engine.increment_flow_control_window(0x7fff'ffff, 0).error(),
            Misuse::window_overflow);
  EXPECT_EQ(server.engine.increment_flow_control_window(0, 1).error(), Misuse::invalid_argument);
  EXPECT_EQ(server.engine.increment_flow_control_window(0x8000'0000, 1).error(),
            Misuse::invalid_argument);
  EXPECT_EQ(server.engine.digest(), before);
}

TEST(ConnectionFlow, AcknowledgingForAStreamThatNeverWasBooksNothingD54) {
  Played server(server_options());
  server.wire.headers(1, kPost, false);
  for (int i = 0; i < 3; ++i) server.wire.data(1, std::string(16000, 'x'));
  static_cast<void>(server.feed());
  const Digest before = server.engine.digest();
  EXPECT_EQ(server.engine.acknowledge_received_data(48000, 3).error(), Misuse::no_such_stream);
  EXPECT_EQ(server.engine.digest(), before);
  ASSERT_TRUE(server.engine.acknowledge_received_data(48000, 1));
  EXPECT_EQ(count(server.drain(), FrameType::window_update), 2U);
  EXPECT_EQ(server.engine.inbound_flow_control_window(), 65535);
  EXPECT_EQ(server.engine.remote_flow_control_window(1), 65535);
}

TEST(ConnectionFlow, AChangedInitialWindowIsToldD55) {
  Played client(client_options());
  ASSERT_TRUE(client.engine.send_headers(1, kPost));
  client.wire.settings({setting(SettingId::initial_window_size, 10)});
  Events events = client.feed();
  ASSERT_NE(find<InitialWindowChanged>(events), nullptr);
  EXPECT_EQ(find<InitialWindowChanged>(events)->delta, 10 - 65535);
  EXPECT_EQ(client.engine.local_flow_control_window(1), 10);
  ASSERT_TRUE(client.engine.send_data(1, octets_of("0123456789")));
  client.wire.settings({setting(SettingId::initial_window_size, 5)});
  static_cast<void>(client.feed());
  EXPECT_EQ(client.engine.local_flow_control_window(1), -5);
  EXPECT_TRUE(client.engine.send_data(1, {})) << "an empty frame costs nothing";
  EXPECT_EQ(client.engine.send_data(1, octets_of("x")).error(), Misuse::window_exhausted);
  EXPECT_EQ(client.engine.outbound_flow_control_window(), 65525) << "it never moves by SETTINGS";
}

TEST(ConnectionFlow, NothingIsLetInWhereThePeerIsDoneD56) {
  Played server(server_options());
  server.wire.headers(1, kPost, false);
  for (int i = 0; i < 3; ++i) server.wire.data(1, std::string(16000, 'x'), i == 2);
  static_cast<void>(server.feed());
  ASSERT_TRUE(server.engine.acknowledge_received_data(48000, 1));
  const auto out = server.drain();
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(out[0].header.stream_id, 0U);
}

TEST(ConnectionFlow, AWindowThatOverflowsByTheInitialSizeFails) {
  Played server(server_options());
  server.wire.headers(1, kPost, false).window(1, 0x7fff'ffff - 65535);
  static_cast<void>(server.feed());
  server.wire.settings({setting(SettingId::initial_window_size, 65536)});
  expect_failure(server, server.feed(), Rule::initial_window_size_overflow);

  Played gone(server_options());
  gone.wire.headers(1, kPost, false).window(1, 0x7fff'ffff - 65535).reset(1);
  gone.wire.settings({setting(SettingId::initial_window_size, 65536)});
  EXPECT_NE(find<RemoteSettingsChanged>(gone.feed()), nullptr) << "the stream is gone";
}

TEST(ConnectionFields, ARefusedMessageLeavesTheTableAloneD59) {
  Pair pair;
  ASSERT_TRUE(pair.client.send_headers(1, kRequest, kEnd));
  pump(pair.client, pair.server);
  const Digest before = pair.server.digest();
  const std::vector<Field> bad{{.name = ":status", .value = "200"},
                               {.name = "fresh", .value = "entry"},
                               {.name = "bad name", .value = ""}};
  EXPECT_EQ(pair.server.send_headers(1, bad).error(), Misuse::invalid_fields);
  HeadersOptions weighted;
  weighted.priority = Priority{};
  EXPECT_EQ(pair.server.send_headers(1, kResponse, weighted).error(), Misuse::wrong_role);
  EXPECT_EQ(pair.server.digest(), before);
  const std::vector<Field> good{{.name = ":status", .value = "200"},
                                {.name = "fresh", .value = "entry"}};
  ASSERT_TRUE(pair.server.send_headers(1, good, kEnd));
  bool same = false;
  pump(pair.client, pair.server, [&](char, Events events) {
    const auto* response = find<ResponseReceived>(events);
    same = same || (response != nullptr && std::ranges::equal(response->fields, good));
  });
  EXPECT_TRUE(same);
}

TEST(ConnectionFields, AnEmptyTrailerSectionIsSentAndReceivedD61) {
  Pair pair;
  ASSERT_TRUE(pair.client.send_headers(1, kPost));
  ASSERT_TRUE(pair.client.send_headers(1, {}, kEnd));
  bool seen = false;
  pump(pair.client, pair.server, [&](char, Events events) {
    const auto* trailers = find<TrailersReceived>(events);
    seen = seen || (trailers != nullptr && trailers->fields.empty() && trailers->stream_ended);
  });
  EXPECT_TRUE(seen);
}

TEST(ConnectionFields, ContentLengthCountsAtEveryEndD62) {
  const std::vector<Field> four = with(kPost, {{.name = "content-length", .value = "4"}});
  Played server(server_options());
  server.wire.headers(1, four, true);
  expect_reset(server, server.feed(), 1, Rule::content_too_short);
  server.wire.headers(3, four, false).data(3, "123").headers(3, kTrailers, true);
  expect_reset(server, server.feed(), 3, Rule::content_too_short);
  Played client(client_options());
  EXPECT_EQ(client.engine.send_headers(1, four, kEnd).error(), Misuse::content_length_mismatch);
  ASSERT_TRUE(client.engine.send_headers(1, four));
  EXPECT_EQ(client.engine.send_data(1, octets_of("12345")).error(),
            Misuse::content_length_mismatch);
  EXPECT_EQ(client.engine.end_stream(1).error(), Misuse::content_length_mismatch);
  EXPECT_TRUE(client.engine.send_data(1, octets_of("1234"), EndStream::yes));
}

TEST(ConnectionFields, ResponsesWithoutContentHaveNoneD63) {
  std::vector<Field> head = kRequest;
  head[0].value = "HEAD";
  Played client(client_options());
  ASSERT_TRUE(client.engine.send_headers(1, head, kEnd));
  ASSERT_TRUE(client.engine.send_headers(3, kRequest, kEnd));
  ASSERT_TRUE(client.engine.send_headers(5, head, kEnd));
  static_cast<void>(client.drain());
  const std::vector<Field> sized{{.name = ":status", .value = "200"},
                                 {.name = "content-length", .value = "1000"}};
  const std::vector<Field> none{{.name = ":status", .value = "304"},
                                {.name = "content-length", .value = "1000"}};
  client.wire.headers(1, sized, true).headers(3, none, false).data(3, "", true);
  EXPECT_EQ(count<StreamEnded>(client.feed()), 2U);
  client.wire.headers(5, sized, false).data(5, "x");
  expect_reset(client, client.feed(), 5, Rule::content_forbidden);
}

TEST(ConnectionFields, ContentLengthCanBeLeftUncheckedD64) {
  Options options = server_options();
  options.check_content_length = false;
  Played server(options);
  server.wire.headers(1, with(kPost, {{.name = "content-length", .value = "4"}}), false);
  server.wire.data(1, "12345", true);
  EXPECT_NE(find<DataReceived>(server.feed()), nullptr);
}

TEST(ConnectionFields, AnAuthorityMayBeAbsentWhereTheRfcAllowsD81) {
  Played server(server_options());
  const std::vector<Field> star{{.name = ":method", .value = "OPTIONS"},
                                {.name = ":scheme", .value = "https"},
                                {.name = ":path", .value = "*"}};
  server.wire.headers(1, star, true);
  EXPECT_NE(find<RequestReceived>(server.feed()), nullptr);
}

TEST(ConnectionFields, HoldsTheRulesThatRfc9113AddedD82) {
  const std::vector<std::pair<Field, Rule>> rows{
      {{.name = "x", .value = std::string_view("a\0b", 3)}, Rule::value_nul},
      {{.name = "x", .value = " a"}, Rule::value_leading_space},
      {{.name = "x\x80", .value = "a"}, Rule::name_high_octet},
      {{.name = "content-length", .value = "+1"}, Rule::content_length_invalid}};
  std::uint32_t id = 1;
  Played server(server_options());
  for (const auto& [field, rule] : rows) {
    server.wire.headers(id, with(kPost, {field}), false);
    expect_reset(server, server.feed(), id, rule);
    id += 2;
  }
}

}  // namespace
}  // namespace h2assay::testing
