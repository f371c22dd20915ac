#pragma once

#include <string_view>

namespace h2assay {

// H2ASSAY_VERSION is the version of the CMake project.
inline constexpr std::string_view kVersion = H2ASSAY_VERSION;

}  // namespace h2assay
