// Adapters that are wrong in one way each (H2ASSAY_BREAKS_…), around the one that ships.

#include <cstdlib>
#include <vector>

#include <dlfcn.h>

#include "conformance/adapters/library.h"

namespace {

const h2assay_library& shipped() {
  void* object = dlopen(H2ASSAY_SHIPPED_LIBRARY, RTLD_NOW | RTLD_LOCAL);
  if (object == nullptr) std::abort();
  auto* const table_of =
      reinterpret_cast<decltype(&h2assay_library_table)>(dlsym(object, "h2assay_library_table"));
  const h2assay_library* table = table_of == nullptr ? nullptr : table_of(H2ASSAY_LIBRARY_VERSION);
  if (table == nullptr) std::abort();
  return *table;
}

// The answer to a PING carries other octets than the PING.
[[maybe_unused]] h2assay_octets output_with_another_ping_ack(h2assay_connection* connection) {
  static std::vector<std::uint8_t> kept;
  const h2assay_octets output = shipped().take_output(connection);
  kept.assign(output.data, output.data + output.length);
  for (std::size_t at = 0; at + 9 <= kept.size();) {
    const std::size_t length = static_cast<std::size_t>(kept[at]) << 16 |
                               static_cast<std::size_t>(kept[at + 1]) << 8 | kept[at + 2];
    if (kept[at + 3] == 6 && (kept[at + 4] & 1) != 0) kept[at + 9] ^= 1;
    at += 9 + length;
  }
  return {kept.data(), kept.size()};
}

[[maybe_unused]] h2assay_library broken() {
  h2assay_library table = shipped();
#if defined(H2ASSAY_BREAKS_ping)
  table.take_output = output_with_another_ping_ack;
#elif defined(H2ASSAY_BREAKS_version)
  table.version = 0;
#elif defined(H2ASSAY_BREAKS_holes)
  table.goaway = nullptr;
#endif
  return table;
}

}  // namespace

const h2assay_library* h2assay_library_table(std::uint32_t) {
#if defined(H2ASSAY_BREAKS_offer)
  return nullptr;
#else
  static const h2assay_library kTable = broken();
  return &kTable;
#endif
}
