#include "conformance/judge/judge.h"

#include <algorithm>

#include <fmt/format.h>

#include "conformance/judge/codes.h"
#include "conformance/judge/reactions.h"
#include "engine/error.h"

namespace h2assay {

using transcript::Environment;
using transcript::Evaluated;
using transcript::Expectation;
using transcript::FrameLine;
using transcript::Phrase;
using State = Reading::State;

bool is_error(const Heard& heard) {
  return reactions::goaway_code(heard).value_or(0) != 0 ||
         reactions::reset_code(heard).value_or(0) != 0;
}

bool widens_accepted(const Heard& heard, const Hearing& hearing) {
  const auto code = reactions::goaway_code(heard);
  if (!code || *code == 0 || hearing.excused.empty()) return false;
  // The two that fit every error: RFC 9113, Section 5.4.
  if (*code == static_cast<std::uint32_t>(ErrorCode::protocol_error) ||
      *code == static_cast<std::uint32_t>(ErrorCode::internal_error))
    return true;
  return std::ranges::any_of(hearing.frames, [&](const Heard& other) {
    return reactions::reset_code(other) == code &&
           hearing.excused.contains(other.frame.stream_id());
  });
}

std::string ending_text(const Hearing& hearing) {
  if (!hearing.end) return {};
  const Closed& closed = hearing.end->closed;
  if (closed.end == End::tls_alert && closed.by == Actor::us)
    return "TLS that we cannot go on with: " + hearing.facts.tls_error;
  const std::string how = closed.end == End::fin   ? "FIN"
                          : closed.end == End::rst ? "RST"
                                                   : "alert " + alert_name(closed.alert);
  for (const Heard& heard : hearing.frames)
    if (heard.frame.is(wire::FrameType::goaway))
      return fmt::format("{}, then {}", short_text(heard), how);
  return closed.end == End::tls_alert ? how : how + " without GOAWAY";
}

namespace {

// All frames that this pattern means, in order.
struct Found {
  std::vector<std::size_t> positions{};
  std::vector<std::size_t>
      passed_over{};  // of the same type and stream, before the first that fits
  Bindings bound{};
};

Evaluated<Found> find(const Expectation& expectation,
                      const FrameLine& pattern,
                      const Hearing& hearing,
                      const Environment& environment) {
  Found found;
  for (std::size_t n = 0; n < hearing.frames.size(); ++n) {
    const Heard& heard = hearing.frames[n];
    if (heard.taken || heard.own) continue;
    const auto match = matches(heard, pattern, expectation.without, environment);
    if (!match) return std::unexpected(match.error());
    if (match->fits) {
      if (found.positions.empty()) found.bound = match->bound;
      found.positions.push_back(n);
    } else if (found.positions.empty()) {
      const auto same = addressed(heard, pattern, environment);
      if (same && same->fits) found.passed_over.push_back(n);
    }
  }
  return found;
}

Judged read_absence(const Found& found, const Hearing& hearing) {
  if (!found.positions.empty())
    return reactions::broken(short_text(hearing.frames[found.positions.front()]));
  if (hearing.end && hearing.we_said_goaway)
    return reactions::met(Verdict::pass, ending_text(hearing), hearing.end->order);
  if (hearing.end) return reactions::gone(ending_text(hearing));
  if (!hearing.barrier_passed) return reactions::open_reading();
  return reactions::met(Verdict::pass, "none", 0);
}

Judged read_count(const Expectation& expectation,
                  const Found& found,
                  const Hearing& hearing,
                  const Environment& environment) {
  const auto wanted = transcript::number(*expectation.exactly, environment, UINT32_MAX);
  if (!wanted) return std::unexpected(wanted.error());
  const auto text = fmt::format("{} of them", found.positions.size());
  if (found.positions.size() > *wanted) return reactions::broken(text);
  if (found.positions.size() < *wanted) {
    if (hearing.end) return reactions::gone(text + ", then " + ending_text(hearing));
    return reactions::open_reading();
  }
  // Nothing more can come after the end; else a barrier says so.
  if (!hearing.barrier_passed && !hearing.end) return reactions::open_reading();
  Reading reading = reactions::met(Verdict::pass, text, 0);
  reading.taken = found.positions;
  return reading;
}

Judged read_frame(const Expectation& expectation,
                  const FrameLine& pattern,
                  const Hearing& hearing,
                  const Environment& environment) {
  const auto found = find(expectation, pattern, hearing, environment);
  if (!found) return std::unexpected(found.error());
  if (expectation.no) return read_absence(*found, hearing);
  if (expectation.exactly) return read_count(expectation, *found, hearing, environment);
  if (found->positions.empty()) {
    if (hearing.end) return reactions::gone(ending_text(hearing));
    return reactions::open_reading();
  }
  const std::size_t first = found->positions.front();
  const Heard& heard = hearing.frames[first];
  Reading reading = reactions::met(Verdict::pass, short_text(heard), heard.order);
  reading.taken = found->passed_over;
  reading.taken.push_back(first);
  reading.bound = found->bound;
  reading.ends_connection = reactions::goaway_code(heard).value_or(0) != 0;
  if (reactions::reset_code(heard) || refuses(heard)) reading.excused = {heard.frame.stream_id()};
  return reading;
}

transcript::Fault unplayable(const Phrase& phrase) {
  return {.kind = transcript::Fault::Kind::not_given,
          .what = fmt::format("'{}' cannot be judged on this connection", phrase.word),
          .at = phrase.at};
}

Judged read_word(const Phrase& phrase, const Hearing& hearing, const Environment& environment) {
  const reactions::Question question{phrase, hearing, environment};
  const std::string_view word = phrase.word;
  if (word == "stream-error") return reactions::stream_error(question);
  if (word == "connection-error") return reactions::connection_error(question);
  if (word == "malformed") return reactions::malformed(question);
  if (word == "response") return reactions::response(question);
  if (word == "data") return reactions::data_total(question);
  if (word == "ignored") return reactions::ignored(question);
  if (word == "close") return reactions::close(question);
  if (word == "FIN") return reactions::ended_by(question, End::fin);
  if (word == "RST") return reactions::ended_by(question, End::rst);
  if (word == "http1") return reactions::http1(question);
  if (word == "octets") return reactions::octets(question);
  if (word == "alpn") return reactions::alpn(question);
  if (word == "alert") return reactions::alert(question);
  if (word == "limited") return reactions::limited(question);
  if (word == "observed") return reactions::observed(question);
  return std::unexpected(unplayable(phrase));
}

}  // namespace

bool needs_barrier(const Expectation& expectation) {
  if (expectation.no || expectation.exactly) return true;
  const auto* phrase = std::get_if<Phrase>(&expectation.what);
  if (phrase == nullptr) return false;
  return phrase->word == "ignored" || phrase->word == "data" || phrase->word == "observed";
}

Judged read(const Expectation& expectation,
            std::string_view label,
            const Hearings& hearings,
            const Environment& environment) {
  const std::string_view where =
      expectation.label.empty() ? label : std::string_view(expectation.label);
  const auto hearing = hearings.find(where);
  if (hearing == hearings.end()) return reactions::open_reading();
  const auto* pattern = std::get_if<FrameLine>(&expectation.what);
  Judged reading =
      pattern != nullptr
          ? read_frame(expectation, *pattern, hearing->second, environment)
          : read_word(std::get<Phrase>(expectation.what), hearing->second, environment);
  if (!reading) return reading;
  reading->label = std::string(where);
  if (reading->state != State::met || expectation.before.empty()) return reading;
  const auto second = read(expectation.before.front(), where, hearings, environment);
  if (!second) return second;
  if (second->state == State::met && second->order < reading->order) {
    Reading late = reactions::broken(second->observed + " came first");
    late.label = std::string(where);
    return late;
  }
  return reading;
}

namespace {

Verdict graded(Verdict verdict, transcript::Grade grade) {
  switch (grade) {
    case transcript::Grade::none:    return verdict;
    case transcript::Grade::lenient: return worse(verdict, Verdict::lenient);
    case transcript::Grade::info:    return worse(verdict, Verdict::info);
    case transcript::Grade::fail:    return Verdict::fail;
  }
  return Verdict::fail;
}

bool waits_for_connection_error(const transcript::Await& line) {
  return std::ranges::any_of(line.alternatives, [](const Expectation& alternative) {
    const auto* phrase = std::get_if<Phrase>(&alternative.what);
    const auto* frame = std::get_if<FrameLine>(&alternative.what);
    if (frame != nullptr) return frame->type == static_cast<std::uint8_t>(wire::FrameType::goaway);
    return phrase->word == "connection-error" || phrase->word == "close";
  });
}

// Would a later line be about this frame?
bool named_later(std::string_view label,
                 std::size_t position,
                 std::span<const transcript::Await* const> later,
                 const Hearings& hearings,
                 const Environment& environment) {
  for (const transcript::Await* line : later)
    for (const Expectation& alternative : line->alternatives) {
      const auto reading = read(alternative, line->label, hearings, environment);
      if (!reading || reading->label != label) continue;
      if (std::ranges::find(reading->taken, position) != reading->taken.end()) return true;
      // `no RST_STREAM 1`, `exactly`: the line speaks of it, and will judge it in its turn.
      if (const auto* frame = std::get_if<FrameLine>(&alternative.what)) {
        const auto same =
            addressed(hearings.find(label)->second.frames[position], *frame, environment);
        if (same && same->fits) return true;
      }
    }
  return false;
}

// The first error on the line's connection that no line names.
const Heard* unnamed_error(const transcript::Await& line,
                           std::span<const transcript::Await* const> later,
                           const Hearings& hearings,
                           const Environment& environment) {
  const auto found = hearings.find(line.label);
  if (found == hearings.end()) return nullptr;
  const Hearing& hearing = found->second;
  const bool patient = waits_for_connection_error(line);
  for (std::size_t n = 0; n < hearing.frames.size(); ++n) {
    const Heard& heard = hearing.frames[n];
    if (heard.taken || heard.own || !is_error(heard)) continue;
    const bool reset = reactions::reset_code(heard).has_value();
    if (reset && (patient || hearing.excused.contains(heard.frame.stream_id()))) continue;
    if (named_later(line.label, n, later, hearings, environment)) continue;
    return &heard;
  }
  return nullptr;
}

}  // namespace

namespace {

bool is_end(const Expectation& alternative) {
  const auto* phrase = std::get_if<Phrase>(&alternative.what);
  return phrase != nullptr &&
         (phrase->word == "close" || phrase->word == "FIN" || phrase->word == "RST");
}

// An error that no line names: whoever reports one has not ignored what we sent, and whoever
// reports one for the whole connection has not merely closed it.
bool belied(const Expectation& alternative,
            const transcript::Await& line,
            std::span<const transcript::Await* const> later,
            const Hearings& hearings,
            const Environment& environment) {
  const auto* phrase = std::get_if<Phrase>(&alternative.what);
  const bool ignores = phrase != nullptr && phrase->word == "ignored";
  if (!ignores && !is_end(alternative)) return false;
  const Heard* error = unnamed_error(line, later, hearings, environment);
  if (error == nullptr) return false;
  if (!ignores && !reactions::goaway_code(*error)) return false;
  return !widens_accepted(*error, hearings.find(line.label)->second);
}

// The whole connection ends with a stream error that was accepted.
Reading wider_end(const Heard& heard, std::string observed, const std::string& label) {
  Reading reading = reactions::met(Verdict::lenient, std::move(observed), heard.order);
  reading.label = label;
  reading.ends_connection = true;
  return reading;
}

// It closed, and no GOAWAY names an error: RFC 9113, Section 5.4.1, lets GOAWAY be omitted.
bool ended_after_accepted(std::string_view label, const Hearings& hearings) {
  const auto found = hearings.find(label);
  if (found == hearings.end() || !found->second.end) return false;
  const Hearing& hearing = found->second;
  return !hearing.excused.empty() && std::ranges::none_of(hearing.frames, [](const Heard& heard) {
    return reactions::goaway_code(heard).value_or(0) != 0;
  });
}

}  // namespace

Judged judge(const transcript::Await& line,
             std::span<const transcript::Await* const> later,
             const Hearings& hearings,
             const Environment& environment) {
  bool open = false;
  Reading first_broken;
  for (const Expectation& alternative : line.alternatives) {
    auto reading = read(alternative, line.label, hearings, environment);
    if (!reading) return reading;
    // A close does not mend the wrong error that came before it.
    const bool wrong = first_broken.state == State::broken && !first_broken.by_end;
    const bool false_peace =
        reading->state == State::met && belied(alternative, line, later, hearings, environment);
    if (reading->state == State::met && !(wrong && is_end(alternative)) && !false_peace) {
      reading->verdict = graded(reading->verdict, alternative.grade);
      return reading;
    }
    if (reading->state == State::open || false_peace)
      open = true;
    else if (reading->state == State::broken && first_broken.state != State::broken)
      first_broken = *reading;
  }
  // What the line itself forbids weighs more than an ending that an earlier line may permit.
  if (!open && !first_broken.by_end) return first_broken;
  if (const Heard* error = unnamed_error(line, later, hearings, environment)) {
    const Hearing& hearing = hearings.find(line.label)->second;
    if (widens_accepted(*error, hearing))
      return wider_end(*error, short_text(*error) + " behind the stream error", line.label);
    // Whoever ends the connection may reset its streams first.
    const bool whole = hearing.over || reactions::goaway_code(*error).has_value();
    Reading reading =
        whole ? reactions::gone(short_text(*error)) : reactions::broken(short_text(*error));
    reading.label = line.label;
    return reading;
  }
  if (open) return reactions::open_reading();
  if (first_broken.by_end && ended_after_accepted(line.label, hearings))
    return wider_end({.order = first_broken.order},
                     first_broken.observed + " behind the stream error",
                     line.label);
  return first_broken;
}

bool may_widen(const transcript::Await& line, const Reading& broken, const Hearings& hearings) {
  const bool of_a_stream =
      std::ranges::any_of(line.alternatives, [](const Expectation& alternative) {
        const auto* phrase = std::get_if<Phrase>(&alternative.what);
        return phrase != nullptr && (phrase->word == "stream-error" || phrase->word == "malformed");
      });
  const auto found = hearings.find(broken.label);
  if (!of_a_stream || broken.state != State::broken || found == hearings.end()) return false;
  const Hearing& hearing = found->second;
  bool was_reset = false;
  for (const Heard& heard : hearing.frames) {
    if (heard.taken || heard.own || !is_error(heard)) continue;
    if (reactions::goaway_code(heard)) return false;
    was_reset = true;
  }
  return was_reset && !hearing.end && !hearing.barrier_passed;
}

std::string silence(const transcript::Await& line,
                    const Hearings& hearings,
                    const Environment& environment) {
  const auto found = hearings.find(line.label);
  if (found == hearings.end()) return "nothing";
  const Hearing& hearing = found->second;
  std::string seen;
  for (const Heard& heard : hearing.frames)
    if (!heard.taken && !heard.own && is_error(heard) &&
        !hearing.excused.contains(heard.frame.stream_id()))
      seen = short_text(heard);
  if (!seen.empty()) return seen + ", and no more";
  for (const Expectation& alternative : line.alternatives) {
    const auto reading = read(alternative, line.label, hearings, environment);
    if (reading && reading->state == State::open && !reading->observed.empty())
      return reading->observed;
  }
  return hearing.barrier_passed ? "nothing; the connection goes on" : "nothing";
}

void settle(const Reading& reading, Hearings& hearings) {
  const auto found = hearings.find(reading.label);
  if (found == hearings.end()) return;
  Hearing& hearing = found->second;
  for (const std::size_t position : reading.taken)
    if (position < hearing.frames.size()) hearing.frames[position].taken = true;
  hearing.excused.insert(reading.excused.begin(), reading.excused.end());
  if (reading.ends_connection) hearing.over = true;
}

}  // namespace h2assay
