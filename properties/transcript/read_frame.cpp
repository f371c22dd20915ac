// Frames and fields: sections 2 and 5 of the language.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "properties/transcript/read_step.h"
#include "properties/wire/frame.h"

namespace h2assay::transcript {
namespace {

constexpr std::size_t kTypeWord = 4;     // 0xNN
constexpr std::size_t kSettingWord = 6;  // 0xNNNN

Slice trimmed(Slice slice) {
  while (!slice.empty() && is_blank(slice.text().front())) slice = slice.from(1);
  while (!slice.empty() && is_blank(slice.text().back())) --slice.end;
  return slice;
}

// The length of the name at the start of a field: a string, or what stands before '='.
std::size_t name_length(Slice slice) {
  const std::string_view text = slice.text();
  if (text.starts_with('"')) return string_length(slice);
  std::size_t i = 0;
  std::size_t braces = 0;
  for (; i < text.size() && (braces > 0 || text[i] != '='); ++i) {
    if (text[i] == '{') ++braces;
    if (text[i] == '}' && braces > 0) --braces;
  }
  return i;
}

// [62], [62 :path], [62 :path=/x]: index and note of a field.
void read_index(FieldWord& field, Slice slice, Pattern pattern) {
  const std::string_view text = slice.text();
  const std::size_t blank = std::min(text.find(' '), text.size());
  field.index = read_number(slice.first(blank), 32, pattern);
  const Slice note = trimmed(slice.from(blank));
  if (note.empty()) return;
  const std::size_t length = name_length(note);
  field.name = read_value(note.first(length));
  field.note = FieldWord::Note::name;
  if (length == note.text().size()) return;
  if (note.text()[length] != '=')
    throw Failed{note.at(length), "a note is a name, or name=value", "[62 :path=/x]"};
  field.value = read_value(note.from(length + 1));
  field.note = FieldWord::Note::both;
}

// The hex digits of [hex 00 0178], blanks left out.
Value read_hex(Slice slice) {
  Word digits;
  for (std::size_t i = 0; i < slice.text().size(); ++i) {
    if (is_blank(slice.text()[i])) continue;
    digits.text += slice.text()[i];
    digits.at.push_back(slice.at(i));
  }
  digits.at.push_back(slice.at(slice.text().size()));
  return read_octets(whole(digits), Pattern::no);
}

FieldWord read_bracket(Slice slice, Pattern pattern) {
  FieldWord field;
  const Slice inner = {slice.word, slice.begin + 1, slice.end - 1};
  if (inner.text().starts_with("max ")) {
    field.kind = FieldWord::Kind::max;
    field.value = read_number(trimmed(inner.from(4)), 63, pattern);
  } else if (inner.text().starts_with("hex ") || inner.text() == "hex") {
    field.kind = FieldWord::Kind::hex;
    field.value = read_hex(inner.from(3));
  } else {
    field.kind = FieldWord::Kind::indexed;
    read_index(field, trimmed(inner), pattern);
    if (field.note == FieldWord::Note::name)
      throw Failed{slice.at(), "the note of a whole entry is name=value", "[62 :path=/x]"};
  }
  return field;
}

FieldWord read_list(const Word& word) {
  FieldWord field;
  field.kind = FieldWord::Kind::request;
  field.value = read_value(whole(word));
  const auto* expr =
      field.value.pieces.size() == 1 ? std::get_if<Expr>(field.value.pieces.data()) : nullptr;
  const bool request = expr != nullptr && expr->terms.size() == 1 &&
                       expr->terms[0].factors.size() == 1 &&
                       expr->terms[0].factors[0].kind == Atom::Kind::request;
  if (!request)
    throw Failed{word.start(), "only {request M} stands for fields", "name=value or {request GET}"};
  return field;
}

std::string alternatives(std::uint8_t type, bool by_number) {
  std::string out;
  const auto add = [&out](std::string_view word, std::string_view behind) {
    if (!out.empty()) out += ' ';
    out += word;
    out += behind;
  };
  if (!by_number) {
    for (const wire::FlagName& flag : wire::flags_of(type))
      if (flag.bit != wire::kPadded && flag.bit != wire::kPriority) add(flag.name, "");
    for (const PartRow& part : parts_of(type))
      part.key == "code" ? add("CODE", "") : add(part.key, "=");
    if (type == static_cast<std::uint8_t>(wire::FrameType::settings)) add("NAME", "=");
  }
  for (const PartRow& part : common_parts()) add(part.key, "=");
  if (!by_number && has_fields(type)) add("fields", "");
  return out;
}

std::vector<std::string_view> known_words(std::uint8_t type, bool by_number) {
  std::vector<std::string_view> out;
  if (!by_number) {
    for (const wire::FlagName& flag : wire::flags_of(type)) out.push_back(flag.name);
    for (const PartRow& part : parts_of(type)) out.push_back(part.key);
    if (type == static_cast<std::uint8_t>(wire::FrameType::settings))
      out.insert(out.end(), setting_names().begin(), setting_names().end());
    if (std::ranges::find(parts_of(type), "code", &PartRow::key) != parts_of(type).end())
      out.insert(out.end(), error_code_names().begin(), error_code_names().end());
  }
  for (const PartRow& part : common_parts()) out.push_back(part.key);
  return out;
}

// Reads one frame, word by word.
class FrameReader {
 public:
  FrameReader(WordSpan words, Pattern pattern) : words_(words), pattern_(pattern) {}

  FrameLine read() {
    const Word& type = words_[0];
    frame_.at = type.start();
    frame_.by_number = type.text.starts_with("0x");
    frame_.type = frame_.by_number ? static_cast<std::uint8_t>(parse_number(type.text).number)
                                   : *wire::frame_type(type.text);
    if (words_.size() < 2) throw Failed{type.at.back(), type.text + " without a stream", "0 1 {s}"};
    read_stream(words_[1]);
    for (const Word& word : words_.subspan(2)) read_word(word);
    return std::move(frame_);
  }

 private:
  void read_stream(const Word& word) {
    const char first = word.text[0];
    const bool any = pattern_ == Pattern::yes && word.text == "*";
    if (!any && first != '{' && (first < '0' || first > '9'))
      throw Failed{word.start(), words_[0].text + " without a stream", "0 1 {s}"};
    frame_.stream = read_number(whole(word), 32, pattern_);
  }

  void read_word(const Word& word) {
    const std::string_view text = word.text;
    const std::size_t equals = text.find('=');
    const std::string_view key = text.substr(0, equals);
    if (equals == std::string_view::npos && (read_flag(text) || read_code(word))) return;
    if (equals != std::string_view::npos && read_part(key, whole(word).from(equals + 1)))
      return in_order(word);
    const bool shaped = equals != std::string_view::npos || text[0] == '[' || text[0] == '{';
    if (frame_.by_number || !has_fields(frame_.type) || !shaped) throw unknown(word, key);
    frame_.fields.push_back(read_field(word, pattern_));
  }

  void in_order(const Word& word) const {
    if (frame_.fields.empty()) return;
    throw Failed{
        word.start(), "parts stand before the fields", "quotes around the name if it is a field"};
  }

  bool read_flag(std::string_view text) {
    const bool absent = pattern_ == Pattern::yes && text.starts_with('!');
    if (absent) text.remove_prefix(1);
    if (frame_.by_number) return false;
    for (const wire::FlagName& flag : wire::flags_of(frame_.type)) {
      if (flag.name != text || flag.bit == wire::kPadded || flag.bit == wire::kPriority) continue;
      std::uint8_t& bits = absent ? frame_.absent : frame_.flags;
      bits = static_cast<std::uint8_t>(bits | flag.bit);
      return true;
    }
    return false;
  }

  bool has_code() const {
    const auto parts = parts_of(frame_.type);
    return !frame_.by_number && std::ranges::find(parts, "code", &PartRow::key) != parts.end();
  }

  // CODE, in patterns CODE|CODE or *.
  bool read_code(const Word& word) {
    if (!has_code()) return false;
    for (std::string_view rest = word.text;;) {
      const std::size_t bar = rest.find('|');
      const std::string_view one = rest.substr(0, bar);
      const bool any = pattern_ == Pattern::yes && one == "*";
      if (!any && std::ranges::find(error_code_names(), one) == error_code_names().end())
        return false;
      if (bar == std::string_view::npos) break;
      if (pattern_ == Pattern::no) return false;
      rest.remove_prefix(bar + 1);
    }
    frame_.parts.push_back({"code", bare(word.text), word.start()});
    return true;
  }

  bool read_part(std::string_view key, Slice value) {
    const bool settings =
        !frame_.by_number && frame_.type == static_cast<std::uint8_t>(wire::FrameType::settings);
    const bool setting =
        settings &&
        (wire::setting_id(key).has_value() ||
         (key.starts_with("0x") && key.size() <= kSettingWord && parse_number(key).good));
    std::optional<PartRow> row;
    if (setting) row = PartRow{key, PartKind::number, 32};
    for (const PartRow& part : common_parts())
      if (part.key == key) row = part;
    if (!frame_.by_number)
      for (const PartRow& part : parts_of(frame_.type))
        if (part.key == key) row = part;
    if (!row) return false;
    frame_.parts.push_back({std::string(key), read_part_value(*row, value), value.word->start()});
    return true;
  }

  Value read_part_value(const PartRow& row, Slice value) const {
    switch (row.kind) {
      case PartKind::number:
      case PartKind::code:   return read_number(value, row.bits, pattern_);
      case PartKind::octets: return read_octets(value, pattern_);
      case PartKind::text:   return read_value(value);
      case PartKind::cut:    return read_cut(value);
    }
    return {};
  }

  // 5,1,0 or *1; the numbers may be expressions.
  static Value read_cut(Slice slice) {
    Value value = read_value(slice);
    std::string_view text = slice.text();
    if (text.starts_with('*')) text.remove_prefix(1);
    const bool listed = !text.empty() && text.back() != ',' && text.front() != ',' &&
                        text.find(",,") == std::string_view::npos &&
                        value.spelling == Spelling::bare;
    bool digits = true;
    for (const auto& piece : value.pieces) {
      const auto* words = std::get_if<std::string>(&piece);
      const bool starred =
          words != nullptr && &piece == &value.pieces.front() && words->starts_with('*');
      digits =
          digits && (words == nullptr ||
                     words->find_first_not_of(",0123456789", starred ? 1 : 0) == std::string::npos);
    }
    if (!listed || !digits) throw Failed{slice.at(), "cut= takes sizes", "5,1,0 or *1"};
    return value;
  }

  Failed unknown(const Word& word, std::string_view key) const {
    const bool part = word.text.find('=') != std::string::npos;
    const std::string near = nearest(key, known_words(frame_.type, frame_.by_number));
    return {word.start(),
            words_[0].text + " has no " + std::string(key) + (part ? "=" : ""),
            near.empty() || near == key ? alternatives(frame_.type, frame_.by_number)
                                        : "did you mean " + near + "?"};
  }

  WordSpan words_;
  Pattern pattern_;
  FrameLine frame_{};
};

}  // namespace

FieldWord read_field(const Word& word, Pattern pattern) {
  Slice rest = whole(word);
  const std::size_t equals = word.text.find('=');
  if (word.text[0] == '{' && equals == std::string::npos) return read_list(word);
  if (word.text[0] == '[' && word.text.back() == ']') {
    FieldWord field = read_bracket(rest, pattern);
    field.at = word.start();
    return field;
  }
  FieldWord field;
  field.at = word.start();
  const std::size_t sign = std::string_view("+-!").find(word.text[0]);
  if (sign != std::string_view::npos) {
    using enum FieldWord::Mark;
    field.mark = sign == 0 ? incremental : sign == 1 ? without : never;
    rest = rest.from(1);
  }
  if (rest.text().starts_with('~')) {
    field.huffman_name = true;
    rest = rest.from(1);
  }
  const Failed expected = {
      word.start(), "a field is name=value", "name=value [62] [max 0] [hex 80]"};
  if (rest.text().starts_with('[')) {
    const std::size_t close = rest.text().find("]=");
    if (close == std::string_view::npos) throw expected;
    if (field.mark == FieldWord::Mark::none)
      throw Failed{rest.at(), "a name by index needs a mark", "+ - or ! before it"};
    if (field.huffman_name) throw Failed{rest.at(), "an index is not Huffman-coded", "[62]"};
    read_index(field, trimmed(rest.from(1).first(close - 1)), pattern);
    if (field.note == FieldWord::Note::both)
      throw Failed{rest.at(), "the note of a name has no value", "+[54 server]=x"};
    rest = rest.from(close + 1);
  } else {
    const std::size_t length = name_length(rest);
    field.name = read_value(rest.first(length));
    rest = rest.from(length);
  }
  if (!rest.text().starts_with('=')) throw expected;
  rest = rest.from(1);
  if (rest.text().starts_with('~')) {
    field.huffman_value = true;
    rest = rest.from(1);
  }
  field.value = read_value(rest);
  return field;
}

bool begins_frame(std::string_view word) {
  if (!word.starts_with("0x")) return wire::frame_type(word).has_value();
  return word.size() == kTypeWord && parse_number(word).good;
}

FrameLine read_frame(WordSpan words, Pattern pattern) { return FrameReader(words, pattern).read(); }

}  // namespace h2assay::transcript
