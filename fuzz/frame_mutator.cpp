// libFuzzer's hook for the target `frames`.  One time in three the octets are changed by the
// fuzzer's own means: below the frames lies the field compression, whose units are octets.

#include <algorithm>

#include "fuzz/frame_mutate.h"

extern "C" {

// Other engines than libFuzzer may not have it.
[[gnu::weak]] std::size_t LLVMFuzzerMutate(std::uint8_t* data,
                                           std::size_t size,
                                           std::size_t max_size);

std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data,
                                    std::size_t size,
                                    std::size_t max_size,
                                    unsigned int seed);

std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data,
                                    std::size_t size,
                                    std::size_t max_size,
                                    unsigned int seed) {
  if (LLVMFuzzerMutate != nullptr && seed % 3 == 0)
    return LLVMFuzzerMutate(data, std::min(size, max_size), max_size);
  const auto changed = h2assay::fuzz::mutated_frames({data, size}, max_size, seed / 3);
  std::ranges::copy(changed, data);
  return changed.size();
}
}
