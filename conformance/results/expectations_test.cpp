#include "conformance/results/expectations.h"

#include <gtest/gtest.h>

namespace h2assay {
namespace {

CaseResult result(std::string id, Verdict verdict, std::string observed = {}) {
  CaseResult out;
  out.case_id = std::move(id);
  out.verdict = verdict;
  out.observed = std::move(observed);
  return out;
}

Expectations expectations(std::string_view text) {
  Expectations out;
  const auto added = out.add(text, "h2assay.expect");
  EXPECT_TRUE(added) << (added ? "" : added.error());
  return out;
}

bool as_expected(std::string_view text, CaseResult one, bool strict = false) {
  expectations(text).judge(one, strict);
  return one.as_expected;
}

std::string complaint(std::string_view text) {
  Expectations out;
  const auto added = out.add(text, "f");
  return added ? "" : added.error();
}

TEST(Expectations, AreGoodVerdictsWhereNothingIsWritten) {
  EXPECT_TRUE(as_expected("", result("a/b", Verdict::pass)));
  EXPECT_TRUE(as_expected("", result("a/b", Verdict::unsupported)));
  EXPECT_FALSE(as_expected("", result("a/b", Verdict::fail)));
  EXPECT_FALSE(as_expected("", result("a/b", Verdict::crash)));
  EXPECT_TRUE(as_expected("", result("a/b", Verdict::lenient)));
  EXPECT_FALSE(as_expected("", result("a/b", Verdict::lenient), true));
}

TEST(Expectations, WaiveAFailure) {
  EXPECT_TRUE(as_expected("a/b fail # bug 1", result("a/b", Verdict::fail)));
  EXPECT_FALSE(as_expected("a/b fail # bug 1", result("a/b", Verdict::crash)));
  EXPECT_FALSE(as_expected("a/b fail # bug 1", result("a/c", Verdict::fail)));
}

TEST(Expectations, TakeAnInstanceWhoseRowHoldsBlanks) {
  for (const std::string id : {R"(a/b[pad=200 data=""])",
                               R"(a/b[{request GET} [hex 80]])",
                               R"(a/b[x-a=" # "])",
                               R"(a/b["[" 1])"}) {
    EXPECT_TRUE(as_expected(id + "  fail  # bug 1", result(id, Verdict::fail))) << id;
    const std::vector<CaseResult> one = {result(id, Verdict::fail)};
    const std::string written = updated_expectations("", one, false);
    EXPECT_NE(written.find(id + " "), std::string::npos) << written;
    EXPECT_NE(complaint(written).find("reason"), std::string::npos) << written;
  }
}

TEST(Expectations, AreStrictAboutAWaivedCaseThatPasses) {
  CaseResult one = result("a/b", Verdict::pass);
  expectations("a/b  fail  # bug 1").judge(one, false);
  EXPECT_FALSE(one.as_expected);
  EXPECT_EQ(one.note, "h2assay.expect:1 expects fail: remove this line");
}

TEST(Expectations, PinTheAnswer) {
  EXPECT_TRUE(as_expected("a/b fail GOAWAY PROTOCOL_ERROR # x",
                          result("a/b", Verdict::fail, "GOAWAY PROTOCOL_ERROR")));
  EXPECT_FALSE(as_expected("a/b fail GOAWAY PROTOCOL_ERROR # x",
                           result("a/b", Verdict::fail, "GOAWAY CANCEL")));
}

TEST(Expectations, LetTheExactIdBeatItsCaseAndThatAGlob) {
  const std::string text = "a/** fail # all\na/b lenient # one\na/b[2] crash # two\n";
  EXPECT_TRUE(as_expected(text, result("a/c", Verdict::fail)));
  EXPECT_TRUE(as_expected(text, result("a/b[1]", Verdict::lenient)));
  EXPECT_TRUE(as_expected(text, result("a/b[2]", Verdict::crash)));
}

TEST(Expectations, RefuseALineThatMatchesNoCase) {
  const std::vector<std::string> ids = {"a/b", "a/c"};
  EXPECT_TRUE(expectations("a/* fail # x").check(ids));
  const auto checked = expectations("\n\nz/* fail # x").check(ids);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error(), "h2assay.expect:3: 'z/*' matches no case");
}

TEST(Expectations, RefuseTwoGlobsOnOneId) {
  const auto checked =
      expectations("a/* fail # x\n*/b fail # y").check(std::vector<std::string>{"a/b"});
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error(), "h2assay.expect:2: '*/b' speaks of a/b, as h2assay.expect:1 does");
}

TEST(Expectations, DemandAReason) {
  EXPECT_EQ(complaint("a/b fail"), "f:1: a reason is missing: end the line in '# why, or a link'");
  EXPECT_EQ(complaint("a/b fail # reason?"), "f:1: '# reason?' waits for a person: say why");
}

TEST(Expectations, RefuseUnknownVerdicts) {
  EXPECT_EQ(complaint("# remark\na/b wrong # x"), "f:2: no verdict: 'wrong'");
}

TEST(Expectations, KnowWhatMayBeFlaky) {
  EXPECT_TRUE(as_expected("a/b flaky pass|hang # bug", result("a/b", Verdict::hang)));
  EXPECT_TRUE(as_expected("a/b flaky pass|hang # bug", result("a/b", Verdict::pass)));
  EXPECT_FALSE(as_expected("a/b flaky pass|hang # bug", result("a/b", Verdict::fail)));
  EXPECT_NE(complaint("a/b flaky # bug"), "");
  CaseResult repeated = result("a/b", Verdict::flaky);
  repeated.verdicts = {Verdict::pass, Verdict::hang, Verdict::pass};
  EXPECT_TRUE(as_expected("a/b flaky pass|hang # bug", repeated));
  EXPECT_FALSE(as_expected("a/b flaky pass|fail # bug", repeated));
  EXPECT_NE(updated_expectations("", std::vector{repeated}, false).find("flaky    pass|hang"),
            std::string::npos);
}

TEST(ExpectationsUpdate, AppendsWhatIsNewAndAsksForAReason) {
  const std::vector<CaseResult> results = {result("a/b", Verdict::fail, "GOAWAY CANCEL"),
                                           result("a/c", Verdict::pass)};
  const std::string text = updated_expectations("# mine\n", results, false);
  EXPECT_EQ(text,
            "# mine\na/b                                      fail     GOAWAY CANCEL  # reason?\n");
  EXPECT_NE(complaint(text), "");  // nobody commits an unexplained waiver
}

TEST(ExpectationsUpdate, LeavesAwayAnAnswerThatWasMeasured) {
  const auto flood = result("a/b", Verdict::fail, "900 frames in 12 ms, and nobody answers");
  EXPECT_EQ(updated_expectations("", std::vector{flood}, false),
            "a/b                                      fail      # reason?\n");
}

TEST(ExpectationsUpdate, WaivesNoRunThatDidNotBegin) {
  const auto refused = result("control/first", Verdict::crash, "Connection refused");
  EXPECT_EQ(updated_expectations("# mine\n", std::vector{refused}, false), "# mine\n");
}

TEST(ExpectationsUpdate, KeepsWhatHoldsAndDropsWhatDoesNot) {
  const std::vector<CaseResult> results = {result("a/b", Verdict::fail),
                                           result("a/c", Verdict::pass)};
  EXPECT_EQ(updated_expectations(
                "a/b fail # bug 1\na/c fail # bug 2\nz/z fail # not run\n", results, false),
            "a/b fail # bug 1\nz/z fail # not run\n");
}

TEST(ExpectationsUpdate, WritesWhatItReads) {
  const std::vector<CaseResult> results = {
      result("a/b[\"x y\",#1]", Verdict::hang, "nothing # at all")};
  std::string text = updated_expectations("", results, false);
  text.replace(text.find("reason?"), 7, "because");
  EXPECT_TRUE(as_expected(text, results[0]));
}

}  // namespace
}  // namespace h2assay
