#pragma once
// Grades of error codes.  RFC 9113, Section 5.4: any applicable code may be used, and a generic one
// in its place always.

#include <cstdint>
#include <string>

#include "conformance/results/verdict.h"
#include "properties/permitted.h"
#include "properties/transcript/environment.h"

namespace h2assay {

// "PROTOCOL_ERROR", or "0x1f" for a code without a name.
std::string code_name(std::uint32_t code);

// "no_application_protocol", or the number of an alert that is not known.  RFC 8446, Section 6.
std::string alert_name(std::uint8_t description);

// Grades an error, or the mere end of the connection, where an error is due: of the kind `due`,
// with the code `named`, which is CODE|CODE, a number, or "*"; null: any.  What weighs how much is
// said by rfc::grade().  ENHANCE_YOUR_CALM is lenient besides, behind more than a handful of
// `own_frames`.
transcript::Evaluated<Verdict> grade_error(const transcript::Value* named,
                                           rfc::ReactionKind due,
                                           const rfc::Reaction& reaction,
                                           std::size_t own_frames,
                                           const transcript::Environment& environment);

}  // namespace h2assay
