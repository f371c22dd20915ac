#pragma once
// Which cases a run plays, and what becomes of the others.

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "conformance/catalogue/catalogue.h"
#include "conformance/cli/run.h"

namespace h2assay {

struct Chosen {
  std::vector<CaseInstance> cases{};
  std::map<std::string, int> left_out{};  // selected, but not played: why, and how many
  std::vector<std::string> all_ids{};     // that an expectation may speak of; sorted
};

// Error: one line for people.
std::expected<Chosen, std::string> choose_cases(const ServerRun& options);

// Says on standard error what was asked for and is not for a server under test.
void tell_left_out(const ServerRun& options, const Chosen& chosen);

// Nothing: it cannot be read.
std::optional<std::string> text_of_file(const std::string& path);

}  // namespace h2assay
