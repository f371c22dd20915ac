#pragma once
// The dynamic table: RFC 7541, Sections 2.3.2 and 4.
//
// Text lies in an append-only log, entries are positions in it.  Evicting an entry moves no text,
// so views of it stay good until begin_batch; whoever needs room meanwhile gets another chunk.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "engine/hpack/static_table.h"

namespace h2assay::hpack {

// SETTINGS_HEADER_TABLE_SIZE before anybody says otherwise: RFC 9113, Section 6.5.2.
inline constexpr std::uint32_t kDefaultTableSize = 4096;

// What an entry counts beyond its octets: RFC 7541, Section 4.1.
inline constexpr std::uint32_t kEntryOverhead = 32;

class DynamicTable {
 public:
  // Where a text begins: in the log, or, with this bit, in the names of the static table.
  static constexpr std::uint64_t kStaticText = std::uint64_t{1} << 63;

  struct Entry {
    std::uint64_t name_at = 0;
    std::uint64_t value_at = 0;
    std::uint32_t name_octets = 0;
    std::uint32_t value_octets = 0;
    std::uint32_t mark = 0;

    std::uint64_t size() const {
      return std::uint64_t{name_octets} + value_octets + kEntryOverhead;
    }
  };

  DynamicTable() = default;
  DynamicTable(const DynamicTable& other);
  DynamicTable(DynamicTable&& other) noexcept;
  DynamicTable& operator=(const DynamicTable& other);
  DynamicTable& operator=(DynamicTable&& other) noexcept;
  ~DynamicTable() = default;

  std::uint32_t count() const { return inserted_ - oldest_; }

  std::uint64_t size() const { return size_; }  // in the sense of RFC 7541, Section 4.1

  std::uint32_t max_size() const { return max_size_; }

  // Evicts what no longer fits: RFC 7541, Section 4.3.
  void set_max_size(std::uint32_t octets);

  // Age 0 is the newest entry; age < count().
  const Entry& entry(std::uint32_t age) const {
    return ring_.get()[(inserted_ - 1 - age) & ring_mask_];
  }

  std::string_view name(const Entry& e) const { return {text(e.name_at), e.name_octets}; }

  std::string_view value(const Entry& e) const {
    return {log_.octets.get() + e.value_at, e.value_octets};
  }

  // Entries are numbered as they come, modulo 2^32; [oldest(), inserted()) are alive.
  std::uint32_t oldest() const { return oldest_; }

  std::uint32_t inserted() const { return inserted_; }

  bool alive(std::uint32_t number) const { return number - oldest_ < inserted_ - oldest_; }

  const Entry& numbered(std::uint32_t number) const { return ring_.get()[number & ring_mask_]; }

  std::uint32_t ring_capacity() const { return ring_ ? ring_mask_ + 1 : 0; }

  std::uint32_t ring_mask() const { return ring_mask_; }

  // All views handed out are given up.
  void begin_batch();

  // Room for so many octets of text; until the next reserve or begin_batch, whatever is appended
  // within it moves nothing.  Entries may move, views do not.
  void reserve(std::size_t octets) {
    if (log_.capacity - top_ < octets) change_chunk(octets);
  }

  // The end of the log, and its position.  Write there, then append so many octets.
  char* end() const { return log_.octets.get() + top_; }

  std::uint64_t top() const { return top_; }

  void append(std::size_t octets) { top_ += octets; }

  void append(std::string_view text) {
    if (!text.empty()) std::memcpy(end(), text.data(), text.size());  // either may be null
    append(text.size());
  }

  // Evicts, then adds an entry whose text is already there: RFC 7541, Section 4.4.  The name may be
  // that of an entry which is evicted on the way.  Nothing is added that exceeds the table.
  // Returns whether it was added.
  bool insert(const Entry& entry) {
    evict_for(entry.size());
    if (entry.size() > max_size_) return false;
    if (count() == ring_capacity()) grow_ring();
    ring_.get()[inserted_ & ring_mask_] = entry;
    ++inserted_;
    size_ += entry.size();
    return true;
  }

  // Of the state, only what later answers depend on: see engine/digest.h.
  template <typename Hash> void digest_into(Hash& hash) const {
    const auto& [ring, log, top, octets, max_octets, mask, oldest, inserted, spare, retired] =
        *this;
    hash.add(max_octets, count());
    for (std::uint32_t age = 0; age < count(); ++age) hash.add(name(entry(age)), value(entry(age)));
  }

  // Whether `at` lies in a chunk of the log, whichever views still look at it.
  bool holds(const std::uint8_t* at) const;

  // Octets of heap in use, for those who account for memory.
  std::size_t heap_octets() const;

 private:
  const char* text(std::uint64_t at) const {
    const char* base = (at & kStaticText) != 0 ? kStaticNames.data() : log_.octets.get();
    return base + (at & ~kStaticText);
  }

  void evict_for(std::uint64_t octets) {
    while (oldest_ != inserted_ && size_ + octets > max_size_)
      size_ -= ring_.get()[oldest_++ & ring_mask_].size();
  }

  std::size_t live_text() const {
    return static_cast<std::size_t>(size_) - std::size_t{count()} * kEntryOverhead;
  }

  void grow_ring();
  void change_chunk(std::size_t octets);
  std::size_t move_text(const char* from, char* to);

  struct Chunk {
    std::unique_ptr<char[]> octets;
    std::size_t capacity = 0;
  };

  static Chunk make_chunk(std::size_t capacity);
  void swap(DynamicTable& other) noexcept;

  std::unique_ptr<Entry[]> ring_;
  Chunk log_;
  std::size_t top_ = 0;
  std::uint64_t size_ = 0;
  std::uint32_t max_size_ = kDefaultTableSize;
  std::uint32_t ring_mask_ = 0;
  std::uint32_t oldest_ = 0;
  std::uint32_t inserted_ = 0;
  Chunk spare_;                 // nobody looks at it
  std::vector<Chunk> retired_;  // views may still look at them
};

}  // namespace h2assay::hpack
