// What the narrator writes down is a transcript that performs the same conversation again.

#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "properties/generators/draw.h"
#include "properties/pair/narrator.h"
#include "properties/pair/recital.h"

namespace h2assay {
namespace {

constexpr std::uint64_t kSeed = 2540;
constexpr std::uint64_t kScripts = 150;

std::string performed(const Recital& recital, std::string& wrong) {
  Pair pair(Recital::quiet(), recital.client(), recital.server());
  Narrator narrator;
  pair.watch(narrator);
  wrong = recital.perform(pair);
  return narrator.transcript("A script's run", {});
}

void goes_the_same_way(bool hostile) {
  for (std::uint64_t i = 0; i < kScripts; ++i) {
    const std::string told = transcript_of(generate::draw(kSeed + i, hostile));
    const auto recital = Recital::read(told, "told");
    ASSERT_TRUE(recital) << recital.error() << "\n" << told;
    std::string wrong;
    const std::string again = performed(*recital, wrong);
    ASSERT_EQ(wrong, std::string()) << told;
    ASSERT_EQ(again, told);
  }
}

TEST(PairTranscript, OfCallsGoesTheSameWayWhenItIsPerformed) { goes_the_same_way(false); }

TEST(PairTranscript, OfAHostileNetworkGoesTheSameWayWhenItIsPerformed) { goes_the_same_way(true); }

TEST(PairTranscript, ThatSaysRefusedOfACallThatSucceedsGoesOtherwise) {
  const auto recital = Recital::read(
      "title t\nrole pair\n\nclient> initiate_connection\nclient< refused already_initiated\n",
      "t");
  ASSERT_TRUE(recital) << recital.error();
  std::string wrong;
  static_cast<void>(performed(*recital, wrong));
  EXPECT_EQ(wrong, "line 4: not refused as already_initiated");
}

TEST(PairTranscript, RefusesWhatItCannotPerform) {
  EXPECT_EQ(Recital::read("title t\nrole client\n\n> PING 0\n", "t").error(),
            "t: role pair is expected");
  EXPECT_FALSE(Recital::read("title t\nrole pair\n\nclient< data 1 length=1\n", "t"));
}

}  // namespace
}  // namespace h2assay
