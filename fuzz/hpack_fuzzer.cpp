// Field blocks into the engine's decoder and into the judges' own: they agree on every field, on
// whether the block decodes, and on the table; what the engine's encoder writes, both read back.
//
// Records: one octet says what follows: a block of octets (with its length), a new table limit, a
// list of fields to encode, or (the highest ones) another encoder or other limits of decoding.

#include <algorithm>
#include <ranges>
#include <string>

#include "engine/hpack/decoder.h"
#include "engine/hpack/encoder.h"
#include "fuzz/check.h"
#include "properties/wire/hpack.h"

namespace {

using namespace h2assay;

class Input {
 public:
  explicit Input(Octets octets) : rest_(octets) {}

  bool empty() const { return rest_.empty(); }

  std::uint8_t octet() {
    if (rest_.empty()) return 0;
    const std::uint8_t value = rest_[0];
    rest_ = rest_.subspan(1);
    return value;
  }

  Octets take(std::size_t count) {
    const Octets part = rest_.first(std::min(count, rest_.size()));
    rest_ = rest_.subspan(part.size());
    return part;
  }

 private:
  Octets rest_;
};

std::string_view text(Octets octets) {
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

// No table here is larger than 255 × 32 octets.
constexpr std::size_t kMostHeap = std::size_t{256} * 1024;

struct Decoders {
  hpack::Decoder engine;
  wire::HpackDecoder judge;
  hpack::DecodeLimits limits{.list_octets = 1U << 30};

  // Both decode; false when both refuse.
  bool decode(Octets block) {
    engine.begin_batch();
    std::vector<Field> fields;
    const hpack::DecodeResult ours = engine.decode(block, fields, limits);
    const wire::DecodedBlock theirs = judge.decode(block);
    if (!ours && (name(ours.defect).empty() || ours.defect == hpack::Defect::none))
      fuzz::fail("hpack: a defect without a name", "");
    if (engine.table().heap_octets() > kMostHeap)
      fuzz::fail("hpack: the table outgrows itself", "");
    if (ours.defect == hpack::Defect::string_too_long) return false;  // our limit, nobody else's
    // RFC 7541, Section 4.2 lets an encoder send two updates and says nothing of a decoder that
    // gets three: the engine refuses the third, the judges' decoder does not.
    if (ours.defect == hpack::Defect::too_many_size_updates) return false;
    if (static_cast<bool>(ours) == theirs.fault.has_value())
      fuzz::fail("hpack: one decoder refuses what the other takes",
                 theirs.fault ? wire::describe(*theirs.fault) : "the engine refuses\n");
    if (!ours) return false;
    const bool equal = std::ranges::equal(fields,
                                          theirs.fields | std::views::take(fields.size()),
                                          [](const Field& a, const wire::FieldLine& b) {
                                            return a.name == b.name && a.value == b.value &&
                                                   a.never_indexed == b.never_indexed;
                                          });
    if (!equal || (fields.size() < theirs.fields.size()) != ours.over_limit)
      fuzz::fail("hpack: the fields differ", "");
    return true;
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input in({data, size});
  Decoders from_input;
  Decoders from_encoder;
  hpack::Encoder encoder;
  while (!in.empty()) {
    const std::uint8_t what = in.octet();
    if (what >= 0xf0) {
      // What an encoder may do is its own choice: RFC 7541, Section 2.
      using Policy = hpack::EncodingPolicy;
      encoder = hpack::Encoder(in.octet() * 32U,
                               {.huffman = static_cast<Policy::Huffman>(what % 3),
                                .indexing = static_cast<Policy::Indexing>(what / 3 % 2)});
      from_encoder = Decoders();
    } else if (what >= 0xe0) {
      from_input.limits = {.list_octets = std::uint64_t{16} * in.octet(),
                           .fields = in.octet(),
                           .string_octets = std::uint64_t{4} * in.octet()};
    } else if (what % 4 == 0) {
      const std::uint32_t limit = static_cast<std::uint32_t>(in.octet()) * 32;
      from_input.engine.set_max_size(limit);
      from_input.judge.limit(limit);
      from_input.judge.require_at_most(limit);
      encoder.set_max_size(limit);
      from_encoder.engine.set_max_size(limit);
      from_encoder.judge.limit(limit);
      from_encoder.judge.require_at_most(limit);
    } else if (what % 4 == 1) {
      std::vector<Field> fields;
      for (int i = what / 4 % 8; i >= 0; --i) {
        const Octets name = in.take(1U + in.octet() % 16U);
        const Octets value = in.take(in.octet());
        fields.push_back({text(name), text(value), (in.octet() & 1) != 0});
      }
      hpack::Encoder snapshot;
      snapshot = encoder;
      std::vector<std::uint8_t> block;
      std::vector<std::uint8_t> again;
      encoder.append(fields, block);
      snapshot.append(fields, again);
      if (block != again) fuzz::fail("hpack: a copy of the encoder writes otherwise", "");
      if (!from_encoder.decode(block))
        fuzz::fail("hpack: the encoder wrote what nobody decodes", "");
    } else {
      const std::size_t length = what % 4 == 2 ? in.octet() : 1000;
      if (!from_input.decode(in.take(length))) return 0;
    }
  }
  return 0;
}
