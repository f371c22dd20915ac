// Where live streams are found, and what is remembered of the others.

#include "engine/stream_table.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "engine/stream_history.h"

namespace h2assay::testing {
namespace {

TEST(StreamTable, FindsWhatItHoldsHoweverSparse) {
  StreamTable table;
  std::vector<std::uint32_t> ids;
  std::uint32_t id = 1;
  for (int i = 0; i < 3000; ++i) {
    ids.push_back(id);
    table.insert(id);
    id += i % 7 == 0 ? 8192 * 2 : 2;
  }
  for (std::size_t i = 0; i < ids.size(); i += 2) table.erase(ids[i]);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const Stream* stream = table.find(ids[i]);
    ASSERT_EQ(stream != nullptr, i % 2 == 1) << ids[i];
    if (stream != nullptr) {
      EXPECT_EQ(stream->id, ids[i]);
    }
  }
  EXPECT_EQ(table.size(), 1500U);
  EXPECT_TRUE(std::ranges::is_sorted(table.identifiers()));
}

TEST(StreamTable, StaysSmallForIdentifiersThatAllWantOneSlot) {
  StreamTable table;
  for (std::uint32_t i = 1; i <= 1000; ++i) table.insert(i * (1U << 20U) + 1);
  EXPECT_LE(table.footprint(), 1000U * 64 * 10);
  EXPECT_EQ(table.size(), 1000U);
}

TEST(StreamHistory, RemembersTheEndOfTheLastStreamsOnly) {
  StreamHistory history(16);
  for (std::uint32_t id = 1; id <= 201; id += 2) {
    history.opened(id);
    if (id % 5 == 1) history.reset_by_peer(id);
  }
  EXPECT_EQ(history.phase(191), StreamPhase::closed_by_peer_reset);
  EXPECT_EQ(history.phase(193), StreamPhase::closed_by_end);
  EXPECT_EQ(history.phase(101), StreamPhase::closed_by_own_reset) << "too old: not judged";
  EXPECT_EQ(history.phase(203), StreamPhase::idle);
  history.opened(215);
  EXPECT_EQ(history.phase(213), StreamPhase::closed_unused);
  EXPECT_EQ(history.phase(191), StreamPhase::closed_by_peer_reset);
  history.opened(100001);
  EXPECT_EQ(history.phase(99999), StreamPhase::closed_unused);
  EXPECT_LE(history.footprint(), 16U);
}

}  // namespace
}  // namespace h2assay::testing
