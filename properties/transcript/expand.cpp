// `each`: from one file to its conversations.
#include <algorithm>
#include <set>
#include <utility>

#include "properties/transcript/names.h"
#include "properties/transcript/read_body.h"
#include "properties/transcript/read_header.h"
#include "properties/transcript/source.h"
#include "properties/transcript/substitute.h"

namespace h2assay::transcript {
namespace {

// 0x00 keeps its two digits: as many as `digits`, "0x" included.
std::string hex_item(std::uint64_t number, std::size_t digits) {
  std::string out;
  for (std::uint64_t rest = number; rest > 0; rest >>= 4)
    out.insert(out.begin(), "0123456789abcdef"[rest & 15]);
  if (out.size() + 2 < digits) out.insert(0, digits - 2 - out.size(), '0');
  return "0x" + out;
}

// One item of a list: a word, or a range that is written out.
void add_item(std::vector<std::string>& out,
              std::string_view item,
              Position at,
              std::size_t limit) {
  const std::size_t dots = item.find("..");
  const Parsed from = parse_number(item.substr(0, dots));
  const Parsed to = dots == std::string_view::npos ? Parsed{} : parse_number(item.substr(dots + 2));
  if (!from.good || !to.good) {
    out.emplace_back(item);
    return;
  }
  if (from.number > to.number)
    throw Failed{at, std::string(item) + " runs backwards", "the lower end first"};
  if (to.number - from.number >= limit) throw Failed{at, std::string(item) + " is too many", ""};
  const bool hex = item.starts_with("0x");
  for (std::uint64_t n = from.number; n <= to.number; ++n)
    out.push_back(hex ? hex_item(n, dots) : std::to_string(n));
}

// A list taken apart at its commas, ranges written out.
std::vector<std::string> values_of(const std::string& cell, Position at, std::size_t limit) {
  std::vector<std::string> out;
  Nesting nesting;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < cell.size(); ++i) {
    if (cell[i] == ',' && nesting.flat()) {
      add_item(out, std::string_view(cell).substr(begin, i - begin), at, limit);
      begin = i + 1;
    } else if (nesting.read(cell[i]) == Nesting::Step::escape) {
      ++i;
    }
  }
  add_item(out, std::string_view(cell).substr(begin), at, limit);
  return out;
}

SourceLine as_line(std::string_view text, Position at) {
  SourceLine out;
  out.text = text;
  for (std::size_t i = 0; i <= text.size(); ++i) out.at.push_back(at);
  return out;
}

class Expander {
 public:
  Expander(const Transcript& from, std::size_t limit)
      : from_(from),
        limit_(limit),
        columns_(columns_of(from.header)) {
    bare_header_ = from.header;
    bare_header_.each.clear();
  }

  std::vector<Instance> run() {
    std::vector<std::vector<Columns>> sets;
    std::size_t count = 1;
    for (const Each& each : from_.header.each) {
      sets.push_back(rows_of(each));
      count *= sets.back().size();  // both at most the limit: no overflow
      if (count > limit_)
        throw Failed{each.at, "more than " + std::to_string(limit_) + " conversations", ""};
    }
    std::vector<Instance> out;
    std::vector<std::size_t> index(sets.size(), 0);
    for (std::size_t n = 0; n < count; ++n) {
      std::size_t rest = n;
      for (std::size_t k = sets.size(); k-- > 0; rest /= sets[k].size())
        index[k] = rest % sets[k].size();
      Columns columns;
      for (std::size_t k = 0; k < sets.size(); ++k)
        columns.insert(sets[k][index[k]].begin(), sets[k][index[k]].end());
      out.push_back(instance(columns));
    }
    refuse_useless(bindings_);
    return out;
  }

 private:
  // All combinations of the cells' values, row by row.
  std::vector<Columns> rows_of(const Each& each) const {
    std::vector<Columns> out;
    for (const Row& row : each.rows) {
      std::vector<Columns> of_row(1);
      for (std::size_t i = 0; i < each.columns.size(); ++i) {
        const bool rest = each.rest_last && i + 1 == each.columns.size();
        const std::vector<std::string> values =
            rest ? std::vector{row.cells[i]} : values_of(row.cells[i], row.at, limit_);
        std::vector<Columns> next;
        if (of_row.size() * values.size() + out.size() > limit_)
          throw Failed{row.at, "more than " + std::to_string(limit_) + " conversations", ""};
        for (const Columns& columns : of_row)
          for (const std::string& value : values) {
            next.push_back(columns);
            next.back()[each.columns[i]] = value;
          }
        of_row = std::move(next);
      }
      out.insert(out.end(), of_row.begin(), of_row.end());
    }
    return out;
  }

  Instance instance(const Columns& columns) {
    Instance out;
    out.transcript.header = bare_header_;
    if (!columns_.empty()) out.suffix = suffix(columns);
    try {
      if (!out.suffix.empty() && !suffixes_.insert(out.suffix).second)
        throw Failed{from_.header.each[0].at, "the same conversation twice", "different rows"};
      out.transcript.body = lines(from_.body, columns);
      Bindings here;
      follow_names(out.transcript.body, here);
      star_useless(out.transcript.body, here);
      for (const auto& [name, binding] : here)
        bindings_.try_emplace(name, Binding{binding.at, 0, binding.free}).first->second.uses +=
            binding.uses;
    } catch (Failed& failed) {
      if (!out.suffix.empty()) failed.what += ", in " + out.suffix;
      throw;
    }
    return out;
  }

  std::string suffix(const Columns& columns) const {
    std::string out;
    for (const std::string& name : columns_) {
      const SourceLine cell =
          substituted(as_line(columns.at(name), from_.header.each[0].at), columns);
      out += (out.empty() ? "[" : ",") + cell.text;
    }
    return out + ']';
  }

  std::vector<Line> lines(const std::vector<Line>& body, const Columns& columns) const {
    std::vector<Line> out;
    for (std::size_t i = 0; i < body.size(); ++i) {
      if (std::holds_alternative<Template>(body[i].what)) {
        std::vector<SourceLine> run;
        for (; i < body.size() && std::holds_alternative<Template>(body[i].what); ++i)
          run.push_back(filled_in(std::get<Template>(body[i].what), columns));
        --i;
        const Reading reading{from_.header.role, nullptr};
        for (Line& line : read_body(run, reading, {})) out.push_back(std::move(line));
      } else if (const auto* repeat = std::get_if<Repeat>(&body[i].what)) {
        Repeat copy = *repeat;
        copy.from = end_of_range(repeat->from, columns);
        copy.to = end_of_range(repeat->to, columns);
        copy.body = lines(repeat->body, columns);
        out.push_back({std::move(copy)});
      } else {
        out.push_back(body[i]);
      }
    }
    return out;
  }

  static SourceLine filled_in(const Template& line, const Columns& columns) {
    SourceLine source{line.text, line.places.each};
    if (source.at.size() != source.text.size() + 1) source = as_line(line.text, line.at);
    SourceLine out = substituted(std::move(source), columns);
    if (line.remark.empty()) return out;
    out.text += "  " + line.remark;
    out.at.resize(out.text.size() + 1, out.at.back());
    return out;
  }

  static Value end_of_range(const Value& value, const Columns& columns) {
    if (is_literal(value)) return value;
    const SourceLine line = substituted(as_line(print(value), value.at), columns);
    return read_number(whole(Word{line.text, line.at}), 63, Pattern::no);
  }

  const Transcript& from_;
  std::size_t limit_;
  std::vector<std::string> columns_;
  Header bare_header_{};
  Bindings bindings_{};
  std::set<std::string> suffixes_{};
};

}  // namespace

std::expected<std::vector<Instance>, ParseError> expand(const Transcript& transcript,
                                                        std::string_view file,
                                                        std::size_t limit) {
  try {
    return Expander(transcript, limit).run();
  } catch (const Failed& failed) {
    return std::unexpected(ParseError{std::string(file), failed.at, failed.what, failed.may_stand});
  }
}

}  // namespace h2assay::transcript
