#pragma once
// The header.  Internal to the parser.

#include <span>
#include <string>
#include <vector>

#include "properties/transcript/read_step.h"

namespace h2assay::transcript {

// The header and how many lines it takes, the empty one behind it included.
struct ReadHeader {
  Header header{};
  std::size_t lines = 0;
};

ReadHeader read_header(std::span<const SourceLine> lines, const KnownRequirement* known);

// All names of columns.
std::vector<std::string> columns_of(const Header& header);

}  // namespace h2assay::transcript
