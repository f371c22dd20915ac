#pragma once
// Flow-control windows.  RFC 9113, Sections 5.2 and 6.9.
//
// Both kinds are kept relative to the initial window size, so that a change of
// SETTINGS_INITIAL_WINDOW_SIZE moves every stream at once and costs nothing (6.9.2): every call
// takes the initial size in force (65535 for the connection).  Windows may be negative.

#include <algorithm>
#include <cstdint>

namespace h2assay {

inline constexpr std::int64_t kMaxWindow = 0x7fff'ffff;
inline constexpr std::uint32_t kInitialConnectionWindow = 65535;

// How much we may send.
class SendWindow {
 public:
  std::int64_t value(std::uint32_t initial) const { return std::int64_t{initial} + offset_; }

  // DATA left: padding and its length octet counted.  The caller has compared with value().
  void spend(std::uint32_t octets) { offset_ -= octets; }

  // WINDOW_UPDATE came.  False when the window would exceed 2^31-1 (6.9.1); then nothing changes.
  [[nodiscard]] bool open(std::uint32_t increment, std::uint32_t initial) {
    if (value(initial) + increment > kMaxWindow) return false;
    offset_ += increment;
    return true;
  }

  // The rule against overflow is off: stop at the top.
  void open_clamped(std::uint32_t increment, std::uint32_t initial) {
    offset_ +=
        std::min<std::int64_t>(increment, std::max<std::int64_t>(0, kMaxWindow - value(initial)));
  }

  friend bool operator==(const SendWindow&, const SendWindow&) = default;

  template <typename Hash> void digest_into(Hash& hash) const {
    const auto& [offset] = *this;
    hash.add(offset);
  }

 private:
  std::int64_t offset_ = 0;  // what was opened less what was spent; below -2^32 is impossible
};

// How much the peer may send, and when to tell it that it may send more.
class ReceiveWindow {
 public:
  std::int64_t value(std::uint32_t initial) const {
    return std::int64_t{initial} + raised_ - outstanding_;
  }

  // DATA came.  False when the peer had no credit for it; then nothing changes.  Length 0 never
  // violates, not even below zero: 6.9.1, D52.
  [[nodiscard]] bool receive(std::uint32_t octets, std::uint32_t initial) {
    if (octets != 0 && octets > value(initial)) return false;
    outstanding_ += octets;
    return true;
  }

  // The rule against overspending is off: book what came all the same, as far as a window can fall.
  void receive_unchecked(std::uint32_t octets) {
    outstanding_ += static_cast<std::uint32_t>(std::min<std::int64_t>(
        octets, kMaxWindow - std::min<std::int64_t>(kMaxWindow, outstanding_)));
  }

  // The user opens the window by hand.  False when it would exceed 2^31-1; then nothing changes
  // (D53). What goes beyond the target raises the target for good.
  [[nodiscard]] bool open(std::uint32_t increment, std::uint32_t initial) {
    if (value(initial) + increment > kMaxWindow) return false;
    const std::uint32_t returned = std::min(outstanding_, increment);
    outstanding_ -= returned;
    raised_ += increment - returned;
    pending_ = std::min(pending_, outstanding_);
    return true;
  }

  // The application is done with so many octets.  Gives the increment to send now, or 0: it is sent
  // when the acknowledged octets reach half the target, whatever the momentary window is.  More
  // than came is not given back.
  [[nodiscard]] std::uint32_t acknowledge(std::uint32_t octets, std::uint32_t initial) {
    pending_ += std::min(octets, outstanding_ - pending_);
    const std::uint64_t target = std::uint64_t{initial} + raised_;
    if (pending_ == 0 || pending_ < target / 2) return 0;
    // A target lowered to less than what waits (6.9.2) leaves no room above 2^31-1 to mind.
    const std::uint32_t increment = pending_;
    outstanding_ -= increment;
    pending_ = 0;
    return increment;
  }

  // Octets that came and were not given back.
  std::uint32_t outstanding() const { return outstanding_; }

  friend bool operator==(const ReceiveWindow&, const ReceiveWindow&) = default;

  template <typename Hash> void digest_into(Hash& hash) const {
    const auto& [raised, outstanding, pending] = *this;
    hash.add(raised, outstanding, pending);
  }

 private:
  std::uint32_t raised_ = 0;       // the target above the initial size
  std::uint32_t outstanding_ = 0;  // came, not given back
  std::uint32_t pending_ = 0;      // of those: acknowledged by the application, not yet announced
};

}  // namespace h2assay
