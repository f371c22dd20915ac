#include <algorithm>
#include <array>
#include <random>
#include <string_view>

#include <gtest/gtest.h>

#include "engine/fields_test_support.h"

namespace h2assay {
namespace {

using enum MessageKind;

Lines without(Lines lines, std::string_view name) {
  std::erase_if(lines, [&](const Field& field) { return field.name == name; });
  return lines;
}

Lines with(Lines lines, std::string_view name, std::string_view value) {
  for (Field& field : lines) {
    if (field.name == name) field.value = value;
  }
  return lines;
}

TEST(Request, NeedsMethodSchemeAndPath) {
  EXPECT_EQ(broken(request, get()), std::nullopt);
  EXPECT_EQ(broken(request, without(get(), ":method")), Rule::method_missing);
  EXPECT_EQ(broken(request, without(get(), ":scheme")), Rule::scheme_missing);
  EXPECT_EQ(broken(request, without(get(), ":path")), Rule::path_missing);
  EXPECT_EQ(broken(request, {}), Rule::method_missing);
}

TEST(Request, MayLackAnAuthorityD66) {
  EXPECT_EQ(broken(request, without(get(), ":authority")), std::nullopt);
  EXPECT_EQ(broken(request, {{":method", "OPTIONS"}, {":scheme", "https"}, {":path", "*"}}),
            std::nullopt);
  EXPECT_EQ(broken(request, {{":method", "GET"}, {":scheme", "urn"}, {":path", ""}}), std::nullopt);
}

TEST(Request, HoldsNoPseudoFieldTwiceOrUnknownOrOfResponses) {
  for (const std::string_view name : {":method", ":scheme", ":path", ":authority"}) {
    Lines lines = get();
    lines.insert(lines.begin(), *std::ranges::find(lines, name, &Field::name));
    EXPECT_EQ(broken(request, lines), Rule::pseudo_field_repeated) << name;
  }
  for (const std::string_view name : {":foo", ":", ":paths", ":host"}) {
    Lines lines = get();
    lines.insert(lines.begin(), Field{name, "x"});
    EXPECT_EQ(broken(request, lines), Rule::pseudo_field_unknown) << name;
  }
  Lines lines = get();
  lines.insert(lines.begin(), Field{":status", "200"});
  EXPECT_EQ(broken(request, lines), Rule::status_in_request);
}

TEST(Request, HoldsPseudoFieldsFirstEvenBeforeCookiesD57) {
  const Lines lines{{":method", "GET"}, {":scheme", "https"}, {"cookie", "a=b"}, {":path", "/"}};
  EXPECT_EQ(broken(request, lines), Rule::pseudo_field_after_regular);
}

TEST(Request, HasAMethodThatIsATokenD65) {
  for (const std::string_view value : {"", "G T", "GET / HTTP/1.1", "G\x01", "G\x80"}) {
    EXPECT_EQ(broken(request, with(get(), ":method", value)), Rule::method_invalid) << value;
  }
  EXPECT_EQ(broken(request, with(get(), ":method", "get")), std::nullopt);
  EXPECT_EQ(broken(request, with(get(), ":method", "M-SEARCH")), std::nullopt);
}

TEST(Request, HasASchemeThatIsOneD65) {
  for (const std::string_view value : {"", "1a", "http://x/", "ht tp"}) {
    EXPECT_EQ(broken(request, with(get(), ":scheme", value)), Rule::scheme_invalid) << value;
  }
  EXPECT_EQ(broken(request, with(get(), ":scheme", "coap+tcp")), std::nullopt);
}

TEST(Request, HasAPathThatBeginsWithASlashD65) {
  EXPECT_EQ(broken(request, with(get(), ":path", "")), Rule::path_empty);
  EXPECT_EQ(broken(request, with(get(), ":path", "foo")), Rule::path_not_absolute);
  EXPECT_EQ(broken(request, with(get(), ":path", "http://x/")), Rule::path_not_absolute);
  EXPECT_EQ(broken(request, with(get(), ":path", "*")), Rule::path_asterisk);
  EXPECT_EQ(broken(request, with(with(get(), ":path", "*"), ":method", "OPTIONS")), std::nullopt);
  EXPECT_EQ(broken(request, with(get(), ":path", "/a b")), Rule::path_invalid);
  EXPECT_EQ(broken(request, with(get(), ":path", "/a\x7f")), Rule::path_invalid);
  EXPECT_EQ(broken(request, with(get(), ":path", "/a#b")), std::nullopt);
  EXPECT_EQ(broken(request, with(get(), ":path", "/a#b"), {.strict = true}), Rule::path_invalid);
}

TEST(Request, HasAnAuthorityWithHostAndWithoutUserinfoD65) {
  EXPECT_EQ(broken(request, with(get(), ":authority", "")), Rule::authority_empty);
  EXPECT_EQ(broken(request, with(get(), ":authority", ":80")), Rule::authority_empty);
  EXPECT_EQ(broken(request, with(get(), ":authority", "u@a.example")), Rule::authority_userinfo);
  for (const std::string_view value : {"a b", "a/b", "a?b", "a#b", "a\\b", "a\x80"}) {
    EXPECT_EQ(broken(request, with(get(), ":authority", value)), Rule::authority_invalid) << value;
  }
  EXPECT_EQ(broken(request, with(get(), ":authority", "[::1]:8080"), {.strict = true}),
            std::nullopt);
}

TEST(Request, HasAHostThatNamesTheSameEntityD66) {
  const auto both = [](std::string_view authority, std::string_view host) {
    Lines lines = with(get(), ":authority", authority);
    lines.push_back({"host", host});
    return broken(request, lines);
  };
  EXPECT_EQ(both("a.example", "a.example"), std::nullopt);
  EXPECT_EQ(both("a.example", "A.Example"), std::nullopt);
  EXPECT_EQ(both("a.example", "a.example:443"), std::nullopt);
  EXPECT_EQ(both("a.example:", "a.example"), std::nullopt);
  EXPECT_EQ(both("a.example", "a.example:80"), Rule::host_differs);
  EXPECT_EQ(both("a.example", "b.example"), Rule::host_differs);
  EXPECT_EQ(both("[::1]", "[::1]:443"), std::nullopt);
  EXPECT_EQ(both("a.example", ""), Rule::host_differs);
  EXPECT_EQ(broken(request, get({{"host", "a.example"}, {"host", "a.example"}})),
            Rule::host_repeated);
}

// --- CONNECT: Section 8.5; RFC 8441

TEST(Connect, HoldsAnAuthorityWithAPortAndNothingElseD67) {
  EXPECT_EQ(broken(request, {{":method", "CONNECT"}, {":authority", "a.example:443"}}),
            std::nullopt);
  EXPECT_EQ(broken(request, {{":method", "CONNECT"}}), Rule::connect_without_authority);
  EXPECT_EQ(broken(request, {{":method", "CONNECT"}, {"host", "a.example:443"}}),
            Rule::connect_without_authority);
  for (const std::string_view value : {"a.example",
                                       "a.example:",
                                       ":443",
                                       "a.example:0",
                                       "a.example:65536",
                                       "a.example:99999",
                                       "u@a.example:443",
                                       "[::1]"}) {
    EXPECT_EQ(broken(request, {{":method", "CONNECT"}, {":authority", value}}),
              Rule::connect_authority_invalid)
        << value;
  }
  EXPECT_EQ(broken(request, with(get(), ":method", "CONNECT")), Rule::connect_with_scheme_or_path);
}

TEST(ExtendedConnect, NeedsTheSettingTheMethodAndAWholeTargetD38) {
  const FieldPolicy enabled{.extended_connect = true};
  Lines lines = with(get(), ":method", "CONNECT");
  lines.insert(lines.begin(), Field{":protocol", "websocket"});

  EXPECT_EQ(broken(request, lines), Rule::protocol_not_enabled);
  EXPECT_EQ(broken(request, lines, enabled), std::nullopt);
  EXPECT_EQ(broken(request, with(lines, ":method", "GET"), enabled),
            Rule::protocol_without_connect);
  for (const std::string_view name : {":scheme", ":path", ":authority"}) {
    EXPECT_EQ(broken(request, without(lines, name), enabled), Rule::extended_connect_incomplete)
        << name;
  }
  EXPECT_EQ(broken(request, with(lines, ":path", ""), enabled), Rule::path_empty);
}

// --- Responses, trailers, promises

TEST(Response, HoldsAStatusOfThreeDigitsAndNoOtherPseudoFieldD65) {
  EXPECT_EQ(broken(response, ok()), std::nullopt);
  EXPECT_EQ(broken(response, {}), Rule::status_missing);
  for (const std::string_view value : {"2000", "abc", "", "20", "2 0", "+20", "-20"}) {
    EXPECT_EQ(broken(response, {{":status", value}}), Rule::status_invalid) << value;
  }
  EXPECT_EQ(broken(response, {{":status", "200"}, {":path", "/"}}),
            Rule::request_pseudo_field_in_response);
  EXPECT_EQ(broken(response, {{":status", "200"}, {":x", "/"}}), Rule::pseudo_field_unknown);
  EXPECT_EQ(broken(response, {{":status", "200"}, {":status", "200"}}),
            Rule::pseudo_field_repeated);
  EXPECT_EQ(broken(response, {{"x", "y"}, {":status", "200"}}), Rule::pseudo_field_after_regular);
  EXPECT_EQ(broken(response, ok({{"host", "a"}, {"host", "b"}})), std::nullopt);
}

TEST(Response, IsNever101D34) {
  EXPECT_EQ(broken(response, {{":status", "101"}}), Rule::status_101);
  EXPECT_EQ(broken(response, {{":status", "103"}}), std::nullopt);
}

TEST(Trailers, HoldNoPseudoField) {
  EXPECT_EQ(broken(trailers, {}), std::nullopt);
  EXPECT_EQ(broken(trailers, {{"x", "y"}}), std::nullopt);
  EXPECT_EQ(broken(trailers, {{":status", "200"}}), Rule::pseudo_field_in_trailers);
  EXPECT_EQ(broken(trailers, {{":path", "/"}}), Rule::pseudo_field_in_trailers);
}

TEST(Promise, IsSafeAndNamesItsAuthorityAndHasNoContentD24) {
  EXPECT_EQ(broken(promise, get()), std::nullopt);
  EXPECT_EQ(broken(promise, with(get(), ":method", "HEAD")), std::nullopt);
  EXPECT_EQ(broken(promise, with(get(), ":method", "POST")), Rule::promise_unsafe_method);
  EXPECT_EQ(broken(promise, with(get(), ":method", "FOO")), Rule::promise_unsafe_method);
  Lines host = without(get(), ":authority");
  host.push_back({"host", "a.example"});
  EXPECT_EQ(broken(promise, host), Rule::promise_without_authority);
  EXPECT_EQ(broken(promise, get({{"content-length", "1"}})), Rule::promise_with_content);
  EXPECT_EQ(broken(promise, get({{"content-length", "0"}})), std::nullopt);
  EXPECT_EQ(broken(promise, without(get(), ":path")), Rule::path_missing);
}

// --- What the policy changes

TEST(FieldPolicy, PassesOverRulesThatAreOffAndFindsTheNext) {
  Quirks quirks;
  quirks.off(Rule::name_upper_case);
  const FieldPolicy policy{.quirks = &quirks};

  EXPECT_EQ(broken(request, get({{"X", "v"}}), policy), std::nullopt);
  EXPECT_EQ(broken(request, get({{"X", "v"}, {"upgrade", "v"}}), policy), Rule::field_upgrade);
  EXPECT_EQ(broken(request, get({{"X", "v\n"}}), policy), Rule::value_line_feed);
}

TEST(FieldPolicy, LooksAtNothingWithoutValidationButTheContentLengthD64) {
  const FieldPolicy off{.validate = false};
  EXPECT_EQ(broken(request, {{"UPPER", "\n"}, {":x", ""}}, off), std::nullopt);
  EXPECT_EQ(broken(request, {{"content-length", "x"}}, off), Rule::content_length_invalid);
  EXPECT_EQ(
      broken(
          request, {{"content-length", "x"}}, {.validate = false, .check_content_length = false}),
      std::nullopt);
}

TEST(FieldPolicy, NeverBelievesAMarkOfACaller) {
  Lines lines = ok({{"upgrade", "x"}});
  lines[0].mark = classify(":status", "200");
  lines[1].mark = classify("x", "y");
  EXPECT_EQ(check_message(response, lines, {}).broken, Rule::field_upgrade);
}

TEST(MessageFacts, TellWhatTheConnectionNeeds) {
  const MessageFacts facts =
      check_message(
          request, get({{"cookie", "a=b"}, {"cookie", "c=d"}, {"content-length", "12"}}), {})
          .facts;
  EXPECT_EQ(facts.method, Method::get);
  EXPECT_EQ(facts.authority, "a.example");
  EXPECT_EQ(facts.cookies, 2U);
  EXPECT_EQ(facts.content_length, 12U);
  EXPECT_FALSE(facts.has_protocol);

  const Lines interim{{":status", "103"}};
  EXPECT_EQ(check_message(response, interim, {}).facts.status, 103);
  EXPECT_TRUE(check_message(response, interim, {}).facts.interim());
  const Lines host_only{{"host", "h"}};
  EXPECT_EQ(check_message(request, host_only, {}).facts.authority, "h");
}

// The fast way and the slow way must agree: whatever the fast way lets pass, every rule lets pass.
TEST(Messages, AreJudgedAlikeByTheFastAndTheSlowWay) {
  constexpr auto kNames = std::to_array<std::string_view>({":method",
                                                           ":scheme",
                                                           ":path",
                                                           ":authority",
                                                           ":status",
                                                           ":protocol",
                                                           ":x",
                                                           "te",
                                                           "host",
                                                           "x",
                                                           "cookie",
                                                           "upgrade",
                                                           "X",
                                                           "content-length"});
  constexpr auto kValues = std::to_array<std::string_view>({"GET",
                                                            "https",
                                                            "/",
                                                            "a.example",
                                                            "200",
                                                            "trailers",
                                                            "",
                                                            "*",
                                                            "101",
                                                            "CONNECT",
                                                            "a:1",
                                                            " x",
                                                            "a\nb",
                                                            "u@a"});
  std::mt19937 random(20260101);
  int fine = 0;
  for (int round = 0; round < 60'000; ++round) {
    Lines lines = round % 3 == 0 ? get() : round % 3 == 1 ? ok() : Lines();
    const auto extra = random() % 4;
    for (unsigned i = 0; i < extra; ++i) {
      const Field field{kNames[random() % kNames.size()], kValues[random() % kValues.size()]};
      lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(random() % (lines.size() + 1)),
                   field);
    }
    const auto kind = static_cast<MessageKind>(random() % 3);
    FieldPolicy policy{.strict = random() % 2 == 0, .extended_connect = random() % 2 == 0};
    const std::optional<Rule> fast = check_message(kind, lines, policy).broken;
    policy.thorough = true;
    const std::optional<Rule> slow = check_message(kind, lines, policy).broken;
    ASSERT_EQ(fast, slow) << round;
    if (!slow) ++fine;
  }
  EXPECT_GT(fine, 1000);
}

}  // namespace
}  // namespace h2assay
