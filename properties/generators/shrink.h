#pragma once
// The smallest script found that breaks the same promise: acts taken away, operands and
// configurations made plain.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "properties/pair/script.h"

namespace h2assay {

// Empty when the property holds for this script; else "promise (requirement): what".
using ScriptJudge = std::function<std::string(const Script&)>;

// "window_ledger" of "window_ledger (rfc9113-6.9.1-01): …": what two findings have in common.
std::string_view promise_of(std::string_view broken);

// Both bounds hold: whichever comes first ends it.
struct ShrinkBudget {
  double seconds = 20;
  std::uint32_t runs = ~std::uint32_t{0};
};

Script shrunk(Script script, const ScriptJudge& judge, ShrinkBudget budget);

}  // namespace h2assay
