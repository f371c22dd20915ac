#include "engine/hpack/table.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace h2assay::hpack {
namespace {

constexpr std::uint32_t kSmallestRing = 16;       // entries
constexpr std::size_t kSmallestChunk = 1024;      // octets
constexpr std::size_t kLargestIdleChunk = 65536;  // octets kept for nothing but speed

}  // namespace

DynamicTable::Chunk DynamicTable::make_chunk(std::size_t capacity) {
  return {std::make_unique_for_overwrite<char[]>(capacity), capacity};
}

DynamicTable::DynamicTable(const DynamicTable& other)
    : size_(other.size_),
      max_size_(other.max_size_),
      ring_mask_(other.ring_mask_),
      oldest_(other.oldest_),
      inserted_(other.inserted_) {
  if (other.ring_ == nullptr) return;
  ring_ = std::make_unique<Entry[]>(other.ring_capacity());
  for (std::uint32_t n = oldest_; n != inserted_; ++n) ring_[n & ring_mask_] = other.numbered(n);
  if (live_text() == 0) return;
  log_ = make_chunk(std::max(live_text(), kSmallestChunk));
  top_ = move_text(other.log_.octets.get(), log_.octets.get());
}

DynamicTable::DynamicTable(DynamicTable&& other) noexcept { swap(other); }

DynamicTable& DynamicTable::operator=(const DynamicTable& other) {
  if (this != &other) {
    DynamicTable copy(other);
    swap(copy);
  }
  return *this;
}

DynamicTable& DynamicTable::operator=(DynamicTable&& other) noexcept {
  DynamicTable taken(std::move(other));
  swap(taken);
  return *this;
}

void DynamicTable::swap(DynamicTable& other) noexcept {
  std::swap(ring_, other.ring_);
  std::swap(log_, other.log_);
  std::swap(top_, other.top_);
  std::swap(size_, other.size_);
  std::swap(max_size_, other.max_size_);
  std::swap(ring_mask_, other.ring_mask_);
  std::swap(oldest_, other.oldest_);
  std::swap(inserted_, other.inserted_);
  std::swap(spare_, other.spare_);
  std::swap(retired_, other.retired_);
}

void DynamicTable::set_max_size(std::uint32_t octets) {
  max_size_ = octets;
  evict_for(0);
}

void DynamicTable::begin_batch() {
  for (Chunk& chunk : retired_)
    if (chunk.capacity > spare_.capacity && chunk.capacity <= kLargestIdleChunk)
      std::swap(chunk, spare_);
  retired_.clear();
  if (oldest_ == inserted_) top_ = 0;
  if (log_.capacity > kLargestIdleChunk && log_.capacity / 8 > live_text()) {
    Chunk smaller = make_chunk(std::max(3 * live_text(), kSmallestChunk));
    top_ = move_text(log_.octets.get(), smaller.octets.get());
    log_ = std::move(smaller);
  }
}

void DynamicTable::grow_ring() {
  const std::uint32_t capacity = std::max(kSmallestRing, 2 * ring_capacity());
  auto ring = std::make_unique<Entry[]>(capacity);
  for (std::uint32_t n = oldest_; n != inserted_; ++n) ring[n & (capacity - 1)] = numbered(n);
  ring_ = std::move(ring);
  ring_mask_ = capacity - 1;
}

// Three times what is needed: then the copying of live text is at most half of all writing.
void DynamicTable::change_chunk(std::size_t octets) {
  const std::size_t needed = live_text() + octets;
  Chunk next = spare_.capacity >= needed + needed / 2
                   ? std::exchange(spare_, {})
                   : make_chunk(std::max(3 * needed, kSmallestChunk));
  top_ = move_text(log_.octets.get(), next.octets.get());
  if (log_.octets != nullptr) retired_.push_back(std::move(log_));
  log_ = std::move(next);
}

// Copies the text of all live entries, oldest first, and makes the entries point to the copy.
// Two entries may share a name: each gets its own, so live_text() bounds the sum.
std::size_t DynamicTable::move_text(const char* from, char* to) {
  std::size_t top = 0;
  const auto move = [&](std::uint64_t& at, std::uint32_t octets) {
    if (octets > 0) std::memcpy(to + top, from + at, octets);  // `from` may be null
    at = top;
    top += octets;
  };
  for (std::uint32_t n = oldest_; n != inserted_; ++n) {
    Entry& entry = ring_[n & ring_mask_];
    if ((entry.name_at & kStaticText) == 0) move(entry.name_at, entry.name_octets);
    move(entry.value_at, entry.value_octets);
  }
  return top;
}

bool DynamicTable::holds(const std::uint8_t* at) const {
  const auto* octet = reinterpret_cast<const char*>(at);
  const auto in = [octet](const Chunk& chunk) {
    const char* begin = chunk.octets.get();
    return begin != nullptr && !std::less<>()(octet, begin) &&
           std::less<>()(octet, begin + chunk.capacity);
  };
  return in(log_) || std::ranges::any_of(retired_, in);
}

std::size_t DynamicTable::heap_octets() const {
  std::size_t octets = ring_capacity() * sizeof(Entry) + log_.capacity + spare_.capacity +
                       retired_.capacity() * sizeof(Chunk);
  for (const Chunk& chunk : retired_) octets += chunk.capacity;
  return octets;
}

}  // namespace h2assay::hpack
