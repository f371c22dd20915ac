#include <algorithm>
#include <span>
#include <string_view>

#include <gtest/gtest.h>

#include "engine/fields_test_support.h"
#include "engine/hpack/encoder.h"

namespace h2assay {
namespace {

using enum MessageKind;

TEST(CookieJoining, PutsCrumbsTogetherWhereTheFirstOneStood) {
  Lines fields{{"cookie", "other"},
               {":path", "/"},
               {"cookie", "a=b"},
               {"x", "y"},
               {"cookie", "c=d", true},
               {"cookie", "e=f"}};
  TextArena arena;

  join_cookies(fields, 1, arena);

  EXPECT_EQ(
      fields,
      (Lines{{"cookie", "other"}, {":path", "/"}, {"cookie", "a=b; c=d; e=f", true}, {"x", "y"}}));
}

TEST(CookieJoining, LeavesASingleCookieAsItIs) {
  Lines fields{{"cookie", "a=b"}, {"x", "y"}};
  TextArena arena;
  join_cookies(fields, 0, arena);
  EXPECT_EQ(fields, (Lines{{"cookie", "a=b"}, {"x", "y"}}));
}

Lines normalized(const Lines& fields, TextArena& arena, OutboundRewriting rewriting = {}) {
  const hpack::Encoder encoder;
  std::vector<hpack::KnownField> known;
  Lines out;
  normalize_outbound(fields, rewriting, encoder, out, known, arena);
  EXPECT_EQ(known.size(), out.size());
  return out;
}

TEST(OutboundNormalization, LowersTrimsAndDropsWhatBelongsToTheConnection) {
  TextArena arena;
  const Lines fields{{" Content-Type\t", " text/plain \r\n"},
                     {"Connection", "close"},
                     {"Keep-Alive", "1"},
                     {"Proxy-Connection", "x"},
                     {"Transfer-Encoding", "x"},
                     {"UPGRADE", "x"},
                     {"TE", "trailers"}};
  EXPECT_EQ(normalized(fields, arena), (Lines{{"content-type", "text/plain"}, {"te", "trailers"}}));
}

TEST(OutboundNormalization, MarksSecretsNeverIndexed) {
  TextArena arena;
  const Lines out = normalized({{"authorization", "Basic x"},
                                {"proxy-authorization", "Basic x"},
                                {"cookie", "0123456789012345678"},
                                {"cookie", "01234567890123456789"},
                                {"x", "y"}},
                               arena);
  EXPECT_TRUE(out[0].never_indexed);
  EXPECT_TRUE(out[1].never_indexed);
  EXPECT_TRUE(out[2].never_indexed);
  EXPECT_FALSE(out[3].never_indexed);
  EXPECT_FALSE(out[4].never_indexed);
}

TEST(OutboundNormalization, SplitsCookiesBeforeItLooksForSecrets) {
  TextArena arena;
  const Lines fields{{"cookie", "a=0123456789; b=0123456789; c=1"}};
  EXPECT_EQ(normalized(fields, arena).size(), 1U);
  EXPECT_EQ(normalized(fields, arena, {.split_cookies = true}),
            (Lines{{"cookie", "a=0123456789", true},
                   {"cookie", "b=0123456789", true},
                   {"cookie", "c=1", true}}));
}

// What goes out is judged by the same rules as what comes in.
TEST(OutboundNormalization, LeavesWhatIsIllegalToTheOneValidatorD58) {
  TextArena arena;
  FieldPolicy policy{.trust_marks = true};
  const auto rule = [&](Field field) {
    Lines lines = get();
    lines.push_back(field);
    return check_message(request, normalized(lines, arena), policy).broken;
  };
  EXPECT_EQ(rule({"x", "a\nb"}), Rule::value_line_feed);
  EXPECT_EQ(rule({"x:y", "a"}), Rule::name_colon);
  EXPECT_EQ(rule({"x y", "a"}), Rule::name_control);
  EXPECT_EQ(rule({"", "a"}), Rule::name_empty);
  EXPECT_EQ(rule({"  ", "a"}), Rule::name_empty);
  EXPECT_EQ(rule({"X-Y", " a "}), std::nullopt);
}

TEST(TextArena, KeepsViewsWhileItGrows) {
  TextArena arena;
  const std::span<char> first = arena.take(3);
  std::ranges::copy(std::string_view("abc"), first.begin());
  for (int i = 0; i < 100; ++i) std::ranges::fill(arena.take(1000), 'x');
  EXPECT_EQ(std::string_view(first.data(), 3), "abc");
}

TEST(TextArena, IsEmptyAndUsableAfterAMove) {
  TextArena arena;
  arena.take(10);
  const TextArena moved = std::move(arena);
  arena = TextArena();
  std::ranges::fill(arena.take(10), 'x');
}

}  // namespace
}  // namespace h2assay
