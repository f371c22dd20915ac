#pragma once
// The judges' own HPACK: every representation visible, any octets writable.  RFC 7541.
// Obvious and strict, not fast; shares nothing with engine/hpack.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "properties/wire/frame.h"

namespace h2assay::wire {

struct FieldLine {
  std::string name{};
  std::string value{};
  bool never_indexed = false;  // RFC 7541, Section 6.2.3
  friend bool operator==(const FieldLine&, const FieldLine&) = default;
};

// RFC 7541, Section 6; `raw` is for writing alone: octets as they are.
enum class Kind : std::uint8_t { indexed, incremental, without, never, size_update, raw };

// One representation of a field block.
struct Representation {
  Kind kind = Kind::without;
  // indexed: the entry; literals: the entry of the name, 0 = the name is written out;
  // size_update: the new maximum.
  std::uint64_t index = 0;
  bool huffman_name = false;
  bool huffman_value = false;
  // Written out when index is 0; decoding fills it in, except for `size_update`.
  std::string name{};
  std::string value{};  // decoding fills it in also for `indexed`
  // raw: what is written.  Decoding: the octets that it was read from.
  std::vector<std::uint8_t> octets{};

  friend bool operator==(const Representation&, const Representation&) = default;
};

// What can be wrong with a field block.  Each is a decoding error: RFC 7541, Sections 2.3.3, 4.2,
// 5.1, 5.2, 6.1, 6.3.
enum class HpackFault : std::uint8_t {
  truncated,              // the block ends inside a representation
  integer_too_large,      // above 2^32-1, or more than ten continuation octets
  index_zero,             // indexed representation 0
  index_beyond_table,     // no such entry
  huffman_eos,            // the code for EOS stands in a string
  huffman_padding,        // padding longer than 7 bits, or not the first bits of EOS
  size_update_not_first,  // after a field representation
  size_update_too_large,  // above the limit that the decoder announced
  size_update_missing,    // the limit fell below the table's maximum, and the block says nothing
};

// "Huffman padding is longer than 7 bits or is not all ones"
std::string_view describe(HpackFault fault);

// The dynamic table.  RFC 7541, Section 4.
class DynamicTable {
 public:
  // Adds an entry, evicts the oldest as needed.
  void add(std::string name, std::string value);
  // Sets the maximum and evicts.
  void resize(std::uint64_t max_octets);
  // Entry by full index: 1 to 61 static, from 62 dynamic; nothing if there is none.
  const FieldLine* find(std::uint64_t index) const;

  std::uint64_t size_octets() const { return size_; }

  std::uint64_t max_octets() const { return max_; }

  // Newest first.
  const std::deque<FieldLine>& entries() const { return entries_; }

 private:
  std::deque<FieldLine> entries_;
  std::uint64_t size_ = 0;
  std::uint64_t max_ = 4096;
};

// The result of decoding one block: all that could be read before the fault.
struct DecodedBlock {
  std::vector<Representation> representations;
  std::vector<FieldLine> fields;
  std::optional<HpackFault> fault;
  std::size_t fault_at = 0;  // octet of the block where the faulty representation begins
};

// Decodes the field blocks of one direction, in order.
class HpackDecoder {
 public:
  // The highest maximum that a size update may set: our SETTINGS_HEADER_TABLE_SIZE.
  void limit(std::uint64_t octets) { limit_ = octets; }

  std::uint64_t limit() const { return limit_; }

  // The encoder is known to have taken over this limit: if it is below the table's maximum, the
  // next block must begin with a size update that is not above it.  RFC 7541, Section 4.2.
  void require_at_most(std::uint64_t octets);

  const std::optional<std::uint64_t>& required() const { return required_; }

  DecodedBlock decode(Octets block);

  const DynamicTable& table() const { return table_; }

 private:
  DynamicTable table_;
  std::uint64_t limit_ = 4096;
  std::optional<std::uint64_t> required_;
};

// Writes exactly what the representation says: nothing is checked, no table is kept.
void append(std::vector<std::uint8_t>& out, const Representation& representation);
std::vector<std::uint8_t> encode(const std::vector<Representation>& block);
// The representation written anew gives the octets it was decoded from (integers minimal, …).
bool is_canonical(const Representation& decoded);

// A stateless block: static entry where there is one, else a literal without indexing; no Huffman.
Representation stateless(std::string_view name, std::string_view value);

// Keeps the table that a decoder of the other side has, while any representations are written.
// What a decoder would refuse changes nothing more in the block.
class HpackEncoder {
 public:
  // Encodes, and applies each representation to the table.
  std::vector<std::uint8_t> encode(const std::vector<Representation>& block);

  const DynamicTable& table() const { return decoder_.table(); }

 private:
  HpackDecoder decoder_;
};

// RFC 7541, Section 5.1: `prefix_bits` 1 to 8; `first` holds the bits above the prefix.
void append_integer(std::vector<std::uint8_t>& out,
                    std::uint8_t first,
                    int prefix_bits,
                    std::uint64_t value);

// RFC 7541, Section 5.2 and Appendix B.
void append_huffman(std::vector<std::uint8_t>& out, std::string_view text);
std::size_t huffman_octets(std::string_view text);
std::expected<std::string, HpackFault> decode_huffman(Octets octets);

// RFC 7541, Appendix A: 1 to 61, otherwise nothing.
const FieldLine* static_entry(std::uint64_t index);
// The static entry with this name and value; or the first with this name; 0: none.
std::uint64_t static_index(std::string_view name, std::string_view value);
std::uint64_t static_index(std::string_view name);

}  // namespace h2assay::wire
