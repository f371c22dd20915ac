#pragma once
// What targets have in common whose input is a script: run it under the oracles, and when a promise
// breaks make it small and print it as a transcript.

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

#include "engine/habits/habits.h"
#include "engine/options.h"
#include "properties/pair/script.h"

namespace h2assay::fuzz {

struct ScriptTarget {
  std::span<const ActKind> without{};  // kinds of acts that do nothing here; they live for ever
  bool unchecked_client = false;       // the planted defect of the canary
  std::array<const HabitRow*, 2> habits{};  // of the client and the server; null: none
  // Changes the two ends' options after the script has chosen them.
  std::function<void(Options& client, Options& server)> spoil{};
  // The promises that hold all the same; empty: every one.
  std::span<const std::string_view> holds{};
};

// Returns when every promise holds; else prints the finding and aborts.
void run_script(std::span<const std::uint8_t> octets, const ScriptTarget& target);

}  // namespace h2assay::fuzz
