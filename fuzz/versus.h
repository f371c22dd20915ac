#pragma once
// The same octets into our engine and into a library of the C ABI; what differs, and whether it
// may.

#include <optional>
#include <string>

#include "engine/options.h"
#include "fuzz/versus_end.h"
#include "fuzz/versus_rules.h"

namespace h2assay::versus {

// What no rule covers.
struct Unknown {
  Difference difference;
  std::string transcript;  // what came, and what both ends did, up to the difference
};

// Runs one input: an octet of configuration and what the peer sends.  Bits of the first octet:
//   0     both are clients, else servers
//   1     a legal opening precedes
//   2, 3  requests that the clients send at once (GET, POST without its content, HEAD); or what
//         the servers answer: nothing, a response that does not end, one with content, one
//         without when the request has ended
//   4     windows of 100 octets, 5  a table of 0 octets for field compression
//   6     no push, 7  behind the third piece: GOAWAY, and a PING
// The input is cut where frames end, field blocks whole; after each piece both applications act
// alike and both ends are compared.  A rest that is no whole frame is left out.  `quirks` are the
// engine's, to prove that they are noticed.  Aborts nothing, prints nothing.
std::optional<Unknown> compare(const h2assay_library& library,
                               Rules& rules,
                               Octets input,
                               const Quirks& quirks = {});

// Input and what both ends did, for people.
std::string transcript_of(const h2assay_library& library, Octets input);

}  // namespace h2assay::versus
