// Octets to frame lines.
#include <algorithm>
#include <utility>

#include "properties/transcript/frame_text.h"
#include "properties/transcript/vocabulary.h"

namespace h2assay::transcript {
namespace {

constexpr std::size_t kLongestRemark = 400;  // octets of decoded fields, then it stops

std::string_view view(wire::Octets octets) {
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

std::string hex_number(std::uint32_t number, std::size_t digits) {
  std::string out;
  for (std::size_t i = digits; i-- > 0;) out += "0123456789abcdef"[number >> (4 * i) & 15U];
  return "0x" + out;
}

// Fields of 31 bits are decimal, and hex with their reserved bit.
Value id_value(std::uint32_t number) {
  return (number & wire::kReservedBit) != 0 ? bare(hex_number(number, 8)) : number_value(number);
}

void add(FrameLine& line, std::string key, Value value) {
  line.parts.push_back({std::move(key), std::move(value), {}});
}

Value code_value(std::uint32_t code) {
  const auto names = error_code_names();
  return code < names.size() ? bare(names[code]) : number_value(code);
}

bool all_zero(wire::Octets octets) {
  return std::ranges::all_of(octets, [](std::uint8_t octet) { return octet == 0; });
}

// pad= and depends= of a frame whose layout fits.
void add_layout(FrameLine& line, const wire::Layout& layout) {
  if (layout.pad_length) {
    add(line, "pad", number_value(*layout.pad_length));
    if (!all_zero(layout.padding)) add(line, "padding", octets_value(view(layout.padding)));
  }
  if (layout.priority) {
    add(line, "depends", id_value(layout.priority->depends_on));
    add(line, "weight", number_value(layout.priority->weight));
  }
}

// ORIGIN's entries with blanks between them; false when that would not say the same.
bool add_origins(FrameLine& line, wire::Octets payload) {
  std::string all;
  for (std::size_t at = 0; at < payload.size();) {
    const std::size_t size = wire::read16(payload, at);
    if (at + 2 + size > payload.size() || size == 0) return false;
    const std::string_view one = view(payload.subspan(at + 2, size));
    if (one.find(' ') != std::string_view::npos) return false;
    all += (all.empty() ? "" : " ") + std::string(one);
    at += 2 + size;
  }
  add(line, "origins", quoted_value(all));
  return true;
}

bool add_altsvc(FrameLine& line, wire::Octets payload) {
  if (payload.size() < 2) return false;
  const std::size_t size = wire::read16(payload);
  if (payload.size() < 2 + size) return false;
  add(line, "origin", quoted_value(view(payload.subspan(2, size))));
  add(line, "value", quoted_value(view(payload.subspan(2 + size))));
  return true;
}

bool add_settings(FrameLine& line, const wire::RawFrame& frame) {
  if (frame.payload.size() % 6 != 0 || (frame.has(wire::kAck) && !frame.payload.empty()))
    return false;
  for (const wire::SettingEntry& entry : wire::settings_entries(frame.payload)) {
    const std::string_view name = wire::setting_name(entry.id);
    add(line,
        name.empty() ? hex_number(entry.id, 4) : std::string(name),
        number_value(entry.value));
  }
  return true;
}

// The parts of frames without a field block; false when the payload has another shape.
bool add_parts(FrameLine& line, const wire::RawFrame& frame) {
  const wire::Octets payload = frame.payload;
  switch (static_cast<wire::FrameType>(frame.type)) {
    using enum wire::FrameType;
    case priority:
      if (payload.size() != 5) return false;
      add(line, "depends", id_value(wire::read32(payload)));
      add(line, "weight", number_value(payload[4]));
      return true;
    case rst_stream:
      if (payload.size() != 4) return false;
      add(line, "code", code_value(wire::read32(payload)));
      return true;
    case settings: return add_settings(line, frame);
    case ping:     add(line, "data", octets_value(view(payload))); return true;
    case goaway:
      if (payload.size() < 8) return false;
      add(line, "last", id_value(wire::read32(payload)));
      add(line, "code", code_value(wire::read32(payload, 4)));
      add(line, "debug", octets_value(view(payload.subspan(8))));
      return true;
    case window_update:
      if (payload.size() != 4) return false;
      add(line, "increment", id_value(wire::read32(payload)));
      return true;
    case altsvc: return add_altsvc(line, payload);
    case origin: return add_origins(line, payload);
    case priority_update:
      if (payload.size() < 4) return false;
      add(line, "stream", id_value(wire::read32(payload)));
      add(line, "value", octets_value(view(payload.subspan(4))));
      return true;
    case data:
    case headers:
    case push_promise:
    case continuation: return false;
  }
  return false;
}

// The flags that have names and are not implied by parts; the rest as bits.
void add_flags(FrameLine& line, const wire::RawFrame& frame, std::uint8_t implied) {
  std::uint8_t named = 0;
  for (const wire::FlagName& flag : wire::flags_of(frame.type))
    if (flag.bit != wire::kPadded && flag.bit != wire::kPriority)
      named = static_cast<std::uint8_t>(named | flag.bit);
  line.flags = line.by_number ? std::uint8_t{0} : static_cast<std::uint8_t>(frame.flags & named);
  const auto rest = static_cast<std::uint8_t>(frame.flags & ~line.flags & ~implied);
  if (rest != 0) line.parts.insert(line.parts.begin(), {"flags", bare(hex_number(rest, 2)), {}});
}

FieldWord hex_word(wire::Octets octets) {
  FieldWord word;
  word.kind = FieldWord::Kind::hex;
  word.value = hex_value(view(octets));
  return word;
}

// Do these words stand for the same octets?
bool same(const wire::Representation& representation, const wire::Representation& other) {
  std::vector<std::uint8_t> one;
  std::vector<std::uint8_t> two;
  wire::append(one, representation);
  wire::append(two, other);
  return one == two;
}

wire::Representation unmarked(const wire::Representation& marked) {
  if (!marked.huffman_name && !marked.huffman_value)
    return wire::stateless(marked.name, marked.value);
  wire::Representation out = marked;
  out.kind = wire::Kind::without;
  out.index = marked.huffman_name ? 0 : wire::static_index(marked.name);
  return out;
}

FieldWord::Mark mark_of(wire::Kind kind) {
  if (kind == wire::Kind::incremental) return FieldWord::Mark::incremental;
  return kind == wire::Kind::never ? FieldWord::Mark::never : FieldWord::Mark::without;
}

}  // namespace

FieldWord field_word(std::string_view name, std::string_view value) {
  FieldWord word;
  word.name = field_name(name);
  word.value = field_value(value);
  return word;
}

FieldWord field_word(const wire::Representation& of) {
  if (of.kind == wire::Kind::raw) return hex_word(of.octets);
  FieldWord word;
  if (of.kind == wire::Kind::size_update) {
    word.kind = FieldWord::Kind::max;
    word.value = number_value(of.index);
    return word;
  }
  if (same(of, unmarked(of))) {
    word = field_word(of.name, of.value);
    word.huffman_name = of.huffman_name;
    word.huffman_value = of.huffman_value;
    return word;
  }
  const bool noted = !of.name.empty() || (of.kind == wire::Kind::indexed && !of.value.empty());
  if (of.kind == wire::Kind::indexed) {
    word.kind = FieldWord::Kind::indexed;
    word.index = number_value(of.index);
    if (!noted) return word;
    word.note = FieldWord::Note::both;
    word.name = field_name(of.name);
    word.value = field_value(of.value);
    return word;
  }
  word.mark = mark_of(of.kind);
  word.huffman_value = of.huffman_value;
  word.value = field_value(of.value);
  if (of.index != 0) {
    word.index = number_value(of.index);
    word.note = noted ? FieldWord::Note::name : FieldWord::Note::none;
  }
  word.huffman_name = of.index == 0 && of.huffman_name;
  if (of.index == 0 || noted) word.name = field_name(of.name);
  return word;
}

// Fields where the frame holds whole representations, else the fragment in hex with a remark.
void FrameTeller::tell_block(bool last, wire::Octets fragment, Told& told) {
  const BlockFollower::Piece piece = block_.take(fragment, last);
  if (piece.cut_before || piece.goes_on) {
    if (!fragment.empty()) add(told.line, "block", hex_value(view(fragment)));
    for (const wire::Representation& one : piece.representations)
      if (one.kind != wire::Kind::size_update && told.remark.size() < kLongestRemark)
        told.remark += (told.remark.empty() ? "# " : " ") + print(field_word(one.name, one.value));
    return;
  }
  for (const wire::Representation& one : piece.representations)
    told.line.fields.push_back(wire::is_canonical(one) ? field_word(one) : hex_word(one.octets));
  if (!piece.rest.empty()) told.line.fields.push_back(hex_word(piece.rest));
}

// Frames with padding: those with fields, and DATA.  Adds the flags that follow from the parts to
// `implied`; false: the payload does not have the layout of its type.
bool FrameTeller::tell_layout(const wire::RawFrame& frame, Told& told, std::uint8_t& implied) {
  const wire::Layout layout = wire::layout(frame);
  const bool carries_block = has_fields(frame.type);
  if (carries_block && !frame.is(wire::FrameType::continuation)) block_.begin();
  if (!layout.fits) return false;
  FrameLine& line = told.line;
  if (frame.is(wire::FrameType::push_promise)) add(line, "promise", id_value(layout.promised));
  if (layout.pad_length) implied = static_cast<std::uint8_t>(implied | wire::kPadded);
  if (layout.priority) implied = static_cast<std::uint8_t>(implied | wire::kPriority);
  if (frame.is(wire::FrameType::data)) add(line, "data", octets_value(view(layout.content)));
  add_layout(line, layout);
  if (carries_block) tell_block(frame.has(wire::kEndHeaders), layout.content, told);
  return true;
}

Told FrameTeller::tell(const wire::RawFrame& frame) {
  Told told;
  FrameLine& line = told.line;
  line.type = frame.type;
  line.by_number = wire::type_name(frame.type).empty();
  line.stream = id_value(frame.stream);
  std::uint8_t implied = 0;
  bool structured = false;
  if (has_fields(frame.type) || frame.is(wire::FrameType::data)) {
    structured = tell_layout(frame, told, implied);
  } else if (!line.by_number) {
    structured = add_parts(line, frame);
  }
  if (!structured && !(line.by_number && frame.payload.empty())) {
    line.parts.clear();
    const std::string_view payload = view(frame.payload);
    add(line, "payload", line.by_number ? octets_value(payload) : hex_value(payload));
  }
  add_flags(line, frame, implied);
  if (frame.length) add(line, "length", number_value(*frame.length));
  return told;
}

Phrase octets_phrase(wire::Octets octets) {
  Phrase phrase;
  phrase.word = "octets";
  phrase.arguments.push_back({Argument::Kind::atom, {}, octets_value(view(octets)), {}});
  return phrase;
}

}  // namespace h2assay::transcript
