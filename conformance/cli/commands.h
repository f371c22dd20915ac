#pragma once
// The smaller commands.  Each returns the exit code of the program.

#include <expected>
#include <string>
#include <vector>

#include "conformance/catalogue/catalogue.h"
#include "conformance/catalogue/requirements.h"
#include "conformance/cli/run.h"

namespace h2assay {

struct ListOptions {
  std::string cases_folder{};
  Selection selection{};
  bool requirements = false;  // instead: each requirement with what tests it
  bool uncovered = false;     // of them, those that nothing tests
  bool json = false;          // requirements as JSON, one a line
  bool instances = false;     // every instance, not only the case
};

Exit list_cases(const ListOptions& options);

// The requirements that a conversation with a server can show, each with the rules, cases, passive
// checks, properties and oracles that are about it; with globs, those that the selected cases cite.
// `uncovered`: deviations when a row has nothing, or excluded.csv is wrong.
Exit list_requirements(const ListOptions& options);

// The lines of `list --requirements` below this requirement: "    case      ping/is-answered\n", …
std::expected<std::string, std::string> what_tests(const Requirement& requirement,
                                                   const Catalogue& cases);

// What a case sends, what it accepts, and which sentence says so; or what a requirement demands,
// and what tests it.
Exit explain(const std::string& id, const std::string& cases_folder);

// Rewrites the expectations file from the results of a run.
Exit update_expectations(const std::string& results_folder, const std::string& file, bool strict);

// Plays transcripts against the target of `options`.
Exit replay(const std::vector<std::string>& files, const ServerRun& options);

}  // namespace h2assay
