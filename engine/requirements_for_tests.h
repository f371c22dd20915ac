#pragma once
// conformance/requirements.csv, for tests that compare a table with it.

#include <algorithm>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace h2assay::testing {

struct Requirement {
  std::string id;
  std::string level;
  std::string role;
  std::string side;
  std::string testable;
  std::string error;
  std::string paraphrase;
};

using Record = std::vector<std::string>;

// RFC 4180: quoted cells may hold commas, line ends and doubled quotes.
inline std::vector<Record> parse_csv(const std::string& text) {
  std::vector<Record> records;
  Record record;
  std::string cell;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
      cell += text[++i];
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && (c == ',' || c == '\n')) {
      record.push_back(std::exchange(cell, {}));
      if (c == '\n') records.push_back(std::exchange(record, {}));
    } else if (quoted || c != '\r') {
      cell += c;
    }
  }
  return records;
}

inline std::vector<Requirement> requirements() {
  std::ifstream file(H2ASSAY_REQUIREMENTS);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::vector<Record> records = parse_csv(text);
  const auto column = [&](std::string_view name) {
    return static_cast<std::size_t>(std::ranges::find(records.at(0), name) - records.at(0).begin());
  };
  std::vector<Requirement> rows;
  for (const Record& record : std::span(records).subspan(1)) {
    rows.push_back({.id = record.at(column("id")),
                    .level = record.at(column("level")),
                    .role = record.at(column("role")),
                    .side = record.at(column("side")),
                    .testable = record.at(column("testable")),
                    .error = record.at(column("error")),
                    .paraphrase = record.at(column("paraphrase"))});
  }
  return rows;
}

}  // namespace h2assay::testing
