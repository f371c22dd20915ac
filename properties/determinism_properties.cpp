// A pair's run depends on its script alone: the same octets, events, answers and digests when it is
// done again in the same process, with everything elsewhere on the heap.  Promise 1 of the engine.

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "properties/generators/draw.h"
#include "properties/generators/runs.h"
#include "properties/heap.h"
#include "properties/pair/event_text.h"
#include "properties/pair/pair.h"

namespace h2assay {
namespace {

// Writes down all that can be seen of a run.
class Record final : public PairObserver {
 public:
  void called(const Pair& pair, const Command& command, const Sent<>& answer) override {
    lines_.push_back("call: " + std::string(answer ? "done" : name(answer.error())));
    state(pair, command.side);
  }

  void emitted(const Pair&, Side from, Octets octets) override {
    lines_.push_back(std::string(from == Side::client ? "client" : "server") + " output: ");
    lines_.back().append(octets.begin(), octets.end());
  }

  void received(const Pair& pair, Side at, Events events) override {
    lines_.push_back("events: " + text_of(events));
    state(pair, at);
  }

  const std::vector<std::string>& lines() const { return lines_; }

 private:
  void state(const Pair& pair, Side side) {
    const Digest digest = pair.at(side).digest();
    lines_.push_back("digest: ");
    lines_.back().append(reinterpret_cast<const char*>(&digest), sizeof digest);
  }

  std::vector<std::string> lines_;
};

std::vector<std::string> recorded(const Script& script, Handling* defect) {
  Pair pair(script);
  if (defect != nullptr) pair.plant(*defect);
  Record record;
  pair.watch(record);
  pair.perform(script);
  return record.lines();
}

// What is not the same the second time, or nothing.
std::string difference(const Script& script, Handling* defect = nullptr) {
  const std::vector<std::string> first = recorded(script, defect);
  const DisturbedHeap disturbed(first.size());
  const std::vector<std::string> second = recorded(script, defect);
  const auto [here, there] = std::ranges::mismatch(first, second);
  if (here == first.end() && there == second.end()) return {};
  const std::string what = here == first.end() ? "end" : here->substr(0, here->find(':'));
  return "deterministic (promise-1): done again, " + what + " number " +
         std::to_string(here - first.begin()) + " differs";
}

void hold_done_again(const Runs& runs) {
  const std::string broken = run(runs, [](const Script& script) { return difference(script); });
  ASSERT_TRUE(broken.empty()) << broken;
}

TEST(Determinism, DoesTheSameAgainWhateverIsCalled) {
  hold_done_again(
      {.name = "Determinism.DoesTheSameAgainWhateverIsCalled", .fixed = 300, .seconds = 0.5});
}

TEST(Determinism, DoesTheSameAgainOnAHostileNetwork) {
  hold_done_again({.name = "Determinism.DoesTheSameAgainOnAHostileNetwork",
                   .hostile = true,
                   .fixed = 300,
                   .seconds = 0.5});
}

// --- The property can fail -----------------------------------------------------------------------

// Follows an address, as a walk over a set of pointers does.
struct FollowsAddresses final : Handling {
  static constexpr std::uint64_t kOdd = 0x9e37'79b9'7f4a'7c15;

  Events receive(Connection& end, Octets octets) override {
    // Mixed: an allocator may keep some bits of an address the same.
    const std::uint64_t mixed = std::uint64_t{reinterpret_cast<std::uintptr_t>(&end)} * kOdd;
    if (mixed >> 63U == 0) static_cast<void>(end.ping({'e', 'v', 'e', 'n'}));
    return Handling::receive(end, octets);
  }
};

// Counts what came, and goes on counting on the next connection, as a global variable does.
struct RemembersTheRunBefore final : Handling {
  Events receive(Connection& end, Octets octets) override {
    if (++count_ % 8 == 0) static_cast<void>(end.ping({'e', 'i', 'g', 'h', 't'}));
    return Handling::receive(end, octets);
  }

 private:
  int count_ = 0;
};

template <typename Defect> std::string seen() {
  for (std::uint64_t number = 0; number < 20; ++number) {
    Defect planted;
    std::string found = difference(generate::draw(number, false), &planted);
    if (!found.empty()) return found;
  }
  return {};
}

TEST(Determinism, AccusesAnEngineThatFollowsAddresses) {
  EXPECT_NE(seen<FollowsAddresses>(), std::string());
}

TEST(Determinism, AccusesAnEngineThatRemembersTheRunBefore) {
  EXPECT_NE(seen<RemembersTheRunBefore>(), std::string());
}

}  // namespace
}  // namespace h2assay
