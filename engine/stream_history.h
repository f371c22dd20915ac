#pragma once
// What is remembered of streams that are over: whether they ended, were reset (by whom), or were
// never used.  RFC 9113, Section 5.1, answers late frames by it.
//
// Four bits a stream for the last so many of one initiator (Limits::remembered_streams), allocated
// when the first stream does not just end; nothing for any stream before those.  A peer that still
// sends on a stream so old is not judged: its frames are discarded.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/stream_state.h"

namespace h2assay {

class StreamHistory {
 public:
  explicit StreamHistory(std::uint32_t window = 1024)
      : window_(std::bit_ceil(std::clamp(window, kPerWord, kMostRemembered))) {}

  // The highest identifier that was ever opened or reserved; 0: none.
  std::uint32_t highest() const { return highest_; }

  // `id` is opened or reserved; it must be above highest().  What lies between is unused from now
  // on.
  void opened(std::uint32_t id) {
    const std::uint32_t gap = ordinal(id) - ordinal(highest_) - 1;
    highest_ = id;
    if (gap != 0) [[unlikely]] {
      skip(gap);
    } else if (!words_.empty()) {
      put(ordinal(id), kEnded);
    }
  }

  // The stream is over because of a RST_STREAM.
  void reset_by_peer(std::uint32_t id) { remember(id, kPeerReset); }

  void reset_by_us(std::uint32_t id) { remember(id, kOwnReset); }

  // The peer has answered something that we sent behind our RST_STREAM.
  void reset_was_seen(std::uint32_t id) {
    if (in_window(id) && what(id) == kOwnReset) remember(id, kSeenReset);
  }

  bool is_seen_reset(std::uint32_t id) const { return what(id) == kSeenReset; }

  // How a stream ended that is not live.  `idle` above highest().
  StreamPhase phase(std::uint32_t id) const;

  template <typename Hash> void digest_into(Hash& hash) const {
    const auto& [window, highest, words] = *this;
    hash.add(window, highest);
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (words[i] != 0) hash.add(i, words[i]);  // never allocated and all zero are the same
    }
  }

  std::size_t footprint() const { return words_.capacity() * sizeof(std::uint64_t); }

 private:
  static constexpr std::uint8_t kEnded = 0;
  static constexpr std::uint8_t kPeerReset = 1;
  static constexpr std::uint8_t kOwnReset = 2;
  static constexpr std::uint8_t kSeenReset = 3;
  static constexpr std::uint8_t kUnused = 4;
  static constexpr std::uint64_t kAllUnused = 0x4444'4444'4444'4444;
  static constexpr std::uint32_t kPerWord = 16;
  static constexpr std::uint32_t kMostRemembered = 1U << 20U;

  static constexpr std::uint32_t ordinal(std::uint32_t id) { return (id + 1) >> 1U; }

  bool in_window(std::uint32_t id) const {
    return id <= highest_ && ordinal(highest_) - ordinal(id) < window_;
  }

  // kOwnReset where nothing is known: the lenient answer.
  std::uint8_t what(std::uint32_t id) const;

  void put(std::uint32_t number, std::uint8_t what) {
    std::uint64_t& word = words_[(number & (window_ - 1)) / kPerWord];
    const std::uint32_t shift = (number % kPerWord) * 4;
    word = (word & ~(std::uint64_t{0xf} << shift)) | (std::uint64_t{what} << shift);
  }

  void remember(std::uint32_t id, std::uint8_t what);
  void skip(std::uint32_t gap);
  void allocate();

  std::uint32_t window_;
  std::uint32_t highest_ = 0;
  std::vector<std::uint64_t> words_;  // a ring of four-bit entries, or empty: all of them ended
};

}  // namespace h2assay
