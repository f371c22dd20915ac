#pragma once
// Puts the columns of `each` in place, as text.  Internal to the parser.

#include <map>
#include <string>
#include <string_view>

#include "properties/transcript/source.h"

namespace h2assay::transcript {

using Columns = std::map<std::string, std::string, std::less<>>;

// {name} becomes the cell; a number also stands for its name in an expression and in "\x{name}".  A
// cell may name other columns.  Throws Failed when the line grows beyond bounds.
SourceLine substituted(SourceLine line, const Columns& columns);

}  // namespace h2assay::transcript
