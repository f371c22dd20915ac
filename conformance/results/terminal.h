#pragma once
// What people read at the end of a run.  Pure text: quiet when green, complete when red.

#include <span>
#include <string>

#include "conformance/results/result.h"

namespace h2assay {

struct ReportOptions {
  bool colour = false;
  bool verbose = false;          // name every case
  std::string results_folder{};  // as shown: "results/latest"
  std::string repeat_before{};   // "h2assay server"
  std::string repeat_after{};    // "127.0.0.1:8080", "-- ./server --port {port}"
};

// The command that plays this case alone, to paste into a shell.
std::string repeat_command(const CaseResult& result,
                           const RunInfo& run,
                           const ReportOptions& options);

// Everything but the closing line; empty when all is green.
std::string deviations(const RunInfo& run,
                       std::span<const CaseResult> results,
                       const ReportOptions& options);

// "306 passed, 1 failed, 4 unsupported in 4.2 s".  `passed` counts what is as expected and was
// judged.
std::string closing_line(std::span<const CaseResult> results, double seconds);

}  // namespace h2assay
