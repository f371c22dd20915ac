// Expectations: waiting, barriers, silence.
#include <algorithm>
#include <ranges>
#include <utility>

#include <fmt/format.h>

#include "conformance/judge/reactions.h"
#include "conformance/player/performance.h"

namespace h2assay {

using transcript::Await;
using transcript::FrameLine;
using transcript::Phrase;
using transcript::Repeat;
using transcript::Step;
using transcript::Value;

namespace {

std::string line_text(const Await& line) {
  std::string out;
  for (const transcript::Expectation& alternative : line.alternatives) {
    if (!out.empty()) out += " or ";
    out += transcript::print(alternative);
  }
  return out;
}

bool about_the_end(const Await& line) {
  return std::ranges::any_of(line.alternatives, [](const transcript::Expectation& alternative) {
    const auto* phrase = std::get_if<Phrase>(&alternative.what);
    if (phrase == nullptr) return false;
    return phrase->word == "close" || phrase->word == "FIN" || phrase->word == "RST";
  });
}

bool speaks_of_data(const Await& line) {
  const auto* phrase = std::get_if<Phrase>(&line.alternatives.front().what);
  return phrase != nullptr && phrase->word == "data";
}

// Lines that are met when something has not come; `ignored` wants to see that more is possible.
bool asks_for_absence(const Await& line) {
  const transcript::Expectation& first = line.alternatives.front();
  return first.no || first.exactly || speaks_of_data(line);
}

// The rule that the line wants to see kept, if that is what it wants.
std::string rule_to_observe(const Await& line) {
  const auto* phrase = std::get_if<Phrase>(&line.alternatives.front().what);
  const Value* id = phrase != nullptr && phrase->word == "observed" ? phrase->atom(0) : nullptr;
  return id == nullptr ? "" : std::string(transcript::text_of(*id));
}

bool asks_for_a_limit(const Await& line) {
  return std::ranges::any_of(line.alternatives, [](const transcript::Expectation& alternative) {
    const auto* phrase = std::get_if<Phrase>(&alternative.what);
    return phrase != nullptr && phrase->word == "limited";
  });
}

// Every line after the current one, inside of loops too.
template <typename Visit>
void visit_lines(const std::vector<transcript::Line>& lines, std::size_t from, const Visit& visit) {
  for (std::size_t n = from; n < lines.size(); ++n) {
    if (const auto* repeat = std::get_if<Repeat>(&lines[n].what))
      visit_lines(repeat->body, 0, visit);
    else
      visit(lines[n]);
  }
}

// The highest stream that the step may open; nothing: it cannot be told yet.
std::optional<std::uint64_t> stream_named(const Step& step) {
  const Value* value = nullptr;
  if (const auto* frame = std::get_if<FrameLine>(&step.what)) {
    value = &frame->stream;
  } else {
    const auto& phrase = std::get<Phrase>(step.what);
    if (phrase.word == "open") return std::nullopt;
    if (phrase.word == "request" || phrase.word == "data") value = phrase.atom(0);
  }
  if (value == nullptr) return 0;
  const auto parsed = transcript::parse_number(transcript::text_of(*value));
  if (!transcript::is_literal(*value) || !parsed.good) return std::nullopt;
  return parsed.number & wire::kStreamMask;
}

}  // namespace

std::vector<const Await*> Performance::later() const {
  std::vector<const Await*> out;
  for (const Place& place : std::views::reverse(places_))
    visit_lines(*place.lines, place.next, [&](const transcript::Line& line) {
      const auto* await = std::get_if<Await>(&line.what);
      if (await != nullptr && !await->time) out.push_back(await);
    });
  return out;
}

// Streams only rise: a barrier must not use an identifier that the case still wants to open.
bool Performance::names_higher_stream(std::uint32_t highest) const {
  bool higher = false;
  for (const Place& place : places_)
    visit_lines(*place.lines, place.loops ? 0 : place.next, [&](const transcript::Line& line) {
      const auto* step = std::get_if<Step>(&line.what);
      if (step == nullptr || higher) return;
      const auto stream = stream_named(*step);
      higher = !stream || *stream > highest;
    });
  return higher;
}

bool Performance::may_ask(const Party& party) {
  return party.heard_settings() && !party.in_field_block() && !party.ended() &&
         !party.half_closed();
}

std::optional<std::uint32_t> Performance::fresh_stream(const Party& party) const {
  const std::uint32_t next = (party.highest_stream() + 1) | 1U;
  const bool crowded = party.open_streams() >= party.peer_setting("MAX_CONCURRENT_STREAMS");
  if (crowded || party.heard_goaway() || next > wire::kStreamMask) return std::nullopt;
  if (party.starves_peer()) return std::nullopt;  // no answer can be demanded
  // Whoever has said goodbye is not owed an answer to a further request.
  if (party.said_goaway()) return std::nullopt;
  if (names_higher_stream(party.highest_stream())) return std::nullopt;
  return next;
}

// Would the line be met if a barrier had come back?
bool Performance::barrier_would_help(const Await& line, bool first_only) {
  const auto hearing = stage_.hearings.find(line.label);
  if (hearing == stage_.hearings.end() || hearing->second.barrier_passed) return false;
  bool helps = false;
  for (const transcript::Expectation& alternative : line.alternatives) {
    if (needs_barrier(alternative)) {
      hearing->second.barrier_passed = true;
      const auto reading = read(alternative, line.label, stage_.hearings, scope_);
      hearing->second.barrier_passed = false;
      const auto* phrase = std::get_if<Phrase>(&alternative.what);
      const bool proves = phrase != nullptr && phrase->word == "observed";
      helps = helps || proves || (reading && reading->state == Reading::State::met);
    }
    if (first_only) break;
  }
  return helps;
}

void Performance::flush_all() {
  for (const auto& [label, party] : parties_) party->flush(within(patience_.answer));
}

bool Performance::hear_something(Deadline deadline) {
  std::vector<Party*> live;
  for (const auto& [label, party] : parties_)
    if (!party->ended() && !party->held() && !party->flooded()) live.push_back(party.get());
  if (live.empty()) return false;
  constexpr auto kSlice = std::chrono::milliseconds(10);
  do {
    bool heard = false;
    for (Party* party : live)
      heard =
          party->hear(live.size() == 1 ? deadline : std::min(deadline, within(kSlice))) || heard;
    if (heard) return true;
    if (std::ranges::all_of(live, [](const Party* party) { return party->synchronous(); }))
      return false;
  } while (Clock::now() < deadline);
  return false;
}

// Takes in what waits already, behind a great many frames.  A line is held against all that has
// come: to do so after every read would cost the square of what a talkative peer sends.  But no
// decision may wait for the end of a flood, and what is said in the middle of a response must be
// said there: at most a quarter more is taken in, and none as long as little has come.
void Performance::hear_what_waits(const Hearing& hearing) {
  constexpr std::size_t kFew = 64;
  const std::size_t before = hearing.frames.size();
  const std::size_t more = before < kFew ? 0 : before / 4;
  while (hearing.frames.size() < before + more && hear_something(Clock::now())) {
  }
}

// What one wait has seen, and when it ends.
struct Performance::Vigil {
  Party& speaker;
  Hearing& hearing;
  Deadline quiet_end;
  std::optional<Deadline> barrier_end{};
  std::uint64_t data_octets = 0;
  std::uint64_t barrier_octets = 0;
  bool nothing_more = false;  // nobody is left who could say something

  bool time_up() const {
    return nothing_more || (!speaker.synchronous() && Clock::now() >= quiet_end);
  }

  bool barrier_is_late() const { return barrier_end && Clock::now() >= *barrier_end; }

  // Waiting on cannot change anything.
  bool over() const {
    if (time_up() && (!speaker.barrier_pending() || nothing_more)) return true;
    if (barrier_is_late()) return true;
    return speaker.flooded() || speaker.held();
  }

  Deadline until() const {
    return speaker.barrier_pending() && barrier_end ? *barrier_end : quiet_end;
  }
};

// An answer that is still coming is not silence.  What answers our own barrier prolongs the barrier
// only: a case must not wait for its whole time once more because the barrier has come back.
void Performance::prolong(Vigil& vigil) const {
  const std::uint64_t data = vigil.speaker.data_octets();
  const std::uint64_t barrier = vigil.speaker.barrier_octets();
  const std::uint64_t data_before = std::exchange(vigil.data_octets, data);
  const std::uint64_t barrier_before = std::exchange(vigil.barrier_octets, barrier);
  if (data == data_before) return;
  if (vigil.barrier_end) vigil.barrier_end = within(patience_.answer);
  if (data - data_before > barrier - barrier_before) vigil.quiet_end = within(patience_.quiet);
}

// Begins a barrier where one may, and would tell something.
bool Performance::ask(const Await& line, Vigil& vigil) {
  Party& speaker = vigil.speaker;
  if (!may_ask(speaker) || speaker.barrier_pending() || vigil.hearing.barrier_passed) return false;
  if (!vigil.time_up() && !barrier_would_help(line, true)) return false;
  speaker.begin_barrier(fresh_stream(speaker), facts_);
  vigil.barrier_end = std::max(within(patience_.answer), vigil.quiet_end);
  vigil.nothing_more = false;
  return true;
}

// Something more that came before a PING was answered, or in the time for any reaction.
bool Performance::hear_out(Vigil& vigil) {
  Party& speaker = vigil.speaker;
  if (vigil.over() || vigil.time_up()) return false;
  if (may_ask(speaker) && !speaker.barrier_pending()) speaker.begin_barrier(std::nullopt, facts_);
  return hear_something(vigil.quiet_end);
}

Performance::Flow Performance::wait(const Await& line) {
  Party* speaker = party(line.label, nullptr);
  if (speaker == nullptr) return Flow::stop;
  flush_all();
  surroundings_.watch(speaker);
  Hearing& hearing = speaker->hearing();
  if (siege_ && asks_for_a_limit(line)) hearing.strain = siege_->conclude(*speaker);
  if (speaks_of_data(line)) hearing.barrier_passed = false;
  Vigil vigil{.speaker = *speaker,
              .hearing = hearing,
              .quiet_end = within(patience_.quiet),
              .data_octets = speaker->data_octets(),
              .barrier_octets = speaker->barrier_octets()};
  const auto rest = later();
  while (true) {
    if (hearing.barrier_passed)
      for (const std::string_view id : speaker->observer().observed_requirements())
        hearing.observed_ids.emplace(id);
    weighed_ += hearing.frames.size();
    const auto reading = judge(line, rest, stage_.hearings, scope_);
    if (!reading) return fault(reading.error());
    if (may_widen(line, *reading, stage_.hearings) && hear_out(vigil)) continue;
    if (reading->state != Reading::State::open) return decide(line, *reading);
    prolong(vigil);
    if (ask(line, vigil)) continue;
    if (vigil.barrier_is_late() && asks_for_absence(line) && speaker->pass_without_request())
      continue;
    if (vigil.over()) return silent(line, speaker);
    vigil.nothing_more = !hear_something(vigil.until());
    hear_what_waits(hearing);
  }
}

// A line of a log: it has happened once.  What comes now is compared, and judges nothing: it stays
// for the lines that do.
Performance::Flow Performance::recall(const Await& line) {
  Party* speaker = party(line.label, nullptr);
  if (speaker == nullptr) return Flow::stop;
  flush_all();
  const auto* pattern = std::get_if<FrameLine>(&line.alternatives.front().what);
  if (pattern == nullptr) return Flow::go_on;
  const auto same = [&](const Heard& heard) {
    const auto match = addressed(heard, *pattern, scope_);
    return !recalled_.contains(heard.order) && match && match->fits;
  };
  auto& frames = speaker->hearing().frames;
  auto found = std::ranges::find_if(frames, same);
  const auto deadline = within(patience_.quiet);
  while (found == frames.end() && !speaker->ended() && hear_something(deadline)) {
    hear_what_waits(speaker->hearing());
    found = std::ranges::find_if(frames, same);
  }
  const auto then = transcript::print(line.alternatives.front());
  if (found == frames.end()) {
    played_.differences.push_back(then + " did not come");
    return Flow::go_on;
  }
  recalled_.insert(found->order);
  const auto match = matches(*found, *pattern, {}, scope_);
  if (!match || !match->fits)
    played_.differences.push_back(fmt::format("{}: now {}", then, short_text(*found)));
  return Flow::go_on;
}

// The line with its late values filled in: what people read.
Await Performance::shown(const Await& line) const {
  return std::get<Await>(transcript::filled({.what = line}, scope_).what);
}

Performance::Flow Performance::decide(const Await& asked, const Reading& reading) {
  const Await line = shown(asked);
  const auto hearing = stage_.hearings.find(reading.label.empty() ? line.label : reading.label);
  const bool over = hearing != stage_.hearings.end() && hearing->second.over;
  const bool broken = reading.state == Reading::State::broken;
  // The connection has ended as an earlier line permits: what it cannot bring any more is not
  // missed.
  if (broken && over && reading.by_end) return Flow::go_on;
  const auto at = static_cast<int>(line.at.line);
  stage_.journal.expectation(line, fmt::format("{}: {}", name(reading.verdict), reading.observed));
  stage_.journal.comment(fmt::format("EXPECTED {}, GOT {}", line_text(line), reading.observed));
  record(reading.verdict, line_text(line), reading.observed, at);
  if (broken || reading.verdict == Verdict::fail) return Flow::stop;
  settle(reading, stage_.hearings);
  for (const auto& [name, number] : reading.bound) scope_.bind(name, number);
  return Flow::go_on;
}

// That the peer gave no occasion to judge a rule is not against it; that it broke it is.
Performance::Flow Performance::not_observed(const Await& line,
                                            const Party& party,
                                            std::string_view rule) {
  const auto& findings = party.observer().findings();
  const auto broken = std::ranges::find_if(findings, [rule](const Finding& finding) {
    return finding.certain && finding.requirement == rule;
  });
  const bool found = broken != findings.end();
  const Verdict verdict = found ? Verdict::fail : Verdict::info;
  const std::string observed = found ? broken->what : "no occasion to judge it";
  stage_.journal.expectation(line, fmt::format("{}: {}", name(verdict), observed));
  stage_.journal.comment(fmt::format("EXPECTED {}, GOT {}", line_text(line), observed));
  record(verdict, line_text(line), observed, static_cast<int>(line.at.line));
  return found ? Flow::stop : Flow::go_on;
}

Performance::Flow Performance::silent(const Await& asked, const Party* party) {
  const Await line = shown(asked);
  const Hearing& hearing = stage_.hearings.find(line.label)->second;
  if (hearing.over && !about_the_end(line)) return Flow::go_on;
  if (const std::string rule = rule_to_observe(asked); !rule.empty() && hearing.barrier_passed)
    return not_observed(line, *party, rule);
  if (hearing.barrier_passed && speaks_of_data(asked)) {
    // A sender may wait until there is room for a whole frame.
    constexpr std::uint64_t kFrame = 16384;
    const auto& phrase = std::get<Phrase>(asked.alternatives.front().what);
    const auto reading = reactions::data_total({phrase, hearing, scope_}, kFrame - 1);
    if (reading && reading->state == Reading::State::met) {
      played_.rests_on_silence = true;
      return decide(asked, *reading);
    }
  }
  const bool dead = !party->heard_settings() || party->barrier_pending();
  const Verdict verdict = dead && !party->in_field_block() ? Verdict::hang : Verdict::fail;
  auto observed = silence(line, stage_.hearings, scope_);
  if (party->flooded()) observed = "an endless stream of frames";
  if (verdict == Verdict::hang && party->heard_settings() && !party->flooded())
    observed += "; the barrier did not come back either";
  stage_.journal.expectation(line, fmt::format("{}: {}", name(verdict), observed));
  stage_.journal.comment(fmt::format("EXPECTED {}, GOT {}", line_text(line), observed));
  record(verdict, line_text(line), observed, static_cast<int>(line.at.line));
  played_.rests_on_silence = true;
  return Flow::stop;
}

}  // namespace h2assay
