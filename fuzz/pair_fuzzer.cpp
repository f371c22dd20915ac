// Two engines talk; the input decides what their applications and the network do.
//
// The input is a script (properties/pair/script.h).  Every oracle of properties/ watches; those
// that run an engine again are attached to one input in eight, chosen by the input's own octets,
// and to all when a corpus is replayed.

#include "fuzz/check.h"
#include "properties/oracles/all.h"
#include "properties/pair/narrator.h"
#include "properties/pair/script.h"

namespace {

bool costly(std::span<const std::uint8_t> octets) {
#ifdef H2ASSAY_REPLAY
  static_cast<void>(octets);
  return true;
#else
  std::uint32_t sum = 0;
  for (const std::uint8_t octet : octets) sum = sum * 31 + octet;
  return sum % 8 == 0;
#endif
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace h2assay;
  const std::span<const std::uint8_t> octets(data, size);
  const Script script = script_from(octets);
  if (fuzz::printing()) fuzz::print(transcript_of(script));

  Pair pair(script);
  Oracles oracles(pair, costly(octets) ? Costly::yes : Costly::no);
  pair.perform(script);

  if (const std::string broken = oracles.broken(); !broken.empty())
    fuzz::fail(broken, transcript_of(script));
  return 0;
}
