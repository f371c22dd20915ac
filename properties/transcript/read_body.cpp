#include "properties/transcript/read_body.h"

#include <algorithm>
#include <utility>

namespace h2assay::transcript {
namespace {

constexpr std::size_t kDeepestRepeat = 8;  // repeat within repeat
constexpr std::size_t kSecondDigits = 6;   // of a second, in @0.000123

bool is_label(std::string_view text) {
  return is_name(text) && std::ranges::none_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

// "@0.002" in microseconds.
std::uint64_t read_time(const Word& word) {
  const std::string_view text = std::string_view(word.text).substr(1);
  const std::size_t dot = std::min(text.find('.'), text.size());
  std::string digits(text.substr(0, dot));
  std::string fraction(dot < text.size() ? text.substr(dot + 1) : "");
  const auto is_number = [](std::string_view digits_of) {
    return !digits_of.empty() &&
           digits_of.find_first_not_of("0123456789") == std::string_view::npos;
  };
  const bool good = is_number(digits) && is_number(fraction) && fraction.size() <= kSecondDigits &&
                    digits.size() <= 9;
  if (!good) throw Failed{word.start(), word.text + " is no time", "@0.002"};
  fraction.resize(kSecondDigits, '0');
  return parse_number(digits + fraction).number;
}

// What begins a line: [time] [label] sign.
struct Opening {
  Moment time{};
  std::string label{};
  std::string sign{};
  std::size_t words = 0;
};

Opening read_opening(const std::vector<Word>& words) {
  Opening out;
  if (words[0].text[0] == '@') {
    out.time = read_time(words[0]);
    ++out.words;
  }
  const Failed expected = {words[std::min(out.words, words.size() - 1)].start(),
                           "a line begins with a sign",
                           "> < ~ repeat end or # remark"};
  if (out.words == words.size()) throw expected;
  const Word& word = words[out.words++];
  const std::size_t sign = word.text.find_first_of("<>~");
  if (sign == std::string::npos) throw expected;
  out.label = word.text.substr(0, sign);
  out.sign = word.text.substr(sign);
  if (out.sign != ">" && out.sign != ">>" && out.sign != "<" && out.sign != "~")
    throw Failed{word.at[sign], "no sign is written " + out.sign, "> < >> ~ and a blank"};
  if (!out.label.empty() && !is_label(out.label))
    throw Failed{word.start(), out.label + " is no label", "lower-case letters and digits"};
  if (out.sign == ">>" && !out.time)
    throw Failed{word.at[sign], ">> stands in logs, with a time", "> for a step"};
  return out;
}

class BodyReader {
 public:
  BodyReader(std::span<const SourceLine> lines,
             const Reading& reading,
             const std::vector<std::string>& columns)
      : lines_(lines),
        reading_(reading),
        columns_(columns) {}

  std::vector<Line> read() {
    std::vector<Line> out = read_lines(0, {});
    return out;
  }

 private:
  std::vector<Line> read_lines(std::size_t depth, Position opened) {
    std::vector<Line> out;
    for (; next_ < lines_.size(); ++next_) {
      const Words line = split(lines_[next_]);
      if (line.words.empty()) {
        out.push_back({Remark{line.remark}});
        continue;
      }
      const std::string& first = line.words[0].text;
      if (first == "end" && depth > 0) {
        if (line.words.size() > 1) throw Failed{line.words[1].start(), "end stands alone", ""};
        // A remark behind `end` has no place in the tree: it becomes the last line of the loop.
        if (!line.remark.empty()) out.push_back({Remark{line.remark}});
        return out;
      }
      if (first == "end")
        throw Failed{line.words[0].start(), "end without repeat", "repeat i in 1..3"};
      if (first == "repeat")
        read_repeat(out, line, depth);
      else if (first == "or")
        read_or(out, line);
      else
        read_step(out, line);
    }
    if (depth > 0) throw Failed{opened, "unclosed repeat", "end"};
    return out;
  }

  void read_repeat(std::vector<Line>& out, const Words& line, std::size_t depth) {
    const auto& words = line.words;
    Repeat repeat;
    repeat.at = words[0].start();
    const Failed expected = {words.size() > 1 ? words[1].start() : line.end,
                             "repeat wants a name and a range",
                             "repeat i in 1..3"};
    if (words.size() != 4 || words[2].text != "in" || !is_name(words[1].text)) throw expected;
    const std::size_t dots = range_dots(words[3].text);
    if (dots == std::string::npos) throw expected;
    if (depth == kDeepestRepeat) throw Failed{repeat.at, "repeats nested too deeply", ""};
    repeat.name = words[1].text;
    repeat.from = read_number(whole(words[3]).first(dots), 63, Pattern::no);
    repeat.to = read_number(whole(words[3]).from(dots + 2), 63, Pattern::no);
    repeat.remark = line.remark;
    ++next_;
    repeat.body = read_lines(depth + 1, repeat.at);
    out.push_back({std::move(repeat)});
  }

  // The ".." that stands in no brace.
  static std::size_t range_dots(std::string_view text) {
    std::size_t open = 0;
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
      if (text[i] == '{') ++open;
      if (text[i] == '}' && open > 0) --open;
      if (open == 0 && text[i] == '.' && text[i + 1] == '.') return i;
    }
    return std::string_view::npos;
  }

  void read_step(std::vector<Line>& out, const Words& line) {
    const Opening opening = read_opening(line.words);
    check_sign(opening, line.words[0]);
    const WordSpan rest = WordSpan(line.words).subspan(opening.words);
    if (rest.empty()) throw Failed{line.end, "an empty step", "a frame or a word"};
    if (opening.sign == "<" ? group_mentions() : mentions(joined(line), columns_)) {
      out.push_back({as_template(line)});
      return;
    }
    if (opening.sign == "<") {
      Await await{opening.time, opening.label, {}, line.words[0].start()};
      await.alternatives.push_back(read_expectation(rest, reading_, line.end));
      await.alternatives.back().remark = line.remark;
      out.push_back({std::move(await)});
      return;
    }
    Step step;
    step.time = opening.time;
    step.label = opening.label;
    step.at = line.words[0].start();
    step.remark = line.remark;
    const bool pair = reading_.role == Role::pair;
    step.sign = opening.sign == "~"    ? Step::Sign::network
                : opening.sign == ">>" ? Step::Sign::habit
                                       : Step::Sign::ours;
    const Place place = opening.sign == "~" ? Place::network : pair ? Place::call : Place::act;
    step.what = read_saying(rest, place, reading_, line.end);
    out.push_back({std::move(step)});
  }

  void check_sign(const Opening& opening, const Word& word) const {
    const Position at = word.start();
    const std::string& label = opening.label;
    if (opening.sign == "~" && reading_.role != Role::pair)
      throw Failed{at, "~ is for role pair alone", "> or <"};
    if (reading_.role == Role::pair && label != "client" && label != "server") {
      const bool all = opening.sign == "~" && label.empty();
      if (!all)
        throw Failed{
            at, "in role pair a step names its endpoint", "client or server before the sign"};
    }
    if (reading_.role == Role::proxy && label != "client" && label != "origin")
      throw Failed{at, "in role proxy a step names its side", "client or origin before the sign"};
  }

  void read_or(std::vector<Line>& out, const Words& line) {
    const Position at = line.words[0].start();
    if (!out.empty() && std::holds_alternative<Template>(out.back().what) &&
        is_expectation(std::get<Template>(out.back().what).text)) {
      out.push_back({as_template(line)});
      return;
    }
    auto* await = out.empty() ? nullptr : std::get_if<Await>(&out.back().what);
    if (!await) throw Failed{at, "or without an expectation above it", "< before it"};
    WordSpan rest = WordSpan(line.words).subspan(1);
    std::string label;
    if (!rest.empty() && rest[0].text.size() > 1 && rest[0].text.ends_with('<') &&
        is_label(std::string_view(rest[0].text).substr(0, rest[0].text.size() - 1))) {
      label = rest[0].text.substr(0, rest[0].text.size() - 1);
      rest = rest.subspan(1);
    }
    Expectation expectation = read_expectation(rest, reading_, line.end);
    expectation.label = label;
    expectation.remark = line.remark;
    await->alternatives.push_back(std::move(expectation));
  }

  // Is it a `<` line or an `or` line of one?
  static bool is_expectation(std::string_view text) {
    if (text.starts_with("or ")) return true;
    if (text.starts_with('@')) text.remove_prefix(std::min(text.find(' ') + 1, text.size()));
    return text.substr(0, text.find(' ')).ends_with('<');
  }

  // Does this `<` line or one of its `or` lines name a column?
  bool group_mentions() const {
    if (columns_.empty()) return false;
    for (std::size_t i = next_; i < lines_.size(); ++i) {
      const Words line = split(lines_[i]);
      if (i > next_ && (line.words.empty() || line.words[0].text != "or")) return false;
      if (mentions(joined(line), columns_)) return true;
    }
    return false;
  }

  static std::string joined(const Words& line) {
    std::string out;
    for (const Word& word : line.words) out += word.text + ' ';
    return out;
  }

  static Template as_template(const Words& line) {
    Template out;
    out.at = line.words[0].start();
    out.remark = line.remark;
    for (const Word& word : line.words) {
      if (!out.text.empty()) {
        out.text += ' ';
        out.places.each.push_back(word.start());
      }
      out.text += word.text;
      out.places.each.insert(out.places.each.end(), word.at.begin(), word.at.end() - 1);
    }
    out.places.each.push_back(line.end);
    return out;
  }

  std::span<const SourceLine> lines_;
  const Reading& reading_;
  const std::vector<std::string>& columns_;
  std::size_t next_ = 0;
};

}  // namespace

bool mentions(std::string_view text, const std::vector<std::string>& columns) {
  if (columns.empty()) return false;
  // Names between braces, strings left out; `\x{name}` counts.
  std::string open;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (!open.empty() && open.back() == '"' && c == '\\') {
      ++i;
    } else if (!open.empty() && c == open.back()) {
      open.pop_back();
    } else if (c == '{') {
      open += '}';
    } else if (c == '"' && (open.empty() || open.back() != '"')) {
      open += '"';
    } else if (!open.empty() && open.back() == '}' && is_name_part(c)) {
      const std::size_t begin = i;
      while (i + 1 < text.size() && is_name_part(text[i + 1])) ++i;
      const std::string_view name = text.substr(begin, i + 1 - begin);
      if (std::ranges::find(columns, name) != columns.end()) return true;
    }
  }
  return false;
}

std::vector<Line> read_body(std::span<const SourceLine> lines,
                            const Reading& reading,
                            const std::vector<std::string>& columns) {
  return BodyReader(lines, reading, columns).read();
}

}  // namespace h2assay::transcript
