// Whatever representations an encoder chooses, the engine's decoder reads what the judges' own
// reads: the two ends of a pair share their table's code, so only an encoder of another make tells
// a table that is kept wrongly at both.  RFC 7541, Sections 2.3, 4 and 6.

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/hpack/decoder.h"
#include "properties/generators/split_mix.h"
#include "properties/wire/hpack.h"

namespace h2assay {
namespace {

constexpr std::uint64_t kFixed = 1500;  // stories with the seeds from 0 on
constexpr std::uint64_t kFresh = 1500;
constexpr int kBlocksMost = 12;
constexpr int kLinesMost = 6;
constexpr std::uint64_t kStatic = 61;

// Names of one to four octets, values of up to seven: entries of 33 to 43 octets, so that these
// tables are full to the last octet now and then, or one octet short of it.
constexpr auto kLimits =
    std::to_array<std::uint32_t>({0, 31, 32, 33, 34, 66, 67, 70, 76, 100, 102, 4096});

std::string some(generate::SplitMix& draw, std::uint32_t least, std::uint32_t most) {
  return std::string(least + draw.below(most - least + 1), static_cast<char>('a' + draw.below(3)));
}

wire::Representation representation(generate::SplitMix& draw, const wire::DynamicTable& table) {
  using enum wire::Kind;
  static constexpr std::array kLiterals{incremental, incremental, incremental, without, never};
  const std::uint64_t entries = kStatic + table.entries().size();
  // The newest entries most of all; one in forty does not exist.
  const std::uint64_t some_entry =
      draw.one_in(40) ? entries + 1
                      : (draw.one_in(3) ? 1 + draw.below(static_cast<std::uint32_t>(entries))
                                        : entries - draw.below(static_cast<std::uint32_t>(
                                                        std::min<std::uint64_t>(entries, 4))));
  if (draw.one_in(3)) return {.kind = indexed, .index = some_entry};
  wire::Representation literal{.kind = kLiterals[draw.below(kLiterals.size())],
                               .huffman_name = draw.one_in(2),
                               .huffman_value = draw.one_in(2)};
  if (draw.one_in(2))
    literal.index = some_entry;
  else
    literal.name = some(draw, 1, 4);
  literal.value = some(draw, 0, 7);
  return literal;
}

// One story of blocks; what the two decoders do not agree on.
std::string disagreement(std::uint64_t seed) {
  generate::SplitMix draw(seed);
  hpack::Decoder engine;
  wire::HpackDecoder judge;
  for (int number = 0; number < kBlocksMost; ++number) {
    std::vector<wire::Representation> block;
    if (draw.one_in(4)) {
      const std::uint32_t limit = kLimits[draw.below(kLimits.size())];
      engine.set_max_size(limit);
      judge.limit(limit);
      judge.require_at_most(limit);
    }
    if (judge.required() || draw.one_in(8)) {
      const std::uint32_t size = kLimits[draw.below(kLimits.size())];
      block.push_back(
          {.kind = wire::Kind::size_update,
           .index = draw.one_in(20) ? size : std::min<std::uint64_t>(size, judge.limit())});
    }
    wire::DynamicTable table = judge.table();
    if (!block.empty()) table.resize(block.front().index);
    for (std::uint32_t line = draw.below(kLinesMost + 1); line > 0; --line) {
      block.push_back(representation(draw, table));
      const wire::Representation& last = block.back();
      const wire::FieldLine* named = table.find(last.index);
      if (last.kind == wire::Kind::incremental)
        table.add(named != nullptr ? named->name : last.name, last.value);
    }
    const std::vector<std::uint8_t> octets = wire::encode(block);

    engine.begin_batch();
    std::vector<Field> fields;
    const hpack::DecodeResult came = engine.decode(octets, fields, {.list_octets = 1U << 30U});
    const wire::DecodedBlock due = judge.decode(octets);

    const std::string where = "block " + std::to_string(number) + ": ";
    if (static_cast<bool>(came) == due.fault.has_value())
      return where + (due.fault ? "taken, though " + std::string(wire::describe(*due.fault))
                                : std::string("refused: ") + std::string(name(came.defect)));
    if (due.fault) return {};
    const bool same =
        std::ranges::equal(fields, due.fields, [](const Field& a, const wire::FieldLine& b) {
          return a.name == b.name && a.value == b.value && a.never_indexed == b.never_indexed;
        });
    if (!same) return where + "the fields differ";
    if (engine.table().count() != judge.table().entries().size())
      return where + std::to_string(engine.table().count()) + " entries in the table; due are " +
             std::to_string(judge.table().entries().size());
  }
  return {};
}

TEST(Hpack, DecoderReadsWhateverAnotherEncoderWrites) {
  const char* given = std::getenv("H2ASSAY_SEED");
  const std::uint64_t fresh =
      given != nullptr ? std::stoull(given) : (std::uint64_t{std::random_device{}()} << 16U);
  for (std::uint64_t i = 0; i < kFixed; ++i) ASSERT_EQ(disagreement(i), "") << "seed " << i;
  for (std::uint64_t i = 0; i < kFresh; ++i)
    ASSERT_EQ(disagreement(fresh + i), "") << "repeat: H2ASSAY_SEED=" << fresh + i;
}

}  // namespace
}  // namespace h2assay
