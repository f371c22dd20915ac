#include "conformance/self/equivalent.h"

#include <optional>
#include <set>

#include <fmt/format.h>

#include "conformance/catalogue/embedded.h"
#include "conformance/catalogue/requirements.h"

namespace h2assay {
namespace {

constexpr std::string_view kHeader = "mutant,kind,detail";

std::optional<Exemption::Kind> kind_named(std::string_view name) {
  if (name == "equivalent") return Exemption::Kind::equivalent;
  if (name == "killed-by") return Exemption::Kind::killed_by;
  if (name == "no-mutant") return Exemption::Kind::no_mutant;
  return std::nullopt;
}

std::unexpected<std::string> wrong(int line, std::string_view what) {
  return std::unexpected(fmt::format("equivalent.csv:{}: {}", line, what));
}

}  // namespace

std::expected<std::vector<Exemption>, std::string> read_exemptions(
    std::span<const std::string> lines) {
  std::vector<Exemption> out;
  std::set<std::string> names;
  if (lines.empty() || lines.front() != kHeader)
    return wrong(1, fmt::format("the first line is {}", kHeader));
  int number = 1;
  for (const std::string& line : lines.subspan(1)) {
    ++number;
    const auto cells = csv_cells(line);
    if (cells.size() != 3) return wrong(number, fmt::format("{} cells, not 3", cells.size()));
    const auto kind = kind_named(cells[1]);
    if (!kind)
      return wrong(number, fmt::format("kind '{}': equivalent, killed-by or no-mutant", cells[1]));
    if (cells[2].empty()) return wrong(number, "a reason is missing");
    if (!names.insert(cells[0]).second) return wrong(number, fmt::format("{} again", cells[0]));
    out.push_back({.name = cells[0], .kind = *kind, .detail = cells[2], .line = number});
  }
  return out;
}

std::expected<std::vector<Exemption>, std::string> built_in_exemptions() {
  const auto lines = embedded_exemptions();
  return read_exemptions(std::vector<std::string>(lines.begin(), lines.end()));
}

}  // namespace h2assay
