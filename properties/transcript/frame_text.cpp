#include "properties/transcript/frame_text.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "properties/transcript/vocabulary.h"

namespace h2assay::transcript {
namespace {

constexpr std::uint64_t kMost32 = 0xffff'ffff;
constexpr std::uint64_t kMost24 = 0xff'ffff;
constexpr std::uint64_t kMost8 = 0xff;
constexpr std::uint8_t kDefaultWeight =
    15;  // RFC 9113, Section 5.3.1 by way of RFC 7540: 16, less one

using Bytes = std::vector<std::uint8_t>;

Bytes bytes(std::string_view text) { return {text.begin(), text.end()}; }

void append(Bytes& out, std::string_view text) { out.insert(out.end(), text.begin(), text.end()); }

// The error code that a part names.
Evaluated<std::uint64_t> code_of(const Value& value, const Environment& environment) {
  const auto names = error_code_names();
  const auto found = std::ranges::find(names, text_of(value));
  if (found != names.end()) return static_cast<std::uint64_t>(found - names.begin());
  return number(value, environment, kMost32);
}

// The parts of one frame, evaluated as they are asked for; remembers the first fault.
class Parts {
 public:
  Parts(const FrameLine& line, const Environment& environment)
      : line_(line),
        environment_(environment) {}

  bool has(std::string_view key) const { return line_.part(key) != nullptr; }

  std::uint64_t number_of(std::string_view key, std::uint64_t limit, std::uint64_t otherwise = 0) {
    const Value* value = line_.part(key);
    if (!value) return otherwise;
    return take(key == "code" ? code_of(*value, environment_)
                              : number(*value, environment_, limit));
  }

  std::string text_of_part(std::string_view key) {
    const Value* value = line_.part(key);
    return value ? take(octets(*value, environment_)) : std::string();
  }

  template <typename T> T take(Evaluated<T> value) {
    if (value) return std::move(*value);
    if (!fault_) fault_ = std::move(value.error());
    return T{};
  }

  const std::optional<Fault>& fault() const { return fault_; }

 private:
  const FrameLine& line_;
  const Environment& environment_;
  std::optional<Fault> fault_{};
};

bool is_type(const FrameLine& line, wire::FrameType type) {
  return !line.by_number && line.type == static_cast<std::uint8_t>(type);
}

// [pad length] [priority or promised stream] content [padding]
Bytes padded(Parts& parts, Bytes before, const Bytes& content) {
  Bytes out;
  const bool pads = parts.has("pad") || parts.has("padding");
  std::string padding = parts.text_of_part("padding");
  const std::uint64_t pad =
      parts.number_of("pad", kMost8, std::min<std::size_t>(padding.size(), kMost8));
  if (!parts.has("padding")) padding.assign(pad, '\0');
  if (pads) out.push_back(static_cast<std::uint8_t>(pad));
  out.insert(out.end(), before.begin(), before.end());
  out.insert(out.end(), content.begin(), content.end());
  append(out, padding);
  return out;
}

Bytes priority_part(Parts& parts) {
  Bytes out;
  wire::append32(out, static_cast<std::uint32_t>(parts.number_of("depends", kMost32)));
  out.push_back(static_cast<std::uint8_t>(parts.number_of("weight", kMost8, kDefaultWeight)));
  return out;
}

Bytes settings(const FrameLine& line, Parts& parts, const Environment& environment) {
  Bytes out;
  for (const Part& part : line.parts) {
    if (std::ranges::find(common_parts(), part.key, &PartRow::key) != common_parts().end())
      continue;
    const auto known = wire::setting_id(part.key);
    const std::uint64_t id = known ? *known : parse_number(part.key).number;
    wire::append16(out, static_cast<std::uint16_t>(id));
    wire::append32(
        out, static_cast<std::uint32_t>(parts.take(number(part.value, environment, kMost32))));
  }
  return out;
}

Bytes origins(Parts& parts) {
  Bytes out;
  const std::string all = parts.text_of_part("origins");
  for (std::string_view rest = all; !rest.empty();) {
    const std::string_view one = rest.substr(0, rest.find(' '));
    wire::append16(out, static_cast<std::uint16_t>(one.size()));
    append(out, one);
    rest.remove_prefix(std::min(one.size() + 1, rest.size()));
  }
  return out;
}

// The payload as the parts say it; `block` is the field block or its first piece.
Bytes payload_of(const FrameLine& line,
                 Parts& parts,
                 const Environment& environment,
                 const Bytes& block) {
  Bytes out;
  const auto append_number = [&](std::string_view key) {
    wire::append32(out, static_cast<std::uint32_t>(parts.number_of(key, kMost32)));
  };
  if (line.by_number) return out;
  switch (static_cast<wire::FrameType>(line.type)) {
    using enum wire::FrameType;
    case data:    return padded(parts, {}, bytes(parts.text_of_part("data")));
    case headers: {
      const bool priority = parts.has("depends") || parts.has("weight");
      return padded(parts, priority ? priority_part(parts) : Bytes{}, block);
    }
    case priority:                  return priority_part(parts);
    case rst_stream:                append_number("code"); return out;
    case wire::FrameType::settings: return transcript::settings(line, parts, environment);
    case push_promise:              append_number("promise"); return padded(parts, std::move(out), block);
    case ping:                      return parts.has("data") ? bytes(parts.text_of_part("data")) : Bytes(8, 0);
    case goaway:
      append_number("last");
      append_number("code");
      append(out, parts.text_of_part("debug"));
      return out;
    case window_update: append_number("increment"); return out;
    case continuation:  return block;
    case altsvc:        {
      const std::string of = parts.text_of_part("origin");
      wire::append16(out, static_cast<std::uint16_t>(of.size()));
      append(out, of);
      append(out, parts.text_of_part("value"));
      return out;
    }
    case origin: return origins(parts);
    case priority_update:
      append_number("stream");
      append(out, parts.text_of_part("value"));
      return out;
  }
  return out;
}

// 5,1,0 and the rest; *1 all the way.
std::vector<Bytes> pieces_of(const Bytes& block, std::string_view cut) {
  std::vector<Bytes> out;
  std::size_t at = 0;
  const auto take = [&](std::size_t size) {
    const std::size_t end = at + std::min(size, block.size() - at);
    out.emplace_back(block.begin() + static_cast<std::ptrdiff_t>(at),
                     block.begin() + static_cast<std::ptrdiff_t>(end));
    at = end;
  };
  if (cut.starts_with('*')) {
    const std::uint64_t size = std::max<std::uint64_t>(parse_number(cut.substr(1)).number, 1);
    do take(size);
    while (at < block.size());
    return out;
  }
  while (!cut.empty()) {
    const std::size_t comma = std::min(cut.find(','), cut.size());
    take(parse_number(cut.substr(0, comma)).number);
    cut.remove_prefix(std::min(comma + 1, cut.size()));
  }
  take(block.size());
  return out;
}

Evaluated<void> append_request(std::vector<wire::Representation>& out,
                               const FieldWord& field,
                               const Environment& environment) {
  const Atom& request = std::get<Expr>(field.value.pieces.at(0)).terms.at(0).factors.at(0);
  const auto lines = request_fields(request, environment);
  if (!lines) return std::unexpected(lines.error());
  for (const auto& [name, value] : *lines) out.push_back(wire::stateless(name, value));
  return {};
}

wire::Kind kind_of(FieldWord::Mark mark) {
  switch (mark) {
    case FieldWord::Mark::incremental: return wire::Kind::incremental;
    case FieldWord::Mark::never:       return wire::Kind::never;
    case FieldWord::Mark::none:
    case FieldWord::Mark::without:     break;
  }
  return wire::Kind::without;
}

// What an unmarked field with these Huffman marks stands for.
wire::Representation unmarked(std::string name,
                              std::string value,
                              bool huffman_name,
                              bool huffman_value) {
  if (!huffman_name && !huffman_value) return wire::stateless(name, value);
  wire::Representation out;
  out.index = huffman_name ? 0 : wire::static_index(name);
  out.huffman_name = huffman_name;
  out.huffman_value = huffman_value;
  out.name = std::move(name);
  out.value = std::move(value);
  return out;
}

Evaluated<wire::Representation> representation(const FieldWord& field,
                                               const Environment& environment) {
  wire::Representation out;
  if (field.index) {
    const auto index = number(*field.index, environment, kMost32);
    if (!index) return std::unexpected(index.error());
    out.index = *index;
  }
  if (field.kind == FieldWord::Kind::indexed) {
    out.kind = wire::Kind::indexed;
    return out;
  }
  if (field.kind == FieldWord::Kind::max) {
    const auto size = number(field.value, environment, ~std::uint64_t{0});
    if (!size) return std::unexpected(size.error());
    out.kind = wire::Kind::size_update;
    out.index = *size;
    return out;
  }
  auto value = octets(field.value, environment);
  if (!value) return std::unexpected(value.error());
  if (field.kind == FieldWord::Kind::hex) {
    out.kind = wire::Kind::raw;
    out.octets = bytes(*value);
    return out;
  }
  auto name = field.index ? Evaluated<std::string>() : octets(field.name, environment);
  if (!name) return std::unexpected(name.error());
  if (field.mark == FieldWord::Mark::none && !field.index)
    return unmarked(std::move(*name), std::move(*value), field.huffman_name, field.huffman_value);
  out.kind = kind_of(field.mark);
  out.huffman_name = field.huffman_name;
  out.huffman_value = field.huffman_value;
  out.name = std::move(*name);
  out.value = std::move(*value);
  return out;
}

Evaluated<void> check_note(const FieldWord& field,
                           const wire::DynamicTable& table,
                           const Environment& environment) {
  const auto index = number(*field.index, environment, kMost32);
  if (!index) return std::unexpected(index.error());
  const auto name = octets(field.name, environment);
  if (!name) return std::unexpected(name.error());
  const bool both = field.note == FieldWord::Note::both;
  const auto value = both ? octets(field.value, environment) : Evaluated<std::string>();
  if (!value) return std::unexpected(value.error());
  const wire::FieldLine* entry = table.find(*index);
  if (entry && entry->name == *name && (!both || entry->value == *value)) return {};
  const std::string holds =
      entry ? print(field_value(entry->name)) + '=' + print(field_value(entry->value)) : "nothing";
  return std::unexpected(Fault{
      Fault::Kind::wrong_note, "entry " + std::to_string(*index) + " holds " + holds, field.at});
}

}  // namespace

Evaluated<std::vector<wire::Representation>> representations(const std::vector<FieldWord>& fields,
                                                             const Environment& environment) {
  std::vector<wire::Representation> out;
  for (const FieldWord& field : fields) {
    if (field.kind == FieldWord::Kind::request) {
      if (const auto done = append_request(out, field, environment); !done)
        return std::unexpected(done.error());
      continue;
    }
    auto one = representation(field, environment);
    if (!one) return std::unexpected(one.error());
    out.push_back(std::move(*one));
  }
  return out;
}

// Notes are checked against the table as it is just before the representation.
Evaluated<void> FrameWriter::check_notes(const std::vector<FieldWord>& fields,
                                         bool first,
                                         const Environment& environment) const {
  const auto noted = [](const FieldWord& field) { return field.note != FieldWord::Note::none; };
  if (std::ranges::none_of(fields, noted)) return {};
  BlockFollower block = block_;
  if (first) block.begin();
  std::vector<FieldWord> between;
  for (const FieldWord& field : fields) {
    if (noted(field)) {
      const auto before = representations(between, environment);
      if (!before) return std::unexpected(before.error());
      static_cast<void>(block.take(wire::encode(*before), false));
      between.clear();
      if (const auto good = check_note(field, block.table(), environment); !good) return good;
    }
    between.push_back(field);
  }
  return {};
}

Evaluated<std::vector<wire::RawFrame>> FrameWriter::write(const FrameLine& line,
                                                          const Environment& environment) {
  const bool first = !is_type(line, wire::FrameType::continuation);
  if (const auto good = check_notes(line.fields, first, environment); !good)
    return std::unexpected(good.error());
  Parts parts(line, environment);
  Bytes block = wire::encode(parts.take(representations(line.fields, environment)));
  if (parts.has("block")) block = bytes(parts.text_of_part("block"));
  std::vector<Bytes> pieces = {block};
  if (parts.has("cut")) pieces = pieces_of(block, parts.text_of_part("cut"));

  wire::RawFrame frame;
  frame.type = line.type;
  frame.stream = static_cast<std::uint32_t>(parts.take(number(line.stream, environment, kMost32)));
  frame.flags = static_cast<std::uint8_t>(line.flags | parts.number_of("flags", kMost8));
  frame.payload = parts.has("payload") ? bytes(parts.text_of_part("payload"))
                                       : payload_of(line, parts, environment, pieces[0]);
  const auto imply = [&frame](std::uint8_t flag) {
    frame.flags = static_cast<std::uint8_t>(frame.flags | flag);
  };
  const bool structured = !parts.has("payload");
  if (structured && (parts.has("pad") || parts.has("padding"))) imply(wire::kPadded);
  if (structured && is_type(line, wire::FrameType::headers) &&
      (parts.has("depends") || parts.has("weight")))
    imply(wire::kPriority);
  if (parts.has("length"))
    frame.length = static_cast<std::uint32_t>(parts.number_of("length", kMost24));
  if (parts.fault()) return std::unexpected(*parts.fault());

  std::vector<wire::RawFrame> out = {std::move(frame)};
  for (std::size_t i = 1; i < pieces.size(); ++i)
    out.push_back(wire::make_frame(wire::FrameType::continuation,
                                   i + 1 == pieces.size() ? wire::kEndHeaders : std::uint8_t{0},
                                   out[0].stream,
                                   pieces[i]));
  if (!line.by_number && has_fields(line.type)) {
    if (first) block_.begin();
    for (std::size_t i = 0; structured && i < pieces.size(); ++i)
      static_cast<void>(block_.take(pieces[i], out[i].has(wire::kEndHeaders)));
  }
  return out;
}

}  // namespace h2assay::transcript
