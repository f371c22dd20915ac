// A planted defect that must be found, or the night is void: the client's engine does not check its
// calls, so that an application that asks for one octet beyond the window gets it.

#include "fuzz/check.h"
#include "fuzz/script_target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  h2assay::fuzz::run_script({data, size}, {.unchecked_client = true});
  return 0;
}
