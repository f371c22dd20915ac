#pragma once
// The static table of RFC 7541, Appendix A, and the way from a name to its index.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace h2assay::hpack {

struct StaticEntry {
  std::string_view name;
  std::string_view value;
};

inline constexpr std::uint32_t kStaticEntries = 61;

// RFC 7541, Appendix A.  Position 0 is not an index.
// clang-format off
inline constexpr std::array<StaticEntry, kStaticEntries + 1> kStaticTable = {{
    {"", ""},
    {":authority", ""},
    {":method", "GET"},
    {":method", "POST"},
    {":path", "/"},
    {":path", "/index.html"},
    {":scheme", "http"},
    {":scheme", "https"},
    {":status", "200"},
    {":status", "204"},
    {":status", "206"},
    {":status", "304"},
    {":status", "400"},
    {":status", "404"},
    {":status", "500"},
    {"accept-charset", ""},
    {"accept-encoding", "gzip, deflate"},
    {"accept-language", ""},
    {"accept-ranges", ""},
    {"accept", ""},
    {"access-control-allow-origin", ""},
    {"age", ""},
    {"allow", ""},
    {"authorization", ""},
    {"cache-control", ""},
    {"content-disposition", ""},
    {"content-encoding", ""},
    {"content-language", ""},
    {"content-length", ""},
    {"content-location", ""},
    {"content-range", ""},
    {"content-type", ""},
    {"cookie", ""},
    {"date", ""},
    {"etag", ""},
    {"expect", ""},
    {"expires", ""},
    {"from", ""},
    {"host", ""},
    {"if-match", ""},
    {"if-modified-since", ""},
    {"if-none-match", ""},
    {"if-range", ""},
    {"if-unmodified-since", ""},
    {"last-modified", ""},
    {"link", ""},
    {"location", ""},
    {"max-forwards", ""},
    {"proxy-authenticate", ""},
    {"proxy-authorization", ""},
    {"range", ""},
    {"referer", ""},
    {"refresh", ""},
    {"retry-after", ""},
    {"server", ""},
    {"set-cookie", ""},
    {"strict-transport-security", ""},
    {"transfer-encoding", ""},
    {"user-agent", ""},
    {"vary", ""},
    {"via", ""},
    {"www-authenticate", ""},
}};
// clang-format on

// All names of the static table behind one another, so that a position says where a name lies.
inline constexpr std::size_t kStaticNamesOctets = [] {
  std::size_t octets = 0;
  for (const StaticEntry& entry : kStaticTable) octets += entry.name.size();
  return octets;
}();

inline constexpr std::array<char, kStaticNamesOctets> kStaticNames = [] {
  std::array<char, kStaticNamesOctets> text{};
  std::size_t at = 0;
  for (const StaticEntry& entry : kStaticTable)
    for (const char c : entry.name) text[at++] = c;
  return text;
}();

inline constexpr std::array<std::uint16_t, kStaticEntries + 1> kStaticNameAt = [] {
  std::array<std::uint16_t, kStaticEntries + 1> at{};
  for (std::uint32_t i = 1; i <= kStaticEntries; ++i)
    at[i] = static_cast<std::uint16_t>(at[i - 1] + kStaticTable[i - 1].name.size());
  return at;
}();

// A hash of at most 32 octets of the text and of its length: quick, not strong.  Whoever uses it
// compares the texts as well, and bounds how many.
template <class Word> constexpr std::uint64_t load_octets(const char* p) {
  if consteval {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < sizeof(Word); ++i) {
      const std::size_t place =
          std::endian::native == std::endian::little ? i : sizeof(Word) - 1 - i;
      word |= std::uint64_t{static_cast<unsigned char>(p[i])} << (8 * place);
    }
    return word;
  } else {
    Word word;
    std::memcpy(&word, p, sizeof word);
    return word;
  }
}

constexpr std::uint64_t mixed(std::uint64_t h) {
  h *= 0x9e37'79b9'7f4a'7c15;
  return h ^ (h >> 32);
}

constexpr std::uint64_t hash_of(std::string_view text) {
  const char* p = text.data();
  const std::size_t n = text.size();
  if (n >= 8) {
    std::uint64_t h =
        load_octets<std::uint64_t>(p) ^ mixed(load_octets<std::uint64_t>(p + n - 8) + n);
    if (n > 16)
      h ^= mixed(load_octets<std::uint64_t>(p + 8) ^
                 std::rotl(load_octets<std::uint64_t>(p + n / 2 - 4), 29));
    return mixed(h);
  }
  std::uint64_t h = n;
  if (n >= 4)
    h ^= load_octets<std::uint32_t>(p) << 32 | load_octets<std::uint32_t>(p + n - 4) << 8;
  else if (n > 0)
    h ^= load_octets<std::uint8_t>(p) << 32 | load_octets<std::uint8_t>(p + n / 2) << 16 |
         load_octets<std::uint8_t>(p + n - 1) << 8;
  return mixed(h);
}

// a == b without a call: the texts are short and mostly equal.
constexpr bool same_text(std::string_view a, std::string_view b) {
  const std::size_t n = a.size();
  if (n != b.size()) return false;
  const char* p = a.data();
  const char* q = b.data();
  if (n >= 8) {
    for (std::size_t i = 0; i + 8 < n; i += 8)
      if (load_octets<std::uint64_t>(p + i) != load_octets<std::uint64_t>(q + i)) return false;
    return load_octets<std::uint64_t>(p + n - 8) == load_octets<std::uint64_t>(q + n - 8);
  }
  if (n >= 4) {
    return load_octets<std::uint32_t>(p) == load_octets<std::uint32_t>(q) &&
           load_octets<std::uint32_t>(p + n - 4) == load_octets<std::uint32_t>(q + n - 4);
  }
  for (std::size_t i = 0; i < n; ++i)
    if (p[i] != q[i]) return false;
  return true;
}

// The first index with this name, and how many follow one another with it.
struct StaticName {
  std::uint8_t index = 0;  // 0: not in the table
  std::uint8_t count = 0;
};

namespace detail {

inline constexpr std::uint32_t kStaticSlots = 256;

constexpr std::uint32_t static_slot(std::uint64_t hash, std::uint64_t factor) {
  return static_cast<std::uint32_t>((hash * factor) >> 56);
}

struct StaticIndex {
  std::uint64_t factor = 0;
  std::array<StaticName, kStaticSlots> slots{};
};

// Tries factors until no two names share a slot.
consteval StaticIndex make_static_index() {
  std::array<std::uint64_t, kStaticEntries + 1> hashes{};
  for (std::uint32_t i = 1; i <= kStaticEntries; ++i) hashes[i] = hash_of(kStaticTable[i].name);
  std::uint64_t factor = 0x9e37'79b9'7f4a'7c15;
  for (;;) {
    factor = factor * 6364136223846793005u + 1442695040888963407u;
    StaticIndex index{factor | 1, {}};
    bool good = true;
    for (std::uint32_t i = 1; i <= kStaticEntries && good; ++i) {
      StaticName& slot = index.slots[static_slot(hashes[i], index.factor)];
      if (slot.index == 0)
        slot = {static_cast<std::uint8_t>(i), 1};
      else if (kStaticTable[slot.index].name == kStaticTable[i].name)
        ++slot.count;
      else
        good = false;
    }
    if (good) return index;
  }
}

inline constexpr StaticIndex kStaticIndex = make_static_index();

}  // namespace detail

// The hash is hash_of(name).
constexpr StaticName find_static_name(std::string_view name, std::uint64_t hash) {
  const StaticName found =
      detail::kStaticIndex.slots[detail::static_slot(hash, detail::kStaticIndex.factor)];
  return same_text(kStaticTable[found.index].name, name) ? found : StaticName{};
}

}  // namespace h2assay::hpack
