// The canonical text of a transcript.
#include "properties/transcript/print.h"

#include <algorithm>
#include <optional>
#include <string>

#include "properties/transcript/transcript.h"
#include "properties/transcript/vocabulary.h"
#include "properties/wire/frame.h"

namespace h2assay::transcript {
namespace {

constexpr std::size_t kKeyColumns = 13;
constexpr std::uint64_t kMillisecond = 1000;  // microseconds
constexpr std::uint64_t kSecond = 1'000'000;

void add_word(std::string& out, std::string_view word) {
  if (!out.empty()) out += ' ';
  out += word;
}

std::string with_remark(std::string line, const std::string& remark) {
  if (remark.empty()) return line;
  return line + (line.empty() ? "" : "  ") + (remark.starts_with('#') ? "" : "# ") + shown(remark);
}

std::string print_field(const FieldWord& field, bool quote_name) {
  std::string out;
  switch (field.kind) {
    case FieldWord::Kind::request: return print(field.value);
    case FieldWord::Kind::max:     return "[max " + print(field.value) + ']';
    case FieldWord::Kind::hex:     return "[hex " + print(field.value) + ']';
    case FieldWord::Kind::indexed:
      out = '[' + print(field.index.value_or(Value{}));
      if (field.note == FieldWord::Note::both)
        out += ' ' + print(field.name) + '=' + print(field.value);
      return out + ']';
    case FieldWord::Kind::field: break;
  }
  if (field.mark != FieldWord::Mark::none)
    out += field.mark == FieldWord::Mark::incremental ? '+'
           : field.mark == FieldWord::Mark::without   ? '-'
                                                      : '!';
  if (field.index) {
    out += '[' + print(*field.index);
    if (field.note == FieldWord::Note::name) out += ' ' + print(field.name);
    out += ']';
  } else {
    if (field.huffman_name) out += '~';
    out += quote_name && field.name.spelling == Spelling::bare ? '"' + print(field.name) + '"'
                                                               : print(field.name);
  }
  return out + (field.huffman_value ? "=~" : "=") + print(field.value);
}

bool is_part(const FrameLine& frame, const FieldWord& field) {
  const auto named = [&field](const PartRow& row) { return row.key == text_of(field.name); };
  return field.mark == FieldWord::Mark::none && !field.huffman_name && !field.index &&
         (std::ranges::any_of(parts_of(frame.type), named) ||
          std::ranges::any_of(common_parts(), named));
}

std::string print_part(const Part& part) {
  const std::string value = print(part.value);
  const bool named =
      part.key == "code" && !value.empty() && (value[0] < '0' || value[0] > '9') && value[0] != '{';
  return named ? value : part.key + '=' + value;
}

std::string hex2(std::uint8_t octet) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  return {'0', 'x', kDigits[octet >> 4], kDigits[octet & 15]};
}

std::string print_saying(const Saying& saying) {
  if (const auto* frame = std::get_if<FrameLine>(&saying)) return print(*frame);
  return print(std::get<Phrase>(saying));
}

std::string joined(const std::vector<std::string>& words, char between) {
  std::string out;
  for (const std::string& word : words) {
    if (!out.empty()) out += between;
    out += shown(word);
  }
  return out;
}

std::string print_time(std::uint64_t microseconds) {
  std::string fraction = std::to_string(microseconds % kSecond);
  fraction.insert(0, 6 - fraction.size(), '0');
  if (microseconds % kMillisecond == 0) fraction.resize(3);
  return '@' + std::to_string(microseconds / kSecond) + '.' + fraction + ' ';
}

std::string print_alternative(const Expectation& expectation) {
  std::string out = print(expectation);
  if (expectation.grade != Grade::none) out += "  " + std::string(name(expectation.grade));
  return with_remark(std::move(out), expectation.remark);
}

// Prints lines of a body.  Untimed lines of a log stand below the timed ones.
class BodyPrinter {
 public:
  explicit BodyPrinter(const std::vector<Line>& body) {
    const bool log = std::ranges::any_of(body, [](const Line& line) {
      const auto* step = std::get_if<Step>(&line.what);
      const auto* await = std::get_if<Await>(&line.what);
      return (step && step->time) || (await && await->time);
    });
    if (log) before_untimed_ = print_time(0).size();
  }

  std::string print_lines(const std::vector<Line>& lines, std::size_t depth) {
    std::string out;
    for (const Line& line : lines) out += print_line(line, depth);
    return out;
  }

  std::string print_line(const Line& line, std::size_t depth) {
    const std::string indent(2 * depth, ' ');
    if (const auto* remark = std::get_if<Remark>(&line.what)) {
      const std::string text = with_remark("", remark->text);
      return (text.empty() ? "" : indent + text) + '\n';
    }
    if (const auto* line_of = std::get_if<Template>(&line.what)) {
      const bool alternative = line_of->text.starts_with("or ");
      return indent + (alternative ? "  " : "") +
             with_remark(shown(line_of->text), line_of->remark) + '\n';
    }
    if (const auto* step = std::get_if<Step>(&line.what)) {
      const std::string_view sign = step->sign == Step::Sign::habit     ? ">> "
                                    : step->sign == Step::Sign::network ? "~ "
                                                                        : "> ";
      const std::string text = indent + opening(step->time) + shown(step->label) +
                               std::string(sign) + print_saying(step->what);
      return with_remark(text, step->remark) + '\n';
    }
    if (const auto* await = std::get_if<Await>(&line.what)) return print_await(*await, indent);
    const auto& repeat = std::get<Repeat>(line.what);
    const std::string head = indent + "repeat " + shown(repeat.name) + " in " + print(repeat.from) +
                             ".." + print(repeat.to);
    return with_remark(head, repeat.remark) + '\n' + print_lines(repeat.body, depth + 1) + indent +
           "end\n";
  }

 private:
  std::string opening(const Moment& time) {
    std::string out(before_untimed_, ' ');
    if (!time) return out;
    out = print_time(*time);
    before_untimed_ = out.size();
    return out;
  }

  std::string print_await(const Await& await, const std::string& indent) {
    const std::string start = indent + opening(await.time);
    std::string out = start;
    out.append(shown(await.label)).append("< ");
    for (std::size_t i = 0; i < await.alternatives.size(); ++i) {
      const Expectation& alternative = await.alternatives[i];
      if (i != 0) {
        out.append(start.size(), ' ').append("  or ");
        if (!alternative.label.empty()) out.append(shown(alternative.label)).append("< ");
      }
      out.append(print_alternative(alternative)).append("\n");
    }
    return out;
  }

  std::size_t before_untimed_ = 0;
};

void add_key(std::string& out, const Header& header, std::string key, const std::string& text) {
  if (text.empty()) return;
  std::string remark;
  for (const auto& [of, what] : header.line_remarks)
    if (of == key) remark = what;
  key.resize(std::max(kKeyColumns, key.size() + 1), ' ');
  out += with_remark(key + text, remark) + '\n';
}

// Prose may not hold what begins a remark.
std::string prose_of(std::string_view text) {
  std::string out = shown(text);
  for (std::size_t at = 0; (at = out.find('#', at)) != std::string::npos; ++at)
    if (at == 0 || out[at - 1] == ' ') out.replace(at, 1, "\\x23");
  return out;
}

std::string key_columns(std::string_view key) {
  std::string out(key);
  out.resize(kKeyColumns, ' ');
  return out;
}

std::string print_each(const Each& each) {
  if (!each.table)
    return with_remark(key_columns("each") + shown(each.columns.at(0)) + " in " +
                           shown(each.rows.at(0).cells.at(0)),
                       each.remark) +
           '\n';
  std::vector<std::vector<std::string>> cells(1);
  for (const std::string& column : each.columns) cells[0].push_back(shown(column));
  if (each.rest_last) cells[0].back() += ':';
  for (const Row& row : each.rows) {
    cells.emplace_back();
    for (const std::string& cell : row.cells) cells.back().push_back(shown(cell));
  }
  std::vector<std::size_t> width(each.columns.size(), 0);
  for (const auto& row : cells)
    for (std::size_t i = 0; i < row.size(); ++i) width[i] = std::max(width[i], row[i].size());
  std::string out;
  for (std::size_t r = 0; r < cells.size(); ++r) {
    std::string line = key_columns(r == 0 ? "each" : "");
    for (std::size_t i = 0; i < cells[r].size(); ++i) {
      line += cells[r][i];
      if (i + 1 < cells[r].size()) line.append(width[i] + 2 - cells[r][i].size(), ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += with_remark(line, r == 0 ? each.remark : each.rows[r - 1].remark) + '\n';
  }
  return out;
}

std::string print_header(const Header& header) {
  std::string out;
  for (const std::string& remark : header.remarks) out += with_remark("", remark) + '\n';
  add_key(out, header, "title", prose_of(header.title));
  add_key(out, header, "requirement", joined(header.requirements, ' '));
  add_key(out, header, "role", std::string(name(header.role)));
  add_key(out, header, "ask", prose_of(header.ask));
  for (const Need& need : header.needs) {
    const std::string text = need.comparison.empty() ? shown(need.feature)
                                                     : print(need.left) + ' ' + need.comparison +
                                                           ' ' + print(need.right);
    out += with_remark(key_columns("needs") + text, need.remark) + '\n';
  }
  add_key(out, header, "over", joined(header.over, ' '));
  add_key(out, header, "after", shown(header.after));
  add_key(out, header, "without", joined(header.without, ' '));
  if (header.abuse)
    add_key(out,
            header,
            "abuse",
            std::to_string(header.abuse->frames) + " frames " +
                std::to_string(header.abuse->seconds) + " s " +
                std::to_string(header.abuse->mebibytes) + " MiB");
  for (const Each& each : header.each) out += print_each(each);
  add_key(out, header, "case", prose_of(header.case_id));
  add_key(out, header, "peer", prose_of(header.peer));
  add_key(out, header, "verdict", prose_of(header.verdict));
  add_key(out, header, "seed", prose_of(header.seed));
  return out;
}

}  // namespace

std::string_view name(Grade grade) {
  switch (grade) {
    case Grade::none:    return "";
    case Grade::lenient: return "lenient";
    case Grade::info:    return "info";
    case Grade::fail:    return "fail";
  }
  return "";
}

std::string print(const FieldWord& field) { return print_field(field, false); }

std::string print(const FrameLine& frame) {
  const std::string_view type = wire::type_name(frame.type);
  std::string out = frame.by_number || type.empty() ? hex2(frame.type) : std::string(type);
  add_word(out, print(frame.stream));
  for (const wire::FlagName& flag : wire::flags_of(frame.type)) {
    if ((frame.flags & flag.bit) != 0) add_word(out, flag.name);
    if ((frame.absent & flag.bit) != 0) add_word(out, '!' + std::string(flag.name));
  }
  for (const Part& part : frame.parts) add_word(out, print_part(part));
  for (const FieldWord& field : frame.fields)
    add_word(out, print_field(field, is_part(frame, field)));
  return out;
}

std::string print(const Phrase& phrase) {
  std::string out = phrase.word;
  for (const Argument& argument : phrase.arguments) {
    switch (argument.kind) {
      case Argument::Kind::atom:  add_word(out, print(argument.value)); break;
      case Argument::Kind::pair:  add_word(out, argument.key + '=' + print(argument.value)); break;
      case Argument::Kind::field: add_word(out, print(argument.field)); break;
    }
  }
  return out;
}

std::string print(const Expectation& expectation) {
  std::string out = expectation.no ? "no" : "";
  add_word(out, print_saying(expectation.what));
  if (!expectation.without.empty()) out += " without " + joined(expectation.without, ',');
  if (expectation.exactly) out += " exactly " + print(*expectation.exactly);
  if (!expectation.before.empty()) out += " before " + print(expectation.before[0]);
  return out;
}

std::string print(const Line& line) { return BodyPrinter({}).print_line(line, 0); }

std::string print(const Transcript& transcript) {
  const std::string body = BodyPrinter(transcript.body).print_lines(transcript.body, 0);
  return print_header(transcript.header) + (body.empty() ? "" : '\n' + body);
}

}  // namespace h2assay::transcript
