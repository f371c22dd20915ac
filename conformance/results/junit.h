#pragma once
// JUnit XML: one testsuite an area, one testcase a case.  What the peer sent is made harmless.

#include <span>
#include <string>

#include "conformance/results/result.h"

namespace h2assay {

std::string junit_xml(const RunInfo& run, std::span<const CaseResult> results);

}  // namespace h2assay
