#include "conformance/cli/choice.h"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <span>
#include <sstream>

#include <fmt/format.h>

#include "conformance/catalogue/glob.h"
#include "conformance/player/player.h"
#include "conformance/results/escape.h"
#include "conformance/results/json.h"
#include "properties/observer.h"

namespace h2assay {

std::optional<std::string> text_of_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::stringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

namespace {

// Why a case is not for a server under test, or not without being asked; empty: it is played.
std::string left_out(const CaseInstance& one, const ServerRun& options) {
  const transcript::Header& header = one.source->transcript.header;
  if (header.role != transcript::Role::client && header.role != transcript::Role::either)
    return fmt::format("role {}", transcript::name(header.role));
  return header.abuse && !options.abuse ? "abuse, without --abuse" : "";
}

std::expected<Catalogue, std::string> catalogue(const ServerRun& options) {
  return options.cases_folder.empty() ? Catalogue::built_in()
                                      : Catalogue::folder(options.cases_folder);
}

// The ids that are to be played again: those of the last run that were not as expected.
std::expected<std::vector<std::string>, std::string> failed_before(const ServerRun& options) {
  const std::string path =
      options.results_folder.empty() ? "results/latest" : options.results_folder;
  const auto text = text_of_file(path + "/results.jsonl");
  if (!text) return std::unexpected(fmt::format("--failed: no results in {}", path));
  const auto results = read_results(*text);
  if (!results) return std::unexpected(fmt::format("{}/results.jsonl: {}", path, results.error()));
  std::vector<std::string> ids;
  for (const CaseResult& result : *results)
    if (!result.as_expected) ids.push_back(result.case_id);
  if (ids.empty()) ids.emplace_back("(nothing failed)");
  return ids;
}

// --case-set: the name of the built-in set, or a file with ids or globs, one a line.
std::expected<void, std::string> narrow_to_set(const ServerRun& options, Selection& selection) {
  if (options.case_set.empty() || options.case_set == kCaseSet) return {};
  const auto text = text_of_file(options.case_set);
  if (!text)
    return std::unexpected(fmt::format(
        "--case-set: '{}' is neither {} nor a readable file", options.case_set, kCaseSet));
  auto& set = selection.set.emplace();
  std::istringstream lines(*text);
  for (std::string line; std::getline(lines, line);) {
    line = line.substr(0, line.find(" #"));
    while (!line.empty() && (line.back() == ' ' || line.back() == '\r')) line.pop_back();
    if (!line.empty() && line.front() != '#') set.push_back(line);
  }
  return {};
}

// What a case set of an earlier day names, and nobody knows any more.
void tell_unknown(const Selection& selection, std::span<const CaseInstance> all) {
  std::string list;
  for (const std::string& glob : selection.set.value_or(std::vector<std::string>{}))
    if (std::ranges::none_of(all, [&](const auto& one) { return glob_matches(glob, one.id); }))
      list += " " + printable(glob);
  if (!list.empty())
    std::cerr << "h2assay: the case set names what does not exist:" << list << '\n';
}

}  // namespace

std::expected<Chosen, std::string> choose_cases(const ServerRun& options) {
  const auto known = catalogue(options);
  if (!known) return std::unexpected(known.error());
  auto all = known->instances();
  if (!all) return std::unexpected(all.error());
  Chosen chosen;
  for (const CaseInstance& one : *all) chosen.all_ids.push_back(one.id);
  chosen.all_ids.emplace_back("control/first");
  chosen.all_ids.emplace_back("control/last");
  for (const PassiveCheck& check : Observer::checks())
    chosen.all_ids.push_back("passive/" + std::string(check.requirement));
  chosen.all_ids.push_back("passive/" + std::string(kNoLateCertificateRequest));
  std::ranges::sort(chosen.all_ids);
  chosen.all_ids.erase(std::ranges::unique(chosen.all_ids).begin(), chosen.all_ids.end());
  Selection selection = options.selection;
  if (options.failed_only) {
    auto only = failed_before(options);
    if (!only) return std::unexpected(only.error());
    selection.only = std::move(*only);
  }
  if (auto narrowed = narrow_to_set(options, selection); !narrowed)
    return std::unexpected(narrowed.error());
  tell_unknown(selection, *all);
  auto selected = select(std::move(*all), selection);
  if (!selected) return std::unexpected(selected.error());
  std::erase_if(*selected, [&](const CaseInstance& one) {
    const std::string why = left_out(one, options);
    if (!why.empty()) ++chosen.left_out[why];
    return !why.empty();
  });
  chosen.cases = std::move(*selected);
  return chosen;
}

// Whoever asked for these cases wants to know; for all others they are somebody else's.
void tell_left_out(const ServerRun& options, const Chosen& chosen) {
  const bool asked = !options.selection.globs.empty() || !options.cases_folder.empty();
  if (chosen.left_out.empty() || (!asked && !options.verbose && !chosen.cases.empty())) return;
  std::string list;
  for (const auto& [why, count] : chosen.left_out)
    list += fmt::format("{}{} ({})", list.empty() ? "" : ", ", count, why);
  std::cerr << "h2assay: not for a server under test: " << list << '\n';
}

}  // namespace h2assay
