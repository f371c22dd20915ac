// Properties of the language: printing and parsing agree, and no octets harm the parser.
#include <algorithm>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "properties/transcript/transcript.h"
#include "properties/transcript/vocabulary.h"
#include "properties/wire/frame.h"

namespace h2assay::transcript {
namespace {

using rc::gen::arbitrary;
using rc::gen::inRange;

// Draws parts of a tree; every tree it makes is one that some text means.
class Draw {
 public:
  std::size_t below(std::size_t limit) const { return *inRange<std::size_t>(0, limit); }

  bool one_in(std::size_t n) const { return below(n) == 0; }

  template <typename List> auto of(const List& list) const {
    return *(std::begin(list) + static_cast<std::ptrdiff_t>(below(std::size(list))));
  }

  std::string octets() const { return *arbitrary<std::string>(); }

  Atom atom(int depth) const {
    Atom out;
    out.kind = static_cast<Atom::Kind>(below(depth > 0 ? 7 : 3));
    switch (out.kind) {
      case Atom::Kind::number:
        out.text = of(std::vector<std::string>{"0", "17", "0x0a", "007"});
        break;
      case Atom::Kind::string: out.text = octets(); break;
      case Atom::Kind::name:
        out.text = of(std::vector<std::string>{"path", "peer.MAX_FRAME_SIZE", "large"});
        break;
      case Atom::Kind::request:
        out.text = "GET";
        if (one_in(2)) out.operands.push_back(atom(0));
        if (!out.operands.empty() && out.operands[0].kind != Atom::Kind::name) out.operands.clear();
        break;
      case Atom::Kind::window:
      case Atom::Kind::status: out.operands.push_back(atom(depth - 1)); break;
      case Atom::Kind::group:  out.group.push_back(expr(depth - 1)); break;
    }
    return out;
  }

  Expr expr(int depth) const {
    Expr out;
    for (std::size_t t = below(3) + 1; t > 0; --t) {
      Term term;
      term.minus = !out.terms.empty() && one_in(2);
      for (std::size_t f = below(2) + 1; f > 0; --f) term.factors.push_back(atom(depth));
      out.terms.push_back(std::move(term));
    }
    return out;
  }

  // Quoted or hex, with expressions between.
  Value octets_of() const {
    Value out;
    out.spelling = one_in(2) ? Spelling::quoted : Spelling::hex;
    for (std::size_t n = below(4); n > 0; --n) {
      const bool text_before =
          !out.pieces.empty() && std::holds_alternative<std::string>(out.pieces.back());
      std::string text = octets();
      if (text_before || text.empty() || one_in(3))
        out.pieces.emplace_back(expr(2));
      else
        out.pieces.emplace_back(std::move(text));
    }
    return out;
  }

  Value number(int bits) const {
    if (one_in(4)) {
      Value out;
      out.pieces.emplace_back(expr(1));
      return out;
    }
    return bits < 32 ? number_value(below(200))
                     : bare(of(std::vector<std::string>{"0", "1", "0x80000001", "65535"}));
  }

  FieldWord field() const {
    FieldWord out;
    out.kind = of(std::vector{FieldWord::Kind::field,
                              FieldWord::Kind::field,
                              FieldWord::Kind::indexed,
                              FieldWord::Kind::max,
                              FieldWord::Kind::hex,
                              FieldWord::Kind::request});
    switch (out.kind) {
      case FieldWord::Kind::request: {
        Atom get;
        get.kind = Atom::Kind::request;
        get.text = "POST";
        Expr list;
        list.terms.push_back({false, {get}});
        out.value.pieces.emplace_back(list);
        return out;
      }
      case FieldWord::Kind::max: out.value = number(32); return out;
      case FieldWord::Kind::hex: out.value = hex_value(octets()); return out;
      case FieldWord::Kind::indexed:
        out.index = number_value(below(70));
        if (one_in(2)) return out;
        out.note = FieldWord::Note::both;
        break;
      case FieldWord::Kind::field:
        out.mark = static_cast<FieldWord::Mark>(below(4));
        out.huffman_value = one_in(3);
        if (out.mark != FieldWord::Mark::none && one_in(3)) {
          out.index = number_value(below(70));
          if (one_in(2)) out.note = FieldWord::Note::name;
        } else {
          out.huffman_name = one_in(4);
        }
        break;
    }
    if (!out.index || out.note != FieldWord::Note::none) out.name = quoted_value(octets());
    out.value = one_in(2) ? field_value(octets()) : quoted_value(octets());
    if (out.value.spelling == Spelling::bare && out.value.pieces.empty())
      out.value.spelling = Spelling::quoted;
    return out;
  }

  FrameLine frame() const {
    FrameLine out;
    const auto names = frame_names();
    out.type = one_in(6) ? std::uint8_t{0x16} : *wire::frame_type(of(names));
    out.by_number = wire::type_name(out.type).empty();
    out.stream = number(32);
    for (const wire::FlagName& flag : wire::flags_of(out.type))
      if (flag.bit != wire::kPadded && flag.bit != wire::kPriority && one_in(2))
        out.flags = static_cast<std::uint8_t>(out.flags | flag.bit);
    for (const PartRow& row : common_parts()) add_part(out, row);
    for (const PartRow& row : parts_of(out.type)) add_part(out, row);
    if (out.type == static_cast<std::uint8_t>(wire::FrameType::settings) && one_in(2))
      out.parts.push_back({of(std::vector<std::string>{"ENABLE_PUSH", "0x0a0a"}), number(32), {}});
    if (has_fields(out.type))
      for (std::size_t n = below(4); n > 0; --n) out.fields.push_back(field());
    return out;
  }

  void add_part(FrameLine& out, const PartRow& row) const {
    if (!one_in(3)) return;
    Value value;
    switch (row.kind) {
      case PartKind::number: value = number(row.bits); break;
      case PartKind::octets: value = octets_of(); break;
      case PartKind::text:   value = quoted_value(octets()); break;
      case PartKind::code:   value = one_in(2) ? bare("CANCEL") : number(32); break;
      case PartKind::cut:    value = bare(of(std::vector<std::string>{"*1", "5,1,0"})); break;
    }
    out.parts.push_back({std::string(row.key), std::move(value), {}});
  }

  Expectation expectation(int depth) const {
    Expectation out;
    out.what = frame();
    out.no = one_in(5);
    if (one_in(4)) out.without = {"te", "connection"};
    if (!out.no && one_in(4)) out.exactly = number_value(below(9));
    if (depth > 0 && one_in(4)) out.before.push_back(expectation(depth - 1));
    return out;
  }

  std::string remark() const { return one_in(3) ? "# why “so”" : ""; }

  Line line(int depth) const {
    const Moment time = one_in(4) ? Moment(below(5'000'000)) : Moment();
    const std::string label = one_in(4) ? "b" : "";
    switch (below(depth > 0 ? 4 : 3)) {
      case 0: return {Remark{one_in(2) ? "# by itself" : ""}};
      case 1: {
        Step step{time,
                  label,
                  time && one_in(2) ? Step::Sign::habit : Step::Sign::ours,
                  frame(),
                  remark(),
                  {}};
        return {std::move(step)};
      }
      case 2: {
        Await await{time, label, {}, {}};
        for (std::size_t n = below(3) + 1; n > 0; --n) {
          Expectation one = expectation(1);
          one.grade = static_cast<Grade>(below(4));
          one.remark = remark();
          if (!await.alternatives.empty() && one_in(3)) one.label = "c";
          await.alternatives.push_back(std::move(one));
        }
        return {std::move(await)};
      }
      default: break;
    }
    Repeat repeat;
    repeat.name = "i" + std::to_string(depth);
    repeat.from = number(31);
    repeat.to = number(31);
    repeat.remark = remark();
    repeat.body = lines(depth - 1);
    return {std::move(repeat)};
  }

  std::vector<Line> lines(int depth) const {
    std::vector<Line> out;
    for (std::size_t n = below(5); n > 0; --n) out.push_back(line(depth));
    return out;
  }

  Transcript transcript() const {
    Transcript out;
    out.header.title = "A title";
    out.header.role = one_in(2) ? Role::client : Role::server;
    if (out.header.role == Role::server && one_in(2)) out.header.ask = "3 GET parallel";
    if (one_in(2)) out.header.requirements = {"rfc9113-6.5-06", "rfc7541-5.1-01"};
    if (one_in(3)) out.header.over = {"tcp", "tls"};
    if (one_in(3)) out.header.without = {"ack", "credit"};
    if (one_in(3)) out.header.needs.push_back({{}, "<=", expr(1), expr(1), remark(), {}});
    if (one_in(3)) out.header.abuse = Abuse{10000, 10, 8};
    out.body = lines(2);
    while (!out.body.empty() && out.body.back() == Line{Remark{}}) out.body.pop_back();
    return out;
  }
};

// A tree, shown as its text.
struct Tree {
  Transcript transcript{};
};

void showValue(const Tree& tree, std::ostream& out) { out << print(tree.transcript); }

// Does the printed text mean the same tree?
bool comes_back(const Transcript& transcript) {
  const std::string text = print(transcript);
  const auto again = parse(text, "printed");
  if (!again)
    RC_LOG() << describe(again.error()) << "\n";
  else if (!(*again == transcript))
    RC_LOG() << "another tree, printed:\n" << text << "---\n" << print(*again);
  return again.has_value() && *again == transcript;
}

std::vector<std::string> samples() {
  std::vector<std::string> out;
  for (const auto& entry : std::filesystem::directory_iterator(H2ASSAY_TRANSCRIPT_TESTDATA)) {
    std::ifstream in(entry.path(), std::ios::binary);
    out.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  std::ranges::sort(out);
  return out;
}

// A good file in which a few octets are changed, taken away or taken from elsewhere in it.
struct Damaged {
  std::string text{};
};

void showValue(const Damaged& damaged, std::ostream& out) { out << damaged.text; }

Damaged draw_damaged() {
  static const std::vector<std::string> kSamples = samples();
  const Draw draw;
  std::string text = draw.of(kSamples);
  for (std::size_t n = draw.below(6) + 1; n > 0 && !text.empty(); --n) {
    const std::size_t at = draw.below(text.size());
    const std::size_t length = draw.below(std::min<std::size_t>(text.size() - at, 12) + 1);
    const std::size_t from = draw.below(text.size());
    if (draw.one_in(3))
      text.erase(at, length);
    else if (draw.one_in(2))
      text.insert(at, text.substr(from, length));
    else
      text[at] = draw.of(std::string_view(" \n\"{}[]#\\<>~=+-!|,.@*09azAZ"));
  }
  return {text};
}

}  // namespace
}  // namespace h2assay::transcript

namespace rc {

template <> struct Arbitrary<h2assay::transcript::Tree> {
  static Gen<h2assay::transcript::Tree> arbitrary() {
    return gen::exec(
        [] { return h2assay::transcript::Tree{h2assay::transcript::Draw().transcript()}; });
  }
};

template <> struct Arbitrary<h2assay::transcript::Damaged> {
  static Gen<h2assay::transcript::Damaged> arbitrary() {
    return gen::exec(h2assay::transcript::draw_damaged);
  }
};

}  // namespace rc

namespace h2assay::transcript {
namespace {

// What is parsed from the text that a tree prints is that tree.
RC_GTEST_PROP(TranscriptProperty, ParsingUndoesPrinting, (const Tree& tree)) {
  RC_ASSERT(comes_back(tree.transcript));
}

// No tree, whatever octets it holds, prints what a terminal would obey.
RC_GTEST_PROP(TranscriptProperty,
              PrintsNothingThatATerminalObeys,
              (Tree tree, const std::string& hostile)) {
  Transcript& transcript = tree.transcript;
  transcript.header.title += hostile;
  transcript.header.peer = hostile;
  transcript.body.push_back({Remark{"# " + hostile}});

  const std::string text = print(transcript);

  RC_ASSERT(std::ranges::none_of(
      text, [](char c) { return (c >= 0 && c < 0x20 && c != '\n') || c == 0x7f; }));
}

// Arbitrary octets give a transcript or an error; a transcript can be printed and parsed again.
RC_GTEST_PROP(TranscriptProperty, ParserIsTotal, (const std::vector<std::uint8_t>& octets)) {
  const std::string text = "title t\nrole client\n\n" + std::string(octets.begin(), octets.end());

  const auto parsed = parse(text, "f");

  if (parsed) RC_ASSERT(comes_back(*parsed));
}

// What is near a good file is parsed or refused; what is parsed comes back.
RC_GTEST_PROP(TranscriptProperty, ParserIsTotalNearGoodFiles, (const Damaged& damaged)) {
  const auto parsed = parse(damaged.text, "f");

  RC_CLASSIFY(parsed.has_value(), "still good");
  if (!parsed) return;
  RC_ASSERT(comes_back(*parsed));
  static_cast<void>(expand(*parsed, "f", 50));
}

// Seconds of processor time that parsing takes; the best of three.
double seconds_for(const std::string& text) {
  double best = 1e9;
  for (int i = 0; i < 3; ++i) {
    const std::clock_t start = std::clock();
    static_cast<void>(parse(text, "f"));
    best = std::min(best, static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
  }
  return best;
}

// Eight times the text takes far less than the 64 times that a square would.
TEST(ParserCost, GrowsAsTheTextDoes) {
  const std::vector<std::string> bricks = {
      "> HEADERS 1 END_STREAM END_HEADERS {request GET} a=\"b{2 * \"c\"}\" [62 x=y] # remark\n",
      "repeat i in 1..2\nend\n",
      "< PING 0\n or close\n",
      "> octets\n| 00\n| 00\n| 00\n",
      "> DATA 1 \\\n",
      "| 00\n",
      "\"",
      "{",
      "< request {s} GET\n> PING {s}\n",
  };
  for (const std::string& brick : bricks) {
    const auto text_of_size = [&brick](std::size_t size) {
      std::string text = "title t\nrole client\n\n> octets\n";
      while (text.size() < size) text += brick;
      return text;
    };
    const double small = seconds_for(text_of_size(32 * 1024));
    const double large = seconds_for(text_of_size(256 * 1024));
    EXPECT_LT(large, 24 * small + 0.05) << brick;
  }
}

}  // namespace
}  // namespace h2assay::transcript
