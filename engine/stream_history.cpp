#include "engine/stream_history.h"

#include <algorithm>

namespace h2assay {

StreamPhase StreamHistory::phase(std::uint32_t id) const {
  if (id > highest_) return StreamPhase::idle;
  if (!in_window(id)) return StreamPhase::closed_by_own_reset;
  if (words_.empty()) return StreamPhase::closed_by_end;
  const std::uint32_t number = ordinal(id);
  switch ((words_[(number % kWindow) / kPerWord] >> ((number % kPerWord) * 2)) & 3U) {
    case kPeerReset: return StreamPhase::closed_by_peer_reset;
    case kOwnReset:  return StreamPhase::closed_by_own_reset;
    case kUnused:    return StreamPhase::closed_unused;
    default:         return StreamPhase::closed_by_end;
  }
}

void StreamHistory::allocate() {
  if (words_.empty()) words_.resize(kWindow / kPerWord);
}

void StreamHistory::remember(std::uint32_t id, std::uint8_t what) {
  if (!in_window(id)) return;
  allocate();
  put(ordinal(id), what);
}

void StreamHistory::skip(std::uint32_t gap) {
  allocate();
  const std::uint32_t last = ordinal(highest_);
  if (gap >= kWindow) {
    std::ranges::fill(words_, ~std::uint64_t{0});
  } else {
    // Whole words at a time where a word lies inside the gap: a wide gap costs no more than a copy.
    for (std::uint32_t number = last - gap; number < last;) {
      if (number % kPerWord == 0 && last - number > kPerWord) {
        words_[(number % kWindow) / kPerWord] = ~std::uint64_t{0};
        number += kPerWord;
      } else {
        put(number++, kUnused);
      }
    }
  }
  put(last, kEnded);
}

}  // namespace h2assay
