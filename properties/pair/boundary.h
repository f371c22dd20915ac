#pragma once
// The values that scripts choose from: each limit of the RFC with its neighbours, and the usual
// ones. Index 0 is the plain one, so that shrinking an act or a configuration simplifies it.

#include <array>
#include <cstdint>
#include <optional>

namespace h2assay::boundary {

inline constexpr std::array<std::optional<std::uint32_t>, 8> kHeaderTable{
    std::nullopt, 0, 31, 32, 100, 4096, 4097, 65536};
inline constexpr std::array<std::optional<std::uint32_t>, 10> kWindow{
    std::nullopt, 0, 1, 2, 100, 16384, 65534, 65536, 1U << 20, 0x7fff'ffff};
inline constexpr std::array<std::optional<std::uint32_t>, 5> kFrameSize{
    std::nullopt, 16384, 16385, 65536, 16777215};
inline constexpr std::array<std::optional<std::uint32_t>, 7> kStreams{
    100, std::nullopt, 0, 1, 2, 10, 1000};
inline constexpr std::array<std::optional<std::uint32_t>, 5> kListSize{
    65536, std::nullopt, 200, 1000, 16384};
inline constexpr std::array<std::uint32_t, 12> kIncrement{1000,
                                                          1,
                                                          2,
                                                          100,
                                                          16384,
                                                          65535,
                                                          65536,
                                                          1U << 20,
                                                          0x7fff'ffff,
                                                          0x7fff'fffe,
                                                          0x3fff'ffff,
                                                          0x4000'0000};
inline constexpr std::array<std::uint32_t, 12> kLength{
    10, 0, 1, 2, 100, 255, 1024, 16383, 16384, 16385, 32768, 65535};
inline constexpr std::array<std::uint32_t, 8> kChunk{1, 2, 8, 9, 10, 24, 100, 4096};
inline constexpr std::array<std::uint8_t, 5> kPad{0, 1, 2, 9, 255};

template <typename Table> constexpr auto pick(const Table& table, std::uint32_t index) {
  return table[index % table.size()];
}

}  // namespace h2assay::boundary
