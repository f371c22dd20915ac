// libFuzzer's hooks for targets whose input is a script, behind a head of H2ASSAY_SCRIPT_HEAD
// octets where the target has one.  One time in ten the octets are changed by the fuzzer's own
// means: what the records leave out must stay within reach.

#include <algorithm>

#include "fuzz/mutate.h"

#ifndef H2ASSAY_SCRIPT_HEAD
#define H2ASSAY_SCRIPT_HEAD 0
#endif

namespace {

constexpr std::size_t kHeadOctets = H2ASSAY_SCRIPT_HEAD;

// Another octet of the head, or none of it: most heads are plain.
void change_head(std::uint8_t* data, unsigned int seed) {
  if (seed % 4 == 0) {
    std::fill_n(data, kHeadOctets, std::uint8_t{0});
    return;
  }
  std::uint8_t& octet = data[seed / 4U % std::max<std::size_t>(kHeadOctets, 1)];
  octet = static_cast<std::uint8_t>(octet ^ (1U << (seed / 64U % 8U)));
}

}  // namespace

extern "C" {

// Other engines than libFuzzer may not have it.
[[gnu::weak]] std::size_t LLVMFuzzerMutate(std::uint8_t* data,
                                           std::size_t size,
                                           std::size_t max_size);

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
  if (LLVMFuzzerMutate != nullptr &&
      (seed % 10 == 0 || size < kHeadOctets || max_size < kHeadOctets))
    return LLVMFuzzerMutate(data, std::min(size, max_size), max_size);
  if (size < kHeadOctets || max_size < kHeadOctets) return std::min(size, max_size);
  if (kHeadOctets != 0 && seed % 5 == 1) {
    change_head(data, seed / 5U);
    return std::min(size, max_size);
  }
  const auto changed = h2assay::fuzz::mutated(
      {data + kHeadOctets, size - kHeadOctets}, max_size - kHeadOctets, seed);
  std::ranges::copy(changed, data + kHeadOctets);
  return kHeadOctets + changed.size();
}

std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* data1,
                                      std::size_t size1,
                                      const std::uint8_t* data2,
                                      std::size_t size2,
                                      std::uint8_t* out,
                                      std::size_t max_out_size,
                                      unsigned int seed) {
  if (size1 < kHeadOctets || size2 < kHeadOctets || max_out_size < kHeadOctets) return 0;
  std::copy_n(data1, kHeadOctets, out);
  const auto changed = h2assay::fuzz::crossed({data1 + kHeadOctets, size1 - kHeadOctets},
                                              {data2 + kHeadOctets, size2 - kHeadOctets},
                                              max_out_size - kHeadOctets,
                                              seed);
  std::ranges::copy(changed, out + kHeadOctets);
  return kHeadOctets + changed.size();
}
}
