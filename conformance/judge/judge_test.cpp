// The judge is pure: lists of frames in, readings out.  One test a grade of the table of codes and
// scopes, and one for everything that a careless judge overlooks.
#include "conformance/judge/judge.h"

#include <gtest/gtest.h>

#include "engine/error.h"
#include "properties/transcript/transcript.h"

namespace h2assay {
namespace {

using State = Reading::State;
using wire::FrameType;

class Nowhere final : public transcript::Environment {
 public:
  transcript::Evaluated<transcript::Result> value(std::string_view name) const override {
    return std::unexpected(transcript::Fault{.what = std::string(name)});
  }

  transcript::Evaluated<std::int64_t> window(std::uint32_t) const override { return 65535; }

  transcript::Evaluated<std::string> status(std::uint32_t) const override { return "/"; }
};

// The lines of a case, parsed: the `<` lines are what is asked.
struct Asked {
  explicit Asked(const std::string& lines) {
    const auto parsed = transcript::parse(
        "title  T\nrequirement  rfc9113-6.5-06\nrole  client\n\n" + lines + "\n", "test");
    EXPECT_TRUE(parsed) << (parsed ? "" : transcript::describe(parsed.error()));
    if (!parsed) return;
    transcript = *parsed;
    for (const transcript::Line& line : transcript.body)
      if (const auto* await = std::get_if<transcript::Await>(&line.what)) awaits.push_back(await);
  }

  transcript::Transcript transcript{};
  std::vector<const transcript::Await*> awaits{};
};

class Scene {
 public:
  Scene& frame(FrameType type,
               std::uint8_t flags,
               std::uint32_t stream,
               std::vector<std::uint8_t> payload = {}) {
    Heard heard;
    heard.order = next_++;
    heard.frame = wire::make_frame(type, flags, stream, std::move(payload));
    here().frames.push_back(std::move(heard));
    return *this;
  }

  Scene& goaway(ErrorCode code) {
    std::vector<std::uint8_t> payload;
    wire::append32(payload, 0);
    wire::append32(payload, static_cast<std::uint32_t>(code));
    return frame(FrameType::goaway, 0, 0, payload);
  }

  Scene& reset(std::uint32_t stream, ErrorCode code) {
    std::vector<std::uint8_t> payload;
    wire::append32(payload, static_cast<std::uint32_t>(code));
    return frame(FrameType::rst_stream, 0, stream, payload);
  }

  Scene& answer(std::uint32_t stream, std::string status, std::uint8_t flags = wire::kEndHeaders) {
    frame(FrameType::headers, flags, stream);
    here().frames.back().fields = {{.name = ":status", .value = std::move(status)}};
    return *this;
  }

  Scene& data(std::uint32_t stream, std::size_t octets, std::uint8_t flags = 0) {
    return frame(FrameType::data, flags, stream, std::vector<std::uint8_t>(octets, 'x'));
  }

  Scene& end(End how = End::fin) {
    here().end = HeardEnd{.order = next_++, .closed = {.end = how}};
    return *this;
  }

  Scene& barrier() {
    here().barrier_passed = true;
    return *this;
  }

  Hearing& here() { return hearings_[""]; }

  const Hearings& hearings() const { return hearings_; }

  // The reading of the first `<` line, the others being later ones.
  Reading read(const std::string& lines) {
    here();
    const Asked asked(lines);
    const auto reading =
        judge(*asked.awaits.front(), std::span(asked.awaits).subspan(1), hearings_, Nowhere());
    EXPECT_TRUE(reading) << (reading ? "" : reading.error().what);
    return reading ? *reading : Reading{};
  }

 private:
  Hearings hearings_{};
  std::size_t next_ = 1;
};

constexpr auto kEnds = static_cast<std::uint8_t>(wire::kEndHeaders | wire::kEndStream);

void expect_met(const Reading& reading, Verdict verdict) {
  EXPECT_EQ(reading.state, State::met) << reading.observed;
  EXPECT_EQ(name(reading.verdict), name(verdict)) << reading.observed;
}

void expect_broken(const Reading& reading, std::string_view observed) {
  EXPECT_EQ(reading.state, State::broken);
  EXPECT_EQ(reading.observed, observed);
}

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
