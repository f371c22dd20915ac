// The header: section 4 of the language.
#include "properties/transcript/read_header.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace h2assay::transcript {
namespace {

constexpr auto kKeys = std::to_array<std::string_view>({"title",
                                                        "requirement",
                                                        "role",
                                                        "ask",
                                                        "needs",
                                                        "over",
                                                        "after",
                                                        "without",
                                                        "abuse",
                                                        "each",
                                                        "case",
                                                        "peer",
                                                        "verdict",
                                                        "seed"});
constexpr auto kRoles =
    std::to_array<std::string_view>({"client", "server", "either", "proxy", "pair"});
constexpr std::string_view kTransports = "tcp tls adapter memory launched";
constexpr std::size_t kMostColumns = 64;  // each is looked for in each line
constexpr std::string_view kHabits = "ack pong credit";

std::vector<std::string_view> parted(std::string_view list) {
  std::vector<std::string_view> out;
  while (!list.empty()) {
    const std::size_t blank = std::min(list.find(' '), list.size());
    out.push_back(list.substr(0, blank));
    list.remove_prefix(std::min(blank + 1, list.size()));
  }
  return out;
}

// The words of a line from `first` to its end as one word, blanks between them included.
Word together(const SourceLine& line, const Words& words, std::size_t first) {
  Word out;
  const Word& begin = words.words[first];
  const Word& last = words.words.back();
  const auto place = [&line](Position at) {
    return static_cast<std::size_t>(
        std::ranges::find_if(
            line.at, [at](Position p) { return p.line == at.line && p.column == at.column; }) -
        line.at.begin());
  };
  const std::size_t from = place(begin.start());
  const std::size_t to = place(last.start()) + last.text.size();
  out.text = line.text.substr(from, to - from);
  std::ranges::replace(out.text, '\t', ' ');  // within a word there is none
  out.at.assign(line.at.begin() + static_cast<std::ptrdiff_t>(from),
                line.at.begin() + static_cast<std::ptrdiff_t>(to) + 1);
  return out;
}

class HeaderReader {
 public:
  HeaderReader(std::span<const SourceLine> lines, const KnownRequirement* known)
      : lines_(lines),
        known_(known) {}

  ReadHeader read() {
    std::size_t n = 0;
    for (; n < lines_.size(); ++n) {
      const SourceLine& line = lines_[n];
      const std::size_t first = line.text.find_first_not_of(" \t");
      if (first == std::string::npos) break;
      if (line.text[first] == '#')
        header_.remarks.push_back(prose(line.text).remark);
      else if (first > 0)
        read_row(line);
      else
        read_line(line);
    }
    finish(n < lines_.size() ? lines_[n].at.front() : Position{1, 1});
    return {std::move(header_), std::min(n + 1, lines_.size())};
  }

 private:
  void read_line(const SourceLine& line) {
    const std::size_t blank = std::min(line.text.find_first_of(" \t"), line.text.size());
    const std::string key = line.text.substr(0, blank);
    if (std::ranges::find(kKeys, key) == kKeys.end())
      throw Failed{
          line.at.front(), "unknown header key " + key, mend(key, {kKeys.begin(), kKeys.end()})};
    if (key != "needs" && key != "each" && !seen_.insert(key).second)
      throw Failed{line.at.front(), key + " stands twice", ""};
    const Prose text = prose(std::string_view(line.text).substr(blank));
    if (text.text.empty()) throw Failed{line.at.back(), key + " says nothing", ""};
    if (is_among("title ask case peer verdict seed", key)) {
      read_prose(line, key, text.text);
      remember(key, text.remark);
      return;
    }
    const Words words = split(line, blank);
    if (words.words.empty()) throw Failed{line.at.back(), key + " says nothing", ""};
    read_words(line, key, words);
    if (key != "needs" && key != "each") remember(key, words.remark);
  }

  void remember(const std::string& key, const std::string& remark) {
    if (!remark.empty()) header_.line_remarks.emplace_back(key, remark);
  }

  void read_prose(const SourceLine& line, const std::string& key, const std::string& text) {
    const Position at = line.at[std::min(line.text.find(text[0], key.size()), line.text.size())];
    if (key == "title") {
      if (text.ends_with('.')) throw Failed{line.at.back(), "a title has no full stop", ""};
      header_.title = text;
    } else if (key == "ask") {
      check_ask(at, text);
      header_.ask = text;
    } else {
      (key == "case"      ? header_.case_id
       : key == "peer"    ? header_.peer
       : key == "verdict" ? header_.verdict
                          : header_.seed) = text;
    }
  }

  // [n] METHOD [octets] [parallel]
  static void check_ask(Position at, std::string_view text) {
    std::vector<std::string_view> words = parted(text);
    const auto number = [](std::string_view word) { return parse_number(word).good; };
    std::size_t i = 0;
    if (i < words.size() && number(words[i])) ++i;
    const bool method = i < words.size() &&
                        std::ranges::all_of(words[i], [](char c) { return c >= 'A' && c <= 'Z'; });
    ++i;
    if (i < words.size() && number(words[i])) ++i;
    if (i < words.size() && words[i] == "parallel") ++i;
    if (!method || i != words.size())
      throw Failed{at, "this cannot be asked", "GET, 3 GET, 3 GET parallel, POST 1000000"};
  }

  void read_words(const SourceLine& line, const std::string& key, const Words& words) {
    if (key == "requirement") {
      for (const Word& word : words.words) {
        check_requirement(word, known_);
        header_.requirements.push_back(word.text);
      }
    } else if (key == "role") {
      read_role(words);
    } else if (key == "needs") {
      read_needs(line, words);
    } else if (key == "over") {
      header_.over = some_of(words, kTransports, "transport");
    } else if (key == "without") {
      header_.without = some_of(words, kHabits, "habit");
    } else if (key == "after") {
      if (words.words.size() > 1) throw Failed{words.words[1].start(), "after names one case", ""};
      header_.after = words.words[0].text;
    } else if (key == "abuse") {
      read_abuse(words);
    } else {
      read_each(words);
    }
  }

  void read_role(const Words& words) {
    const Word& word = words.words[0];
    const auto* const found = std::ranges::find(kRoles, word.text);
    if (found == kRoles.end())
      throw Failed{word.start(),
                   "unknown role " + word.text,
                   mend(word.text, {kRoles.begin(), kRoles.end()})};
    if (words.words.size() > 1) throw Failed{words.words[1].start(), "one role only", ""};
    header_.role = static_cast<Role>(found - kRoles.begin());
  }

  static std::vector<std::string> some_of(const Words& words,
                                          std::string_view list,
                                          const std::string& what) {
    std::vector<std::string> out;
    for (const Word& word : words.words) {
      if (!is_among(list, word.text))
        throw Failed{
            word.start(), "unknown " + what + " " + word.text, mend(word.text, parted(list))};
      out.push_back(word.text);
    }
    return out;
  }

  // Where the comparison stands: the first of < = > that no string holds.
  static std::size_t comparison_of(Slice slice) {
    for (std::size_t i = 0; i < slice.text().size(); ++i) {
      const char c = slice.text()[i];
      if (c == '"') i += string_length(slice.from(i)) - 1;
      if (c == '<' || c == '=' || c == '>') return i;
    }
    return std::string::npos;
  }

  void read_needs(const SourceLine& line, const Words& words) {
    Need need;
    const Word all = together(line, words, 0);
    need.at = all.start();
    need.remark = words.remark;
    const std::size_t sign = comparison_of(whole(all));
    if (sign == std::string::npos) {
      const bool slug =
          all.text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
      if (!slug)
        throw Failed{
            all.start(), "needs names a feature or compares two values", "push, or window 0 < 10"};
      need.feature = all.text;
    } else {
      const bool two =
          all.text[sign] != '=' && sign + 1 < all.text.size() && all.text[sign + 1] == '=';
      need.comparison = all.text.substr(sign, two ? 2 : 1);
      need.left = read_expr(whole(all).first(sign));
      need.right = read_expr(whole(all).from(sign + need.comparison.size()));
    }
    header_.needs.push_back(std::move(need));
  }

  // 10000 frames 10 s 8 MiB
  void read_abuse(const Words& words) {
    const auto& all = words.words;
    const bool units =
        all.size() == 6 && all[1].text == "frames" && all[3].text == "s" && all[5].text == "MiB";
    Abuse abuse;
    const auto number = [&all, units](std::size_t n) {
      const Parsed parsed = units ? parse_number(all[n].text) : Parsed{};
      if (!parsed.good)
        throw Failed{all[0].start(), "abuse states its caps", "10000 frames 10 s 8 MiB"};
      return parsed.number;
    };
    abuse.frames = number(0);
    abuse.seconds = number(2);
    abuse.mebibytes = number(4);
    header_.abuse = abuse;
  }

  void read_each(const Words& words) {
    Each each;
    each.at = words.words[0].start();
    each.remark = words.remark;
    if (words.words.size() > 1 && words.words[1].text == "in") {
      add_column(each, words.words[0], words.words[0].text);
      if (words.words.size() != 3)
        throw Failed{words.words.size() > 3 ? words.words[3].start() : words.end,
                     "each NAME in one list",
                     "0..23 or a,b"};
      each.rows.push_back({{words.words[2].text}, {}, words.words[2].start()});
    } else {
      each.table = true;
      for (std::size_t i = 0; i < words.words.size(); ++i) {
        const Word& word = words.words[i];
        const bool rest = word.text.ends_with(':');
        if (rest && i + 1 < words.words.size())
          throw Failed{word.start(),
                       "only the last column takes the rest",
                       word.text.substr(0, word.text.size() - 1)};
        each.rest_last = rest;
        add_column(each, word, rest ? word.text.substr(0, word.text.size() - 1) : word.text);
      }
    }
    header_.each.push_back(std::move(each));
  }

  void add_column(Each& each, const Word& word, const std::string& name) {
    if (!is_name(name)) throw Failed{word.start(), word.text + " is no name", "letters, digits, _"};
    const std::vector<std::string> taken = columns_of(header_);
    if (taken.size() + each.columns.size() == kMostColumns)
      throw Failed{word.start(), "more than " + std::to_string(kMostColumns) + " columns", ""};
    const auto has = [&name](const std::vector<std::string>& names) {
      return std::ranges::find(names, name) != names.end();
    };
    if (is_built_in(name) || is_function(name) || has(taken) || has(each.columns))
      throw Failed{word.start(), "the name " + name + " is taken", "another name"};
    each.columns.push_back(name);
  }

  void read_row(const SourceLine& line) {
    if (header_.each.empty() || !header_.each.back().table)
      throw Failed{split(line).words[0].start(),
                   "a row without a table",
                   "a header key at the line's start"};
    Each& each = header_.each.back();
    const Words words = split(line);
    const std::size_t wanted = each.columns.size();
    const std::size_t plain = each.rest_last ? wanted - 1 : wanted;
    Row row;
    row.at = words.words[0].start();
    row.remark = words.remark;
    if (words.words.size() < plain || (!each.rest_last && words.words.size() > wanted))
      throw Failed{row.at,
                   "a row with " + std::to_string(words.words.size()) + " cells instead of " +
                       std::to_string(wanted),
                   ""};
    for (std::size_t i = 0; i < plain; ++i) row.cells.push_back(words.words[i].text);
    if (each.rest_last)
      row.cells.push_back(words.words.size() > plain ? together(line, words, plain).text : "");
    each.rows.push_back(std::move(row));
  }

  void finish(Position end) const {
    if (header_.title.empty()) throw Failed{end, "title is missing", "title"};
    if (!seen_.contains("role"))
      throw Failed{end, "role is missing", "role client, server, either, proxy or pair"};
    if (!header_.ask.empty() && header_.role != Role::server && header_.role != Role::either)
      throw Failed{end, "ask is for role server", ""};
    for (const Each& each : header_.each)
      if (each.rows.empty()) throw Failed{each.at, "a table without rows", ""};
  }

  std::span<const SourceLine> lines_;
  const KnownRequirement* known_;
  Header header_{};
  std::set<std::string> seen_{};
};

}  // namespace

ReadHeader read_header(std::span<const SourceLine> lines, const KnownRequirement* known) {
  return HeaderReader(lines, known).read();
}

std::vector<std::string> columns_of(const Header& header) {
  std::vector<std::string> out;
  for (const Each& each : header.each)
    out.insert(out.end(), each.columns.begin(), each.columns.end());
  return out;
}

std::string_view name(Role role) { return kRoles[static_cast<std::size_t>(role)]; }

}  // namespace h2assay::transcript
