#include "properties/heap.h"

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <new>

#include <malloc.h>

#include "properties/generators/split_mix.h"

// The thread sanitizer brings operators of its own, and keeps the sum.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define H2ASSAY_SANITIZER_COUNTS
#include <sanitizer/allocator_interface.h>
#endif
#endif

namespace h2assay {

namespace {

constexpr int kUntouched = -1;
constexpr std::uint32_t kBlocks = 200;
constexpr std::uint32_t kBlockMax = 2000;

[[maybe_unused]] std::atomic<std::size_t> octets_held{0};
// What new memory is filled with.
std::atomic<int> garbage{kUntouched};

}  // namespace

// Blocks of all sizes, half of them freed again: the allocator then fills holes, in its own order.
DisturbedHeap::DisturbedHeap(std::uint64_t seed) {
  generate::SplitMix draw(seed);
  for (std::uint32_t i = 0; i < kBlocks; ++i)
    ballast_.push_back(std::make_unique<std::uint8_t[]>(1 + draw.below(kBlockMax)));
  for (auto& block : ballast_)
    if (draw.one_in(2)) block.reset();
  garbage.store(1 + static_cast<int>(draw.below(255)), std::memory_order_relaxed);
}

DisturbedHeap::~DisturbedHeap() { garbage.store(kUntouched, std::memory_order_relaxed); }

#ifdef H2ASSAY_SANITIZER_COUNTS

std::size_t heap_octets() { return __sanitizer_get_current_allocated_bytes(); }

}  // namespace h2assay

#else

std::size_t heap_octets() { return octets_held.load(std::memory_order_relaxed); }

}  // namespace h2assay

// The other forms of new and delete come down to these two.
void* operator new(std::size_t octets) {
  void* block = std::malloc(octets == 0 ? 1 : octets);
  if (block == nullptr) throw std::bad_alloc();
  h2assay::octets_held.fetch_add(malloc_usable_size(block), std::memory_order_relaxed);
  if (const int filling = h2assay::garbage.load(std::memory_order_relaxed); filling >= 0)
    std::memset(block, filling, octets);
  return block;
}

void operator delete(void* block) noexcept {
  if (block == nullptr) return;
  h2assay::octets_held.fetch_sub(malloc_usable_size(block), std::memory_order_relaxed);
  std::free(block);
}

void operator delete(void* block, std::size_t /*octets*/) noexcept { operator delete(block); }

#endif
