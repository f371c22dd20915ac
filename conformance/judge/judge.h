#pragma once
// The judge: an expectation and what came, in; a reading, out.  Pure: no clock, no socket, no
// state. Codes, scopes and silence as the project's design fixes them: RFC 9113, Sections 5.4
// and 8.1.1.

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "conformance/judge/heard.h"
#include "conformance/judge/match.h"
#include "conformance/results/verdict.h"
#include "properties/transcript/environment.h"

namespace h2assay {

// What one line says about what has come so far.
struct Reading {
  enum class State : std::uint8_t {
    open,    // undecided: more may come
    met,     // decided, with this verdict
    broken,  // decided against: nothing that still comes can mend it
  };

  State state = State::open;
  Verdict verdict = Verdict::pass;   // broken: always fail
  std::string observed{};            // one short line for people
  std::size_t order = 0;             // of what decided
  std::string label{};               // the connection that it is about
  std::vector<std::size_t> taken{};  // positions in that connection's frames
  Bindings bound{};
  bool by_end = false;                   // broken because the connection has come to an end
  bool ends_connection = false;          // met by an error or the end of the whole connection
  std::vector<std::uint32_t> excused{};  // streams that have failed, as they should
};

using Judged = transcript::Evaluated<Reading>;

// One alternative.  `label`: the connection it is about, unless it names another itself.
Judged read(const transcript::Expectation& expectation,
            std::string_view label,
            const Hearings& hearings,
            const transcript::Environment& environment);

// A whole line: the first alternative that is met decides, its last word grades it.  An error that
// neither this line nor one of the `later` ones names breaks it.
Judged judge(const transcript::Await& line,
             std::span<const transcript::Await* const> later,
             const Hearings& hearings,
             const transcript::Environment& environment);

// The line is broken by the reset of a stream where it asks for an error of that stream: has
// nothing come yet that would end the connection for it?  Then that may still come.  RFC
// 9113, 5.4.1.
bool may_widen(const transcript::Await& line, const Reading& broken, const Hearings& hearings);

// The line is still open and its time is up: what the silence means, in words.
std::string silence(const transcript::Await& line,
                    const Hearings& hearings,
                    const transcript::Environment& environment);

// Does this alternative need a barrier to be met (`no`, `exactly`, `ignored`, `data total=`)?
bool needs_barrier(const transcript::Expectation& expectation);

// Takes what a met line is about out of the way of later ones.
void settle(const Reading& reading, Hearings& hearings);

// An error of the peer: GOAWAY or RST_STREAM with another code than NO_ERROR.
bool is_error(const Heard& heard);

// A GOAWAY that says no more than a stream error which a line has accepted: a stream error may be
// treated as a connection error, also by a peer that resets the stream first.  RFC 9113, 5.4.1.
bool widens_accepted(const Heard& heard, const Hearing& hearing);

// "GOAWAY PROTOCOL_ERROR, then FIN": how the connection came to its end; empty while it goes on.
std::string ending_text(const Hearing& hearing);

}  // namespace h2assay
