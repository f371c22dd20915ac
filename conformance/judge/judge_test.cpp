// The judge is pure: lists of frames in, readings out.  One test a grade of the table of codes and
// scopes, and one for everything that a careless judge overlooks.
#include "conformance/judge/scene_for_tests.h"

namespace h2assay {
namespace {

using State = Reading::State;
using wire::FrameType;

// --- Connection errors -------------------------------------------------------------------------

TEST(Judge, PassesTheNamedConnectionError) {
  expect_met(
      Scene().goaway(ErrorCode::frame_size_error).end().read("< connection-error FRAME_SIZE_ERROR"),
      Verdict::pass);
}

TEST(Judge, IsLenientWithGenericCodesOfAConnectionError) {
  for (const ErrorCode code : {ErrorCode::protocol_error, ErrorCode::internal_error})
    expect_met(Scene().goaway(code).read("< connection-error FRAME_SIZE_ERROR"), Verdict::lenient);
}

TEST(Judge, IsLenientWithACodeThatNobodyRegistered) {
  expect_met(Scene().goaway(ErrorCode{0xff}).read("< connection-error FRAME_SIZE_ERROR"),
             Verdict::lenient);
}

TEST(Judge, FailsACodeThatNamesAnotherError) {
  expect_broken(
      Scene().goaway(ErrorCode::flow_control_error).read("< connection-error FRAME_SIZE_ERROR"),
      "GOAWAY FLOW_CONTROL_ERROR");
}

TEST(Judge, FailsACodeThatNamesAnotherErrorAlsoWhenTheConnectionThenCloses) {
  expect_broken(Scene()
                    .goaway(ErrorCode::cancel)
                    .end()
                    .read("< connection-error FRAME_SIZE_ERROR\n  or close  lenient"),
                "GOAWAY CANCEL");
}

TEST(Judge, IsLenientWithACloseWithoutGoaway) {
  for (const End how : {End::fin, End::rst})
    expect_met(Scene().end(how).read("< connection-error PROTOCOL_ERROR"), Verdict::lenient);
}

TEST(Judge, FailsNoErrorInPlaceOfAConnectionError) {
  expect_broken(Scene().goaway(ErrorCode::no_error).end().read("< connection-error PROTOCOL_ERROR"),
                "GOAWAY NO_ERROR, then fin");
}

TEST(Judge, WaitsForTheErrorBehindAGracefulGoaway) {
  EXPECT_EQ(Scene().goaway(ErrorCode::no_error).read("< connection-error PROTOCOL_ERROR").state,
            State::open);
  expect_met(Scene()
                 .goaway(ErrorCode::no_error)
                 .goaway(ErrorCode::protocol_error)
                 .read("< connection-error PROTOCOL_ERROR"),
             Verdict::pass);
}

TEST(Judge, DoesNotTakeAStreamErrorForAConnectionError) {
  Scene scene;
  EXPECT_EQ(
      scene.reset(1, ErrorCode::protocol_error).read("< connection-error PROTOCOL_ERROR").state,
      State::open);
  const Asked asked("< connection-error PROTOCOL_ERROR");
  scene.barrier();
  EXPECT_EQ(silence(*asked.awaits.front(), scene.hearings(), Nowhere()),
            "RST_STREAM 1 PROTOCOL_ERROR, and no more");
}

TEST(Judge, ForgivesCalmOnlyToAPeerThatWasGivenReasonToCount) {
  Scene few;
  few.goaway(ErrorCode::enhance_your_calm);
  EXPECT_EQ(few.read("< connection-error PROTOCOL_ERROR").state, State::broken);
  Scene many;
  many.goaway(ErrorCode::enhance_your_calm).here().own_frames = 1000;
  expect_met(many.read("< connection-error PROTOCOL_ERROR"), Verdict::lenient);
}

// --- Stream errors -----------------------------------------------------------------------------

TEST(Judge, PassesTheNamedStreamError) {
  expect_met(Scene().reset(1, ErrorCode::stream_closed).read("< stream-error 1 STREAM_CLOSED"),
             Verdict::pass);
}

TEST(Judge, PassesEitherOfTwoNamedCodes) {
  expect_met(Scene().reset(1, ErrorCode::cancel).read("< stream-error 1 CANCEL|REFUSED_STREAM"),
             Verdict::pass);
}

TEST(Judge, IsLenientWithAGenericCodeOfAStreamError) {
  expect_met(Scene().reset(1, ErrorCode::internal_error).read("< stream-error 1 STREAM_CLOSED"),
             Verdict::lenient);
}

TEST(Judge, FailsNoErrorAndForeignCodesOfAStreamError) {
  expect_broken(Scene().reset(1, ErrorCode::no_error).read("< stream-error 1 STREAM_CLOSED"),
                "RST_STREAM 1 NO_ERROR");
  expect_broken(Scene().reset(1, ErrorCode::cancel).read("< stream-error 1 STREAM_CLOSED"),
                "RST_STREAM 1 CANCEL");
}

// The end of the connection decides, by whatever code its streams are reset before it.
TEST(Judge, TakesAResetAndAConnectionErrorBehindItForAConnectionError) {
  const std::string line = "< stream-error 1 STREAM_CLOSED";
  Scene scene;
  const auto reset = scene.reset(1, ErrorCode::cancel).read(line);
  expect_broken(reset, "RST_STREAM 1 CANCEL");
  const Asked asked(line);
  EXPECT_TRUE(may_widen(*asked.awaits.front(), reset, scene.hearings()));
  expect_met(scene.goaway(ErrorCode::stream_closed).read(line), Verdict::lenient);
  EXPECT_FALSE(may_widen(*asked.awaits.front(), reset, scene.hearings()));
  expect_broken(
      Scene().reset(1, ErrorCode::cancel).goaway(ErrorCode::flow_control_error).read(line),
      "RST_STREAM 1 CANCEL");
  expect_met(
      Scene().reset(1, ErrorCode::cancel).goaway(ErrorCode::protocol_error).read("< malformed 1"),
      Verdict::lenient);
  expect_broken(Scene().reset(1, ErrorCode::cancel).end().read(line), "RST_STREAM 1 CANCEL");
}

TEST(Judge, SeesThatTheResetIsOnAnotherStream) {
  expect_broken(Scene().reset(3, ErrorCode::stream_closed).read("< stream-error 1 STREAM_CLOSED"),
                "RST_STREAM 3 STREAM_CLOSED");
}

TEST(Judge, LooksBeyondTheFirstFrame) {
  expect_met(Scene()
                 .frame(FrameType::ping, 0, 0, std::vector<std::uint8_t>(8))
                 .frame(FrameType::window_update, 0, 1, {0, 0, 0, 1})
                 .reset(1, ErrorCode::stream_closed)
                 .read("< stream-error 1 STREAM_CLOSED"),
             Verdict::pass);
}

TEST(Judge, IsLenientWithAConnectionErrorForAStreamError) {
  for (const ErrorCode code : {ErrorCode::stream_closed, ErrorCode::protocol_error})
    expect_met(Scene().goaway(code).read("< stream-error 1 STREAM_CLOSED"), Verdict::lenient);
  expect_broken(Scene().goaway(ErrorCode::cancel).read("< stream-error 1 STREAM_CLOSED"),
                "GOAWAY CANCEL");
}

// --- Malformed messages ------------------------------------------------------------------------

TEST(Judge, PassesAResetOrA4xxForAMalformedRequest) {
  expect_met(Scene().reset(1, ErrorCode::protocol_error).read("< malformed 1"), Verdict::pass);
  expect_met(Scene().answer(1, "400").read("< malformed 1"), Verdict::pass);
  expect_met(Scene().answer(1, "431", kEnds).reset(1, ErrorCode::no_error).read("< malformed 1"),
             Verdict::pass);
}

TEST(Judge, FailsAGoodAnswerToAMalformedRequest) {
  expect_broken(Scene().answer(1, "200", kEnds).read("< malformed 1"), "HEADERS 1 :status=200");
  expect_broken(Scene().answer(1, "200").data(1, 3, wire::kEndStream).read("< malformed 1"),
                "HEADERS 1 :status=200");
}

TEST(Judge, WaitsForTheResetBehindAnEarlyGoodAnswer) {
  EXPECT_EQ(Scene().answer(1, "200").read("< malformed 1").state, State::open);
  expect_met(Scene().answer(1, "200").reset(1, ErrorCode::protocol_error).read("< malformed 1"),
             Verdict::lenient);
}

TEST(Judge, IgnoresAnInterimAnswerAndA4xxOnAnotherStream) {
  EXPECT_EQ(Scene().answer(1, "100").read("< malformed 1").state, State::open);
  EXPECT_EQ(Scene().answer(3, "400").read("< malformed 1").state, State::open);
}

// --- Whole messages ----------------------------------------------------------------------------

TEST(Judge, WantsAResponseToItsEnd) {
  EXPECT_EQ(Scene().answer(1, "200").data(1, 5).read("< response 1 2xx").state, State::open);
  expect_met(Scene()
                 .answer(1, "200")
                 .data(1, 5)
                 .data(1, 0, wire::kEndStream)
                 .read("< response 1 2xx length=5"),
             Verdict::pass);
}

TEST(Judge, FailsAResponseOfAnotherStatusOrLength) {
  expect_broken(Scene().answer(1, "404").read("< response 1 2xx"), "HEADERS 1 :status=404");
  expect_broken(
      Scene().answer(1, "200").data(1, 5, wire::kEndStream).read("< response 1 2xx length=4"),
      "response 200 with 5 octets");
}

TEST(Judge, BindsTheLengthOfAResponseThatNothingHasBoundYet) {
  Scene scene;
  const Reading reading = scene.answer(1, "200")
                              .data(1, 5, wire::kEndStream)
                              .read("< response 1 2xx length={n}\n< response {n}");
  expect_met(reading, Verdict::pass);
  EXPECT_EQ(reading.bound, (Bindings{{"n", 5}}));
}

TEST(Judge, DoesNotTakeTheAnswerOfAnotherStream) {
  EXPECT_EQ(Scene().answer(3, "200", kEnds).read("< response 1 2xx").state, State::open);
}

TEST(Judge, LetsNoErrorFollowACompleteResponse) {
  expect_met(Scene().answer(1, "200", kEnds).reset(1, ErrorCode::no_error).read("< response 1 2xx"),
             Verdict::pass);
  expect_broken(Scene().answer(1, "200").reset(1, ErrorCode::no_error).read("< response 1 2xx"),
                "RST_STREAM 1 NO_ERROR");
}

TEST(Judge, EndsTheCaseAtAnErrorThatNoLineNames) {
  expect_broken(Scene().reset(5, ErrorCode::internal_error).read("< response 1 2xx"),
                "RST_STREAM 5 INTERNAL_ERROR");
  expect_broken(Scene().goaway(ErrorCode::internal_error).read("< PING 0 ACK"),
                "GOAWAY INTERNAL_ERROR");
}

TEST(Judge, ForgivesAConnectionErrorBehindTheStreamErrorThatWasAccepted) {
  for (const ErrorCode code : {ErrorCode::protocol_error, ErrorCode::stream_closed}) {
    Scene scene;
    scene.here().excused = {1};
    scene.reset(1, ErrorCode::stream_closed).goaway(code).end();
    const Reading reading = scene.read("< response 3 2xx");
    expect_met(reading, Verdict::lenient);
    EXPECT_TRUE(reading.ends_connection);
  }
  Scene other;
  other.here().excused = {1};
  other.reset(1, ErrorCode::stream_closed).goaway(ErrorCode::compression_error);
  EXPECT_EQ(other.read("< response 3 2xx").state, State::broken);
  Scene no_stream_error;
  no_stream_error.goaway(ErrorCode::protocol_error);
  EXPECT_EQ(no_stream_error.read("< response 3 2xx").state, State::broken);
}

TEST(Judge, ForgivesACloseBehindTheStreamErrorThatWasAccepted) {
  Scene scene;
  scene.here().excused = {1};
  expect_met(scene.reset(1, ErrorCode::protocol_error).end().read("< response 3 2xx"),
             Verdict::lenient);
  Scene none;
  EXPECT_EQ(none.reset(1, ErrorCode::no_error).end().read("< response 3 2xx").state, State::broken);
}

TEST(Judge, HoldsToWhatALineForbidsThoughTheConnectionEnds) {
  const Reading second = Scene().goaway(ErrorCode::cancel).end().read("< no GOAWAY 0");
  expect_broken(second, "GOAWAY CANCEL");
  EXPECT_FALSE(second.by_end);
}

TEST(Judge, LeavesAnErrorToTheLaterLineThatNamesIt) {
  EXPECT_EQ(
      Scene().reset(1, ErrorCode::protocol_error).read("< response 3 2xx\n< malformed 1").state,
      State::open);
  EXPECT_EQ(Scene()
                .reset(1, ErrorCode::protocol_error)
                .read("< response 3 2xx\n< RST_STREAM 1 exactly 1")
                .state,
            State::open);
}

}  // namespace
}  // namespace h2assay
