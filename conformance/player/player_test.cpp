// The player against the reference server in memory: exact, and without waiting for anything.
#include "conformance/player/player.h"

#include <gtest/gtest.h>

#include "conformance/peers/memory_peer.h"
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

TEST(Player, KeepsTwoConnectionsApart) {
  const Played played = play_lines(
      "a> request 1 GET\nb> PING 1 data=\"12345678\"\nb< connection-error PROTOCOL_ERROR\na< "
      "response 1 2xx");
  EXPECT_EQ(played.verdict, Verdict::pass) << played.observed;
}

}  // namespace
}  // namespace h2assay
