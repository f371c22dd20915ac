#include "conformance/catalogue/requirements.h"

#include <algorithm>

#include <fmt/format.h>

#include "conformance/catalogue/embedded.h"

namespace h2assay {

std::vector<std::string> csv_cells(std::string_view line) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const char octet = line[at];
    if (quoted) {
      if (octet != '"')
        cells.back().push_back(octet);
      else if (at + 1 < line.size() && line[at + 1] == '"')
        cells.back().push_back(line[++at]);
      else
        quoted = false;
    } else if (octet == '"') {
      quoted = true;
    } else if (octet == ',') {
      cells.emplace_back();
    } else if (octet != '\r') {
      cells.back().push_back(octet);
    }
  }
  return cells;
}

Requirements::Requirements(std::span<const char* const> csv_lines) {
  if (csv_lines.empty()) return;
  const auto header = csv_cells(csv_lines.front());
  for (const char* line : csv_lines.subspan(1)) {
    const auto cells = csv_cells(line);
    if (cells.size() < header.size()) continue;
    const auto cell = [&](std::string_view column) {
      const auto found = std::ranges::find(header, column);
      return found == header.end() ? std::string{}
                                   : cells[static_cast<std::size_t>(found - header.begin())];
    };
    rows_.push_back({.id = cell("id"),
                     .rfc = cell("rfc"),
                     .section = cell("section"),
                     .level = cell("level"),
                     .role = cell("role"),
                     .side = cell("side"),
                     .testable = cell("testable"),
                     .error = cell("error"),
                     .paraphrase = cell("paraphrase"),
                     .anchor = cell("anchor"),
                     .quote = cell("quote")});
    by_id_.emplace(rows_.back().id, rows_.size() - 1);
  }
}

const Requirement* Requirements::find(std::string_view id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &rows_[found->second];
}

const Requirements& requirements() {
  static const Requirements all(embedded_requirements());
  return all;
}

std::string link(const Requirement& requirement) {
  std::string number;
  for (const char octet : requirement.rfc)
    if (octet >= '0' && octet <= '9') number.push_back(octet);
  const std::string anchor =
      requirement.anchor.empty() ? "section-" + requirement.section : requirement.anchor;
  return fmt::format("https://www.rfc-editor.org/rfc/rfc{}.html#{}", number, anchor);
}

std::string strongest_level(std::span<const std::string> ids) {
  int best = 0;
  for (const std::string& id : ids) {
    const Requirement* row = requirements().find(id);
    if (row == nullptr) continue;
    const std::string_view level = row->level;
    best = std::max(best,
                    level.find("MUST") != std::string_view::npos     ? 3
                    : level.find("SHOULD") != std::string_view::npos ? 2
                                                                     : 1);
  }
  return best == 3 ? "must" : best == 2 ? "should" : best == 1 ? "may" : "";
}

}  // namespace h2assay
