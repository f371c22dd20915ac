#include "fuzz/versus_rules.h"

#include <algorithm>
#include <array>
#include <optional>
#include <ranges>

#include "engine/rules.h"

namespace h2assay::versus {

namespace {

struct Choice {
  std::string_view name;
  std::string_view frame;
  std::string_view phase;
  std::string_view engine;
  std::string_view rule;
  std::string_view library;
  std::string_view sentence;
};

// The general ones first; each of the others is one place where the RFC leaves a choice, and says
// no more than that.
constexpr auto kChoices = std::to_array<Choice>({
#include "fuzz/versus_choices.inc"
});

bool matches_one(std::string_view pattern, std::string_view text) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == text;
  if (!text.starts_with(pattern.substr(0, star))) return false;
  const std::string_view rest = pattern.substr(star + 1);
  for (std::size_t i = star; i <= text.size(); ++i)
    if (matches_one(rest, text.substr(i))) return true;
  return false;
}

bool matches(std::string_view patterns, std::string_view text) {
  if (patterns.empty()) return text.empty();
  return std::ranges::any_of(std::views::split(patterns, '|'), [&](const auto& part) {
    return matches_one(std::string_view(part.begin(), part.end()), text);
  });
}

// RFC 4180, without line breaks in a value.
std::optional<std::vector<std::string>> cells(std::string_view line) {
  std::vector<std::string> all(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"') {
      if (quoted && line.substr(i + 1).starts_with('"')) {
        all.back() += line[++i];
      } else {
        quoted = !quoted;
      }
    } else if (line[i] == ',' && !quoted) {
      all.emplace_back();
    } else {
      all.back() += line[i];
    }
  }
  if (quoted) return std::nullopt;
  return all;
}

constexpr std::string_view kColumns =
    "library,name,frame,phase,engine,rule,library_does,requirement,what";
constexpr std::size_t kColumnCount = 9;

}  // namespace

std::string text_of(const Difference& difference) {
  std::string text =
      difference.frame + " (" + difference.phase + "): the engine " + difference.engine;
  if (!difference.rule.empty()) text += " [" + difference.rule + "]";
  return text + ", the library " + difference.library;
}

bool covers(const Row& row, const Difference& difference) {
  // What holds for a frame holds for it behind a GOAWAY, too.
  const std::string_view frame = difference.frame;
  const std::string_view plain = frame.substr(0, frame.find(" behind GOAWAY"));
  return (matches(row.covers.frame, frame) || matches(row.covers.frame, plain)) &&
         matches(row.covers.phase, difference.phase) &&
         matches(row.covers.engine, difference.engine) &&
         matches(row.covers.rule, difference.rule) &&
         matches(row.covers.library, difference.library);
}

Rules::Rules() {
  for (const Choice& choice : kChoices)
    rows_.push_back({.name = std::string(choice.name),
                     .covers = {.frame = std::string(choice.frame),
                                .phase = std::string(choice.phase),
                                .engine = std::string(choice.engine),
                                .rule = std::string(choice.rule),
                                .library = std::string(choice.library)},
                     .because = std::string(choice.sentence)});
}

std::expected<void, std::string> Rules::add_findings(std::string_view csv,
                                                     std::string_view library) {
  std::size_t number = 0;
  for (const auto part : std::views::split(csv, '\n')) {
    const std::string_view line(part.begin(), part.end());
    const auto complaint = [&](std::string_view what) {
      return std::unexpected("line " + std::to_string(number) + ": " + std::string(what));
    };
    if (++number == 1) {
      if (line != kColumns) return complaint("the columns are " + std::string(kColumns));
      continue;
    }
    if (line.empty()) continue;
    auto found = cells(line);
    if (!found || found->size() != kColumnCount) return complaint("nine columns are needed");
    if (!std::ranges::binary_search(kRequirementIds, std::string_view((*found)[7])))
      return complaint("no requirement has the id " + (*found)[7]);
    if ((*found)[0] != library) continue;
    rows_.push_back({.name = (*found)[1],
                     .covers = {.frame = (*found)[2],
                                .phase = (*found)[3],
                                .engine = (*found)[4],
                                .rule = (*found)[5],
                                .library = (*found)[6]},
                     .because = (*found)[7] + ": " + (*found)[8],
                     .finding = true});
  }
  return {};
}

const Row* Rules::forgive(const Difference& difference) {
  const auto found =
      std::ranges::find_if(rows_, [&](const Row& row) { return covers(row, difference); });
  if (found == rows_.end()) return nullptr;
  ++found->count;
  return &*found;
}

std::string Rules::report() const {
  std::string text;
  for (const Row& row : rows_)
    text +=
        std::to_string(row.count) + " " + (row.finding ? "finding " : "choice ") + row.name + "\n";
  text += std::to_string(followed_) + " followed from one of these\n";
  for (const Row& row : rows_)
    if (row.count == 0) text += row.name + " forgave nothing\n";
  return text;
}

}  // namespace h2assay::versus
