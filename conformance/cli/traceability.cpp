// `h2assay list --requirements`: from each requirement to what tests it.
#include <algorithm>
#include <iostream>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "conformance/catalogue/coverage.h"
#include "conformance/cli/commands.h"
#include "engine/rules.h"

namespace h2assay {

namespace {

// Which rows are asked for: all that are testable, or those that the selected cases cite.
std::expected<std::set<std::string>, std::string> wanted(const Catalogue& known,
                                                         const ListOptions& options) {
  std::set<std::string> ids;
  const Selection& selection = options.selection;
  const bool all = selection.globs.empty() && selection.skip.empty() &&
                   selection.sections.empty() && selection.levels.empty();
  if (all) {
    for (const Requirement& row : requirements().all())
      if (testable_at_server(row)) ids.insert(row.id);
    return ids;
  }
  auto instances = known.instances();
  if (!instances) return std::unexpected(instances.error());
  const auto selected = select(std::move(*instances), selection);
  if (!selected) return std::unexpected(selected.error());
  for (const CaseInstance& one : *selected)
    for (const std::string& id : one.source->transcript.header.requirements) ids.insert(id);
  return ids;
}

std::string listed(std::string_view kind, std::span<const std::string> names) {
  std::string out;
  for (const std::string& name : names) out += fmt::format("    {:<9} {}\n", kind, name);
  return out;
}

std::string what_tests(const Coverage& row) {
  std::string out = listed("rule", row.rules);
  out += listed("case", row.cases);
  out += listed("check", row.checks);
  out += listed("property", row.properties);
  out += listed("oracle", row.oracles);
  if (row.excluded != nullptr)
    out += fmt::format("    excluded  {}: {}\n", row.excluded->reason, row.excluded->detail);
  return out;
}

std::string text_of(const Coverage& row) {
  const Requirement& requirement = *row.requirement;
  return fmt::format("{:<20} {:<12} {}\n{}",
                     requirement.id,
                     requirement.level,
                     requirement.paraphrase,
                     what_tests(row));
}

nlohmann::json json_of(const Coverage& row) {
  const Requirement& requirement = *row.requirement;
  nlohmann::json out = {{"id", requirement.id},
                        {"rfc", requirement.rfc},
                        {"section", requirement.section},
                        {"level", requirement.level},
                        {"role", requirement.role},
                        {"testable", requirement.testable},
                        {"paraphrase", requirement.paraphrase},
                        {"url", link(requirement)},
                        {"rules", row.rules},
                        {"cases", row.cases},
                        {"checks", row.checks},
                        {"properties", row.properties},
                        {"oracles", row.oracles},
                        {"excluded", nullptr}};
  if (row.excluded != nullptr)
    out["excluded"] = {{"reason", row.excluded->reason}, {"detail", row.excluded->detail}};
  return out;
}

}  // namespace

std::expected<std::string, std::string> what_tests(const Requirement& requirement,
                                                   const Catalogue& cases) {
  const auto table = CoverageTable::built_from(cases);
  if (!table) return std::unexpected(table.error());
  for (const Coverage& row : table->rows())
    if (row.requirement == &requirement) return what_tests(row);
  return {};
}

Exit list_requirements(const ListOptions& options) {
  const auto known = options.cases_folder.empty() ? Catalogue::built_in()
                                                  : Catalogue::folder(options.cases_folder);
  if (!known) return complain(Exit::usage, known.error());
  const auto table = CoverageTable::built_from(*known);
  if (!table) return complain(Exit::our_fault, table.error());
  const auto ids = wanted(*known, options);
  if (!ids) return complain(Exit::usage, ids.error());
  std::size_t open = 0;
  for (const Coverage& row : table->rows()) {
    if (!ids->contains(row.requirement->id)) continue;
    const bool nothing = !row.tested() && row.excluded == nullptr;
    open += nothing ? 1 : 0;
    if (options.uncovered && !nothing) continue;
    std::cout << (options.json ? json_of(row).dump() + "\n" : text_of(row));
  }
  if (!options.uncovered) return Exit::as_expected;
  const auto complaints = table->complaints();
  for (const std::string& complaint : complaints)
    if (complaint.find("nothing tests it") == std::string::npos)
      std::cerr << "h2assay: " << complaint << '\n';
  return open == 0 && complaints.empty() ? Exit::as_expected : Exit::deviations;
}

}  // namespace h2assay
