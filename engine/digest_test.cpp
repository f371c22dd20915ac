#include "engine/digest.h"

#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "engine/octets.h"

namespace h2assay {
namespace {

template <typename... T> Digest digest_of(const T&... values) {
  Hasher hasher;
  hasher.add(values...);
  return hasher.digest();
}

TEST(Digest, IsTheSameForTheSameValues) {
  EXPECT_EQ(digest_of(1, std::string_view("a")), digest_of(1, std::string_view("a")));
}

TEST(Digest, IsTheSameOnEveryMachine) {
  EXPECT_EQ(digest_of(std::uint32_t{1}, std::string_view("abcdefghi")).high, 7197369655288067549U);
}

TEST(Digest, ChangesWithEachBitOfAValue) {
  for (unsigned bit = 0; bit < 64; ++bit) {
    const Digest changed = digest_of(std::uint64_t{1} << bit);
    EXPECT_NE(changed.high, digest_of(std::uint64_t{0}).high);
    EXPECT_NE(changed.low, digest_of(std::uint64_t{0}).low);
  }
}

TEST(Digest, ChangesWithTheOrderAndWithTheBorderBetweenTexts) {
  EXPECT_NE(digest_of(1, 2), digest_of(2, 1));
  EXPECT_NE(digest_of(std::string_view("ab"), std::string_view("c")),
            digest_of(std::string_view("a"), std::string_view("bc")));
  EXPECT_NE(digest_of(std::string_view("")), digest_of());
  EXPECT_NE(digest_of(std::vector<int>{1}), digest_of(std::vector<int>{1, 0}));
}

TEST(Digest, DependsOnWhatABufferHoldsAndNotOnHow) {
  OctetBuffer used;
  used.append(std::string_view("xxxxabc"));
  used.take(4);
  OctetBuffer fresh;
  fresh.append(std::string_view("abc"));

  EXPECT_EQ(digest_of(used), digest_of(fresh));
}

}  // namespace
}  // namespace h2assay
