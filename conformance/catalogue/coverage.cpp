#include "conformance/catalogue/coverage.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "conformance/catalogue/embedded.h"
#include "engine/rules.h"
#include "properties/observer.h"

namespace h2assay {
namespace {

constexpr std::string_view kOracles = "properties/oracles/";

std::unexpected<std::string> wrong(std::size_t line, std::string_view what) {
  return std::unexpected(fmt::format("excluded.csv:{}: {}", line, what));
}

void add_once(std::vector<std::string>& list, std::string_view what) {
  if (std::ranges::find(list, what) == list.end()) list.emplace_back(what);
}

// "properties/oracles/window_ledger.h" is window_ledger.
std::string oracle_name(std::string_view path) {
  path.remove_prefix(kOracles.size());
  return std::string(path.substr(0, path.find('.')));
}

bool for_servers(const transcript::Header& header) {
  return header.role == transcript::Role::client || header.role == transcript::Role::either;
}

std::size_t testable(std::span<const Coverage> rows) {
  return static_cast<std::size_t>(std::ranges::count_if(
      rows, [](const Coverage& row) { return testable_at_server(*row.requirement); }));
}

void add_source(Coverage& row, std::string_view path) {
  if (path.starts_with(kOracles))
    add_once(row.oracles, oracle_name(path));
  else
    add_once(row.properties, path);
}

}  // namespace

bool testable_at_server(const Requirement& row) {
  const bool wire = row.testable == "wire-server" || row.testable == "wire-both";
  return wire && row.role != "intermediary";
}

std::expected<std::vector<Exclusion>, std::string> read_exclusions(
    std::span<const char* const> lines, const Requirements& known) {
  std::vector<Exclusion> out;
  std::set<std::string> ids;
  constexpr std::string_view kHeader = "requirement,reason,detail";
  if (lines.empty() || lines.front() != kHeader)
    return wrong(1, fmt::format("the first line is {}", kHeader));
  for (std::size_t n = 1; n < lines.size(); ++n) {
    const auto cells = csv_cells(lines[n]);
    if (cells.size() != 3) return wrong(n + 1, fmt::format("{} cells, not 3", cells.size()));
    const Requirement* row = known.find(cells[0]);
    if (row == nullptr) return wrong(n + 1, fmt::format("no requirement is called {}", cells[0]));
    if (!testable_at_server(*row))
      return wrong(n + 1, fmt::format("{} is not testable at a server anyway", cells[0]));
    if (!ids.insert(cells[0]).second) return wrong(n + 1, fmt::format("{} again", cells[0]));
    if (cells[1] != "application" && cells[1] != "may" && cells[1] != "covered")
      return wrong(n + 1, fmt::format("reason '{}': application, may or covered", cells[1]));
    if (cells[1] == "covered" && known.find(cells[2]) == nullptr)
      return wrong(n + 1, fmt::format("no requirement is called '{}'", cells[2]));
    if (cells[2].empty()) return wrong(n + 1, "a detail is missing");
    out.push_back({.requirement = cells[0], .reason = cells[1], .detail = cells[2]});
  }
  return out;
}

std::expected<CoverageTable, std::string> CoverageTable::built_from(const Catalogue& cases) {
  CoverageTable table;
  auto exclusions = read_exclusions(embedded_exclusions(), requirements());
  if (!exclusions) return std::unexpected(exclusions.error());
  table.exclusions_ = std::move(*exclusions);
  std::map<std::string, std::size_t, std::less<>> at;
  for (const Requirement& row : requirements().all()) {
    at.emplace(row.id, table.rows_.size());
    table.rows_.push_back({.requirement = &row});
  }
  const auto row_of = [&](std::string_view id) -> Coverage* {
    const auto found = at.find(id);
    return found == at.end() ? nullptr : &table.rows_[found->second];
  };
  for (const RuleRow& rule : rules())
    for (const std::string_view id : rule.requirements)
      if (Coverage* row = row_of(id)) add_once(row->rules, rule.name);
  for (const auto& one : cases.cases())
    if (for_servers(one->transcript.header))
      for (const std::string& id : one->transcript.header.requirements)
        if (Coverage* row = row_of(id)) add_once(row->cases, one->id);
  for (const PassiveCheck& check : Observer::checks())
    if (Coverage* row = row_of(check.requirement)) add_once(row->checks, check.name);
  for (const EmbeddedCitation& citation : embedded_citations()) {
    if (Coverage* row = row_of(citation.requirement)) add_source(*row, citation.path);
  }
  for (const Exclusion& one : table.exclusions_) row_of(one.requirement)->excluded = &one;
  return table;
}

std::vector<const Coverage*> CoverageTable::uncovered() const {
  std::vector<const Coverage*> out;
  for (const Coverage& row : rows_)
    if (testable_at_server(*row.requirement) && !row.tested() && row.excluded == nullptr)
      out.push_back(&row);
  return out;
}

std::vector<std::string> CoverageTable::complaints() const {
  std::vector<std::string> out;
  for (const Coverage* row : uncovered())
    out.push_back(fmt::format("{}: nothing tests it, and excluded.csv says nothing of it",
                              row->requirement->id));
  for (const Coverage& row : rows_)
    if (row.excluded != nullptr && !row.cases.empty())
      out.push_back(fmt::format(
          "{}: excluded, and tested by {} all the same", row.requirement->id, row.cases.front()));
  const std::size_t most = testable(rows_) * kMostExcludedPercent / 100;
  if (exclusions_.size() > most)
    out.push_back(fmt::format("excluded.csv: {} rows, more than {} % of the testable ones ({})",
                              exclusions_.size(),
                              kMostExcludedPercent,
                              most));
  return out;
}

}  // namespace h2assay
