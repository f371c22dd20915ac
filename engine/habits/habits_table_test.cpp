// The table of habits beside the table of requirements.

#include <set>

#include <gtest/gtest.h>

#include "engine/habits/habits.h"
#include "engine/requirements_for_tests.h"
#include "engine/rules.h"

namespace h2assay::testing {
namespace {

// A permission cannot be broken, and no intermediary is built here.
bool wants_a_habit(const Requirement& row) {
  return row.side == "sender" && row.testable != "untestable" && row.level != "MAY" &&
         row.role != "intermediary";
}

std::set<std::string_view> broken() {
  std::set<std::string_view> ids;
  for (const HabitRow& row : habits()) {
    ids.insert(row.requirements().begin(), row.requirements().end());
  }
  return ids;
}

bool has_reason(std::string_view id) {
  return std::ranges::any_of(requirements_without_habit(), [&](const HabitReason& reason) {
    return id.starts_with(reason.requirement);
  });
}

TEST(HabitTable, BreaksEachRequirementThatBindsASenderOrSaysWhyNot) {
  const std::set<std::string_view> with_habit = broken();
  for (const Requirement& row : requirements()) {
    if (!wants_a_habit(row)) continue;
    EXPECT_TRUE(with_habit.contains(row.id) || has_reason(row.id))
        << row.id << " has neither habit nor reason: " << row.paraphrase;
    EXPECT_FALSE(with_habit.contains(row.id) && has_reason(row.id)) << row.id << " has both";
  }
}

TEST(HabitTable, GivesReasonsOnlyWhereAHabitIsMissing) {
  const std::vector<Requirement> rows = requirements();
  for (const HabitReason& reason : requirements_without_habit()) {
    EXPECT_FALSE(reason.reason.empty());
    EXPECT_TRUE(std::ranges::any_of(rows, [&](const Requirement& row) {
      return wants_a_habit(row) && row.id.starts_with(reason.requirement);
    })) << reason.requirement;
  }
}

TEST(HabitTable, HasRowsWithNamesOfTheirOwnThatDoSomething) {
  std::set<std::string_view> names;
  for (const HabitRow& row : habits()) {
    SCOPED_TRACE(row.name);
    EXPECT_TRUE(names.insert(row.name).second);
    EXPECT_FALSE(rule_named(row.name)) << "is a rule's name";
    EXPECT_EQ(habit_named(row.name), &row);
    EXPECT_FALSE(row.text.empty());
    EXPECT_TRUE(row.outgoing != nullptr || row.incoming != nullptr || row.section != nullptr ||
                row.heard != nullptr || !row.preface.empty());
    EXPECT_FALSE(row.requirements().empty());
    for (const std::string_view id : row.requirements()) {
      EXPECT_TRUE(std::ranges::binary_search(kRequirementIds, id)) << id;
    }
  }
}

}  // namespace
}  // namespace h2assay::testing
