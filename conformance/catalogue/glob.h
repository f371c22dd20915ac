#pragma once
// Globs over case ids: `*` within a segment, `**` across segments, `?` one octet but "/".
// A pattern without "[" also matches the instances of a case: "a/b" matches "a/b[0x41,+]".

#include <string_view>

namespace h2assay {

bool glob_matches(std::string_view pattern, std::string_view id);

// The id without its instance: "a/b[0x41,+]" is "a/b".
std::string_view case_of(std::string_view id);

}  // namespace h2assay
