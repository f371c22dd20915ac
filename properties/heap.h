#pragma once
// The heap of a test program: heap.cpp replaces the global operators new and delete of the program
// that it is linked into.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace h2assay {

// Octets allocated and not yet freed, as the allocator rounds them.
std::size_t heap_octets();

// While it lives, what is allocated lies elsewhere than it would, in another order, and holds other
// garbage: whoever depends on an address, or reads what nobody wrote, behaves otherwise.  One at a
// time.
class DisturbedHeap {
 public:
  explicit DisturbedHeap(std::uint64_t seed);
  ~DisturbedHeap();
  DisturbedHeap(const DisturbedHeap&) = delete;
  DisturbedHeap& operator=(const DisturbedHeap&) = delete;

 private:
  std::vector<std::unique_ptr<std::uint8_t[]>> ballast_;
};

}  // namespace h2assay
