#include "conformance/results/terminal.h"

#include <algorithm>
#include <map>
#include <vector>

#include <fmt/format.h>

#include "conformance/catalogue/glob.h"
#include "conformance/catalogue/requirements.h"
#include "conformance/results/escape.h"

namespace h2assay {

namespace {

constexpr std::string_view kRed = "\x1b[31m";
constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kPlain = "\x1b[0m";

std::string upper(std::string_view text) {
  std::string out;
  for (const char octet : text)
    out.push_back(octet >= 'a' && octet <= 'z' ? static_cast<char>(octet - 32) : octet);
  return out;
}

const Requirement* first_requirement(const CaseResult& result) {
  for (const std::string& id : result.requirements)
    if (const Requirement* row = requirements().find(id)) return row;
  return nullptr;
}

void line(std::string& out, std::string_view key, std::string_view text) {
  if (!text.empty()) out += fmt::format("      {:<9} {}\n", key, printable(text));
}

// The sentences that the case is about; of many, the first ones.
std::string rules(const CaseResult& result) {
  constexpr std::size_t kShown = 3;
  std::string out;
  std::size_t shown = 0;
  for (const std::string& id : result.requirements) {
    const Requirement* row = requirements().find(id);
    if (row == nullptr) continue;
    if (shown++ == kShown) {
      out += fmt::format("                and {} more\n", result.requirements.size() - kShown);
      break;
    }
    const std::string& text = row->quote.empty() ? row->paraphrase : row->quote;
    out += fmt::format("      {:<9} \"{}\"\n", shown == 1 ? "rule" : "and", text);
    line(out, "", link(*row));
  }
  return out;
}

std::string one_deviation(const CaseResult& result,
                          const RunInfo& run,
                          const ReportOptions& options) {
  const Requirement* row = first_requirement(result);
  const std::string word =
      result.as_expected ? std::string(name(result.verdict)) : upper(name(result.verdict));
  std::string out = fmt::format("{}{}{}  {:<38} {:<6} {}\n",
                                options.colour ? kRed : "",
                                word,
                                options.colour ? kPlain : "",
                                printable(result.case_id),
                                row == nullptr ? "" : row->section,
                                readable(result.title));
  // A defect of the case is mended where it stands.
  if (result.verdict == Verdict::error && result.line > 0)
    line(out, "at", fmt::format("{}:{}", result.file, result.line));
  line(out, "sent", result.sent);
  line(out, "expected", result.expected);
  const bool told =
      result.observed.find("then") != std::string::npos || result.ending.how == "open";
  line(out,
       "got",
       told ? result.observed
            : fmt::format("{} (connection: {})", result.observed, result.ending.how));
  out += rules(result);
  for (const PassiveFinding& finding : result.findings)
    if (finding.certain)
      line(out,
           finding.accuses() ? "also" : "advice",
           fmt::format("{} ({}) {}", finding.requirement, finding.level, finding.text));
  if (!result.note.empty())
    out += fmt::format("      {:<9} {}\n", "because", readable(result.note));
  out += fmt::format("      {:<9} {}\n", "repeat", readable(repeat_command(result, run, options)));
  if (!result.evidence.empty())
    line(out, "evidence", fmt::format("{}/{}/", options.results_folder, result.evidence));
  return out;
}

// The cases of one verdict, without their instances, each once, with how many there were.
std::string summary(Verdict verdict, std::span<const CaseResult> results) {
  std::vector<std::string> ids;
  std::map<std::string, int> counts;
  int all = 0;
  for (const CaseResult& result : results) {
    if (result.verdict != verdict) continue;
    ++all;
    const std::string id(case_of(result.case_id));
    if (counts[id]++ == 0) ids.push_back(id);
  }
  if (all == 0) return {};
  constexpr std::size_t kNamed = 4;
  std::string list;
  for (std::size_t n = 0; n < std::min(ids.size(), kNamed); ++n) {
    if (n > 0) list += ", ";
    list += counts[ids[n]] > 1 ? fmt::format("{} ({})", ids[n], counts[ids[n]]) : ids[n];
  }
  if (ids.size() > kNamed) list += fmt::format(", … {} more", ids.size() - kNamed);
  return fmt::format("{:<12} {:>4}   {}\n", name(verdict), all, list);
}

}  // namespace

std::string repeat_command(const CaseResult& result,
                           const RunInfo& run,
                           const ReportOptions& options) {
  if (result.case_id.starts_with("passive/") || result.case_id.starts_with("control/"))
    return fmt::format("{} --seed {} {}", options.repeat_before, run.seed, options.repeat_after);
  return fmt::format("{} {} --seed {} {}",
                     options.repeat_before,
                     shell_quoted(result.case_id),
                     run.seed,
                     options.repeat_after);
}

std::string deviations(const RunInfo& run,
                       std::span<const CaseResult> results,
                       const ReportOptions& options) {
  std::map<std::string, std::vector<const CaseResult*>> by_case;
  std::vector<std::string> order;
  for (const CaseResult& result : results) {
    if (result.as_expected) continue;
    // Instances that fail in the same way are told once.
    auto key =
        fmt::format("{} {} {}", case_of(result.case_id), name(result.verdict), result.observed);
    if (!by_case.contains(key)) order.push_back(key);
    by_case[key].push_back(&result);
  }
  std::string out;
  for (const std::string& key : order) {
    const auto& members = by_case[key];
    out += one_deviation(*members.front(), run, options);
    if (members.size() > 1) {
      out += fmt::format("      and {} more in the same way:", members.size() - 1);
      constexpr std::size_t kNamed = 6;
      for (std::size_t n = 1; n < std::min(members.size(), kNamed + 1); ++n)
        out += " " + printable(members[n]->case_id.substr(case_of(members[n]->case_id).size()));
      out += members.size() > kNamed + 1 ? " …\n" : "\n";
    }
    out += "\n";
  }
  // Whoever is green may still be more lenient than meant: these are named.
  if (out.empty() && !options.verbose) return summary(Verdict::lenient, results);
  const auto title = fmt::format("{} {} · cases {} · seed {} · {}\n\n",
                                 run.tool,
                                 run.version,
                                 run.case_set,
                                 run.seed,
                                 readable(run.peer));
  std::string rest;
  for (const Verdict verdict :
       {Verdict::lenient, Verdict::unsupported, Verdict::blocked, Verdict::info})
    rest += summary(verdict, results);
  if (!rest.empty()) rest += "\n";
  if (options.verbose) {
    std::string all;
    for (const CaseResult& result : results)
      all += fmt::format("{:<12} {:<50} {}\n",
                         name(result.verdict),
                         printable(result.case_id),
                         printable(result.observed));
    out = all + "\n" + out;
  }
  return (options.colour ? std::string(kBold) + title + std::string(kPlain) : title) + out + rest;
}

std::string closing_line(std::span<const CaseResult> results, double seconds) {
  int passed = 0;
  int lenient = 0;  // among the passed
  int failed = 0;
  int waived = 0;
  std::map<Verdict, int> neutral;
  for (const CaseResult& result : results) {
    const bool judged = result.verdict != Verdict::unsupported &&
                        result.verdict != Verdict::blocked && result.verdict != Verdict::info;
    if (!result.as_expected)
      ++failed;
    else if (!judged)
      ++neutral[result.verdict];
    else if (result.expectation != "pass")
      ++waived;
    else {
      ++passed;
      if (result.verdict == Verdict::lenient) ++lenient;
    }
  }
  std::string out = fmt::format("{} passed, {} failed", passed, failed);
  if (lenient > 0) out += fmt::format(", {} of the passed lenient", lenient);
  if (waived > 0) out += fmt::format(", {} as waived", waived);
  for (const auto& [verdict, count] : neutral) out += fmt::format(", {} {}", count, name(verdict));
  return out + fmt::format(" in {:.1f} s", seconds);
}

}  // namespace h2assay
