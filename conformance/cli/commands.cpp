#include "conformance/cli/commands.h"

#include <algorithm>
#include <fstream>
#include <iostream>

#include <fmt/format.h>

#include "conformance/catalogue/glob.h"
#include "conformance/catalogue/requirements.h"
#include "conformance/cli/choice.h"
#include "conformance/cli/target.h"
#include "conformance/cli/workers.h"
#include "conformance/results/escape.h"
#include "conformance/results/json.h"

namespace h2assay {

namespace {

std::expected<Catalogue, std::string> catalogue(const std::string& folder) {
  return folder.empty() ? Catalogue::built_in() : Catalogue::folder(folder);
}

void explain_requirement(const Requirement& row) {
  std::cout << fmt::format(
      "{}  {}  section {}  ({}, {})\n", row.id, row.level, row.section, row.role, row.side);
  std::cout << "  " << row.paraphrase << '\n';
  if (!row.quote.empty()) std::cout << "  \"" << row.quote << "\"\n";
  if (!row.error.empty() && row.error != "none") std::cout << "  reaction: " << row.error << '\n';
  std::cout << "  " << link(row) << "\n\n";
}

}  // namespace

Exit list_cases(const ListOptions& options) {
  const auto known = catalogue(options.cases_folder);
  if (!known) return complain(Exit::usage, known.error());
  auto all = known->instances();
  if (!all) return complain(Exit::usage, all.error());
  const auto selected = select(std::move(*all), options.selection);
  if (!selected) return complain(Exit::usage, selected.error());
  if (selected->empty()) return complain(Exit::nothing_selected, "no case is selected");
  const Case* last = nullptr;
  for (const CaseInstance& one : *selected) {
    if (!options.instances && one.source.get() == last) continue;
    last = one.source.get();
    const transcript::Header& header = one.source->transcript.header;
    std::cout << fmt::format("{:<50} {:<7} {}\n",
                             options.instances ? printable(one.id) : one.source->id,
                             transcript::name(header.role),
                             header.title);
  }
  return Exit::as_expected;
}

Exit explain(const std::string& id, const std::string& cases_folder) {
  const auto known = catalogue(cases_folder);
  if (!known) return complain(Exit::usage, known.error());
  if (const Requirement* row = requirements().find(id)) {
    const auto tests = what_tests(*row, *known);
    if (!tests) return complain(Exit::our_fault, tests.error());
    explain_requirement(*row);
    std::cout << (tests->empty() ? "nothing here is about it\n"
                                 : "what here is about it:\n" + *tests);
    return Exit::as_expected;
  }
  const Case* found = known->find(case_of(id));
  if (found == nullptr) {
    const auto all = known->instances();
    const auto near = all ? nearest(id, *all) : std::string{};
    return complain(Exit::usage,
                    fmt::format("no case and no requirement is called '{}'{}",
                                printable(id),
                                near.empty() ? "" : fmt::format("; did you mean {}?", near)));
  }
  std::cout << found->id << "\n  " << found->transcript.header.title << "\n  " << found->file
            << "\n\n";
  for (const std::string& requirement : found->transcript.header.requirements)
    if (const Requirement* row = requirements().find(requirement)) explain_requirement(*row);
  std::cout << transcript::print(found->transcript);
  if (const auto expanded = transcript::expand(found->transcript, found->file);
      expanded && expanded->size() > 1)
    std::cout << fmt::format("\n{} instances, from {}{} on\n",
                             expanded->size(),
                             found->id,
                             printable(expanded->front().suffix));
  return Exit::as_expected;
}

Exit update_expectations(const std::string& results_folder, const std::string& file, bool strict) {
  const auto text = text_of_file(results_folder + "/results.jsonl");
  if (!text) return complain(Exit::usage, fmt::format("no results in {}", results_folder));
  const auto results = read_results(*text);
  if (!results)
    return complain(Exit::usage,
                    fmt::format("{}/results.jsonl: {}", results_folder, results.error()));
  const std::string before = text_of_file(file).value_or(fmt::format(
      "# h2assay expectations, cases {}\n# id or glob, verdict, answer, and the reason behind #\n",
      kCaseSet));
  const std::string after = updated_expectations(before, *results, strict);
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << after;
  if (!out) return complain(Exit::usage, fmt::format("cannot write {}", file));
  const auto waiting =
      std::ranges::count(after, '?') > 0 && after.find("# reason?") != std::string::npos;
  std::cout << fmt::format(
      "{} written{}\n", file, waiting ? "; put a reason in place of each 'reason?'" : "");
  return Exit::as_expected;
}

}  // namespace h2assay
