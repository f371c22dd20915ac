#include "properties/generators/shrink.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace h2assay {

namespace {

using Clock = std::chrono::steady_clock;

class Shrinker {
 public:
  Shrinker(Script script, const ScriptJudge& judge, ShrinkBudget budget)
      : best_(std::move(script)),
        judge_(judge),
        promise_(promise_of(judge(best_))),
        runs_left_(budget.runs),
        end_(Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                std::chrono::duration<double>(budget.seconds))) {}

  Script run() {
    bool better = true;
    while (better && !late()) {
      better = fewer_acts();
      // Acts first: with them go operands that nobody needs to look at.
      if (!better) better = plainer();
    }
    return best_;
  }

 private:
  bool late() const { return runs_left_ == 0 || Clock::now() > end_; }

  bool take(const Script& candidate) {
    if (candidate == best_ || late()) return false;
    --runs_left_;
    if (promise_of(judge_(candidate)) != promise_) return false;
    best_ = candidate;
    return true;
  }

  bool fewer_acts() {
    bool better = false;
    for (std::size_t size = best_.acts.size(); size > 0; size /= 2)
      for (std::size_t end = best_.acts.size(); end > 0;) {
        const std::size_t begin = end - std::min(end, size);
        Script candidate = best_;
        candidate.acts.erase(candidate.acts.begin() + static_cast<std::ptrdiff_t>(begin),
                             candidate.acts.begin() + static_cast<std::ptrdiff_t>(end));
        if (take(candidate)) better = true;
        end = begin;
      }
    return better;
  }

  template <typename Change> bool changed(Change&& change) {
    Script candidate = best_;
    change(candidate);
    return take(candidate);
  }

  bool plainer() {
    bool better = changed([](Script& s) { s.client = {}; });
    better |= changed([](Script& s) { s.server = {}; });
    better |= changed([](Script& s) { s.swarm = 0; });
    for (EndConfig Script::* end : {&Script::client, &Script::server})
      for (std::uint8_t EndConfig::* part : {&EndConfig::header_table,
                                             &EndConfig::window,
                                             &EndConfig::frame_size,
                                             &EndConfig::streams})
        better |= changed([&](Script& s) { s.*end.*part = 0; });
    for (std::size_t i = 0; i < best_.acts.size(); ++i) {
      for (std::uint8_t Act::* operand : {&Act::a, &Act::b, &Act::c})
        better |= changed([&](Script& s) { s.acts[i].*operand = 0; });
      better |= changed([&](Script& s) { s.acts[i].d = 0; });
      better |= changed([&](Script& s) { s.acts[i].d /= 2; });
    }
    return better;
  }

  Script best_;
  const ScriptJudge& judge_;
  std::string promise_;
  std::uint32_t runs_left_;
  Clock::time_point end_;
};

}  // namespace

std::string_view promise_of(std::string_view broken) { return broken.substr(0, broken.find(' ')); }

Script shrunk(Script script, const ScriptJudge& judge, ShrinkBudget budget) {
  return Shrinker(std::move(script), judge, budget).run();
}

}  // namespace h2assay
