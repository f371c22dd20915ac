#pragma once
// results.jsonl and run.json, both ways.  The form of a line is conformance/results.schema.json.

#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/results/result.h"

namespace h2assay {

// One line, without the line feed.  Octets outside of UTF-8 become \xNN.
std::string json_line(const CaseResult& result);

// All of run.json.
std::string run_json(const RunInfo& run, std::span<const CaseResult> results);

// Reads results.jsonl back.  A last line that was cut off by a kill is left out.
// Error: "line N: what is wrong".
std::expected<std::vector<CaseResult>, std::string> read_results(std::string_view text);

}  // namespace h2assay
