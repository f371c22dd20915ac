#pragma once
// The small books of a Connection: what is counted, gathered or remembered.  Private to
// connection*.cpp.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/event.h"
#include "engine/field.h"
#include "engine/fields.h"
#include "engine/frame.h"
#include "engine/hpack/encoder.h"
#include "engine/limits.h"
#include "engine/octets.h"

namespace h2assay {

// A whole field section as it came: one frame, or several joined.
struct ReceivedSection {
  std::uint32_t stream_id = 0;
  std::uint32_t promised_stream_id = 0;  // PUSH_PROMISE only
  bool promise = false;
  bool end_stream = false;
  bool discard = false;  // decode it, for the table's sake, and forget it
  std::optional<PriorityFields> priority;

  template <typename Hash> void digest_into(Hash& hash) const {
    const auto& [stream, promised, push, end, drop, signal] = *this;
    hash.add(stream, promised, push, end, drop, signal.has_value());
    if (signal) hash.add(signal->depends_on, signal->weight, signal->exclusive);
  }
};

// A field block whose END_HEADERS has not come yet: RFC 9113, Section 4.3.
struct OpenBlock {
  bool open = false;
  ReceivedSection section;
  std::uint32_t continuations = 0;
  OctetBuffer octets;

  template <typename Hash> void digest_into(Hash& hash) const {
    const auto& [begun, what, frames, fragment] = *this;
    hash.add(begun);
    if (begun) hash.add(what, frames, fragment);
  }
};

// How many replies wait undrained, without looking at the octets: those before a mark in the
// output, and those behind it.  Never less than there are.
class PendingReplies {
 public:
  // One more; how many there are now.
  std::uint32_t add() { return before_ + ++behind_; }

  // `taken` octets have left; `left` still wait.
  void drained(std::size_t taken, std::size_t left) {
    if (left == 0) {
      *this = PendingReplies();
    } else if (taken < mark_) {
      mark_ -= taken;
    } else {
      before_ = behind_;
      behind_ = 0;
      mark_ = left;
    }
  }

  template <typename Hash> void digest_into(Hash& hash) const {
    const auto& [before, behind, mark] = *this;
    hash.add(before, behind, mark);
  }

 private:
  std::uint32_t before_ = 0;
  std::uint32_t behind_ = 0;
  std::uint64_t mark_ = 0;  // octets from the front of the output to the mark
};

// What is spent of the budgets in limits.h.
struct Budgets {
  Budget churn;
  Budget priority;
  Budget window_updates;
  Budget interim;
  Budget glitches;
  Budget small_data;
  std::uint32_t empty_data = 0;  // in a row

  template <typename Hash> void digest_into(Hash& hash) const {
    const auto& [resets, signals, updates, responses, oddities, small, empty] = *this;
    hash.add(resets, signals, updates, responses, oddities, small, empty);
  }
};

// The :authority of live requests, each distinct one once: RFC 7838, Section 4 needs it.
class Authorities {
 public:
  // A number for this text, never 0; give it back when the stream is over.
  std::uint32_t keep(std::string_view authority);
  void release(std::uint32_t number);
  std::string_view text(std::uint32_t number) const;

 private:
  struct Entry {
    std::string text;
    std::uint32_t users = 0;
  };

  std::vector<Entry> entries_;
};

// Which of our resets the peer has provably seen: it has acknowledged a SETTINGS or PING frame that
// we sent behind the RST_STREAM.  RFC 9113, Section 5.1.
class Barriers {
 public:
  // Our next SETTINGS or PING frame; its number.
  std::uint64_t sent() { return ++last_; }

  // We have reset the stream.
  void reset(std::uint32_t id) {
    if (waiting_.size() >= kMostWaiting) waiting_.erase(waiting_.begin());
    waiting_.push_back({id, last_});
  }

  // The frame of this number was acknowledged.  Calls seen(id) for each reset that stood before it.
  template <class Seen> void acknowledged(std::uint64_t number, Seen seen) {
    std::size_t known = 0;
    while (known < waiting_.size() && waiting_[known].after < number) seen(waiting_[known++].id);
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(known));
  }

  template <typename Hash> void digest_into(Hash& hash) const {
    const auto& [last, waiting] = *this;
    hash.add(waiting.size());  // numbers only matter as distances
    for (const Waiting& reset : waiting) hash.add(reset.id, last - reset.after);
  }

  // How many were sent since the one of this number.
  std::uint64_t since(std::uint64_t number) const { return last_ - number; }

 private:
  static constexpr std::size_t kMostWaiting = 256;  // beyond, the oldest is never known as seen

  struct Waiting {
    std::uint32_t id = 0;
    std::uint64_t after = 0;  // the last barrier before the reset
  };

  std::uint64_t last_ = 0;
  std::vector<Waiting> waiting_;  // oldest first
};

// A PING of ours that was not answered yet.
struct SentPing {
  std::array<std::uint8_t, 8> data{};
  std::uint64_t barrier = 0;
};

// What one receive_data gathers.  A copy of a connection starts with an empty one.
struct Batch {
  Batch() = default;

  Batch(const Batch&) {}

  Batch(Batch&&) noexcept = default;

  Batch& operator=(const Batch&) { return *this = Batch(); }

  Batch& operator=(Batch&&) noexcept = default;
  ~Batch() = default;

  void clear();

  // Appends the event; its position.
  template <class E> Link add(const E& event) {
    constexpr std::size_t kFew = 8;
    if (events.capacity() == 0) events.reserve(kFew);
    events.emplace_back(event);
    return Link{static_cast<std::uint32_t>(events.size() - 1)};
  }

  // The event at `link` shows the fields, or the settings, from `first` on.
  void show_fields(Link link, std::size_t first);
  void show_changes(Link link, std::size_t first);
  // Lets all events look at their fields and settings, which have stopped moving.
  void settle();

  std::vector<Event> events;
  std::vector<Field> fields;
  std::vector<ChangedSetting> changed;
  TextArena text;

 private:
  struct Shown {
    std::uint32_t event = 0;
    std::uint32_t first = 0;
    std::uint32_t count = 0;
  };

  std::vector<Shown> shown_;
};

// Room for one call that sends.  Means nothing between calls.
struct Scratch {
  Scratch() = default;

  Scratch(const Scratch&) {}

  Scratch(Scratch&&) noexcept = default;

  Scratch& operator=(const Scratch&) { return *this = Scratch(); }

  Scratch& operator=(Scratch&&) noexcept = default;
  ~Scratch() = default;

  std::vector<Field> fields;
  std::vector<hpack::KnownField> known;  // one for each of `fields`, or none
  TextArena text;
  std::vector<std::uint8_t> octets;  // a copy of input that lies in our own buffers
};

}  // namespace h2assay
