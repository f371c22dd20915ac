#include "properties/wire/hpack.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace h2assay::wire {
namespace {

constexpr std::uint64_t kStaticEntries = 61;
constexpr std::uint64_t kEntryOverhead = 32;  // RFC 7541, Section 4.1
// Far more than any number below 2^32 needs: redundant octets are no fault of the encoder.
constexpr int kMostContinuationOctets = 10;

template <typename T> using Read = std::expected<T, HpackFault>;

class Reader {
 public:
  explicit Reader(Octets block) : block_(block) {}

  bool at_end() const { return at_ == block_.size(); }

  std::size_t at() const { return at_; }

  std::uint8_t peek() const { return block_[at_]; }

  Read<std::uint64_t> integer(int prefix_bits) {
    if (at_end()) return std::unexpected(HpackFault::truncated);
    const std::uint64_t mask = (1U << prefix_bits) - 1;
    std::uint64_t value = block_[at_++] & mask;
    if (value < mask) return value;
    for (int count = 0; count < kMostContinuationOctets; ++count) {
      if (at_end()) return std::unexpected(HpackFault::truncated);
      const std::uint8_t octet = block_[at_++];
      const std::uint64_t part = octet & 0x7fU;
      // Beyond 35 bits any part but zero is too large, and shifting it might lose that.
      if (part != 0 && count > 5) return std::unexpected(HpackFault::integer_too_large);
      if (count <= 5) value += part << (7 * count);
      if ((octet & 0x80U) == 0) {
        if (value > std::numeric_limits<std::uint32_t>::max()) break;
        return value;
      }
    }
    return std::unexpected(HpackFault::integer_too_large);
  }

  struct Text {
    std::string text;
    bool huffman = false;
  };

  Read<Text> text() {
    if (at_end()) return std::unexpected(HpackFault::truncated);
    const bool huffman = (peek() & 0x80U) != 0;
    const Read<std::uint64_t> length = integer(7);
    if (!length) return std::unexpected(length.error());
    if (*length > block_.size() - at_) return std::unexpected(HpackFault::truncated);
    const Octets octets = block_.subspan(at_, *length);
    at_ += *length;
    if (!huffman) return Text{.text = {octets.begin(), octets.end()}, .huffman = false};
    Read<std::string> decoded = decode_huffman(octets);
    if (!decoded) return std::unexpected(decoded.error());
    return Text{.text = *std::move(decoded), .huffman = true};
  }

 private:
  Octets block_;
  std::size_t at_ = 0;
};

struct Form {
  Kind kind;
  int prefix_bits;
  std::uint8_t first;  // the bits above the prefix
};

// RFC 7541, Sections 6.1 to 6.3: the first octet tells.
constexpr Form kIndexed{.kind = Kind::indexed, .prefix_bits = 7, .first = 0x80};
constexpr Form kIncremental{.kind = Kind::incremental, .prefix_bits = 6, .first = 0x40};
constexpr Form kSizeUpdate{.kind = Kind::size_update, .prefix_bits = 5, .first = 0x20};
constexpr Form kNever{.kind = Kind::never, .prefix_bits = 4, .first = 0x10};
constexpr Form kWithout{.kind = Kind::without, .prefix_bits = 4, .first = 0x00};

Form form_of(std::uint8_t first) {
  if ((first & 0x80U) != 0) return kIndexed;
  if ((first & 0x40U) != 0) return kIncremental;
  if ((first & 0x20U) != 0) return kSizeUpdate;
  return (first & 0x10U) != 0 ? kNever : kWithout;
}

Form form_of(Kind kind) {
  switch (kind) {
    case Kind::indexed:     return kIndexed;
    case Kind::incremental: return kIncremental;
    case Kind::size_update: return kSizeUpdate;
    case Kind::never:       return kNever;
    case Kind::without:
    case Kind::raw:         break;
  }
  return kWithout;
}

Read<Representation> read_literal(Reader& reader,
                                  Representation result,
                                  const DynamicTable& table) {
  if (result.index == 0) {
    Read<Reader::Text> name = reader.text();
    if (!name) return std::unexpected(name.error());
    result.name = std::move(name->text);
    result.huffman_name = name->huffman;
  } else {
    const FieldLine* const entry = table.find(result.index);
    if (entry == nullptr) return std::unexpected(HpackFault::index_beyond_table);
    result.name = entry->name;
  }
  Read<Reader::Text> value = reader.text();
  if (!value) return std::unexpected(value.error());
  result.value = std::move(value->text);
  result.huffman_value = value->huffman;
  return result;
}

Read<Representation> read_one(Reader& reader, const DynamicTable& table) {
  const Form form = form_of(reader.peek());
  const Read<std::uint64_t> index = reader.integer(form.prefix_bits);
  if (!index) return std::unexpected(index.error());
  Representation result{.kind = form.kind, .index = *index};
  if (form.kind == Kind::size_update) return result;
  if (form.kind != Kind::indexed) return read_literal(reader, std::move(result), table);
  if (*index == 0) return std::unexpected(HpackFault::index_zero);
  const FieldLine* const entry = table.find(*index);
  if (entry == nullptr) return std::unexpected(HpackFault::index_beyond_table);
  result.name = entry->name;
  result.value = entry->value;
  return result;
}

void append_text(std::vector<std::uint8_t>& out, std::string_view text, bool huffman) {
  append_integer(out, huffman ? 0x80 : 0x00, 7, huffman ? huffman_octets(text) : text.size());
  if (huffman) {
    append_huffman(out, text);
  } else {
    out.insert(out.end(), text.begin(), text.end());
  }
}

}  // namespace

std::string_view describe(HpackFault fault) {
  switch (fault) {
    case HpackFault::truncated:          return "the block ends inside a representation";
    case HpackFault::integer_too_large:  return "an integer is above 2^32-1 or too long";
    case HpackFault::index_zero:         return "an indexed field with index 0";
    case HpackFault::index_beyond_table: return "an index with no entry";
    case HpackFault::huffman_eos:        return "a Huffman string holds the EOS code";
    case HpackFault::huffman_padding:
      return "Huffman padding is longer than 7 bits or is not all ones";
    case HpackFault::size_update_not_first: return "a dynamic table size update after a field";
    case HpackFault::size_update_too_large:
      return "a dynamic table size update above the announced HEADER_TABLE_SIZE";
    case HpackFault::size_update_missing:
      return "no dynamic table size update after HEADER_TABLE_SIZE was lowered";
  }
  std::unreachable();
}

void DynamicTable::add(std::string name, std::string value) {
  const std::uint64_t octets = name.size() + value.size() + kEntryOverhead;
  size_ += octets;
  entries_.push_front({.name = std::move(name), .value = std::move(value)});
  resize(max_);  // an entry larger than the table empties it: RFC 7541, Section 4.4
}

void DynamicTable::resize(std::uint64_t max_octets) {
  max_ = max_octets;
  while (size_ > max_) {
    size_ -= entries_.back().name.size() + entries_.back().value.size() + kEntryOverhead;
    entries_.pop_back();
  }
}

const FieldLine* DynamicTable::find(std::uint64_t index) const {
  if (index <= kStaticEntries) return static_entry(index);
  const std::uint64_t position = index - kStaticEntries - 1;
  return position < entries_.size() ? &entries_[position] : nullptr;
}

void HpackDecoder::require_at_most(std::uint64_t octets) {
  required_ = std::min(octets, required_.value_or(octets));
}

DecodedBlock HpackDecoder::decode(Octets block) {
  DecodedBlock result;
  std::uint64_t smallest = table_.max_octets();
  const auto fault = [&result](HpackFault what, std::size_t at) {
    result.fault = what;
    result.fault_at = at;
  };
  Reader reader(block);
  while (!reader.at_end()) {
    const std::size_t begin = reader.at();
    Read<Representation> read = read_one(reader, table_);
    if (!read) {
      fault(read.error(), begin);
      return result;
    }
    const Octets octets = block.subspan(begin, reader.at() - begin);
    read->octets.assign(octets.begin(), octets.end());
    if (read->kind == Kind::size_update) {
      if (!result.fields.empty()) fault(HpackFault::size_update_not_first, begin);
      if (read->index > limit_) fault(HpackFault::size_update_too_large, begin);
      if (result.fault) return result;
      table_.resize(read->index);
      smallest = std::min(smallest, read->index);
    } else {
      result.fields.push_back(
          {.name = read->name, .value = read->value, .never_indexed = read->kind == Kind::never});
      if (read->kind == Kind::incremental) table_.add(read->name, read->value);
    }
    result.representations.push_back(*std::move(read));
  }
  if (required_ && smallest > *required_) fault(HpackFault::size_update_missing, 0);
  required_.reset();
  return result;
}

void append_integer(std::vector<std::uint8_t>& out,
                    std::uint8_t first,
                    int prefix_bits,
                    std::uint64_t value) {
  const std::uint64_t mask = (1U << prefix_bits) - 1;
  if (value < mask) {
    out.push_back(static_cast<std::uint8_t>(first | value));
    return;
  }
  out.push_back(static_cast<std::uint8_t>(first | mask));
  for (value -= mask; value >= 0x80; value >>= 7) {
    out.push_back(static_cast<std::uint8_t>(0x80U | (value & 0x7fU)));
  }
  out.push_back(static_cast<std::uint8_t>(value));
}

void append(std::vector<std::uint8_t>& out, const Representation& representation) {
  if (representation.kind == Kind::raw) {
    out.insert(out.end(), representation.octets.begin(), representation.octets.end());
    return;
  }
  const Form form = form_of(representation.kind);
  append_integer(out, form.first, form.prefix_bits, representation.index);
  if (form.kind == Kind::indexed || form.kind == Kind::size_update) return;
  if (representation.index == 0) {
    append_text(out, representation.name, representation.huffman_name);
  }
  append_text(out, representation.value, representation.huffman_value);
}

std::vector<std::uint8_t> encode(const std::vector<Representation>& block) {
  std::vector<std::uint8_t> out;
  for (const Representation& representation : block) append(out, representation);
  return out;
}

bool is_canonical(const Representation& decoded) {
  std::vector<std::uint8_t> anew;
  append(anew, decoded);
  return anew == decoded.octets;
}

Representation stateless(std::string_view name, std::string_view value) {
  if (const std::uint64_t whole = static_index(name, value); whole != 0) {
    return {.kind = Kind::indexed,
            .index = whole,
            .name = std::string(name),
            .value = std::string(value)};
  }
  return {.kind = Kind::without,
          .index = static_index(name),
          .name = std::string(name),
          .value = std::string(value)};
}

std::vector<std::uint8_t> HpackEncoder::encode(const std::vector<Representation>& block) {
  std::vector<std::uint8_t> octets = wire::encode(block);
  decoder_.limit(std::numeric_limits<std::uint32_t>::max());
  decoder_.decode(octets);
  return octets;
}

}  // namespace h2assay::wire
