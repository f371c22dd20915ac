#pragma once
// What a test program holds on the heap, octet by octet: heap.cpp replaces the global operators new
// and delete of the program that it is linked into.

#include <cstddef>

namespace h2assay {

// Octets allocated and not yet freed, as the allocator rounds them.
std::size_t heap_octets();

}  // namespace h2assay
