#pragma once
// The receiving half of HPACK: RFC 7541.  One whole field block in, field lines out.
//
// A value: a copy is an independent snapshot that decodes alike from then on.  An unused decoder
// owns no heap.  What a message means is not judged here: see fields.h.

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "engine/field.h"
#include "engine/hpack/defect.h"
#include "engine/hpack/table.h"
#include "engine/octets.h"

namespace h2assay::hpack {

// How much of a block is handed out.  Beyond list_octets or fields the block is decoded to its end,
// so that the table stays right, but no further field is handed out.
struct DecodeLimits {
  // Sum of name + value + 32 over all fields: RFC 9113, Section 6.5.2.  As many are still
  // permitted.
  std::uint64_t list_octets = 65536;
  std::uint32_t fields = std::numeric_limits<std::uint32_t>::max();
  // One name or value, decoded.  Beyond it the block is refused as a whole: RFC 7541, Section 7.4.
  std::uint64_t string_octets = std::numeric_limits<std::uint32_t>::max();
};

struct DecodeResult {
  Defect defect = Defect::none;
  bool over_limit = false;        // fields were withheld: see DecodeLimits
  std::uint32_t field_count = 0;  // all fields of the block, withheld ones included
  std::uint64_t list_octets = 0;  // name + value + 32 of all of them

  explicit operator bool() const { return defect == Defect::none; }
};

// What the owner wants to remember of a field line; called once for each literal, and handed out as
// Field::mark with every use.  Must be pure.
using Classifier = std::uint32_t (*)(std::string_view name, std::string_view value);

// The same for the entries of the static table, by index.
using StaticMarks = std::array<std::uint32_t, kStaticEntries + 1>;

class Decoder {
 public:
  // `static_marks` is not copied.
  explicit Decoder(Classifier classify = nullptr, const StaticMarks& static_marks = kNoMarks)
      : classify_(classify),
        static_marks_(&static_marks) {}

  // The limit that we announced in SETTINGS_HEADER_TABLE_SIZE, from the moment when the peer has
  // acknowledged it (4096 before).  If it is lower than what the peer uses, the next block has to
  // start with a size update: RFC 7541, Section 4.2.
  void set_max_size(std::uint32_t octets);

  // All views handed out so far are given up; their room is used again.
  void begin_batch() { table_.begin_batch(); }

  // Decodes one whole block (CONTINUATION frames joined) and appends its fields.  Their views live
  // until begin_batch or the end of the decoder, and do not point into `block`.  With a defect, the
  // fields before it may have been appended.
  [[nodiscard]] DecodeResult decode(Octets block,
                                    std::vector<Field>& fields,
                                    const DecodeLimits& limits = {});

  // Whether `at` lies in memory that begin_batch gives up.
  bool holds(const std::uint8_t* at) const { return table_.holds(at); }

  const DynamicTable& table() const { return table_; }

  // Of the state, only what later answers depend on: see engine/digest.h.  Marks follow from the
  // table and the classifier.
  template <typename Hash> void digest_into(Hash& hash) const {
    const auto& [table, classify, marks, limit, required] = *this;
    hash.add(limit, required, table);
  }

 private:
  struct Cursor;

  static constexpr StaticMarks kNoMarks{};

  Defect decode_updates(Cursor& in);
  Defect field_at(std::uint32_t index, Field& field) const;
  Defect decode_literal(Cursor& in, std::uint8_t first, Field& field);
  Defect decode_string(Cursor& in, std::string_view& text);
  Defect find_name(std::uint32_t index, std::string_view& name, std::uint64_t& name_at) const;

  DynamicTable table_;
  Classifier classify_;
  const StaticMarks* static_marks_;
  std::uint32_t limit_ = kDefaultTableSize;
  // The smallest limit since the last block, while a size update is due; else no bound.
  std::uint32_t required_ = std::numeric_limits<std::uint32_t>::max();
};

}  // namespace h2assay::hpack
