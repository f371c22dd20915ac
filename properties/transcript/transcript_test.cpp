// Parsing, printing and expanding: files that people wrote.
#include "properties/transcript/transcript.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "properties/wire/frame.h"

namespace h2assay::transcript {
namespace {

std::string read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> out;
  if (!std::filesystem::is_directory(folder)) return out;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.path().extension() == ".h2t") out.push_back(entry.path());
  std::ranges::sort(out);
  return out;
}

Transcript good(std::string_view text) {
  const auto parsed = parse(text, "test");
  if (!parsed) {
    ADD_FAILURE() << describe(parsed.error());
    return {};
  }
  return *parsed;
}

std::vector<Instance> expanded(std::string_view text) {
  const auto instances = expand(good(text), "test");
  if (!instances) {
    ADD_FAILURE() << describe(instances.error());
    return {};
  }
  return *instances;
}

// What stands below the header of role client.
std::string canonical(const std::string& body, const std::string& role = "client") {
  const std::string printed = print(good("title t\nrole " + role + "\n\n" + body));
  return printed.substr(printed.find("\n\n") + 2);
}

// Parses, prints, parses again; expands, and does the same to each conversation.
void expect_identity(const std::filesystem::path& path, std::size_t& conversations) {
  SCOPED_TRACE(path.string());
  const auto parsed = parse(read(path), path.string());
  ASSERT_TRUE(parsed) << describe(parsed.error());
  const std::string printed = print(*parsed);
  const auto again = parse(printed, "printed");
  ASSERT_TRUE(again) << describe(again.error()) << "\n" << printed;
  EXPECT_EQ(*again, *parsed) << printed;
  EXPECT_EQ(print(*again), printed);
  const auto instances = expand(*parsed, path.string());
  ASSERT_TRUE(instances) << describe(instances.error());
  for (const Instance& instance : *instances) {
    const std::string text = print(instance.transcript);
    const auto back = parse(text, instance.suffix);
    ASSERT_TRUE(back) << describe(back.error()) << "\n" << text;
    ASSERT_EQ(*back, instance.transcript) << text;
  }
  conversations += instances->size();
}

TEST(Transcript, IsTheSameAfterPrintingAndParsing) {
  std::size_t conversations = 0;
  const auto samples = files_below(H2ASSAY_TRANSCRIPT_TESTDATA);
  ASSERT_GE(samples.size(), 15U);
  for (const auto& path : samples) expect_identity(path, conversations);
  EXPECT_GE(conversations, 2000U);
}

TEST(Transcript, CasesAreTheSameAfterPrintingAndParsing) {
  std::size_t conversations = 0;
  const auto cases = files_below(H2ASSAY_CASES);
  for (const auto& path : cases) expect_identity(path, conversations);
  std::cout << cases.size() << " files, " << conversations << " conversations\n";
}

TEST(Transcript, PrintsInOneWay) {
  EXPECT_EQ(
      canonical("  >   HEADERS 1  cut=*1 END_HEADERS END_STREAM   {request GET}   # why\n\n\n"),
      "> HEADERS 1 END_STREAM END_HEADERS cut=*1 {request GET}  # why\n");
  EXPECT_EQ(canonical("< HEADERS 1 :status=2xx !END_STREAM without te,connection exactly 2 before "
                      "DATA 1 lenient\n"),
            "< HEADERS 1 !END_STREAM :status=2xx without te,connection exactly 2 before DATA 1  "
            "lenient\n");
  EXPECT_EQ(canonical("repeat i in 1..{peer.MAX_FRAME_SIZE}\n> DATA 1 data={2*i-(1+i)*3}\nend\n"),
            "repeat i in 1..{peer.MAX_FRAME_SIZE}\n  > DATA 1 data={2 * i - (1 + i) * 3}\nend\n");
  EXPECT_EQ(canonical("> PING 0 data=6f6E20\n< close\n or b< FIN info #x\n"),
            "> PING 0 data=6f6e20\n< close\n  or b< FIN  info  #x\n");
}

TEST(Transcript, PrintsTablesInColumns) {
  const std::string text =
      "# a remark of the file\n"
      "title        T\n"
      "role         client  # ours\n"
      "each         a   rest:\n"
      "             1   PING 0  # one\n"
      "             20  SETTINGS 0 ACK\n"
      "each         b in 1..2\n"
      "\n"
      "> {rest} flags={a}\n"
      "> PING 0 flags={b}\n";
  EXPECT_EQ(print(good(text)), text);
}

TEST(Transcript, JoinsLinesThatGoOn) {
  EXPECT_EQ(canonical("> HEADERS 1 END_HEADERS :method=GET \\\n      :path=/  # end\n"),
            "> HEADERS 1 END_HEADERS :method=GET :path=/  # end\n");
}

TEST(Transcript, AppendsHexBelowAStep) {
  EXPECT_EQ(canonical("> 0x16 1 payload=00 # first\n| 01 02\n  | 03\n> octets\n| ff fe\n"),
            "> 0x16 1 payload=00010203  # first\n> octets fffe\n");
}

TEST(Transcript, TakesTabsForBlanks) {
  const std::string text =
      "title\tt\nrole\tclient\neach\ta\trest:\n\t1\tPING 0\tACK\n\n>\t{rest}\tflags={a}\t# a\tb\n";
  EXPECT_EQ(print(good(text)),
            "title        t\n"
            "role         client\n"
            "each         a  rest:\n"
            "             1  PING 0 ACK\n"
            "\n"
            "> {rest} flags={a}  # a b\n");
}

TEST(Transcript, AcceptsLinesThatEndAsOnWindows) {
  EXPECT_EQ(print(good("title t\r\nrole client\r\n\r\n> SETTINGS 0\r\n")),
            print(good("title t\nrole client\n\n> SETTINGS 0\n")));
}

TEST(Transcript, KeepsEachSpellingOfANumber) {
  EXPECT_EQ(canonical("> SETTINGS 0x80000000 0x0a0a=0xffffffff INITIAL_WINDOW_SIZE=007\n"),
            "> SETTINGS 0x80000000 0x0a0a=0xffffffff INITIAL_WINDOW_SIZE=007\n");
}

TEST(Transcript, TellsAFieldFromAPartByQuotes) {
  const Transcript transcript =
      good("title t\nrole client\n\n> HEADERS 1 pad=3 \"pad\"=x weight2=y\n");
  const auto& frame = std::get<FrameLine>(std::get<Step>(transcript.body.at(0).what).what);
  ASSERT_EQ(frame.parts.size(), 1U);
  ASSERT_EQ(frame.fields.size(), 2U);
  EXPECT_EQ(text_of(frame.fields[0].name), "pad");
  EXPECT_EQ(text_of(*frame.part("pad")), "3");
}

TEST(Transcript, ReadsTheFieldNotation) {
  const Transcript transcript = good(
      "title t\nrole client\n\n> HEADERS 1 a=b +~c=~d -[4 :path]=/x [62 \"e f\"=g] [max 80] [hex "
      "00 0178]\n");
  const auto& fields = std::get<FrameLine>(std::get<Step>(transcript.body.at(0).what).what).fields;
  ASSERT_EQ(fields.size(), 6U);
  EXPECT_EQ(fields[0].mark, FieldWord::Mark::none);
  EXPECT_EQ(fields[1].mark, FieldWord::Mark::incremental);
  EXPECT_TRUE(fields[1].huffman_name);
  EXPECT_TRUE(fields[1].huffman_value);
  EXPECT_EQ(fields[2].mark, FieldWord::Mark::without);
  EXPECT_EQ(text_of(*fields[2].index), "4");
  EXPECT_EQ(fields[2].note, FieldWord::Note::name);
  EXPECT_EQ(fields[3].kind, FieldWord::Kind::indexed);
  EXPECT_EQ(text_of(fields[3].name), "e f");
  EXPECT_EQ(fields[4].kind, FieldWord::Kind::max);
  EXPECT_EQ(text_of(fields[5].value), std::string("\0\1x", 3));
}

TEST(Transcript, EscapesWhateverAPeerSays) {
  Transcript log = good("title t\nrole client\n\n@0.001 < FIN\n");
  log.header.peer = "\x1b[2J # \xc2\x9b";
  auto& await = std::get<Await>(log.body.at(0).what);
  await.alternatives[0].remark = "fail: \x1b]0;evil\x07 \xff";
  FrameLine frame;
  frame.type = static_cast<std::uint8_t>(wire::FrameType::goaway);
  frame.stream = number_value(0);
  frame.parts.push_back({"debug", octets_value("\x1b[31m{\"\\\n"), {}});
  await.alternatives[0].what = frame;
  EXPECT_EQ(
      print(log),
      "title        t\n"
      "role         client\n"
      "peer         \\x1b[2J \\x23 \\xc2\\x9b\n"
      "\n"
      "@0.001 < GOAWAY 0 debug=\"\\x1b[31m\\x7b\\\"\\\\\\n\"  # fail: \\x1b]0;evil\\x07 \\xff\n");
  EXPECT_TRUE(parse(print(log), "log"));
}

TEST(Transcript, FindsPartsAndAtoms) {
  const Transcript transcript =
      good("title t\nrole client\n\n> data 1 length=5 pad=2 END_STREAM beyond\n");
  const auto& phrase = std::get<Phrase>(std::get<Step>(transcript.body.at(0).what).what);
  EXPECT_EQ(text_of(*phrase.atom(0)), "1");
  EXPECT_EQ(text_of(*phrase.pair("pad")), "2");
  EXPECT_TRUE(phrase.has("beyond"));
  EXPECT_FALSE(phrase.has("length"));
  EXPECT_EQ(phrase.pair("frame"), nullptr);
  EXPECT_EQ(phrase.atom(3), nullptr);
}

TEST(Expansion, MultipliesTablesAndNamesTheInstances) {
  const auto instances = expanded(
      "title t\nrole client\neach octet in 0x00..0x02,0x41\neach name in "
      "\"\\x{octet}a\",b{octet}\n\n"
      "> HEADERS 1 {name}=v x={octet}\n> DATA 1 data={octet * \"y\"}\n");
  ASSERT_EQ(instances.size(), 8U);
  EXPECT_EQ(instances[0].suffix, "[0x00,\"\\x00a\"]");
  EXPECT_EQ(instances[5].suffix, "[0x02,b0x02]");
  EXPECT_TRUE(instances[0].transcript.header.each.empty());
  const std::string text = print(instances[6].transcript);
  EXPECT_NE(text.find("> HEADERS 1 \"Aa\"=v x=0x41\n> DATA 1 data={0x41 * \"y\"}\n"),
            std::string::npos)
      << text;
}

TEST(Expansion, TakesListsInTheCellsOfATable) {
  const auto instances = expanded(
      "title t\nrole client\neach f n rest:\n  PING,SETTINGS 1,3..4 flags=1 # r\n  0x16 0\n\n> {f} "
      "{n} {rest}\n");
  std::vector<std::string> suffixes;
  for (const Instance& instance : instances) suffixes.push_back(instance.suffix);
  EXPECT_EQ(suffixes,
            (std::vector<std::string>{"[PING,1,flags=1]",
                                      "[PING,3,flags=1]",
                                      "[PING,4,flags=1]",
                                      "[SETTINGS,1,flags=1]",
                                      "[SETTINGS,3,flags=1]",
                                      "[SETTINGS,4,flags=1]",
                                      "[0x16,0,]"}));
}

TEST(Expansion, PutsColumnsIntoLoopsAndAlternatives) {
  const auto instances = expanded(
      "title t\nrole client\neach n in 2..3\neach answer in close,ignored\n\n"
      "repeat i in 1..{n + 1}\n> PING 0\n< {answer}\n or FIN info\nend\n");
  ASSERT_EQ(instances.size(), 4U);
  const std::string text = print(instances[3].transcript);
  EXPECT_NE(text.find("repeat i in 1..{3 + 1}\n  > PING 0\n  < ignored\n    or FIN  info\nend\n"),
            std::string::npos)
      << text;
}

TEST(Expansion, WritesAStarWhereAnInstanceUsesNoName) {
  const auto instances =
      expanded("title t\nrole server\neach s2 in 0,{s}\n\n< request {s} GET\n> PING {s2}\n");
  ASSERT_EQ(instances.size(), 2U);
  EXPECT_NE(print(instances[0].transcript).find("< request * GET"), std::string::npos);
  EXPECT_NE(print(instances[1].transcript).find("< request {s} GET"), std::string::npos);
}

TEST(Expansion, WithoutTableIsOneConversation) {
  const auto instances = expanded("title t\nrole client\n\n> SETTINGS 0\n");
  ASSERT_EQ(instances.size(), 1U);
  EXPECT_EQ(instances[0].suffix, "");
}

}  // namespace
}  // namespace h2assay::transcript
