#include "properties/transcript/source.h"

#include <algorithm>
#include <cstdint>
#include <numeric>

#include "properties/transcript/print.h"

namespace h2assay::transcript {
namespace {

constexpr std::size_t kDeepestString = 16;     // "…{…"…"…}…" within each other
constexpr std::size_t kLongestWord = 40;       // that is compared with the known ones
constexpr std::size_t kShortestBeginning = 4;  // of a known word that counts as near

std::uint8_t octet_at(std::string_view text, std::size_t at) {
  return at < text.size() ? static_cast<std::uint8_t>(text[at]) : std::uint8_t{0};
}

// Code points that move or hide what stands around them, and the second block of controls.
bool is_treacherous(std::uint32_t point) {
  return (point >= 0x80 && point <= 0x9f) || (point >= 0x202a && point <= 0x202e) ||
         (point >= 0x2066 && point <= 0x2069) || point == 0x2028 || point == 0x2029;
}

void check_octets(std::string_view line, std::uint32_t number) {
  std::size_t column = 1;
  for (std::size_t i = 0; i < line.size(); ++column) {
    const std::size_t length = printable(line, i);
    if (length == 0)
      throw Failed{{number, static_cast<std::uint32_t>(column)},
                   "octet 0x" + escaped(line.substr(i, 1)).substr(2) + " is no text",
                   R"(\xNN between quotes)"};
    i += length;
  }
}

// Appends the characters of `line` with their places.
void append(SourceLine& out, std::string_view line, std::uint32_t number, std::uint32_t column) {
  for (std::size_t i = 0; i < line.size(); ++i) {
    out.text += line[i];
    out.at.push_back({number, column});
    // Octets that continue a character stand in its column.
    if ((octet_at(line, i + 1) & 0xc0U) != 0x80) ++column;
  }
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string without_tabs(std::string_view text) {
  std::string out(trimmed(text));
  std::ranges::replace(out, '\t', ' ');
  return out;
}

// Puts the digits of `|` lines behind the last word of the line above.
void append_more(SourceLine& above, const std::vector<SourceLine>& lines) {
  if (lines.empty()) return;
  const Words words = split(above);
  if (words.words.empty())
    throw Failed{lines[0].at.front(), "hex digits without a step above them", "> octets"};
  SourceLine joined;
  for (const Word& word : words.words) {
    joined.text += word.text + ' ';
    joined.at.insert(joined.at.end(), word.at.begin(), word.at.end());
  }
  // The first digits join the last word; an act `octets` takes them as a word of its own.
  if (words.words.back().text != "octets") {
    joined.text.pop_back();
    joined.at.pop_back();
  }
  std::string remark = words.remark;
  for (const SourceLine& more : lines) {
    const Words digits = split(more, more.text.find('|') + 1);
    for (const Word& word : digits.words) {
      joined.text += word.text;
      joined.at.insert(joined.at.end(), word.at.begin(), word.at.end() - 1);
    }
    if (remark.empty()) remark = digits.remark;
  }
  if (!remark.empty()) joined.text += ' ' + remark;
  joined.at.resize(joined.text.size() + 1, lines.back().at.back());
  above = std::move(joined);
}

bool is_more(const SourceLine& line) {
  const std::size_t first = line.text.find_first_not_of(" \t");
  return first != std::string::npos && line.text[first] == '|';
}

// Takes the `|` lines away and appends what they say.
std::vector<SourceLine> with_more(std::vector<SourceLine> lines) {
  std::vector<SourceLine> out;
  std::vector<SourceLine> more;
  for (SourceLine& line : lines) {
    if (is_more(line)) {
      if (out.empty())
        throw Failed{line.at.front(), "hex digits without a step above them", "title"};
      more.push_back(std::move(line));
      continue;
    }
    if (!out.empty()) append_more(out.back(), more);
    more.clear();
    out.push_back(std::move(line));
  }
  if (!out.empty()) append_more(out.back(), more);
  return out;
}

// Changes that lead from one to the other: octets put in, taken away, changed, or two exchanged.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> row(3, std::vector<std::size_t>(b.size() + 1));
  std::iota(row[0].begin(), row[0].end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto& now = row[i % 3];
    const auto& above = row[(i + 2) % 3];
    const auto& two_above = row[(i + 1) % 3];
    now[0] = i;
    for (std::size_t k = 1; k <= b.size(); ++k) {
      now[k] =
          std::min({above[k - 1] + (a[i - 1] == b[k - 1] ? 0U : 1U), above[k] + 1, now[k - 1] + 1});
      if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1])
        now[k] = std::min(now[k], two_above[k - 2] + 1);
    }
  }
  return row[a.size() % 3][b.size()];
}

}  // namespace

std::size_t printable(std::string_view text, std::size_t at) {
  const std::uint8_t first = octet_at(text, at);
  if (first < 0x80) return (first >= 0x20 && first < 0x7f) || first == '\t' ? 1 : 0;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + length > text.size()) return 0;
  std::uint32_t point = first & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    const std::uint8_t next = octet_at(text, at + i);
    if ((next & 0xc0U) != 0x80) return 0;
    point = point << 6 | (next & 0x3fU);
  }
  const bool overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
  const bool surrogate = point >= 0xd800 && point <= 0xdfff;
  return overlong || surrogate || point > 0x10ffff || is_treacherous(point) ? 0 : length;
}

std::string shown(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = text[i] == '\t' ? 0 : printable(text, i);
    if (length == 0) {
      constexpr std::string_view kDigits = "0123456789abcdef";
      const std::uint8_t octet = octet_at(text, i++);
      out += {'\\', 'x', kDigits[octet >> 4], kDigits[octet & 15]};
      continue;
    }
    out += text.substr(i, length);
    i += length;
  }
  return out;
}

std::vector<SourceLine> source_lines(std::string_view text) {
  std::vector<SourceLine> out;
  bool goes_on = false;
  std::uint32_t number = 0;
  while (!text.empty() || goes_on) {
    if (text.empty())
      throw Failed{
          out.back().at.back(), "the last line goes on in the next, and there is none", ""};
    ++number;
    const std::size_t feed = text.find('\n');
    std::string_view line = text.substr(0, feed);
    text.remove_prefix(feed == std::string_view::npos ? text.size() : feed + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    check_octets(line, number);
    std::uint32_t column = 1;
    const bool joins = goes_on;
    goes_on = line.size() >= 2 && line.ends_with('\\') && is_blank(line[line.size() - 2]);
    if (goes_on) line.remove_suffix(1);
    while (joins && !line.empty() && is_blank(line.front())) line.remove_prefix(1), ++column;
    if (!joins) out.emplace_back();
    if (joins) out.back().at.pop_back();
    append(out.back(), line, number, column);
    out.back().at.push_back({number, static_cast<std::uint32_t>(column + line.size())});
  }
  return with_more(std::move(out));
}

Nesting::Step Nesting::read(char c) {
  const bool in_string = !flat() && closing_.back() == '"';
  // \x{name} takes the octet from a column: the brace belongs to the escape.
  if (in_string && c == '\\') return Step::escape;
  if (!flat() && c == closing_.back()) {
    closing_.pop_back();
    return Step::closed;
  }
  if (c == '{' || (c == '"' && !in_string) || (c == '[' && flat())) {
    closing_ += c == '{' ? '}' : c == '[' ? ']' : '"';
    return Step::opened;
  }
  return Step::none;
}

std::string_view Nesting::innermost() const {
  return closing_.back() == '"' ? "quote" : closing_.back() == '}' ? "brace" : "bracket";
}

namespace {

// Words one octet after the other; what is open when the line ends is an error.
class Splitter {
 public:
  explicit Splitter(const SourceLine& line) : line_(line) {}

  // Takes the octet at `i`, and the next with it if that is escaped; false at a remark.
  bool take(std::size_t& i) {
    const char c = line_.text[i];
    if (nesting_.flat() && is_blank(c)) {
      in_word_ = false;
      return true;
    }
    if (!in_word_) {
      if (c == '#') return false;
      out.words.emplace_back();
      in_word_ = true;
    }
    if (c == '\t')
      throw Failed{line_.at[i], "a tab within a word", R"(\t between quotes, or a blank)"};
    append(i);
    out.end = line_.at[i + 1];
    switch (nesting_.read(c)) {
      case Nesting::Step::none: break;
      case Nesting::Step::escape:
        if (i + 1 < line_.text.size()) append(++i);
        break;
      case Nesting::Step::closed: opened_.pop_back(); break;
      case Nesting::Step::opened:
        opened_.push_back(i);
        if (opened_.size() > kDeepestString)
          throw Failed{line_.at[i], "braces and quotes nested too deeply", ""};
        break;
    }
    return true;
  }

  void finish() {
    if (!nesting_.flat()) {
      throw Failed{line_.at[opened_.back()],
                   "unclosed " + std::string(nesting_.innermost()),
                   std::string(1, nesting_.awaited())};
    }
    for (Word& word : out.words) {
      Position end = word.at.back();
      ++end.column;
      word.at.push_back(end);
    }
  }

  Words out;

 private:
  void append(std::size_t i) {
    out.words.back().text += line_.text[i];
    out.words.back().at.push_back(line_.at[i]);
  }

  const SourceLine& line_;
  Nesting nesting_;
  std::vector<std::size_t> opened_;  // where the signs stand whose closing ones are awaited
  bool in_word_ = false;
};

}  // namespace

Words split(const SourceLine& line, std::size_t from) {
  Splitter splitter(line);
  splitter.out.end = line.at.at(from);
  for (std::size_t i = from; i < line.text.size(); ++i) {
    if (!splitter.take(i)) {
      splitter.out.remark = without_tabs(std::string_view(line.text).substr(i));
      break;
    }
  }
  splitter.finish();
  return std::move(splitter.out);
}

Prose prose(std::string_view text) {
  std::size_t hash = 0;
  while ((hash = text.find('#', hash)) != std::string_view::npos) {
    if (hash == 0 || is_blank(text[hash - 1])) break;
    ++hash;
  }
  if (hash == std::string_view::npos) return {without_tabs(text), {}};
  return {without_tabs(text.substr(0, hash)), without_tabs(text.substr(hash))};
}

std::string nearest(std::string_view word, const std::vector<std::string_view>& candidates) {
  std::string best;
  std::size_t least = std::max<std::size_t>(word.size() / 3, 1) + 1;
  if (word.empty() || word.size() > kLongestWord) return best;
  for (const std::string_view candidate : candidates) {
    const bool begun = word.size() >= kShortestBeginning && candidate.starts_with(word);
    const std::size_t changes = begun ? 1 : distance(word, candidate);
    if (changes >= least) continue;
    least = changes;
    best = candidate;
  }
  return best;
}

std::string mend(std::string_view word, const std::vector<std::string_view>& candidates) {
  const std::string near = nearest(word, candidates);
  if (!near.empty()) return "did you mean " + near + "?";
  std::string all;
  for (const std::string_view candidate : candidates) {
    if (!all.empty()) all += ' ';
    all += candidate;
  }
  return all;
}

}  // namespace h2assay::transcript
