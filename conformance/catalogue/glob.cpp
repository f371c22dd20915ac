#include "conformance/catalogue/glob.h"

#include <vector>

namespace h2assay {

namespace {

// One row of the table "pattern position x text position", so that no pattern takes exponential
// time.
using Row = std::vector<char>;

void close_over_stars(std::string_view pattern, Row& row) {
  for (std::size_t at = 0; at < pattern.size(); ++at)
    if (row[at] != 0 && pattern[at] == '*') row[at + 1] = 1;
}

Row after(std::string_view pattern, const Row& row, char octet) {
  Row next(row.size(), 0);
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    if (row[at] == 0) continue;
    if (pattern[at] == '*') {
      const bool across =
          (at + 1 < pattern.size() && pattern[at + 1] == '*') || (at > 0 && pattern[at - 1] == '*');
      if (across || octet != '/') next[at] = 1;
    } else if (pattern[at] == octet || (pattern[at] == '?' && octet != '/')) {
      next[at + 1] = 1;
    }
  }
  close_over_stars(pattern, next);
  return next;
}

bool matches_exactly(std::string_view pattern, std::string_view text) {
  Row row(pattern.size() + 1, 0);
  row[0] = 1;
  close_over_stars(pattern, row);
  for (const char octet : text) row = after(pattern, row, octet);
  return row.back() != 0;
}

}  // namespace

std::string_view case_of(std::string_view id) { return id.substr(0, id.find('[')); }

bool glob_matches(std::string_view pattern, std::string_view id) {
  if (pattern.find('[') != std::string_view::npos) return matches_exactly(pattern, id);
  return matches_exactly(pattern, case_of(id));
}

}  // namespace h2assay
