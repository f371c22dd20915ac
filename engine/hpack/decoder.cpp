#include "engine/hpack/decoder.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "engine/hpack/huffman.h"
#include "engine/hpack/integer.h"

namespace h2assay::hpack {

std::string_view name(Defect defect) {
  switch (defect) {
    case Defect::none:                     return "none";
    case Defect::truncated:                return "truncated";
    case Defect::integer_too_large:        return "integer_too_large";
    case Defect::integer_too_long:         return "integer_too_long";
    case Defect::index_zero:               return "index_zero";
    case Defect::index_out_of_range:       return "index_out_of_range";
    case Defect::string_too_long:          return "string_too_long";
    case Defect::huffman_eos:              return "huffman_eos";
    case Defect::huffman_padding_too_long: return "huffman_padding_too_long";
    case Defect::huffman_padding_not_ones: return "huffman_padding_not_ones";
    case Defect::size_update_after_field:  return "size_update_after_field";
    case Defect::size_update_above_limit:  return "size_update_above_limit";
    case Defect::size_update_missing:      return "size_update_missing";
    case Defect::too_many_size_updates:    return "too_many_size_updates";
  }
  return {};
}

// What is left of the block.
struct Decoder::Cursor {
  const std::uint8_t* at = nullptr;
  const std::uint8_t* end = nullptr;
  std::uint64_t string_octets = 0;  // the limit

  bool done() const { return at == end; }
};

namespace {

constexpr std::uint32_t kNothingRequired = std::numeric_limits<std::uint32_t>::max();

constexpr std::size_t kFewFields = 16;  // a list has room for as many from the start

constexpr bool is_size_update(std::uint8_t first) { return (first & 0xe0) == 0x20; }

}  // namespace

void Decoder::set_max_size(std::uint32_t octets) {
  limit_ = octets;
  if (octets < table_.max_size()) required_ = std::min(required_, octets);
}

inline Defect Decoder::field_at(std::uint32_t index, Field& field) const {
  if (index > kStaticEntries) {
    const std::uint32_t age = index - kStaticEntries - 1;
    if (age >= table_.count()) return Defect::index_out_of_range;
    const DynamicTable::Entry& entry = table_.entry(age);
    field.name = table_.name(entry);
    field.value = table_.value(entry);
    field.mark = entry.mark;
    return Defect::none;
  }
  if (index == 0) return Defect::index_zero;
  const StaticEntry& entry = kStaticTable[index];
  field.name = entry.name;
  field.value = entry.value;
  field.mark = (*static_marks_)[index];
  return Defect::none;
}

DecodeResult Decoder::decode(Octets block, std::vector<Field>& fields, const DecodeLimits& limits) {
  // All text of the block fits: nothing moves until its end.
  table_.reserve(huffman_decode_room(block.size()));
  DecodeResult result;
  Cursor in{block.data(), block.data() + block.size(), limits.string_octets};
  result.defect = decode_updates(in);
  while (result.defect == Defect::none && !in.done()) {
    if (fields.size() == fields.capacity()) fields.reserve(std::max(kFewFields, 2 * fields.size()));
    Field& field = fields.emplace_back();
    const std::uint8_t first = *in.at;
    if ((first & 0x80) != 0) {
      std::uint32_t index = first & 0x7fU;
      ++in.at;
      if (index == 0x7f) [[unlikely]] {
        --in.at;
        result.defect = read_integer(in.at, in.end, 7, index);
      }
      if (result.defect == Defect::none) result.defect = field_at(index, field);
    } else if (is_size_update(first)) {
      result.defect = Defect::size_update_after_field;
    } else {
      result.defect = decode_literal(in, first, field);
    }
    if (result.defect != Defect::none) [[unlikely]] {
      fields.pop_back();
      break;
    }
    ++result.field_count;
    result.list_octets += field.name.size() + field.value.size() + kEntryOverhead;
    if (result.list_octets > limits.list_octets || result.field_count > limits.fields)
        [[unlikely]] {
      fields.pop_back();
      result.over_limit = true;
    }
  }
  return result;
}

// RFC 7541, Section 4.2: the smallest limit since the last block is among the updates.  Which of
// two updates says so is the encoder's choice: it may use less than it is allowed.
Defect Decoder::decode_updates(Cursor& in) {
  for (std::uint32_t count = 0; !in.done() && is_size_update(*in.at); ++count) {
    if (count == 2) return Defect::too_many_size_updates;
    std::uint32_t size = 0;
    if (const Defect defect = read_integer(in.at, in.end, 5, size); defect != Defect::none)
      return defect;
    if (size > limit_) return Defect::size_update_above_limit;
    if (size <= required_) required_ = kNothingRequired;
    table_.set_max_size(size);
  }
  return required_ == kNothingRequired ? Defect::none : Defect::size_update_missing;
}

Defect Decoder::decode_literal(Cursor& in, std::uint8_t first, Field& field) {
  const bool incremental = (first & 0x40) != 0;
  std::uint32_t index = 0;
  Defect defect = read_integer(in.at, in.end, incremental ? 6 : 4, index);
  if (defect != Defect::none) return defect;

  DynamicTable::Entry entry;
  if (index == 0) {
    entry.name_at = table_.top();
    defect = decode_string(in, field.name);
  } else {
    defect = find_name(index, field.name, entry.name_at);
  }
  if (defect != Defect::none) return defect;
  entry.value_at = table_.top();
  defect = decode_string(in, field.value);
  if (defect != Defect::none) return defect;

  field.never_indexed = (first & 0xf0) == 0x10;
  if (classify_ != nullptr) field.mark = classify_(field.name, field.value);
  if (incremental) {
    entry.name_octets = static_cast<std::uint32_t>(field.name.size());
    entry.value_octets = static_cast<std::uint32_t>(field.value.size());
    entry.mark = field.mark;
    table_.insert(entry);
  }
  return Defect::none;
}

Defect Decoder::find_name(std::uint32_t index,
                          std::string_view& name,
                          std::uint64_t& name_at) const {
  if (index <= kStaticEntries) {
    name = kStaticTable[index].name;
    name_at = DynamicTable::kStaticText | kStaticNameAt[index];
    return Defect::none;
  }
  const std::uint32_t age = index - kStaticEntries - 1;
  if (age >= table_.count()) return Defect::index_out_of_range;
  name = table_.name(table_.entry(age));
  name_at = table_.entry(age).name_at;
  return Defect::none;
}

// Appends the string to the log.
Defect Decoder::decode_string(Cursor& in, std::string_view& text) {
  if (in.done()) return Defect::truncated;
  const bool huffman = (*in.at & 0x80) != 0;
  std::uint32_t length = 0;
  if (const Defect defect = read_integer(in.at, in.end, 7, length); defect != Defect::none)
    return defect;
  if (length > static_cast<std::size_t>(in.end - in.at)) return Defect::truncated;
  char* const begin = table_.end();
  char* end = begin;
  if (huffman) {
    const Defect defect = huffman_decode({in.at, length}, end);
    if (defect != Defect::none) return defect;
  } else {
    std::memcpy(end, in.at, length);
    end += length;
  }
  in.at += length;
  text = {begin, static_cast<std::size_t>(end - begin)};
  if (text.size() > in.string_octets) return Defect::string_too_long;
  table_.append(text.size());
  return Defect::none;
}

}  // namespace h2assay::hpack
