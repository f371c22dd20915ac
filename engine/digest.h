#pragma once
// 128 bits over values: equal state, equal digest, on every machine and compiler.
//
// Each type that takes part has one member list: digest_into(hash), which takes *this apart with a
// structured binding and so fails to compile when a member is added and not listed:
//
//     template <typename Hash> void digest_into(Hash& hash) const {
//       const auto& [id, window] = *this;
//       hash.add(id, window);
//     }
//
// Not cryptographic: it finds states that differ, it does not withstand somebody who seeks a clash.

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace h2assay {

struct Digest {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend bool operator==(const Digest&, const Digest&) = default;
};

class Hasher {
 public:
  // Everything that takes part, in order.  Lengths are hashed too, so that moving the border
  // between two neighbours changes the digest.
  template <typename... T> void add(const T&... values) { (add_one(values), ...); }

  Digest digest() const { return {finish(high_ ^ count_), finish(low_ + count_ * kFourth)}; }

 private:
  static constexpr std::uint64_t kFirst = 0x9e37'79b9'7f4a'7c15;
  static constexpr std::uint64_t kSecond = 0xc2b2'ae3d'27d4'eb4f;
  static constexpr std::uint64_t kThird = 0x1656'67b1'9e37'79f9;
  static constexpr std::uint64_t kFourth = 0xff51'afd7'ed55'8ccd;

  static constexpr std::uint64_t finish(std::uint64_t value) {
    value = (value ^ (value >> 33)) * kFourth;
    value = (value ^ (value >> 29)) * kSecond;
    return value ^ (value >> 32);
  }

  void word(std::uint64_t value) {
    ++count_;
    high_ = std::rotl(high_ ^ (value * kFirst), 31) * kSecond;
    low_ = std::rotl(low_ + (value ^ kThird) * kFourth, 27) * kFirst + kThird;
  }

  void octets(const std::uint8_t* at, std::size_t size) {
    word(size);
    for (; size >= 8; at += 8, size -= 8) word(eight(at, 8));
    if (size > 0) word(eight(at, size));
  }

  static std::uint64_t eight(const std::uint8_t* at, std::size_t size) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i) value |= std::uint64_t{at[i]} << (8 * i);
    return value;
  }

  template <typename T> void add_one(const T& value) {
    if constexpr (requires { value.digest_into(*this); }) {
      value.digest_into(*this);
    } else if constexpr (std::is_enum_v<T>) {
      word(static_cast<std::uint64_t>(std::to_underlying(value)));
    } else if constexpr (std::integral<T>) {
      word(static_cast<std::uint64_t>(value));
    } else if constexpr (std::convertible_to<T, std::string_view>) {
      const std::string_view text = value;
      octets(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
    } else if constexpr (std::convertible_to<T, std::span<const std::uint8_t>>) {
      const std::span<const std::uint8_t> view = value;
      octets(view.data(), view.size());
    } else if constexpr (requires {
                           value.has_value();
                           *value;
                         }) {
      word(value.has_value() ? 1 : 0);
      if (value) add_one(*value);
    } else if constexpr (requires {
                           value.first;
                           value.second;
                         }) {
      add(value.first, value.second);
    } else {
      word(std::size(value));
      for (const auto& each : value) add_one(each);
    }
  }

  std::uint64_t high_ = 0x243f'6a88'85a3'08d3;
  std::uint64_t low_ = 0x1319'8a2e'0370'7344;
  std::uint64_t count_ = 0;
};

}  // namespace h2assay
