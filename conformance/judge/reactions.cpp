#include "conformance/judge/reactions.h"

#include <algorithm>

#include <fmt/format.h>

#include "conformance/judge/codes.h"

namespace h2assay::reactions {

using transcript::Evaluated;
using transcript::Value;
using wire::FrameType;

Reading open_reading() { return {}; }

Reading broken(std::string observed) {
  Reading reading;
  reading.state = Reading::State::broken;
  reading.verdict = Verdict::fail;
  reading.observed = std::move(observed);
  return reading;
}

Reading gone(std::string observed) {
  Reading reading = broken(std::move(observed));
  reading.by_end = true;
  return reading;
}

Reading met(Verdict verdict, std::string observed, std::size_t order) {
  Reading reading;
  reading.state = Reading::State::met;
  reading.verdict = verdict;
  reading.observed = std::move(observed);
  reading.order = order;
  return reading;
}

std::optional<std::uint32_t> goaway_code(const Heard& heard) {
  if (!heard.frame.is(FrameType::goaway) || heard.frame.payload.size() < 8) return std::nullopt;
  return wire::read32(heard.frame.payload, 4);
}

std::optional<std::uint32_t> reset_code(const Heard& heard) {
  if (!heard.frame.is(FrameType::rst_stream) || heard.frame.payload.size() < 4) return std::nullopt;
  return wire::read32(heard.frame.payload);
}

Evaluated<std::uint32_t> stream_of(const Question& question, std::size_t atom) {
  const Value* value = question.phrase.atom(atom);
  if (value == nullptr)
    return std::unexpected(transcript::Fault{.kind = transcript::Fault::Kind::not_given,
                                             .what = question.phrase.word + " needs a stream",
                                             .at = question.phrase.at});
  const auto number = transcript::number(*value, question.environment, wire::kStreamMask);
  if (!number) return std::unexpected(number.error());
  return static_cast<std::uint32_t>(*number);
}

namespace {

bool open_to_lines(const Heard& heard) { return !heard.taken && !heard.own; }

// A GOAWAY with NO_ERROR that nobody has taken: the peer is shutting down, it reports no error.
bool said_no_error(const Hearing& hearing) {
  return std::ranges::any_of(hearing.frames, [](const Heard& heard) {
    return open_to_lines(heard) && goaway_code(heard) == 0U;
  });
}

// What our own TLS cannot bear is no answer of the peer.
bool ended_by_our_tls(const Hearing& hearing) {
  return hearing.end->closed.end == End::tls_alert && hearing.end->closed.by == Actor::us;
}

Reading whole_connection(Reading reading) {
  reading.ends_connection = true;
  return reading;
}

// The end of the connection in place of an error that should have been named.
Evaluated<Reading> ended(rfc::ReactionKind due, const Value* named, const Question& question) {
  const Hearing& hearing = question.hearing;
  if (ended_by_our_tls(hearing)) return broken(ending_text(hearing));
  if (said_no_error(hearing))
    return broken("GOAWAY NO_ERROR, then " + std::string(name(hearing.end->closed.end)));
  const auto grade = grade_error(
      named, due, {.kind = rfc::ReactionKind::closed}, hearing.own_frames, question.environment);
  if (!grade) return std::unexpected(grade.error());
  return whole_connection(met(*grade, ending_text(hearing), hearing.end->order));
}

// A connection error, be it due itself or in place of a stream error.  RFC 9113, Section 5.4.1.
Evaluated<Reading> whole(rfc::ReactionKind due,
                         std::size_t position,
                         const Value* named,
                         const Question& question) {
  const Heard& heard = question.hearing.frames[position];
  const auto grade =
      grade_error(named,
                  due,
                  {.kind = rfc::ReactionKind::connection_error, .code = *goaway_code(heard)},
                  question.hearing.own_frames,
                  question.environment);
  if (!grade) return std::unexpected(grade.error());
  if (*grade == Verdict::fail) return broken(short_text(heard));
  Reading reading = whole_connection(met(*grade, short_text(heard), heard.order));
  reading.taken = {position};
  return reading;
}

Evaluated<Reading> reset(const Heard& heard,
                         std::size_t position,
                         std::uint32_t stream,
                         const Value* named,
                         const Question& question) {
  const auto grade =
      grade_error(named,
                  rfc::ReactionKind::stream_error,
                  {.kind = rfc::ReactionKind::stream_error, .code = *reset_code(heard)},
                  question.hearing.own_frames,
                  question.environment);
  if (!grade) return std::unexpected(grade.error());
  if (*grade == Verdict::fail) return broken(short_text(heard));
  Reading reading = met(*grade, short_text(heard), heard.order);
  reading.taken = {position};
  reading.excused = {stream};
  return reading;
}

constexpr auto kStream = rfc::ReactionKind::stream_error;

// Whoever ends the connection for the error may reset its streams first, each with any code.
Evaluated<Reading> reset_or_end(std::size_t position,
                                std::uint32_t stream,
                                const Value* named,
                                const Question& question) {
  const auto& frames = question.hearing.frames;
  auto alone = reset(frames[position], position, stream, named, question);
  if (!alone || alone->state == Reading::State::met) return alone;
  for (std::size_t n = position + 1; n < frames.size(); ++n) {
    if (!open_to_lines(frames[n]) || goaway_code(frames[n]).value_or(0) == 0) continue;
    auto wider = whole(kStream, n, named, question);
    if (!wider || wider->state != Reading::State::met) break;
    wider->taken.push_back(position);
    wider->excused = {stream};
    return wider;
  }
  return alone;
}

constexpr auto kConnection = rfc::ReactionKind::connection_error;

}  // namespace

Judged stream_error(const Question& question) {
  const auto stream = stream_of(question);
  if (!stream) return std::unexpected(stream.error());
  const Value* named = question.phrase.atom(1);
  const auto& frames = question.hearing.frames;
  for (std::size_t n = 0; n < frames.size(); ++n) {
    if (!open_to_lines(frames[n])) continue;
    if (reset_code(frames[n]) && frames[n].frame.stream_id() == *stream)
      return reset_or_end(n, *stream, named, question);
    if (goaway_code(frames[n]).value_or(0) != 0) return whole(kStream, n, named, question);
  }
  if (question.hearing.end) return ended(kStream, named, question);
  return open_reading();
}

Judged connection_error(const Question& question) {
  const Value* named = question.phrase.atom(0);
  const auto& frames = question.hearing.frames;
  for (std::size_t n = 0; n < frames.size(); ++n) {
    // NO_ERROR may be followed by the error: RFC 9113, Section 5.4.  What matters is how it ends.
    if (!open_to_lines(frames[n]) || goaway_code(frames[n]).value_or(0) == 0) continue;
    return whole(kConnection, n, named, question);
  }
  if (question.hearing.end) return ended(kConnection, named, question);
  return open_reading();
}

namespace {

// What an answer to a malformed request means: RFC 9113, Section 8.1.1.  Nothing: it is an interim
// one.
std::optional<Reading> answer(const Heard& heard, std::size_t position, std::uint32_t stream) {
  const unsigned status = status_of(heard);
  if (status < 300) return std::nullopt;
  Reading reading =
      met(status / 100 == 4 ? Verdict::pass : Verdict::lenient, short_text(heard), heard.order);
  reading.taken = {position};
  reading.excused = {stream};
  return reading;
}

// The final 2xx on this stream, if there is one.
const Heard* accepted(const Hearing& hearing, std::uint32_t stream) {
  for (const Heard& heard : hearing.frames)
    if (!heard.own && heard.frame.stream_id() == stream && status_of(heard) / 100 == 2)
      return &heard;
  return nullptr;
}

}  // namespace

Judged malformed(const Question& question) {
  const auto stream = stream_of(question);
  if (!stream) return std::unexpected(stream.error());
  const Value named = transcript::bare("PROTOCOL_ERROR");
  const auto& frames = question.hearing.frames;
  // A 2xx may have been on its way before the request turned out to be malformed (Section 8.1.1),
  // so it is the end of that response, or an error in its place, that decides.
  const Heard* good = accepted(question.hearing, *stream);
  for (std::size_t n = 0; n < frames.size(); ++n) {
    if (!open_to_lines(frames[n])) continue;
    const bool here = frames[n].frame.stream_id() == *stream;
    const bool message =
        frames[n].frame.is(FrameType::headers) || frames[n].frame.is(FrameType::data);
    if (here && good != nullptr && message && frames[n].frame.has(wire::kEndStream))
      return broken(short_text(*good));
    if (here && reset_code(frames[n])) {
      auto reading = reset_or_end(n, *stream, &named, question);
      if (reading && good != nullptr && reading->state == Reading::State::met)
        reading->verdict = worse(reading->verdict, Verdict::lenient);
      return reading;
    }
    if (here && frames[n].frame.is(FrameType::headers))
      if (auto reading = answer(frames[n], n, *stream)) return *reading;
    if (goaway_code(frames[n]).value_or(0) != 0) return whole(kStream, n, &named, question);
  }
  if (question.hearing.end) return ended(kStream, &named, question);
  return open_reading();
}

Judged ignored(const Question& question) {
  const Hearing& hearing = question.hearing;
  // We have said GOAWAY: closing in order is what the peer may do now.  RFC 9113, Section 6.8.
  if (hearing.end && hearing.we_said_goaway)
    return whole_connection(met(Verdict::pass, ending_text(hearing), hearing.end->order));
  if (hearing.end) return gone(ending_text(hearing));
  if (!hearing.barrier_passed) return open_reading();
  return met(Verdict::pass, "the connection goes on", 0);
}

Judged close(const Question& question) {
  const auto& end = question.hearing.end;
  if (!end) return open_reading();
  if (ended_by_our_tls(question.hearing)) return broken(ending_text(question.hearing));
  return whole_connection(
      met(Verdict::pass, ending_text(question.hearing), question.hearing.end->order));
}

Judged ended_by(const Question& question, End end) {
  const auto& actual = question.hearing.end;
  if (!actual) return open_reading();
  if (actual->closed.end != end) return broken(ending_text(question.hearing));
  return whole_connection(met(Verdict::pass, ending_text(question.hearing), actual->order));
}

Judged alpn(const Question& question) {
  const auto& facts = question.hearing.facts;
  // A handshake that failed has chosen nothing, which is not the same as choosing none.
  if (!facts.tls && question.hearing.end) return gone(ending_text(question.hearing));
  if (!facts.tls) return facts.tls_error.empty() ? broken("no TLS") : open_reading();
  const Value* wanted = question.phrase.atom(0);
  const auto& chosen = facts.alpn;
  const std::string actual = chosen.empty() ? "none" : chosen;
  if (wanted == nullptr) return met(Verdict::pass, "alpn " + actual, 0);
  const auto fits = transcript::permits(*wanted, actual, question.environment);
  if (!fits) return std::unexpected(fits.error());
  return *fits ? met(Verdict::pass, "alpn " + actual, 0) : broken("alpn " + actual);
}

Judged observed(const Question& question) {
  const Value* id = question.phrase.atom(0);
  if (id == nullptr) return open_reading();
  const std::string wanted(transcript::text_of(*id));
  if (question.hearing.observed_ids.contains(wanted))
    return met(Verdict::pass, "kept " + wanted, 0);
  if (question.hearing.end) return gone("no occasion to judge " + wanted);
  return open_reading();
}

// The grades of a flood.  A limit is what RFC 9113, Section 10.5, recommends, so that its absence
// is no more than lenient; a peer that starves others is not.
Judged limited(const Question& question) {
  const Hearing& hearing = question.hearing;
  if (!hearing.strain)
    return std::unexpected(transcript::Fault{.kind = transcript::Fault::Kind::not_given,
                                             .what = "'limited' needs the header abuse",
                                             .at = question.phrase.at});
  constexpr std::uint64_t kNoise_ms = 100;  // less is told apart from nothing on no machine
  constexpr std::uint64_t kMuch = 32U << 20U;
  const Strain& strain = *hearing.strain;
  const auto load = fmt::format("{} frames in {} ms", strain.frames, strain.sent_ms);
  const auto slow = [&](std::uint64_t ms) { return ms > std::max(10 * strain.calm_ms, kNoise_ms); };
  if (strain.second_lost)
    return broken(load + ", and a second connection is not answered any more");
  const auto said = std::ranges::find_if(
      hearing.frames, [](const Heard& heard) { return goaway_code(heard).has_value(); });
  if (hearing.end || said != hearing.frames.end()) {
    const auto what = hearing.end ? ending_text(hearing) : short_text(*said);
    return whole_connection(met(Verdict::pass, fmt::format("limited after {}: {}", load, what), 0));
  }
  const std::uint64_t growth = strain.growth_octets.value_or(0);
  const auto others = fmt::format("a second connection {} ms, in peace {} ms; memory +{} KiB",
                                  strain.worst_ms,
                                  strain.calm_ms,
                                  growth >> 10U);
  const auto told = [&](Verdict verdict, std::string_view grade) {
    return whole_connection(met(verdict, fmt::format("{}: {}; {}", grade, load, others), 0));
  };
  if (slow(strain.worst_ms) || growth > kMuch) return told(Verdict::lenient, "unlimited");
  const bool delayed = !strain.answered || slow(strain.answer_ms);
  return told(Verdict::pass, delayed ? "throttled" : "bounded");
}

}  // namespace h2assay::reactions
