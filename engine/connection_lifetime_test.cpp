// Opening, ending, and how far an error reaches: what engine/README.md calls D01 to D13, D46 to
// D48, D72, D73, D80, D83 and D84.

#include <gtest/gtest.h>

#include "engine/connection_test_support.h"

namespace h2assay::testing {
namespace {

TEST(Lifetime, GoesOnBelowTheLastStreamOfAGoawayD01) {
  Played client(client_options());
  ASSERT_TRUE(client.engine.send_headers(1, kRequest, kEnd));
  ASSERT_TRUE(client.engine.send_headers(3, kPost));
  client.wire.goaway(1).headers(1, kResponse, false).data(1, "body", true);
  const Events events = client.feed();
  ASSERT_NE(find<ConnectionTerminated>(events), nullptr);
  const StreamReset* given_up = find<StreamReset>(events);
  ASSERT_NE(given_up, nullptr);
  EXPECT_EQ(given_up->stream_id, 3U);
  EXPECT_EQ(given_up->code, ErrorCode::refused_stream);
  EXPECT_TRUE(given_up->remote);
  EXPECT_NE(find<ResponseReceived>(events), nullptr);
  EXPECT_NE(find<StreamEnded>(events), nullptr);
  EXPECT_EQ(count(client.drain(), FrameType::headers), 2U) << "the queued output stays";
  EXPECT_EQ(client.engine.send_headers(5, kRequest, kEnd).error(), Misuse::goaway_received);
  EXPECT_FALSE(client.engine.terminal());
}

TEST(Lifetime, ShutsDownInTwoStepsAndNeverRaisesTheLastStreamD02) {
  Played server(server_options());
  server.wire.headers(1, kRequest, true).headers(3, kRequest, true);
  static_cast<void>(server.feed());
  ASSERT_TRUE(server.engine.close_connection(ErrorCode::no_error, {}, kMaxStreamId));
  ASSERT_TRUE(server.engine.close_connection(ErrorCode::no_error));
  EXPECT_EQ(server.engine.close_connection(ErrorCode::no_error, {}, 5).error(),
            Misuse::last_stream_id_rises);
  ASSERT_TRUE(server.engine.send_headers(3, kResponse, kEnd)) << "what was accepted goes on";
  const auto out = server.drain();
  ASSERT_EQ(out.size(), 3U);
  EXPECT_EQ(load32(octets_of(out[0].payload).data()), kMaxStreamId);
  EXPECT_EQ(load32(octets_of(out[1].payload).data()), 3U);
  EXPECT_EQ(out[2].header.stream_id, 3U);
}

TEST(Lifetime, KeepsTablesAndWindowsRightOverWhatItDiscardsAfterGoawayD02) {
  Played server(server_options());
  server.wire.headers(1, kPost, false);
  static_cast<void>(server.feed());
  ASSERT_TRUE(server.engine.close_connection(ErrorCode::no_error));
  const std::int64_t window = server.engine.inbound_flow_control_window();
  server.wire.headers(3, with(kPost, {{.name = "fresh", .value = "entry"}}), false);
  server.wire.data(3, std::string(16000, 'x')).data(3, std::string(16000, 'x'));
  server.wire.data(3, std::string(8000, 'x'));
  server.wire.headers(1, {{.name = "fresh", .value = "entry"}}, true);
  const Events events = server.feed();
  EXPECT_EQ(find<RequestReceived>(events), nullptr);
  EXPECT_EQ(find<DataReceived>(events), nullptr);
  const TrailersReceived* trailers = find<TrailersReceived>(events);
  ASSERT_NE(trailers, nullptr);
  EXPECT_EQ(trailers->fields[0].name, "fresh");
  EXPECT_EQ(server.engine.inbound_flow_control_window(), window) << "all of it was given back";
}

TEST(Lifetime, IsSilentAfterAFailureD03) {
  Played server(server_options());
  server.wire.headers(1, kPost, false).data(1, "12345");
  static_cast<void>(server.feed());
  server.wire.frame(FrameType::ping, 0, 1, "12345678");
  expect_failure(server, server.feed(), Rule::ping_on_stream);
  for (int i = 0; i < 3; ++i) {
    server.wire.ping().headers(3, kRequest, true);
    EXPECT_TRUE(server.feed().empty());
  }
  EXPECT_EQ(server.engine.acknowledge_received_data(5, 1).error(), Misuse::connection_closed);
  EXPECT_EQ(server.engine.close_connection().error(), Misuse::connection_closed);
  EXPECT_EQ(server.engine.outbound_octets(), 0U);
}

TEST(Lifetime, ResetsTheStreamOfAMalformedMessageOnlyD04) {
  struct Row {
    const char* what;
    std::vector<Field> fields;
    Rule rule;
  };

  const std::vector<Row> rows{
      {"upper case", with(kRequest, {{.name = "Upper", .value = "x"}}), Rule::name_upper_case},
      {"no path", {kRequest[0], kRequest[1], kRequest[2]}, Rule::path_missing},
      {"twice",
       with({kRequest[0]}, {kRequest[0], kRequest[1], kRequest[3]}),
       Rule::pseudo_field_repeated},
      {"connection",
       with(kRequest, {{.name = "connection", .value = "close"}}),
       Rule::field_connection}};
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    Played server(server_options());
    server.wire.headers(1, row.fields, true).headers(3, kRequest, true);
    const Events events = server.feed();
    ASSERT_NE(find<RequestReceived>(events), nullptr);
    EXPECT_EQ(find<RequestReceived>(events)->stream_id, 3U) << "the neighbour is served";
    expect_reset(server, events, 1, row.rule);
  }
}

TEST(Lifetime, ResetsTheStreamOfBadTrailersOnlyD04) {
  Played server(server_options());
  server.wire.headers(1, kPost, false).headers(1, kTrailers, false);
  expect_reset(server, server.feed(), 1, Rule::trailers_without_end_stream);
  server.wire.headers(3, kPost, false).headers(3, kRequest, true);
  expect_reset(server, server.feed(), 3, Rule::pseudo_field_in_trailers);

  Played client(client_options());
  ASSERT_TRUE(client.engine.send_headers(1, kRequest, kEnd));
  static_cast<void>(client.drain());
  client.wire.headers(1, kInterim, true);
  expect_reset(client, client.feed(), 1, Rule::interim_response_ends_stream);
}

TEST(Lifetime, LetsTheApplicationAnswerAMalformedRequestD04) {
  Options options = server_options();
  options.answer_malformed_requests = true;
  Played server(options);
  server.wire.headers(1, with(kRequest, {{.name = "Upper", .value = "x"}}), false);
  Events events = server.feed();
  ASSERT_NE(find<MalformedRequest>(events), nullptr);
  EXPECT_EQ(find<MalformedRequest>(events)->because, Rule::name_upper_case);
  EXPECT_EQ(find<StreamReset>(events), nullptr);
  EXPECT_TRUE(server.drain().empty());

  server.wire.data(1, "discarded").headers(1, kTrailers, false).ping();
  events = server.feed();
  EXPECT_EQ(events.size(), 1U) << "what follows on the stream is discarded";
  ASSERT_EQ(server.drain().size(), 1U) << "and answered by nothing but the PING ACK";

  const std::vector<Field> bad{{.name = ":status", .value = "400"}};
  ASSERT_TRUE(server.engine.send_headers(1, bad));
  ASSERT_TRUE(server.engine.send_data(1, octets_of("no"), EndStream::yes));
  const auto out = server.drain();
  ASSERT_EQ(out.size(), 3U);
  EXPECT_TRUE(out[0].is(FrameType::headers));
  EXPECT_TRUE(out[1].is(FrameType::data));
  ASSERT_TRUE(out[2].is(FrameType::rst_stream)) << "the peer had not ended the stream";
  EXPECT_EQ(code_of(out[2]), ErrorCode::protocol_error);
  EXPECT_EQ(server.engine.stream_phase(1), StreamPhase::closed_by_own_reset);
}

TEST(Lifetime, NeedsNoResetBehindTheAnswerToAWholeMalformedRequestD04) {
  Options options = server_options();
  options.answer_malformed_requests = true;
  Played server(options);
  server.wire.headers(1, with(kRequest, {{.name = "Upper", .value = "x"}}), true);
  ASSERT_NE(find<MalformedRequest>(server.feed()), nullptr);
  ASSERT_TRUE(server.engine.send_headers(1, kResponse, kEnd));
  EXPECT_EQ(count(server.drain(), FrameType::rst_stream), 0U) << "closed by END_STREAM both ways";
  EXPECT_EQ(server.engine.stream_phase(1), StreamPhase::closed_by_end);

  server.wire.headers(3, with(kPost, {{.name = "content-length", .value = "3"}}), false);
  server.wire.data(3, "four", false);
  ASSERT_NE(find<MalformedRequest>(server.feed()), nullptr);
  ASSERT_TRUE(server.engine.reset_stream(3, ErrorCode::protocol_error));
  EXPECT_EQ(count(server.drain(), FrameType::rst_stream), 1U);
}

TEST(Lifetime, ResetsTheStreamOfAContentLengthMismatchOnlyD05) {
  for (const bool too_long : {false, true}) {
    Played server(server_options());
    server.wire.headers(1, with(kPost, {{.name = "content-length", .value = "4"}}), false);
    server.wire.data(1, too_long ? "12345" : "123", true).headers(3, kRequest, true);
    const Events events = server.feed();
    EXPECT_EQ(find<DataReceived>(events), nullptr);
    EXPECT_EQ(count<RequestReceived>(events), 2U);
    expect_reset(server, events, 1, too_long ? Rule::content_too_long : Rule::content_too_short);
  }
}

TEST(Lifetime, RefusesAStreamTooManyAndDecodesItsFieldsD06) {
  Options options = server_options();
  options.settings.max_concurrent_streams = 1;
  Played server(options);
  server.wire.headers(1, kPost, false);
  server.wire.headers(3, with(kPost, {{.name = "fresh", .value = "entry"}}), true);
  expect_reset(server, server.feed(), 3, Rule::too_many_streams);
  server.wire.headers(1, {{.name = "fresh", .value = "entry"}}, true);
  const Events events = server.feed();
  ASSERT_NE(find<TrailersReceived>(events), nullptr) << "its fields stand in the table";
}

TEST(Lifetime, EnforcesTheStreamLimitBeforeItsSettingsAreAcknowledgedD06) {
  Options options = server_options();
  options.settings.max_concurrent_streams = 1;
  Connection server(options);
  ASSERT_TRUE(server.initiate_connection());
  Wire wire;
  wire.preface().settings().headers(1, kPost, false).headers(3, kRequest, true);
  const auto octets = wire.take();
  const Events events = server.receive_data(octets);
  ASSERT_NE(find<StreamReset>(events), nullptr);
  EXPECT_EQ(find<StreamReset>(events)->code, ErrorCode::refused_stream);
}

TEST(Lifetime, CallsACompressionErrorByItsNameD07) {
  Played server(server_options());
  server.wire.frame(FrameType::headers, flags::end_headers, 1, "\x80");
  expect_failure(server, server.feed(), Rule::hpack_index_zero);
  EXPECT_EQ(row(Rule::hpack_index_zero).code, ErrorCode::compression_error);
}

TEST(Lifetime, DecodesAListThatIsTooLargeToItsEndD08) {
  Options options = server_options();
  options.settings.max_header_list_size = 400;
  Played server(options);
  server.wire.headers(1,
                      with(kPost,
                           {{.name = "large",
                             .value = std::string_view("xxxxxxxxxxxx"
                                                       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                                                       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                                                       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                                                       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                                                       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")},
                            {.name = "last", .value = "entry"}}),
                      true);
  expect_reset(server, server.feed(), 1, Rule::field_list_octets);
  server.wire.headers(3, with(kRequest, {{.name = "last", .value = "entry"}}), true);
  const Events events = server.feed();
  ASSERT_NE(find<RequestReceived>(events), nullptr) << "the table has the entry";
  EXPECT_EQ(find<RequestReceived>(events)->fields.back().name, "last");
}

TEST(Lifetime, ResetsTheStreamBeyondItsWindowAndFailsBeyondTheConnectionsD12) {
  Options options = server_options();
  options.settings.initial_window_size = 10;
  Played server(options);
  server.wire.headers(1, kPost, false).data(1, "12345678901").headers(3, kRequest, true);
  Events events = server.feed();
  EXPECT_NE(find<RequestReceived>(events), nullptr);
  expect_reset(server, events, 1, Rule::stream_window_exceeded);

  Options wide = server_options();
  wide.settings.initial_window_size = 1 << 20;
  Played other(wide);
  other.wire.headers(1, kPost, false);
  for (int i = 0; i < 4; ++i) other.wire.data(1, std::string(16384, 'x'));
  expect_failure(other, other.feed(), Rule::connection_window_exceeded);
}

TEST(Lifetime, IgnoresASelfDependencyUnlessAskedForRfc7540D13) {
  Played server(server_options());
  server.wire.priority(5, 5);
  Events events = server.feed();
  ASSERT_NE(find<PriorityUpdated>(events), nullptr);
  EXPECT_EQ(events.size(), 1U);

  Options options = server_options();
  options.rfc7540_priority = true;
  Played old(options);
  old.wire.headers(1, kPost, false).priority(1, 1);
  expect_reset(old, old.feed(), 1, Rule::priority_self_dependency);
  old.wire.headers(
      3, kRequest, true, PriorityFields{.depends_on = 3, .weight = 1, .exclusive = false});
  expect_reset(old, old.feed(), 3, Rule::priority_self_dependency);
}

TEST(Lifetime, WantsSettingsFirstD46) {
  for (const bool with_ack : {false, true}) {
    Connection server(server_options());
    ASSERT_TRUE(server.initiate_connection());
    Wire wire;
    wire.preface();
    with_ack ? wire.settings_ack() : wire.ping();
    const auto octets = wire.take();
    const Events events = server.receive_data(octets);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(std::get<ConnectionFailed>(events[0]).because.rule, Rule::first_frame_not_settings);
  }
}

TEST(Lifetime, IsOverAfterAWrongPrefaceD47) {
  Connection server(server_options());
  ASSERT_TRUE(server.initiate_connection());
  const std::string_view wrong = "PRI * HTTP/2.1";
  const Events events = server.receive_data(octets_of(wrong));
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(std::get<ConnectionFailed>(events[0]).because.rule, Rule::preface_mismatch);
  EXPECT_TRUE(server.terminal());
  Wire wire;
  const auto right = wire.preface().settings().take();
  EXPECT_TRUE(server.receive_data(right).empty());
}

TEST(Lifetime, SendsOnePrefaceAndNothingBeforeItD48) {
  Connection client(client_options());
  EXPECT_EQ(client.send_headers(1, kRequest).error(), Misuse::not_initiated);
  EXPECT_EQ(client.ping({}).error(), Misuse::not_initiated);
  EXPECT_EQ(client.outbound_octets(), 0U);
  ASSERT_TRUE(client.initiate_connection());
  const std::size_t before = client.outbound_octets();
  EXPECT_EQ(client.initiate_connection().error(), Misuse::already_initiated);
  EXPECT_EQ(client.outbound_octets(), before);
}

TEST(Lifetime, DropsAFrameThatCannotBeParsedForGoodD72) {
  Played server(server_options());
  server.wire.frame(FrameType::rst_stream, 0, 1, "123");
  expect_failure(server, server.feed(), Rule::rst_stream_length);
  EXPECT_TRUE(server.engine.receive_data({}).empty());
  EXPECT_TRUE(server.drain().empty()) << "no second GOAWAY for the same octets";
}

TEST(Lifetime, ReturnsWhatCameBeforeTheErrorAndTheErrorD73) {
  Played server(server_options());
  server.wire.headers(1, kPost, false).data(1, "kept").frame(FrameType::data, 0, 0, "x");
  const Events events = server.feed();
  ASSERT_EQ(events.size(), 3U);
  EXPECT_TRUE(std::holds_alternative<RequestReceived>(events[0]));
  EXPECT_EQ(text_of(std::get<DataReceived>(events[1]).data), "kept");
  expect_failure(server, events, Rule::data_on_stream_zero);
}

TEST(Lifetime, AnswersWhatElsewhereThrowsByMisuseD80) {
  Played server(server_options());
  EXPECT_EQ(server.engine.send_data(1, {}).error(), Misuse::no_such_stream);
  EXPECT_EQ(server.engine.increment_flow_control_window(1, 1).error(), Misuse::no_such_stream);
  server.wire.headers(1, kRequest, true);
  static_cast<void>(server.feed());
  EXPECT_EQ(server.engine.send_headers(1, {}).error(), Misuse::invalid_fields);
  const std::vector<Field> nameless{{.name = ":status", .value = "200"}, {.name = "", .value = ""}};
  EXPECT_EQ(server.engine.send_headers(1, nameless).error(), Misuse::invalid_fields);
  EXPECT_EQ(server.engine.prioritize(0, {}).error(), Misuse::wrong_role);
  EXPECT_TRUE(server.drain().empty());
}

TEST(Lifetime, TellsThePeerOfEveryFailureD83) {
  // Whatever ends the connection leaves a GOAWAY in the output, and nothing that fails locally
  // does.
  Options options = server_options();
  options.allow_upgrade = true;
  Connection server(options);
  EXPECT_EQ(server.initiate_upgrade_connection("!!").error(), Misuse::invalid_argument);
  EXPECT_EQ(server.initiate_upgrade_connection("AAMAAABkAAQ").error(), Misuse::invalid_argument);
  EXPECT_EQ(server.outbound_octets(), 0U);
  ASSERT_TRUE(server.initiate_upgrade_connection("AAMAAABkAAQAAP__"));
  EXPECT_EQ(server.remote_settings().max_concurrent_streams, 100U);
  static_cast<void>(server.data_to_send());
  static_cast<void>(server.receive_data(octets_of("GET / HTTP/1.1")));
  EXPECT_NE(find(frames(server.data_to_send()), FrameType::goaway), nullptr);
}

TEST(Lifetime, ServesTheNeighbourOfEveryStreamErrorD84) {
  Played server(server_options());
  std::uint32_t id = 1;
  const auto neighbour_served = [&](Rule rule) {
    server.wire.headers(id + 2, kRequest, true);
    const Events events = server.feed();
    const auto* reset = find<StreamReset>(events);
    ASSERT_NE(reset, nullptr) << name(rule);
    EXPECT_EQ(reset->because, rule);
    bool served = false;
    for (const Event& event : events) {
      const auto* request = std::get_if<RequestReceived>(&event);
      served = served || (request != nullptr && request->stream_id == id + 2);
    }
    EXPECT_TRUE(served) << name(rule);
    id += 4;
  };
  server.wire.headers(id, kRequest, true).data(id, "late");
  neighbour_served(Rule::data_on_half_closed);
  server.wire.headers(id, kRequest, true).headers(id, kTrailers, true);
  neighbour_served(Rule::headers_on_half_closed);
  server.wire.headers(id, kPost, false).window(id, 0);
  neighbour_served(Rule::window_update_zero_on_stream);
  server.wire.headers(id, kPost, false).window(id, 0x7fff'ffff);
  neighbour_served(Rule::stream_window_overflow);
  server.wire.headers(id, kPost, false).frame(FrameType::priority, 0, id, "1234");
  neighbour_served(Rule::priority_length);
}

}  // namespace
}  // namespace h2assay::testing
