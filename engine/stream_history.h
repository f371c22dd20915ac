#pragma once
// What is remembered of streams that are over: whether they ended, were reset (by whom), or were
// never used.  RFC 9113, Section 5.1, answers late frames by it.
//
// Two bits a stream for the last kWindow of one initiator, allocated when the first stream does not
// just end; nothing for any stream before those.  A peer that still sends on a stream so old is not
// judged: its frames are discarded.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/stream_state.h"

namespace h2assay {

class StreamHistory {
 public:
  static constexpr std::uint32_t kWindow = 4096;  // streams; a power of two

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

  // How a stream ended that is not live.  `idle` above highest().
  StreamPhase phase(std::uint32_t id) const;

  template <typename Hash> void digest_into(Hash& hash) const {
    const auto& [highest, words] = *this;
    hash.add(highest);
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (words[i] != 0) hash.add(i, words[i]);  // never allocated and all zero are the same
    }
  }

  std::size_t footprint() const { return words_.capacity() * sizeof(std::uint64_t); }

 private:
  enum : std::uint8_t { kEnded = 0, kPeerReset = 1, kOwnReset = 2, kUnused = 3 };

  static constexpr std::uint32_t kPerWord = 32;

  static constexpr std::uint32_t ordinal(std::uint32_t id) { return (id + 1) >> 1U; }

  bool in_window(std::uint32_t id) const { return ordinal(highest_) - ordinal(id) < kWindow; }

  void put(std::uint32_t number, std::uint8_t what) {
    std::uint64_t& word = words_[(number % kWindow) / kPerWord];
    const std::uint32_t shift = (number % kPerWord) * 2;
    word = (word & ~(std::uint64_t{3} << shift)) | (std::uint64_t{what} << shift);
  }

  void remember(std::uint32_t id, std::uint8_t what);
  void skip(std::uint32_t gap);
  void allocate();

  std::uint32_t highest_ = 0;
  std::vector<std::uint64_t> words_;  // a ring of two-bit entries, or empty: all of them ended
};

}  // namespace h2assay
