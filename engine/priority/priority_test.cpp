// The RFC 7540 tree and the RFC 9218 scheduler.

#include <map>

#include <gtest/gtest.h>

#include "engine/priority/tree.h"
#include "engine/priority/urgency.h"

namespace h2assay::priority {
namespace {

// How the next `turns` of 100 octets are shared.
std::map<std::uint32_t, int> share(Tree& tree, int turns) {
  std::map<std::uint32_t, int> shares;
  for (int i = 0; i < turns; ++i) {
    const auto stream = tree.next();
    if (!stream) break;
    ++shares[*stream];
    tree.served(*stream, 100);
  }
  return shares;
}

TEST(PriorityTree, SharesAmongSiblingsByWeight) {
  Tree tree;
  tree.set(1, {.depends_on = 0, .weight = 12, .exclusive = false});
  tree.set(3, {.depends_on = 0, .weight = 4, .exclusive = false});
  tree.set_ready(1, true);
  tree.set_ready(3, true);
  const auto shares = share(tree, 160);
  EXPECT_NEAR(shares.at(1), 120, 1);
  EXPECT_NEAR(shares.at(3), 40, 1);
}

TEST(PriorityTree, ServesTheParentFirst) {
  Tree tree;
  tree.set(1, {});
  tree.set(3, {.depends_on = 1, .weight = 256, .exclusive = false});
  tree.set_ready(3, true);
  EXPECT_EQ(tree.next(), 3U);
  tree.set_ready(1, true);
  EXPECT_EQ(tree.next(), 1U);
  tree.set_ready(1, false);
  tree.set_ready(3, false);
  EXPECT_EQ(tree.next(), std::nullopt);
}

TEST(PriorityTree, MovesEverythingBelowAnExclusiveStream) {
  Tree tree;  // RFC 7540, Section 5.3.1: A, B, C, then D exclusively on A
  tree.set(1, {});
  tree.set(3, {.depends_on = 1, .weight = 16, .exclusive = false});
  tree.set(5, {.depends_on = 1, .weight = 16, .exclusive = false});
  tree.set(7, {.depends_on = 1, .weight = 16, .exclusive = true});
  EXPECT_EQ(tree.dependency(7)->depends_on, 1U);
  EXPECT_EQ(tree.dependency(3)->depends_on, 7U);
  EXPECT_EQ(tree.dependency(5)->depends_on, 7U);
}

TEST(PriorityTree, MovesADescendantUpBeforeItBecomesTheParent) {
  // RFC 7540, Section 5.3.3, Figure 5: A made dependent on its descendant D.
  Tree tree;
  tree.set(1, {});                                                    // A
  tree.set(3, {.depends_on = 1, .weight = 16, .exclusive = false});   // B
  tree.set(5, {.depends_on = 1, .weight = 16, .exclusive = false});   // C
  tree.set(7, {.depends_on = 5, .weight = 16, .exclusive = false});   // D
  tree.set(9, {.depends_on = 5, .weight = 16, .exclusive = false});   // E
  tree.set(11, {.depends_on = 7, .weight = 16, .exclusive = false});  // F
  Tree exclusive = tree;
  tree.set(1, {.depends_on = 7, .weight = 16, .exclusive = false});
  EXPECT_EQ(tree.dependency(7)->depends_on, 0U);
  EXPECT_EQ(tree.dependency(1)->depends_on, 7U);
  EXPECT_EQ(tree.dependency(11)->depends_on, 7U);
  EXPECT_EQ(tree.dependency(9)->depends_on, 5U);
  exclusive.set(1, {.depends_on = 7, .weight = 16, .exclusive = true});
  EXPECT_EQ(exclusive.dependency(11)->depends_on, 1U);
}

TEST(PriorityTree, SharesTheWeightOfAStreamThatIsOver) {
  Tree tree;
  tree.set(1, {.depends_on = 0, .weight = 32, .exclusive = false});
  tree.set(3, {.depends_on = 1, .weight = 48, .exclusive = false});
  tree.set(5, {.depends_on = 1, .weight = 16, .exclusive = false});
  tree.set_ready(5, true);
  tree.remove(1);
  EXPECT_EQ(tree.dependency(3)->depends_on, 0U);
  EXPECT_EQ(tree.dependency(3)->weight, 24);
  EXPECT_EQ(tree.dependency(5)->weight, 8);
  EXPECT_EQ(tree.next(), 5U);
  EXPECT_EQ(tree.dependency(1), std::nullopt);
}

TEST(PriorityTree, IsBoundedAndIgnoresSelfDependency) {
  Tree tree(100);
  for (std::uint32_t id = 1; id < 10000; id += 2) {
    tree.set(id, {.depends_on = id + 2, .weight = 1, .exclusive = true});
    tree.set(id, {.depends_on = id, .weight = 1, .exclusive = true});
  }
  EXPECT_EQ(tree.size(), 100U);
}

TEST(PriorityTree, AStreamThatWasIdleDoesNotCatchUp) {
  Tree tree;
  tree.set(1, {});
  tree.set(3, {});
  tree.set_ready(1, true);
  share(tree, 1000);
  tree.set_ready(3, true);
  const auto shares = share(tree, 20);
  EXPECT_NEAR(shares.at(1), 10, 1);
}

TEST(Urgency, ReadsTheFieldAsRfc9218Says) {
  EXPECT_EQ(parse_urgency(""), (Urgency{3, false}));
  EXPECT_EQ(parse_urgency("u=5, i"), (Urgency{5, true}));
  EXPECT_EQ(parse_urgency("i=?0,u=0"), (Urgency{0, false}));
  EXPECT_EQ(parse_urgency("i=?1;x=\"y\" \t,  u=7;a"), (Urgency{7, true}));
  EXPECT_EQ(parse_urgency("u=1, u=2"), (Urgency{2, false}));
  EXPECT_EQ(parse_urgency("x=(a \"b\" 1.5;p), :y"), std::nullopt);
  EXPECT_EQ(parse_urgency("x=(a \"b\" 1.5;p), y=:aGk=:, u=1"), (Urgency{1, false}));
}

TEST(Urgency, IgnoresWhatIsOutOfRangeOrOfAnotherType) {
  for (const char* value : {"u=8", "u=-1", "u=a", "u=1.0", "u=?1", "i=1", "unknown=4"}) {
    EXPECT_EQ(parse_urgency(value), Urgency()) << value;
  }
}

TEST(Urgency, GivesNothingForWhatIsNoDictionary) {
  for (const char* value : {"u=", "u=1,", ",u=1", "U=1", "u 1", "u=1 i", "u=\"", "(u)", "u=?2"}) {
    EXPECT_EQ(parse_urgency(value), std::nullopt) << value;
  }
}

TEST(Scheduler, ServesByUrgencyThenOneByOneThenInTurn) {
  Scheduler scheduler;
  scheduler.set(1, {.urgency = 3, .incremental = true});
  scheduler.set(3, {.urgency = 3, .incremental = true});
  scheduler.set(5, {.urgency = 3, .incremental = false});
  scheduler.set(7, {.urgency = 1, .incremental = false});
  for (const std::uint32_t id : {1U, 3U, 5U, 7U, 9U}) scheduler.set_ready(id, true);
  std::vector<std::uint32_t> order;
  for (int i = 0; i < 8; ++i) {
    const auto stream = scheduler.next();
    ASSERT_TRUE(stream);
    order.push_back(*stream);
    scheduler.served(*stream);
    if (*stream == 7 || (*stream == 5 && i > 2)) scheduler.remove(*stream);
  }
  EXPECT_EQ(order, (std::vector<std::uint32_t>{7, 5, 5, 5, 1, 3, 1, 3}));
  EXPECT_EQ(scheduler.size(), 2U);
}

}  // namespace
}  // namespace h2assay::priority
