#include <array>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "engine/fields_test_support.h"

namespace h2assay {
namespace {

using enum MessageKind;

TEST(FieldLines, AreRefusedForEachOctetThatANameCannotHold) {
  for (unsigned octet = 0; octet < 256; ++octet) {
    std::optional<Rule> expected;
    if (octet <= 0x20) expected = Rule::name_control;
    if (octet >= 'A' && octet <= 'Z') expected = Rule::name_upper_case;
    if (octet >= 0x7f) expected = Rule::name_high_octet;
    if (octet == ':') expected = Rule::name_colon;
    for (const std::size_t position : {1U, 2U, 3U}) {
      std::string name = "xyz";
      name.insert(position, 1, static_cast<char>(octet));
      EXPECT_EQ(broken(request, get({{name, "v"}})), expected) << octet << " at " << position;
      EXPECT_EQ(broken(trailers, {{name, "v"}}), expected) << octet;
    }
  }
}

TEST(FieldLines, MustHaveAName) { EXPECT_EQ(broken(request, get({{"", "v"}})), Rule::name_empty); }

TEST(FieldLines, MayHoldEveryOtherMarkOfATokenAndNothingElseWhenStrictD68) {
  const FieldPolicy strict{.strict = true};
  EXPECT_EQ(broken(request, get({{"!#$%&'*+-.^_`|~09az", "v"}}), strict), std::nullopt);
  for (const char octet : std::string_view("\"(),/;<=>?@[\\]{}")) {
    const std::string name{'x', octet};
    EXPECT_EQ(broken(request, get({{name, "v"}})), std::nullopt) << octet;
    EXPECT_EQ(broken(request, get({{name, "v"}}), strict), Rule::name_not_token) << octet;
  }
}

TEST(FieldLines, AreRefusedForEachOctetThatAValueCannotHold) {
  for (unsigned octet = 0; octet < 256; ++octet) {
    std::optional<Rule> expected;
    if (octet == 0) expected = Rule::value_nul;
    if (octet == '\n') expected = Rule::value_line_feed;
    if (octet == '\r') expected = Rule::value_carriage_return;
    std::optional<Rule> first = expected;
    std::optional<Rule> last = expected;
    if (octet == ' ' || octet == '\t') {
      first = Rule::value_leading_space;
      last = Rule::value_trailing_space;
    }
    const std::string c(1, static_cast<char>(octet));
    EXPECT_EQ(broken(response, ok({{"x", c + "yz"}})), first) << octet;
    EXPECT_EQ(broken(response, ok({{"x", "y" + c + "z"}})), expected) << octet;
    EXPECT_EQ(broken(response, ok({{"x", "yz" + c}})), last) << octet;
  }
}

// Values are looked at eight octets at a time: no position and no length may slip through.
TEST(FieldLines, AreRefusedWhereverInAValueTheOctetStands) {
  for (std::size_t length = 1; length < 40; ++length) {
    for (std::size_t position = 0; position < length; ++position) {
      std::string value(length, '\xa0');
      value[position] = '\n';
      ASSERT_EQ(broken(response, ok({{"x", value}})), Rule::value_line_feed)
          << position << " of " << length;
      value[position] = '\x7f';
      ASSERT_EQ(broken(response, ok({{"x", value}})), std::nullopt);
      ASSERT_EQ(broken(response, ok({{"x", value}}), {.strict = true}), Rule::value_control)
          << position << " of " << length;
    }
  }
}

TEST(FieldLines, MayHoldOtherControlsUnlessStrictD68) {
  for (unsigned octet = 1; octet < 0x80; ++octet) {
    if (octet == '\n' || octet == '\r' || octet == '\t') continue;
    if (octet >= 0x20 && octet != 0x7f) continue;
    const std::string value = "a" + std::string(1, static_cast<char>(octet)) + "b";
    EXPECT_EQ(broken(request, get({{"x", value}})), std::nullopt);
    EXPECT_EQ(broken(request, get({{"x", value}}), {.strict = true}), Rule::value_control);
  }
}

TEST(FieldLines, MayBeEmptyOrHoldHighOctets) {
  const FieldPolicy strict{.strict = true};
  EXPECT_EQ(broken(request, get({{"x", ""}, {"y", "\x80\xff"}, {"z", "a\tb c"}}), strict),
            std::nullopt);
}

// --- Connection-specific fields: Section 8.2.2

TEST(FieldLines, AreRefusedForEachConnectionSpecificField) {
  constexpr auto kRows = std::to_array<std::pair<std::string_view, Rule>>({
      {"connection", Rule::field_connection},
      {"transfer-encoding", Rule::field_transfer_encoding},
      {"keep-alive", Rule::field_keep_alive},
      {"proxy-connection", Rule::field_proxy_connection},
      {"upgrade", Rule::field_upgrade},
  });
  for (const auto& [name, rule] : kRows) {
    SCOPED_TRACE(name);
    EXPECT_EQ(broken(request, get({{name, "x"}})), rule);
    EXPECT_EQ(broken(response, ok({{name, ""}})), rule);
    EXPECT_EQ(broken(trailers, {{name, "x"}}), rule);
    EXPECT_EQ(broken(promise, get({{name, "x"}})), rule);
  }
}

TEST(FieldLines, MaySayOnlyTrailersInTeAndOnlyInARequestD67) {
  EXPECT_EQ(broken(request, get({{"te", "trailers"}})), std::nullopt);
  EXPECT_EQ(broken(request, get({{"te", "Trailers"}})), std::nullopt);
  for (const std::string_view value : {"gzip", "trailers, deflate", "trailers;q=0.5", ""}) {
    EXPECT_EQ(broken(request, get({{"te", value}})), Rule::te_not_trailers) << value;
  }
  EXPECT_EQ(broken(response, ok({{"te", "trailers"}})), Rule::te_outside_request);
  EXPECT_EQ(broken(trailers, {{"te", "trailers"}}), Rule::te_outside_request);
}

}  // namespace
}  // namespace h2assay
