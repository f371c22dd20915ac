// A planted defect that must be found, or the night is void: the client's engine does not check its
// calls, so that an application that asks for one octet beyond the window gets it.

#include "fuzz/check.h"
#include "properties/oracles/all.h"
#include "properties/pair/narrator.h"
#include "properties/pair/script.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace h2assay;
  const Script script = script_from({data, size});
  Options client = options_of(Role::client, script.client);
  client.unchecked = true;

  Pair pair(script, client, options_of(Role::server, script.server));
  Oracles oracles(pair, Costly::no);
  pair.perform(script);

  if (const std::string broken = oracles.broken(); !broken.empty())
    fuzz::fail(broken, transcript_of(script));
  return 0;
}
