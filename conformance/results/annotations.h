#pragma once
// GitHub workflow commands: the first ten deviations as annotations, the rest counted.

#include <span>
#include <string>

#include "conformance/results/result.h"

namespace h2assay {

std::string github_annotations(std::span<const CaseResult> results);

}  // namespace h2assay
