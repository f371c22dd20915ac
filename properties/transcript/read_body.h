#pragma once
// The lines of a body.  Internal to the parser.

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "properties/transcript/read_step.h"

namespace h2assay::transcript {

// Lines that name one of `columns` in braces become Templates, with the `or` lines that belong to
// them.
std::vector<Line> read_body(std::span<const SourceLine> lines,
                            const Reading& reading,
                            const std::vector<std::string>& columns);

// Does the text name a column in braces, alone or in an expression?
bool mentions(std::string_view text, const std::vector<std::string>& columns);

}  // namespace h2assay::transcript
