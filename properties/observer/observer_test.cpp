// What the observer must not accuse: legal conversations, races, and what our own illegal steps
// made unknown.  And what it says to have observed.
#include <algorithm>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "properties/observer/test_kit.h"

namespace h2assay::watch {
namespace {

using wire::Role;

std::string text(const Talk& talk) {
  std::string all;
  for (const Finding& finding : talk.findings()) {
    all += std::string(finding.check) + (finding.certain ? " (certain): " : " (info): ");
    all += finding.what + "\n";
  }
  return all;
}

void expect_silence(const Talk& talk) { EXPECT_TRUE(talk.findings().empty()) << text(talk); }

// Findings are there, and none of them accuses.
void expect_info(const Talk& talk) {
  EXPECT_FALSE(talk.findings().empty());
  EXPECT_FALSE(talk.observer().accuses()) << text(talk);
}

// --- Legal conversations ------------------------------------------------------------------------

TEST(Observer, IsSilentAboutARequestWithContentTrailersAndPadding) {
  Talk talk;
  talk.handshake().us(headers(1, kPost));
  talk.us(wire::make_frame(FrameType::data, wire::kPadded, 1, {2, 'a', 0, 0}));
  talk.us(headers(1, {{"x", "y"}}, kEnd));
  talk.peer(headers(1, {{":status", "103"}})).peer(headers(1, {{":status", "200"}}));
  talk.peer(wire::make_frame(FrameType::data, wire::kPadded, 1, {1, 'a', 0}));
  talk.peer(headers(1, {{"x", "y"}}, kEnd)).peer(goaway(1));
  expect_silence(talk);
}

TEST(Observer, IsSilentAboutAClientThatDoesTheSame) {
  Talk talk(Role::client);
  talk.handshake().peer(headers(1, kPost)).peer(data(1, 10)).peer(headers(1, {{"x", "y"}}, kEnd));
  talk.us(headers(1, kOk)).us(data(1, 5, kEnd)).peer(headers(3, kGet, kEnd));
  talk.us(promise(3, 2, kGet)).us(headers(3, kOk, kEnd)).peer(reset(2)).us(goaway(3));
  talk.peer(goaway(0));
  expect_silence(talk);
}

TEST(Observer, IsSilentAboutPushes) {
  Talk talk;
  talk.handshake().us(headers(1, kGet, kEnd)).peer(promise(1, 2, kGet)).peer(promise(1, 6, kGet));
  talk.peer(headers(1, kOk, kEnd)).peer(headers(2, kOk)).peer(data(2, 3, kEnd)).peer(reset(6));
  expect_silence(talk);
}

TEST(Observer, IsSilentAboutHeadAndConnectAndNotModified) {
  const Pairs head{{":method", "HEAD"}, {":scheme", "http"}, {":path", "/"}};
  const Pairs connect{{":method", "CONNECT"}, {":authority", "a:1"}};
  Talk talk;
  talk.handshake().us(headers(1, head, kEnd)).us(headers(3, connect)).us(headers(5, kGet, kEnd));
  talk.peer(headers(1, {{":status", "200"}, {"content-length", "9"}}, kEnd));
  talk.peer(headers(3, kOk)).peer(data(3, 9)).us(data(3, 1, kEnd)).peer(data(3, 0, kEnd));
  talk.peer(headers(5, {{":status", "304"}, {"content-length", "9"}}, kEnd));
  expect_silence(talk);
}

TEST(Observer, IsSilentAboutABlockInPiecesAndUnknownFramesAndSettings) {
  Talk talk;
  talk.handshake({}, {{static_cast<SettingId>(0xabcd), 7}}).us(headers(1, kGet, kEnd));
  talk.peer(bare(static_cast<FrameType>(0x77), 9, 5, 0xff)).peer(bare(FrameType::altsvc, 0, 2));
  talk.peer(wire::make_frame(FrameType::headers, kEnd, 1, {}));
  talk.peer(wire::make_frame(FrameType::continuation, 0, 1, {0x88}));
  talk.peer(wire::make_frame(FrameType::continuation, wire::kEndHeaders, 1, {}));
  expect_silence(talk);
}

TEST(Observer, IsSilentAboutAnswersToAMalformedRequestOfOurs) {
  Talk talk;
  talk.handshake().us(headers(1, {{":method", "GET"}, {"A", "b"}}, kEnd));
  talk.peer(headers(1, {{":status", "400"}}, kEnd)).peer(reset(1, 1));
  expect_silence(talk);
}

TEST(Observer, DoesNotMindWhereOctetsAreCut) {
  Octets ours(wire::kPreface.begin(), wire::kPreface.end());
  Octets theirs;
  for (const RawFrame& frame : {settings(), headers(1, kGet, kEnd)}) wire::append(ours, frame);
  for (const RawFrame& frame : {settings(), ack(), ping(1), headers(1, kOk, kEnd)}) {
    wire::append(theirs, frame);
  }
  Observer observer(Role::server);
  for (const std::uint8_t octet : ours) observer.sent({&octet, 1});
  for (const std::uint8_t octet : theirs) observer.received({&octet, 1});
  EXPECT_TRUE(observer.findings().empty());
  EXPECT_EQ(observer.frames_received(), 4U);
}

// --- Races: what the peer may not have seen yet
// ---------------------------------------------------

TEST(Observer, LetsThePeerUseTheOldWindowUntilItAcknowledges) {
  Talk talk;
  talk.handshake().us(headers(1, kGet, kEnd)).us(settings({{SettingId::initial_window_size, 0}}));
  talk.peer(headers(1, kOk)).peer(data(1, 100));
  expect_silence(talk);
  talk.peer(ack()).peer(data(1, 1));
  EXPECT_EQ(talk.findings().at(0).check, "stream-window");
}

TEST(Observer, LetsThePeerUseTheNewWindowBeforeItAcknowledges) {
  Talk talk;
  talk.handshake({{SettingId::initial_window_size, 0}}).us(headers(1, kGet, kEnd));
  talk.us(settings({{SettingId::initial_window_size, 9}})).peer(headers(1, kOk)).peer(data(1, 9));
  expect_silence(talk);
}

TEST(Observer, KnowsThatAWindowStaysNegative) {
  Talk talk;
  talk.handshake().us(headers(1, kGet, kEnd)).peer(headers(1, kOk)).peer(data(1, 100));
  talk.us(settings({{SettingId::initial_window_size, 0}})).peer(ack()).us(credit(1, 100));
  talk.peer(data(1, 0));
  expect_silence(talk);
  talk.peer(data(1, 1));
  EXPECT_EQ(talk.findings().at(0).check, "stream-window");
}

TEST(Observer, LetsFramesCrossOurReset) {
  Talk talk;
  talk.handshake().us(headers(1, kGet, kEnd)).us(reset(1)).us(ping(7)).peer(ping(7, wire::kAck));
  talk.peer(headers(1, kOk)).peer(promise(1, 2, kGet)).peer(data(1, 1)).peer(reset(1));
  expect_silence(talk);
}

TEST(Observer, LetsCreditCrossTheEndOfAStream) {
  Talk talk;
  talk.handshake().us(headers(1, kPost)).us(data(1, 5, kEnd)).peer(headers(1, kOk, kEnd));
  talk.peer(credit(1, 5)).peer(reset(1));
  expect_silence(talk);
}

TEST(Observer, LetsAPushCrossTheSettingThatForbidsIt) {
  Talk talk;
  talk.handshake().us(headers(1, kGet, kEnd)).us(settings({{SettingId::enable_push, 0}}));
  talk.peer(promise(1, 2, kGet)).peer(ack());
  expect_silence(talk);
}

TEST(Observer, LetsRequestsCrossOurGoaway) {
  Talk talk(Role::client);
  talk.handshake().us(goaway(0)).us(ping(1)).peer(ping(1, wire::kAck)).peer(headers(1, kGet, kEnd));
  expect_silence(talk);
}

TEST(Observer, LetsStreamsOpenBeforeTheLimitIsAcknowledged) {
  Talk talk(Role::client);
  talk.handshake().us(settings({{SettingId::max_concurrent_streams, 0}}));
  talk.peer(headers(1, kGet, kEnd)).peer(ack());
  expect_silence(talk);
}

TEST(Observer, LetsLargeFramesCrossALoweredLimit) {
  Talk talk;
  talk.handshake({{SettingId::max_frame_size, 20000}}).us(headers(1, kGet, kEnd));
  talk.us(settings({{SettingId::max_frame_size, 16384}})).peer(headers(1, kOk));
  talk.peer(data(1, 20000));
  expect_silence(talk);
  talk.peer(ack()).peer(data(1, 16385));
  EXPECT_EQ(talk.findings().at(0).check, "frame-size");
}

TEST(Observer, WantsASizeUpdateOnlyAfterTheAcknowledgement) {
  Talk talk;
  talk.handshake().us(headers(1, kGet, kEnd)).us(settings({{SettingId::header_table_size, 0}}));
  talk.peer(headers(1, kOk, kEnd)).peer(ack()).us(headers(3, kGet, kEnd));
  talk.peer(headers_octets(3, {0x20, 0x88}, kEnd));
  expect_silence(talk);
  EXPECT_EQ(talk.observer().observed("rfc9113-4.3.1-04"), 1U);
}

TEST(Observer, AllowsAFurtherResetWhereFramesOfOursCameIn) {
  Talk talk;
  talk.handshake().us(headers(1, kPost)).us(data(1, 1)).peer(reset(1, 5)).peer(reset(1, 5));
  expect_silence(talk);
}

TEST(Observer, KnowsAStreamThatWasPassedOverFromAnIdleOne) {
  Talk talk;
  talk.handshake().us(headers(3, kGet, kEnd)).peer(reset(1, 5));
  expect_silence(talk);
  talk.peer(reset(5, 5));
  EXPECT_EQ(talk.findings().at(0).check, "reset-idle");
}

TEST(Observer, CountsOnlyStreamsThatAreSurelyActive) {
  Talk talk(Role::client);
  talk.handshake({{SettingId::max_concurrent_streams, 1}}).peer(headers(1, kGet, kEnd));
  talk.us(headers(1, kOk, kEnd)).peer(headers(3, kPost)).peer(reset(3)).peer(headers(5, kPost));
  talk.us(reset(5)).peer(headers(7, kGet, kEnd));
  expect_silence(talk);
}

TEST(Observer, WantsMoreThanAnAnswerToKnowThatAResetArrived) {
  Talk talk;
  talk.handshake().us(headers(1, kGet, kEnd)).us(reset(1)).us(headers(3, kGet, kEnd));
  talk.peer(headers(3, kOk, kEnd)).peer(headers(1, kOk));
  expect_silence(talk);
}

TEST(Observer, TakesTheNumberThatAnnouncesAShutdown) {
  Talk talk;
  talk.handshake().us(headers(1, kGet, kEnd)).peer(goaway(0x7fff'ffff)).peer(goaway(1));
  talk.peer(headers(1, kOk, kEnd));
  expect_silence(talk);
}

TEST(Observer, TakesAnyNumberInTheGoawayOfAClientThatGoesOnAsking) {
  Talk talk(Role::client);
  talk.handshake().peer(goaway(17)).peer(goaway(0)).peer(headers(1, kGet, kEnd));
  expect_silence(talk);
}

TEST(Observer, LetsCreditStandBesideASettingThatWeHaveNotAcknowledged) {
  Talk talk;
  talk.handshake().us(headers(1, kPost)).peer(credit(1, 1));
  talk.peer(settings({{SettingId::initial_window_size, 0x7fff'ffff}})).peer(credit(1, 1));
  expect_silence(talk);
}

TEST(Observer, CountsAPushedStreamUntilItsEnd) {
  Talk talk;
  talk.handshake({{SettingId::max_concurrent_streams, 1}}).us(headers(1, kGet, kEnd));
  talk.peer(promise(1, 2, kGet)).peer(promise(1, 4, kGet)).peer(headers(2, kOk, kEnd));
  talk.peer(headers(4, kOk));
  expect_silence(talk);
}

TEST(Observer, CountsNoStreamThatGoawayLeavesOut) {
  Talk talk;
  talk.handshake({{SettingId::max_concurrent_streams, 1}}).us(headers(1, kGet, kEnd));
  talk.peer(promise(1, 2, kGet)).peer(promise(1, 4, kGet)).peer(headers(4, kOk));
  talk.us(goaway(2)).peer(headers(2, kOk));
  expect_silence(talk);
}

// --- Our own illegal steps --------------------------------------------------------------------

TEST(Observer, KnowsNothingOfAStreamOnWhichWeBrokeARule) {
  Talk talk;
  talk.handshake().us(headers(1, kGet, kEnd)).us(data(1, 1));
  talk.peer(headers(1, {{":status", "2"}})).peer(data(1, 70000 - 65536));
  expect_info(talk);
}

TEST(Observer, KnowsTheOtherStreamsAllTheSame) {
  Talk talk;
  talk.handshake().us(headers(1, kGet, kEnd)).us(data(1, 1)).us(headers(3, kGet, kEnd));
  talk.peer(headers(3, {{":status", "2"}}));
  EXPECT_TRUE(talk.observer().accuses());
}

TEST(Observer, KnowsNoStreamAfterAConnectionErrorOfOurs) {
  Talk talk;
  talk.handshake().us(headers(1, kGet, kEnd)).us(data(0, 1));
  talk.peer(headers(1, {{":status", "2"}})).peer(ack()).peer(credit(7, 1)).peer(goaway(9));
  expect_info(talk);
}

TEST(Observer, KnowsFrameFormatWhateverWeDid) {
  Talk talk;
  talk.handshake().us(data(0, 1)).peer(bare(FrameType::ping, 0, 7));
  EXPECT_TRUE(talk.observer().accuses());
}

TEST(Observer, KnowsFieldCompressionWhateverWeDid) {
  Talk talk;
  talk.handshake().us(headers(1, kGet, kEnd)).us(data(0, 1)).peer(headers_octets(1, {0xbe}));
  EXPECT_TRUE(talk.observer().accuses());
}

TEST(Observer, KnowsNoWindowAfterAnIllegalWindowOfOurs) {
  Talk talk;
  talk.handshake().us(headers(1, kGet, kEnd));
  talk.us(settings({{SettingId::initial_window_size, 0xffff'ffff}})).peer(headers(1, kOk));
  for (int i = 0; i < 5; ++i) talk.peer(data(1, 16384));
  expect_info(talk);
}

TEST(Observer, KnowsNothingAtAllAfterAWrongPrefaceOfOurs) {
  Talk talk;
  talk.us_octets("GET / HTTP/1.1\r\n\r\n").peer_octets("HTTP/1.1 400 Bad Request\r\n\r\n");
  expect_info(talk);
}

TEST(Observer, LetsAServerRefuseAWrongFirstFrameOfOursAtOnce) {
  Talk talk;
  talk.preface().us(bare(FrameType::settings, 0, 5)).peer(goaway(0, 6));
  expect_info(talk);
}

TEST(Observer, AccusesAServerThatSpeaksAnotherProtocol) {
  Talk talk;
  talk.preface().us(settings()).peer_octets("HTTP/1.1 400 Bad Request\r\n\r\n");
  EXPECT_TRUE(talk.observer().accuses());
  EXPECT_EQ(talk.findings().at(0).check, "first-frame");
}

TEST(Observer, TakesOurOverlongFrameByItsHeaderAlone) {
  Talk talk;
  talk.handshake().us(headers(1, kGet, kEnd));
  RawFrame frame = data(1, 10);
  frame.length = 16385;
  talk.us(frame).peer(headers(1, {{":status", "2"}}));
  expect_info(talk);
}

TEST(Observer, LetsAPeerRefuseStreamsAboveItsLimitOrAfterGoaway) {
  Talk talk;
  talk.handshake({}, {{SettingId::max_concurrent_streams, 1}});
  talk.us(headers(1, kPost)).us(headers(3, kPost)).peer(reset(3, 7)).peer(goaway(1));
  talk.us(headers(5, kGet, kEnd)).peer(reset(5, 7)).peer(headers(1, kOk, kEnd));
  expect_silence(talk);
}

TEST(Observer, KnowsNothingOfAPushOnAStreamOnWhichWeBrokeARule) {
  Talk talk;
  talk.handshake().us(headers(1, kGet, kEnd)).us(data(1, 1)).peer(promise(1, 2, kPost));
  expect_info(talk);
}

TEST(Observer, KnowsNothingOfAStreamAboveThePeersLimit) {
  Talk talk;
  talk.handshake({}, {{SettingId::max_concurrent_streams, 1}}).us(headers(1, kGet, kEnd));
  talk.us(headers(3, kGet, kEnd)).peer(headers(3, {{":status", "2"}}));
  expect_info(talk);
  talk.peer(headers(1, {{":status", "2"}}));
  EXPECT_TRUE(talk.observer().accuses());
}

TEST(Observer, HoldsUsToTheWindowThatWeHaveAcknowledged) {
  Talk talk;
  talk.handshake().us(headers(1, kPost)).peer(credit(0, 1000000));
  talk.peer(settings({{SettingId::initial_window_size, 1000000}}));
  for (int i = 0; i < 5; ++i) talk.us(data(1, 16384));
  talk.peer(headers(1, {{":status", "2"}}));
  expect_info(talk);
}

TEST(Observer, KnowsNoTableSizeAfterAConnectionErrorOfOurs) {
  Talk talk;
  talk.handshake().us(headers(1, kGet, kEnd)).us(data(0, 1));
  talk.peer(headers_octets(1, {0x3f, 0xe2, 0x1f, 0x88}, kEnd));
  expect_silence(talk);
}

// --- One fault, one accusation ------------------------------------------------------------------

TEST(Observer, JudgesNoFieldAfterABlockThatCannotBeDecoded) {
  Talk talk;
  talk.handshake().us(headers(1, kGet, kEnd)).us(headers(3, kGet, kEnd));
  talk.peer(headers_octets(1, {0x80, 0x40, 1, 'a', 1, 'b'})).peer(data(1, 1));
  talk.peer(headers_octets(3, {0x88, 0xbe})).peer(data(3, 1, kEnd));
  EXPECT_EQ(talk.findings().size(), 1U) << text(talk);
}

TEST(Observer, JudgesNoFieldAfterABlockThatWasBrokenOff) {
  Talk talk;
  talk.handshake().us(headers(1, kGet, kEnd)).us(headers(3, kGet, kEnd));
  talk.peer(wire::make_frame(FrameType::headers, 0, 1, {0x88, 0x40, 1, 'a'})).peer(ping(1));
  talk.peer(headers_octets(3, {0x88, 0xbe})).peer(data(3, 1, kEnd));
  EXPECT_EQ(talk.findings().size(), 1U) << text(talk);
}

// --- What it observed ---------------------------------------------------------------------------

TEST(Observer, ObservesOnlyWhatCouldHaveGoneWrong) {
  Talk talk;
  talk.handshake();
  EXPECT_EQ(talk.observer().observed("rfc9113-3.4-05"), 1U);
  EXPECT_EQ(talk.observer().observed("rfc9113-6.5.3-02"), 1U);
  EXPECT_EQ(talk.observer().observed("rfc9113-6.9.1-01"), 0U);
  EXPECT_EQ(talk.observer().observed("rfc9113-6.4-01"), 0U);
  talk.us(headers(1, kGet, kEnd)).peer(headers(1, kOk)).peer(data(1, 0)).peer(data(1, 1));
  EXPECT_EQ(talk.observer().observed("rfc9113-6.9.1-01"), 1U);
  talk.us(reset(1)).barrier(3);
  EXPECT_EQ(talk.observer().observed("rfc9113-6.4-01"), 1U);
}

TEST(Observer, ObservesPaddingWhereThereIsSome) {
  Talk talk;
  talk.handshake().us(headers(1, kGet, kEnd)).peer(headers(1, kOk)).peer(data(1, 1));
  EXPECT_EQ(talk.observer().observed("rfc9113-6.1-02"), 0U);
  EXPECT_EQ(talk.observer().observed("rfc9113-4.2-07"), 0U);
  talk.peer(wire::make_frame(FrameType::data, wire::kPadded, 1, {1, 'x', 0}));
  EXPECT_EQ(talk.observer().observed("rfc9113-6.1-02"), 1U);
  EXPECT_EQ(talk.observer().observed("rfc9113-4.2-07"), 1U);
}

TEST(Observer, ObservesNothingInTheUnknown) {
  Talk talk;
  talk.handshake().us(headers(1, kGet, kEnd)).us(data(1, 1)).peer(headers(1, kOk));
  EXPECT_EQ(talk.observer().observed("rfc9113-8.3.2-01"), 0U);
}

TEST(Observer, DoesNotObserveWhatWasBroken) {
  Talk talk;
  talk.handshake().us(headers(1, kGet, kEnd)).peer(headers(1, {{":status", "2"}}));
  EXPECT_EQ(talk.observer().observed("rfc9113-8.3.2-01"), 0U);
  const auto all = talk.observer().observed_requirements();
  EXPECT_TRUE(std::ranges::is_sorted(all));
  EXPECT_FALSE(std::ranges::binary_search(all, "rfc9113-8.3.2-01"));
}

TEST(Observer, ReportsARepeatedFaultOnce) {
  Talk talk;
  talk.handshake();
  for (int i = 0; i < 1000; ++i) talk.peer(bare(FrameType::ping, 0, 7));
  EXPECT_EQ(talk.findings().size(), 1U);
}

// A frame of any kind on one of a few streams, mostly with a payload that suits it.
RawFrame any_frame(std::mt19937& draw) {
  const auto below = [&draw](std::uint32_t bound) {
    return static_cast<std::uint32_t>(draw() % bound);
  };
  const std::uint32_t stream = below(7);
  switch (below(12)) {
    case 0: return headers(stream, kGet, static_cast<std::uint8_t>(below(2)));
    case 1: return headers(stream, kOk, static_cast<std::uint8_t>(below(2)));
    case 2: return data(stream, below(20000), static_cast<std::uint8_t>(below(16)));
    case 3: return reset(stream, below(20));
    case 4: return credit(below(2) * stream, static_cast<std::uint32_t>(draw() >> below(32)));
    case 5:
      return settings(
          {{static_cast<SettingId>(below(10)), static_cast<std::uint32_t>(draw() >> below(32))}});
    case 6:  return below(2) == 0 ? ack() : goaway(stream, below(3));
    case 7:  return ping(static_cast<std::uint8_t>(below(2)), static_cast<std::uint8_t>(below(2)));
    case 8:  return promise(stream, below(9), kGet);
    case 9:  return headers_octets(stream, Octets(below(4), static_cast<std::uint8_t>(draw())));
    default: break;
  }
  const auto flags = static_cast<std::uint8_t>(draw());
  return wire::make_frame(static_cast<FrameType>(below(18)),
                          flags,
                          stream,
                          Octets(below(12), static_cast<std::uint8_t>(draw())));
}

TEST(Observer, SurvivesWhateverBothSidesDo) {
  std::size_t findings = 0;
  for (std::uint32_t seed = 0; seed < 500; ++seed) {
    std::mt19937 draw(seed);
    Talk talk(seed % 2 == 0 ? Role::server : Role::client);
    talk.handshake();
    for (int i = 0; i < 200; ++i) {
      const RawFrame frame = any_frame(draw);
      draw() % 2 == 0 ? talk.us(frame) : talk.peer(frame);
    }
    findings += talk.findings().size();
    EXPECT_LE(talk.findings().size(), 200U);
  }
  EXPECT_GT(findings, 1000U);
}

TEST(Observer, WritesNoOctetOfThePeerRaw) {
  Talk talk;
  talk.handshake().us(headers(1, kGet, kEnd));
  talk.peer(headers(1, {{":status", "200"}, {"A\x1b[31m", "\\\n"}}));
  EXPECT_NE(talk.findings().at(0).what.find("\\x1b[31m: \\x5c\\x0a"), std::string::npos);
}

TEST(Observer, AcceptsEveryFreedomOfAlternativesAndOrigins) {
  Talk talk(wire::Role::server);
  talk.handshake();
  for (const std::string value : {R"(h2=":443")",
                                  R"(h2="other.example:443"; ma=60; persist=1, h3=":443")",
                                  R"(w%3Dx%3Ay#z=":1")",
                                  R"(x%25y=":1"; text="%3d,%zz")",
                                  R"(h2="a,%3d:1")",
                                  "clear",
                                  ""}) {
    Octets payload{0, 0};
    payload.insert(payload.end(), value.begin(), value.end());
    talk.peer(wire::make_frame(FrameType::altsvc, 0, 0, payload));
  }
  talk.peer(wire::make_frame(FrameType::origin, 0, 0, {}));
  talk.peer(wire::make_frame(FrameType::origin, 0, 0, {0, 0, 0, 1, 'a'}));
  talk.us(headers(1, kGet, kEnd));
  talk.peer(headers(
      1,
      {{":status", "200"}, {"alt-svc", "clear"}, {"date", "x"}, {"vary", "a"}, {"vary", "b"}},
      kEnd));
  EXPECT_TRUE(talk.findings().empty()) << talk.findings()[0].what;
  EXPECT_EQ(talk.observer().observed("rfc7838-3-04"), 5U);
}

}  // namespace
}  // namespace h2assay::watch
