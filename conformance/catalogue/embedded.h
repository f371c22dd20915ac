#pragma once
// What the build has put into the program: lines of text, without their line feeds.

#include <span>
#include <string_view>

namespace h2assay {

struct EmbeddedFile {
  std::string_view path;  // below conformance/cases: "settings/ack-with-payload.h2t"
  std::span<const char* const> lines;
};

std::span<const char* const> embedded_requirements();
std::span<const EmbeddedFile> embedded_cases();

}  // namespace h2assay
