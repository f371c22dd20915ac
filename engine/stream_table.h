#pragma once
// The live streams of a connection: one array indexed by the identifier itself.
//
// Identifiers rise by two, so the streams that live at one time mostly stand side by side.  A
// stream lies in one of the kProbes slots from (id / 2) mod size on; where those are taken, the
// array grows if it is well filled, and else (a peer that leaves wide gaps on purpose) the stream
// goes to an ordered map.  One look-up a frame, no tombstones, no cost for a closed stream.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "engine/stream.h"

namespace h2assay {

class StreamTable {
 public:
  // The stream, or null.  Valid until the next insert or erase.
  Stream* find(std::uint32_t id) {
    return const_cast<Stream*>(static_cast<const StreamTable*>(this)->find(id));
  }

  const Stream* find(std::uint32_t id) const {
    if (slots_.empty()) return nullptr;
    for (std::size_t i = 0; i < kProbes; ++i) {
      const Stream& slot = slots_[position(id, i)];
      if (slot.id == id) return id == 0 ? nullptr : &slot;
    }
    return overflow_.empty() ? nullptr : find_in_overflow(id);
  }

  // A fresh stream with this identifier, which must not be live and not 0.
  Stream& insert(std::uint32_t id);

  // Forgets the stream.  It must be live.
  void erase(std::uint32_t id);

  std::size_t size() const { return size_; }

  // Live streams by rising identifier, so that nothing that follows from it shows the layout.
  std::vector<std::uint32_t> identifiers() const;

  // Calls see(stream) for each live stream, in no order that anything may depend on.
  template <class See> void for_each(See see) {
    for (Stream& slot : slots_) {
      if (slot.id != 0) see(slot);
    }
    for (auto& [id, stream] : overflow_) see(stream);
  }

  // Octets on the heap, for the tests of bounded memory.
  std::size_t footprint() const {
    return slots_.capacity() * sizeof(Stream) + overflow_.size() * (sizeof(Stream) + 48);
  }

 private:
  static constexpr std::size_t kProbes = 8;  // a power of two, and the smallest size of the array

  std::size_t position(std::uint32_t id, std::size_t probe) const {
    return ((id >> 1U) + probe) & (slots_.size() - 1);
  }

  const Stream* find_in_overflow(std::uint32_t id) const;
  Stream* free_slot(std::uint32_t id);
  void grow();

  std::vector<Stream> slots_;                 // a power of two, or empty
  std::map<std::uint32_t, Stream> overflow_;  // ordered: its worst case is known
  std::size_t size_ = 0;
};

}  // namespace h2assay
