#include "engine/rules.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engine/requirements_for_tests.h"

namespace h2assay {
namespace {

// Rows of requirements.csv that ask a receiver for a reaction and have no rule, each with the
// reason.
const std::map<std::string_view, std::string_view> kExceptions = {
    {"rfc9113-3.1-03",
     "HTTP/1.1 comes before the engine; initiate_upgrade_connection is the caller's"},
    {"rfc9113-3.3-02", "ALPN is the caller's: the engine is made after HTTP/2 was chosen"},
    {"rfc9113-3.4-16", "a time limit without number; the caller owns the clock and may close"},
    {"rfc9113-5.4.1-03", "a permission, not a check: Quirk::scope makes use of it"},
    {"rfc9113-6.1-03", "padding is not looked at, as the RFC permits"},
    {"rfc9113-6.2-02", "padding is not looked at, as the RFC permits"},
    {"rfc9113-6.6-03", "padding is not looked at, as the RFC permits"},
    {"rfc9113-6.5.3-07", "no rule of the RFC: ignored, and counted by Rule::glitches"},
    {"rfc9113-9.2.1-04", "TLS is the caller's"},
    {"rfc9113-9.2.1-10", "TLS is the caller's"},
    {"rfc9113-9.2.2-02", "TLS is the caller's"},
    {"rfc9113-9.2.3-02", "TLS is the caller's"},
    {"rfc8740-3-02", "TLS is the caller's"},
    {"rfc8441-4-06", "a response of the application; any :protocol is handed to it"},
    {"rfc9218-7-01", "permitted, not asked for: the value is handed on as it came"},
    {"rfc9110-4.1-01", "a minimum, not a check: paths are bounded by the list size alone"},
    {"rfc9110-7.4-01", "a response of the application, which knows its origins"},
    {"rfc9110-9.1-01", "a response of the application"},
    {"rfc9110-9.1-03", "a response of the application"},
    {"rfc9110-9.1-04", "a response of the application"},
    {"rfc9110-9.3.6-03", "a response of the application"},
    {"rfc9110-9.3.6-05", "a response of the application"},
    {"rfc9110-10.1.1-01", "a response of the application"},
    {"rfc9110-15-02", "the application's reading of a status; any three digits are handed on"},
    {"rfc7540-3.2-01", "HTTP/1.1 comes before the engine"},
};

using testing::Requirement;
using testing::requirements;

bool asks_for_a_reaction(const Requirement& row) {
  return row.side == "receiver" && row.error != "none" && row.error != "ignore";
}

std::set<std::string_view> cited() {
  std::set<std::string_view> ids;
  for (const RuleRow& row : rules()) ids.insert(row.requirements.begin(), row.requirements.end());
  return ids;
}

TEST(Rules, HaveARowForEachRequirementThatAsksForAReaction) {
  const std::set<std::string_view> with_rule = cited();
  for (const Requirement& row : requirements()) {
    if (!asks_for_a_reaction(row)) continue;
    EXPECT_TRUE(with_rule.contains(row.id) || kExceptions.contains(row.id))
        << row.id << " has no rule: " << row.paraphrase;
  }
}

TEST(Rules, ExceptOnlyRequirementsThatExistAndHaveNoRule) {
  const std::set<std::string_view> with_rule = cited();
  const std::vector<Requirement> rows = requirements();
  for (const auto& [id, reason] : kExceptions) {
    SCOPED_TRACE(id);
    const auto row = std::ranges::find(rows, id, &Requirement::id);
    ASSERT_NE(row, rows.end());
    EXPECT_TRUE(asks_for_a_reaction(*row));
    EXPECT_FALSE(with_rule.contains(id));
    EXPECT_FALSE(reason.empty());
  }
}

// When this fails: ci/requirement_ids.py conformance/requirements.csv engine/requirement_ids.inc
TEST(Rules, KnowTheIdentifiersOfTheTableOfRequirements) {
  std::vector<std::string> ids;
  for (Requirement& row : requirements()) ids.push_back(std::move(row.id));
  std::ranges::sort(ids);
  EXPECT_TRUE(std::ranges::equal(ids, kRequirementIds));
}

TEST(Rules, StandInTheOrderOfTheirNumbersWithNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < rules().size(); ++i) {
    const RuleRow& row = rules()[i];
    SCOPED_TRACE(row.name);
    EXPECT_EQ(std::to_underlying(row.rule), i);
    EXPECT_TRUE(names.insert(row.name).second);
    EXPECT_EQ(rule_named(row.name), row.rule);
    EXPECT_FALSE(row.name.contains('_'));
    EXPECT_FALSE(row.text.empty());
    EXPECT_FALSE(row.requirements.empty());
    EXPECT_NE(row.code, ErrorCode::no_error);
  }
}

// Rules that cite a requirement and differ from it on purpose.
const std::map<std::pair<std::string_view, std::string_view>, std::string_view> kDifferences = {
    {{"settings-length", "rfc9113-6.5-09"},
     "a frame of a wrong length is badly formed, too; 6.5-10 has the specific code for it"},
    {{"data-on-closed", "rfc7540-5.1-02"},
     "RFC 9113 dropped the connection error: DATA costs the stream alone"},
};

// Calls see(rule, requirement) for each pair that has to agree.
template <typename See> void for_each_citation(See see) {
  std::map<std::string, Requirement, std::less<>> rows;
  for (Requirement& row : requirements()) rows.emplace(row.id, row);
  for (const RuleRow& rule : rules()) {
    for (const std::string_view id : rule.requirements) {
      SCOPED_TRACE(rule.name);
      SCOPED_TRACE(id);
      if (!kDifferences.contains({rule.name, id})) see(rule, rows.find(id)->second.error);
    }
  }
}

bool agrees_in_code(const RuleRow& rule, std::string_view error) {
  return !error.contains("_ERROR") || error.contains(name(rule.code)) ||
         rule.code == ErrorCode::enhance_your_calm;
}

bool agrees_in_scope(const RuleRow& rule, std::string_view error) {
  const bool stream = error.contains("stream error") || error.contains("malformed") ||
                      error.contains("stream or connection error");
  const bool connection = error.starts_with("connection error") ||
                          error.contains("or connection error") || error.contains("close");
  if (!stream && !connection) return true;
  return rule.scope == Scope::stream ? stream : connection;
}

TEST(Rules, UseTheCodeThatEachRequirementNames) {
  for_each_citation([](const RuleRow& rule, std::string_view error) {
    EXPECT_TRUE(agrees_in_code(rule, error)) << name(rule.code) << " for " << error;
  });
}

TEST(Rules, UseTheScopeThatEachRequirementNames) {
  for_each_citation([](const RuleRow& rule, std::string_view error) {
    EXPECT_TRUE(agrees_in_scope(rule, error)) << error;
  });
}

TEST(Rules, DifferFromARequirementOnlyWhereTheyDo) {
  const std::vector<Requirement> rows = requirements();
  for (const auto& [pair, reason] : kDifferences) {
    SCOPED_TRACE(pair.first);
    const auto rule = rule_named(pair.first);
    ASSERT_TRUE(rule);
    EXPECT_EQ(std::ranges::count(row(*rule).requirements, pair.second), 1);
    const std::string_view error = std::ranges::find(rows, pair.second, &Requirement::id)->error;
    EXPECT_FALSE(agrees_in_code(row(*rule), error) && agrees_in_scope(row(*rule), error));
    EXPECT_FALSE(reason.empty());
  }
}

TEST(Judge, AccusesAsTheTableSays) {
  const auto verdict = judge(Rule::settings_ack_length, 0, {});
  ASSERT_FALSE(verdict);
  EXPECT_EQ(verdict.error(),
            (Violation{.scope = Scope::connection,
                       .code = ErrorCode::frame_size_error,
                       .rule = Rule::settings_ack_length,
                       .stream_id = 0}));
}

TEST(Judge, MakesAStreamErrorWithoutAStreamAConnectionError) {
  EXPECT_EQ(judge(Rule::priority_length, 3, {}).error().scope, Scope::stream);
  EXPECT_EQ(judge(Rule::priority_length, 0, {}).error().scope, Scope::connection);
}

TEST(Judge, ObeysAQuirk) {
  Quirks quirks;
  quirks.off(Rule::data_padding);
  quirks.set(parse_quirk("ping-length=INTERNAL_ERROR").value());
  quirks.set(parse_quirk("data-on-closed=connection").value());

  EXPECT_EQ(judge(Rule::data_padding, 1, quirks), WhenOff::clamp);
  EXPECT_EQ(judge(Rule::ping_length, 0, quirks).error().code, ErrorCode::internal_error);
  EXPECT_EQ(judge(Rule::data_on_closed, 1, quirks).error().scope, Scope::connection);
  EXPECT_EQ(judge(Rule::data_on_closed, 1, quirks).error().code, ErrorCode::stream_closed);
  EXPECT_EQ(judge(Rule::goaway_length, 0, quirks).error(),
            judge(Rule::goaway_length, 0, {}).error());
}

TEST(Quirks, ReplaceAnEarlierOneOfTheSameRule) {
  Quirks quirks;
  quirks.off(Rule::ping_length);
  EXPECT_TRUE(quirks.is_off(Rule::ping_length));
  quirks.set(parse_quirk("ping-length=stream").value());
  EXPECT_FALSE(quirks.is_off(Rule::ping_length));
  EXPECT_EQ(std::distance(quirks.begin(), quirks.end()), 1);
}

TEST(Quirks, AreReadFromTextOrRefused) {
  EXPECT_EQ(parse_quirk("ping-length"),
            (Quirk{.rule = Rule::ping_length, .off = true, .code = {}, .scope = {}}));
  EXPECT_EQ(parse_quirk("ping-lengths"), std::nullopt);
  EXPECT_EQ(parse_quirk("ping-length="), std::nullopt);
  EXPECT_EQ(parse_quirk("ping-length=WRONG"), std::nullopt);
  EXPECT_EQ(parse_quirk(""), std::nullopt);
}

TEST(Describe, NamesTheRuleTheRequirementAndTheStream) {
  EXPECT_EQ(describe(Violation{Scope::stream, ErrorCode::protocol_error, Rule::data_padding, 5}),
            "data-padding: the padding of DATA is as long as its payload or longer "
            "(rfc9113-6.1-12) on stream 5");
}

TEST(Describe, NamesTheLimitThatEndedAConnection) {
  EXPECT_EQ(describe(Violation{
                Scope::connection, ErrorCode::enhance_your_calm, Rule::undrained_replies, 0}),
            "undrained-replies: too many replies wait to be taken (rfc9113-10.5-02)");
}

TEST(ErrorCode, IsNamedAsTheRegistryNamesIt) {
  for (std::uint32_t code = 0; code <= 0xd; ++code) {
    const auto each = static_cast<ErrorCode>(code);
    EXPECT_EQ(error_code(name(each)), each);
  }
  EXPECT_EQ(name(ErrorCode::http_1_1_required), "HTTP_1_1_REQUIRED");
  EXPECT_EQ(name(ErrorCode{0xe}), "");
  EXPECT_EQ(error_code(""), std::nullopt);
}

}  // namespace
}  // namespace h2assay
