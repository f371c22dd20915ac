#include "conformance/catalogue/catalogue.h"

#include <set>

#include <gtest/gtest.h>

#include "conformance/catalogue/glob.h"
#include "conformance/catalogue/requirements.h"

namespace h2assay {
namespace {

TEST(Glob, KeepsOneStarWithinASegment) {
  EXPECT_TRUE(glob_matches("settings/*", "settings/ack-with-payload"));
  EXPECT_FALSE(glob_matches("*", "settings/ack-with-payload"));
  EXPECT_TRUE(glob_matches("**", "settings/ack-with-payload"));
  EXPECT_TRUE(glob_matches("**/ack*", "settings/ack-with-payload"));
  EXPECT_FALSE(glob_matches("set*/pay*", "settings/ack-with-payload"));
  EXPECT_TRUE(glob_matches("a?c", "abc"));
  EXPECT_FALSE(glob_matches("a?c", "a/c"));
}

TEST(Glob, MatchesTheInstancesOfACase) {
  EXPECT_TRUE(glob_matches("a/b", "a/b[0x41,+]"));
  EXPECT_TRUE(glob_matches("a/b[0x41,+]", "a/b[0x41,+]"));
  EXPECT_FALSE(glob_matches("a/b[0x42,+]", "a/b[0x41,+]"));
  EXPECT_TRUE(glob_matches("a/*", "a/b[PING /]"));
}

TEST(Glob, TakesNoExponentialTime) {
  EXPECT_FALSE(glob_matches(std::string(60, '*') + "b", std::string(200, 'a')));
}

TEST(Requirements, AreReadFromCsv) {
  const char* lines[] = {"id,rfc,section,level,quote",
                         "rfc1-1-01,RFC1,1,MUST,\"He said \"\"no\"\", twice\""};
  const Requirements read(lines);
  ASSERT_NE(read.find("rfc1-1-01"), nullptr);
  EXPECT_EQ(read.find("rfc1-1-01")->quote, "He said \"no\", twice");
  EXPECT_EQ(read.find("rfc1-1-02"), nullptr);
}

TEST(Requirements, AreAllBuiltIn) {
  EXPECT_GE(requirements().all().size(), 800U);
  const Requirement* row = requirements().find("rfc9113-6.5-06");
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(link(*row), "https://www.rfc-editor.org/rfc/rfc9113.html#section-6.5-6.2");
  const std::vector<std::string> ids = {"rfc9113-5.4-04", "rfc9113-6.5-06"};
  EXPECT_EQ(strongest_level(ids), "must");
}

class BuiltIn : public testing::Test {
 protected:
  void SetUp() override {
    auto known = Catalogue::built_in();
    ASSERT_TRUE(known) << known.error();
    auto instances = known->instances();
    ASSERT_TRUE(instances) << instances.error();
    all = std::move(*instances);
  }

  std::size_t count(const Selection& selection) {
    const auto selected = select(all, selection);
    EXPECT_TRUE(selected) << (selected ? "" : selected.error());
    return selected ? selected->size() : 0;
  }

  std::vector<CaseInstance> all{};
};

TEST_F(BuiltIn, CasesParseAndHaveIdsOfTheirOwn) {
  std::set<std::string> ids;
  for (const CaseInstance& one : all) EXPECT_TRUE(ids.insert(one.id).second) << one.id;
  EXPECT_GE(ids.size(), 300U);
}

TEST_F(BuiltIn, ShardsShareAllCasesAndNoneTwice) {
  std::size_t sum = 0;
  for (unsigned part = 1; part <= 3; ++part) sum += count({.shard = part, .shards = 3});
  EXPECT_EQ(sum, all.size());
}

TEST_F(BuiltIn, ShuffleIsGivenByTheSeed) {
  const auto order = [&](std::uint64_t seed) {
    std::vector<std::string> ids;
    const auto selected = select(all, {.shuffle = true, .seed = seed});
    EXPECT_TRUE(selected);
    if (selected)
      for (const CaseInstance& one : *selected) ids.push_back(one.id);
    return ids;
  };
  EXPECT_EQ(order(7), order(7));
  EXPECT_NE(order(7), order(8));
}

TEST_F(BuiltIn, SelectionIsByGlobSectionAndLevel) {
  EXPECT_EQ(count({.globs = {"settings/ack-with-payload"}}), 1U);
  EXPECT_EQ(count({.globs = {"settings/ack-with-payload"}, .skip = {"settings/**"}}), 0U);
  EXPECT_GT(count({.sections = {"6.5"}}), 0U);
  EXPECT_LT(count({.sections = {"6.5"}}), all.size());
  EXPECT_EQ(count({.levels = {"must", "should", "may"}}), all.size());
}

TEST_F(BuiltIn, AGlobThatMatchesNothingIsAnError) {
  const auto selected = select(all, {.globs = {"settings/ack-with-paylod"}});
  ASSERT_FALSE(selected);
  EXPECT_EQ(selected.error(),
            "'settings/ack-with-paylod' matches no case; did you mean settings/ack-with-payload?");
}

}  // namespace
}  // namespace h2assay
