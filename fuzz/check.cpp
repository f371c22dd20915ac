#include "fuzz/check.h"

#include <cstdio>
#include <cstdlib>

namespace h2assay::fuzz {

namespace {

void write(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); }

}  // namespace

void fail(std::string_view what, std::string_view transcript) {
  write("\nbroken: ");
  write(what);
  write("\n\n");
  write(transcript);
  std::abort();
}

bool printing() {
  static const bool set = std::getenv("H2ASSAY_PRINT") != nullptr;
  return set;
}

void print(std::string_view transcript) { write(transcript); }

}  // namespace h2assay::fuzz
