#include "engine/frame_reader.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/digest.h"

namespace h2assay {
namespace {

using Kind = FrameReader::Result::Kind;

constexpr std::uint32_t kLimit = 16384;

// What a reader makes of some octets, as text, so that two ways of cutting can be compared.
std::vector<std::string> read_all(FrameReader& reader, Octets input) {
  std::vector<std::string> seen;
  while (true) {
    const FrameReader::Result result = reader.next(input, kLimit);
    if (result.kind == Kind::need_more) return seen;
    if (result.kind == Kind::broken) {
      seen.emplace_back(name(result.broken));
      return seen;
    }
    seen.push_back(describe(result.frame) + " " + to_hex(result.frame.payload));
  }
}

OctetBuffer some_frames() {
  OctetBuffer octets;
  append_settings(octets, std::to_array<Setting>({{3, 100}, {4, 1}}));
  append_settings_ack(octets);
  append_data(octets, 1, octets_of("hello"), true, 3);
  append_window_update(octets, 0, 7);
  append_data(octets, 3, octets_of(std::string(300, 'x')), false);
  return octets;
}

TEST(FrameReader, AbsorbsOnlyWhatFinishesNothing) {
  const OctetBuffer octets = some_frames();
  FrameReader by_next;
  FrameReader by_absorb;
  std::size_t absorbed = 0;
  for (const std::uint8_t& octet : octets.view()) {
    const std::vector<std::string> wanted = read_all(by_next, Octets(&octet, 1));
    if (by_absorb.absorb(Octets(&octet, 1))) {
      ++absorbed;
      EXPECT_TRUE(wanted.empty());
    } else {
      EXPECT_EQ(read_all(by_absorb, Octets(&octet, 1)), wanted);
    }
    EXPECT_EQ(by_absorb.carried(), by_next.carried());
  }
  EXPECT_GT(absorbed, octets.size() / 2);
}

TEST(FrameReader, HandsOutViewsOfTheCallersOctets) {
  const OctetBuffer octets = some_frames();
  FrameReader reader;
  Octets input = octets.view();

  const FrameReader::Result result = reader.next(input, kLimit);

  ASSERT_EQ(result.kind, Kind::frame);
  EXPECT_EQ(result.frame.payload.data(), octets.data() + kFrameHeaderOctets);
  EXPECT_EQ(reader.carried(), 0U);
}

TEST(FrameReader, WaitsForTheRestOfASplitFrame) {
  OctetBuffer octets;
  append_ping(octets, {1, 2, 3, 4, 5, 6, 7, 8}, false);
  FrameReader reader;

  Octets first = octets.view().first(12);
  EXPECT_EQ(reader.next(first, kLimit).kind, Kind::need_more);
  EXPECT_TRUE(first.empty());
  Octets second = octets.view().subspan(12);
  const FrameReader::Result result = reader.next(second, kLimit);

  ASSERT_EQ(result.kind, Kind::frame);
  EXPECT_EQ(to_hex(result.frame.payload), "0102030405060708");
  EXPECT_EQ(reader.next(second, kLimit).kind, Kind::need_more);
}

TEST(FrameReader, SeesTheSameFramesHoweverTheOctetsAreCut) {
  OctetBuffer octets;
  octets.append(kClientPreface);
  octets.append(some_frames().view());
  FrameReader whole(true);
  const std::vector<std::string> expected = read_all(whole, octets.view());
  ASSERT_EQ(expected.size(), 5U);

  for (std::size_t piece = 1; piece < octets.size(); ++piece) {
    FrameReader reader(true);
    std::vector<std::string> seen;
    for (std::size_t at = 0; at < octets.size(); at += piece) {
      const Octets part = octets.view().subspan(at, std::min(piece, octets.size() - at));
      for (std::string& each : read_all(reader, part)) seen.push_back(std::move(each));
    }
    ASSERT_EQ(seen, expected) << "pieces of " << piece;
  }
}

TEST(FrameReader, KeepsTheFrameOfAnEarlierPieceWhileItStoresTheTail) {
  OctetBuffer octets = some_frames();
  FrameReader reader;
  Octets head = octets.view().first(15);
  ASSERT_EQ(reader.next(head, kLimit).kind, Kind::need_more);
  Octets rest = octets.view().subspan(15, octets.size() - 16);

  const FrameReader::Result first = reader.next(rest, kLimit);
  while (reader.next(rest, kLimit).kind == Kind::frame) {
  }

  EXPECT_GT(reader.carried(), 0U);
  EXPECT_EQ(to_hex(first.frame.payload), "000300000064000400000001");
}

TEST(FrameReader, RefusesALongFrameAtTheNinthOctetD71) {
  OctetBuffer octets;
  append_header(octets, {.length = 16385, .type = 0, .flags = 0, .stream_id = 1});
  FrameReader reader;
  Octets eight = octets.view().first(8);
  EXPECT_EQ(reader.next(eight, kLimit).kind, Kind::need_more);
  Octets ninth = octets.view().subspan(8);

  const FrameReader::Result result = reader.next(ninth, kLimit);

  ASSERT_EQ(result.kind, Kind::broken);
  EXPECT_EQ(result.broken, Rule::frame_too_long);
  EXPECT_EQ(result.frame.header.length, 16385U);
  EXPECT_EQ(result.frame.header.stream_id, 1U);
}

TEST(FrameReader, AcceptsAFrameOfExactlyTheLimit) {
  OctetBuffer octets;
  append_data(octets, 1, std::vector<std::uint8_t>(kLimit), false);
  FrameReader reader;
  Octets input = octets.view();
  EXPECT_EQ(reader.next(input, kLimit).kind, Kind::frame);
}

TEST(FrameReader, AppliesTheLimitOfTheMomentToEachFrameD40) {
  OctetBuffer octets;
  append_data(octets, 1, std::vector<std::uint8_t>(20000), false);
  append_data(octets, 1, std::vector<std::uint8_t>(20000), false);
  FrameReader reader;
  Octets input = octets.view();
  EXPECT_EQ(reader.next(input, 20000).kind, Kind::frame);
  EXPECT_EQ(reader.next(input, 16384).kind, Kind::broken);
}

TEST(FrameReader, FailsAgainUntilItIsToldToTolerateThisOneFrame) {
  OctetBuffer octets;
  append_data(octets, 1, std::vector<std::uint8_t>(20000), false);
  append_data(octets, 1, std::vector<std::uint8_t>(20000), false);
  for (const std::size_t cut : {std::size_t{0}, std::size_t{4}, std::size_t{9}}) {
    FrameReader reader;
    Octets head = octets.view().first(cut);
    EXPECT_NE(reader.next(head, kLimit).kind, Kind::frame);
    Octets input = octets.view().subspan(cut - head.size());
    EXPECT_EQ(reader.next(input, kLimit).kind, Kind::broken);
    EXPECT_EQ(reader.next(input, kLimit).kind, Kind::broken);

    reader.tolerate();
    EXPECT_EQ(reader.next(input, kLimit).kind, Kind::frame);
    EXPECT_EQ(reader.next(input, kLimit).kind, Kind::broken);
  }
}

TEST(FrameReader, RefusesAPrefaceAtTheFirstOctetThatDiffers) {
  for (std::size_t wrong = 0; wrong < kClientPreface.size(); ++wrong) {
    std::string preface(kClientPreface);
    preface[wrong] = '?';
    FrameReader reader(true);
    Octets before = octets_of(preface).first(wrong);
    EXPECT_EQ(reader.next(before, kLimit).kind, Kind::need_more);
    Octets at = octets_of(preface).subspan(wrong, 1);
    const FrameReader::Result result = reader.next(at, kLimit);
    ASSERT_EQ(result.kind, Kind::broken) << wrong;
    EXPECT_EQ(result.broken, Rule::preface_mismatch);
  }
}

TEST(FrameReader, SkipsTwentyFourOctetsWhenThePrefaceIsTolerated) {
  OctetBuffer octets;
  octets.append(std::string_view("PRI * HTTP/1.1\r\n\r\nXX\r\n\r\n"));
  append_settings_ack(octets);
  FrameReader reader(true);
  Octets input = octets.view();
  ASSERT_EQ(reader.next(input, kLimit).kind, Kind::broken);

  reader.tolerate();

  EXPECT_EQ(reader.next(input, kLimit).kind, Kind::frame);
  EXPECT_TRUE(reader.preface_complete());
}

TEST(FrameReader, CopiesToASnapshotThatGoesOnAlike) {
  const OctetBuffer octets = some_frames();
  FrameReader reader;
  Octets head = octets.view().first(20);
  const std::vector<std::string> before = read_all(reader, head);
  FrameReader copy = reader;

  const Octets rest = octets.view().subspan(20);
  EXPECT_EQ(read_all(copy, rest), read_all(reader, rest));
}

TEST(FrameReader, DigestsWhatItCarriesAndNotWhatItHandedOut) {
  const auto digest_of = [](const FrameReader& reader) {
    Hasher hasher;
    hasher.add(reader);
    return hasher.digest();
  };
  const OctetBuffer octets = some_frames();
  FrameReader whole;
  read_all(whole, octets.view());
  FrameReader pieces;
  read_all(pieces, octets.view().first(100));
  EXPECT_NE(digest_of(whole), digest_of(pieces));
  read_all(pieces, octets.view().subspan(100));
  EXPECT_EQ(digest_of(whole), digest_of(pieces));
}

}  // namespace
}  // namespace h2assay
