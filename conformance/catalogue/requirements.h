#pragma once
// The requirements of the RFCs, as conformance/requirements.csv lists them.

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace h2assay {

struct Requirement {
  std::string id;   // "rfc9113-6.5-06"
  std::string rfc;  // "RFC9113"
  std::string section;
  std::string level;  // "MUST", "implied-MUST", "SHOULD NOT", "MAY", …
  std::string role;
  std::string side;
  std::string testable;
  std::string error;  // the reaction that the RFC names
  std::string paraphrase;
  std::string anchor;
  std::string quote;
};

// Cells of one CSV record (RFC 4180, no line feeds inside of cells).
std::vector<std::string> csv_cells(std::string_view line);

class Requirements {
 public:
  explicit Requirements(std::span<const char* const> csv_lines);

  const Requirement* find(std::string_view id) const;  // null: unknown

  std::span<const Requirement> all() const { return rows_; }

 private:
  std::vector<Requirement> rows_;
  std::map<std::string, std::size_t, std::less<>> by_id_;
};

// The ones compiled into the program.
const Requirements& requirements();

// A link to the paragraph.
std::string link(const Requirement& requirement);

// "must", "should" or "may": the strongest level of these requirements; unknown ids say nothing.
std::string strongest_level(std::span<const std::string> ids);

}  // namespace h2assay
