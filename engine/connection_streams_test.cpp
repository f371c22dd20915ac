// Streams in every phase: what engine/README.md calls D15 to D33, D36, D69, D77; and Section 5.1.

#include <gtest/gtest.h>

#include "engine/connection_test_support.h"

namespace h2assay::testing {
namespace {

TEST(Streams, AClientTakesNoRequestsD15) {
  Played client(client_options());
  client.wire.headers(2, kRequest, true);
  expect_failure(client, client.feed(), Rule::headers_on_idle);
  Played server(server_options());
  EXPECT_EQ(server.engine.send_headers(2, kRequest, kEnd).error(), Misuse::no_such_stream);
  EXPECT_TRUE(server.drain().empty());
}

TEST(Streams, AResetOfAnIdleStreamFailsD16) {
  for (const std::uint32_t id : {1U, 2U}) {
    Played server(server_options());
    server.wire.reset(id);
    expect_failure(server, server.feed(), Rule::rst_stream_on_idle);
  }
}

TEST(Streams, DataOnAPromisedStreamFailsD17) {
  Played client(client_options());
  ASSERT_TRUE(client.engine.send_headers(1, kRequest, kEnd));
  client.wire.promise(1, 2, kRequest).data(2, "x");
  expect_failure(client, client.feed(), Rule::frame_on_reserved_remote);

  Played server(server_options());
  server.wire.headers(1, kRequest, true);
  static_cast<void>(server.feed());
  ASSERT_TRUE(server.engine.push_stream(1, 2, kRequest));
  server.wire.data(2, "x");
  static_cast<void>(server.drain());
  expect_failure(server, server.feed(), Rule::frame_on_reserved_local);
}

TEST(Streams, AWindowUpdateOnAPromisedStreamIsForbiddenBothWaysD18) {
  Played client(client_options());
  ASSERT_TRUE(client.engine.send_headers(1, kRequest, kEnd));
  client.wire.promise(1, 2, kRequest).window(2, 1);
  expect_failure(client, client.feed(), Rule::frame_on_reserved_remote);

  Played server(server_options());
  server.wire.headers(1, kRequest, true);
  static_cast<void>(server.feed());
  ASSERT_TRUE(server.engine.push_stream(1, 2, kRequest));
  EXPECT_EQ(server.engine.increment_flow_control_window(1, 2).error(), Misuse::stream_not_writable);
  server.wire.window(2, 1);
  EXPECT_NE(find<WindowUpdated>(server.feed()), nullptr) << "the client may send it";
}

TEST(Streams, AnInterimResponseMayComeOnAPushedStreamD19) {
  Pair pair;
  ASSERT_TRUE(pair.client.send_headers(1, kRequest, kEnd));
  pump(pair.client, pair.server);
  ASSERT_TRUE(pair.server.push_stream(1, 2, kRequest));
  ASSERT_TRUE(pair.server.send_headers(2, kInterim));
  ASSERT_TRUE(pair.server.send_headers(2, kResponse, kEnd));
  std::size_t interim = 0;
  std::size_t last = 0;
  pump(pair.client, pair.server, [&](char, Events events) {
    interim += count<InformationalResponseReceived>(events);
    last += count<ResponseReceived>(events);
  });
  EXPECT_EQ(interim, 1U);
  EXPECT_EQ(last, 1U);
  EXPECT_EQ(pair.client.stream_phase(2), StreamPhase::closed_by_end);
}

TEST(Streams, APromiseAfterTheParentEndedFailsD20) {
  Played client(client_options());
  ASSERT_TRUE(client.engine.send_headers(1, kPost));
  client.wire.headers(1, kResponse, true).promise(1, 2, kRequest);
  expect_failure(client, client.feed(), Rule::push_promise_on_wrong_stream);
}

TEST(Streams, APromiseOnAStreamThatWeResetIsReservedAndGivenUpD21) {
  Played client(client_options());
  ASSERT_TRUE(client.engine.send_headers(1, kRequest, kEnd));
  ASSERT_TRUE(client.engine.reset_stream(1, ErrorCode::cancel));
  static_cast<void>(client.drain());
  client.wire.promise(1, 2, kRequest);
  EXPECT_TRUE(client.feed().empty());
  const auto out = client.drain();
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(out[0].header.stream_id, 2U);
  EXPECT_TRUE(out[0].is(FrameType::rst_stream));
  client.wire.headers(2, kResponse, false).data(2, "in flight", true);
  EXPECT_TRUE(client.feed().empty()) << "what was in flight is dropped";
  EXPECT_TRUE(client.drain().empty());
  EXPECT_EQ(client.engine.stream_phase(2), StreamPhase::closed_by_own_reset);
  ASSERT_TRUE(client.engine.send_headers(3, kRequest, kEnd));
  client.wire.promise(3, 2, kRequest);
  expect_failure(client, client.feed(), Rule::promised_stream_id);
}

TEST(Streams, PushedStreamsCountForTheLimitD22) {
  Options options = client_options();
  options.settings.max_concurrent_streams = 1;
  Played client(options);
  ASSERT_TRUE(client.engine.send_headers(1, kPost));
  static_cast<void>(client.drain());
  client.wire.promise(1, 2, kRequest).promise(1, 4, kRequest).headers(2, kResponse, false);
  static_cast<void>(client.feed());
  client.wire.headers(4, kResponse, false);
  expect_reset(client, client.feed(), 4, Rule::too_many_pushed_streams);

  Pair pair(options);
  ASSERT_TRUE(pair.client.send_headers(1, kRequest, kEnd));
  pump(pair.client, pair.server);
  ASSERT_TRUE(pair.server.push_stream(1, 2, kRequest));
  ASSERT_TRUE(pair.server.push_stream(1, 4, kRequest));
  ASSERT_TRUE(pair.server.send_headers(2, kResponse));
  EXPECT_EQ(pair.server.send_headers(4, kResponse).error(), Misuse::too_many_streams);
  ASSERT_TRUE(pair.server.end_stream(2));
  EXPECT_TRUE(pair.server.send_headers(4, kResponse));
}

TEST(Streams, ReservedStreamsAreBoundedD22) {
  Options options = client_options();
  options.limits.reserved_streams = 3;
  Played client(options);
  ASSERT_TRUE(client.engine.send_headers(1, kPost));
  static_cast<void>(client.drain());
  for (std::uint32_t id = 2; id <= 6; id += 2) client.wire.promise(1, id, kRequest);
  EXPECT_EQ(count<PushedStreamReceived>(client.feed()), 3U);
  client.wire.promise(1, 8, kRequest);
  expect_reset(client, client.feed(), 8, Rule::reserved_streams);
}

TEST(Streams, AnUnsafePromiseIsResetD24) {
  Played client(client_options());
  ASSERT_TRUE(client.engine.send_headers(1, kPost));
  static_cast<void>(client.drain());
  client.wire.promise(1, 2, kPost);
  expect_reset(client, client.feed(), 2, Rule::promise_unsafe_method);
  client.wire.promise(1, 4, with(kRequest, {{.name = "content-length", .value = "4"}}));
  expect_reset(client, client.feed(), 4, Rule::promise_with_content);
}

TEST(Streams, ANakedContinuationFailsWhateverTheStreamD25) {
  for (const int phase : {0, 1, 2, 3}) {
    Played server(server_options());
    if (phase > 0) server.wire.headers(1, kRequest, true);
    if (phase > 1) server.wire.reset(1);
    if (phase > 2) server.wire.headers(1001, kRequest, true);
    server.wire.frame(FrameType::continuation, flags::end_headers, 1);
    expect_failure(server, server.feed(), Rule::continuation_unexpected);
  }
}

TEST(Streams, OneResetIsEnoughD26) {
  Played server(server_options());
  server.wire.headers(1, kPost, false);
  static_cast<void>(server.feed());
  ASSERT_TRUE(server.engine.reset_stream(1, ErrorCode::internal_error));
  ASSERT_EQ(server.drain().size(), 1U);
  const std::int64_t window = server.engine.inbound_flow_control_window();
  for (int i = 0; i < 5; ++i) server.wire.data(1, std::string(10000, 'x'));
  server.wire.headers(1, kTrailers, true);
  EXPECT_TRUE(server.feed().empty());
  EXPECT_EQ(count(server.drain(), FrameType::rst_stream), 0U);
  EXPECT_GE(server.engine.inbound_flow_control_window(), window - 32767) << "given back";
}

TEST(Streams, APeerThatSendsAfterItsOwnResetGetsOneAnswerD27) {
  Played server(server_options());
  server.wire.headers(1, kPost, false).reset(1);
  static_cast<void>(server.feed());
  server.wire.data(1, "x").data(1, "y").headers(1, kTrailers, true);
  EXPECT_TRUE(server.feed().empty()) << "the stream was reported over before";
  const auto out = server.drain();
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(code_of(out[0]), ErrorCode::stream_closed);
}

TEST(Streams, AFrameAfterAResetThatThePeerHasSeenFailsD27) {
  Played server(server_options());
  server.wire.headers(1, kPost, false).headers(3, kPost, false);
  static_cast<void>(server.feed());
  ASSERT_TRUE(server.engine.reset_stream(1, ErrorCode::cancel));
  ASSERT_TRUE(server.engine.ping({1}));
  ASSERT_TRUE(server.engine.reset_stream(3, ErrorCode::cancel));
  server.wire.data(1, "may be a race");
  EXPECT_TRUE(server.feed().empty());
  std::array<std::uint8_t, 8> data{1};
  server.wire.frame(FrameType::ping, flags::ack, 0, text_of(data));
  server.wire.data(3, "still a race: reset behind the PING");
  Events events = server.feed();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_TRUE(std::get<PingAckReceived>(events[0]).matched);
  server.wire.data(1, "no race any more");
  expect_failure(server, server.feed(), Rule::frame_after_seen_reset);
}

TEST(Streams, AFrameAfterBothEndsIsAnsweredAlwaysAlikeD28) {
  Played server(server_options());
  server.wire.headers(1, kRequest, true);
  static_cast<void>(server.feed());
  ASSERT_TRUE(server.engine.send_headers(1, kResponse, kEnd));
  static_cast<void>(server.drain());
  server.wire.data(1, "late");
  EXPECT_TRUE(server.feed().empty());
  const auto out = server.drain();
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(code_of(out[0]), ErrorCode::stream_closed);

  server.wire.headers(3, kRequest, true);
  static_cast<void>(server.feed());
  ASSERT_TRUE(server.engine.send_headers(3, kResponse, kEnd));
  server.wire.headers(3, kRequest, true);
  expect_failure(server, server.feed(), Rule::headers_on_closed);
}

TEST(Streams, ALocalCallOnAClosedStreamAnswersAlwaysAlikeD29) {
  Options options = server_options();
  options.limits.remembered_streams = 16;
  Played server(options);
  server.wire.headers(1, kRequest, true).reset(1).headers(3, kRequest, true);
  static_cast<void>(server.feed());
  ASSERT_TRUE(server.engine.send_headers(3, kResponse, kEnd));
  for (int later = 0; later < 2; ++later) {
    for (const std::uint32_t id : {1U, 3U}) {
      EXPECT_EQ(server.engine.send_headers(id, kResponse).error(), Misuse::stream_closed);
      EXPECT_EQ(server.engine.send_data(id, {}).error(), Misuse::stream_closed);
      EXPECT_EQ(server.engine.end_stream(id).error(), Misuse::stream_closed);
      EXPECT_EQ(server.engine.reset_stream(id).error(), Misuse::stream_closed);
      EXPECT_EQ(server.engine.increment_flow_control_window(1, id).error(), Misuse::stream_closed);
      EXPECT_EQ(server.engine.local_flow_control_window(id).error(), Misuse::stream_closed);
      EXPECT_TRUE(server.engine.acknowledge_received_data(1, id));
    }
    server.wire.headers(1001, kRequest, true).reset(1001);  // far beyond what is remembered
    if (later == 0) static_cast<void>(server.feed());
  }
}

TEST(Streams, AnAlternativeServiceMovesNothingD30) {
  Played server(server_options());
  server.wire.frame(FrameType::altsvc, 0, 0, std::string_view("\0\1ah2=\":1\"", 10));
  EXPECT_TRUE(server.feed().empty());
  server.wire.headers(1, kRequest, true);
  static_cast<void>(server.feed());
  EXPECT_TRUE(server.engine.push_stream(1, 2, kRequest));
  Played client(client_options());
  EXPECT_EQ(client.engine.advertise_alternative_service("h2", "a").error(), Misuse::wrong_role);
}

TEST(Streams, AMistakeOfTheCallerClosesNothingD31) {
  Played client(client_options());
  const Digest before = client.engine.digest();
  EXPECT_EQ(client.engine.reset_stream(1).error(), Misuse::no_such_stream);
  EXPECT_EQ(client.engine.end_stream(1).error(), Misuse::no_such_stream);
  EXPECT_EQ(client.engine.push_stream(1, 2, kRequest).error(), Misuse::wrong_role);
  EXPECT_EQ(client.engine.advertise_origins({}).error(), Misuse::wrong_role);
  EXPECT_EQ(client.engine.digest(), before);
  EXPECT_TRUE(client.engine.send_headers(1, kRequest, kEnd));
}

TEST(Streams, AMistakeOfTheCallerClosesNoStreamD32) {
  Played server(server_options());
  server.wire.headers(1, kPost, false);
  static_cast<void>(server.feed());
  ASSERT_TRUE(server.engine.push_stream(1, 2, kRequest));
  EXPECT_EQ(server.engine.send_data(2, octets_of("x")).error(), Misuse::stream_not_writable);
  ASSERT_TRUE(server.engine.send_headers(1, kResponse));
  const Digest before = server.engine.digest();
  EXPECT_EQ(server.engine.send_headers(1, kInterim).error(), Misuse::invalid_fields);
  EXPECT_EQ(server.engine.send_headers(1, kTrailers).error(), Misuse::invalid_fields);
  EXPECT_EQ(server.engine.digest(), before);
  ASSERT_TRUE(server.engine.send_headers(1, kTrailers, kEnd)) << "the corrected call succeeds";
  EXPECT_EQ(server.engine.send_data(1, {}).error(), Misuse::stream_not_writable);
  EXPECT_EQ(server.engine.push_stream(1, 4, kRequest).error(), Misuse::stream_not_writable);
  EXPECT_EQ(server.engine.stream_phase(1), StreamPhase::half_closed_local);
}

TEST(Streams, NoContentGoesOutBeforeTheFinalHeadersD33) {
  Played server(server_options());
  server.wire.headers(1, kRequest, true);
  static_cast<void>(server.feed());
  EXPECT_EQ(server.engine.send_data(1, octets_of("x")).error(), Misuse::stream_not_writable);
  EXPECT_EQ(server.engine.end_stream(1).error(), Misuse::stream_not_writable);
  ASSERT_TRUE(server.engine.send_headers(1, kInterim));
  EXPECT_EQ(server.engine.send_data(1, octets_of("x")).error(), Misuse::stream_not_writable);
  ASSERT_TRUE(server.engine.send_headers(1, kResponse));
  EXPECT_TRUE(server.engine.send_data(1, octets_of("x")));

  Played client(client_options());
  ASSERT_TRUE(client.engine.send_headers(1, kRequest, kEnd));
  static_cast<void>(client.drain());
  client.wire.headers(1, kInterim, false).data(1, "too early");
  expect_reset(client, client.feed(), 1, Rule::data_before_headers);
}

TEST(Streams, StatusSwitchingProtocolsDoesNotExistD34) {
  Played client(client_options());
  ASSERT_TRUE(client.engine.send_headers(1, kRequest, kEnd));
  static_cast<void>(client.drain());
  const std::vector<Field> switching{{.name = ":status", .value = "101"}};
  client.wire.headers(1, switching, false);
  expect_reset(client, client.feed(), 1, Rule::status_101);
  Played server(server_options());
  server.wire.headers(1, kRequest, true);
  static_cast<void>(server.feed());
  EXPECT_EQ(server.engine.send_headers(1, switching).error(), Misuse::invalid_fields);
}

TEST(Streams, ATunnelCarriesDataOnlyD36) {
  const std::vector<Field> connect{{.name = ":method", .value = "CONNECT"},
                                   {.name = ":authority", .value = "example.com:443"}};
  Pair pair;
  ASSERT_TRUE(pair.client.send_headers(1, connect));
  pump(pair.client, pair.server);
  ASSERT_TRUE(pair.server.send_headers(1, kResponse));
  EXPECT_EQ(pair.server.send_headers(1, kTrailers, kEnd).error(), Misuse::stream_not_writable);
  pump(pair.client, pair.server);
  EXPECT_EQ(pair.client.send_headers(1, kTrailers, kEnd).error(), Misuse::stream_not_writable);

  Played client(client_options());
  ASSERT_TRUE(client.engine.send_headers(1, connect));
  static_cast<void>(client.drain());
  client.wire.headers(1, kResponse, false).data(1, "through").headers(1, kTrailers, true);
  const Events events = client.feed();
  EXPECT_NE(find<DataReceived>(events), nullptr);
  expect_reset(client, events, 1, Rule::frame_on_tunnel);
}

TEST(Streams, IdentifiersAreNeverMaskedOnSendingD69) {
  Played client(client_options());
  const std::uint32_t masked = 0x8000'0001;
  EXPECT_EQ(client.engine.send_headers(masked, kRequest).error(), Misuse::stream_id_out_of_range);
  EXPECT_EQ(client.engine.send_data(masked, {}).error(), Misuse::stream_id_out_of_range);
  EXPECT_EQ(client.engine.reset_stream(masked).error(), Misuse::stream_id_out_of_range);
  EXPECT_EQ(client.engine.prioritize(masked, {}).error(), Misuse::stream_id_out_of_range);
  ASSERT_TRUE(client.engine.send_headers(kMaxStreamId, kRequest, kEnd));
  EXPECT_EQ(client.engine.get_next_available_stream_id().error(), Misuse::no_available_stream_id);
  EXPECT_EQ(client.engine.send_headers(5, kRequest).error(), Misuse::stream_closed);
  EXPECT_EQ(client.engine.send_headers(2, kRequest).error(), Misuse::stream_id_wrong_parity);
}

TEST(Streams, CountingOpenStreamsCostsAndChangesNothingD77) {
  Options options = server_options();
  options.settings.max_concurrent_streams = 100000;
  Played server(options);
  for (std::uint32_t i = 0; i < 20000; ++i) server.wire.headers(2 * i + 1, kRequest, true);
  static_cast<void>(server.feed());
  const Digest before = server.engine.digest();
  EXPECT_EQ(server.engine.open_inbound_streams(), 20000U);
  EXPECT_EQ(server.engine.digest(), before);
  for (std::uint32_t i = 0; i < 20000; i += 2) {
    ASSERT_TRUE(server.engine.send_headers(2 * i + 1, kResponse, kEnd));
    static_cast<void>(server.engine.data_to_send());
  }
  EXPECT_EQ(server.engine.open_inbound_streams(), 10000U);
}

TEST(Streams, ASkippedIdentifierIsNoRequest) {
  Played server(server_options());
  server.wire.headers(5, kRequest, true);
  static_cast<void>(server.feed());
  EXPECT_EQ(server.engine.stream_phase(3), StreamPhase::closed_unused);
  server.wire.headers(3, kRequest, true);
  expect_failure(server, server.feed(), Rule::stream_id_not_rising);
  Played even(server_options());
  even.wire.headers(2, kRequest, true);
  expect_failure(even, even.feed(), Rule::headers_on_even_stream);
}

TEST(Streams, AStreamErrorOnAnIdleStreamIsTheConnections) {
  Played server(server_options());
  server.wire.frame(FrameType::priority, 0, 9, "1234");
  expect_failure(server, server.feed(), Rule::priority_length_on_idle);
}

TEST(Streams, AStreamIsResetOnceWhateverPriorityFramesFollow) {
  Options options = server_options();
  options.rfc7540_priority = true;
  Played server(options);
  server.wire.headers(1, kRequest, false);
  static_cast<void>(server.feed());
  ASSERT_TRUE(server.engine.reset_stream(1, ErrorCode::cancel));
  EXPECT_EQ(count(server.drain(), FrameType::rst_stream), 1U);
  server.wire.frame(FrameType::priority, 0, 1, "1234");
  server.wire.priority(1, 1);
  EXPECT_TRUE(server.feed().empty());
  EXPECT_TRUE(server.drain().empty());
}

}  // namespace
}  // namespace h2assay::testing
