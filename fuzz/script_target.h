#pragma once
// What targets have in common whose input is a script: run it under the oracles, and when a promise
// breaks make it small and print it as a transcript.

#include <cstdint>
#include <initializer_list>
#include <span>

#include "engine/options.h"
#include "properties/pair/script.h"

namespace h2assay::fuzz {

struct ScriptTarget {
  std::initializer_list<ActKind> without{};  // kinds of acts that do nothing in this target
  bool unchecked_client = false;             // the planted defect of the canary
};

// Returns when every promise holds; else prints the finding and aborts.
void run_script(std::span<const std::uint8_t> octets, const ScriptTarget& target);

}  // namespace h2assay::fuzz
