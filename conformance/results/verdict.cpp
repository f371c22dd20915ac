#include "conformance/results/verdict.h"

namespace h2assay {

std::string_view name(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:        return "pass";
    case Verdict::lenient:     return "lenient";
    case Verdict::fail:        return "fail";
    case Verdict::crash:       return "crash";
    case Verdict::hang:        return "hang";
    case Verdict::unsupported: return "unsupported";
    case Verdict::blocked:     return "blocked";
    case Verdict::error:       return "error";
    case Verdict::info:        return "info";
    case Verdict::flaky:       return "flaky";
  }
  return "error";
}

std::optional<Verdict> verdict(std::string_view text) {
  for (const Verdict candidate : kVerdicts)
    if (name(candidate) == text) return candidate;
  return std::nullopt;
}

bool good_by_default(Verdict verdict, bool strict) {
  switch (verdict) {
    case Verdict::pass:
    case Verdict::info:
    case Verdict::unsupported:
    case Verdict::blocked:     return true;
    case Verdict::lenient:     return !strict;
    case Verdict::fail:
    case Verdict::crash:
    case Verdict::hang:
    case Verdict::error:
    case Verdict::flaky:       return false;
  }
  return false;
}

namespace {

int badness(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:        return 0;
    case Verdict::info:        return 1;
    case Verdict::lenient:     return 2;
    case Verdict::unsupported: return 3;
    case Verdict::blocked:     return 4;
    case Verdict::flaky:       return 5;
    case Verdict::fail:        return 6;
    case Verdict::hang:        return 7;
    case Verdict::crash:       return 8;
    case Verdict::error:       return 9;
  }
  return 9;
}

}  // namespace

Verdict worse(Verdict left, Verdict right) { return badness(right) > badness(left) ? right : left; }

}  // namespace h2assay
