#include "conformance/catalogue/coverage.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace h2assay {
namespace {

std::string refused(const char* line) {
  const char* lines[] = {"requirement,reason,detail", line};
  const auto read = read_exclusions(lines, requirements());
  return read ? std::string() : read.error();
}

TEST(Exclusions, AreRefusedWhenTheyAreWrong) {
  EXPECT_EQ(refused("rfc9113-5.2.1-01,may,nothing can be seen of it"), "");
  EXPECT_EQ(refused("rfc9113-5.2.1-01,covered,rfc9113-6.5-06"), "");
  EXPECT_NE(refused("rfc9113-5.2.1-01,may").find("excluded.csv:2: 2 cells"), std::string::npos);
  EXPECT_NE(refused("rfc9113-5.2.1-01,lazy,x").find("reason 'lazy'"), std::string::npos);
  EXPECT_NE(refused("rfc9113-5.2.1-01,covered,rfc1-1").find("no requirement"), std::string::npos);
  EXPECT_NE(refused("rfc1-1,may,x").find("no requirement"), std::string::npos);
  EXPECT_NE(refused("rfc9113-3-01,may,x").find("not testable"), std::string::npos);
  EXPECT_NE(refused("rfc9113-5.2.1-01,may,").find("detail is missing"), std::string::npos);
}

bool contains(const std::vector<std::string>& list, std::string_view name) {
  return std::ranges::find(list, name) != list.end();
}

class BuiltInCoverage : public testing::Test {
 protected:
  static CoverageTable table() {
    const auto known = Catalogue::built_in();
    EXPECT_TRUE(known);
    auto built = CoverageTable::built_from(*known);
    EXPECT_TRUE(built) << (built ? "" : built.error());
    return std::move(*built);
  }
};

TEST_F(BuiltInCoverage, NamesRulesCasesChecksPropertiesAndOracles) {
  const CoverageTable all = table();
  const auto row = [&](std::string_view id) {
    return *std::ranges::find(
        all.rows(), id, [](const Coverage& one) { return one.requirement->id; });
  };
  EXPECT_EQ(row("rfc9113-6.5-06").rules, std::vector<std::string>{"settings-ack-length"});
  EXPECT_TRUE(contains(row("rfc9113-6.5-06").cases, "settings/ack-with-payload"));
  EXPECT_TRUE(contains(row("rfc9113-6.9.1-01").oracles, "window_ledger"));
  EXPECT_FALSE(row("rfc9113-4.1-02").checks.empty());
  EXPECT_TRUE(
      std::ranges::any_of(all.rows(), [](const Coverage& one) { return !one.properties.empty(); }));
}

// The promise of the traceability matrix: no row that a server can show is without a test.
TEST_F(BuiltInCoverage, LeavesNoTestableRequirementWithNothing) {
  const CoverageTable all = table();
  EXPECT_EQ(all.complaints(), std::vector<std::string>{});
}

// A row that is not tested is told: seen with a catalogue that has no cases.
TEST_F(BuiltInCoverage, TellsWhatNothingTests) {
  const auto built = CoverageTable::built_from(Catalogue{});
  ASSERT_TRUE(built) << built.error();
  const auto open = built->uncovered();
  EXPECT_GT(open.size(), 100U);
  EXPECT_FALSE(built->complaints().empty());
}

}  // namespace
}  // namespace h2assay
