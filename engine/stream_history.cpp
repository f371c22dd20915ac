#include "engine/stream_history.h"

namespace h2assay {

std::uint8_t StreamHistory::what(std::uint32_t id) const {
  if (!in_window(id)) return kOwnReset;
  if (words_.empty()) return kEnded;
  const std::uint32_t number = ordinal(id);
  const std::uint64_t word = words_[(number & (window_ - 1)) / kPerWord];
  return static_cast<std::uint8_t>((word >> ((number % kPerWord) * 4)) & 0xf);
}

StreamPhase StreamHistory::phase(std::uint32_t id) const {
  if (id > highest_) return StreamPhase::idle;
  switch (what(id)) {
    case kPeerReset: return StreamPhase::closed_by_peer_reset;
    case kOwnReset:
    case kSeenReset: return StreamPhase::closed_by_own_reset;
    case kUnused:    return StreamPhase::closed_unused;
    default:         return StreamPhase::closed_by_end;
  }
}

void StreamHistory::allocate() {
  if (words_.empty()) words_.resize(window_ / kPerWord);
}

void StreamHistory::remember(std::uint32_t id, std::uint8_t what) {
  if (!in_window(id)) return;
  allocate();
  put(ordinal(id), what);
}

void StreamHistory::skip(std::uint32_t gap) {
  allocate();
  const std::uint32_t last = ordinal(highest_);
  if (gap >= window_) {
    std::ranges::fill(words_, kAllUnused);
  } else {
    // Whole words where a word lies inside the gap: a wide gap costs no more than a copy.
    for (std::uint32_t number = last - gap; number < last;) {
      if (number % kPerWord == 0 && last - number >= kPerWord) {
        words_[(number & (window_ - 1)) / kPerWord] = kAllUnused;
        number += kPerWord;
      } else {
        put(number++, kUnused);
      }
    }
  }
  put(last, kEnded);
}

}  // namespace h2assay
