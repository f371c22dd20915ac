#include "fuzz/frame_mutate.h"

#include <algorithm>
#include <array>

#include "properties/generators/split_mix.h"
#include "properties/pair/foreign.h"
#include "properties/wire/frame.h"

namespace h2assay::fuzz {

namespace {

using generate::SplitMix;
using Piece = std::vector<std::uint8_t>;  // a frame, or what is none
using Pieces = std::vector<Piece>;

constexpr std::size_t kPiecesMax = 200;

// The preface stays whole; what lies behind the last whole frame is one piece.
Pieces cut(std::span<const std::uint8_t> octets) {
  Pieces pieces;
  const auto take = [&](std::size_t count) {
    count = std::min(count, octets.size());
    pieces.emplace_back(octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(count));
    octets = octets.subspan(count);
  };
  if (octets.size() >= wire::kPreface.size() &&
      std::ranges::equal(octets.first(4), std::string_view("PRI ")))
    take(wire::kPreface.size());
  while (octets.size() >= wire::kFrameHeaderOctets) {
    const std::size_t length = static_cast<std::size_t>(octets[0]) << 16 |
                               static_cast<std::size_t>(octets[1]) << 8 | octets[2];
    take(wire::kFrameHeaderOctets + length);
  }
  if (!octets.empty()) take(octets.size());
  return pieces;
}

Piece drawn(bool toward_client, SplitMix& draw) {
  const Act act{.kind = ActKind::put_frame,
                .side = toward_client ? Side::client : Side::server,
                .a = draw.octet(),
                .b = draw.octet(),
                .c = draw.octet(),
                .d = draw.below(1'000'000)};
  const Whereabouts at{.toward = act.side,
                       .stream_id = draw.below(8),
                       .fresh_id = 1 + 2 * draw.below(6),
                       .push_id = 2 + 2 * draw.below(3),
                       .window = 65535,
                       .frame_max = wire::kSmallestMaxFrameSize};
  Piece piece;
  if (draw.one_in(4))
    append_twisted(act, at, piece);
  else
    append_legal(act, at, piece);
  return piece;
}

void put_length(Piece& piece) {
  const std::size_t length = piece.size() - wire::kFrameHeaderOctets;
  for (std::size_t i = 0; i < 3; ++i) piece[i] = static_cast<std::uint8_t>(length >> (16 - 8 * i));
}

// One octet of header or payload; now and then the payload grows or shrinks.
void change(Piece& piece, SplitMix& draw) {
  if (piece.size() < wire::kFrameHeaderOctets) {
    if (!piece.empty()) piece[0] = draw.octet();
    return;
  }
  const auto size = static_cast<std::uint32_t>(piece.size());
  switch (draw.below(6)) {
    case 0: piece[3] = static_cast<std::uint8_t>(draw.below(13)); break;
    case 1: piece[4] = static_cast<std::uint8_t>(piece[4] ^ (1U << draw.below(6))); break;
    case 2: piece[8] = static_cast<std::uint8_t>(draw.below(10)); break;
    case 3:
      piece.resize(wire::kFrameHeaderOctets + draw.below(size - 8 + 4), draw.octet());
      put_length(piece);
      break;
    case 4:
      if (draw.one_in(4)) {
        piece[2] = draw.octet();  // a lie: what follows is cut anew
        break;
      }
      [[fallthrough]];
    default: {
      const std::uint32_t at = 3 + draw.below(size - 3);
      piece[at] = draw.one_in(2) ? draw.octet() : static_cast<std::uint8_t>(piece[at] ^ 0x80);
    }
  }
}

}  // namespace

std::vector<std::uint8_t> mutated_frames(std::span<const std::uint8_t> octets,
                                         std::size_t max,
                                         std::uint64_t seed) {
  SplitMix draw(seed);
  std::uint8_t configuration = octets.empty() ? 2 : octets[0];
  Pieces pieces = cut(octets.empty() ? octets : octets.subspan(1));
  do {
    const auto count = static_cast<std::uint32_t>(pieces.size());
    const auto place = pieces.begin() + draw.below(count + 1);
    if (count == 0 || draw.one_in(3)) {
      pieces.insert(place, drawn((configuration & 1) != 0, draw));
      continue;
    }
    Piece& one = pieces[draw.below(count)];
    switch (draw.below(6)) {
      case 0: pieces.erase(pieces.begin() + draw.below(count)); break;
      case 1: pieces.insert(place, Piece(one)); break;
      case 2: std::swap(one, pieces[draw.below(count)]); break;
      case 3:
        if (draw.one_in(6))
          configuration = static_cast<std::uint8_t>(configuration ^ 1U << draw.below(8));
        break;
      default: change(one, draw); break;
    }
  } while (draw.one_in(2));

  std::vector<std::uint8_t> out{configuration};
  for (std::size_t i = 0; i < std::min(pieces.size(), kPiecesMax); ++i)
    if (out.size() + pieces[i].size() <= max)
      out.insert(out.end(), pieces[i].begin(), pieces[i].end());
  out.resize(std::min(out.size(), max));
  return out;
}

}  // namespace h2assay::fuzz
