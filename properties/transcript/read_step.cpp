// Phrases and expectations: sections 6 and 7 of the language.
#include "properties/transcript/read_step.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "properties/wire/frame.h"

namespace h2assay::transcript {
namespace {

constexpr std::size_t kDeepestBefore = 8;  // before … before …

// What the letters of WordRow::atoms are called when an error says what may stand somewhere.
struct AtomName {
  char letter;
  std::string_view name;
};

constexpr auto kAtoms = std::to_array<AtomName>({
    {'s', "stream"},
    {'M', "METHOD"},
    {'S', "STATUS"},
    {'c', "CODE"},
    {'o', "octets"},
    {'n', "{name}"},
    {'i', "requirement"},
    {'p', "number whole"},
    {'v', "word"},
});

std::string what_may_stand(const WordRow& row) {
  std::string out;
  const auto add = [&out](std::string_view word) {
    if (!out.empty()) out += ' ';
    out += word;
  };
  for (const char letter : row.atoms) {
    const auto* const atom = std::ranges::find(kAtoms, letter, &AtomName::letter);
    if (atom != kAtoms.end()) add(atom->name);
  }
  if (!row.flags.empty()) add(row.flags);
  for (std::string_view rest = row.keys; !rest.empty();) {
    const std::size_t blank = std::min(rest.find(' '), rest.size());
    add(std::string(rest.substr(0, blank)) + '=');
    rest.remove_prefix(std::min(blank + 1, rest.size()));
  }
  if (row.settings) add("NAME=");
  if (row.fields) add("fields");
  return out.empty() ? "a remark" : out;
}

void check_codes(const Word& word, std::string_view text) {
  while (true) {
    const std::size_t bar = text.find('|');
    const std::string_view one = text.substr(0, bar);
    const auto names = error_code_names();
    if (one != "*" && std::ranges::find(names, one) == names.end() && !parse_number(one).good)
      throw Failed{word.start(),
                   "no error code is called " + std::string(one),
                   mend(one, {names.begin(), names.end()})};
    if (bar == std::string_view::npos) return;
    text.remove_prefix(bar + 1);
  }
}

// Numbers with commas between them; an expression may stand for one.
bool is_stream_list(std::string_view text) {
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    if (comma > 0 && !parse_number(text.substr(0, comma)).good) return false;
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return true;
}

// 1,3,5 or {s} or *
void check_streams(const Word& word, const Value& value) {
  const bool good = value.spelling == Spelling::bare && !value.pieces.empty() &&
                    std::ranges::all_of(value.pieces, [](const auto& piece) {
                      const auto* text = std::get_if<std::string>(&piece);
                      return !text || *text == "*" || is_stream_list(*text);
                    });
  if (!good) throw Failed{word.start(), "a stream expected", "1 1,3 {s} or *"};
}

bool is_upper(char c) { return (c >= 'A' && c <= 'Z') || c == '-'; }

// 200, 2xx, 2xx|4xx, {status}
void check_status(const Word& word, const Value& value) {
  if (!is_literal(value)) return;
  std::string_view text = text_of(value);
  while (true) {
    const std::string_view one = text.substr(0, text.find('|'));
    const bool digits =
        one.size() == 3 && one[0] >= '0' && one[0] <= '9' &&
        (one.substr(1) == "xx" || one.find_first_not_of("0123456789") == std::string_view::npos);
    if (!digits && one != "*")
      throw Failed{word.start(), "a status expected", "200 2xx or 2xx|4xx"};
    if (one.size() == text.size()) return;
    text.remove_prefix(one.size() + 1);
  }
}

// Reads what follows a lower-case word, by its row.
class PhraseReader {
 public:
  PhraseReader(const WordRow& row, WordSpan words, const Reading& reading, Position end)
      : row_(row),
        words_(words),
        reading_(reading),
        end_(end) {}

  Phrase read() {
    out_.word = words_[0].text;
    out_.at = words_[0].start();
    for (const Word& word : words_.subspan(1)) read_word(word);
    const std::size_t must = std::min(row_.atoms.find('?'), row_.atoms.find('+'));
    if (atoms_ < std::min(must, row_.atoms.size()))
      throw Failed{end_, out_.word + " wants more words", what_may_stand(row_)};
    return std::move(out_);
  }

 private:
  void add(Value value) {
    out_.arguments.push_back({Argument::Kind::atom, {}, std::move(value), {}});
  }

  void read_word(const Word& word) {
    if (is_among(row_.flags, word.text)) return add(bare_at(word));
    if (word.text.starts_with("{request") && row_.fields) return read_field_word(word);
    if (const std::size_t equals = word.text.find('='); equals != std::string::npos) {
      const std::string_view key = std::string_view(word.text).substr(0, equals);
      if (read_pair(word, key, whole(word).from(equals + 1))) return;
      if (row_.fields) return read_field_word(word);
    } else if (row_.fields && word.text[0] == '[') {
      return read_field_word(word);
    }
    read_atom(word);
  }

  static Value bare_at(const Word& word) {
    Value value = bare(word.text);
    value.at = word.start();
    return value;
  }

  void read_field_word(const Word& word) {
    const bool pattern = row_.place == Place::expect;
    out_.arguments.push_back(
        {Argument::Kind::field, {}, {}, read_field(word, pattern ? Pattern::yes : Pattern::no)});
  }

  bool read_pair(const Word& word, std::string_view key, Slice value) {
    const bool setting =
        row_.settings && (wire::setting_id(key).has_value() ||
                          (key.starts_with("0x") && key.size() <= 6 && parse_number(key).good));
    if (!setting && !is_among(row_.keys, key)) {
      const auto names = setting_names();
      if (row_.settings && !row_.fields)
        throw Failed{word.start(),
                     "no setting is called " + std::string(key),
                     mend(key, {names.begin(), names.end()})};
      return false;
    }
    const PartRow part = setting ? PartRow{key, PartKind::number, 32} : key_row(key);
    const Pattern pattern = row_.place == Place::expect ? Pattern::yes : Pattern::no;
    Argument argument;
    argument.kind = Argument::Kind::pair;
    argument.key = key;
    if (part.kind == PartKind::number)
      argument.value = read_number(value, part.bits, pattern);
    else if (part.kind == PartKind::octets)
      argument.value = read_octets(value, pattern);
    else
      argument.value = read_value(value);
    out_.arguments.push_back(std::move(argument));
    return true;
  }

  void read_atom(const Word& word) {
    std::string letters(row_.atoms);
    std::erase(letters, '?');
    const bool repeats = letters.ends_with('+');
    if (repeats) letters.pop_back();
    if (atoms_ >= letters.size() && (!repeats || letters.empty()))
      throw Failed{word.start(), out_.word + " has no " + word.text, what_may_stand(row_)};
    const char letter = letters[std::min(atoms_, letters.size() - 1)];
    ++atoms_;
    const Pattern pattern = row_.place == Place::expect ? Pattern::yes : Pattern::no;
    Value value = letter == 'o' ? read_octets(whole(word), pattern) : read_value(whole(word));
    check_atom(letter, word, value);
    add(std::move(value));
  }

  void check_atom(char letter, const Word& word, const Value& value) const {
    switch (letter) {
      case 's': return check_streams(word, value);
      case 'S': return check_status(word, value);
      case 'c': return check_codes(word, word.text);
      case 'i': return check_requirement(word, reading_.known);
      case 'M':
        if (!is_literal(value) || std::ranges::all_of(word.text, is_upper) || word.text == "*")
          return;
        throw Failed{word.start(), "a method expected", "GET HEAD POST CONNECT"};
      case 'n':
        if (!sole_name(value).empty()) return;
        throw Failed{word.start(), "a name in braces expected", "{s}"};
      case 'p':
        if (word.text == "whole" || !is_literal(value) || parse_number(word.text).good) return;
        throw Failed{word.start(), "a size expected", "1 or whole"};
      default: check_word(word, value);
    }
  }

  // Words of which there are only a few.
  void check_word(const Word& word, const Value& value) const {
    if (out_.word == "outcome" && is_literal(value) && word.text != "success" &&
        word.text != "failure")
      throw Failed{word.start(),
                   "no outcome is called " + word.text,
                   mend(word.text, {"success", "failure"})};
  }

  const WordRow& row_;
  WordSpan words_;
  const Reading& reading_;
  Position end_;
  Phrase out_{};
  std::size_t atoms_ = 0;
};

// `500 octets`, `1 frame`: a phrase without a word.
Phrase read_movement(WordSpan words, Position end) {
  Phrase out;
  out.at = words[0].start();
  if (words.size() != 2 || (words[1].text != "octets" && words[1].text != "frame"))
    throw Failed{words.size() < 2 ? end : words[1].start(),
                 "what the network moves is missing",
                 "octets or frame"};
  out.arguments.push_back(
      {Argument::Kind::atom, {}, read_number(whole(words[0]), 63, Pattern::no), {}});
  out.arguments.push_back({Argument::Kind::atom, {}, bare(words[1].text), {}});
  return out;
}

std::vector<std::string> read_names(const Word& word) {
  std::vector<std::string> out;
  for (std::string_view rest = word.text;;) {
    const std::size_t comma = rest.find(',');
    const std::string_view one = rest.substr(0, comma);
    const bool good = !one.empty() && std::ranges::all_of(one, [](char c) {
      return c > 0x20 && c < 0x7f &&
             std::string_view("\"{}[]~#=\\").find(c) == std::string_view::npos;
    });
    if (!good) throw Failed{word.start(), "names of fields expected", "without te,connection"};
    out.emplace_back(one);
    if (comma == std::string_view::npos) return out;
    rest.remove_prefix(comma + 1);
  }
}

bool is_sign(const Word& word) { return word.text.ends_with('>') || word.text.ends_with('<'); }

Expectation read_expectation(WordSpan words,
                             const Reading& reading,
                             Position end,
                             std::size_t depth) {
  Expectation out;
  out.at = words.empty() ? end : words[0].start();
  if (depth > kDeepestBefore) throw Failed{out.at, "too many before", ""};
  if (!words.empty() && words[0].text == "no") {
    out.no = true;
    words = words.subspan(1);
  }
  const auto keyword = std::ranges::find_if(words, [](const Word& word) {
    return word.text == "without" || word.text == "exactly" || word.text == "before";
  });
  WordSpan tail(keyword, words.end());
  words = words.first(words.size() - tail.size());
  const auto take = [&tail, end](std::string_view key, std::string_view wanted) -> const Word* {
    if (tail.empty() || tail[0].text != key) return nullptr;
    if (tail.size() < 2) throw Failed{end, std::string(key) + " what?", std::string(wanted)};
    const Word* word = &tail[1];
    tail = tail.subspan(2);
    return word;
  };
  if (const Word* names = take("without", "names of fields")) out.without = read_names(*names);
  if (const Word* count = take("exactly", "a number")) {
    if (out.no) throw Failed{count->start(), "no and exactly exclude each other", ""};
    out.exactly = read_number(whole(*count), 63, Pattern::no);
  }
  if (!tail.empty() && tail[0].text == "before") {
    out.before.push_back(read_expectation(tail.subspan(1), reading, end, depth + 1));
    tail = {};
  }
  if (!tail.empty())
    throw Failed{tail[0].start(),
                 "'" + tail[0].text + "' cannot stand here",
                 "without, then exactly, then before; a grade at the end"};
  if (words.empty()) throw Failed{end, "what is expected?", "a frame or a word such as response"};
  out.what = read_saying(words, Place::expect, reading, end);
  return out;
}

}  // namespace

void check_requirement(const Word& word, const KnownRequirement* known) {
  // rfc9113-6.5.2-03
  const std::string_view text = word.text;
  const std::size_t dash = text.find('-');
  const std::size_t last = text.rfind('-');
  const bool shaped = text.starts_with("rfc") && dash != last && last + 1 < text.size() &&
                      dash + 1 < last && std::ranges::all_of(text, [](char c) {
                        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                               (c >= 'A' && c <= 'Z') || c == '.' || c == '-';
                      });
  if (!shaped || (known && *known && !(*known)(text)))
    throw Failed{word.start(), "unknown requirement " + word.text, "an id such as rfc9113-6.5-06"};
}

Phrase read_phrase(WordSpan words, Place place, const Reading& reading, Position end) {
  const std::string& word = words[0].text;
  const bool pair = reading.role == Role::pair;
  if (place == Place::network && word[0] >= '0' && word[0] <= '9') return read_movement(words, end);
  const WordRow* row = word_row(place, word, pair);
  if (!row || (place == Place::network && (word == "octets" || word == "frame"))) {
    std::vector<std::string_view> known = words_at(place, pair);
    for (const std::string_view frame : frame_names()) known.push_back(frame);
    const std::string near = nearest(word, known);
    throw Failed{words[0].start(),
                 "unknown word " + word,
                 near.empty() ? mend("", words_at(place, pair)) : "did you mean " + near + "?"};
  }
  return PhraseReader(*row, words, reading, end).read();
}

Saying read_saying(WordSpan words, Place place, const Reading& reading, Position end) {
  if (!begins_frame(words[0].text)) return read_phrase(words, place, reading, end);
  if (place == Place::call)
    throw Failed{words[0].start(),
                 "in role pair only the network puts frames in",
                 "client~ " + words[0].text + " … or a call of the API"};
  return read_frame(words, place == Place::expect ? Pattern::yes : Pattern::no);
}

Expectation read_expectation(WordSpan words, const Reading& reading, Position end) {
  Grade grade = Grade::none;
  if (!words.empty()) {
    const std::string& last = words.back().text;
    if (last == "lenient") grade = Grade::lenient;
    if (last == "info") grade = Grade::info;
    if (last == "fail") grade = Grade::fail;
  }
  if (!words.empty() && is_sign(words[0]) && words[0].text != "no")
    throw Failed{words[0].start(), "a sign stands here already", "a frame or a word"};
  const Position behind = grade == Grade::none ? end : words.back().start();
  if (grade != Grade::none) words = words.first(words.size() - 1);
  Expectation out = read_expectation(words, reading, behind, 0);
  out.grade = grade;
  return out;
}

}  // namespace h2assay::transcript
