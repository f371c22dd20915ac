#include "engine/octets.h"

namespace h2assay {

namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

// The value of a hex digit, or 16.
constexpr unsigned digit_value(char digit) {
  if (digit >= '0' && digit <= '9') return static_cast<unsigned>(digit - '0');
  if (digit >= 'a' && digit <= 'f') return static_cast<unsigned>(digit - 'a') + 10;
  if (digit >= 'A' && digit <= 'F') return static_cast<unsigned>(digit - 'A') + 10;
  return 16;
}

constexpr bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

std::string to_hex(Octets octets) {
  std::string text;
  text.reserve(octets.size() * 2);
  for (const std::uint8_t octet : octets) {
    text += kDigits[octet >> 4];
    text += kDigits[octet & 0xf];
  }
  return text;
}

std::optional<std::vector<std::uint8_t>> from_hex(std::string_view text) {
  std::vector<std::uint8_t> octets;
  octets.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_blank(text[i])) continue;
    if (i + 1 == text.size()) return std::nullopt;
    const unsigned high = digit_value(text[i]);
    const unsigned low = digit_value(text[++i]);
    if (high > 15 || low > 15) return std::nullopt;
    octets.push_back(static_cast<std::uint8_t>(high << 4 | low));
  }
  return octets;
}

void OctetBuffer::insert_zeros(std::size_t at, std::size_t count) {
  if (count == 0) return;
  const std::size_t after = size() - at;
  extend(count);
  std::uint8_t* gap = data() + at;
  std::memmove(gap + count, gap, after);
  std::memset(gap, 0, count);
}

void OctetBuffer::grow(std::size_t count) {
  const std::size_t held = size();
  const std::size_t wanted = std::max({std::size_t{256}, held + count, 2 * held});
  auto larger = std::make_unique_for_overwrite<std::uint8_t[]>(wanted);
  if (held > 0) std::memcpy(larger.get(), data(), held);
  if (octets_) outgrown_.push_back(std::move(octets_));
  octets_ = std::move(larger);
  capacity_ = wanted;
  front_ = 0;
  back_ = held;
}

}  // namespace h2assay
