#include "engine/limits.h"

#include <cstdint>

#include <gtest/gtest.h>

namespace h2assay {
namespace {

constexpr BudgetLimit kTenThenTwoASecond{.burst = 10, .per_second = 2, .per_request = 1};

TEST(Budget, HoldsItsBurstAndNoMore) {
  Budget budget;

  EXPECT_TRUE(budget.spend(kTenThenTwoASecond, 9));
  EXPECT_FALSE(budget.spend(kTenThenTwoASecond, 2));
  EXPECT_EQ(budget.spent(), 9U);
  EXPECT_TRUE(budget.spend(kTenThenTwoASecond));
  EXPECT_FALSE(budget.spend(kTenThenTwoASecond));
}

TEST(Budget, IsUnlimitedAtZero) {
  Budget budget;

  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(budget.spend({}, 0xffff'ffff));
  EXPECT_EQ(budget, Budget());
}

TEST(Budget, RefillsWithTimeInStepsOfAnySize) {
  Budget steps;
  Budget leap;
  ASSERT_TRUE(steps.spend(kTenThenTwoASecond, 10));
  ASSERT_TRUE(leap.spend(kTenThenTwoASecond, 10));

  for (int i = 0; i < 1700; ++i) steps.advance(kTenThenTwoASecond, 1);
  leap.advance(kTenThenTwoASecond, 1700);

  EXPECT_EQ(leap.spent(), 7U);
  EXPECT_EQ(steps, leap);
}

TEST(Budget, NeverHoldsMoreThanItsBurst) {
  Budget budget;
  ASSERT_TRUE(budget.spend(kTenThenTwoASecond, 3));

  budget.advance(kTenThenTwoASecond, ~std::uint64_t{0});
  budget.refill(100);

  EXPECT_EQ(budget, Budget());
}

TEST(Budget, RefillsByFinishedRequests) {
  Budget budget;
  ASSERT_TRUE(budget.spend(kTenThenTwoASecond, 10));

  budget.request_finished(kTenThenTwoASecond);

  EXPECT_TRUE(budget.spend(kTenThenTwoASecond));
  EXPECT_FALSE(budget.spend(kTenThenTwoASecond));
}

// What a busy and friendly peer does, without any passing of time.
TEST(Limits, LetAMillionRequestsPassOfWhichFivePercentAreCancelled) {
  const Limits limits;
  Budget churn;

  for (int request = 0; request < 1'000'000; ++request) {
    if (request % 20 == 0) {
      ASSERT_TRUE(churn.spend(limits.stream_churn)) << request;
    } else {
      churn.request_finished(limits.stream_churn);
    }
  }
}

TEST(Limits, LetOrdinaryUsePass) {
  const Limits limits;
  Budget churn;
  EXPECT_TRUE(churn.spend(limits.stream_churn, 20));
  Budget small;
  EXPECT_TRUE(small.spend(limits.small_data, 50 * (Limits::kSmallData - 16)));
  Budget glitches;
  EXPECT_TRUE(glitches.spend(limits.glitches, 984));

  EXPECT_GE(limits.undrained_replies, 10U + 4U);
  EXPECT_GT(limits.empty_data_frames, 3U);
  EXPECT_GE(limits.continuation_frames, 4U);
  EXPECT_GE(limits.field_block_octets, 65536U);
  EXPECT_GE(limits.field_lines, 50U);
  EXPECT_GE(limits.settings_entries, 9U);
}

TEST(Limits, StopARapidReset) {
  const Limits limits;
  Budget churn;
  int resets = 0;
  while (churn.spend(limits.stream_churn)) ++resets;
  EXPECT_EQ(resets, 200);
}

}  // namespace
}  // namespace h2assay
