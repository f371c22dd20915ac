#pragma once
// A shared object that offers the C ABI of library.h, found and checked.

#include <expected>
#include <string>

#include "conformance/adapters/library.h"

namespace h2assay {

// The table of the library in the shared object at `path`, good until the process ends: the object
// is never unloaded, as what it has started may still run.  Otherwise one line that says why not:
// no such file, no such symbol, another version, a table with holes.
[[nodiscard]] std::expected<const h2assay_library*, std::string> load_library(
    const std::string& path);

}  // namespace h2assay
