#pragma once
// One field line of a field section: RFC 9113, Section 8.2; RFC 9110, Section 5.

#include <cstdint>
#include <span>
#include <string_view>

namespace h2assay {

// Views of a name and a value.  What they point to lives as long as the owner says: for received
// fields, until the next non-const call on the connection.
struct Field {
  std::string_view name;
  std::string_view value;
  bool never_indexed = false;  // RFC 7541, Section 7.1.3: kept end to end
  // What the receiving side learnt of this line when it first decoded it (see fields.h).
  // A hint for the engine itself: never read from a caller's fields, no part of equality.
  std::uint32_t mark = 0;

  friend bool operator==(const Field& a, const Field& b) {
    return a.name == b.name && a.value == b.value && a.never_indexed == b.never_indexed;
  }
};

// A field section in order: pseudo-header fields first.
using Fields = std::span<const Field>;

}  // namespace h2assay
