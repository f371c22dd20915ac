#include "engine/flow.h"

#include <gtest/gtest.h>

namespace h2assay {
namespace {

constexpr std::uint32_t kInitial = 65535;

TEST(SendWindow, StartsAtTheInitialSizeAndMovesWithIt) {
  SendWindow window;
  window.spend(60000);

  EXPECT_EQ(window.value(kInitial), 5535);
  EXPECT_EQ(window.value(0), -60000);
  EXPECT_EQ(window.value(100'000), 40000);
}

TEST(SendWindow, OpensUpToTheHighestNumberExactly) {
  SendWindow window;

  EXPECT_TRUE(window.open(0x7fff'ffff - kInitial, kInitial));
  EXPECT_EQ(window.value(kInitial), kMaxWindow);
  EXPECT_FALSE(window.open(1, kInitial));
  EXPECT_EQ(window.value(kInitial), kMaxWindow);
}

TEST(SendWindow, MayFallAsLowAsItCanWithoutWrapping) {
  SendWindow window;
  ASSERT_TRUE(window.open(0x7fff'ffff - kInitial, kInitial));
  window.spend(0x7fff'ffff);

  EXPECT_EQ(window.value(0), -std::int64_t{kInitial});
  EXPECT_TRUE(window.open(0x7fff'ffff, 0));
}

TEST(SendWindow, StopsAtTheTopWhenClamped) {
  SendWindow window;
  window.open_clamped(0x7fff'ffff, kInitial);
  EXPECT_EQ(window.value(kInitial), kMaxWindow);
}

TEST(ReceiveWindow, AcceptsWhatWasGrantedAndNotAnOctetMore) {
  ReceiveWindow window;

  EXPECT_TRUE(window.receive(65535, kInitial));
  EXPECT_FALSE(window.receive(1, kInitial));
  EXPECT_EQ(window.value(kInitial), 0);
}

TEST(ReceiveWindow, AcceptsAnEmptyFrameBelowZeroD52) {
  ReceiveWindow window;
  ASSERT_TRUE(window.receive(1000, kInitial));

  EXPECT_EQ(window.value(0), -1000);
  EXPECT_TRUE(window.receive(0, 0));
  EXPECT_FALSE(window.receive(1, 0));
}

TEST(ReceiveWindow, IsReopenedAtHalfTheTargetWhateverIsLeft) {
  ReceiveWindow window;
  ASSERT_TRUE(window.receive(40000, kInitial));

  EXPECT_EQ(window.acknowledge(32766, kInitial), 0U);
  EXPECT_EQ(window.acknowledge(1, kInitial), 32767U);
  EXPECT_EQ(window.value(kInitial), 65535 - 40000 + 32767);
}

TEST(ReceiveWindow, HasNoSpecialCaseWhenItIsShut) {
  ReceiveWindow window;
  ASSERT_TRUE(window.receive(65535, kInitial));

  EXPECT_EQ(window.acknowledge(2000, kInitial), 0U);
}

TEST(ReceiveWindow, ReopensAWindowOfOneOctetAtOnce) {
  ReceiveWindow window;
  ASSERT_TRUE(window.receive(1, 1));
  EXPECT_EQ(window.acknowledge(1, 1), 1U);
}

TEST(ReceiveWindow, GivesBackNoMoreThanCame) {
  ReceiveWindow window;
  ASSERT_TRUE(window.receive(40000, kInitial));

  EXPECT_EQ(window.acknowledge(0xffff'ffff, kInitial), 40000U);
  EXPECT_EQ(window.acknowledge(1, kInitial), 0U);
  EXPECT_EQ(window.value(kInitial), 65535);
}

TEST(ReceiveWindow, IsUntouchedByAnIncrementBeyondTheLimitD53) {
  ReceiveWindow window;
  const ReceiveWindow before = window;

  EXPECT_FALSE(window.open(0x7fff'ffff, kInitial));
  EXPECT_EQ(window, before);
  EXPECT_TRUE(window.open(0x7fff'ffff - kInitial, kInitial));
  EXPECT_EQ(window.value(kInitial), kMaxWindow);
}

TEST(ReceiveWindow, RaisesItsTargetByWhatIsOpenedByHandBeyondIt) {
  ReceiveWindow window;
  ASSERT_TRUE(window.receive(1000, kInitial));
  ASSERT_TRUE(window.open(1000 + 34465, kInitial));
  EXPECT_EQ(window.value(kInitial), 100'000);

  ASSERT_TRUE(window.receive(60000, kInitial));
  EXPECT_EQ(window.acknowledge(49999, kInitial), 0U);
  EXPECT_EQ(window.acknowledge(1, kInitial), 50000U);
}

TEST(ReceiveWindow, MixesOpeningByHandAndAcknowledgingWithoutGivingTwice) {
  ReceiveWindow window;
  ASSERT_TRUE(window.receive(40000, kInitial));
  EXPECT_EQ(window.acknowledge(30000, kInitial), 0U);

  ASSERT_TRUE(window.open(40000, kInitial));

  EXPECT_EQ(window.value(kInitial), 65535);
  EXPECT_EQ(window.acknowledge(40000, kInitial), 0U);
  EXPECT_EQ(window.outstanding(), 0U);
}

// Credit given plus credit left is what was received plus the target, after any history.
TEST(ReceiveWindow, LosesNoCredit) {
  ReceiveWindow window;
  std::uint64_t received = 0;
  std::uint64_t given = 0;
  for (std::uint32_t step = 1; step < 2000; ++step) {
    const std::uint32_t octets = step * 37 % 5000;
    if (window.receive(octets, kInitial)) received += octets;
    given += window.acknowledge(step * 53 % 4000, kInitial);
    ASSERT_EQ(std::int64_t{kInitial} + static_cast<std::int64_t>(given - received),
              window.value(kInitial));
  }
  EXPECT_GT(given, 1'000'000U);
}

}  // namespace
}  // namespace h2assay
