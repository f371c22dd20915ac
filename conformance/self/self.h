#pragma once
// `h2assay self`: the suite against our own engine in memory, then against each mutant of it.

#include <string>
#include <vector>

#include "conformance/catalogue/catalogue.h"
#include "conformance/cli/ledger.h"
#include "conformance/self/equivalent.h"
#include "conformance/self/mutants.h"

namespace h2assay {

struct SelfOptions {
  Selection selection{};  // of cases; with one, only mutants of what they cite are made
  std::string cases_folder{};
  std::string mutants{};       // a glob over their names; empty: all
  unsigned jobs = 0;           // threads; 0: as many as cores
  std::string results_file{};  // JSON; empty: none
  bool sound_only = false;     // no mutants
  bool quiet = false;
  bool progress = false;
};

// as_expected, or deviations: a case that the sound engine does not pass, a mutant that no case
// kills and equivalent.csv does not know, a vacuous case, a stale line of equivalent.csv.
Exit run_self(const SelfOptions& options);

// The same over other mutants and exemptions, for tests.
Exit run_self(const SelfOptions& options,
              std::vector<Mutant> mutants,
              std::vector<Exemption> exemptions);

}  // namespace h2assay
