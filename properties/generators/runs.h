#pragma once
// Runs a property over many scripts: those that broke it before first, then a fixed seed, then a
// fresh one.  What breaks it is shrunk, kept for the next time, and told as a short pair transcript
// with the command that repeats it.
//
//     H2ASSAY_SCRIPT=HEX     this script alone
//     H2ASSAY_SEED=N         in place of the fresh seed
//     H2ASSAY_RUNS=N         so many scripts of the fixed seed (default: the property's)
//     H2ASSAY_SECONDS=S      so long with the fresh seed (default: the property's)
//     H2ASSAY_FAILURES=PATH  where scripts that broke something are kept (default:
//                            property-failures, in the working directory)

#include <cstdint>
#include <string>
#include <string_view>

#include "properties/generators/shrink.h"

namespace h2assay {

struct Runs {
  std::string_view name;  // Suite.Test of GoogleTest, for the command that repeats
  bool hostile = false;
  std::uint32_t fixed = 1000;  // scripts of the fixed seed
  double seconds = 5;          // with the fresh seed
};

// The report of the first failure, or nothing.
std::string run(const Runs& runs, const ScriptJudge& judge);

}  // namespace h2assay
