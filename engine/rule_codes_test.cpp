// What `h2assay self` cannot show with a case against a server: rules that accuse servers, limits
// that a polite case stays below, and scopes that no frame of a case can tell apart.
#include <array>
#include <string>

#include <gtest/gtest.h>

#include "engine/connection_test_support.h"
#include "engine/rules.h"

namespace h2assay::testing {
namespace {

struct Expected {
  Rule rule;
  Scope scope;
  ErrorCode code;
};

// Written down a second time: a slip in rules.inc is red here.
constexpr auto kExpected = std::to_array<Expected>({
    {Rule::preface_mismatch, Scope::connection, ErrorCode::protocol_error},
    {Rule::first_frame_not_settings, Scope::connection, ErrorCode::protocol_error},
    {Rule::frame_too_long, Scope::connection, ErrorCode::frame_size_error},
    {Rule::headers_too_short, Scope::connection, ErrorCode::frame_size_error},
    {Rule::push_promise_too_short, Scope::connection, ErrorCode::frame_size_error},
    {Rule::priority_length_on_idle, Scope::connection, ErrorCode::frame_size_error},
    {Rule::settings_length, Scope::connection, ErrorCode::frame_size_error},
    {Rule::settings_ack_length, Scope::connection, ErrorCode::frame_size_error},
    {Rule::ping_length, Scope::connection, ErrorCode::frame_size_error},
    {Rule::goaway_length, Scope::connection, ErrorCode::frame_size_error},
    {Rule::altsvc_length, Scope::connection, ErrorCode::frame_size_error},
    {Rule::origin_length, Scope::connection, ErrorCode::frame_size_error},
    {Rule::priority_update_length, Scope::connection, ErrorCode::frame_size_error},
    {Rule::data_on_stream_zero, Scope::connection, ErrorCode::protocol_error},
    {Rule::headers_on_stream_zero, Scope::connection, ErrorCode::protocol_error},
    {Rule::priority_on_stream_zero, Scope::connection, ErrorCode::protocol_error},
    {Rule::rst_stream_on_stream_zero, Scope::connection, ErrorCode::protocol_error},
    {Rule::push_promise_on_stream_zero, Scope::connection, ErrorCode::protocol_error},
    {Rule::continuation_on_stream_zero, Scope::connection, ErrorCode::protocol_error},
    {Rule::settings_on_stream, Scope::connection, ErrorCode::protocol_error},
    {Rule::ping_on_stream, Scope::connection, ErrorCode::protocol_error},
    {Rule::goaway_on_stream, Scope::connection, ErrorCode::protocol_error},
    {Rule::priority_update_on_stream, Scope::connection, ErrorCode::protocol_error},
    {Rule::push_promise_padding, Scope::connection, ErrorCode::protocol_error},
    {Rule::field_block_interrupted, Scope::connection, ErrorCode::protocol_error},
    {Rule::continuation_unexpected, Scope::connection, ErrorCode::protocol_error},
    {Rule::hpack_integer_too_large, Scope::connection, ErrorCode::compression_error},
    {Rule::hpack_integer_too_long, Scope::connection, ErrorCode::compression_error},
    {Rule::hpack_string_too_long, Scope::connection, ErrorCode::compression_error},
    {Rule::hpack_huffman_eos, Scope::connection, ErrorCode::compression_error},
    {Rule::hpack_huffman_padding_too_long, Scope::connection, ErrorCode::compression_error},
    {Rule::hpack_huffman_padding_not_ones, Scope::connection, ErrorCode::compression_error},
    {Rule::hpack_size_update_after_field, Scope::connection, ErrorCode::compression_error},
    {Rule::hpack_size_update_above_limit, Scope::connection, ErrorCode::compression_error},
    {Rule::hpack_size_update_missing, Scope::connection, ErrorCode::compression_error},
    {Rule::hpack_too_many_size_updates, Scope::connection, ErrorCode::compression_error},
    {Rule::data_on_idle, Scope::connection, ErrorCode::protocol_error},
    {Rule::window_update_on_idle, Scope::connection, ErrorCode::protocol_error},
    {Rule::rst_stream_on_idle, Scope::connection, ErrorCode::protocol_error},
    {Rule::headers_on_even_stream, Scope::connection, ErrorCode::protocol_error},
    {Rule::headers_on_idle, Scope::connection, ErrorCode::protocol_error},
    {Rule::frame_on_reserved_local, Scope::connection, ErrorCode::protocol_error},
    {Rule::frame_on_reserved_remote, Scope::connection, ErrorCode::protocol_error},
    {Rule::frame_after_seen_reset, Scope::connection, ErrorCode::protocol_error},
    {Rule::too_many_pushed_streams, Scope::stream, ErrorCode::refused_stream},
    {Rule::priority_self_dependency, Scope::stream, ErrorCode::protocol_error},
    {Rule::enable_push_range, Scope::connection, ErrorCode::protocol_error},
    {Rule::enable_push_from_server, Scope::connection, ErrorCode::protocol_error},
    {Rule::initial_window_size_range, Scope::connection, ErrorCode::flow_control_error},
    {Rule::initial_window_size_overflow, Scope::connection, ErrorCode::flow_control_error},
    {Rule::max_frame_size_range, Scope::connection, ErrorCode::protocol_error},
    {Rule::enable_connect_protocol_range, Scope::connection, ErrorCode::protocol_error},
    {Rule::enable_connect_protocol_withdrawn, Scope::connection, ErrorCode::protocol_error},
    {Rule::no_rfc7540_priorities_range, Scope::connection, ErrorCode::protocol_error},
    {Rule::no_rfc7540_priorities_changed, Scope::connection, ErrorCode::protocol_error},
    {Rule::push_promise_from_client, Scope::connection, ErrorCode::protocol_error},
    {Rule::push_promise_disabled, Scope::connection, ErrorCode::protocol_error},
    {Rule::push_promise_on_wrong_stream, Scope::connection, ErrorCode::protocol_error},
    {Rule::promised_stream_id, Scope::connection, ErrorCode::protocol_error},
    {Rule::promise_unsafe_method, Scope::stream, ErrorCode::protocol_error},
    {Rule::promise_without_authority, Scope::stream, ErrorCode::protocol_error},
    {Rule::promise_with_content, Scope::stream, ErrorCode::protocol_error},
    {Rule::stream_window_exceeded, Scope::stream, ErrorCode::flow_control_error},
    {Rule::connection_window_exceeded, Scope::connection, ErrorCode::flow_control_error},
    {Rule::window_update_zero_on_connection, Scope::connection, ErrorCode::protocol_error},
    {Rule::connection_window_overflow, Scope::connection, ErrorCode::flow_control_error},
    {Rule::data_before_headers, Scope::stream, ErrorCode::protocol_error},
    {Rule::interim_response_ends_stream, Scope::stream, ErrorCode::protocol_error},
    {Rule::status_101, Scope::stream, ErrorCode::protocol_error},
    {Rule::content_forbidden, Scope::stream, ErrorCode::protocol_error},
    {Rule::name_not_token, Scope::stream, ErrorCode::protocol_error},
    {Rule::value_control, Scope::stream, ErrorCode::protocol_error},
    {Rule::te_outside_request, Scope::stream, ErrorCode::protocol_error},
    {Rule::request_pseudo_field_in_response, Scope::stream, ErrorCode::protocol_error},
    {Rule::host_repeated, Scope::stream, ErrorCode::protocol_error},
    {Rule::status_missing, Scope::stream, ErrorCode::protocol_error},
    {Rule::priority_update_from_server, Scope::connection, ErrorCode::protocol_error},
    {Rule::priority_update_for_stream_zero, Scope::connection, ErrorCode::protocol_error},
    {Rule::priority_update_for_idle_push, Scope::connection, ErrorCode::protocol_error},
    {Rule::priority_update_too_many, Scope::connection, ErrorCode::protocol_error},
    {Rule::field_lines, Scope::stream, ErrorCode::enhance_your_calm},
    {Rule::field_block_octets, Scope::connection, ErrorCode::enhance_your_calm},
    {Rule::continuation_frames, Scope::connection, ErrorCode::enhance_your_calm},
    {Rule::stream_churn, Scope::connection, ErrorCode::enhance_your_calm},
    {Rule::reserved_streams, Scope::stream, ErrorCode::enhance_your_calm},
    {Rule::undrained_replies, Scope::connection, ErrorCode::enhance_your_calm},
    {Rule::settings_entries, Scope::connection, ErrorCode::enhance_your_calm},
    {Rule::priority_frames, Scope::connection, ErrorCode::enhance_your_calm},
    {Rule::window_updates, Scope::connection, ErrorCode::enhance_your_calm},
    {Rule::interim_responses, Scope::connection, ErrorCode::enhance_your_calm},
    {Rule::origin_entries, Scope::connection, ErrorCode::enhance_your_calm},
    {Rule::glitches, Scope::connection, ErrorCode::enhance_your_calm},
    {Rule::empty_data_frames, Scope::connection, ErrorCode::enhance_your_calm},
    {Rule::small_data, Scope::connection, ErrorCode::enhance_your_calm},
});

TEST(RuleCodes, AreThoseOfTheRfcWhereNoCaseCanTell) {
  for (const Expected& one : kExpected) {
    const auto verdict = judge(one.rule, 1, {});
    ASSERT_FALSE(verdict) << name(one.rule);
    EXPECT_EQ(verdict.error().scope, one.scope) << name(one.rule);
    EXPECT_EQ(verdict.error().code, one.code) << name(one.rule);
  }
}

TEST(RuleCodes, APromiseAfterPushWasSwitchedOffFails) {
  Options options = client_options();
  options.settings.enable_push = 0;
  Played client(options);
  ASSERT_TRUE(client.engine.send_headers(1, kRequest, kEnd));
  static_cast<void>(client.drain());
  client.wire.promise(1, 2, kRequest);
  expect_failure(client, client.feed(), Rule::push_promise_disabled);
}

TEST(RuleCodes, DataBehindThePeersOwnResetIsAnsweredByOneReset) {
  Played server(server_options());
  server.wire.headers(1, kPost, false).reset(1);
  static_cast<void>(server.feed());
  static_cast<void>(server.drain());
  server.wire.data(1, "late");
  static_cast<void>(server.feed());
  const std::vector<Seen> out = server.drain();
  const Seen* reset = find(out, FrameType::rst_stream);
  ASSERT_NE(reset, nullptr);
  EXPECT_EQ(code_of(*reset), ErrorCode::stream_closed);
}

}  // namespace
}  // namespace h2assay::testing
