#include "engine/stream_table.h"

#include <utility>

namespace h2assay {

const Stream* StreamTable::find_in_overflow(std::uint32_t id) const {
  const auto found = overflow_.find(id);
  return found == overflow_.end() ? nullptr : &found->second;
}

Stream* StreamTable::free_slot(std::uint32_t id) {
  if (slots_.empty()) return nullptr;
  for (std::size_t i = 0; i < kProbes; ++i) {
    Stream& slot = slots_[position(id, i)];
    if (slot.id == 0) return &slot;
  }
  return nullptr;
}

Stream& StreamTable::insert(std::uint32_t id) {
  Stream* slot = free_slot(id);
  // At least a quarter full: the array pays for its size.  Less: the identifiers are sparse.
  while (slot == nullptr && size_ * 4 >= slots_.size()) {
    grow();
    slot = free_slot(id);
  }
  ++size_;
  if (slot == nullptr) slot = &overflow_[id];
  *slot = Stream{};
  slot->id = id;
  return *slot;
}

void StreamTable::erase(std::uint32_t id) {
  --size_;
  if (!overflow_.empty() && overflow_.erase(id) != 0) return;
  Stream* slot = find(id);
  if (slot != nullptr) slot->id = 0;
}

void StreamTable::grow() {
  std::vector<Stream> old(std::max(kProbes, slots_.size() * 2));
  old.swap(slots_);
  for (const Stream& stream : old) {
    if (stream.id == 0) continue;
    Stream* slot = free_slot(stream.id);
    (slot != nullptr ? *slot : overflow_[stream.id]) = stream;
  }
  for (auto entry = overflow_.begin(); entry != overflow_.end();) {
    Stream* slot = free_slot(entry->first);
    if (slot == nullptr) {
      ++entry;
      continue;
    }
    *slot = entry->second;
    entry = overflow_.erase(entry);
  }
}

std::vector<std::uint32_t> StreamTable::identifiers() const {
  std::vector<std::uint32_t> ids;
  ids.reserve(size_);
  for (const Stream& slot : slots_) {
    if (slot.id != 0) ids.push_back(slot.id);
  }
  for (const auto& [id, stream] : overflow_) ids.push_back(id);
  std::ranges::sort(ids);
  return ids;
}

}  // namespace h2assay
