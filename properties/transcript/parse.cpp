#include <algorithm>
#include <utility>

#include "properties/transcript/names.h"
#include "properties/transcript/print.h"
#include "properties/transcript/read_body.h"
#include "properties/transcript/read_header.h"

namespace h2assay::transcript {
namespace {

// A column that neither the body nor another cell names does nothing.
void refuse_useless_columns(const Header& header, std::span<const SourceLine> body) {
  for (const Each& each : header.each)
    for (const std::string& column : each.columns) {
      const std::vector<std::string> one = {column};
      const bool used =
          std::ranges::any_of(body,
                              [&](const SourceLine& line) { return mentions(line.text, one); }) ||
          std::ranges::any_of(header.each, [&](const Each& other) {
            return std::ranges::any_of(other.rows, [&](const Row& row) {
              return std::ranges::any_of(
                  row.cells, [&](const std::string& cell) { return mentions(cell, one); });
            });
          });
      if (!used) throw Failed{each.at, "column " + column + " is used nowhere", "{" + column + "}"};
    }
}

Transcript read(std::string_view text, const KnownRequirement& known) {
  const std::vector<SourceLine> lines = source_lines(text);
  ReadHeader header = read_header(lines, &known);
  Transcript out;
  out.header = std::move(header.header);
  const std::span<const SourceLine> body = std::span(lines).subspan(header.lines);
  out.body = read_body(body, {out.header.role, &known}, columns_of(out.header));
  // Empty lines at the end say nothing.
  while (!out.body.empty() && out.body.back() == Line{Remark{}}) out.body.pop_back();
  refuse_useless_columns(out.header, body);
  if (out.header.each.empty()) {
    Bindings bindings;
    follow_names(out.body, bindings);
    refuse_useless(bindings);
  }
  return out;
}

}  // namespace

std::expected<Transcript, ParseError> parse(std::string_view text,
                                            std::string_view file,
                                            const KnownRequirement& known) {
  try {
    return read(text, known);
  } catch (const Failed& failed) {
    return std::unexpected(ParseError{std::string(file), failed.at, failed.what, failed.may_stand});
  }
}

std::string describe(const ParseError& error) {
  std::string out = error.file + ':' + std::to_string(error.at.line) + ':' +
                    std::to_string(error.at.column) + ": " + shown(error.what);
  if (!error.may_stand.empty()) out += "; " + shown(error.may_stand);
  return out;
}

}  // namespace h2assay::transcript
