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

Mutant of_habit(const HabitRow& habit, std::string_view kind) {
  const auto ids = habit.requirements();
  return {.name = fmt::format("{} {}", kind, habit.name),
          .requirements = {ids.begin(), ids.end()},
          .rule = {},
          .peer = [&habit](Options engine) {
            return std::make_unique<MemoryPeer>(std::move(engine),
                                                std::vector<const HabitRow*>{&habit});
          }};
}

// The server with other options.
Mutant bent(std::string_view name, std::string_view requirement, void (*bend)(Options& engine)) {
  return {.name = fmt::format("liberty {}", name),
          .requirements = {std::string(requirement)},
          .rule = {},
          .peer = [bend](Options engine) {
            bend(engine);
            return std::make_unique<MemoryPeer>(std::move(engine));
          }};
}

void name_all(Options& engine, ErrorCode code) {
  for (const RuleRow& row : rules())
    engine.quirks.set({.rule = row.rule, .off = false, .code = code, .scope = {}});
}

void fail_connections(Options& engine) {
  for (const RuleRow& row : rules())
    engine.quirks.set({.rule = row.rule, .off = false, .code = {}, .scope = Scope::connection});
}

}  // namespace

std::vector<Mutant> all_liberties() {
  std::vector<Mutant> all;
  for (const HabitRow& habit : liberties())
    if (habit.fits(Role::server)) all.push_back(of_habit(habit, "liberty"));
  all.push_back(bent("says-protocol-error-for-all", "rfc9113-5.4-07", [](Options& engine) {
    name_all(engine, ErrorCode::protocol_error);
  }));
  all.push_back(bent("says-internal-error-for-all", "rfc9113-5.4-07", [](Options& engine) {
    name_all(engine, ErrorCode::internal_error);
  }));
  all.push_back(bent("fails-connections-for-streams", "rfc9113-5.4.1-03", fail_connections));
  all.push_back(bent("answers-otherwise-to-malformed-requests", "rfc9113-8.1.1-13", [](Options& e) {
    e.answer_malformed_requests = !e.answer_malformed_requests;
  }));
  return all;
}

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
    if (habit.fits(Role::server)) mutants.push_back(of_habit(habit, "habit"));
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
