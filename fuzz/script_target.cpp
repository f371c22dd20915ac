#include "fuzz/script_target.h"

#include <cstdlib>
#include <string>

#include "fuzz/check.h"
#include "fuzz/tally.h"
#include "properties/generators/shrink.h"
#include "properties/oracles/all.h"
#include "properties/pair/narrator.h"
#include "properties/pair/recital.h"

namespace h2assay::fuzz {

namespace {

// About a second; a finding of the median size takes a tenth of it.
constexpr ShrinkBudget kBudget{.seconds = 5, .runs = 200};

// Oracles that run an engine again are attached to one input in eight, chosen by the input's own
// octets, and to all when a corpus is replayed.
Costly costly(std::span<const std::uint8_t> octets) {
#ifdef H2ASSAY_REPLAY
  static_cast<void>(octets);
  return Costly::yes;
#else
  std::uint32_t sum = 0;
  for (const std::uint8_t octet : octets) sum = sum * 31 + octet;
  return sum % 8 == 0 ? Costly::yes : Costly::no;
#endif
}

struct Ends {
  Options client;
  Options server;
};

Ends ends_of(const Script& script, const ScriptTarget& target) {
  Ends ends{options_of(Role::client, script.client), options_of(Role::server, script.server)};
  ends.client.unchecked = target.unchecked_client;
  if (target.spoil) target.spoil(ends.client, ends.server);
  return ends;
}

void take_habits(Pair& pair, const ScriptTarget& target) {
  for (const Side side : {Side::client, Side::server})
    if (const HabitRow* habit = target.habits[static_cast<std::size_t>(side)])
      pair.misbehave(side, *habit);
}

std::string transcript_with(const Script& script,
                            const ScriptTarget& target,
                            std::string_view title) {
  const Ends ends = ends_of(script, target);
  Pair pair(script, ends.client, ends.server);
  take_habits(pair, target);
  Narrator narrator;
  pair.watch(narrator);
  pair.perform(script);
  std::string text = narrator.transcript(title, {});
  for (const HabitRow* habit : target.habits)
    if (habit != nullptr) text += "# an end has the habit " + std::string(habit->name) + "\n";
  return text;
}

// Printed when a fuzzer ends of its own accord; a replay asks for it by --not-vacuous.
Tally& tally() {
  static Tally all;
  return all;
}

#ifndef H2ASSAY_REPLAY
void print_tally() { print(tally().text()); }
#endif

void count(const Pair& pair, const Oracles& oracles) {
#ifndef H2ASSAY_REPLAY
  // The tally is made first, so that it is still there when it is printed.
  static_cast<void>(tally());
  static const bool registered = std::atexit(print_tally) == 0;
  static_cast<void>(registered);
#endif
  tally().add(pair, oracles);
}

// What the target that runs leaves out.
std::span<const ActKind>& left_out() {
  static std::span<const ActKind> kinds;
  return kinds;
}

}  // namespace

bool vacuous() {
  print(tally().text());
  const std::vector<std::string> missing = tally().missing(left_out());
  for (const std::string& what : missing) print("vacuous: " + what + "\n");
  return !missing.empty();
}

void run_script(std::span<const std::uint8_t> octets, const ScriptTarget& target) {
  Script script = script_from(octets);
  left_out() = target.without;
  for (const ActKind kind : target.without) script.swarm |= 1U << static_cast<unsigned>(kind);
  const Costly cost = costly(octets);
  const auto judge = [&](const Script& one) {
    const Ends ends = ends_of(one, target);
    Pair pair(one, ends.client, ends.server);
    take_habits(pair, target);
    Oracles oracles(pair, cost);
    pair.perform(one);
    count(pair, oracles);
    return oracles.broken(target.holds);
  };
  if (printing()) print(transcript_with(script, target, "An input of the fuzzer"));

  const std::string broken = judge(script);
  if (broken.empty()) return;
  const Script small = shrunk(script, judge, kBudget);
  fail(judge(small),
       transcript_with(small, target, std::string(promise_of(broken))) + "\n# " +
           std::to_string(script.acts.size()) + " acts, made " + std::to_string(small.acts.size()) +
           "\n");
}

void replay_transcript(std::string_view text, std::string_view file) {
  const auto recital = Recital::read(text, file);
  if (!recital) fail("the transcript cannot be read: " + recital.error(), text);
  Pair pair(Recital::quiet(), recital->client(), recital->server());
  Oracles oracles(pair, Costly::yes);
  if (const std::string wrong = recital->perform(pair); !wrong.empty())
    fail("the transcript goes otherwise: " + wrong, text);
  count(pair, oracles);
  if (const std::string broken = oracles.broken(); !broken.empty()) fail(broken, text);
}

}  // namespace h2assay::fuzz
