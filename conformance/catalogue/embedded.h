#pragma once
// What the build has put into the program: lines of text, without their line feeds.

#include <span>
#include <string_view>

namespace h2assay {

struct EmbeddedFile {
  std::string_view path;  // below conformance/cases: "settings/ack-with-payload.h2t"
  std::span<const char* const> lines;
};

// A requirement that a source of the properties names.
struct EmbeddedCitation {
  std::string_view path;  // of the source: "properties/oracles/window_ledger.h"
  std::string_view requirement;
};

std::span<const char* const> embedded_requirements();
std::span<const char* const> embedded_exemptions();  // equivalent.csv
std::span<const char* const> embedded_exclusions();  // excluded.csv
std::span<const EmbeddedCitation> embedded_citations();
std::span<const EmbeddedFile> embedded_cases();

}  // namespace h2assay
