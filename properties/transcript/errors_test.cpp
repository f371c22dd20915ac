// Every message of the parser, with its place and its mend.
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "properties/transcript/transcript.h"

namespace h2assay::transcript {
namespace {

struct Wrong {
  std::string_view text;
  std::string_view message;
};

std::string message_of(std::string_view text) {
  const KnownRequirement known = [](std::string_view id) { return id == "rfc9113-6.5-06"; };
  const auto parsed = parse(text, "f", known);
  if (!parsed) return describe(parsed.error());
  const auto instances = expand(*parsed, "f", 1000);
  return instances ? "no error" : describe(instances.error());
}

void expect_messages(const std::vector<Wrong>& wrongs) {
  for (const Wrong& wrong : wrongs) EXPECT_EQ(message_of(wrong.text), wrong.message) << wrong.text;
}

// In bodies the line is counted from the body's first: line 4 of the file.
std::string body(std::string_view text, std::string_view role = "client") {
  return "title t\nrole " + std::string(role) + "\n\n" + std::string(text);
}

void expect_body_messages(const std::vector<Wrong>& wrongs, std::string_view role = "client") {
  for (const Wrong& wrong : wrongs)
    EXPECT_EQ(message_of(body(wrong.text, role)), wrong.message) << wrong.text;
}

TEST(ParseError, NamesWhatAHeaderLacks) {
  expect_messages({
      {"", "f:1:1: title is missing; title"},
      {"title t\n\n", "f:2:1: role is missing; role client, server, either, proxy or pair"},
      {"titel t\n", "f:1:1: unknown header key titel; did you mean title?"},
      {"title\n", "f:1:6: title says nothing"},
      {"title t.\n", "f:1:9: a title has no full stop"},
      {"title t\ntitle u\n", "f:2:1: title stands twice"},
      {"role clint\n", "f:1:6: unknown role clint; did you mean client?"},
      {"role client server\n", "f:1:13: one role only"},
      {"requirement rfc9113-6.5-06 rfc9113-6.5-07\n",
       "f:1:28: unknown requirement rfc9113-6.5-07; an id such as rfc9113-6.5-06"},
      {"ask get\n", "f:1:5: this cannot be asked; GET, 3 GET, 3 GET parallel, POST 1000000"},
      {"title t\nrole client\nask GET\n\n", "f:4:1: ask is for role server"},
      {"over tpc\n", "f:1:6: unknown transport tpc; did you mean tcp?"},
      {"without pogn\n", "f:1:9: unknown habit pogn; did you mean pong?"},
      {"after a b\n", "f:1:9: after names one case"},
      {"abuse 10 frames\n", "f:1:7: abuse states its caps; 10000 frames 10 s 8 MiB"},
      {"needs Push\n",
       "f:1:7: needs names a feature or compares two values; push, or window 0 < 10"},
      {"needs peer.X < \n",
       "f:1:15: the expression ends too early; number string name window request status ( + - *"},
      {"  # r\n  x\n", "f:2:3: a row without a table; a header key at the line's start"},
      {"seed\n", "f:1:5: seed says nothing"},
  });
}

TEST(ParseError, NamesWhatIsWrongWithATable) {
  expect_messages({
      {"each a b\n  1\n", "f:2:3: a row with 1 cells instead of 2"},
      {"each a b\n  1 2 3\n", "f:2:3: a row with 3 cells instead of 2"},
      {"each a: b\n", "f:1:6: only the last column takes the rest; a"},
      {"each path in 1\n", "f:1:6: the name path is taken; another name"},
      {"each window in 1\n", "f:1:6: the name window is taken; another name"},
      {"each a in 1\neach a in 2\n", "f:2:6: the name a is taken; another name"},
      {"each a-b in 1\n", "f:1:6: a-b is no name; letters, digits, _"},
      {"each a in 1 2\n", "f:1:13: each NAME in one list; 0..23 or a,b"},
      {"title t\nrole client\neach a b\n\n", "f:3:6: a table without rows"},
      {"title t\nrole client\neach a in 1\n\n> SETTINGS 0\n",
       "f:3:6: column a is used nowhere; {a}"},
      {"title t\nrole client\neach a in 5..3\n\n> SETTINGS {a}\n",
       "f:3:11: 5..3 runs backwards; the lower end first"},
      {"title t\nrole client\neach a in 1..5000\n\n> SETTINGS {a}\n",
       "f:3:11: 1..5000 is too many"},
      {"title t\nrole client\neach a in 1..50\neach b in 1..50\n\n> SETTINGS {a} flags={b}\n",
       "f:4:6: more than 1000 conversations"},
      {"title t\nrole client\neach a in 1,1\n\n> SETTINGS {a}\n",
       "f:3:6: the same conversation twice, in [1]; different rows"},
      {"title t\nrole client\neach a in x\n\n> DATA 1 data=\"\\x{a}\"\n",
       "f:5:18: x is no octet, in [x]; 0x00..0xff"},
      {"title t\nrole client\neach a in 1\n\n> DATA 1 data=\"\\x{b}{a}\"\n",
       "f:5:18: unbound name b, in [1]; a column of each"},
      {"title t\nrole client\neach a in SETTINGS,PONG\n\n> {a} 0\n",
       "f:5:3: unknown word PONG, in [PONG]; did you mean PING?"},
      {"title t\nrole client\neach a in 1\n\n  or {a}\n",
       "f:5:3: or without an expectation above it; < before it"},
  });
}

TEST(ParseError, NamesTheUnknownWord) {
  expect_body_messages({
      {"> PNG 0\n", "f:4:3: unknown word PNG; did you mean PING?"},
      {"> handshak\n", "f:4:3: unknown word handshak; did you mean handshake?"},
      {"< respnse 1 200\n", "f:4:3: unknown word respnse; did you mean response?"},
      {"< refused window\n",
       "f:4:3: unknown word refused; request response data malformed stream-error connection-error "
       "ignored close FIN RST "
       "PREFACE http1 octets alpn alert outcome observed limited"},
      {"PING 0\n", "f:4:1: a line begins with a sign; > < ~ repeat end or # remark"},
      {"@0.1\n", "f:4:1: a line begins with a sign; > < ~ repeat end or # remark"},
      {"@1 > PING 0\n", "f:4:1: @1 is no time; @0.002"},
      {">> PING 0\n", "f:4:1: >> stands in logs, with a time; > for a step"},
      {">PING 0\n", "f:4:1: no sign is written >PING; > < >> ~ and a blank"},
      {"B> PING 0\n", "f:4:1: B is no label; lower-case letters and digits"},
      {">\n", "f:4:2: an empty step; a frame or a word"},
      {"~ settle\n", "f:4:1: ~ is for role pair alone; > or <"},
      {"or close\n", "f:4:1: or without an expectation above it; < before it"},
      {"> PING 0\nor close\n", "f:5:1: or without an expectation above it; < before it"},
      {"end\n", "f:4:1: end without repeat; repeat i in 1..3"},
      {"repeat i in 1..3\n> PING 0\n", "f:4:1: unclosed repeat; end"},
      {"repeat i 1..3\n", "f:4:8: repeat wants a name and a range; repeat i in 1..3"},
      {"repeat large in 1..3\nend\n", "f:4:1: the name large is taken; another name"},
      {"repeat i in 1..2\nend now\n", "f:5:5: end stands alone"},
      {"| 00\n", "f:4:1: hex digits without a step above them; > octets"},
      {"> PING 0 \\", "f:4:10: the last line goes on in the next, and there is none"},
  });
}

TEST(ParseError, NamesWhatAFrameDoesNotHave) {
  expect_body_messages({
      {"> PING\n", "f:4:7: PING without a stream; 0 1 {s}"},
      {"> PING ACK\n", "f:4:8: PING without a stream; 0 1 {s}"},
      {"> PING *\n", "f:4:8: PING without a stream; 0 1 {s}"},
      {"> PING 0 END_STREAM\n",
       "f:4:10: PING has no END_STREAM; ACK data= flags= length= payload="},
      {"> PING 0 dat=00\n", "f:4:10: PING has no dat=; did you mean data?"},
      {"> HEADERS 1 ENDSTREAM\n", "f:4:13: HEADERS has no ENDSTREAM; did you mean END_STREAM?"},
      {"> HEADERS 1 a=b pad=3\n",
       "f:4:17: parts stand before the fields; quotes around the name if it is a field"},
      {"> RST_STREAM 1 CANCLE\n", "f:4:16: RST_STREAM has no CANCLE; did you mean CANCEL?"},
      {"> RST_STREAM 1 CANCEL|NO_ERROR\n",
       "f:4:16: RST_STREAM has no CANCEL|NO_ERROR; CODE flags= length= payload="},
      {"> SETTINGS 0 MAX_FRAME=1\n",
       "f:4:14: SETTINGS has no MAX_FRAME=; did you mean MAX_FRAME_SIZE?"},
      {"> 0x16 0 data=00\n", "f:4:10: 0x16 has no data=; flags= length= payload="},
      {"> WINDOW_UPDATE 0 increment=0x100000000\n", "f:4:29: 0x100000000 does not fit in 32 bits"},
      {"> DATA 1 pad=256\n", "f:4:14: 256 does not fit in 8 bits"},
      {"> DATA 1 pad=\n", "f:4:14: number missing; 10 0x0a or {…}"},
      {"> DATA 1 pad=x\n", "f:4:14: x is no number; 10 0x0a or {…}"},
      {"> DATA 1 pad=\"1\"\n", "f:4:14: a number has no quotes; 10 or 0x0a"},
      {"> DATA 1 data=0\n",
       "f:4:15: octets are pairs of hex digits, or text between quotes; 00ff or \"…\""},
      {"> HEADERS 1 cut=a\n", "f:4:17: cut= takes sizes; 5,1,0 or *1"},
      {"< GOAWAY 0 last=9|x\n", "f:4:17: 9|x is no number; 10 0x0a 1..9 1|2 * or {…}"},
  });
}

TEST(ParseError, NamesWhatIsWrongWithAField) {
  expect_body_messages({
      {"> HEADERS 1 [4]=x\n", "f:4:13: a name by index needs a mark; + - or ! before it"},
      {"> HEADERS 1 +~[4]=x\n", "f:4:15: an index is not Huffman-coded; [62]"},
      {"> HEADERS 1 +[4 a=b]=x\n", "f:4:14: the note of a name has no value; +[54 server]=x"},
      {"> HEADERS 1 [62 a]\n", "f:4:13: the note of a whole entry is name=value; [62 :path=/x]"},
      {"> HEADERS 1 [62 \"a\"b]\n", "f:4:20: a note is a name, or name=value; [62 :path=/x]"},
      {"> HEADERS 1 {path}\n",
       "f:4:13: only {request M} stands for fields; name=value or {request GET}"},
      {"> HEADERS 1 a=b~c\n", "f:4:16: a word with such a character needs quotes; \"…\""},
      {"> HEADERS 1 a=é\n", "f:4:15: a word with such a character needs quotes; \"…\""},
      {"> HEADERS 1 a=\"b\n", "f:4:15: unclosed quote; \""},
      {"> HEADERS 1 a=\"b\"c\n", "f:4:18: the word goes on behind the quote; a blank"},
      {"> HEADERS 1 a=\"\\q\"\n", "f:4:16: no such escape; \\\" \\\\ \\r \\n \\t \\xNN"},
      {"> HEADERS 1 a=\"\\x0g\"\n", "f:4:16: no such escape; \\\" \\\\ \\r \\n \\t \\xNN"},
      {"> HEADERS 1 a=\"}\"\n", "f:4:16: a brace closes and none was opened; \\x7d"},
      {"> HEADERS 1 a=\"\t\"\n", "f:4:16: a tab within a word; \\t between quotes, or a blank"},
      {"> HEADERS 1 a={1\n", "f:4:15: unclosed brace; }"},
      {"> HEADERS 1 [hex 00\n", "f:4:13: unclosed bracket; ]"},
      {"> HEADERS 1 +b\n",
       "f:4:13: HEADERS has no +b; END_STREAM END_HEADERS pad= padding= depends= weight= cut= "
       "block= "
       "flags= length= payload= fields"},
      {"> HEADERS 1 a=\x01\n", "f:4:15: octet 0x01 is no text; \\xNN between quotes"},
      {"> HEADERS 1 # \xff\n", "f:4:15: octet 0xff is no text; \\xNN between quotes"},
  });
}

TEST(ParseError, NamesWhatIsWrongWithAnExpression) {
  expect_body_messages({
      {"> DATA 1 data={}\n",
       "f:4:16: the expression ends too early; number string name window request status ( + - *"},
      {"> DATA 1 data={1 /2}\n",
       "f:4:18: '/' in an expression; number string name window request status ( + - *"},
      {"> DATA 1 data={(1}\n", "f:4:18: unclosed bracket in an expression; )"},
      {"> DATA 1 data={9223372036854775808}\n",
       "f:4:16: 9223372036854775808 is no number; decimal or 0x hex below 2^63"},
      {"> HEADERS 1 {request get}\n", "f:4:14: request without a method; {request GET}"},
      {"> DATA 1 data={2 * \"a{path}\"}\n",
       "f:4:20: braces in a string in an expression; plain text"},
      {"> DATA 1 data={((((((((((((((((((1))))))))))))))))))}\n",
       "f:4:32: brackets nested too deeply"},
  });
}

TEST(ParseError, NamesWhatIsWrongWithAWord) {
  expect_body_messages({
      {"> request 1\n", "f:4:12: request wants more words; stream METHOD body= length= fields"},
      {"> request 1 get\n", "f:4:13: a method expected; GET HEAD POST CONNECT"},
      {"> request x GET\n", "f:4:11: a stream expected; 1 1,3 {s} or *"},
      {"> response 1 20\n", "f:4:14: a status expected; 200 2xx or 2xx|4xx"},
      {"> hold on\n", "f:4:8: hold has no on; a remark"},
      {"> data 1 total=5\n",
       "f:4:10: data has no total=5; stream END_STREAM beyond length= frame= pad="},
      {"> handshake MAX_FRAMES=1\n",
       "f:4:13: no setting is called MAX_FRAMES; HEADER_TABLE_SIZE ENABLE_PUSH "
       "MAX_CONCURRENT_STREAMS INITIAL_WINDOW_SIZE MAX_FRAME_SIZE MAX_HEADER_LIST_SIZE "
       "ENABLE_CONNECT_PROTOCOL NO_RFC7540_PRIORITIES"},
      {"> open 1\n", "f:4:8: a name in braces expected; {s}"},
      {"> pieces some\n", "f:4:10: a size expected; 1 or whole"},
      {"< stream-error 1 CANCELLED\n",
       "f:4:18: no error code is called CANCELLED; did you mean CANCEL?"},
      {"< outcome good\n", "f:4:11: no outcome is called good; success failure"},
      {"< observed rfc9113-1-01\n",
       "f:4:12: unknown requirement rfc9113-1-01; an id such as rfc9113-6.5-06"},
      {"<\n", "f:4:2: an empty step; a frame or a word"},
      {"< no\n", "f:4:5: what is expected?; a frame or a word such as response"},
      {"< PING 0 exactly\n", "f:4:17: exactly what?; a number"},
      {"< PING 0 before\n", "f:4:16: what is expected?; a frame or a word such as response"},
      {"< no PING 0 exactly 2\n", "f:4:21: no and exactly exclude each other"},
      {"< PING 0 without a,\n", "f:4:18: names of fields expected; without te,connection"},
      {"< PING 0 exactly 2 without a\n",
       "f:4:20: 'without' cannot stand here; without, then exactly, then before; a grade at the "
       "end"},
  });
}

TEST(ParseError, NamesTheNameThatIsUnboundOrUseless) {
  expect_body_messages({
      {"> PING {s}\n", "f:4:9: unbound name s; a name that a line above binds: < request {s} *"},
      {"> DATA 1 data={window 0 * pth}\n", "f:4:27: unbound name pth; did you mean path?"},
      {"> DATA 1 pad={peer.MAX_FRAME}\n",
       "f:4:15: unbound name peer.MAX_FRAME; did you mean peer.MAX_FRAME_SIZE?"},
      {"< request {s} GET\n", "f:4:11: s is bound and used nowhere; *"},
      {"< request {s} GET\n  or b< request {s} GET\n", "f:4:11: s is bound and used nowhere; *"},
      {"< PING {s + 1}\n",
       "f:4:9: unbound name s; a name that a line above binds: < request {s} *"},
      {"> open {large}\n", "f:4:8: the name large is taken; another name"},
      {"repeat i in 1..2\n> PING 0\nend\n> PING {i}\n",
       "f:7:9: unbound name i; a name that a line above binds: < request {i} *"},
      {"repeat i in 1..2\nrepeat i in 1..2\n> PING 0\nend\nend\n",
       "f:5:1: the name i is taken; another name"},
  });
}

TEST(ParseError, KnowsWhatEachRoleMaySay) {
  expect_body_messages(
      {
          {"> ping\n",
           "f:4:1: in role pair a step names its endpoint; client or server before the sign"},
          {"client> PING 0\n",
           "f:4:9: in role pair only the network puts frames in; client~ PING … or a call of the "
           "API"},
          {"client> send_dta 1\n", "f:4:9: unknown word send_dta; did you mean send_data?"},
          {"client~ 5\n", "f:4:10: what the network moves is missing; octets or frame"},
          {"client~ drip 1 frame\n", "f:4:9: unknown word drip; did you mean drop?"},
      },
      "pair");
  expect_body_messages(
      {{"> PING 0\n",
        "f:4:1: in role proxy a step names its side; client or origin before the sign"}},
      "proxy");
}

TEST(ParseError, BoundsWhatATextCanAskFor) {
  std::string deep = body("");
  for (int i = 0; i < 9; ++i) deep += "repeat i" + std::to_string(i) + " in 1..2\n";
  EXPECT_EQ(message_of(deep), "f:12:1: repeats nested too deeply");
  EXPECT_EQ(message_of(body("< PING 0 before PING 0 before PING 0 before PING 0 before PING 0 "
                            "before PING 0 before PING 0 "
                            "before PING 0 before PING 0 before PING 0\n")),
            "f:4:129: too many before");
  std::string grows = "title t\nrole client\neach a in {b}{b}{b}\neach b in ";
  grows += std::string(400'000, 'x') + "\n\n> HEADERS 1 a={a}\n";
  EXPECT_EQ(message_of(grows), "f:3:6: the line grows too long; smaller cells");
}

}  // namespace
}  // namespace h2assay::transcript
