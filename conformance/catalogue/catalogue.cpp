#include "conformance/catalogue/catalogue.h"

#include <algorithm>
#include <fstream>
#include <random>
#include <sstream>

#include <fmt/format.h>

#include "conformance/catalogue/embedded.h"
#include "conformance/catalogue/glob.h"
#include "conformance/catalogue/requirements.h"

namespace h2assay {

namespace {

bool known_requirement(std::string_view id) { return requirements().find(id) != nullptr; }

constexpr std::string_view kSuffix = ".h2t";

std::string joined(std::span<const char* const> lines) {
  std::string text;
  for (const char* line : lines) {
    text += line;
    text += '\n';
  }
  return text;
}

}  // namespace

std::expected<void, std::string> Catalogue::add(std::string id,
                                                std::string file,
                                                std::string text) {
  auto parsed = transcript::parse(text, file, known_requirement);
  if (!parsed) return std::unexpected(transcript::describe(parsed.error()));
  cases_.push_back(std::make_shared<const Case>(Case{.id = std::move(id),
                                                     .file = std::move(file),
                                                     .text = std::move(text),
                                                     .transcript = std::move(*parsed)}));
  return {};
}

std::expected<Catalogue, std::string> Catalogue::built_in() {
  Catalogue catalogue;
  for (const EmbeddedFile& file : embedded_cases()) {
    const std::string path(file.path);
    const auto added = catalogue.add(path.substr(0, path.size() - kSuffix.size()),
                                     "conformance/cases/" + path,
                                     joined(file.lines));
    if (!added) return std::unexpected(added.error());
  }
  return catalogue;
}

std::expected<Catalogue, std::string> Catalogue::folder(const std::filesystem::path& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (!fs::is_directory(path, error))
    return std::unexpected(fmt::format("{} is not a folder", path.string()));
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(path, error))
    if (entry.path().extension() == kSuffix) files.push_back(entry.path());
  std::ranges::sort(files);
  Catalogue catalogue;
  for (const fs::path& file : files) {
    std::ifstream in(file, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    auto id = fs::relative(file, path).generic_string();
    id.resize(id.size() - kSuffix.size());
    if (auto added = catalogue.add(id, file.string(), std::move(text).str()); !added)
      return std::unexpected(added.error());
  }
  if (files.empty()) return std::unexpected(fmt::format("{} holds no .h2t file", path.string()));
  return catalogue;
}

const Case* Catalogue::find(std::string_view id) const {
  const auto found = std::ranges::find_if(cases_, [&](const auto& one) { return one->id == id; });
  return found == cases_.end() ? nullptr : found->get();
}

std::expected<std::vector<CaseInstance>, std::string> Catalogue::instances() const {
  std::vector<CaseInstance> out;
  for (const auto& source : cases_) {
    auto expanded = transcript::expand(source->transcript, source->file);
    if (!expanded) return std::unexpected(transcript::describe(expanded.error()));
    for (transcript::Instance& instance : *expanded)
      out.push_back(
          {.id = source->id + instance.suffix, .source = source, .instance = std::move(instance)});
  }
  return out;
}

namespace {

bool matches_any(std::span<const std::string> globs, std::string_view id) {
  return std::ranges::any_of(globs,
                             [&](const std::string& glob) { return glob_matches(glob, id); });
}

bool in_section(std::string_view wanted, std::string_view section) {
  if (!section.starts_with(wanted)) return false;
  return section.size() == wanted.size() || section[wanted.size()] == '.';
}

bool cites_section(const CaseInstance& one, std::span<const std::string> sections) {
  for (const std::string& id : one.source->transcript.header.requirements) {
    const Requirement* row = requirements().find(id);
    if (row == nullptr) continue;
    for (const std::string& section : sections)
      if (in_section(section, row->section)) return true;
  }
  return false;
}

// FNV-1a: the shard of a case depends on its own id only, on every machine.
std::uint64_t hash_of(std::string_view id) {
  std::uint64_t hash = 0xcbf2'9ce4'8422'2325U;
  for (const char octet : id) {
    hash ^= static_cast<unsigned char>(octet);
    hash *= 0x100'0000'01b3U;
  }
  return hash;
}

// Fisher-Yates with our own reduction: std::shuffle may differ between libraries.
void shuffle(std::vector<CaseInstance>& cases, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  for (std::size_t n = cases.size(); n > 1; --n) std::swap(cases[n - 1], cases[random() % n]);
}

bool wanted(const CaseInstance& one, const Selection& selection) {
  if (!selection.globs.empty() && !matches_any(selection.globs, one.id)) return false;
  if (matches_any(selection.skip, one.id)) return false;
  if (selection.set && !matches_any(*selection.set, one.id)) return false;
  if (!selection.only.empty() && std::ranges::find(selection.only, one.id) == selection.only.end())
    return false;
  if (!selection.sections.empty() && !cites_section(one, selection.sections)) return false;
  const auto level = strongest_level(one.source->transcript.header.requirements);
  if (!selection.levels.empty() &&
      std::ranges::find(selection.levels, level) == selection.levels.end())
    return false;
  return hash_of(one.id) % selection.shards == selection.shard - 1;
}

std::size_t distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  for (std::size_t n = 0; n < row.size(); ++n) row[n] = n;
  for (const char letter : left) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < right.size(); ++j) {
      const std::size_t above = row[j + 1];
      row[j + 1] = std::min({above + 1, row[j] + 1, diagonal + (letter == right[j] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row.back();
}

}  // namespace

std::string nearest(std::string_view id, std::span<const CaseInstance> all) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(3, id.size() / 3);
  for (const CaseInstance& one : all) {
    const auto away = distance(id, one.source->id);
    if (away >= best_distance) continue;
    best_distance = away;
    best = one.source->id;
  }
  return best;
}

std::expected<std::vector<CaseInstance>, std::string> select(std::vector<CaseInstance> all,
                                                             const Selection& selection) {
  for (const auto* globs : {&selection.globs, &selection.skip})
    for (const std::string& glob : *globs) {
      if (std::ranges::any_of(all, [&](const auto& one) { return glob_matches(glob, one.id); }))
        continue;
      const auto near = nearest(glob, all);
      return std::unexpected(
          fmt::format("'{}' matches no case{}",
                      glob,
                      near.empty() ? "" : fmt::format("; did you mean {}?", near)));
    }
  std::erase_if(all, [&](const CaseInstance& one) { return !wanted(one, selection); });
  if (selection.shuffle) shuffle(all, selection.seed);
  return all;
}

}  // namespace h2assay
