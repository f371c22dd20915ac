#include "engine/habits/section.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/hpack/integer.h"

namespace h2assay {
namespace {

constexpr std::uint32_t kLargestTable = 1U << 20;
constexpr std::uint32_t kFrameOctets = 16384;
constexpr std::size_t kMethodsKept = 1024;

// The size updates with which a block begins: RFC 7541, Section 6.3.
Octets size_updates(Octets block) {
  std::size_t at = 0;
  while (at < block.size() && (block[at] & 0xe0) == 0x20) {
    const bool more = (block[at++] & 0x1f) == 0x1f;
    while (more && at < block.size() && (block[at] & 0x80) != 0) ++at;
    if (more) ++at;
  }
  return block.first(std::min(at, block.size()));
}

Section::Kind kind_of(const Section& section) {
  if (section.kind == Section::Kind::promise) return section.kind;
  if (!section.value(":method").empty()) return Section::Kind::request;
  const std::string_view status = section.value(":status");
  if (status.empty()) return Section::Kind::trailers;
  return status.starts_with('1') ? Section::Kind::interim : Section::Kind::response;
}

void append_string(std::vector<std::uint8_t>& out, std::string_view text) {
  std::array<std::uint8_t, hpack::kMaxIntegerOctets> length{};
  auto* const end =
      hpack::write_integer(length.data(), 0, 7, static_cast<std::uint32_t>(text.size()));
  out.insert(out.end(), length.data(), end);
  out.insert(out.end(), text.begin(), text.end());
}

}  // namespace

std::string_view Section::value(std::string_view name) const {
  const auto at = std::ranges::find(lines, name, &Line::name);
  return at == lines.end() ? std::string_view{} : std::string_view(at->value);
}

void Section::put_first(std::string name, std::string value) {
  lines.insert(lines.begin(), Line{std::move(name), std::move(value)});
}

void Section::set(std::string_view name, std::string value) {
  const auto at = std::ranges::find(lines, name, &Line::name);
  if (at != lines.end()) {
    at->value = std::move(value);
  } else if (name.starts_with(':')) {
    put_first(std::string(name), std::move(value));
  } else {
    add(std::string(name), std::move(value));
  }
}

void Section::remove(std::string_view name) {
  std::erase_if(lines, [&](const Line& line) { return line.name == name; });
}

SectionReader::SectionReader() { decoder_.set_max_size(kLargestTable); }

bool SectionReader::takes(const Frame& frame) const {
  if (broken_) return false;
  return frame.header.is(FrameType::headers) || frame.header.is(FrameType::push_promise) ||
         (open_ && frame.header.is(FrameType::continuation));
}

std::optional<Section> SectionReader::read(const Frame& frame) {
  if (!takes(frame)) return {};
  if (frame.header.is(FrameType::continuation)) {
    block_.insert(block_.end(), frame.payload.begin(), frame.payload.end());
  } else {
    section_ = {};
    section_.stream_id = frame.header.stream_id;
    Octets fragment;
    if (frame.header.is(FrameType::push_promise)) {
      const auto promise = parse_push_promise(frame);
      section_.kind = Section::Kind::promise;
      section_.promised_stream_id = promise.value.promised_stream_id;
      fragment = promise.value.fragment;
    } else {
      section_.end_stream = frame.header.has(flags::end_stream);
      fragment = parse_headers(frame).value.fragment;
    }
    block_.assign(fragment.begin(), fragment.end());
  }
  open_ = !frame.header.has(flags::end_headers);
  if (open_) return {};
  return decode();
}

std::optional<Section> SectionReader::decode() {
  decoder_.begin_batch();
  std::vector<Field> fields;
  if (!decoder_.decode(block_, fields)) {
    broken_ = true;
    return {};
  }
  const Octets updates = size_updates(block_);
  section_.start.assign(updates.begin(), updates.end());
  for (const Field& field : fields) {
    section_.lines.push_back(
        {std::string(field.name),
         std::string(field.value),
         field.never_indexed ? Section::Form::never_indexed : Section::Form::plain});
  }
  section_.kind = kind_of(section_);
  if (section_.is_request()) {
    const bool promise = section_.kind == Section::Kind::promise;
    note_method(promise ? section_.promised_stream_id : section_.stream_id,
                section_.value(":method"));
  }
  section_.method = method_on(section_.kind == Section::Kind::promise ? section_.promised_stream_id
                                                                      : section_.stream_id);
  return std::exchange(section_, {});
}

std::string_view SectionReader::method_on(std::uint32_t stream_id) const {
  const auto at = methods_.find(stream_id);
  return at == methods_.end() ? std::string_view{} : std::string_view(at->second);
}

void SectionReader::note_method(std::uint32_t stream_id, std::string_view method) {
  methods_[stream_id] = method;
  if (methods_.size() > kMethodsKept) methods_.erase(methods_.begin());
}

void append_literal(std::vector<std::uint8_t>& out, const Section::Line& line) {
  constexpr std::array<std::uint8_t, 3> kPatterns = {0x00, 0x10, 0x40};
  out.push_back(kPatterns[static_cast<std::size_t>(line.form)]);
  append_string(out, line.name);
  append_string(out, line.value);
}

void append_section(OctetBuffer& out, const Section& section) {
  if (!section.omitted) {
    std::vector<std::uint8_t> block = section.start;
    for (const Section::Line& line : section.lines) append_literal(block, line);
    block.insert(block.end(), section.end.begin(), section.end.end());
    const FieldBlock open =
        section.kind == Section::Kind::promise
            ? open_push_promise(out, section.stream_id, section.promised_stream_id)
            : open_headers(out, section.stream_id, section.end_stream);
    out.append(block);
    close_field_block(out, open, kFrameOctets);
  }
  out.append(section.after.view());
}

}  // namespace h2assay
