#pragma once
// Grades of error codes.  RFC 9113, Section 5.4: any applicable code may be used, and a generic one
// in its place always.

#include <cstdint>
#include <string>

#include "conformance/results/verdict.h"
#include "properties/transcript/environment.h"

namespace h2assay {

// "PROTOCOL_ERROR", or "0x1f" for a code without a name.
std::string code_name(std::uint32_t code);

// `named` is CODE|CODE, a number, or "*".  The named codes are pass; PROTOCOL_ERROR, INTERNAL_ERROR
// and codes that nobody registered (which mean INTERNAL_ERROR: Section 7) lenient; NO_ERROR and
// codes that name another error fail.  ENHANCE_YOUR_CALM is lenient after `own_frames` above a
// handful.
transcript::Evaluated<Verdict> grade_code(const transcript::Value* named,
                                          std::uint32_t code,
                                          std::size_t own_frames,
                                          const transcript::Environment& environment);

}  // namespace h2assay
