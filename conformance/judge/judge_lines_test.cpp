// The judge, continued: absence, counts and order, several connections, TLS, the end.
#include "conformance/judge/reactions.h"
#include "conformance/judge/scene_for_tests.h"

namespace h2assay {
namespace {

using State = Reading::State;
using wire::FrameType;

// --- Absence, counting, order --------------------------------------------------------------------

TEST(Judge, BelievesAnAbsenceOnlyBehindABarrier) {
  EXPECT_EQ(Scene().read("< no DATA 1").state, State::open);
  expect_met(Scene().barrier().read("< no DATA 1"), Verdict::pass);
  expect_broken(Scene().data(1, 7).barrier().read("< no DATA 1"), "DATA 1 of 7 octets");
  expect_met(Scene().data(3, 7).barrier().read("< no DATA 1"), Verdict::pass);
}

TEST(Judge, CountsExactly) {
  const auto ack = [](Scene& scene) { scene.frame(FrameType::settings, wire::kAck, 0); };
  Scene scene;
  ack(scene);
  EXPECT_EQ(scene.barrier().read("< SETTINGS 0 ACK exactly 2").state, State::open);
  ack(scene);
  expect_met(scene.read("< SETTINGS 0 ACK exactly 2"), Verdict::pass);
  ack(scene);
  expect_broken(scene.read("< SETTINGS 0 ACK exactly 2"), "3 of them");
}

TEST(Judge, LetsASenderHoldBackLessThanAFrame) {
  Scene scene;
  scene.data(1, 20000).barrier();
  const Asked asked("< data 1 total=20100");
  const auto& phrase = std::get<transcript::Phrase>(asked.awaits[0]->alternatives[0].what);
  const Nowhere nowhere;
  const reactions::Question question{phrase, scene.here(), nowhere};
  EXPECT_EQ(reactions::data_total(question)->state, State::open);
  EXPECT_EQ(reactions::data_total(question, 99)->state, State::open);
  expect_met(*reactions::data_total(question, 100), Verdict::lenient);
}

TEST(Judge, CountsOctetsOfDataToTheLast) {
  EXPECT_EQ(Scene().data(1, 9).read("< data 1 total=10").state, State::open);
  EXPECT_EQ(Scene().data(1, 10).read("< data 1 total=10").state, State::open);  // no barrier yet
  expect_met(Scene().data(1, 4).data(1, 6).barrier().read("< data 1 total=10"), Verdict::pass);
  expect_broken(Scene().data(1, 11).read("< data 1 total=10"), "11 octets of DATA");
  expect_met(Scene().data(1, 4).data(3, 6).barrier().read("< data 1,3 total=10"), Verdict::pass);
}

TEST(Judge, HoldsToTheOrderThatBeforeAsksFor) {
  const std::string line = "< GOAWAY 0 NO_ERROR before FIN";
  expect_met(Scene().goaway(ErrorCode::no_error).end().read(line), Verdict::pass);
  expect_broken(
      Scene().frame(FrameType::settings, 0, 0).data(1, 1).read("< DATA 1 before SETTINGS 0"),
      "SETTINGS 0 came first");
}

TEST(Judge, TakesTheFirstAlternativeThatIsMet) {
  const std::string lines = "< connection-error FLOW_CONTROL_ERROR\n  or ignored  info";
  expect_met(Scene().goaway(ErrorCode::flow_control_error).read(lines), Verdict::pass);
  expect_met(Scene().barrier().read(lines), Verdict::info);
  expect_met(Scene().answer(1, "200", kEnds).read("< GOAWAY 0\n  or response 1 2xx  fail"),
             Verdict::fail);
}

// The error and the answer to the barrier may come in one read.
TEST(Judge, CallsNothingIgnoredThatWasAnsweredByAnError) {
  expect_broken(Scene().reset(1, ErrorCode::stream_closed).barrier().read("< ignored"),
                "RST_STREAM 1 STREAM_CLOSED");
  expect_broken(Scene().goaway(ErrorCode::frame_size_error).barrier().read("< ignored"),
                "GOAWAY FRAME_SIZE_ERROR");
  expect_met(Scene().reset(1, ErrorCode::no_error).barrier().read("< ignored"), Verdict::pass);
}

TEST(Judge, CallsNoCloseOrderlyThatComesBehindAnErrorNobodyNamed) {
  const std::string lines = "< response 1 2xx\n  or close  info";
  expect_met(Scene().goaway(ErrorCode::no_error).end().read(lines), Verdict::info);
  expect_broken(Scene().goaway(ErrorCode::protocol_error).end().read(lines),
                "GOAWAY PROTOCOL_ERROR");
}

TEST(Judge, TakesTheConnectionErrorThatStoodForAStreamError) {
  const Scene scene = Scene().goaway(ErrorCode::protocol_error);
  const Asked asked("< malformed 1");
  const auto reading = judge(*asked.awaits[0], {}, scene.hearings(), Nowhere());
  ASSERT_TRUE(reading);
  EXPECT_EQ(reading->taken, std::vector<std::size_t>{0});
}

// RFC 9113, Section 8.1.1: an error status may be followed by a reset, or by the end.
TEST(Judge, LetsAServerResetOrHangUpBehindAnErrorStatus) {
  const auto then = [](const std::string& status, const Scene& behind) {
    Hearings hearings = Scene().answer(1, status, kEnds).hearings();
    const Asked asked("< response 1 *\n< response 3 2xx");
    const auto first = judge(*asked.awaits[0], {}, hearings, Nowhere());
    EXPECT_TRUE(first && first->state == State::met);
    if (first) settle(*first, hearings);
    Hearing& here = hearings.begin()->second;
    const Hearing& more = behind.hearings().begin()->second;
    here.frames.insert(here.frames.end(), more.frames.begin(), more.frames.end());
    here.end = more.end;
    return *judge(*asked.awaits[1], {}, hearings, Nowhere());
  };
  const auto reset = [](std::uint32_t stream) {
    return Scene().reset(stream, ErrorCode::protocol_error);
  };
  const Scene farewell = Scene().goaway(ErrorCode::no_error).end();
  EXPECT_EQ(then("400", reset(1)).state, State::open);
  expect_met(then("431", farewell), Verdict::lenient);
  expect_broken(then("200", reset(1)), "RST_STREAM 1 PROTOCOL_ERROR");
  EXPECT_EQ(then("200", farewell).state, State::broken);
  EXPECT_EQ(then("400", reset(3)).state, State::broken);
}

TEST(Judge, DoesNotTakeAFrameTwice) {
  Scene scene;
  scene.frame(FrameType::ping, wire::kAck, 0, {1, 2, 3, 4, 5, 6, 7, 8}).barrier();
  Hearings hearings = scene.hearings();
  const Asked asked("< PING 0 ACK data=0102030405060708\n< no PING 0 ACK");
  const auto first = judge(*asked.awaits[0], {}, hearings, Nowhere());
  ASSERT_TRUE(first);
  settle(*first, hearings);
  const auto second = judge(*asked.awaits[1], {}, hearings, Nowhere());
  ASSERT_TRUE(second);
  expect_met(*second, Verdict::pass);
}

TEST(Judge, ComparesEveryPartThatIsWritten) {
  Scene scene;
  scene.frame(FrameType::ping, wire::kAck, 0, {1, 2, 3, 4, 5, 6, 7, 8});
  EXPECT_EQ(scene.read("< PING 0 ACK data=0102030405060709").state, State::open);
  EXPECT_EQ(scene.read("< PING 0 !ACK").state, State::open);
  expect_met(scene.read("< PING 0 ACK data=0102030405060708"), Verdict::pass);
}

TEST(Judge, NeverTakesTheAnswersToItsOwnBarrier) {
  Scene scene;
  scene.frame(FrameType::ping, wire::kAck, 0, std::vector<std::uint8_t>(8))
      .barrier()
      .here()
      .frames.back()
      .own = true;
  expect_met(scene.read("< no PING 0"), Verdict::pass);
}

TEST(Judge, TakesNoAnswerForTwoLines) {
  Scene scene;
  scene.reset(1, ErrorCode::stream_closed).barrier();
  Hearings hearings = scene.hearings();
  const Asked asked("< stream-error 1 STREAM_CLOSED\n< stream-error 1 STREAM_CLOSED");
  const auto first = judge(*asked.awaits[0], {}, hearings, Nowhere());
  ASSERT_TRUE(first);
  settle(*first, hearings);
  const auto second = judge(*asked.awaits[1], {}, hearings, Nowhere());
  ASSERT_TRUE(second);
  EXPECT_EQ(second->state, State::open);
}

TEST(Judge, FindsTheFrameBehindOthersOfItsKind) {
  expect_met(Scene()
                 .frame(FrameType::ping, wire::kAck, 0, {1, 1, 1, 1, 1, 1, 1, 1})
                 .frame(FrameType::ping, wire::kAck, 0, {2, 2, 2, 2, 2, 2, 2, 2})
                 .read("< PING 0 ACK data=0202020202020202"),
             Verdict::pass);
}

TEST(Judge, SeesWhatMustNotComeWhereverItStands) {
  expect_broken(
      Scene().data(3, 1).frame(FrameType::ping, 0, 0).data(1, 7).barrier().read("< no DATA 1"),
      "DATA 1 of 7 octets");
  // Behind the barrier is no excuse.
  Scene late;
  late.barrier();
  expect_broken(late.data(1, 7).read("< no DATA 1"), "DATA 1 of 7 octets");
}

TEST(Judge, CountsNoFewerThanAskedFor) {
  EXPECT_EQ(Scene().barrier().read("< SETTINGS 0 ACK exactly 1").state, State::open);
  expect_broken(Scene().end().read("< SETTINGS 0 ACK exactly 1"),
                "0 of them, then FIN without GOAWAY");
  expect_met(Scene().barrier().read("< SETTINGS 0 ACK exactly 0"), Verdict::pass);
}

TEST(Judge, WaitsForWhatIsMissing) {
  EXPECT_EQ(Scene().read("< close").state, State::open);
  EXPECT_EQ(Scene().data(1, 9).barrier().read("< data 1 total=10").state, State::open);
  EXPECT_EQ(Scene().data(1, 4).data(3, 6).barrier().read("< data 1 total=10").state, State::open);
  Scene one;
  one.frame(FrameType::settings, wire::kAck, 0);
  EXPECT_EQ(one.read("< SETTINGS 0 ACK exactly 1").state, State::open);  // a second one may come
}

TEST(Judge, ComparesTypeFlagsAndFields) {
  EXPECT_EQ(Scene().data(1, 1).read("< HEADERS 1").state, State::open);
  EXPECT_EQ(Scene().frame(FrameType::ping, 0, 0).read("< PING 0 ACK").state, State::open);
  EXPECT_EQ(Scene().answer(1, "404").read("< HEADERS 1 :status=2xx").state, State::open);
  EXPECT_EQ(Scene().answer(1, "200").read("< HEADERS 1 server=x").state, State::open);
  EXPECT_EQ(Scene().answer(1, "200").read("< HEADERS 1 without :status").state, State::open);
  expect_met(Scene().answer(1, "200").read("< HEADERS 1 :status=2xx without te"), Verdict::pass);
}

// Whether the end was a permitted one, an earlier line has said.
TEST(Judge, LaysMissingDataToTheEndOfTheConnection) {
  const auto reading = Scene().data(1, 4).end().read("< data 1 total=5");
  expect_broken(reading, "4 octets of DATA, then FIN without GOAWAY");
  EXPECT_TRUE(reading.by_end);
}

TEST(Judge, KnowsThatAnEndedStreamBringsNoMoreData) {
  expect_broken(Scene().data(1, 9, wire::kEndStream).read("< data 1 total=10"),
                "9 octets of DATA, then END_STREAM");
  expect_broken(Scene().answer(1, "404", kEnds).read("< data 1 total=1"),
                "0 octets of DATA, then END_STREAM");
  EXPECT_EQ(Scene().data(1, 9, wire::kEndStream).read("< data 1,3 total=10").state, State::open);
}

TEST(Judge, KeepsLenientWorseThanTheGradeOfTheLine) {
  expect_met(
      Scene().goaway(ErrorCode::internal_error).read("< connection-error FRAME_SIZE_ERROR  info"),
      Verdict::lenient);
  expect_met(
      Scene().goaway(ErrorCode::frame_size_error).read("< connection-error FRAME_SIZE_ERROR  fail"),
      Verdict::fail);
}

// --- Two connections -----------------------------------------------------------------------------

TEST(Judge, BelievesNoBarrierOfAnotherConnection) {
  Scene scene;
  scene.on("b").barrier();
  EXPECT_EQ(scene.on("a").read("a< no DATA 1").state, State::open);
  EXPECT_EQ(scene.read("a< ignored").state, State::open);
}

TEST(Judge, HoldsNoErrorAgainstAnotherConnection) {
  Scene scene;
  scene.on("b").goaway(ErrorCode::internal_error).end();
  EXPECT_EQ(scene.on("a").read("a< PING 0 ACK").state, State::open);
  EXPECT_EQ(scene.read("a< connection-error INTERNAL_ERROR").state, State::open);
  expect_met(scene.read("b< connection-error INTERNAL_ERROR"), Verdict::pass);
}

// --- TLS -----------------------------------------------------------------------------------------

TEST(Judge, ReadsWhatTlsHasChosen) {
  expect_met(Scene().tls("h2").read("< alpn h2"), Verdict::pass);
  expect_met(Scene().tls("").read("< alpn none|http/1.1"), Verdict::pass);
  expect_broken(Scene().tls("h2c").read("< alpn none|http/1.1"), "alpn h2c");
  expect_broken(Scene().read("< alpn none"), "no TLS");
}

TEST(Judge, DoesNotTakeARefusalForTheChoiceOfNoProtocol) {
  expect_broken(Scene().no_tls(120).read("< alpn none"), "alert no_application_protocol");
  const std::string lines = "< alpn none\n  or alert no_application_protocol";
  expect_met(Scene().no_tls(120).read(lines), Verdict::pass);
}

TEST(Judge, TellsAlertsApart) {
  expect_met(Scene().no_tls(70).read("< alert protocol_version"), Verdict::pass);
  expect_met(Scene().no_tls(200).read("< alert *"), Verdict::pass);
  expect_broken(Scene().no_tls(40).read("< alert protocol_version"), "alert handshake_failure");
  expect_broken(Scene().end().read("< alert *"), "FIN without GOAWAY");
  expect_met(Scene().end().read("< alert *\n  or close"), Verdict::pass);
}

TEST(Judge, BlamesNobodyElseForOurOwnAlert) {
  for (const char* line : {"< alert *", "< close", "< connection-error PROTOCOL_ERROR"})
    EXPECT_EQ(Scene().no_tls(80, Actor::us).read(line).state, State::broken) << line;
}

// --- Floods --------------------------------------------------------------------------------------

Scene strained(const Strain& strain) {
  Scene scene;
  scene.here().strain = strain;
  return scene;
}

TEST(Judge, GradesAFlood) {
  const Strain calm{.frames = 9, .answered = true, .calm_ms = 1, .worst_ms = 2};
  expect_met(strained(calm).read("< limited"), Verdict::pass);
  EXPECT_TRUE(strained(calm).read("< limited").observed.starts_with("bounded: 9 frames"));
  Strain late = calm;
  late.answered = false;
  EXPECT_TRUE(strained(late).read("< limited").observed.starts_with("throttled: "));
  EXPECT_EQ(strained(calm).goaway(ErrorCode::enhance_your_calm).read("< limited").observed,
            "limited after 9 frames in 0 ms: GOAWAY ENHANCE_YOUR_CALM");
  EXPECT_EQ(strained(calm).goaway(ErrorCode::no_error).end().read("< limited").observed,
            "limited after 9 frames in 0 ms: GOAWAY NO_ERROR, then FIN");
}

TEST(Judge, IsLenientWithAFloodThatNobodyLimits) {
  Strain slow{.answered = true, .calm_ms = 20, .worst_ms = 201};
  expect_met(strained(slow).read("< limited"), Verdict::lenient);
  slow.worst_ms = 200;
  expect_met(strained(slow).read("< limited"), Verdict::pass);
  Strain grown{.answered = true, .growth_octets = (32U << 20U) + 1};
  expect_met(strained(grown).read("< limited"), Verdict::lenient);
  grown.growth_octets = 32U << 20U;
  expect_met(strained(grown).read("< limited"), Verdict::pass);
}

TEST(Judge, TakesNoNoiseOfTheMachineForAPeerThatSuffers) {
  Strain quick{.answered = true, .calm_ms = 1, .worst_ms = 100};
  expect_met(strained(quick).read("< limited"), Verdict::pass);
  quick.worst_ms = 101;
  expect_met(strained(quick).read("< limited"), Verdict::lenient);
}

TEST(Judge, CallsAPeerThrottlingThatAnswersLate) {
  Strain late{.answered = true, .answer_ms = 101, .calm_ms = 1, .worst_ms = 2};
  EXPECT_TRUE(strained(late).read("< limited").observed.starts_with("throttled: "));
  late.answer_ms = 100;
  EXPECT_TRUE(strained(late).read("< limited").observed.starts_with("bounded: "));
}

TEST(Judge, FailsAPeerThatStarvesOthersWhateverElseItDoes) {
  Scene scene = strained({.answered = true, .second_lost = true});
  EXPECT_EQ(scene.goaway(ErrorCode::enhance_your_calm).read("< limited").state, State::broken);
}

// --- The end of a connection ---------------------------------------------------------------------

TEST(Judge, TellsFinFromRst) {
  expect_met(Scene().end(End::rst).read("< RST"), Verdict::pass);
  expect_broken(Scene().end(End::fin).read("< RST"), "FIN without GOAWAY");
  expect_met(Scene().end(End::fin).read("< close"), Verdict::pass);
}

TEST(Judge, DoesNotTakeAnEndForAnythingElse) {
  expect_broken(Scene().end().read("< response 1 2xx"), "FIN without GOAWAY");
  expect_broken(Scene().end().barrier().read("< ignored"), "FIN without GOAWAY");
  expect_broken(Scene().end().read("< PING 0 ACK"), "FIN without GOAWAY");
}

TEST(Judge, LetsAPeerCloseInOrderAfterOurGoaway) {
  Scene scene;
  scene.end().here().we_said_goaway = true;
  expect_met(scene.read("< ignored"), Verdict::pass);
}

TEST(Judge, ReadsAnAnswerInHttp1) {
  Scene scene;
  scene.here().other_octets = "HTTP/1.1 400 Bad Request\r\n";
  expect_met(scene.read("< http1 4xx|5xx"), Verdict::pass);
  EXPECT_EQ(scene.read("< http1 2xx").state, State::broken);
  expect_broken(Scene().end().read("< http1 4xx"), "FIN without GOAWAY");
}

TEST(Judge, MakesHostileOctetsHarmless) {
  Scene scene;
  scene.here().other_octets = "\x1b]0;evil\x07";
  scene.end();
  const auto reading = scene.read("< octets \"expected\"");
  EXPECT_EQ(reading.state, State::broken);
  EXPECT_EQ(reading.observed.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace h2assay
