// What holds for every pair of engines, whatever the applications and the network do.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "properties/generators/arbitrary.h"
#include "properties/oracles/all.h"

namespace h2assay {
namespace {

std::string broken_promise(const Script& script) {
  Pair pair(script);
  Oracles oracles(pair, Costly::yes);
  pair.perform(script);
  return oracles.broken();
}

// Whatever two applications call, every promise holds and neither engine accuses the other.
RC_GTEST_PROP(Pair, KeepsEveryPromiseWhateverIsCalled, (const CallScript& value)) {
  const std::string broken = broken_promise(value.script);

  RC_ASSERT(broken == std::string());
}

// … and also when the network puts in, drops, repeats and swaps.
RC_GTEST_PROP(Pair, KeepsEveryPromiseOnAHostileNetwork, (const HostileScript& value)) {
  const std::string broken = broken_promise(value.script);

  RC_ASSERT(broken == std::string());
}

// The octets of a script give the script back: what a fuzzer stores is what a property ran.
RC_GTEST_PROP(Script, SurvivesItsOctets, (const HostileScript& value)) {
  const Script again = script_from(octets_of(value.script));

  RC_ASSERT(again == value.script);
}

}  // namespace
}  // namespace h2assay
