#pragma once
// The books of a run: every result as it comes, on disk at once; what the observer found in all
// cases together; the exit code.  Safe to be called from many threads.

#include <cstdio>
#include <expected>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "conformance/catalogue/catalogue.h"
#include "conformance/cli/exit.h"
#include "conformance/player/player.h"
#include "conformance/results/evidence.h"
#include "conformance/results/expectations.h"
#include "conformance/results/result.h"
#include "conformance/results/terminal.h"

namespace h2assay {

enum class Captures : std::uint8_t { failed, all, none };

struct LedgerOptions {
  std::filesystem::path folder{};
  bool strict = false;
  Captures captures = Captures::failed;
  ReportOptions report{};
};

class Ledger {
 public:
  Ledger(LedgerOptions options, RunInfo run, Expectations expectations);
  ~Ledger();
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  // Makes the folder, and points `latest` beside it there.  Error: one line.
  std::expected<void, std::string> open();

  // Judges the result against the expectations, writes it and its evidence.
  struct Conversation {
    const Played* played = nullptr;  // null: there was none
    const transcript::Transcript* script = nullptr;
    std::uint64_t started_us = 0;
    std::string standard_output{};
    std::string standard_error{};
  };

  void add(CaseResult result, const Conversation& conversation);

  // What the observer found in all cases: one result a broken requirement.  Call once, at the end.
  void add_passive();
  // Writes run.json.
  void finish(Exit code, bool partial);

  std::vector<CaseResult> results() const;
  bool passed(std::string_view case_id) const;  // every instance of it so far
  Exit verdict() const;

  RunInfo& run() { return run_; }

  const std::filesystem::path& folder() const { return options_.folder; }

 private:
  struct Accusation {
    int cases = 0;
    std::string first_case{};
    std::string text{};
    std::string evidence{};
  };

  void note_findings(const CaseResult& result);
  void write_line(const CaseResult& result);

  const LedgerOptions options_;
  RunInfo run_;
  const Expectations expectations_;
  mutable std::mutex mutex_;
  std::vector<CaseResult> results_{};
  std::map<std::string, Accusation> accusations_{};
  std::set<std::string> judged_{};
  std::FILE* lines_ = nullptr;
  bool write_failed_ = false;
};

}  // namespace h2assay
