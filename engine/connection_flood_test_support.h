#pragma once
// Floods one connection and tells by which limit it ended, and what that cost.

#include <malloc.h>

#include "engine/connection_test_support.h"

namespace h2assay::testing {

// Feeds what `step` writes until the connection fails or `most` steps are done; drains after each
// step if asked.  The rule by which it failed, and the number of steps before.
struct Flood {
  std::optional<Rule> rule;
  std::size_t steps = 0;
  std::size_t grown = 0;  // octets of heap, from the 64th step on
};

template <class Step> Flood flood(Played& played, std::size_t most, bool drains, Step step) {
  Flood result;
  std::size_t base = 0;
  for (; result.steps < most; ++result.steps) {
    step(result.steps);
    const Events events = played.feed();
    if (const auto* failed = find<ConnectionFailed>(events)) {
      result.rule = failed->because.rule;
      EXPECT_EQ(failed->because.code, ErrorCode::enhance_your_calm);
      const std::string out(text_of(played.engine.data_to_send()));
      EXPECT_NE(out.find(name(failed->because.rule)), std::string::npos) << "the limit is named";
      break;
    }
    if (drains) static_cast<void>(played.engine.data_to_send());
    const std::size_t now = mallinfo2().uordblks;
    if (result.steps == 64) base = now;
    if (result.steps > 64 && now > base) result.grown = std::max(result.grown, now - base);
  }
  return result;
}

#define EXPECT_LIMIT(result, limit, at_least, at_most)                        \
  do {                                                                        \
    const Flood seen_ = (result);                                             \
    ASSERT_TRUE(seen_.rule) << "no limit within " << seen_.steps << " steps"; \
    EXPECT_EQ(name(*seen_.rule), name(limit));                                \
    EXPECT_GE(seen_.steps, std::size_t{at_least});                            \
    EXPECT_LE(seen_.steps, std::size_t{at_most});                             \
    EXPECT_LE(seen_.grown, 256U * 1024);                                      \
  } while (false)

#define EXPECT_NO_LIMIT(result)                                                \
  do {                                                                         \
    const Flood seen_ = (result);                                              \
    EXPECT_FALSE(seen_.rule) << name(*seen_.rule) << " after " << seen_.steps; \
    EXPECT_LE(seen_.grown, 256U * 1024);                                       \
  } while (false)

}  // namespace h2assay::testing
