// The scope and the code of each rule of the engine are what requirements.csv says of the
// requirement that the rule enforces, in its column `error`: also where no case against a server
// can tell.
#include <algorithm>
#include <array>
#include <string>

#include <gtest/gtest.h>

#include "conformance/catalogue/requirements.h"
#include "engine/rules.h"

namespace h2assay {
namespace {

// Does the cell name this reaction?  "stream error FLOW_CONTROL_ERROR or connection error …" names
// two, and either is right.
bool says(std::string_view cell, Scope scope, ErrorCode code) {
  const std::string word = scope == Scope::stream ? "stream" : "connection";
  const std::string error = "error " + std::string(name(code));
  return cell.contains(word + " " + error) || cell.contains(word + " or connection " + error);
}

struct OwnChoice {
  Rule rule;
  Scope scope;
  ErrorCode code;
  std::string_view instead;  // what the RFC says: the cell of its principal requirement begins so
};

// Where the RFC demands a reaction and leaves its code to us, or gives no more than an example.
constexpr auto kOwnChoices = std::to_array<OwnChoice>({
    {Rule::hpack_too_many_size_updates, Scope::connection, ErrorCode::compression_error, "none"},
    {Rule::frame_on_tunnel, Scope::stream, ErrorCode::protocol_error, "stream error (RFC names no"},
    {Rule::connect_authority_invalid, Scope::stream, ErrorCode::protocol_error, "400"},
    {Rule::field_list_octets, Scope::stream, ErrorCode::enhance_your_calm, "431"},
    {Rule::field_lines, Scope::stream, ErrorCode::enhance_your_calm, "431"},
    {Rule::field_block_octets,
     Scope::connection,
     ErrorCode::enhance_your_calm,
     "connection error COMPRESSION_ERROR / close if not processed"},
    {Rule::origin_entries, Scope::connection, ErrorCode::enhance_your_calm, "close"},
});

std::string_view demanded(const RuleRow& rule) {
  const Requirement* principal = requirements().find(rule.requirements.front());
  return principal == nullptr ? std::string_view() : std::string_view(principal->error);
}

TEST(RuleCodes, AreThoseThatTheirRequirementNames) {
  for (const RuleRow& rule : rules()) {
    if (std::ranges::find(kOwnChoices, rule.rule, &OwnChoice::rule) != kOwnChoices.end()) continue;
    EXPECT_TRUE(says(demanded(rule), rule.scope, rule.code))
        << rule.name << " against " << rule.requirements.front() << ": " << demanded(rule);
  }
}

TEST(RuleCodes, AreOurChoiceOnlyWhereTheRfcNamesNone) {
  for (const OwnChoice& one : kOwnChoices) {
    const RuleRow& rule = row(one.rule);
    EXPECT_EQ(rule.scope, one.scope) << rule.name;
    EXPECT_EQ(rule.code, one.code) << rule.name;
    EXPECT_TRUE(demanded(rule).starts_with(one.instead)) << rule.name << ": " << demanded(rule);
    EXPECT_FALSE(says(demanded(rule), rule.scope, rule.code)) << rule.name << " is no choice";
  }
}

}  // namespace
}  // namespace h2assay
