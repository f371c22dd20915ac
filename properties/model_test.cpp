#include "properties/model.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace h2assay::model {
namespace {

using wire::FrameType;
using enum StreamState;
using enum StreamInput;

TEST(StreamModel, FollowsARequestAndItsAnswer) {
  EXPECT_EQ(next_state(idle, send_headers), open);
  EXPECT_EQ(next_state(open, send_end_stream), half_closed_local);
  EXPECT_EQ(next_state(half_closed_local, recv_headers), half_closed_local);
  EXPECT_EQ(next_state(half_closed_local, recv_end_stream), closed);
  EXPECT_EQ(next_state(closed, recv_headers), std::nullopt);
}

TEST(StreamModel, FollowsAPush) {
  EXPECT_EQ(next_state(idle, recv_push_promise), reserved_remote);
  EXPECT_EQ(next_state(reserved_remote, recv_headers), half_closed_local);
  EXPECT_EQ(next_state(reserved_local, send_headers), half_closed_remote);
  EXPECT_EQ(next_state(reserved_local, send_end_stream), std::nullopt);
  EXPECT_EQ(mirrored(reserved_local), reserved_remote);
}

TEST(StreamModel, SaysWhichFramesAStateLetsOut) {
  EXPECT_TRUE(may_send(open, FrameType::data));
  EXPECT_FALSE(may_send(half_closed_local, FrameType::data));
  EXPECT_TRUE(may_send(half_closed_local, FrameType::window_update));
  EXPECT_FALSE(may_send(idle, FrameType::rst_stream));
  EXPECT_TRUE(may_send(closed, FrameType::priority));
  EXPECT_FALSE(may_send(reserved_local, FrameType::window_update));
  EXPECT_TRUE(may_send(reserved_remote, FrameType::window_update));
  EXPECT_FALSE(may_send(open, FrameType::ping));
}

TEST(WindowModel, GoesBelowZeroBySettingsAlone) {
  Window window(10);
  EXPECT_TRUE(window.spend(10));
  EXPECT_FALSE(window.spend(1));
  Window lowered(10);
  EXPECT_TRUE(lowered.spend(5));
  EXPECT_TRUE(lowered.shift(-10));
  EXPECT_EQ(lowered.octets(), -5);
  EXPECT_TRUE(lowered.spend(0));
  EXPECT_TRUE(lowered.grant(6));
  EXPECT_TRUE(lowered.spend(1));
}

TEST(WindowModel, ReachesExactlyTwoToThe31MinusOne) {
  Window window(0);
  EXPECT_TRUE(window.grant(0x7fff'ffff));
  EXPECT_FALSE(window.grant(1));
}

using Pairs = std::vector<std::pair<std::string, std::string>>;

SectionFacts judged(Section section, const Pairs& lines, bool protocol = true) {
  SectionCheck check(section, protocol);
  for (const auto& [name, value] : lines) check.line(name, value);
  return check.finish();
}

FieldFault fault(Section section, const Pairs& lines) { return judged(section, lines).fault; }

Pairs get(const Pairs& more = {}) {
  Pairs lines{{":method", "GET"}, {":scheme", "https"}, {":path", "/"}, {":authority", "a"}};
  lines.insert(lines.end(), more.begin(), more.end());
  return lines;
}

TEST(SectionModel, AcceptsWhatTheRfcAccepts) {
  EXPECT_EQ(fault(Section::request, get()), FieldFault::none);
  EXPECT_EQ(fault(Section::request, get({{"te", "trailers"}, {"host", "A:443"}})),
            FieldFault::none);
  EXPECT_EQ(fault(Section::request, {{":method", "OPTIONS"}, {":scheme", "http"}, {":path", "*"}}),
            FieldFault::none);
  EXPECT_EQ(fault(Section::request, {{":method", "GET"}, {":scheme", "urn"}, {":path", ""}}),
            FieldFault::none);
  EXPECT_EQ(fault(Section::request, {{":method", "CONNECT"}, {":authority", "a:1"}}),
            FieldFault::none);
  EXPECT_EQ(fault(Section::trailers, {}), FieldFault::none);
  EXPECT_EQ(fault(Section::trailers, {{"a", ""}}), FieldFault::none);
  EXPECT_EQ(fault(Section::response, {{":status", "999"}}), FieldFault::none);
}

TEST(SectionModel, NamesTheFaultOfEveryOctetInANameAndAValue) {
  for (int c = 0; c < 256; ++c) {
    const std::string octet(1, static_cast<char>(c));
    const FieldFault in_name = fault(Section::trailers, {{"a" + octet + "b", ""}});
    const bool upper = c >= 'A' && c <= 'Z';
    const bool bad = c <= 0x20 || c >= 0x7f || c == ':';
    const FieldFault expected = bad ? FieldFault::name_octet : FieldFault::none;
    EXPECT_EQ(in_name, upper ? FieldFault::name_upper_case : expected) << c;
    const bool bad_value = c == 0 || c == '\r' || c == '\n';
    EXPECT_EQ(fault(Section::trailers, {{"a", "a" + octet + "b"}}),
              bad_value ? FieldFault::value_octet : FieldFault::none)
        << c;
  }
}

struct Wrong {
  FieldFault fault;
  Section section;
  Pairs lines;
};

const std::vector<Wrong>& wrong_sections() {
  static const std::vector<Wrong> wrong{
      {FieldFault::name_empty, Section::trailers, {{"", "x"}}},
      {FieldFault::value_edge_blank, Section::trailers, {{"a", "\tx"}}},
      {FieldFault::value_edge_blank, Section::trailers, {{"a", "x "}}},
      {FieldFault::connection_specific, Section::trailers, {{"keep-alive", ""}}},
      {FieldFault::te_not_trailers, Section::request, get({{"te", "trailers, gzip"}})},
      {FieldFault::pseudo_unknown, Section::request, get({{":x", ""}})},
      {FieldFault::pseudo_of_other_side, Section::request, get({{":status", "200"}})},
      {FieldFault::pseudo_of_other_side, Section::response, {{":status", "200"}, {":path", "/"}}},
      {FieldFault::pseudo_in_trailers, Section::trailers, {{":status", "200"}}},
      {FieldFault::pseudo_after_regular, Section::response, {{"a", ""}, {":status", "200"}}},
      {FieldFault::pseudo_repeated, Section::request, get({{":path", "/"}})},
      {FieldFault::method_missing, Section::request, {{":scheme", "http"}, {":path", "/"}}},
      {FieldFault::scheme_missing, Section::request, {{":method", "GET"}, {":path", "/"}}},
      {FieldFault::path_missing, Section::request, {{":method", "GET"}, {":scheme", "http"}}},
      {FieldFault::path_empty,
       Section::request,
       {{":method", "GET"}, {":scheme", "http"}, {":path", ""}}},
      {FieldFault::path_form,
       Section::request,
       {{":method", "GET"}, {":scheme", "http"}, {":path", "*"}}},
      {FieldFault::authority_missing, Section::request, {{":method", "CONNECT"}}},
      {FieldFault::authority_userinfo,
       Section::request,
       {{":method", "GET"}, {":scheme", "http"}, {":path", "/"}, {":authority", "u@a"}}},
      {FieldFault::host_differs, Section::request, get({{"host", "b"}})},
      {FieldFault::connect_with_target,
       Section::request,
       {{":method", "CONNECT"}, {":authority", "a"}, {":scheme", "http"}}},
      {FieldFault::protocol_without_connect, Section::request, get({{":protocol", "x"}})},
      {FieldFault::path_missing,
       Section::request,
       {{":method", "CONNECT"}, {":authority", "a"}, {":protocol", "x"}, {":scheme", "http"}}},
      {FieldFault::status_missing, Section::response, {{"a", "b"}}},
      {FieldFault::status_form, Section::response, {{":status", "2xx"}}},
      {FieldFault::status_form, Section::response, {{":status", "2000"}}},
      {FieldFault::status_101, Section::response, {{":status", "101"}}},
      {FieldFault::content_length_form, Section::request, get({{"content-length", "1,1"}})},
      {FieldFault::content_length_form,
       Section::request,
       get({{"content-length", "1"}, {"content-length", "2"}})},
      {FieldFault::promise_not_safe,
       Section::promise,
       {{":method", "PUT"}, {":scheme", "http"}, {":path", "/"}}},
      {FieldFault::promise_with_content, Section::promise, get({{"content-length", "1"}})},
  };
  return wrong;
}

TEST(SectionModel, NamesTheFirstFault) {
  for (const Wrong& wrong : wrong_sections()) {
    SCOPED_TRACE(name(wrong.fault));
    EXPECT_EQ(fault(wrong.section, wrong.lines), wrong.fault);
  }
}

// RFC 9110, Section 8.6: recipients expect numbers of any size.
TEST(SectionModel, TakesAContentLengthOfAnySize) {
  const std::string longest = "18446744073709554184";
  EXPECT_EQ(fault(Section::request, get({{"content-length", "9223372036854775808"}})),
            FieldFault::none);
  EXPECT_EQ(fault(Section::request, get({{"content-length", longest}})), FieldFault::none);
  EXPECT_EQ(fault(Section::request, get({{"content-length", longest}, {"content-length", "1"}})),
            FieldFault::content_length_form);
}

TEST(SectionModel, KnowsProtocolOnlyWhereItIsNegotiated) {
  const Pairs extended{{":method", "CONNECT"},
                       {":authority", "a"},
                       {":protocol", "websocket"},
                       {":scheme", "http"},
                       {":path", "/"}};
  EXPECT_EQ(judged(Section::request, extended).fault, FieldFault::none);
  EXPECT_TRUE(judged(Section::request, extended).extended_connect);
  EXPECT_EQ(judged(Section::request, extended, false).fault, FieldFault::pseudo_unknown);
}

SectionFacts response(std::uint16_t status, std::optional<std::uint64_t> length = {}) {
  return {.method = Method::other, .status = status, .content_length = length};
}

TEST(MessageModel, TakesInterimResponsesContentAndTrailers) {
  Message message = Message::response_to(Method::get);
  EXPECT_EQ(message.headers(response(103), false), MessageFault::none);
  EXPECT_EQ(message.expected_section(), Section::response);
  EXPECT_EQ(message.headers(response(200, 3), false), MessageFault::none);
  EXPECT_EQ(message.data(3, false), MessageFault::none);
  EXPECT_EQ(message.expected_section(), Section::trailers);
  EXPECT_EQ(message.headers({}, true), MessageFault::none);
  EXPECT_TRUE(message.complete());
}

TEST(MessageModel, NamesWhatIsOutOfOrder) {
  EXPECT_EQ(Message::response_to(Method::get).data(1, false), MessageFault::data_before_headers);
  EXPECT_EQ(Message::response_to(Method::get).headers(response(100), true),
            MessageFault::interim_ends_stream);
  Message message = Message::response_to(Method::get);
  EXPECT_EQ(message.headers(response(200), false), MessageFault::none);
  EXPECT_EQ(message.headers({}, false), MessageFault::section_after_final);
  EXPECT_EQ(message.data(1, true), MessageFault::none);
  EXPECT_EQ(message.data(0, true), MessageFault::frame_after_end);
  EXPECT_EQ(message.headers({}, true), MessageFault::frame_after_end);
}

TEST(MessageModel, HoldsContentAgainstContentLength) {
  Message too_long = Message::response_to(Method::get);
  EXPECT_EQ(too_long.headers(response(200, 1), false), MessageFault::none);
  EXPECT_EQ(too_long.data(2, false), MessageFault::content_length_long);
  EXPECT_EQ(Message::response_to(Method::get).headers(response(200, 1), true),
            MessageFault::content_length_short);
  EXPECT_EQ(Message::response_to(Method::head).headers(response(200, 1), true), MessageFault::none);
  EXPECT_EQ(Message::response_to(Method::get).headers(response(304, 1), true), MessageFault::none);
}

TEST(MessageModel, ForbidsContentWhereThereIsNone) {
  Message message = Message::response_to(Method::head);
  EXPECT_EQ(message.headers(response(200), false), MessageFault::none);
  EXPECT_EQ(message.data(0, false), MessageFault::none);
  EXPECT_EQ(message.data(1, true), MessageFault::content_where_none);
}

TEST(MessageModel, MakesATunnelOfConnect) {
  Message refused = Message::response_to(Method::connect);
  EXPECT_EQ(refused.headers(response(403), false), MessageFault::none);
  EXPECT_FALSE(refused.tunnel());
  Message message = Message::response_to(Method::connect);
  EXPECT_EQ(message.headers(response(200, 5), false), MessageFault::none);
  EXPECT_EQ(message.data(9, false), MessageFault::none);
  EXPECT_EQ(message.headers({}, true), MessageFault::headers_on_tunnel);
}

}  // namespace
}  // namespace h2assay::model
