// The player against the reference server in memory: exact, and without waiting for anything.
#include "conformance/player/player.h"

#include <gtest/gtest.h>

#include "conformance/peers/memory_peer.h"
#include "conformance/player/performance.h"
#include "conformance/serve/server.h"

namespace h2assay {
namespace {

Facts facts() {
  Facts out;
  out.authority = "localhost";
  out.large = "/large";
  out.echo = "/echo";
  out.transports = {"memory"};
  return out;
}

Played play_lines(const std::string& body,
                  const std::string& header = "",
                  Options engine = ServeOptions::default_engine()) {
  const auto parsed = transcript::parse(
      "title  T\nrequirement  rfc9113-6.5-06\nrole  client\n" + header + "\n" + body + "\n",
      "test");
  EXPECT_TRUE(parsed) << (parsed ? "" : transcript::describe(parsed.error()));
  if (!parsed) return {};
  MemoryPeer peer(std::move(engine));
  return play({.suffix = "", .transcript = *parsed},
              peer,
              facts(),
              {.quiet = std::chrono::milliseconds(50), .answer = std::chrono::milliseconds(200)});
}

std::string log_of(const Played& played) {
  std::string out;
  for (const transcript::Line& line : played.journal.lines()) out += transcript::print(line);
  return out;
}

TEST(Player, GreetsBeforeTheFirstStep) {
  const Played played = play_lines("> PING 0 data=\"12345678\"\n< PING 0 ACK data=\"12345678\"");
  EXPECT_EQ(played.verdict, Verdict::pass) << played.observed;
  const std::string log = log_of(played);
  EXPECT_NE(log.find("> PREFACE"), std::string::npos);
  EXPECT_NE(log.find(">> SETTINGS 0 ACK"), std::string::npos);
}

TEST(Player, LeavesHabitsAwayWhenTold) {
  const Played played = play_lines("> PING 0 data=\"12345678\"\n< PING 0 ACK", "without  ack\n");
  EXPECT_EQ(log_of(played).find(">> SETTINGS 0 ACK"), std::string::npos);
}

TEST(Player, SeesTheNamedError) {
  const Played played =
      play_lines("> SETTINGS 0 ACK payload=000000000000\n< connection-error FRAME_SIZE_ERROR");
  EXPECT_EQ(played.verdict, Verdict::pass) << played.observed;
  EXPECT_EQ(played.observed, "GOAWAY FRAME_SIZE_ERROR");
  EXPECT_EQ(played.line, 6);
}

TEST(Player, FailsWhenTheDueErrorIsAbsent) {
  const Played played = play_lines("> PING 0 data=\"12345678\"\n< connection-error PROTOCOL_ERROR");
  EXPECT_EQ(played.verdict, Verdict::fail);
  EXPECT_TRUE(played.rests_on_silence);
  EXPECT_EQ(played.observed, "nothing; the connection goes on");
}

TEST(Player, NoticesARuleThatIsSwitchedOff) {
  Options lax = ServeOptions::default_engine();
  ASSERT_TRUE(add_quirk("settings-ack-length", lax.quirks));
  const Played played = play_lines(
      "> SETTINGS 0 ACK payload=000000000000\n< connection-error FRAME_SIZE_ERROR", "", lax);
  EXPECT_EQ(played.verdict, Verdict::fail);
}

TEST(Player, GivesCreditForADownload) {
  const Played played =
      play_lines("> request 1 GET :path={large}\n< response 1 2xx length=262144..99999999");
  EXPECT_EQ(played.verdict, Verdict::pass) << log_of(played);
  EXPECT_NE(log_of(played).find(">> WINDOW_UPDATE 1"), std::string::npos);
}

TEST(Player, HoldsAnUploadToTheWindows) {
  const Played played = play_lines(
      "> HEADERS 1 END_HEADERS {request POST echo}\n> data 1 length=300000 END_STREAM\n< response "
      "1 2xx length=300000");
  EXPECT_EQ(played.verdict, Verdict::pass) << played.observed;
}

TEST(Player, WaitsForABarrierBehindAnAbsence) {
  const Played played = play_lines(
      "> handshake INITIAL_WINDOW_SIZE=0\n> request 1 GET :path={large}\n< HEADERS 1 "
      ":status=2xx\n< no DATA 1",
      "without  credit\n");
  EXPECT_EQ(played.verdict, Verdict::pass) << played.observed;
  EXPECT_NE(log_of(played).find(">> PING 0 data=\"barrier"), std::string::npos);
}

TEST(Player, CountsDataAcrossALoop) {
  const Played played = play_lines(
      "> handshake INITIAL_WINDOW_SIZE=0\n> request 1 GET :path={large}\nrepeat i in 1..5\n"
      "  > WINDOW_UPDATE 1 increment=1\n  < data 1 total={i}\nend",
      "without  credit\n");
  EXPECT_EQ(played.verdict, Verdict::pass) << played.observed;
}

TEST(Player, IsUnsupportedWhereANeedIsNotMet) {
  const Played feature = play_lines("> PING 0\n< PING 0 ACK", "needs  push\n");
  EXPECT_EQ(feature.verdict, Verdict::unsupported);
  EXPECT_EQ(feature.observed, "needs push");
  EXPECT_EQ(play_lines("> request 1 GET :path={websocket}\n< response 1").verdict,
            Verdict::unsupported);
  EXPECT_EQ(play_lines("> request 1 GET\n< response 1", "over  tls\n").verdict,
            Verdict::unsupported);
}

TEST(Player, CallsAnImpossibleValueAnErrorOfTheCase) {
  EXPECT_EQ(play_lines("> WINDOW_UPDATE 0 increment={peer.MAX_FRAME_SIZE * 1000000000}\n< ignored")
                .verdict,
            Verdict::error);
}

TEST(Player, MissesNothingBehindAnErrorThatWasAccepted) {
  // The second line cannot come any more, and is not held against the peer.
  const Played played = play_lines(
      "> PING 1 data=\"12345678\"\n> request 3 GET\n< connection-error PROTOCOL_ERROR\n< response "
      "3 2xx");
  EXPECT_EQ(played.verdict, Verdict::pass) << played.observed;
}

TEST(Player, FindsAnErrorThatComesAfterTheLastLine) {
  const Played played =
      play_lines("> PING 0 data=\"12345678\"\n> PING 1 data=\"12345678\"\n< PING 0 ACK");
  EXPECT_EQ(played.verdict, Verdict::fail);
  EXPECT_EQ(played.observed, "GOAWAY PROTOCOL_ERROR");
}

TEST(Player, PlaysItsOwnLogAgain) {
  const Played first =
      play_lines("> SETTINGS 0 ACK payload=000000000000\n< connection-error FRAME_SIZE_ERROR");
  const Played again = play_lines(log_of(first));
  EXPECT_EQ(again.verdict, Verdict::pass) << again.observed;
  EXPECT_TRUE(again.differences.empty()) << again.differences.front();
}

// What a log recalls is there still for the lines that judge.
TEST(Player, JudgesALogAsItJudgedTheCase) {
  const std::string answered =
      "> PING 0 data=\"12345678\"\n< PING 0 ACK data=\"12345678\"\n> request 1 GET\n"
      "< response 1 2xx";
  const Played first = play_lines(answered);
  ASSERT_EQ(first.verdict, Verdict::pass) << first.observed;
  const Played again = play_lines(log_of(first));
  EXPECT_EQ(again.verdict, Verdict::pass) << again.observed;
  // The code that the log recalls is no better the second time.
  Options quirky = ServeOptions::default_engine();
  ASSERT_TRUE(add_quirk("settings-ack-length=NO_ERROR", quirky.quirks));
  const std::string wrong =
      "> SETTINGS 0 ACK payload=000000000000\n< connection-error FRAME_SIZE_ERROR";
  const Played failed = play_lines(wrong, "", quirky);
  EXPECT_EQ(failed.verdict, Verdict::fail) << failed.observed;
  EXPECT_EQ(play_lines(log_of(failed), "", quirky).verdict, Verdict::fail);
}

TEST(Player, LeavesALogThatExpectsNothingToTheObserver) {
  const Played played = play_lines(
      "@0.001 > PING 1 data=\"12345678\"\n@0.002 < GOAWAY 0 last=0 PROTOCOL_ERROR debug=\"\"");
  EXPECT_EQ(played.verdict, Verdict::pass) << played.observed;
}

// The caps are looked at after each 64 frames.
TEST(Player, StopsAFloodAtItsCaps) {
  const auto frames_of = [](const std::string& caps) {
    const Played played =
        play_lines("repeat i in 1..1000\n  > 0x16 0 payload={16384 * \"x\"}\nend\n< limited",
                   "abuse  " + caps + "\n");
    EXPECT_NE(played.verdict, Verdict::fail) << played.observed;  // a slow machine: lenient
    const auto end = played.observed.find(" frames");
    const auto begin = played.observed.rfind(' ', end - 1) + 1;
    return std::stoul(played.observed.substr(begin, end - begin));
  };
  EXPECT_EQ(frames_of("200 frames 60 s 100 MiB"), 200U);
  EXPECT_LE(frames_of("100000 frames 60 s 2 MiB"), 2U * 64 + 64);
  EXPECT_LE(frames_of("100000 frames 0 s 100 MiB"), 2U * 64);
  EXPECT_GE(frames_of("100000 frames 60 s 100 MiB"), 1000U);
}

// A server that has a great many PINGs to send before it answers, one a read.
class Chatterbox final : public Peer {
 public:
  static constexpr std::size_t kPings = 5000;

  Opened open(Deadline /*deadline*/) override { return std::make_unique<Talk>(); }

  std::string describe() const override { return "a chatterbox"; }

  std::string authority() const override { return "localhost"; }

  std::string scheme() const override { return "http"; }

 private:
  class Talk final : public Wire {
   public:
    Talk() { facts_.synchronous = true; }

    Written write(Octets octets, Deadline /*deadline*/) override {
      return {.octets = octets.size()};
    }

    Arrival read(Deadline /*deadline*/) override {
      const std::size_t read = reads_++;
      frame_.clear();
      if (read == 0) {
        wire::append(frame_, wire::make_frame(wire::FrameType::settings, 0, 0));
        wire::append(frame_, wire::make_frame(wire::FrameType::settings, wire::kAck, 0));
      } else if (read <= kPings) {
        wire::append(
            frame_, wire::make_frame(wire::FrameType::ping, 0, 0, std::vector<std::uint8_t>(8, 1)));
      } else if (read == kPings + 1) {
        constexpr auto kWhole = static_cast<std::uint8_t>(wire::kEndHeaders | wire::kEndStream);
        wire::append(frame_, wire::make_frame(wire::FrameType::headers, kWhole, 1, {0x88}));
      } else {
        return {};
      }
      return {.kind = Arrival::Kind::octets, .octets = frame_};
    }

    void half_close() override {}

    void close() override {}

    void reset() override {}

    const WireFacts& facts() const override { return facts_; }

   private:
    WireFacts facts_{};
    std::size_t reads_ = 0;
    std::vector<std::uint8_t> frame_{};
  };
};

TEST(Player, WeighsWhatATalkativePeerSendsAFewTimesOnly) {
  const auto parsed = transcript::parse(
      "title  T\nrequirement  rfc9113-6.5-06\nrole  client\n\n> request 1 GET\n< response 1 200\n",
      "test");
  ASSERT_TRUE(parsed);
  Chatterbox peer;
  const Facts known = facts();
  Performance performance(*parsed,
                          peer,
                          known,
                          {.quiet = std::chrono::seconds(60), .answer = std::chrono::seconds(60)});
  const Played played = performance.run();
  EXPECT_EQ(played.verdict, Verdict::pass) << played.observed;
  EXPECT_GE(performance.weighed(), Chatterbox::kPings);
  EXPECT_LE(performance.weighed(), 10 * Chatterbox::kPings);
}

TEST(Player, KeepsTwoConnectionsApart) {
  const Played played = play_lines(
      "a> request 1 GET\nb> PING 1 data=\"12345678\"\nb< connection-error PROTOCOL_ERROR\na< "
      "response 1 2xx");
  EXPECT_EQ(played.verdict, Verdict::pass) << played.observed;
}

}  // namespace
}  // namespace h2assay
