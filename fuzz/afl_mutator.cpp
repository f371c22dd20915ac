// The same mutator for AFL++: AFL_CUSTOM_MUTATOR_LIBRARY=…/libh2assay_afl_mutator.so
// (AFL++'s driver passes over LLVMFuzzerCustomMutator).

#include <cstdlib>

#include "fuzz/mutate.h"

namespace {

struct Mutator {
  std::uint64_t seed = 0;
  std::vector<std::uint8_t> output;
};

}  // namespace

extern "C" {

void* afl_custom_init(void* afl, unsigned int seed);
std::size_t afl_custom_fuzz(void* data,
                            std::uint8_t* input,
                            std::size_t size,
                            std::uint8_t** output,
                            std::uint8_t* other,
                            std::size_t other_size,
                            std::size_t max_size);
void afl_custom_deinit(void* data);

void* afl_custom_init(void* afl, unsigned int seed) {
  static_cast<void>(afl);
  return new Mutator{.seed = seed, .output = {}};
}

std::size_t afl_custom_fuzz(void* data,
                            std::uint8_t* input,
                            std::size_t size,
                            std::uint8_t** output,
                            std::uint8_t* other,
                            std::size_t other_size,
                            std::size_t max_size) {
  Mutator& mutator = *static_cast<Mutator*>(data);
  ++mutator.seed;
  const bool cross = other != nullptr && mutator.seed % 4 == 0;
  mutator.output =
      cross ? h2assay::fuzz::crossed({input, size}, {other, other_size}, max_size, mutator.seed)
            : h2assay::fuzz::mutated({input, size}, max_size, mutator.seed);
  *output = mutator.output.data();
  return mutator.output.size();
}

void afl_custom_deinit(void* data) { delete static_cast<Mutator*>(data); }
}
