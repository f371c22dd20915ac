#include "conformance/cli/ledger.h"

#include <algorithm>
#include <fstream>

#include <fmt/format.h>

#include "conformance/catalogue/glob.h"
#include "conformance/catalogue/requirements.h"
#include "conformance/results/json.h"

namespace h2assay {

Ledger::Ledger(LedgerOptions options, RunInfo run, Expectations expectations)
    : options_(std::move(options)),
      run_(std::move(run)),
      expectations_(std::move(expectations)) {}

Ledger::~Ledger() {
  if (lines_ != nullptr) std::fclose(lines_);
}

std::expected<void, std::string> Ledger::open() {
  namespace fs = std::filesystem;
  std::error_code error;
  fs::create_directories(options_.folder, error);
  if (error)
    return std::unexpected(fmt::format("{}: {}", options_.folder.string(), error.message()));
  const auto path = options_.folder / "results.jsonl";
  lines_ = std::fopen(path.c_str(), "wb");
  if (lines_ == nullptr) return std::unexpected(fmt::format("cannot write {}", path.string()));
  const auto latest = options_.folder.parent_path() / "latest";
  // A convenience: if it cannot be had, the run is none the worse.
  if (fs::is_symlink(latest, error) || !fs::exists(latest, error)) {
    fs::remove(latest, error);
    fs::create_directory_symlink(options_.folder.filename(), latest, error);
  }
  finish(Exit::as_expected, true);
  return {};
}

namespace {

bool worth_evidence(const CaseResult& result) {
  switch (result.verdict) {
    case Verdict::fail:
    case Verdict::crash:
    case Verdict::hang:
    case Verdict::error:
    case Verdict::flaky:
    case Verdict::lenient:     return true;
    case Verdict::pass:
    case Verdict::unsupported:
    case Verdict::blocked:
    case Verdict::info:        break;
  }
  return !result.as_expected || std::ranges::any_of(result.findings, [](const PassiveFinding& one) {
    return one.certain;
  });
}

}  // namespace

void Ledger::add(CaseResult result, const Conversation& conversation) {
  expectations_.judge(result, options_.strict);
  const bool all = options_.captures == Captures::all;
  if (conversation.played != nullptr && conversation.script != nullptr &&
      (all || worth_evidence(result))) {
    result.evidence = evidence_folder(result.case_id);
    const EvidenceInput input{.result = result,
                              .run = run_,
                              .played = *conversation.script,
                              .journal = conversation.played->journal,
                              .started_us = conversation.started_us,
                              .standard_output = conversation.standard_output,
                              .standard_error = conversation.standard_error,
                              .repeat = repeat_command(result, run_, options_.report),
                              .capture = options_.captures != Captures::none};
    if (!write_evidence(options_.folder / result.evidence, input)) {
      const std::lock_guard lock(mutex_);
      write_failed_ = true;
    }
  }
  const std::lock_guard lock(mutex_);
  note_findings(result);
  write_line(result);
  results_.push_back(std::move(result));
}

void Ledger::write_line(const CaseResult& result) {
  const std::string line = json_line(result) + "\n";
  const bool written =
      lines_ != nullptr && std::fwrite(line.data(), 1, line.size(), lines_) == line.size();
  if (!written || std::fflush(lines_) != 0) write_failed_ = true;
}

void Ledger::note_findings(const CaseResult& result) {
  judged_.insert(result.judged.begin(), result.judged.end());
  std::set<std::string> here;
  for (const PassiveFinding& finding : result.findings) {
    if (!finding.certain || !here.insert(finding.requirement).second) continue;
    Accusation& accusation = accusations_[finding.requirement];
    if (accusation.cases++ > 0) continue;
    accusation.first_case = result.case_id;
    accusation.text = finding.text;
    accusation.evidence = result.evidence;
  }
}

void Ledger::add_passive() {
  const std::lock_guard lock(mutex_);
  std::set<std::string> ids;
  for (const auto& [id, accusation] : accusations_) ids.insert(id);
  // A waiver of what is no longer seen has to be noticed.
  for (const std::string& id : judged_)
    if (expectations_.of("passive/" + id) != nullptr) ids.insert(id);
  for (const std::string& id : ids) {
    CaseResult result;
    result.case_id = "passive/" + id;
    result.requirements = {id};
    result.level = strongest_level(result.requirements);
    const Requirement* row = requirements().find(id);
    result.title = row == nullptr ? "" : row->paraphrase;
    result.verdict = Verdict::pass;
    const auto found = accusations_.find(id);
    if (found != accusations_.end()) {
      // Where the RFC only recommends, a peer that does otherwise is none the worse.
      result.verdict = result.level == "must"  ? Verdict::fail
                       : result.level == "may" ? Verdict::info
                                               : Verdict::lenient;
      result.observed = found->second.text;
      result.sent =
          fmt::format("in {} case(s), first in {}", found->second.cases, found->second.first_case);
      result.evidence = found->second.evidence;
    }
    expectations_.judge(result, options_.strict);
    write_line(result);
    results_.push_back(std::move(result));
  }
}

void Ledger::finish(Exit code, bool partial) {
  const std::lock_guard lock(mutex_);
  run_.exit_code = static_cast<int>(code);
  run_.partial = partial;
  const auto path = options_.folder / "run.json";
  const auto fresh = options_.folder / "run.json.new";
  {
    std::ofstream out(fresh, std::ios::binary | std::ios::trunc);
    out << run_json(run_, results_);
    if (!out) write_failed_ = true;
  }
  std::error_code error;
  std::filesystem::rename(fresh, path, error);
  if (error) write_failed_ = true;
}

std::vector<CaseResult> Ledger::results() const {
  const std::lock_guard lock(mutex_);
  return results_;
}

bool Ledger::passed(std::string_view case_id) const {
  const std::lock_guard lock(mutex_);
  return std::ranges::all_of(results_, [&](const CaseResult& result) {
    if (case_of(result.case_id) != case_id) return true;
    return result.verdict == Verdict::pass || result.verdict == Verdict::lenient ||
           result.verdict == Verdict::info;
  });
}

Exit Ledger::verdict() const {
  const std::lock_guard lock(mutex_);
  const auto is_error = [](const CaseResult& result) { return result.verdict == Verdict::error; };
  if (write_failed_ || std::ranges::any_of(results_, is_error)) return Exit::our_fault;
  const auto unexpected = [](const CaseResult& result) { return !result.as_expected; };
  return std::ranges::any_of(results_, unexpected) ? Exit::deviations : Exit::as_expected;
}

}  // namespace h2assay
