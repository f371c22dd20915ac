#include "engine/hpack/encoder.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <utility>

#include "engine/hpack/huffman.h"
#include "engine/hpack/integer.h"

namespace h2assay::hpack {
namespace {

constexpr std::uint32_t kNothing = 0;  // no index

// A string as long as this fits a length of one octet, however it is written.
constexpr std::size_t kShortString = 126;

// What huffman_encode may touch of a short string although less is kept.
constexpr std::size_t kScratch = huffman_encode_room(kShortString);

constexpr std::uint32_t static_index(std::string_view name) {
  return find_static_name(name, hash_of(name)).index;
}

// Fields whose values hardly ever come again: they would only drive others out of the table.
constexpr std::uint64_t kSeldomRepeated = [] {
  std::uint64_t set = 0;
  for (const std::string_view name : {":path",
                                      "age",
                                      "content-length",
                                      "etag",
                                      "if-modified-since",
                                      "if-none-match",
                                      "location",
                                      "set-cookie"})
    set |= std::uint64_t{1} << static_index(name);
  return set;
}();

// Names under which the static table has values.
constexpr std::uint64_t kHasStaticValue = [] {
  std::uint64_t set = 0;
  for (const StaticEntry& entry : kStaticTable)
    if (!entry.value.empty()) set |= std::uint64_t{1} << static_index(entry.name);
  return set;
}();

constexpr bool contains(std::uint64_t set, std::uint32_t index) { return (set >> index & 1) != 0; }

std::uint32_t folded(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }

std::uint8_t* write_raw(std::string_view text, std::uint8_t* out) {
  out = write_integer(out, 0x00, 7, static_cast<std::uint32_t>(text.size()));
  return std::ranges::copy(text, out).out;
}

}  // namespace

Encoder::Encoder(std::uint32_t cap, EncodingPolicy policy) : cap_(cap), policy_(policy) {
  set_max_size(kDefaultTableSize);
}

Encoder::Encoder(const Encoder& other)
    : table_(other.table_),
      indexed_(other.indexed_),
      cap_(other.cap_),
      smallest_(other.smallest_),
      final_(other.final_),
      policy_(other.policy_) {
  if (indexed_ == 0) return;
  links_ = std::make_unique<Link[]>(indexed_);
  std::copy_n(other.links_.get(), indexed_, links_.get());
  buckets_ = std::make_unique<std::uint32_t[]>(4 * std::size_t{indexed_});
  std::copy_n(other.buckets_.get(), 4 * std::size_t{indexed_}, buckets_.get());
}

Encoder& Encoder::operator=(const Encoder& other) {
  if (this != &other) {
    Encoder copy(other);
    *this = std::move(copy);
  }
  return *this;
}

void Encoder::set_max_size(std::uint32_t octets) {
  final_ = std::min(octets, cap_);
  smallest_ = std::min(smallest_, final_);
}

std::size_t Encoder::room_for(Fields fields) const {
  std::size_t text = 0;
  for (const Field& field : fields) text += field.name.size() + field.value.size();
  if (policy_.huffman == EncodingPolicy::Huffman::always) text = huffman_encode_room(text);
  return text + (3 * fields.size() + 2) * kMaxIntegerOctets + kScratch;
}

std::size_t Encoder::encode(Fields fields, std::span<std::uint8_t> room) {
  assert(room.size() >= room_for(fields));
  std::uint8_t* out = encode_updates(room.data());
  for (const Field& field : fields) {
    out = encode_field(field, look_up(field.name, field.value), out);
  }
  table_.begin_batch();  // nobody holds views of our table
  return static_cast<std::size_t>(out - room.data());
}

std::size_t Encoder::encode(Fields fields,
                            std::span<const KnownField> known,
                            std::span<std::uint8_t> room) {
  assert(room.size() >= room_for(fields) && known.size() == fields.size());
  std::uint8_t* out = encode_updates(room.data());
  const KnownField* each = known.data();
  for (const Field& field : fields) out = encode_field(field, *each++, out);
  table_.begin_batch();
  return static_cast<std::size_t>(out - room.data());
}

void Encoder::append(Fields fields, std::vector<std::uint8_t>& out) {
  const std::size_t before = out.size();
  out.resize(before + room_for(fields));
  out.resize(before + encode(fields, std::span(out).subspan(before)));
}

// RFC 7541, Section 4.2: the smallest size since the last block, then the final one.
std::uint8_t* Encoder::encode_updates(std::uint8_t* out) {
  for (const std::uint32_t size : {smallest_, final_}) {
    if (size == table_.max_size()) continue;
    out = write_integer(out, 0x20, 5, size);
    table_.set_max_size(size);
  }
  smallest_ = final_;
  return out;
}

// RFC 7541, Section 5.2.
std::uint8_t* Encoder::encode_string(std::string_view text, std::uint8_t* out) const {
  using enum EncodingPolicy::Huffman;
  if (text.empty() || policy_.huffman == never) return write_raw(text, out);
  if (text.size() <= kShortString) {
    // Written before it is known whether that pays: mostly it does.
    std::uint8_t* const end = huffman_encode(text, out + 1);
    const auto length = static_cast<std::size_t>(end - out - 1);
    if (length < text.size()) {
      *out = static_cast<std::uint8_t>(0x80 | length);
      return end;
    }
    if (policy_.huffman == when_shorter) return write_raw(text, out);
  }
  const std::size_t length = huffman_octets(text);
  if (length >= text.size() && policy_.huffman == when_shorter) return write_raw(text, out);
  out = write_integer(out, 0x80, 7, static_cast<std::uint32_t>(length));
  return huffman_encode(text, out);
}

KnownField Encoder::look_up(std::string_view name, std::string_view value) const {
  const std::uint64_t name_hash = hash_of(name);
  KnownField known;
  known.name_hash = folded(name_hash);
  known.static_name = find_static_name(name, name_hash);
  const std::uint32_t token = known.static_name.index;
  if (contains(kHasStaticValue, token) || value.empty()) {
    for (std::uint32_t i = token; i < token + known.static_name.count; ++i) {
      if (!same_text(kStaticTable[i].value, value)) continue;
      known.static_index = static_cast<std::uint8_t>(i);
      return known;
    }
  }
  known.field_hash = folded(mixed(name_hash + std::rotl(hash_of(value), 17)));
  find_field(name, value, known);
  return known;
}

std::uint8_t* Encoder::encode_field(const Field& field, KnownField known, std::uint8_t* out) {
  if (!field.never_indexed) {
    if (known.static_index != 0) return write_integer(out, 0x80, 7, known.static_index);
    // What this block has inserted so far may have driven the entry out, or be the field itself.
    if (known.inserted != table_.inserted()) find_field(field.name, field.value, known);
    if (known.in_table && table_.alive(known.number)) {
      return write_integer(out, 0x80, 7, kStaticEntries + (table_.inserted() - known.number));
    }
  }
  return encode_literal(field, known, out);
}

std::uint8_t* Encoder::encode_literal(const Field& field,
                                      const KnownField& known,
                                      std::uint8_t* out) {
  const std::uint32_t token = known.static_name.index;
  const std::uint32_t index = token != 0 ? token : find_name(field, known);
  const std::uint64_t size = field.name.size() + field.value.size() + kEntryOverhead;
  // One entry that takes most of the table drives all others out.
  const bool insertable =
      !field.never_indexed &&
      (policy_.indexing == EncodingPolicy::Indexing::everything ||
       (!contains(kSeldomRepeated, token) && size <= std::uint64_t{table_.max_size()} * 3 / 4));
  if (field.never_indexed)
    out = write_integer(out, 0x10, 4, index);
  else if (insertable)
    out = write_integer(out, 0x40, 6, index);
  else
    out = write_integer(out, 0x00, 4, index);
  if (index == kNothing) out = encode_string(field.name, out);
  out = encode_string(field.value, out);
  if (insertable) insert(field, known);
  return out;
}

// Entries of a bucket are chained from new to old.  The first dead one ends the chain: whatever is
// behind it is older still.  Numbers are compared by age, so that none can lead back.
void Encoder::find_field(std::string_view name, std::string_view value, KnownField& known) const {
  known.in_table = false;
  known.inserted = table_.inserted();
  if (indexed_ == 0) return;
  const Link* const links = links_.get();
  const std::uint32_t oldest = table_.oldest();
  std::uint32_t number = buckets_.get()[known.field_hash & (2 * indexed_ - 1)];
  std::uint32_t bound = table_.count();
  while (number - oldest < bound) {
    const Link& link = links[number & (indexed_ - 1)];
    if (link.field_hash == known.field_hash) {
      const DynamicTable::Entry& entry = table_.numbered(number);
      if (same_text(table_.value(entry), value) && same_text(table_.name(entry), name)) {
        known.in_table = true;
        known.number = number;
        known.mark = entry.mark;
        return;
      }
    }
    bound = number - oldest;
    number = link.older_field;
  }
}

std::uint32_t Encoder::find_name(const Field& field, const KnownField& known) const {
  if (indexed_ == 0) return kNothing;
  std::uint32_t number = buckets_.get()[2 * indexed_ + (known.name_hash & (2 * indexed_ - 1))];
  std::uint32_t bound = table_.count();
  while (number - table_.oldest() < bound) {
    const Link& link = links_.get()[number & (indexed_ - 1)];
    if (link.name_hash == known.name_hash &&
        same_text(table_.name(table_.numbered(number)), field.name))
      return kStaticEntries + (table_.inserted() - number);
    bound = number - table_.oldest();
    number = link.older_name;
  }
  return kNothing;
}

void Encoder::insert(const Field& field, const KnownField& known) {
  table_.reserve(field.name.size() + field.value.size());
  DynamicTable::Entry entry;
  entry.name_octets = static_cast<std::uint32_t>(field.name.size());
  entry.value_octets = static_cast<std::uint32_t>(field.value.size());
  if (const std::uint32_t index = known.static_name.index; index != 0) {
    entry.name_at = DynamicTable::kStaticText | kStaticNameAt[index];
  } else {
    entry.name_at = table_.top();
    table_.append(field.name);
  }
  entry.value_at = table_.top();
  entry.mark = known.mark;
  table_.append(field.value);
  if (!table_.insert(entry)) return;
  if (table_.ring_capacity() != indexed_) grow_index();
  const std::uint32_t number = table_.inserted() - 1;
  Link& added = links_.get()[number & (indexed_ - 1)];
  added.field_hash = known.field_hash;
  added.name_hash = known.name_hash;
  link(number);
}

void Encoder::link(std::uint32_t number) {
  Link& added = links_.get()[number & (indexed_ - 1)];
  const std::uint32_t mask = 2 * indexed_ - 1;
  std::uint32_t& newest_field = buckets_.get()[added.field_hash & mask];
  added.older_field = std::exchange(newest_field, number);
  std::uint32_t& newest_name = buckets_.get()[2 * indexed_ + (added.name_hash & mask)];
  added.older_name = std::exchange(newest_name, number);
}

// The table has grown its ring by an entry that is not linked yet.
void Encoder::grow_index() {
  const std::uint32_t capacity = table_.ring_capacity();
  auto links = std::make_unique<Link[]>(capacity);
  const std::uint32_t linked = table_.inserted() - 1;
  for (std::uint32_t n = table_.oldest(); n != linked; ++n)
    links[n & (capacity - 1)] = links_[n & (indexed_ - 1)];
  links_ = std::move(links);
  buckets_ = std::make_unique_for_overwrite<std::uint32_t[]>(4 * std::size_t{capacity});
  // A number that is not alive.
  std::fill_n(buckets_.get(), 4 * std::size_t{capacity}, table_.oldest() - 1);
  indexed_ = capacity;
  for (std::uint32_t n = table_.oldest(); n != linked; ++n) link(n);
}

}  // namespace h2assay::hpack
