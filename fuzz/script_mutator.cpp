// libFuzzer's hooks for targets whose input is a script.  One time in ten the octets are changed by
// the fuzzer's own means: what the records leave out must stay within reach.

#include <algorithm>

#include "fuzz/mutate.h"

extern "C" {

std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data,
                                    std::size_t size,
                                    std::size_t max_size,
                                    unsigned int seed);
std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* data1,
                                      std::size_t size1,
                                      const std::uint8_t* data2,
                                      std::size_t size2,
                                      std::uint8_t* out,
                                      std::size_t max_out_size,
                                      unsigned int seed);

std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data,
                                    std::size_t size,
                                    std::size_t max_size,
                                    unsigned int seed) {
  if (seed % 10 == 0) return LLVMFuzzerMutate(data, std::min(size, max_size), max_size);
  const auto changed = h2assay::fuzz::mutated({data, size}, max_size, seed);
  std::ranges::copy(changed, data);
  return changed.size();
}

std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* data1,
                                      std::size_t size1,
                                      const std::uint8_t* data2,
                                      std::size_t size2,
                                      std::uint8_t* out,
                                      std::size_t max_out_size,
                                      unsigned int seed) {
  const auto changed = h2assay::fuzz::crossed({data1, size1}, {data2, size2}, max_out_size, seed);
  std::ranges::copy(changed, out);
  return changed.size();
}
}
