// Frame lines to octets and back, whatever is bent.
#include "properties/transcript/frame_text.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "properties/transcript/test_environment.h"

namespace h2assay::transcript {
namespace {

std::string hex_of(const std::vector<std::uint8_t>& octets) {
  std::string out;
  for (const std::uint8_t octet : octets) {
    out += "0123456789abcdef"[octet >> 4];
    out += "0123456789abcdef"[octet & 15];
  }
  return out;
}

// The octets of all frames that a line asks for, frame headers and payloads apart.
std::string written(FrameWriter& writer, const std::string& line) {
  const std::vector<Line> body = body_of("> " + line + "\n");
  const auto frames =
      writer.write(std::get<FrameLine>(std::get<Step>(body.at(0).what).what), TestEnvironment());
  if (!frames) return "fault: " + frames.error().what;
  std::string out;
  for (const wire::RawFrame& frame : *frames) {
    std::vector<std::uint8_t> octets;
    wire::append(octets, frame);
    const std::string all = hex_of(octets);
    out += (out.empty() ? "" : " | ") + all.substr(0, 6) + ' ' + all.substr(6, 2) + ' ' +
           all.substr(8, 2) + ' ' + all.substr(10, 8) + ' ' + all.substr(18);
  }
  return out;
}

std::string written(const std::string& line) {
  FrameWriter writer;
  return written(writer, line);
}

TEST(FrameWriter, WritesEachTypeOfFrame) {
  EXPECT_EQ(written("DATA 1 END_STREAM data=\"ab\""), "000002 00 01 00000001 6162");
  EXPECT_EQ(written("HEADERS 3 END_HEADERS [2] x=y"), "000006 01 04 00000003 820001780179");
  EXPECT_EQ(written("PRIORITY 5 depends=0x80000003 weight=7"), "000005 02 00 00000005 8000000307");
  EXPECT_EQ(written("RST_STREAM 1 CANCEL"), "000004 03 00 00000001 00000008");
  EXPECT_EQ(written("RST_STREAM 1 code=0xff"), "000004 03 00 00000001 000000ff");
  EXPECT_EQ(written("SETTINGS 0 ENABLE_PUSH=0 0x0a0a=1 ENABLE_PUSH=0"),
            "000012 04 00 00000000 0002000000000a0a00000001000200000000");
  EXPECT_EQ(written("SETTINGS 0 ACK"), "000000 04 01 00000000 ");
  EXPECT_EQ(written("PUSH_PROMISE 1 END_HEADERS promise=2 [2]"),
            "000005 05 04 00000001 0000000282");
  EXPECT_EQ(written("PING 0 ACK data=\"12345678\""), "000008 06 01 00000000 3132333435363738");
  EXPECT_EQ(written("PING 0"), "000008 06 00 00000000 0000000000000000");
  EXPECT_EQ(written("GOAWAY 0 last=3 NO_ERROR debug=\"x\""),
            "000009 07 00 00000000 000000030000000078");
  EXPECT_EQ(written("WINDOW_UPDATE 0 increment=0x80000001"), "000004 08 00 00000000 80000001");
  EXPECT_EQ(written("CONTINUATION 1 END_HEADERS [4]"), "000001 09 04 00000001 84");
  EXPECT_EQ(written("ALTSVC 0 origin=\"o\" value=\"v\""), "000004 0a 00 00000000 00016f76");
  EXPECT_EQ(written("ORIGIN 0 origins=\"a bc\""), "000007 0c 00 00000000 00016100026263");
  EXPECT_EQ(written("PRIORITY_UPDATE 0 stream=1 value=\"u=1\""),
            "000007 10 00 00000000 00000001753d31");
  EXPECT_EQ(written("0xfe 0x80000001 flags=0xff payload=00"), "000001 fe ff 80000001 00");
}

TEST(FrameWriter, BendsWhatIsAskedFor) {
  EXPECT_EQ(written("DATA 1 data=\"a\" pad=2"), "000004 00 08 00000001 02610000");
  EXPECT_EQ(written("DATA 1 data=\"abc\" pad=9 padding=\"\""), "000004 00 08 00000001 09616263");
  EXPECT_EQ(written("DATA 1 padding=ffff"), "000003 00 08 00000001 02ffff");
  EXPECT_EQ(written("DATA 1 flags=0x08 data=\"a\""), "000001 00 08 00000001 61");
  EXPECT_EQ(written("HEADERS 1 depends=3 weight=1 pad=1 [2]"),
            "000008 01 28 00000001 0100000003018200");
  EXPECT_EQ(written("HEADERS 1 END_HEADERS payload=ff pad=3"), "000001 01 04 00000001 ff");
  EXPECT_EQ(written("SETTINGS 0 length=9 payload=\"\""), "000009 04 00 00000000 ");
  EXPECT_EQ(written("HEADERS 1 block=828486"), "000003 01 00 00000001 828486");
  EXPECT_EQ(written("PING 0 payload={3 * \"\\x00\"}"), "000003 06 00 00000000 000000");
}

TEST(FrameWriter, CutsABlockIntoFrames) {
  EXPECT_EQ(written("HEADERS 1 END_STREAM cut=1,0 [2] [4] [6]"),
            "000001 01 01 00000001 82 | 000000 09 00 00000001  | 000002 09 04 00000001 8486");
  EXPECT_EQ(written("HEADERS 1 cut=*2 [2] [4] [6]"),
            "000002 01 00 00000001 8284 | 000001 09 04 00000001 86");
  EXPECT_EQ(written("PUSH_PROMISE 1 promise=2 cut=1 [2] [4]"),
            "000005 05 00 00000001 0000000282 | 000001 09 04 00000001 84");
}

TEST(FrameWriter, WritesEachRepresentation) {
  const std::string head = "HEADERS 1 ";
  const auto block = [&](const std::string& fields) {
    const std::string all = written(head + fields);
    return all.substr(all.rfind(' ') + 1);
  };
  EXPECT_EQ(block(":method=GET"), "82");
  EXPECT_EQ(block(":path=/x"), "04022f78");
  EXPECT_EQ(block("x=y"), "0001780179");
  EXPECT_EQ(block("+x=y"), "4001780179");
  EXPECT_EQ(block("-:path=/"), "00053a70617468012f");
  EXPECT_EQ(block("!x=y"), "1001780179");
  EXPECT_EQ(block("+[4]=/"), "44012f");
  EXPECT_EQ(block("![4]=/"), "14012f");
  EXPECT_EQ(block("-[4]=~/"), "048163");
  EXPECT_EQ(block(":path=~/"), "048163");
  EXPECT_EQ(block("~a=b"), "00811f0162");
  EXPECT_EQ(block("+~a=~b"), "40811f818f");
  EXPECT_EQ(block("[max 31] [max 0]"), "3f0020");
  EXPECT_EQ(block("[hex 00 ff]"), "00ff");
  EXPECT_EQ(block("[127]"), "ff00");
}

TEST(FrameWriter, ChecksNotes) {
  FrameWriter writer;
  EXPECT_EQ(written(writer, "HEADERS 1 END_HEADERS [2 :method=GET] +[4 :path]=/x [62 :path=/x]"),
            "000006 01 04 00000001 8244022f78be");
  EXPECT_EQ(written(writer, "HEADERS 3 END_HEADERS [62 :path=/x]"), "000001 01 04 00000003 be");
  EXPECT_EQ(written(writer, "HEADERS 5 END_HEADERS [62 :path=/y]"),
            "fault: entry 62 holds :path=/x");
  EXPECT_EQ(written(writer, "HEADERS 5 END_HEADERS [63 :path=/y]"),
            "fault: entry 63 holds nothing");
  EXPECT_EQ(written(writer, "HEADERS 5 END_HEADERS +[62 server]=y"),
            "fault: entry 62 holds :path=/x");
  EXPECT_EQ(writer.table().entries().size(), 1U);
}

TEST(FrameWriter, FollowsABlockOverFrames) {
  FrameWriter writer;
  EXPECT_EQ(written(writer, "HEADERS 1 block=4001"), "000002 01 00 00000001 4001");
  EXPECT_EQ(written(writer, "CONTINUATION 1 END_HEADERS block=780179"),
            "000003 09 04 00000001 780179");
  EXPECT_EQ(written(writer, "HEADERS 3 END_HEADERS [62 x=y]"), "000001 01 04 00000003 be");
}

TEST(FrameWriter, RefusesALineAndChangesNothing) {
  FrameWriter writer;
  EXPECT_EQ(written(writer, "HEADERS 1 END_HEADERS +a=b c={large}"), "fault: no large resource");
  EXPECT_EQ(written(writer, "DATA 1 pad={window 0}"), "fault: 65535 is above 255");
  EXPECT_TRUE(writer.table().entries().empty());
}

std::string told(FrameTeller& teller, wire::RawFrame frame) {
  const Told line = teller.tell(frame);
  return print(line.line) + (line.remark.empty() ? "" : "  " + line.remark);
}

wire::RawFrame block_frame(wire::FrameType type,
                           std::uint8_t flags,
                           std::vector<std::uint8_t> payload) {
  return wire::make_frame(type, flags, 1, std::move(payload));
}

TEST(FrameTeller, TellsWholeRepresentationsAsFields) {
  FrameTeller teller;
  EXPECT_EQ(
      told(teller,
           block_frame(
               wire::FrameType::headers, 4, {0x82, 0x40, 1, 'x', 1, 'y', 0xbe, 0x10, 1, 'q', 0})),
      "HEADERS 1 END_HEADERS :method=GET +x=y [62 x=y] !q=\"\"");
}

TEST(FrameTeller, TellsACutRepresentationInHexAndWhatItMeans) {
  FrameTeller teller;
  EXPECT_EQ(told(teller, block_frame(wire::FrameType::headers, 0, {0x82, 0x40, 1})),
            "HEADERS 1 block=824001  # :method=GET");
  EXPECT_EQ(told(teller, block_frame(wire::FrameType::continuation, 0, {'x'})),
            "CONTINUATION 1 block=78");
  EXPECT_EQ(told(teller, block_frame(wire::FrameType::continuation, 4, {1, 'y', 0x82})),
            "CONTINUATION 1 END_HEADERS block=017982  # x=y :method=GET");
  EXPECT_EQ(told(teller, block_frame(wire::FrameType::headers, 4, {0xbe})),
            "HEADERS 1 END_HEADERS [62 x=y]");
}

TEST(FrameTeller, TellsWhatCannotBeDecodedInHex) {
  FrameTeller teller;
  EXPECT_EQ(told(teller, block_frame(wire::FrameType::headers, 4, {0x82, 0xff, 0x80, 0x01, 0x82})),
            "HEADERS 1 END_HEADERS :method=GET [hex ff800182]");
  // 31 in three octets where two would do: [max 31] would be other octets.
  EXPECT_EQ(told(teller, block_frame(wire::FrameType::headers, 4, {0x3f, 0x80, 0x00, 0x82})),
            "HEADERS 1 END_HEADERS [hex 3f8000] :method=GET");
}

TEST(FrameTeller, TellsFramesOfWrongLengthByTheirPayload) {
  FrameTeller teller;
  EXPECT_EQ(told(teller, block_frame(wire::FrameType::settings, 1, {0, 0, 0, 0, 0, 0})),
            "SETTINGS 1 ACK payload=000000000000");
  EXPECT_EQ(told(teller, block_frame(wire::FrameType::rst_stream, 0, {1, 2})),
            "RST_STREAM 1 payload=0102");
  EXPECT_EQ(told(teller, block_frame(wire::FrameType::data, 9, {9, 'a'})),
            "DATA 1 END_STREAM flags=0x08 payload=0961");
  EXPECT_EQ(told(teller, {.type = 0x77, .flags = 1, .stream = 0x80000003, .payload = {}}),
            "0x77 0x80000003 flags=0x01");
}

TEST(FrameTeller, TellsWhatTheRegistryKnowsByName) {
  FrameTeller teller;
  EXPECT_EQ(
      told(teller, block_frame(wire::FrameType::goaway, 0, {0, 0, 0, 1, 0, 0, 0, 1, 'x', 0x1b})),
      "GOAWAY 1 last=1 PROTOCOL_ERROR debug=781b");
}

// Tells, prints, parses, writes: the octets must be those that came.
void expect_lossless(FrameTeller& teller, FrameWriter& writer, const wire::RawFrame& frame) {
  const Told line = teller.tell(frame);
  const std::string text = print(line.line);
  const auto parsed =
      parse("title t\nrole client\n\n> " + text + "  " + line.remark + "\n", "told");
  ASSERT_TRUE(parsed) << describe(parsed.error()) << "\n" << text;
  const auto& back = std::get<FrameLine>(std::get<Step>(parsed->body.at(0).what).what);
  ASSERT_EQ(back, line.line) << text;
  const auto frames = writer.write(back, TestEnvironment());
  ASSERT_TRUE(frames) << frames.error().what << "\n" << text;
  ASSERT_EQ(frames->size(), 1U) << text;
  std::vector<std::uint8_t> expected;
  std::vector<std::uint8_t> came;
  wire::append(expected, frame);
  wire::append(came, frames->at(0));
  ASSERT_EQ(hex_of(came), hex_of(expected)) << text;
}

TEST(FrameText, IsLosslessOnRandomFrames) {
  std::mt19937 random(20261122);
  const auto draw = [&random](std::uint32_t limit) {
    return static_cast<std::uint32_t>(random() % limit);
  };
  for (int connection = 0; connection < 150; ++connection) {
    FrameTeller teller;
    FrameWriter writer;
    for (int n = 0; n < 40; ++n) {
      wire::RawFrame frame;
      frame.type = static_cast<std::uint8_t>(draw(18));
      if (draw(3) == 0) frame.type = draw(2) == 0 ? 1 : 9;
      frame.flags = static_cast<std::uint8_t>(draw(2) == 0 ? random() : 4 * draw(2));
      frame.stream = draw(4) == 0 ? static_cast<std::uint32_t>(random()) : draw(5);
      const std::uint32_t size = draw(4) == 0 ? draw(300) : draw(14);
      // Small octets make lengths that fit, indices that exist and strings that are short.
      const std::uint32_t limit = draw(2) == 0 ? 256 : 6;
      for (std::uint32_t i = 0; i < size; ++i)
        frame.payload.push_back(
            static_cast<std::uint8_t>(draw(5) == 0 ? 0x40 + draw(0x80) : draw(limit)));
      expect_lossless(teller, writer, frame);
      if (HasFatalFailure()) return;
    }
  }
}

// The "wire" values of a story file; a full JSON reader would be more than is needed.
std::vector<std::vector<std::uint8_t>> blocks_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  std::vector<std::vector<std::uint8_t>> out;
  const std::string key = "\"wire\"";
  for (std::size_t at = text.find(key); at != std::string::npos; at = text.find(key, at + 1)) {
    const std::size_t begin = text.find('"', text.find(':', at)) + 1;
    const std::size_t end = text.find('"', begin);
    std::vector<std::uint8_t> block;
    for (std::size_t i = begin; i + 1 < end; i += 2)
      block.push_back(static_cast<std::uint8_t>(std::stoi(text.substr(i, 2), nullptr, 16)));
    out.push_back(std::move(block));
  }
  return out;
}

TEST(FrameText, IsLosslessOnTheStoriesOfHpackTestCase) {
  const char* folder = std::getenv("H2ASSAY_HPACK_TEST_CASES");
  if (!folder) {
    std::cout
        << "left out: the blocks of hpack-test-case; set H2ASSAY_HPACK_TEST_CASES to its folder\n";
    return;
  }
  std::size_t blocks = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    SCOPED_TRACE(entry.path().string());
    FrameTeller teller;
    FrameWriter writer;
    for (const auto& block : blocks_of(entry.path())) {
      ++blocks;
      expect_lossless(teller, writer, block_frame(wire::FrameType::headers, 4, block));
      ASSERT_FALSE(HasFatalFailure());
    }
  }
  std::cout << blocks << " blocks\n";
  EXPECT_GT(blocks, 0U);
}

}  // namespace
}  // namespace h2assay::transcript
