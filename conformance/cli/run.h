#pragma once
// `h2assay server`: plays the selected cases against one server and judges it.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "conformance/catalogue/catalogue.h"
#include "conformance/cli/ledger.h"
#include "conformance/cli/probe.h"
#include "conformance/peers/peer.h"
#include "conformance/peers/tls.h"

namespace h2assay {

enum class Restart : std::uint8_t { never, crash, each_case };

struct ServerRun {
  // Whom: a target, a command, or neither (the built-in reference server).
  std::string target{};
  std::vector<std::string> command{};
  bool tls = false;
  TlsClientOptions tls_options{};
  bool i_may_test_this_host = false;
  std::chrono::milliseconds start_timeout{10'000};
  Restart restart = Restart::crash;
  bool wait_for_debugger = false;
  ProbeWishes wishes{};

  // What.
  Selection selection{};
  bool failed_only = false;
  std::string cases_folder{};
  std::string case_set{};
  bool abuse = false;  // the abuse probes, too; they want permission for all but loopback

  // How.
  unsigned jobs = 0;  // 0: as many as there are cores; of the built-in server 8 or more
  unsigned repeat = 1;
  bool fail_fast = false;
  std::chrono::milliseconds pace{0};
  std::chrono::milliseconds timeout{2'000};
  double timeout_scale = 1;

  // Judged how, told where.
  bool strict = false;
  std::vector<std::string> expectation_files{};
  std::string results_folder{};  // empty: results/TIME
  std::string junit_file{};
  Captures captures = Captures::failed;
  bool verbose = false;
  bool quiet = false;
  bool colour = false;
  bool progress = false;
  bool annotations = false;
  std::string command_line{};  // for run.json
  std::string repeat_after{};  // the part of it that a repetition needs
};

// The exit code of the program.
Exit run_server(const ServerRun& options);

// A signal has asked us to stop; workers look at it between cases.
void request_stop();
bool stop_requested();

}  // namespace h2assay
