#pragma once
// The words of judgement, the same in the terminal, results.jsonl, JUnit and the expectations file.

#include <cstdint>
#include <optional>
#include <string_view>

namespace h2assay {

enum class Verdict : std::uint8_t {
  pass,         // did what the requirement says, by the code and way it names
  lenient,      // weaker, but the RFC permits it
  fail,         // did something the requirement rules out
  crash,        // the peer died, or refuses connections after the case
  hang,         // no reaction and no answer to the barrier before the deadline
  unsupported,  // needs what the peer lacks
  blocked,      // the premise of the case failed, so it says nothing
  error,        // our fault: a bad case or a defect of the harness
  info,         // a MAY observed, no judgement
  flaky,        // repeats of the same case differ
};

inline constexpr Verdict kVerdicts[] = {Verdict::pass,
                                        Verdict::lenient,
                                        Verdict::fail,
                                        Verdict::crash,
                                        Verdict::hang,
                                        Verdict::unsupported,
                                        Verdict::blocked,
                                        Verdict::error,
                                        Verdict::info,
                                        Verdict::flaky};

// "pass"
std::string_view name(Verdict verdict);

// The verdict with this name, or nothing.
std::optional<Verdict> verdict(std::string_view text);

// Whether a case that nobody wrote an expectation for may end so.  `strict`: lenient may not.
bool good_by_default(Verdict verdict, bool strict);

// The worse of two verdicts of one case; the first when they are equally bad.
Verdict worse(Verdict left, Verdict right);

}  // namespace h2assay
