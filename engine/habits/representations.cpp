#include "engine/habits/representations.h"

namespace h2assay {
namespace {

// The integer whose prefix stands at the front: RFC 7541, Section 5.1.
std::optional<std::uint64_t> take_integer(Octets& in, unsigned bits, Representation& form) {
  if (in.empty()) return {};
  const std::uint64_t full = (1U << bits) - 1;
  std::uint64_t value = in[0] & full;
  in = in.subspan(1);
  if (value < full) return value;
  form.long_integer = true;
  for (unsigned shift = 0; shift < 35; shift += 7) {
    if (in.empty()) return {};
    const std::uint8_t octet = in[0];
    in = in.subspan(1);
    value += std::uint64_t{octet & 0x7fU} << shift;
    if (octet < 0x80) {
      form.padded_integer = form.padded_integer || (octet == 0 && shift > 0);
      return value;
    }
  }
  return {};
}

bool take_string(Octets& in, Representation& form) {
  if (in.empty()) return false;
  form.huffman = form.huffman || (in[0] & 0x80) != 0;
  const auto length = take_integer(in, 7, form);
  if (!length || *length > in.size()) return false;
  form.empty_string = form.empty_string || *length == 0;
  in = in.subspan(static_cast<std::size_t>(*length));
  return true;
}

}  // namespace

std::optional<Representation> take_representation(Octets& block) {
  using Kind = Representation::Kind;
  if (block.empty()) return {};
  const std::uint8_t first = block[0];
  Representation form;
  unsigned bits = 4;
  if ((first & 0x80) != 0) {
    form.kind = Kind::indexed;
    bits = 7;
  } else if ((first & 0x40) != 0) {
    form.kind = Kind::with_indexing;
    bits = 6;
  } else if ((first & 0x20) != 0) {
    form.kind = Kind::size_update;
    bits = 5;
  } else {
    form.kind = (first & 0x10) != 0 ? Kind::never_indexed : Kind::without_indexing;
  }
  const auto index = take_integer(block, bits, form);
  if (!index) return {};
  form.index = *index;
  if (form.kind == Kind::size_update) {
    form.index = 0;
    return form;
  }
  if (form.kind == Kind::indexed) return form;
  if (form.index == 0 && !take_string(block, form)) return {};
  if (!take_string(block, form)) return {};
  return form;
}

}  // namespace h2assay
