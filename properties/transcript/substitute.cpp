#include "properties/transcript/substitute.h"

#include <utility>

#include "properties/transcript/read_value.h"

namespace h2assay::transcript {
namespace {

constexpr int kRounds = 3;  // a cell that names a column whose cell names one
constexpr std::size_t kLongestLine = 1024 * 1024;  // after substitution

// One pass over the line.
class Pass {
 public:
  Pass(const SourceLine& in, const Columns& columns) : in_(in), columns_(columns) {}

  SourceLine run() {
    while (i_ < in_.text.size()) step();
    out_.at.push_back(in_.at.back());
    return std::move(out_);
  }

  bool changed() const { return changed_; }

 private:
  void step() {
    const char c = in_.text[i_];
    const bool in_string = !open_.empty() && open_.back() == '"';
    if (in_string && c == '\\') return escape();
    if (c == '{' && whole_name(i_)) return;
    if (!open_.empty() && c == open_.back())
      open_.pop_back();
    else if (c == '{')
      open_ += '}';
    else if (c == '"' && !in_string)
      open_ += '"';
    else if (!open_.empty() && open_.back() == '}' && is_name_part(c))
      return number_for_name();
    copy(1);
  }

  void copy(std::size_t count) {
    for (; count > 0 && i_ < in_.text.size(); --count, ++i_) {
      out_.text += in_.text[i_];
      out_.at.push_back(in_.at[i_]);
    }
  }

  void put(std::string_view text, std::size_t instead_of) {
    if (out_.text.size() + text.size() > kLongestLine)
      throw Failed{in_.at[i_], "the line grows too long", "smaller cells"};
    out_.text += text;
    out_.at.insert(out_.at.end(), text.size(), in_.at[i_]);
    i_ += instead_of;
    changed_ = true;
  }

  // The column {name} that begins at `at`, or null; gives the length with its braces.
  const std::string* column(std::size_t at, std::size_t& length) const {
    const std::size_t close = in_.text.find_first_of("{}\" ", at + 1);
    if (close == std::string::npos || in_.text[close] != '}') return nullptr;
    const auto found = columns_.find(std::string_view(in_.text).substr(at + 1, close - at - 1));
    length = close + 1 - at;
    return found == columns_.end() ? nullptr : &found->second;
  }

  bool whole_name(std::size_t at) {
    std::size_t length = 0;
    const std::string* cell = column(at, length);
    if (cell) put(*cell, length);
    return cell != nullptr;
  }

  // \x{octet}
  void escape() {
    std::size_t length = 0;
    const bool braced = in_.text.compare(i_, 3, "\\x{") == 0;
    const std::string* cell = braced ? column(i_ + 2, length) : nullptr;
    if (!cell) {
      if (braced) {
        const std::size_t close = in_.text.find('}', i_);
        const std::string name =
            in_.text.substr(i_ + 3, close == std::string::npos ? 0 : close - i_ - 3);
        throw Failed{in_.at[i_ + 2], "unbound name " + name, "a column of each"};
      }
      return copy(2);
    }
    const Parsed octet = parse_number(*cell);
    if (!octet.good || octet.number > 255)
      throw Failed{in_.at[i_ + 2], *cell + " is no octet", "0x00..0xff"};
    constexpr std::string_view kDigits = "0123456789abcdef";
    put(std::string{'\\', 'x', kDigits[octet.number >> 4], kDigits[octet.number & 15]}, 2 + length);
  }

  void number_for_name() {
    const std::size_t begin = i_;
    std::size_t end = i_;
    while (end < in_.text.size() && is_name_part(in_.text[end])) ++end;
    const auto found = columns_.find(std::string_view(in_.text).substr(begin, end - begin));
    if (found != columns_.end() && parse_number(found->second).good)
      put(found->second, end - begin);
    else
      copy(end - begin);
  }

  const SourceLine& in_;
  const Columns& columns_;
  SourceLine out_{};
  std::string open_{};
  std::size_t i_ = 0;
  bool changed_ = false;
};

}  // namespace

SourceLine substituted(SourceLine line, const Columns& columns) {
  for (int round = 0; round < kRounds; ++round) {
    Pass pass(line, columns);
    SourceLine next = pass.run();
    if (!pass.changed()) break;
    line = std::move(next);
  }
  return line;
}

}  // namespace h2assay::transcript
