#include "conformance/cli/run.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <ctime>
#include <fstream>
#include <iostream>
#include <sstream>
#include <thread>

#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "conformance/cli/choice.h"
#include "conformance/cli/target.h"
#include "conformance/cli/version.h"
#include "conformance/cli/workers.h"
#include "conformance/results/annotations.h"
#include "conformance/results/escape.h"
#include "conformance/results/json.h"
#include "conformance/results/junit.h"

namespace h2assay {

namespace {

std::atomic<bool> g_stop{false};

std::string now_text(const char* form) {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[64];
  const auto size = std::strftime(text, sizeof text, form, &utc);
  return {text, size};
}

std::string machine() {
  utsname names{};
  if (uname(&names) != 0) return "unknown";
  return fmt::format("{} {} {}, {} cores",
                     names.sysname,
                     names.release,
                     names.machine,
                     std::thread::hardware_concurrency());
}

std::expected<Expectations, std::string> read_expectations(const ServerRun& options,
                                                           const std::vector<std::string>& ids) {
  Expectations expectations;
  std::vector<std::string> files = options.expectation_files;
  constexpr const char* kDefault = "h2assay.expect";
  if (files.empty() && access(kDefault, R_OK) == 0) files.emplace_back(kDefault);
  for (const std::string& file : files) {
    const auto text = text_of_file(file);
    if (!text) return std::unexpected(fmt::format("cannot read {}", file));
    if (auto added = expectations.add(*text, file); !added) return std::unexpected(added.error());
  }
  if (auto checked = expectations.check(ids); !checked) return std::unexpected(checked.error());
  return expectations;
}

CaseResult control_result(std::string id, const Played& played) {
  CaseResult result;
  result.case_id = std::move(id);
  result.title = "The peer answers a request and a PING";
  result.file = "built-in";
  result.requirements = {"rfc9113-8.1-02", "rfc9113-6.7-02"};
  result.level = "must";
  result.verdict = played.verdict;
  result.sent = played.sent;
  result.expected = played.expected;
  result.observed = played.observed;
  result.ending = played.ending;
  result.findings = played.findings;
  result.judged = played.judged;
  return result;
}

bool good(const Played& played) {
  return played.verdict == Verdict::pass || played.verdict == Verdict::lenient;
}

void write_text(const std::string& path, std::string_view text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text;
  if (!out) std::cerr << "h2assay: cannot write " << path << '\n';
}

void wait_for_debugger(Peer& peer) {
  const Condition condition = peer.condition();
  if (condition.kind == Condition::Kind::running)
    std::cerr << "h2assay: the peer is process " << condition.process_id
              << "; press Enter to begin\n";
  else
    std::cerr << "h2assay: press Enter to begin\n";
  std::string line;
  std::getline(std::cin, line);
}

class Progress {
 public:
  explicit Progress(bool shown) : shown_(shown) {}

  ~Progress() {
    if (shown_) std::cerr << "\r\x1b[K" << std::flush;
  }

  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void operator()(std::size_t done, std::size_t all) {
    if (!shown_) return;
    const std::lock_guard lock(mutex_);
    std::cerr << fmt::format("\r\x1b[K{}/{}", done, all) << std::flush;
  }

 private:
  bool shown_;
  std::mutex mutex_;
};

LedgerOptions ledger_options(const ServerRun& options) {
  LedgerOptions out;
  const std::string folder = options.results_folder.empty()
                                 ? "results/" + now_text("%Y-%m-%dT%H.%M.%S")
                                 : options.results_folder;
  out.folder = folder;
  out.strict = options.strict;
  out.captures = options.captures;
  out.report = {.colour = options.colour,
                .verbose = options.verbose,
                .results_folder = folder,
                .repeat_before = "h2assay server",
                .repeat_after = options.repeat_after};
  return out;
}

// One run, once everything that can be wrong with the command line has been found.
class Run {
 public:
  Run(const ServerRun& options, Chosen chosen, Ledger& ledger, ChosenTarget target)
      : options_(options),
        chosen_(std::move(chosen)),
        ledger_(ledger),
        target_(std::move(target)) {}

  Exit go() {
    const auto begin = Clock::now();
    if (options_.wait_for_debugger) wait_for_debugger(*target_.peer);
    Peer& peer = *target_.peer;
    Facts facts = assumed_facts(peer, options_.wishes, target_.transports);
    const Patience full = Workers(options_, peer, facts, ledger_).full_patience();
    const Played first = control(peer, facts, full);
    add_control("control/first", first);
    if (!good(first)) return not_reachable(first, begin);
    facts.settings = first.settings;
    probe(peer, options_.wishes, full, facts);
    ledger_.run().offers = offers(facts);
    ledger_.run().lacks = lacks(facts);
    Workers workers(options_, peer, facts, ledger_);
    {
      Progress progress(options_.progress);
      workers.play(chosen_.cases, [&](std::size_t done, std::size_t all) { progress(done, all); });
    }
    if (!stop_requested()) add_control("control/last", control(peer, facts, full));
    ledger_.add_passive();
    return conclude(begin);
  }

 private:
  void add_control(const std::string& id, const Played& played) {
    static const transcript::Transcript kScript = [] {
      transcript::Transcript script;
      script.header.title = "The peer answers a request and a PING";
      script.header.requirements = {"rfc9113-8.1-02", "rfc9113-6.7-02"};
      return script;
    }();
    ledger_.add(control_result(id, played),
                {.played = &played,
                 .script = &kScript,
                 .standard_output = target_.peer->standard_output(),
                 .standard_error = target_.peer->standard_error()});
  }

  Exit not_reachable(const Played& first, Clock::time_point begin) {
    std::cerr << fmt::format("h2assay: {} does not answer as a server must: expected {}, got {}\n",
                             printable(target_.peer->describe()),
                             printable(first.expected),
                             printable(first.observed));
    const std::string words = target_.peer->standard_error();
    if (!words.empty()) std::cerr << "its standard error ends:\n" << last_lines(words) << '\n';
    ledger_.run().finished = now_text("%Y-%m-%dT%H:%M:%SZ");
    ledger_.finish(Exit::not_reachable, false);
    write_reports();
    tell(begin, Exit::not_reachable);
    return Exit::not_reachable;
  }

  static std::string last_lines(std::string_view text) {
    constexpr std::size_t kShown = 2000;
    std::string out;
    std::istringstream lines{
        std::string(text.size() > kShown ? text.substr(text.size() - kShown) : text)};
    for (std::string line; std::getline(lines, line);) out += "  " + printable(line) + "\n";
    return out;
  }

  bool anything_judged() const {
    return std::ranges::any_of(ledger_.results(), [](const CaseResult& result) {
      const bool ours = result.case_id.starts_with("control/");
      return !ours && result.verdict != Verdict::unsupported && result.verdict != Verdict::blocked;
    });
  }

  Exit conclude(Clock::time_point begin) {
    Exit code = ledger_.verdict();
    if (code == Exit::as_expected && !anything_judged()) code = Exit::nothing_selected;
    if (stop_requested()) code = Exit::interrupted;
    ledger_.run().finished = now_text("%Y-%m-%dT%H:%M:%SZ");
    ledger_.finish(code, code == Exit::interrupted);
    write_reports();
    tell(begin, code);
    return code;
  }

  void write_reports() const {
    const auto results = ledger_.results();
    const std::string junit = junit_xml(ledger_.run(), results);
    write_text((ledger_.folder() / "junit.xml").string(), junit);
    if (!options_.junit_file.empty()) write_text(options_.junit_file, junit);
  }

  void tell(Clock::time_point begin, Exit code) const {
    const auto results = ledger_.results();
    const ReportOptions report = ledger_options(options_).report;
    if (!options_.quiet) std::cout << deviations(ledger_.run(), results, report);
    if (options_.annotations) std::cout << github_annotations(results);
    const auto seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    std::cout << closing_line(results, seconds) << '\n';
    if (code == Exit::interrupted) std::cerr << "h2assay: interrupted; the results are partial\n";
    if (code == Exit::nothing_selected)
      std::cerr << "h2assay: no case that was selected could be played against this peer\n";
    if (code == Exit::deviations && !options_.quiet)
      std::cerr << fmt::format("to accept what is red: h2assay expect update {}\n",
                               report.results_folder);
    std::cout.flush();
  }

  const ServerRun& options_;
  Chosen chosen_;
  Ledger& ledger_;
  ChosenTarget target_;
};

}  // namespace

void request_stop() { g_stop = true; }

bool stop_requested() { return g_stop; }

Exit run_server(const ServerRun& options) {
  auto chosen = choose_cases(options);
  if (!chosen) return complain(Exit::usage, chosen.error());
  auto expectations = read_expectations(options, chosen->all_ids);
  if (!expectations) return complain(Exit::usage, expectations.error());
  tell_left_out(options, *chosen);
  if (chosen->cases.empty()) return complain(Exit::nothing_selected, "no case is selected");
  auto target = choose_target(options);
  if (!target) return complain(target.error().code, target.error().text);
  RunInfo run;
  run.version = kVersion;
  run.case_set = options.cases_folder.empty() ? std::string(kCaseSet) : options.cases_folder;
  run.peer = target->peer->describe();
  run.command = options.command_line;
  run.seed = options.selection.seed;
  run.started = now_text("%Y-%m-%dT%H:%M:%SZ");
  run.machine = machine();
  Ledger ledger(ledger_options(options), std::move(run), std::move(*expectations));
  if (auto opened = ledger.open(); !opened) return complain(Exit::usage, opened.error());
  return Run(options, std::move(*chosen), ledger, std::move(*target)).go();
}

}  // namespace h2assay
