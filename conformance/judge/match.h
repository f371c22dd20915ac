#pragma once
// One frame of the peer held against one frame line.  Pure.

#include <string>
#include <utility>
#include <vector>

#include "conformance/judge/heard.h"
#include "properties/transcript/environment.h"

namespace h2assay {

// Names that a `<` line binds when it matches.
using Bindings = std::vector<std::pair<std::string, std::int64_t>>;

struct Match {
  bool fits = false;
  Bindings bound{};
};

// Is the frame of this type on this stream (or any, for "*" and for a name that is not bound yet)?
transcript::Evaluated<Match> addressed(const Heard& heard,
                                       const transcript::FrameLine& pattern,
                                       const transcript::Environment& environment);

// Does all that the pattern says hold?  What it does not say is free.
transcript::Evaluated<Match> matches(const Heard& heard,
                                     const transcript::FrameLine& pattern,
                                     const std::vector<std::string>& without,
                                     const transcript::Environment& environment);

// Is this the number?  A name that nothing has bound yet takes it.
transcript::Evaluated<bool> number_fits(const transcript::Value& pattern,
                                        std::uint64_t actual,
                                        const transcript::Environment& environment,
                                        Bindings& bound);

// Do the fields hold these words, and none of the names in `without`?
transcript::Evaluated<bool> fields_fit(const Heard& heard,
                                       const std::vector<transcript::FieldWord>& words,
                                       const std::vector<std::string>& without,
                                       const transcript::Environment& environment);

// "GOAWAY PROTOCOL_ERROR", "RST_STREAM 3 CANCEL", "HEADERS 1 :status=404": one short line for
// people.
std::string short_text(const Heard& heard);

// The :status of a HEADERS frame; 0: none, or not three digits.
unsigned status_of(const Heard& heard);

// A response with an error status.  Its stream may be reset behind it, and the connection closed in
// order: RFC 9113, Section 8.1.1.
bool refuses(const Heard& heard);

}  // namespace h2assay
