// The same octets into our engine and into a library of the C ABI: what differs must be a choice
// that the RFC leaves, by name, or a finding about the library that is written down.
//
// H2ASSAY_LIBRARY names the library (a shared object: conformance/adapters/library.h), else it is
// the nghttp2 that ships; H2ASSAY_FINDINGS the list of findings, else versus_findings.csv.

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "conformance/adapters/loaded_library.h"
#include "fuzz/check.h"
#include "fuzz/versus.h"

namespace {

using namespace h2assay;

std::string setting(const char* variable, const char* otherwise) {
  const char* value = std::getenv(variable);
  return value == nullptr || *value == '\0' ? otherwise : value;
}

[[noreturn]] void refuse(const std::string& why) {
  std::fprintf(stderr, "versus: %s\n", why.c_str());
  std::exit(2);
}

const h2assay_library& library() {
  static const h2assay_library* const kLoaded = [] {
    const auto found = load_library(setting("H2ASSAY_LIBRARY", H2ASSAY_SHIPPED_LIBRARY));
    if (!found) refuse(found.error());
    return *found;
  }();
  return *kLoaded;
}

versus::Rules& rules() {
  static versus::Rules kept = [] {
    const std::string path = setting("H2ASSAY_FINDINGS", H2ASSAY_FINDINGS_LIST);
    std::ifstream in(path, std::ios::binary);
    if (!in) refuse(path + ": cannot be read");
    versus::Rules all;
    const std::string csv{std::istreambuf_iterator<char>(in), {}};
    if (const auto added = all.add_findings(csv, library().name); !added)
      refuse(path + ", " + added.error());
    return all;
  }();
  return kept;
}

void report() {
  std::fprintf(
      stderr, "versus %s %s\n%s", library().name, library().release, rules().report().c_str());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // What is registered last runs first: the rules are still there.
  static const bool kReports = rules().rows().empty() || std::atexit(report) == 0;
  static_cast<void>(kReports);
  if (fuzz::printing()) fuzz::print(versus::transcript_of(library(), {data, size}));
  const auto unknown = versus::compare(library(), rules(), {data, size});
  if (unknown) fuzz::fail("versus: " + versus::text_of(unknown->difference), unknown->transcript);
  return 0;
}
