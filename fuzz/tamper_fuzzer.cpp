// Two engines talk as they may, and the network alters, drops, repeats and reorders their frames:
// whatever arrives was legal when it left.

#include <array>

#include "fuzz/check.h"
#include "fuzz/script_target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using Kind = h2assay::ActKind;
  static constexpr std::array kWithout{
      Kind::put_frame, Kind::put_twisted, Kind::put_octets, Kind::misuse};
  h2assay::fuzz::run_script({data, size}, {.without = kWithout});
  return 0;
}
