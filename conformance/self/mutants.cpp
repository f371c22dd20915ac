#include "conformance/self/mutants.h"

#include <fmt/format.h>

#include "conformance/peers/memory_peer.h"
#include "conformance/self/overdo.h"
#include "engine/habits/habits.h"

namespace h2assay {
namespace {

Mutant of_rule(const RuleRow& row, std::string_view what, const Quirk& quirk) {
  Mutant mutant;
  mutant.name = fmt::format("{}:{}", row.name, what);
  mutant.requirements.assign(row.requirements.begin(), row.requirements.end());
  mutant.rule = row.rule;
  mutant.peer = [quirk](Options engine) -> std::unique_ptr<Peer> {
    engine.quirks.set(quirk);
    return std::make_unique<MemoryPeer>(std::move(engine));
  };
  return mutant;
}

// A code that no rule uses, and that names a different error: never an applicable one.
constexpr ErrorCode kOtherCode = ErrorCode::settings_timeout;

Scope other(Scope scope) { return scope == Scope::stream ? Scope::connection : Scope::stream; }

}  // namespace

std::vector<Mutant> all_mutants() {
  std::vector<Mutant> mutants;
  for (const RuleRow& row : rules()) {
    mutants.push_back(
        of_rule(row, "off", {.rule = row.rule, .off = true, .code = {}, .scope = {}}));
    mutants.push_back(
        of_rule(row, "code", {.rule = row.rule, .off = false, .code = kOtherCode, .scope = {}}));
    mutants.push_back(of_rule(
        row, "scope", {.rule = row.rule, .off = false, .code = {}, .scope = other(row.scope)}));
  }
  for (const HabitRow& habit : habits()) {
    if (!habit.fits(Role::server)) continue;
    const auto broken = habit.requirements();
    mutants.push_back({.name = fmt::format("habit {}", habit.name),
                       .requirements = {broken.begin(), broken.end()},
                       .rule = {},
                       .peer = [&habit](Options engine) {
                         return std::make_unique<MemoryPeer>(std::move(engine),
                                                             std::vector<const HabitRow*>{&habit});
                       }});
  }
  for (const Overdoing& one : overdoings())
    mutants.push_back(
        {.name = fmt::format("overdo {}", one.name),
         .requirements = {one.requirements.begin(), one.requirements.end()},
         .rule = {},
         .peer = [&one](Options engine) { return overdoing_peer(one, std::move(engine)); }});
  return mutants;
}

}  // namespace h2assay
