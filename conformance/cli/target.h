#pragma once
// The peer that the command line names, ready to be connected to.

#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "conformance/cli/ledger.h"
#include "conformance/cli/run.h"

namespace h2assay {

struct TargetFailure {
  Exit code = Exit::not_reachable;
  std::string text{};
};

struct ChosenTarget {
  std::unique_ptr<Peer> peer{};
  std::vector<std::string> transports{};  // tcp tls launched: what `over` in a case speaks of
};

std::expected<ChosenTarget, TargetFailure> choose_target(const ServerRun& options);

}  // namespace h2assay
