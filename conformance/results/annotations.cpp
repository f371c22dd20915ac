#include "conformance/results/annotations.h"

#include <fmt/format.h>

#include "conformance/results/escape.h"

namespace h2assay {

namespace {

constexpr int kShownByThePlatform = 10;

// What a workflow command takes for itself, percent-encoded; properties also lose ":" and ",".
std::string encoded(std::string_view text, bool property) {
  std::string out;
  for (const char octet : text) {
    const bool reserved = octet == '%' || octet == '\r' || octet == '\n' ||
                          (property && (octet == ':' || octet == ','));
    if (reserved)
      out += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(octet)));
    else
      out.push_back(octet);
  }
  return out;
}

}  // namespace

std::string github_annotations(std::span<const CaseResult> results) {
  std::string out;
  int shown = 0;
  int more = 0;
  for (const CaseResult& result : results) {
    if (result.as_expected) continue;
    if (shown == kShownByThePlatform) {
      ++more;
      continue;
    }
    ++shown;
    const auto title = fmt::format("{} {}", name(result.verdict), printable(result.case_id));
    const auto message = result.expected.empty() ? printable(result.observed)
                                                 : fmt::format("expected {}, got {}",
                                                               printable(result.expected),
                                                               printable(result.observed));
    out += fmt::format("::error title={}::{}\n", encoded(title, true), encoded(message, false));
  }
  if (more > 0) out += fmt::format("::notice::and {} more deviations, see the summary\n", more);
  return out;
}

}  // namespace h2assay
