#include "conformance/results/expectations.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "conformance/catalogue/glob.h"

namespace h2assay {

namespace {

constexpr std::string_view kUnexplained = "reason?";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// Where the id or glob ends that `text` begins with: at a blank outside of […] and "…", for the row
// of an instance may hold blanks.
std::size_t pattern_end(std::string_view text) {
  bool quoted = false;
  int depth = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"' && (at == 0 || text[at - 1] != '\\')) quoted = !quoted;
    if (quoted) continue;
    if (c == '[') ++depth;
    if (c == ']') --depth;
    if ((c == ' ' || c == '\t') && depth <= 0) return at;
  }
  return text.size();
}

// A "#" at the start or after a blank begins the reason; one inside an id does not.
std::size_t reason_at(std::string_view line, std::size_t from = 0) {
  for (std::size_t at = from; at < line.size(); ++at)
    if (line[at] == '#' && (at == 0 || line[at - 1] == ' ' || line[at - 1] == '\t')) return at;
  return std::string_view::npos;
}

// Where the reason of a line of the file begins.
std::size_t reason_of(std::string_view line) {
  const auto first = line.find_first_not_of(" \t");
  if (first == std::string_view::npos || line[first] == '#') return first;
  return reason_at(line, first + pattern_end(line.substr(first)));
}

std::string_view take_pattern(std::string_view& rest) {
  const auto end = pattern_end(rest);
  const auto word = rest.substr(0, end);
  rest = trimmed(rest.substr(end));
  return word;
}

std::string_view take_word(std::string_view& rest) {
  const auto end = rest.find_first_of(" \t");
  const auto word = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view{} : trimmed(rest.substr(end));
  return word;
}

std::string single_spaced(std::string_view text) {
  std::string out;
  for (const char octet : trimmed(text)) {
    const bool blank = octet == ' ' || octet == '\t';
    if (blank && !out.empty() && out.back() == ' ') continue;
    out.push_back(blank ? ' ' : octet);
  }
  return out;
}

std::expected<std::vector<Verdict>, std::string> verdicts_of(std::string_view list) {
  std::vector<Verdict> out;
  while (true) {
    const auto bar = list.find('|');
    const auto found = verdict(list.substr(0, bar));
    if (!found || *found == Verdict::flaky)
      return std::unexpected(fmt::format("no verdict: '{}'", list.substr(0, bar)));
    out.push_back(*found);
    if (bar == std::string_view::npos) return out;
    list.remove_prefix(bar + 1);
  }
}

bool is_glob(std::string_view pattern) {
  return pattern.substr(0, pattern.find('[')).find_first_of("*?") != std::string_view::npos;
}

// The instance itself beats its case, and that beats a glob.
int rank(const ExpectationLine& line, std::string_view id) {
  return line.pattern == id ? 3 : is_glob(line.pattern) ? 1 : 2;
}

// What a line says, without where it stands.  Nothing: a comment or an empty line.
std::expected<std::optional<ExpectationLine>, std::string> parse_line(std::string_view raw) {
  const auto hash = reason_of(raw);
  auto rest = trimmed(raw.substr(0, hash));
  if (rest.empty()) return std::optional<ExpectationLine>{};
  ExpectationLine line;
  line.pattern = take_pattern(rest);
  const auto word = take_word(rest);
  const auto found = verdict(word);
  if (!found) return std::unexpected(fmt::format("no verdict: '{}'", word));
  line.verdict = *found;
  if (*found == Verdict::flaky) {
    auto allowed = verdicts_of(take_word(rest));
    if (!allowed)
      return std::unexpected(allowed.error() + "; flaky lists what may come: pass|hang");
    if (allowed->size() < 2)
      return std::unexpected(std::string("flaky lists at least two verdicts: pass|hang"));
    line.allowed = std::move(*allowed);
  }
  line.observed = single_spaced(rest);
  line.reason = hash == std::string_view::npos ? "" : trimmed(raw.substr(hash + 1));
  return std::optional<ExpectationLine>(std::move(line));
}

std::expected<void, std::string> explained(const ExpectationLine& line) {
  if (line.reason.empty())
    return std::unexpected(std::string("a reason is missing: end the line in '# why, or a link'"));
  if (line.reason == kUnexplained)
    return std::unexpected(std::string("'# reason?' waits for a person: say why"));
  return {};
}

}  // namespace

std::expected<void, std::string> Expectations::add(std::string_view text, std::string_view file) {
  int number = 0;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    ++number;
    auto parsed = parse_line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!parsed) return std::unexpected(fmt::format("{}:{}: {}", file, number, parsed.error()));
    if (!*parsed) continue;
    if (auto reason = explained(**parsed); !reason)
      return std::unexpected(fmt::format("{}:{}: {}", file, number, reason.error()));
    (*parsed)->file = file;
    (*parsed)->line = number;
    lines_.push_back(std::move(**parsed));
  }
  return {};
}

std::expected<void, std::string> Expectations::check(std::span<const std::string> ids) const {
  std::set<const ExpectationLine*> used;
  for (const std::string& id : ids) {
    const ExpectationLine* best = of(id);
    for (const ExpectationLine& line : lines_) {
      if (!glob_matches(line.pattern, id)) continue;
      used.insert(&line);
      if (&line == best || rank(line, id) != rank(*best, id)) continue;
      return std::unexpected(fmt::format("{}:{}: '{}' speaks of {}, as {}:{} does",
                                         line.file,
                                         line.line,
                                         line.pattern,
                                         id,
                                         best->file,
                                         best->line));
    }
  }
  for (const ExpectationLine& line : lines_)
    if (!used.contains(&line))
      return std::unexpected(
          fmt::format("{}:{}: '{}' matches no case", line.file, line.line, line.pattern));
  return {};
}

const ExpectationLine* Expectations::of(std::string_view id) const {
  const ExpectationLine* best = nullptr;
  for (const ExpectationLine& line : lines_) {
    if (!glob_matches(line.pattern, id)) continue;
    if (best == nullptr || rank(line, id) > rank(*best, id)) best = &line;
  }
  return best;
}

void Expectations::judge(CaseResult& result, bool strict) const {
  const ExpectationLine* line = of(result.case_id);
  if (line == nullptr) {
    result.expectation = "pass";
    result.as_expected = good_by_default(result.verdict, strict);
    return;
  }
  const std::string where = fmt::format("{}:{}", line->file, line->line);
  result.expectation = line->observed.empty()
                           ? std::string(name(line->verdict))
                           : fmt::format("{} {}", name(line->verdict), line->observed);
  if (line->verdict == Verdict::flaky) {
    // Each of the repetitions must be one of those that the line lists.
    const auto allowed = [line](Verdict one) {
      return std::ranges::find(line->allowed, one) != line->allowed.end();
    };
    result.as_expected = result.verdict == Verdict::flaky
                             ? std::ranges::all_of(result.verdicts, allowed)
                             : allowed(result.verdict);
  } else {
    result.as_expected = result.verdict == line->verdict;
  }
  if (!result.as_expected) {
    const bool better = good_by_default(result.verdict, strict) && line->verdict != Verdict::pass;
    result.note = better ? fmt::format("{} expects {}: remove this line", where, result.expectation)
                         : fmt::format("{} expects {}", where, result.expectation);
    return;
  }
  if (!line->observed.empty() && line->observed != single_spaced(result.observed)) {
    result.as_expected = false;
    result.note = fmt::format("{} expects the answer '{}'", where, line->observed);
    return;
  }
  result.note = line->reason;
}

namespace {

std::string new_line(const CaseResult& result) {
  std::string observed = single_spaced(result.observed);
  // An answer that would not survive being read back, or that was measured and will be another one
  // tomorrow, is left away: any answer is then expected.
  const bool measured = observed.find(" ms") != std::string::npos;
  if (reason_at(observed) != std::string_view::npos || result.verdict == Verdict::flaky || measured)
    observed = "";
  std::string word(name(result.verdict));
  if (result.verdict == Verdict::flaky) {
    const std::set<Verdict> seen(result.verdicts.begin(), result.verdicts.end());
    for (const Verdict one : seen)
      word += fmt::format("{}{}", word.ends_with("flaky") ? "    " : "|", name(one));
  }
  auto out = fmt::format("{:<40} {:<8}", result.case_id, word);
  if (!observed.empty()) out += " " + observed;
  return out + "  # " + std::string(kUnexplained) + "\n";
}

}  // namespace

std::string updated_expectations(std::string_view text,
                                 std::span<const CaseResult> results,
                                 bool strict) {
  std::map<std::string, const CaseResult*, std::less<>> by_id;
  for (const CaseResult& result : results) by_id[result.case_id] = &result;
  std::set<std::string, std::less<>> spoken_of;
  std::string out;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto raw = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const auto parsed = parse_line(raw);
    if (!parsed || !*parsed) {
      out += std::string(raw) + "\n";
      continue;
    }
    const ExpectationLine& line = **parsed;
    std::vector<const CaseResult*> matched;
    for (const CaseResult& result : results)
      if (glob_matches(line.pattern, result.case_id)) matched.push_back(&result);
    Expectations alone;
    // The reason is given or stays "reason?"; either way the line is compared as it stands.
    (void)alone.add(fmt::format("{} # kept\n", raw.substr(0, reason_of(raw))), "-");
    bool holds = matched.empty();  // another selection of cases: nothing is known about this line
    for (const CaseResult* result : matched) {
      CaseResult copy = *result;
      alone.judge(copy, strict);
      holds = holds || copy.as_expected;
    }
    if (!holds) continue;
    for (const CaseResult* result : matched) {
      CaseResult copy = *result;
      alone.judge(copy, strict);
      if (copy.as_expected) spoken_of.insert(result->case_id);
    }
    out += std::string(raw) + "\n";
  }
  // No waiver helps a run whose first conversation fails: nothing more is played.
  by_id.erase("control/first");
  for (const auto& [id, result] : by_id)
    if (!spoken_of.contains(id) && !good_by_default(result->verdict, strict))
      out += new_line(*result);
  return out;
}

}  // namespace h2assay
