#include "fuzz/tally.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace h2assay::fuzz {
namespace {

void perform(Tally& tally, std::vector<Act> acts) {
  const Script script{.client = {}, .server = {}, .swarm = 0, .acts = std::move(acts)};
  Pair pair(script);
  const Oracles oracles(pair, Costly::yes);
  pair.perform(script);
  tally.add(pair, oracles);
}

bool holds(const std::vector<std::string>& lines, std::string_view line) {
  return std::ranges::find(lines, line) != lines.end();
}

TEST(Tally, NamesTheOraclesThatHadNothingToAccuse) {
  Tally tally;
  perform(tally, {});

  const auto missing = tally.missing({});

  EXPECT_TRUE(holds(missing, "nothing that window_ledger could have accused"));
  // It judged the frames of the handshake, and none of them was long.
  EXPECT_TRUE(holds(missing, "nothing that frame_fits_peer could have accused"));
  EXPECT_FALSE(holds(missing, "nothing that settings_acked_once could have accused"));
}

TEST(Tally, TakesAnOracleOffTheListOnceItHadAnOccasion) {
  Tally tally;
  perform(tally, {{.kind = ActKind::request, .d = 1}, {.kind = ActKind::data, .a = 3}});

  EXPECT_FALSE(holds(tally.missing({}), "nothing that window_ledger could have accused"));
}

TEST(Tally, CountsNoActThatFoundNothingToDo) {
  Tally tally;
  perform(tally, {{.kind = ActKind::data}, {.kind = ActKind::drop_frame}});

  const auto missing = tally.missing({});

  EXPECT_TRUE(holds(missing, "no act data"));
}

TEST(Tally, LeavesOutTheActsThatATargetDoesNotHave) {
  Tally tally;
  perform(tally, {});
  const std::array without{ActKind::put_octets};

  EXPECT_TRUE(holds(tally.missing({}), "no act put_octets"));
  EXPECT_FALSE(holds(tally.missing(without), "no act put_octets"));
}

TEST(Tally, OfNothingAtAllMissesEverything) {
  EXPECT_TRUE(holds(Tally().missing({}), "no input at all"));
}

TEST(Tally, GivesTheShareOfEachLane) {
  Tally tally;
  perform(tally,
          {{.kind = ActKind::request},
           {.kind = ActKind::put_frame, .side = Side::server},
           {.kind = ActKind::put_twisted, .side = Side::server},
           {.kind = ActKind::put_octets, .side = Side::server}});

  EXPECT_TRUE(tally.text().starts_with(
      "tally: 1 inputs, 4 acts that did something: calls 25.0 %, movement 0.0 %, legal frames "
      "25.0 %, twisted frames 25.0 %, raw octets 25.0 %, disturbance 0.0 %; refused calls 0.0 %\n"))
      << tally.text();
}

}  // namespace
}  // namespace h2assay::fuzz
