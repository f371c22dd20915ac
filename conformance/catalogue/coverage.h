#pragma once
// From a requirement to what tests it: rules of the engine, cases, passive checks, properties,
// oracles.  Put together from the program's own tables; excluded.csv says which rows stay without.

#include <expected>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/catalogue/catalogue.h"
#include "conformance/catalogue/requirements.h"

namespace h2assay {

// A row of excluded.csv: why a testable requirement is not tested.
struct Exclusion {
  std::string requirement{};
  std::string reason{};  // application, may, covered
  std::string detail{};  // which application; why nothing can be seen; the id that covers it
};

// Error: the first line that is wrong, as "excluded.csv:3: …".
std::expected<std::vector<Exclusion>, std::string> read_exclusions(
    std::span<const char* const> lines, const Requirements& known);

struct Coverage {
  const Requirement* requirement = nullptr;
  std::vector<std::string> rules{};  // that enforce it in the engine; they test nobody else
  std::vector<std::string> cases{};
  std::vector<std::string> checks{};      // passive
  std::vector<std::string> properties{};  // source files, below the top
  std::vector<std::string> oracles{};     // their names
  const Exclusion* excluded = nullptr;

  bool tested() const {
    return !cases.empty() || !checks.empty() || !properties.empty() || !oracles.empty();
  }
};

// A row that a conversation with a server can show: wire-server or wire-both, and not an
// intermediary's.
bool testable_at_server(const Requirement& row);

class CoverageTable {
 public:
  // Error: excluded.csv is wrong.
  static std::expected<CoverageTable, std::string> built_from(const Catalogue& cases);

  CoverageTable(const CoverageTable&) = delete;  // rows point into it
  CoverageTable& operator=(const CoverageTable&) = delete;
  CoverageTable(CoverageTable&&) = default;
  CoverageTable& operator=(CoverageTable&&) = default;
  ~CoverageTable() = default;

  // One a requirement, in the order of requirements.csv.
  std::span<const Coverage> rows() const { return rows_; }

  // What is wrong with it, one line each: a testable row with nothing, a row that is excluded and
  // tested by a case all the same, more exclusions than kMostExcluded allows.
  std::vector<std::string> complaints() const;

  // Testable rows that nothing tests and no line excludes.
  std::vector<const Coverage*> uncovered() const;

 private:
  CoverageTable() = default;

  std::vector<Exclusion> exclusions_;
  std::vector<Coverage> rows_;
};

// Of the testable rows, in percent.
inline constexpr std::size_t kMostExcludedPercent = 5;

}  // namespace h2assay
