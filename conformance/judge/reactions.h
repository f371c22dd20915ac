#pragma once
// The words of an expectation, one function each.  Part of the judge; use judge.h.

#include "conformance/judge/judge.h"

namespace h2assay::reactions {

// What every word gets.
struct Question {
  const transcript::Phrase& phrase;
  const Hearing& hearing;
  const transcript::Environment& environment;
};

Judged stream_error(const Question& question);
Judged connection_error(const Question& question);
Judged malformed(const Question& question);
Judged response(const Question& question);
// With `held_back`, so many octets may be missing: nothing obliges a sender to use up a window.
Judged data_total(const Question& question, std::uint64_t held_back = 0);
Judged ignored(const Question& question);
Judged close(const Question& question);
Judged ended_by(const Question& question, End end);
Judged http1(const Question& question);
Judged octets(const Question& question);
Judged alpn(const Question& question);
Judged alert(const Question& question);
Judged observed(const Question& question);
Judged limited(const Question& question);

// --- Small things that the words share -----------------------------------------------------------

Reading open_reading();
Reading broken(std::string observed);
// Broken because the connection has come to an end, in order or by an error.
Reading gone(std::string observed);
Reading met(Verdict verdict, std::string observed, std::size_t order);
std::optional<std::uint32_t> goaway_code(const Heard& heard);
std::optional<std::uint32_t> reset_code(const Heard& heard);

// The n-th atom as a stream identifier.
transcript::Evaluated<std::uint32_t> stream_of(const Question& question, std::size_t atom = 0);

}  // namespace h2assay::reactions
