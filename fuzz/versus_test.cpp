// The target `versus` accuses: an engine that a quirk has changed, and a library that gives one
// wrong answer, are unknown differences.

#include "fuzz/versus.h"

#include <array>

#include <gtest/gtest.h>

#include "conformance/adapters/loaded_library.h"
#include "engine/rules.h"
#include "fuzz/versus_input.h"

namespace h2assay::versus {
namespace {

using wire::FrameType;
using wire::make_frame;

// :method POST, :scheme http, :path / by index, and an authority.
const std::vector<std::uint8_t> kPost{0x83, 0x86, 0x84, 0x01, 0x01, 'a'};
constexpr std::uint8_t kServerOpened = 2;
constexpr std::uint8_t kServerAnswers = 2 | 2 << 2;
constexpr std::uint8_t kClientAsks = 1 | 2 | 3 << 2;
constexpr std::uint8_t kSmallWindows = 16;

const h2assay_library& loaded(const char* path) {
  const auto library = load_library(path);
  if (!library) {
    ADD_FAILURE() << library.error();
    std::abort();
  }
  return **library;
}

const h2assay_library& shipped() { return loaded(H2ASSAY_SHIPPED_LIBRARY); }

std::vector<std::uint8_t> input_of(std::uint8_t configuration,
                                   const std::vector<wire::RawFrame>& frames) {
  std::vector<std::uint8_t> input{configuration};
  for (const wire::RawFrame& frame : frames) wire::append(input, frame);
  return input;
}

wire::RawFrame get(std::uint32_t stream_id) {
  std::vector<std::uint8_t> block = kPost;
  block[0] = 0x82;  // :method GET
  return make_frame(FrameType::headers, wire::kEndHeaders | wire::kEndStream, stream_id, block);
}

// The difference in words, or "nothing".
std::string unknown(const h2assay_library& library,
                    const std::vector<std::uint8_t>& input,
                    const Quirks& quirks = {}) {
  Rules rules;
  const auto found = compare(library, rules, input, quirks);
  return found ? text_of(found->difference) : "nothing";
}

const std::vector<std::uint8_t>& ack_with_payload() {
  static const auto kInput =
      input_of(kServerOpened, {make_frame(FrameType::settings, wire::kAck, 0, {0, 3, 0, 0, 0, 1})});
  return kInput;
}

TEST(Versus, BothTakeALegalConversation) {
  std::vector<std::uint8_t> credit;
  wire::append32(credit, 50);
  const std::array<wire::SettingEntry, 1> kSmall{{{4, 10}}};
  EXPECT_EQ(unknown(shipped(),
                    input_of(kServerAnswers,
                             {make_frame(FrameType::settings, 0, 0, wire::settings_payload(kSmall)),
                              get(1),
                              make_frame(FrameType::ping, 0, 0, {1, 2, 3, 4, 5, 6, 7, 8}),
                              make_frame(FrameType::window_update, 0, 1, credit),
                              get(3)})),
            "nothing");
  EXPECT_EQ(unknown(shipped(),
                    input_of(kClientAsks,
                             {make_frame(FrameType::headers, wire::kEndHeaders, 1, {0x88}),
                              make_frame(FrameType::data, wire::kEndStream, 1, {'x', 'y'})})),
            "nothing");
}

TEST(Versus, BothRefuseWhatIsWrong) {
  EXPECT_EQ(unknown(shipped(), ack_with_payload()), "nothing");
  EXPECT_EQ(unknown(shipped(),
                    input_of(kServerOpened | kSmallWindows,
                             {make_frame(FrameType::headers, wire::kEndHeaders, 1, kPost),
                              make_frame(FrameType::data, 0, 1, std::vector<std::uint8_t>(101))})),
            "nothing");
}

TEST(Versus, ARuleThatTheEngineLacksIsADifference) {
  Quirks quirks;
  quirks.off(Rule::settings_ack_length);
  EXPECT_EQ(unknown(shipped(), ack_with_payload(), quirks),
            "SETTINGS of wrong length (connection): the engine takes, the library fails "
            "FRAME_SIZE_ERROR");
}

TEST(Versus, AnotherCodeIsADifference) {
  Quirks quirks;
  quirks.set({.rule = Rule::settings_ack_length,
              .off = false,
              .code = ErrorCode::flow_control_error,
              .scope = {}});
  EXPECT_EQ(unknown(shipped(), ack_with_payload(), quirks),
            "SETTINGS of wrong length (connection): the engine wrongly fails FLOW_CONTROL_ERROR "
            "[settings-ack-length], the library fails FRAME_SIZE_ERROR");
}

TEST(Versus, AnotherScopeIsADifference) {
  Quirks quirks;
  quirks.set({.rule = Rule::data_padding, .off = false, .code = {}, .scope = Scope::stream});
  const auto input = input_of(kServerOpened,
                              {make_frame(FrameType::headers, wire::kEndHeaders, 1, kPost),
                               make_frame(FrameType::data, wire::kPadded, 1, {9, 'x'})});
  EXPECT_EQ(unknown(shipped(), input), "nothing");
  // Permitted were it the other way round.
  EXPECT_EQ(unknown(shipped(), input, quirks),
            "DATA (open): the engine wrongly resets PROTOCOL_ERROR [data-padding], "
            "the library fails PROTOCOL_ERROR");
}

TEST(Versus, AWrongAnswerOfTheLibraryIsADifference) {
  const auto input =
      input_of(kServerOpened, {make_frame(FrameType::ping, 0, 0, {1, 2, 3, 4, 5, 6, 7, 8})});
  EXPECT_EQ(unknown(shipped(), input), "nothing");
  EXPECT_EQ(unknown(loaded(H2ASSAY_BROKEN_LIBRARY), input),
            "PING (connection): the engine replies PING ACK 0102030405060708;, "
            "the library replies PING ACK 0002030405060708;");
}

TEST(Versus, TheTranscriptHoldsBothSides) {
  Quirks quirks;
  quirks.off(Rule::settings_ack_length);
  Rules rules;
  const auto found = compare(shipped(), rules, ack_with_payload(), quirks);
  ASSERT_TRUE(found);
  EXPECT_NE(found->transcript.find("> SETTINGS 0 ACK"), std::string::npos) << found->transcript;
  EXPECT_NE(found->transcript.find("# nghttp2 < GOAWAY 0"), std::string::npos) << found->transcript;
  EXPECT_NE(found->transcript.find("# engine < SETTINGS 0 ACK"), std::string::npos)
      << found->transcript;
}

constexpr std::string_view kColumns =
    "library,name,frame,phase,engine,rule,library_does,requirement,what\n";

TEST(VersusRules, AFindingForgivesWhatItCoversAndIsCounted) {
  Rules rules;
  const std::string list = std::string(kColumns) +
                           "nghttp2,ours,PING|DATA,*,fails *,ping-*,takes,rfc9113-6.7-07,\"a, b\"\n"
                           "other,theirs,*,*,*,*,*,rfc9113-6.7-07,everything\n";
  ASSERT_TRUE(rules.add_findings(list, "nghttp2"));
  Difference difference{"PING", "connection", "fails FRAME_SIZE_ERROR", "ping-length", "takes"};
  const Row* row = rules.forgive(difference);
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(row->name, "ours");
  EXPECT_EQ(row->because, "rfc9113-6.7-07: a, b");
  EXPECT_EQ(row->count, 1U);
  difference.frame = "HEADERS";
  EXPECT_EQ(rules.forgive(difference), nullptr);
  EXPECT_NE(rules.report().find("1 finding ours\n"), std::string::npos) << rules.report();
  EXPECT_EQ(rules.report().find("ours forgave nothing"), std::string::npos);
  EXPECT_NE(rules.report().find("no-goaway forgave nothing"), std::string::npos);
}

TEST(VersusRules, AListThatIsWrongIsRefusedWithItsLine) {
  const auto refusal = [](const std::string& list) {
    Rules rules;
    const auto added = rules.add_findings(list, "nghttp2");
    return added ? "was taken" : added.error();
  };
  EXPECT_EQ(refusal("library,name\n").substr(0, 7), "line 1:");
  EXPECT_EQ(refusal(std::string(kColumns) + "nghttp2,a\n"), "line 2: nine columns are needed");
  EXPECT_EQ(refusal(std::string(kColumns) + "nghttp2,a,*,*,*,*,*,rfc9113-0-0,x\n"),
            "line 2: no requirement has the id rfc9113-0-0");
}

TEST(VersusRules, AGenericCodeIsForgivenASpecificOneIsNot) {
  Rules rules;
  const Difference generic{
      "DATA", "open", "fails FLOW_CONTROL_ERROR", "connection-window", "fails PROTOCOL_ERROR"};
  EXPECT_NE(rules.forgive(generic), nullptr);
  const Difference specific{
      "DATA", "open", "fails FLOW_CONTROL_ERROR", "connection-window", "fails COMPRESSION_ERROR"};
  EXPECT_EQ(rules.forgive(specific), nullptr);
}

TEST(VersusInput, AFieldBlockIsOnePieceWithWhatInterruptsIt) {
  std::vector<std::uint8_t> octets;
  wire::append(octets, make_frame(FrameType::headers, 0, 1, {0x82}));
  wire::append(octets, make_frame(FrameType::continuation, wire::kEndHeaders, 1, {0x86}));
  wire::append(octets, make_frame(FrameType::headers, 0, 3, {0x82}));
  wire::append(octets, make_frame(FrameType::ping, 0, 0, std::vector<std::uint8_t>(8)));
  wire::append(octets, make_frame(FrameType::headers, 0, 5, {0x82}));  // and no more
  const std::vector<Piece> pieces = cut(octets, false);
  ASSERT_EQ(pieces.size(), 2U);
  EXPECT_EQ(pieces[0].octets.size(), 20U);
  EXPECT_EQ(pieces[1].octets.size(), 27U);
  EXPECT_EQ(pieces[1].stream_id, 3U);
}

}  // namespace
}  // namespace h2assay::versus
