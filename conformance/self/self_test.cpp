// The tester's tester: what the matrix must notice, seen with cases and mutants made for it.
#include "conformance/self/self.h"

#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "conformance/catalogue/requirements.h"
#include "conformance/peers/memory_peer.h"
#include "conformance/self/matrix.h"
#include "conformance/self/overdo.h"
#include "conformance/self/reckoning.h"

namespace h2assay {
namespace {

constexpr const char* kLengthCase =
    "title        SETTINGS with ACK and a payload is a connection error\n"
    "requirement  rfc9113-6.5-06\n"
    "role         client\n"
    "\n"
    "> SETTINGS 0 ACK payload=000000000000\n"
    "< connection-error FRAME_SIZE_ERROR\n";

// Cites the same sentence and says nothing about it.
constexpr const char* kIdleCase =
    "title        A request is answered\n"
    "requirement  rfc9113-6.5-06\n"
    "role         client\n"
    "\n"
    "> request 1 GET\n"
    "< response 1 2xx\n";

CaseInstance instance_of(const std::string& id, const std::string& text) {
  auto parsed = transcript::parse(text, id);
  EXPECT_TRUE(parsed) << (parsed ? "" : transcript::describe(parsed.error()));
  auto source = std::make_shared<Case>(
      Case{.id = id, .file = id, .text = text, .transcript = std::move(*parsed)});
  return {.id = id, .source = source, .instance = {.suffix = "", .transcript = source->transcript}};
}

Mutant mutant_named(const std::string& name) {
  auto all = all_mutants();
  const auto found = std::ranges::find(all, name, &Mutant::name);
  EXPECT_NE(found, all.end()) << name;
  return *found;
}

// In nothing different from the sound server.
Mutant harmless() {
  return {.name = "harmless",
          .requirements = {"rfc9113-6.5-06"},
          .rule = {},
          .peer = [](Options engine) { return std::make_unique<MemoryPeer>(std::move(engine)); }};
}

class Self : public testing::Test {
 protected:
  void SetUp() override {
    auto made = variations_of_self();
    ASSERT_TRUE(made) << made.error();
    variations = std::move(*made);
  }

  Reckoning reckoned(const std::vector<CaseInstance>& cases,
                     const std::vector<Mutant>& mutants,
                     const std::vector<Exemption>& exemptions = {}) {
    const MatrixRun run(cases, variations, {.jobs = 2, .progress = {}, .stop = {}});
    matrix = {};
    run.play_sound(matrix);
    run.play_mutants(mutants, matrix);
    return reckon(matrix, mutants, exemptions, Extent::whole);
  }

  static bool says(const Reckoning& sum, std::string_view word, std::string_view name) {
    return std::ranges::any_of(sum.complaints, [&](const std::string& line) {
      return line.starts_with(word) && line.find(name) != std::string::npos;
    });
  }

  std::vector<Variation> variations{};
  Matrix matrix{};
};

TEST_F(Self, NamesTheCaseThatKillsAMutant) {
  const auto sum =
      reckoned({instance_of("a/length", kLengthCase)},
               {mutant_named("settings-ack-length:off"), mutant_named("settings-ack-length:code")});
  EXPECT_EQ(sum.complaints, std::vector<std::string>{});
  EXPECT_EQ(matrix.killed.at(0).case_id, "a/length");
  EXPECT_EQ(matrix.killed.at(0).mutated.verdict, Verdict::fail);
  EXPECT_EQ(matrix.killed.at(1).mutated.reaction, "GOAWAY SETTINGS_TIMEOUT [goaway+fin]");
  EXPECT_EQ(sum.killed, 2U);
  EXPECT_EQ(sum.proved, 1U);
}

TEST_F(Self, IsRedForAMutantThatNobodyKills) {
  const auto sum = reckoned({instance_of("a/length", kLengthCase)},
                            {mutant_named("settings-ack-length:off"), harmless()});
  EXPECT_TRUE(says(sum, "UNKILLED", "harmless"));
  EXPECT_EQ(sum.unkilled, 1U);
  EXPECT_EQ(sum.complaints.size(), 1U);
}

TEST_F(Self, IsRedForAVacuousCase) {
  const auto sum =
      reckoned({instance_of("a/idle", kIdleCase), instance_of("a/length", kLengthCase)},
               {mutant_named("settings-ack-length:off")});
  EXPECT_TRUE(says(sum, "VACUOUS", "a/idle"));
  EXPECT_EQ(sum.vacuous, 1U);
  EXPECT_EQ(sum.complaints.size(), 1U);
}

TEST_F(Self, DoesNotCountAKillByAMutantOfAnotherRequirement) {
  std::string text = kLengthCase;
  text.replace(text.find("rfc9113-6.5-06"), 14, "rfc9113-6.7-02");
  const auto sum =
      reckoned({instance_of("a/length", text)}, {mutant_named("settings-ack-length:off")});
  EXPECT_EQ(sum.killed, 1U);
  EXPECT_TRUE(says(sum, "VACUOUS", "a/length"));
}

TEST_F(Self, IsRedForACaseThatTheSoundEngineDoesNotPass) {
  std::string text = kLengthCase;
  text.replace(text.find("FRAME_SIZE_ERROR"), 16, "COMPRESSION_ERROR");
  const auto sum =
      reckoned({instance_of("a/length", text)}, {mutant_named("settings-ack-length:off")});
  EXPECT_TRUE(says(sum, "RED", "a/length"));
}

TEST_F(Self, IsRedForAStaleExemption) {
  using enum Exemption::Kind;
  const auto sum = reckoned({instance_of("a/length", kLengthCase)},
                            {mutant_named("settings-ack-length:off")},
                            {{"settings-ack-length:off", killed_by, "Suite.Test", 2},
                             {"no-such-rule:off", equivalent, "RFC 9113, 5.4", 3},
                             {"a/length", no_mutant, "none can be made", 4}});
  EXPECT_TRUE(says(sum, "STALE", ":2: settings-ack-length:off: a/length kills it"));
  EXPECT_TRUE(says(sum, "STALE", ":3: no-such-rule:off"));
  EXPECT_TRUE(says(sum, "STALE", ":4: a/length: a mutant changes its grade"));
  EXPECT_EQ(sum.complaints.size(), 3U);
}

TEST_F(Self, AcceptsWhatIsExempt) {
  using enum Exemption::Kind;
  const auto sum = reckoned(
      {instance_of("a/idle", kIdleCase)},
      {harmless()},
      {{"harmless", equivalent, "RFC 9113, 5.4", 2}, {"a/idle", no_mutant, "none can be made", 3}});
  EXPECT_EQ(sum.complaints, std::vector<std::string>{});
  EXPECT_EQ(sum.equivalent, 1U);
  EXPECT_EQ(sum.exempt, 1U);
}

TEST_F(Self, IsRedForACitationThatNoMutantProves) {
  std::string text = kLengthCase;
  text.insert(text.find("rfc9113-6.5-06"), "rfc9113-6.7-02 ");
  const std::vector<CaseInstance> cases = {instance_of("a/length", text)};
  const std::vector<Mutant> mutants = {mutant_named("settings-ack-length:off")};
  const auto sum = reckoned(cases, mutants);
  EXPECT_TRUE(says(sum, "UNPROVED", "a/length: no mutant of rfc9113-6.7-02"));
  EXPECT_EQ(sum.complaints.size(), 1U);

  using enum Exemption::Kind;
  const auto excused =
      reckoned(cases, mutants, {{"a/length rfc9113-6.7-02", no_mutant, "none can be made", 2}});
  EXPECT_EQ(excused.complaints, std::vector<std::string>{});
  EXPECT_EQ(excused.excused, 1U);
  const auto stale =
      reckoned(cases, mutants, {{"a/length rfc9113-6.5-06", no_mutant, "none can be made", 2}});
  EXPECT_TRUE(says(stale, "STALE", ":2: a/length rfc9113-6.5-06: 'settings-ack-length:off'"));
}

TEST_F(Self, IsRedForACaseThatHoldsALibertyAgainstAServer) {
  std::string text = kIdleCase;
  text.insert(text.find("> request"), "> connect\n> PREFACE\n> SETTINGS 0\n");
  text += "< no SETTINGS 0 ENABLE_PUSH=0..0xffffffff\n";
  const std::vector<CaseInstance> cases = {instance_of("a/push", text),
                                           instance_of("a/idle", kIdleCase)};
  const MatrixRun run(cases, variations, {.jobs = 1, .progress = {}, .stop = {}});
  run.play_sound(matrix);
  run.play_liberties(all_liberties(), matrix);
  const auto sum = reckon(matrix, {}, {}, Extent::part);
  EXPECT_TRUE(says(sum, "ACCUSED", "a/push: liberty says-that-it-takes-no-pushes: fail"));
  EXPECT_FALSE(says(sum, "ACCUSED", "a/idle"));
}

TEST_F(Self, TakesAPermissionForProvedWhereAServerUsesIt) {
  std::string text = kIdleCase;
  text.replace(text.find("rfc9113-6.5-06"), 14, "rfc9113-6.5.2-06");
  const std::vector<CaseInstance> cases = {instance_of("a/idle", text)};
  const MatrixRun run(cases, variations, {.jobs = 1, .progress = {}, .stop = {}});
  run.play_sound(matrix);
  run.play_liberties(all_liberties(), matrix);
  EXPECT_TRUE(matrix.proofs.contains({"a/idle", "rfc9113-6.5.2-06"}));
  EXPECT_FALSE(matrix.proofs.contains({"a/idle", "rfc9113-3.4-15"}));
}

TEST(Exemptions, AreRefusedWhenTheyAreWrong) {
  const auto refused = [](const std::string& line) {
    const std::vector<std::string> lines = {"mutant,kind,detail", line};
    const auto read = read_exemptions(lines);
    return read ? std::string() : read.error();
  };
  EXPECT_EQ(refused("a:off,equivalent,why"), "");
  EXPECT_NE(refused("a:off,equivalent").find("equivalent.csv:2: 2 cells"), std::string::npos);
  EXPECT_NE(refused("a:off,guess,why").find("kind 'guess'"), std::string::npos);
  EXPECT_NE(refused("a:off,killed-by,").find("reason is missing"), std::string::npos);
  EXPECT_FALSE(read_exemptions(std::vector<std::string>{"mutant,kind"}));
  EXPECT_FALSE(read_exemptions(
      std::vector<std::string>{"mutant,kind,detail", "a,equivalent,b", "a,equivalent,b"}));
}

// The tests are looked up by killed_by_test.py, in the list of those that are run.
TEST(Exemptions, NameSectionsOfAnRfc) {
  const auto exemptions = built_in_exemptions();
  ASSERT_TRUE(exemptions) << exemptions.error();
  for (const Exemption& one : *exemptions) {
    if (one.kind == Exemption::Kind::equivalent) {
      EXPECT_TRUE(one.detail.starts_with("RFC ")) << one.name << ": name the sentence";
    }
  }
}

// A rule and the requirement that it enforces are read from the RFC by different people: where the
// requirement names a reaction, the rule's is that one.
TEST(RuleTable, HasTheScopesAndCodesThatTheRequirementsName) {
  // The requirement leaves the choice, and why the rule chooses so.
  const std::map<Rule, std::string_view> free = {
      {Rule::frame_on_tunnel, "8.5: a stream error, of no named code"},
      {Rule::connect_authority_invalid, "RFC 9110, 9.3.6: 400; malformed is answered by that"},
      {Rule::field_list_octets, "10.5.1: 431; ENHANCE_YOUR_CALM is what is there for load"},
      {Rule::field_lines, "10.5.1: 431; ENHANCE_YOUR_CALM is what is there for load"},
      {Rule::field_block_octets, "10.5.1: what is not decoded ends the connection"},
      {Rule::origin_entries, "RFC 8336, 4: the connection may be closed"},
      {Rule::hpack_too_many_size_updates, "RFC 7541, 4.2, binds encoders: 9113, 4.3, decoders"}};
  for (const RuleRow& rule : rules()) {
    const Requirement* principal = requirements().find(rule.requirements[0]);
    ASSERT_NE(principal, nullptr) << rule.name;
    const std::string named = fmt::format(
        "{} error {}", rule.scope == Scope::stream ? "stream" : "connection", name(rule.code));
    const bool says = principal->error.find(named) != std::string::npos ||
                      (principal->error.starts_with("malformed = stream error PROTOCOL_ERROR") &&
                       named == "stream error PROTOCOL_ERROR");
    EXPECT_NE(says, free.contains(rule.rule))
        << rule.name << ": " << named << "; " << principal->id << ": " << principal->error;
  }
}

TEST(Mutants, HaveNamesOfTheirOwnAndRequirementsThatExist) {
  std::set<std::string> names;
  for (const Mutant& one : all_mutants()) {
    EXPECT_TRUE(names.insert(one.name).second) << one.name;
    EXPECT_FALSE(one.requirements.empty()) << one.name;
    for (const std::string& id : one.requirements)
      EXPECT_NE(requirements().find(id), nullptr) << one.name << ": " << id;
  }
  EXPECT_TRUE(names.contains("ping-length:off"));
  EXPECT_TRUE(names.contains("ping-length:code"));
  EXPECT_TRUE(names.contains("ping-length:scope"));
  EXPECT_GE(names.size(), 3 * rules().size());
}

}  // namespace
}  // namespace h2assay
