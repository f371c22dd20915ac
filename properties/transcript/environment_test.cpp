// Late values, patterns, needs, loops.
#include "properties/transcript/environment.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "properties/transcript/test_environment.h"

namespace h2assay::transcript {
namespace {

const Value& data_of(const Line& line) {
  return *std::get<FrameLine>(std::get<Step>(line.what).what).part("data");
}

// The octets of data={…}, or the fault.
std::string value_of(const std::string& expression) {
  const std::vector<Line> body = body_of("> DATA 1 data={" + expression + "}\n");
  const auto result = octets(data_of(body.at(0)), TestEnvironment());
  return result ? *result : "fault: " + result.error().what;
}

TEST(Evaluation, FollowsTheRulesOfArithmetic) {
  EXPECT_EQ(value_of("1 + 2 * 3 - 4"), "3");
  EXPECT_EQ(value_of("2 - 3 - 4"), "-5");
  EXPECT_EQ(value_of("(1 + 2) * (3 - 1)"), "6");
  EXPECT_EQ(value_of("0x10"), "16");
  EXPECT_EQ(value_of("3 * \"ab\""), "ababab");
  EXPECT_EQ(value_of("0 * \"ab\""), "");
}

TEST(Evaluation, AsksTheConversation) {
  EXPECT_EQ(value_of("window 0 + 1"), "65536");
  EXPECT_EQ(value_of("window 1"), "-100");
  EXPECT_EQ(value_of("peer.MAX_FRAME_SIZE + 1"), "16385");
  EXPECT_EQ(value_of("status 204"), "/status/204");
  EXPECT_EQ(value_of("path"), "/");
}

TEST(Evaluation, FailsWithASentence) {
  EXPECT_EQ(value_of("9223372036854775807 + 1"), "fault: a number beyond 2^63");
  EXPECT_EQ(value_of("9223372036854775807 * 2"), "fault: a number beyond 2^63");
  EXPECT_EQ(value_of("1000000000 * \"xx\""), "fault: more than 64 MiB of text");
  EXPECT_EQ(value_of("path + 1"), "fault: text where a number belongs");
  EXPECT_EQ(value_of("window path"), "fault: text where a number belongs");
  EXPECT_EQ(value_of("window (0 - 1)"), "fault: -1 does not fit in 32 bits");
  EXPECT_EQ(value_of("scheme * 2"), "fault: text where a number belongs");
  EXPECT_EQ(value_of("origin"), "fault: {origin} was never given");
  EXPECT_EQ(value_of("request GET"), "fault: {request …} stands for fields alone");
}

TEST(Evaluation, TellsWhatTheTargetLacksFromWhatThePeerNeverGave) {
  const std::vector<Line> body = body_of("> DATA 1 data={large}\n> DATA 1 data={origin}\n");
  const auto large = octets(data_of(body.at(0)), TestEnvironment());
  const auto origin = octets(data_of(body.at(1)), TestEnvironment());
  EXPECT_EQ(large.error().kind, Fault::Kind::unsupported);
  EXPECT_EQ(origin.error().kind, Fault::Kind::not_given);
  EXPECT_EQ(origin.error().at.line, 5U);
  EXPECT_EQ(origin.error().at.column, 16U);
}

TEST(Evaluation, RefusesANumberTooBigForItsField) {
  const auto good = number(bare("255"), TestEnvironment(), 255);
  EXPECT_EQ(*good, 255U);
  const auto big = number(bare("256"), TestEnvironment(), 255);
  ASSERT_FALSE(big);
  EXPECT_EQ(big.error().kind, Fault::Kind::too_big);
  EXPECT_EQ(big.error().what, "256 is above 255");
  const auto text = number(quoted_value("\x1b"), TestEnvironment(), 255);
  EXPECT_EQ(text.error().what, "\"\\x1b\" is no number that can be sent");
}

TEST(Evaluation, StandsForTheFieldsOfARequest) {
  const auto fields = [](const std::string& list) {
    const std::vector<Line> body = body_of("> HEADERS 1 {" + list + "}\n");
    const auto& frame = std::get<FrameLine>(std::get<Step>(body.at(0).what).what);
    return *request_fields(
        std::get<Expr>(frame.fields.at(0).value.pieces.at(0)).terms.at(0).factors.at(0),
        TestEnvironment());
  };
  EXPECT_EQ(fields("request GET"),
            (std::vector<FieldLine>{{":method", "GET"},
                                    {":scheme", "http"},
                                    {":authority", "a.example:80"},
                                    {":path", "/"}}));
  EXPECT_EQ(fields("request HEAD status 304").back(), (FieldLine{":path", "/status/304"}));
  EXPECT_EQ(fields("request POST echo").back(), (FieldLine{":path", "/echo me"}));
  EXPECT_EQ(fields("request CONNECT"),
            (std::vector<FieldLine>{{":method", "CONNECT"}, {":authority", "a.example:80"}}));
}

TEST(Scope, BindsForgetsAndAsksFurtherOut) {
  const TestEnvironment outer;
  Scope scope(outer);
  EXPECT_FALSE(scope.knows("s"));
  scope.bind("s", 7);
  scope.bind("s", 9);
  EXPECT_EQ(std::get<std::int64_t>(*scope.value("s")), 9);
  EXPECT_EQ(std::get<std::string>(*scope.value("path")), "/");
  EXPECT_EQ(*scope.window(0), 65535);
  EXPECT_EQ(*scope.status(204), "/status/204");
  scope.forget("s");
  EXPECT_FALSE(scope.value("s"));
}

TEST(Pattern, PermitsNumbers) {
  const auto permitted = [](std::string_view pattern, std::uint64_t actual) {
    return *permits(bare(pattern), actual, TestEnvironment());
  };
  EXPECT_TRUE(permitted("5", 5));
  EXPECT_TRUE(permitted("0x5", 5));
  EXPECT_FALSE(permitted("5", 6));
  EXPECT_TRUE(permitted("1..9", 1));
  EXPECT_TRUE(permitted("1..9", 9));
  EXPECT_FALSE(permitted("1..9", 10));
  EXPECT_TRUE(permitted("1|3", 3));
  EXPECT_FALSE(permitted("1|3", 2));
  EXPECT_TRUE(permitted("*", 77));
}

TEST(Pattern, PermitsOctetsAndTakesQuotesLiterally) {
  const auto permitted = [](const Value& pattern, std::string_view actual) {
    return *permits(pattern, actual, TestEnvironment());
  };
  EXPECT_TRUE(permitted(bare("2xx"), "204"));
  EXPECT_FALSE(permitted(bare("2xx"), "304"));
  EXPECT_FALSE(permitted(bare("2xx"), "2ab"));
  EXPECT_TRUE(permitted(bare("2xx|4xx"), "404"));
  EXPECT_TRUE(permitted(bare("none|http/1.1"), "http/1.1"));
  EXPECT_TRUE(permitted(bare("*"), ""));
  EXPECT_FALSE(permitted(quoted_value("2xx"), "204"));
  EXPECT_TRUE(permitted(quoted_value("2xx"), "2xx"));
  EXPECT_FALSE(permitted(quoted_value("*"), "x"));
}

TEST(Need, ComparesLateValues) {
  const auto is_met = [](const std::string& need) {
    const auto parsed = parse("title t\nrole client\nneeds " + need + "\n", "test");
    const auto result = met(parsed->header.needs.at(0),
                            TestEnvironment(),
                            [](std::string_view feature) { return feature == "push"; });
    return result ? (*result ? "yes" : "no") : result.error().what;
  };
  EXPECT_EQ(is_met("push"), "yes");
  EXPECT_EQ(is_met("connect"), "no");
  EXPECT_EQ(is_met("window 0 < 65535"), "no");
  EXPECT_EQ(is_met("window 0 <= 65535"), "yes");
  EXPECT_EQ(is_met("window 0 = 65535"), "yes");
  EXPECT_EQ(is_met("window 0 > 65534"), "yes");
  EXPECT_EQ(is_met("window 1 >= 0"), "no");
  EXPECT_EQ(is_met("path = \"/\""), "yes");
  EXPECT_EQ(is_met("path < \"/\""), "text cannot be ordered");
}

TEST(Unrolling, WritesLoopsOutAndValuesIn) {
  const TestEnvironment environment;
  Scope scope(environment);
  scope.bind("s", 1);
  const std::vector<Line> body = body_of(
      "< request {s} GET\nrepeat i in 1..2\n  > HEADERS {2*i-1} {request POST echo} n={i} "
      "p={path}x\n"
      "  > DATA {s} data={100 * \"x\"}\n  < data {2*i-1} total={i}\nend\n",
      "server");
  const auto lines = unrolled(body, scope);
  ASSERT_TRUE(lines) << lines.error().what;
  std::string text;
  for (const Line& line : *lines) text += print(line);
  EXPECT_EQ(
      text,
      "< request 1 GET\n"
      "> HEADERS 1 :method=POST :scheme=http :authority=a.example:80 :path=\"/echo me\" n=1 p=/x\n"
      "> DATA 1 data={100 * \"x\"}\n"
      "< data 1 total=1\n"
      "> HEADERS 3 :method=POST :scheme=http :authority=a.example:80 :path=\"/echo me\" n=2 p=/x\n"
      "> DATA 1 data={100 * \"x\"}\n"
      "< data 3 total=2\n");
}

TEST(Unrolling, KeepsWhatIsNotKnownYet) {
  const std::vector<Line> body = body_of("< request {s} GET\n> PING {s} data={large}\n", "server");
  const auto lines = unrolled(body, TestEnvironment());
  EXPECT_EQ(print(lines->at(0)) + print(lines->at(1)),
            "< request {s} GET\n> PING {s} data={large}\n");
}

TEST(Unrolling, IsBounded) {
  const std::vector<Line> lines = body_of("repeat i in 1..9000000000000000000\n> PING 0\nend\n");
  EXPECT_EQ(unrolled(lines, TestEnvironment(), 1000).error().what, "more than 1000 lines");
  const std::vector<Line> rounds =
      body_of("repeat i in 1..9000000000000000000\nrepeat k in 2..1\n> PING 0\nend\nend\n");
  EXPECT_EQ(unrolled(rounds, TestEnvironment(), 1000).error().what, "more than 1000 lines");
}

TEST(Values, AreMadeAsTheyMustBeRead) {
  EXPECT_EQ(print(field_value("a/b")), "a/b");
  EXPECT_EQ(print(field_value("")), "\"\"");
  EXPECT_EQ(print(field_value("2xx")), "\"2xx\"");
  EXPECT_EQ(print(field_value("a|b")), "\"a|b\"");
  EXPECT_EQ(print(field_value("*")), "\"*\"");
  EXPECT_EQ(print(field_value("a b\x80{")), "\"a b\\x80\\x7b\"");
  EXPECT_EQ(print(field_name("+a")), "\"+a\"");
  EXPECT_EQ(print(field_name(":path")), ":path");
  EXPECT_EQ(print(quoted_value("a" + std::string(65, 'x') + "b")), "\"a{65 * \"x\"}b\"");
  EXPECT_EQ(print(quoted_value(std::string(64, 'x'))), '"' + std::string(64, 'x') + '"');
  EXPECT_EQ(print(octets_value(std::string("\0\1\2", 3))), "000102");
  EXPECT_EQ(print(octets_value("text")), "\"text\"");
  EXPECT_EQ(print(number_value(7)), "7");
}

}  // namespace
}  // namespace h2assay::transcript
