#pragma once
// The sending half of HPACK: RFC 7541.  Field lines in, one field block out.
//
// A value: a copy is an independent snapshot that encodes alike from then on.  An unused encoder
// owns no heap.  Encoding never fails: what may be sent is judged before, in fields.h.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "engine/field.h"
#include "engine/hpack/table.h"

namespace h2assay::hpack {

// Whether the field should travel as a never-indexed literal although nobody asked for it: a
// credential, or a cookie so short that it could be guessed.  RFC 7541, Section 7.1.3.
constexpr bool is_secret(std::string_view name, std::string_view value) {
  // A shorter cookie can be guessed one octet at a time.
  constexpr std::size_t kLongEnough = 20;
  return same_text(name, "authorization") || same_text(name, "proxy-authorization") ||
         (value.size() < kLongEnough && same_text(name, "cookie"));
}

// The freedom that RFC 7541 leaves an encoder.  The default compresses best.
struct EncodingPolicy {
  enum class Huffman : std::uint8_t { when_shorter, always, never };
  enum class Indexing : std::uint8_t {
    useful,      // leaves out values that hardly ever come again, and entries that fill the table
    everything,  // all but never-indexed fields
  };
  Huffman huffman = Huffman::when_shorter;
  Indexing indexing = Indexing::useful;
};

// What an encoder's tables know of a field, good until it encodes the next block.
struct KnownField {
  std::uint32_t name_hash = 0;
  std::uint32_t field_hash = 0;
  StaticName static_name;
  std::uint8_t static_index = 0;  // of name and value together; 0: not in the static table
  bool in_table = false;          // the dynamic one, as entry `number`
  std::uint32_t number = 0;
  std::uint32_t inserted = 0;  // entries there had been when it was looked up
  // What the owner wants to remember of the field: kept with the entry if it becomes one, and
  // found again with it.  0: nothing.
  std::uint32_t mark = 0;
};

class Encoder {
 public:
  // The table never grows beyond `cap` octets, whatever the peer permits: RFC 7541, Section 7.3.
  explicit Encoder(std::uint32_t cap = kDefaultTableSize, EncodingPolicy policy = {});

  Encoder(const Encoder& other);
  Encoder(Encoder&& other) noexcept = default;
  Encoder& operator=(const Encoder& other);
  Encoder& operator=(Encoder&& other) noexcept = default;
  ~Encoder() = default;

  // The peer's SETTINGS_HEADER_TABLE_SIZE, as often as it comes.  The next block starts with the
  // size updates that RFC 7541, Section 4.2 asks for: at most two, the smallest size first.
  void set_max_size(std::uint32_t octets);

  // An upper bound of what encode(fields, …) writes or touches.
  std::size_t room_for(Fields fields) const;

  // Writes the block to `room`, which holds at least room_for(fields) octets; returns its length.
  // Fields that are `never_indexed` are sent so and never enter the table.
  std::size_t encode(Fields fields, std::span<std::uint8_t> room);

  // The same, where look_up() of each field is at hand: `known` is as long as `fields`.
  std::size_t encode(Fields fields,
                     std::span<const KnownField> known,
                     std::span<std::uint8_t> room);

  KnownField look_up(std::string_view name, std::string_view value) const;

  // The same at the end of `out`.
  void append(Fields fields, std::vector<std::uint8_t>& out);

  const DynamicTable& table() const { return table_; }

  // Of the state, only what later answers depend on: see engine/digest.h.
  template <typename Hash> void digest_into(Hash& hash) const {
    const auto& [table, links, buckets, indexed, cap, smallest, final_size, policy] = *this;
    hash.add(cap, smallest, final_size, policy.huffman, policy.indexing, table);
  }

 private:
  // Beside each entry of the table: its hashes, and the next older entry of the same bucket.
  struct Link {
    std::uint32_t field_hash = 0;
    std::uint32_t name_hash = 0;
    std::uint32_t older_field = 0;
    std::uint32_t older_name = 0;
  };

  std::uint8_t* encode_updates(std::uint8_t* out);
  std::uint8_t* encode_string(std::string_view text, std::uint8_t* out) const;
  std::uint8_t* encode_field(const Field& field, KnownField known, std::uint8_t* out);
  std::uint8_t* encode_literal(const Field& field, const KnownField& known, std::uint8_t* out);
  void find_field(std::string_view name, std::string_view value, KnownField& known) const;
  std::uint32_t find_name(const Field& field, const KnownField& known) const;
  void insert(const Field& field, const KnownField& known);
  void link(std::uint32_t number);
  void grow_index();

  DynamicTable table_;
  std::unique_ptr<Link[]> links_;  // as many as the table has places: indexed_
  // Newest entry by hash: twice as many buckets for fields as places, then as many for names.
  std::unique_ptr<std::uint32_t[]> buckets_;
  std::uint32_t indexed_ = 0;
  std::uint32_t cap_ = kDefaultTableSize;
  std::uint32_t smallest_ = kDefaultTableSize;  // the smallest size wanted since the last block
  std::uint32_t final_ = kDefaultTableSize;     // the last size wanted
  EncodingPolicy policy_;
};

}  // namespace h2assay::hpack
