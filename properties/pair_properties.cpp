// What holds for every pair of engines, whatever the applications and the network do.

#include <cstdio>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "properties/generators/arbitrary.h"
#include "properties/generators/reach.h"
#include "properties/generators/runs.h"
#include "properties/oracles/all.h"

namespace h2assay {
namespace {

// Runs one script under all oracles, and counts where it got and what the oracles judged.
class Bench {
 public:
  std::string judge(const Script& script) {
    Pair pair(script);
    const ReachWatcher watcher(pair, reach_);
    Oracles oracles(pair, Costly::yes);
    pair.perform(script);
    std::size_t i = 0;
    for (const Promise* promise : oracles.all()) {
      if (i == occasions_.size()) occasions_.emplace_back(promise->id(), 0);
      occasions_[i++].second += promise->occasions();
    }
    return oracles.broken();
  }

  // The oracles that never had an occasion to judge: they prove nothing.
  std::string idle() const {
    std::string text;
    for (const auto& [id, count] : occasions_)
      if (count == 0) text += std::string(id) + " judged nothing\n";
    return text;
  }

  std::string counts() const {
    std::string text;
    for (const auto& [id, count] : occasions_)
      text += std::string(id) + " " + std::to_string(count) + "\n";
    return text;
  }

  const Reach& reach() const { return reach_; }

 private:
  Reach reach_;
  std::vector<std::pair<std::string_view, std::uint64_t>> occasions_;
};

void hold(const Runs& runs) {
  Bench bench;
  const std::string broken = run(runs, [&](const Script& script) { return bench.judge(script); });
  ASSERT_TRUE(broken.empty()) << broken;
  if (std::getenv("H2ASSAY_SCRIPT") != nullptr) return;
  EXPECT_EQ(bench.reach().missed(runs.hostile), std::string()) << bench.reach().table();
  EXPECT_EQ(bench.idle(), std::string()) << bench.counts();
  if (std::getenv("H2ASSAY_PRINT") != nullptr)
    std::printf("%s\n%s", bench.reach().table().c_str(), bench.counts().c_str());
}

// Whatever two applications call, every promise holds and neither engine accuses the other.
TEST(Pair, KeepsEveryPromiseWhateverIsCalled) {
  hold({.name = "Pair.KeepsEveryPromiseWhateverIsCalled", .fixed = 2500, .seconds = 6});
}

// … and also when the network puts in, drops, repeats and swaps.
TEST(Pair, KeepsEveryPromiseOnAHostileNetwork) {
  hold({.name = "Pair.KeepsEveryPromiseOnAHostileNetwork",
        .hostile = true,
        .fixed = 2500,
        .seconds = 6});
}

// The octets of a script give the script back: what a fuzzer stores is what a property ran.
RC_GTEST_PROP(Script, SurvivesItsOctets, (const HostileScript& value)) {
  const Script again = script_from(octets_of(value.script));

  RC_ASSERT(again == value.script);
}

}  // namespace
}  // namespace h2assay
