// Golden tests of what people and other programs read.
#include <gtest/gtest.h>
#include <pugixml.hpp>

#include "conformance/results/annotations.h"
#include "conformance/results/escape.h"
#include "conformance/results/evidence.h"
#include "conformance/results/json.h"
#include "conformance/results/junit.h"
#include "conformance/results/pcapng.h"
#include "conformance/results/terminal.h"

namespace h2assay {
namespace {

constexpr std::string_view kHostile = "\x1b[2J\x07\r\n::error::x<script>&\"'\x9b\xff\xc2\x9b";

RunInfo run() {
  RunInfo info;
  info.version = "0.1.0";
  info.case_set = "2026.1";
  info.peer = "127.0.0.1:8080";
  info.seed = 8127;
  info.started = "2026-03-01T02:11:40Z";
  return info;
}

CaseResult failure() {
  CaseResult result;
  result.case_id = "settings/ack-with-payload";
  result.title = "SETTINGS ACK with a payload";
  result.requirements = {"rfc9113-6.5-06"};
  result.level = "must";
  result.verdict = Verdict::fail;
  result.sent = "SETTINGS 0 ACK payload=000000000000";
  result.expected = "connection-error FRAME_SIZE_ERROR";
  result.observed = "GOAWAY CANCEL";
  result.ending = {.how = "goaway+fin", .by = "peer"};
  result.milliseconds = 1.9;
  result.evidence = "settings.ack-with-payload";
  result.expectation = "pass";
  return result;
}

CaseResult success() {
  CaseResult result;
  result.case_id = "ping/is-answered";
  result.verdict = Verdict::pass;
  result.as_expected = true;
  result.expectation = "pass";
  return result;
}

TEST(Terminal, SaysOneLineWhenAllIsGreen) {
  const std::vector<CaseResult> results = {success()};
  EXPECT_EQ(deviations(run(), results, {}), "");
  EXPECT_EQ(closing_line(results, 4.24), "1 passed, 0 failed in 4.2 s");
}

TEST(Terminal, NamesWhatIsLenientWhereAllIsGreen) {
  CaseResult lenient = success();
  lenient.verdict = Verdict::lenient;
  lenient.case_id = "ping/late";
  const std::vector<CaseResult> results = {success(), lenient};
  EXPECT_EQ(deviations(run(), results, {}), "lenient         1   ping/late\n");
  EXPECT_EQ(closing_line(results, 4.24), "2 passed, 0 failed, 1 of the passed lenient in 4.2 s");
}

TEST(Terminal, ExplainsWhatIsRed) {
  const std::vector<CaseResult> results = {success(), failure()};
  EXPECT_EQ(deviations(run(),
                       results,
                       {.results_folder = "results/latest",
                        .repeat_before = "h2assay server",
                        .repeat_after = "127.0.0.1:8080"}),
            R"(h2assay 0.1.0 · cases 2026.1 · seed 8127 · 127.0.0.1:8080

FAIL  settings/ack-with-payload              6.5    SETTINGS ACK with a payload
      sent      SETTINGS 0 ACK payload=000000000000
      expected  connection-error FRAME_SIZE_ERROR
      got       GOAWAY CANCEL (connection: goaway+fin)
      rule      "Receipt of a SETTINGS frame with the ACK flag set and a length field value other than 0 MUST be treated as a connection error (Section 5.4.1) of type FRAME_SIZE_ERROR."
                https://www.rfc-editor.org/rfc/rfc9113.html#section-6.5-6.2
      repeat    h2assay server settings/ack-with-payload --seed 8127 127.0.0.1:8080
      evidence  results/latest/settings.ack-with-payload/

)");
  EXPECT_EQ(closing_line(results, 0), "1 passed, 1 failed in 0.0 s");
}

TEST(Terminal, UsesColourOnlyWhenAsked) {
  const std::vector<CaseResult> results = {failure()};
  EXPECT_EQ(deviations(run(), results, {}).find('\x1b'), std::string::npos);
  EXPECT_NE(deviations(run(), results, {.colour = true}).find("\x1b[31mFAIL"), std::string::npos);
}

TEST(Terminal, NeverPassesHostileOctetsOn) {
  CaseResult hostile = failure();
  hostile.observed = hostile.sent = hostile.case_id = hostile.note = hostile.title = kHostile;
  const std::string text = deviations(run(), std::vector{hostile}, {.verbose = true});
  for (const char octet : text) {
    EXPECT_TRUE(octet == '\n' || static_cast<unsigned char>(octet) >= 0x20);
    EXPECT_NE(static_cast<unsigned char>(octet), 0x9bU);
  }
  EXPECT_EQ(text.find("\n::error"), std::string::npos);
}

TEST(Terminal, LeavesTheLettersOfOurOwnSentencesAlone) {
  CaseResult result = failure();
  result.title = "A claim — with a dash";
  result.note = "naïve";
  const std::string text = deviations(run(), std::vector{result}, {});
  EXPECT_NE(text.find("A claim — with a dash"), std::string::npos);
  EXPECT_NE(text.find("naïve"), std::string::npos);
  EXPECT_EQ(readable("a\nb\x1b\xc2\x9b\xff"), "a\\x0ab\\x1b\\xc2\\x9b\\xff");
}

TEST(Terminal, TellsAdviceFromAnAccusation) {
  CaseResult result = failure();
  result.findings = {{.requirement = "rfc9113-6.9.1-01", .text = "too much", .level = "must"},
                     {.requirement = "rfc9113-5.1-01", .text = "not wise", .level = "should"}};
  const std::string text = deviations(run(), std::vector{result}, {});
  EXPECT_NE(text.find("also      rfc9113-6.9.1-01 (must) too much"), std::string::npos);
  EXPECT_NE(text.find("advice    rfc9113-5.1-01 (should) not wise"), std::string::npos);
  const std::string line = json_line(result);
  EXPECT_NE(line.find(R"("passive":["rfc9113-6.9.1-01"])"), std::string::npos) << line;
}

TEST(Terminal, TellsInstancesThatFailAlikeOnce) {
  CaseResult second = failure();
  second.case_id += "[2]";
  const std::string text = deviations(run(), std::vector{failure(), second}, {});
  EXPECT_NE(text.find("and 1 more in the same way: [2]"), std::string::npos);
}

TEST(Json, GoesThereAndBack) {
  CaseResult one = failure();
  one.findings = {{.requirement = "rfc9113-6.9.1-01", .text = "too much", .certain = true},
                  {.requirement = "rfc9113-5.1-01", .text = "perhaps", .certain = false}};
  one.judged = {"rfc9113-6.5-05"};
  one.verdicts = {Verdict::pass, Verdict::fail};
  const std::string line = json_line(one);
  const auto back = read_results(line + "\n");
  ASSERT_TRUE(back) << back.error();
  ASSERT_EQ(back->size(), 1U);
  EXPECT_EQ(json_line(back->front()), line);
  EXPECT_NE(line.find(R"("passive":["rfc9113-6.9.1-01"])"), std::string::npos);
}

TEST(Json, LeavesOutALineThatAKillCutOff) {
  const std::string text = json_line(success()) + "\n" + json_line(failure()).substr(0, 30);
  const auto back = read_results(text);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->size(), 1U);
  EXPECT_FALSE(read_results("{}\n"));
}

TEST(Json, HoldsHostileOctetsAsText) {
  CaseResult hostile = failure();
  hostile.observed = kHostile;
  const auto back = read_results(json_line(hostile) + "\n");
  ASSERT_TRUE(back) << back.error();
}

TEST(Junit, CountsFailuresErrorsAndSkips) {
  CaseResult ours = failure();
  ours.verdict = Verdict::error;
  CaseResult lacking = success();
  lacking.verdict = Verdict::unsupported;
  pugi::xml_document document;
  const std::string xml = junit_xml(run(), std::vector{success(), failure(), ours, lacking});
  ASSERT_TRUE(document.load_string(xml.c_str()));
  const auto root = document.child("testsuites");
  EXPECT_STREQ(root.attribute("tests").value(), "4");
  EXPECT_STREQ(root.attribute("failures").value(), "1");
  EXPECT_STREQ(root.attribute("errors").value(), "1");
  EXPECT_STREQ(root.attribute("skipped").value(), "1");
  const auto failed = root.find_node(
      [](const pugi::xml_node& node) { return std::string_view(node.name()) == "failure"; });
  EXPECT_STREQ(failed.attribute("message").value(),
               "expected connection-error FRAME_SIZE_ERROR, got GOAWAY CANCEL");
  EXPECT_STREQ(failed.attribute("type").value(), "fail");
}

TEST(Junit, StaysWellFormedWhateverThePeerSends) {
  CaseResult hostile = failure();
  hostile.observed = hostile.case_id = hostile.note =
      std::string(kHostile) + std::string(1, '\0') + "]]>\xef\xbf\xbf";
  pugi::xml_document document;
  EXPECT_TRUE(document.load_string(junit_xml(run(), std::vector{hostile}).c_str()));
}

TEST(Annotations, AreTenAtMostAndEscaped) {
  std::vector<CaseResult> results(12, failure());
  results[0].observed = kHostile;
  const std::string text = github_annotations(results);
  EXPECT_EQ(std::ranges::count(text, '\n'), 11);
  EXPECT_NE(text.find("::notice::and 2 more deviations, see the summary\n"), std::string::npos);
  EXPECT_EQ(text.find("\n::error::x"), std::string::npos);
  EXPECT_NE(text.find("::error title=fail settings/ack-with-payload::expected connection-error"),
            std::string::npos);
}

TEST(Evidence, FoldersAreHarmlessAndApart) {
  EXPECT_EQ(evidence_folder("settings/ack-with-payload"), "settings.ack-with-payload");
  EXPECT_EQ(evidence_folder("a/b[1,2]"), "a.b.1,2");
  EXPECT_NE(evidence_folder("a/b[\"x\"]"), evidence_folder("a/b[\"y\"]"));
  EXPECT_NE(evidence_folder("a/b[\" \"]"), evidence_folder("a/b[\"+\"]"));
  EXPECT_EQ(evidence_folder("../../etc").find('/'), std::string::npos);
  EXPECT_LE(evidence_folder("a/b[" + std::string(5000, 'x') + "]").size(), 200U);
}

TEST(Pcapng, HasBlocksOfTheLengthsThatTheySay) {
  std::vector<Packet> packets(4);
  packets[0].kind = Packet::Kind::open;
  packets[1].octets.assign(40'000, 'x');
  packets[2] = {.kind = Packet::Kind::octets,
                .from = Actor::peer,
                .octets = {1, 2, 3},
                .comment = "EXPECTED a, GOT b"};
  packets[3] = {.kind = Packet::Kind::rst, .from = Actor::peer};
  const auto file = pcapng(packets, "case x", 1'700'000'000'000'000);
  std::size_t at = 0;
  int blocks = 0;
  while (at < file.size()) {
    const auto word = [&](std::size_t from) {
      return file[from] | (unsigned{file[from + 1]} << 8U) | (unsigned{file[from + 2]} << 16U) |
             (unsigned{file[from + 3]} << 24U);
    };
    const std::size_t length = word(at + 4);
    ASSERT_EQ(length % 4, 0U);
    ASSERT_LE(at + length, file.size());
    EXPECT_EQ(word(at + length - 4), length);
    at += length;
    ++blocks;
  }
  EXPECT_EQ(blocks, 2 + 3 + 3 + 1 + 1);  // headers, handshake, three segments, one, RST
}

TEST(Escape, QuotesForAShell) {
  EXPECT_EQ(shell_quoted("plain/id"), "plain/id");
  EXPECT_EQ(shell_quoted("a/b[\"x\"]"), "'a/b[\"x\"]'");
  EXPECT_EQ(shell_quoted("it's"), "'it'\\''s'");
  EXPECT_EQ(shell_quoted(""), "''");
}

}  // namespace
}  // namespace h2assay
