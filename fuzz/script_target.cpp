#include "fuzz/script_target.h"

#include <string>

#include "fuzz/check.h"
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
  return ends;
}

std::string transcript_with(const Script& script, const Ends& ends, std::string_view title) {
  Pair pair(script, ends.client, ends.server);
  Narrator narrator;
  pair.watch(narrator);
  pair.perform(script);
  return narrator.transcript(title, {});
}

}  // namespace

void run_script(std::span<const std::uint8_t> octets, const ScriptTarget& target) {
  Script script = script_from(octets);
  for (const ActKind kind : target.without) script.swarm |= 1U << static_cast<unsigned>(kind);
  const Costly cost = costly(octets);
  const auto judge = [&](const Script& one) {
    const Ends ends = ends_of(one, target);
    Pair pair(one, ends.client, ends.server);
    Oracles oracles(pair, cost);
    pair.perform(one);
    return oracles.broken();
  };
  if (printing()) print(transcript_with(script, ends_of(script, target), "An input of the fuzzer"));

  const std::string broken = judge(script);
  if (broken.empty()) return;
  const Script small = shrunk(script, judge, kBudget);
  fail(judge(small),
       transcript_with(small, ends_of(small, target), std::string(promise_of(broken))) + "\n# " +
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
  if (const std::string broken = oracles.broken(); !broken.empty()) fail(broken, text);
}

}  // namespace h2assay::fuzz
