#include "conformance/self/self.h"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <mutex>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "conformance/catalogue/glob.h"
#include "conformance/cli/run.h"
#include "conformance/results/escape.h"
#include "conformance/self/matrix.h"
#include "conformance/self/reckoning.h"

namespace h2assay {
namespace {

using Json = nlohmann::json;

bool selects(const SelfOptions& options) {
  const Selection& selection = options.selection;
  return !selection.globs.empty() || !selection.skip.empty() || !selection.sections.empty() ||
         !selection.levels.empty() || !options.mutants.empty();
}

Extent extent(const SelfOptions& options) {
  if (options.sound_only) return Extent::sound;
  return selects(options) ? Extent::part : Extent::whole;
}

// What can be played in memory as a client of a server.
bool playable(const CaseInstance& one) {
  const transcript::Header& header = one.source->transcript.header;
  return header.role == transcript::Role::client || header.role == transcript::Role::either;
}

std::expected<std::vector<CaseInstance>, std::string> chosen(const SelfOptions& options) {
  const auto known = options.cases_folder.empty() ? Catalogue::built_in()
                                                  : Catalogue::folder(options.cases_folder);
  if (!known) return std::unexpected(known.error());
  auto all = known->instances();
  if (!all) return std::unexpected(all.error());
  std::erase_if(*all, [](const CaseInstance& one) { return !playable(one); });
  return select(std::move(*all), options.selection);
}

// With cases selected, mutants of what they do not cite would only take time.
void keep_concerned(const SelfOptions& options,
                    std::span<const CaseInstance> cases,
                    std::vector<Mutant>& mutants) {
  if (!options.mutants.empty())
    std::erase_if(mutants,
                  [&](const Mutant& one) { return !glob_matches(options.mutants, one.name); });
  if (!selects(options) || !options.mutants.empty()) return;
  std::set<std::string, std::less<>> cited;
  for (const CaseInstance& one : cases)
    for (const std::string& id : one.source->transcript.header.requirements) cited.insert(id);
  std::erase_if(mutants, [&](const Mutant& one) {
    return std::ranges::none_of(one.requirements,
                                [&](const std::string& id) { return cited.contains(id); });
  });
}

std::string kill_lines(std::span<const Mutant> mutants, const Matrix& matrix) {
  std::string out;
  for (std::size_t n = 0; n < mutants.size(); ++n) {
    const Killed& killed = matrix.killed[n];
    if (killed.case_id.empty()) continue;
    out += fmt::format("{:<44} {}\n{:>44} {}\n",
                       mutants[n].name,
                       printable(killed.case_id),
                       "",
                       printable(text_of(killed.mutated)));
  }
  return out;
}

std::string results(std::span<const Mutant> mutants, const Matrix& matrix) {
  Json list = Json::array();
  for (std::size_t n = 0; n < mutants.size(); ++n) {
    const Killed& killed = matrix.killed[n];
    list.push_back({{"mutant", mutants[n].name},
                    {"requirements", mutants[n].requirements},
                    {"killed_by", printable(killed.case_id)},
                    {"sound", printable(text_of(killed.sound))},
                    {"mutated", printable(text_of(killed.mutated))}});
  }
  Json proofs = Json::array();
  for (const auto& [pair, mutant] : matrix.proofs)
    proofs.push_back({{"case", pair.first}, {"requirement", pair.second}, {"mutant", mutant}});
  return Json{{"mutants", list}, {"proofs", proofs}}.dump(1) + "\n";
}

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

std::string closing_line(const Reckoning& sum, double seconds) {
  std::string cases = fmt::format("{} cases", sum.cases);
  if (sum.not_for_memory > 0) cases += fmt::format(" ({} more not in memory)", sum.not_for_memory);
  return fmt::format(
      "{} mutants: {} killed by cases, {} by tests, {} equivalent, {} unkilled\n"
      "{}: {} vacuous, {} without mutant; {} of {} citations proved by a mutant, {} "
      "excused; {:.1f} s\n",
      sum.mutants,
      sum.killed,
      sum.killed_by_tests,
      sum.equivalent,
      sum.unkilled,
      cases,
      sum.vacuous,
      sum.exempt,
      sum.proved,
      sum.citations,
      sum.excused,
      seconds);
}

// One line on a terminal that is written over.
class Counter {
 public:
  explicit Counter(bool shown) : shown_(shown) {}

  ~Counter() {
    if (shown_) std::cerr << "\r\x1b[K" << std::flush;
  }

  Counter(const Counter&) = delete;
  Counter& operator=(const Counter&) = delete;

  void operator()(std::size_t done, std::size_t all) {
    if (!shown_) return;
    const std::lock_guard lock(mutex_);
    std::cerr << fmt::format("\r\x1b[Kmutants {}/{}", done, all) << std::flush;
  }

 private:
  bool shown_;
  std::mutex mutex_;
};

void tell_sound(const Matrix& matrix, double seconds) {
  std::size_t passed = 0;
  std::size_t red = 0;
  std::size_t unsupported = 0;
  for (const SoundResult& one : matrix.sound) {
    if (!one.performed.supported)
      ++unsupported;
    else
      ++(one.passes() ? passed : red);
  }
  std::cout << fmt::format("the engine in memory: {} pass, {} do not, {} not played; {:.2f} s\n",
                           passed,
                           red,
                           unsupported,
                           seconds);
}

}  // namespace

Exit run_self(const SelfOptions& options) {
  auto exemptions = built_in_exemptions();
  if (!exemptions) return complain(Exit::our_fault, exemptions.error());
  return run_self(options, all_mutants(), std::move(*exemptions));
}

Exit run_self(const SelfOptions& options,
              std::vector<Mutant> mutants,
              std::vector<Exemption> exemptions) {
  const auto cases = chosen(options);
  if (!cases) return complain(Exit::usage, cases.error());
  if (cases->empty()) return complain(Exit::nothing_selected, "no case is selected");
  const auto variations = variations_of_self();
  if (!variations) return complain(Exit::our_fault, variations.error());
  keep_concerned(options, *cases, mutants);
  Counter counter(options.progress);
  const MatrixRun run(*cases,
                      *variations,
                      {.jobs = options.jobs,
                       .progress = [&](std::size_t done, std::size_t all) { counter(done, all); },
                       .stop = stop_requested});
  Matrix matrix;
  const auto begin = Clock::now();
  run.play_sound(matrix);
  tell_sound(matrix, seconds_since(begin));
  if (!options.sound_only) {
    run.play_mutants(mutants, matrix);
    if (options.mutants.empty()) run.play_liberties(all_liberties(), matrix);
  }
  if (matrix.stopped) return complain(Exit::interrupted, "interrupted");
  const Reckoning sum = reckon(matrix, mutants, exemptions, extent(options));
  if (!options.quiet && !options.sound_only) std::cout << kill_lines(mutants, matrix);
  for (const std::string& complaint : sum.complaints) std::cout << complaint << '\n';
  if (!options.sound_only) std::cout << closing_line(sum, seconds_since(begin));
  if (!options.results_file.empty() && !options.sound_only) {
    std::ofstream file(options.results_file, std::ios::binary | std::ios::trunc);
    file << results(mutants, matrix);
    if (!file) return complain(Exit::usage, fmt::format("cannot write {}", options.results_file));
  }
  return sum.complaints.empty() ? Exit::as_expected : Exit::deviations;
}

}  // namespace h2assay
