#pragma once
// What the command line says, and what it means.

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "conformance/cli/run.h"

namespace h2assay {

// What the command line says before it is understood.
struct Words {
  std::vector<std::string> positional{};
  std::vector<std::string> command{};
  std::vector<std::string> fields{};
  std::string shard{};
  std::string colour = "auto";
  std::string progress = "auto";
  std::string pcap = "failed";
  std::string restart = "crash";
  double timeout_s = 2;
  double start_timeout_s = 10;
  unsigned pace_ms = 0;
  std::optional<std::uint64_t> seed{};
};

// From words to meaning.  Error: one line.
std::expected<void, std::string> understand(ServerRun& run, Words& words);

}  // namespace h2assay
