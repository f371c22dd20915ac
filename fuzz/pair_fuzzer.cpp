// Two engines talk; the input decides what their applications do and what the network puts in,
// loses and cuts.
//
// The input is a script (properties/pair/script.h).  Every oracle of properties/ watches.

#include "fuzz/check.h"
#include "fuzz/script_target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  h2assay::fuzz::run_script({data, size}, {});
  return 0;
}
