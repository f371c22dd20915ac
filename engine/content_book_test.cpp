#include <initializer_list>
#include <string_view>

#include <gtest/gtest.h>

#include "engine/fields_test_support.h"

namespace h2assay {
namespace {

using enum MessageKind;

std::optional<Rule> length_rule(std::initializer_list<std::string_view> values) {
  Lines lines = get();
  for (const std::string_view value : values) lines.push_back({"content-length", value});
  return broken(request, lines);
}

TEST(ContentLength, IsADecimalNumber) {
  for (const std::string_view value : {"", "+5", "-1", "5,6", "5, 5", "0x5", "5a", "5 5"}) {
    EXPECT_EQ(length_rule({value}), Rule::content_length_invalid) << value;
  }
  EXPECT_EQ(length_rule({"0"}), std::nullopt);
  EXPECT_EQ(length_rule({"0000000000000000000000000005"}), std::nullopt);
}

TEST(ContentLength, MayRepeatItselfAndNotContradictItself) {
  EXPECT_EQ(length_rule({"5", "5"}), std::nullopt);
  EXPECT_EQ(length_rule({"5", "05"}), std::nullopt);
  EXPECT_EQ(length_rule({"5", "6"}), Rule::content_length_conflict);
  EXPECT_EQ(length_rule({"18446744073709551617", "18446744073709551618"}),
            Rule::content_length_conflict);
}

ContentBook book_of(std::string_view value) {
  return ContentBook::of_request(
      check_message(request, get({{"content-length", value}}), {}).facts);
}

TEST(ContentBook, BalancesContentExactly) {
  ContentBook book = book_of("5");
  EXPECT_EQ(book.end(), Rule::content_too_short);
  EXPECT_EQ(book.add(3), std::nullopt);
  EXPECT_EQ(book.add(3), Rule::content_too_long);
  EXPECT_EQ(book.end(), Rule::content_too_short);
  EXPECT_EQ(book.add(2), std::nullopt);
  EXPECT_EQ(book.end(), std::nullopt);
  EXPECT_EQ(book.add(1), Rule::content_too_long);
}

// END_STREAM on HEADERS or on trailers is an end like any other.
TEST(ContentBook, IsCheckedAtEveryEndD62) {
  EXPECT_EQ(book_of("1").end(), Rule::content_too_short);
  EXPECT_EQ(book_of("0").end(), std::nullopt);
}

TEST(ContentBook, DoesNotTakeAHugeNumberForASmallOne) {
  for (const std::string_view value : {"18446744073709551621",
                                       "18446744073709551615",
                                       "18446744073709551614",
                                       "9223372036854775813",
                                       "999999999999999999999999999999"}) {
    ContentBook book = book_of(value);
    EXPECT_EQ(book.add(5), std::nullopt) << value;
    EXPECT_EQ(book.end(), Rule::content_too_short) << value;
  }
}

TEST(ContentBook, KnowsNothingWithoutALength) {
  ContentBook book = ContentBook::of_request(check_message(request, get(), {}).facts);
  EXPECT_EQ(book.add(1'000'000), std::nullopt);
  EXPECT_EQ(book.end(), std::nullopt);
}

TEST(ContentBook, ForbidsContentWhereAResponseHasNoneD63) {
  const auto book = [](std::string_view status, Method method) {
    const Lines lines{{":status", status}, {"content-length", "9"}};
    return ContentBook::of_response(check_message(response, lines, {}).facts, method);
  };
  for (ContentBook each : {book("200", Method::head),
                           book("204", Method::get),
                           book("304", Method::get),
                           book("404", Method::head)}) {
    EXPECT_EQ(each.end(), std::nullopt);
    EXPECT_EQ(each.add(0), std::nullopt);
    EXPECT_EQ(each.add(1), Rule::content_forbidden);
  }
  EXPECT_EQ(book("200", Method::get).end(), Rule::content_too_short);
}

TEST(ContentBook, LeavesATunnelAloneD63) {
  const Lines lines{{":status", "200"}, {"content-length", "9"}};
  const MessageFacts facts = check_message(response, lines, {}).facts;
  EXPECT_EQ(ContentBook::of_response(facts, Method::connect), ContentBook());
  const Lines refusal{{":status", "403"}, {"content-length", "9"}};
  EXPECT_EQ(
      ContentBook::of_response(check_message(response, refusal, {}).facts, Method::connect).end(),
      Rule::content_too_short);
}

}  // namespace
}  // namespace h2assay
