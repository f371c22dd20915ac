#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "engine/frame.h"

namespace h2assay {
namespace {

TEST(FrameWriting, WritesTheOctetsThatTheRfcDraws) {
  OctetBuffer out;
  append_settings(out, std::to_array<Setting>({setting(SettingId::max_concurrent_streams, 100)}));
  append_settings_ack(out);
  append_data(out, 1, octets_of("hi"), true);
  append_data(out, 1, octets_of("hi"), false, 2);
  append_priority(out, 3, {.depends_on = 1, .weight = 256, .exclusive = true});
  append_rst_stream(out, 1, ErrorCode::cancel);
  append_ping(out, {1, 2, 3, 4, 5, 6, 7, 8}, true);
  append_goaway(out, 5, ErrorCode::no_error, octets_of("x"));
  append_window_update(out, 1, 7);

  EXPECT_EQ(to_hex(out.view()),
            "000006040000000000"
            "000300000064"
            "000000040100000000"
            "000002000100000001"
            "6869"
            "000005000800000001"
            "0268690000"
            "000005020000000003"
            "80000001ff"
            "000004030000000001"
            "00000008"
            "000008060100000000"
            "0102030405060708"
            "000009070000000000"
            "000000050000000078"
            "000004080000000001"
            "00000007");
}

// Joins a block that was cut into frames; checks the limit on the way.
std::vector<std::uint8_t> joined(const OctetBuffer& out, std::uint32_t limit, std::size_t& frames) {
  std::vector<std::uint8_t> block;
  Octets rest = out.view();
  frames = 0;
  while (!rest.empty()) {
    const FrameHeader header = parse_header(rest.data());
    const Frame frame{header, rest.subspan(kFrameHeaderOctets, header.length)};
    EXPECT_LE(header.length, limit);
    EXPECT_EQ(header.stream_id, 1U);
    Octets fragment = frame.payload;
    if (header.is(FrameType::headers)) fragment = parse_headers(frame).value.fragment;
    if (header.is(FrameType::push_promise)) fragment = parse_push_promise(frame).value.fragment;
    EXPECT_EQ(frames == 0, !header.is(FrameType::continuation));
    block.insert(block.end(), fragment.begin(), fragment.end());
    if (header.has(flags::padded)) {
      const Octets padding = frame.payload.last(frame.payload.front());
      EXPECT_TRUE(std::ranges::all_of(padding, [](std::uint8_t octet) { return octet == 0; }));
    }
    rest = rest.subspan(kFrameHeaderOctets + header.length);
    EXPECT_EQ(header.has(flags::end_headers), rest.empty());
    ++frames;
  }
  return block;
}

TEST(FrameWriting, CutsABlockSoThatNoFrameExceedsTheLimitD60) {
  constexpr std::uint32_t kLimit = 300;
  const PriorityFields priority{.depends_on = 3, .weight = 7, .exclusive = false};
  std::vector<std::uint8_t> block(1500);
  for (std::size_t i = 0; i < block.size(); ++i) block[i] = static_cast<std::uint8_t>(i * 7);

  for (const std::size_t size : {0U, 38U, 39U, 40U, 289U, 290U, 295U, 300U, 301U, 600U, 1500U}) {
    for (const bool promise : {false, true}) {
      for (const auto pad : {std::optional<std::uint8_t>(), std::optional<std::uint8_t>(255)}) {
        OctetBuffer out;
        const FieldBlock open =
            promise ? open_push_promise(out, 1, 2, pad) : open_headers(out, 1, true, priority, pad);
        out.append(Octets(block).first(size));
        close_field_block(out, open, kLimit);
        std::size_t frames = 0;
        EXPECT_TRUE(std::ranges::equal(joined(out, kLimit, frames), Octets(block).first(size)))
            << size;
        EXPECT_EQ(frames > 1, size + open.before + pad.value_or(0) > kLimit) << size;
      }
    }
  }
}

TEST(FrameWriting, WritesAnEmptyBlockAsAFrameWithoutFragmentD61) {
  OctetBuffer out;
  const FieldBlock open = open_headers(out, 1, true);
  close_field_block(out, open, 16384);
  EXPECT_EQ(to_hex(out.view()), "000000010500000001");
}

TEST(FrameWriting, PadsTheFirstFrameOfABlockWithZeros) {
  OctetBuffer out;
  const FieldBlock open = open_headers(out, 1, false, {}, 3);
  out.append(std::string_view("ab"));
  close_field_block(out, open, 16384);
  EXPECT_EQ(to_hex(out.view()),
            "000006010c00000001"
            "036162000000");
}

}  // namespace
}  // namespace h2assay
