/* An adapter of somebody else: the installed header of the C ABI is C, and needs nothing else. */
#include <h2assay/library.h>

const struct h2assay_library* h2assay_library_table(uint32_t version) {
  static const struct h2assay_library table = {.version = H2ASSAY_LIBRARY_VERSION, .name = "mine"};
  return version == H2ASSAY_LIBRARY_VERSION ? &table : NULL;
}
