#include "properties/heap.h"

#include <atomic>
#include <cstdlib>
#include <new>

#include <malloc.h>

namespace h2assay {

namespace {

std::atomic<std::size_t> held{0};

}  // namespace

std::size_t heap_octets() { return held.load(std::memory_order_relaxed); }

}  // namespace h2assay

// The other forms of new and delete come down to these two.
void* operator new(std::size_t octets) {
  void* block = std::malloc(octets == 0 ? 1 : octets);
  if (block == nullptr) throw std::bad_alloc();
  h2assay::held.fetch_add(malloc_usable_size(block), std::memory_order_relaxed);
  return block;
}

void operator delete(void* block) noexcept {
  if (block == nullptr) return;
  h2assay::held.fetch_sub(malloc_usable_size(block), std::memory_order_relaxed);
  std::free(block);
}

void operator delete(void* block, std::size_t /*octets*/) noexcept { operator delete(block); }
