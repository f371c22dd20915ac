#pragma once
// Octets as the engine sees them: views in, one growing buffer out.  Big-endian everywhere
// (RFC 9113, Section 2.2).

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace h2assay {

// A view of octets that somebody else owns.
using Octets = std::span<const std::uint8_t>;

// Big-endian numbers.  The caller vouches for the room: 2, 3, 4 or 8 octets from `at`.
constexpr std::uint16_t load16(const std::uint8_t* at) {
  return static_cast<std::uint16_t>(at[0] << 8 | at[1]);
}

constexpr std::uint32_t load24(const std::uint8_t* at) {
  return std::uint32_t{at[0]} << 16 | std::uint32_t{at[1]} << 8 | at[2];
}

constexpr std::uint32_t load32(const std::uint8_t* at) {
  return std::uint32_t{at[0]} << 24 | load24(at + 1);
}

constexpr void store16(std::uint8_t* at, std::uint16_t value) {
  at[0] = static_cast<std::uint8_t>(value >> 8);
  at[1] = static_cast<std::uint8_t>(value);
}

constexpr void store24(std::uint8_t* at, std::uint32_t value) {
  at[0] = static_cast<std::uint8_t>(value >> 16);
  store16(at + 1, static_cast<std::uint16_t>(value));
}

constexpr void store32(std::uint8_t* at, std::uint32_t value) {
  store16(at, static_cast<std::uint16_t>(value >> 16));
  store16(at + 2, static_cast<std::uint16_t>(value));
}

// The same octets, seen as text and back.
inline std::string_view text_of(Octets octets) {
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

inline Octets octets_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// "0a1b": two lower-case digits an octet.
std::string to_hex(Octets octets);

// The octets that such a text names; upper case and blanks between octets are fine.  Nothing when
// it is not hex.
std::optional<std::vector<std::uint8_t>> from_hex(std::string_view text);

// A growing queue of octets: append at the back, take from the front.  Allocates on first use; a
// copy is an equal value.  Views stay valid until the next call that appends, inserts or compacts;
// take() and clear() keep them.
class OctetBuffer {
 public:
  OctetBuffer() = default;

  OctetBuffer(const OctetBuffer& other) { append(other.view()); }

  OctetBuffer(OctetBuffer&& other) noexcept { swap(other); }

  OctetBuffer& operator=(const OctetBuffer& other) {
    OctetBuffer copy(other);
    swap(copy);
    return *this;
  }

  OctetBuffer& operator=(OctetBuffer&& other) noexcept {
    OctetBuffer taken(std::move(other));
    swap(taken);
    return *this;
  }

  ~OctetBuffer() = default;

  void swap(OctetBuffer& other) noexcept {
    std::swap(octets_, other.octets_);
    std::swap(outgrown_, other.outgrown_);
    std::swap(capacity_, other.capacity_);
    std::swap(front_, other.front_);
    std::swap(back_, other.back_);
  }

  std::size_t size() const { return back_ - front_; }

  bool empty() const { return front_ == back_; }

  const std::uint8_t* data() const { return octets_.get() + front_; }

  std::uint8_t* data() { return octets_.get() + front_; }

  Octets view() const { return {data(), size()}; }

  void append(Octets octets) {
    if (!octets.empty()) std::memcpy(extend(octets.size()), octets.data(), octets.size());
  }

  void append(std::string_view text) { append(octets_of(text)); }

  void append8(std::uint8_t value) { *extend(1) = value; }

  void append16(std::uint16_t value) { store16(extend(2), value); }

  void append32(std::uint32_t value) { store32(extend(4), value); }

  void append_zeros(std::size_t count) {
    if (count > 0) std::memset(extend(count), 0, count);
  }

  // `count` more octets at the back, of any value until they are written.
  std::uint8_t* extend(std::size_t count) {
    if (count > capacity_ - back_) grow(count);
    std::uint8_t* at = octets_.get() + back_;
    back_ += count;
    return at;
  }

  // `count` zero octets before the position `at` (0: the front).  Linear in what follows.
  void insert_zeros(std::size_t at, std::size_t count);

  // Drops everything from position `size` on.
  void truncate(std::size_t size) { back_ = front_ + std::min(size, this->size()); }

  // Takes at most `max` octets from the front.
  Octets take(std::size_t max) {
    const Octets taken = view().first(std::min(max, size()));
    front_ += taken.size();
    return taken;
  }

  // Gives the room of taken octets back.  Call before appending, once old views are dead: amortised
  // O(1) an octet, as it moves only when at least as much was taken as is left.
  void compact() {
    outgrown_.clear();
    if (front_ < size()) return;
    if (!empty()) std::memmove(octets_.get(), data(), size());
    back_ -= front_;
    front_ = 0;
  }

  void clear() { front_ = back_ = 0; }

  // Whether `at` lies in this buffer's memory, taken octets included: a view to copy before a
  // change.
  bool holds(const std::uint8_t* at) const {
    return capacity_ != 0 && !std::less<>()(at, octets_.get()) &&
           std::less<>()(at, octets_.get() + capacity_);
  }

  friend bool operator==(const OctetBuffer& a, const OctetBuffer& b) {
    return std::ranges::equal(a.view(), b.view());
  }

  // What it holds, and nothing of how.
  template <typename Hash> void digest_into(Hash& hash) const {
    [[maybe_unused]] const auto& [octets, outgrown, capacity, front, back] = *this;
    hash.add(view());
  }

 private:
  void grow(std::size_t count);

  std::unique_ptr<std::uint8_t[]> octets_;
  std::vector<std::unique_ptr<std::uint8_t[]>> outgrown_;
  std::size_t capacity_ = 0;
  std::size_t front_ = 0;
  std::size_t back_ = 0;
};

}  // namespace h2assay
