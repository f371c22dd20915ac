#pragma once
// How a run is told to be repeated, as README.md of the evidence and the terminal say it.

#include <string>
#include <vector>

#include "conformance/cli/run.h"

namespace h2assay {

// The options that a repetition needs, as they were given: all but those that select cases or say
// where results go.  `positional`: what of `arguments` is no option, the target among it.
std::string repeat_options(const std::vector<std::string>& arguments,
                           const std::vector<std::string>& positional,
                           const ServerRun& run);

}  // namespace h2assay
