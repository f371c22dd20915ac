#include "conformance/player/performance.h"

#include <algorithm>
#include <set>
#include <span>

#include <fmt/format.h>

#include "conformance/catalogue/requirements.h"

namespace h2assay {

using transcript::Await;
using transcript::Fault;
using transcript::Line;
using transcript::Repeat;
using transcript::Step;

Performance::Performance(const transcript::Transcript& transcript,
                         Peer& peer,
                         const Facts& facts,
                         const Patience& patience)
    : transcript_(transcript),
      peer_(peer),
      facts_(facts),
      patience_(patience),
      surroundings_(facts),
      scope_(surroundings_) {}

Played play(const transcript::Instance& instance,
            Peer& peer,
            const Facts& facts,
            const Patience& patience) {
  Performance performance(instance.transcript, peer, facts, patience);
  return performance.run();
}

Played Performance::run() {
  const auto role = transcript_.header.role;
  if (role != transcript::Role::client && role != transcript::Role::either) {
    stop(Verdict::unsupported, fmt::format("role {}", transcript::name(role)), {});
    return report();
  }
  if (!needs_are_met()) return report();
  if (const auto& caps = transcript_.header.abuse) {
    siege_ = std::make_unique<Siege>(peer_, facts_, patience_, *caps);
    if (!siege_->begin()) {
      stop(Verdict::blocked, "a second connection is not answered before the probe begins", {});
      return report();
    }
  }
  played_.verdict = Verdict::pass;
  const bool whole = walk(transcript_.body, false) == Flow::go_on;
  if (whole)
    conclude();
  else
    hear_the_end();
  return report();
}

bool Performance::needs_are_met() {
  const auto& over = transcript_.header.over;
  const bool fits = std::ranges::any_of(facts_.transports, [&](const std::string& one) {
    return std::ranges::find(over, one) != over.end();
  });
  if (!over.empty() && !fits) {
    std::string list;
    for (const std::string& transport : over) list += " " + transport;
    stop(Verdict::unsupported, "over" + list, {});
    return false;
  }
  for (const transcript::Need& need : transcript_.header.needs) {
    const auto met = transcript::met(
        need, scope_, [&](std::string_view feature) { return facts_.features.contains(feature); });
    if (!met) {
      fault(met.error());
      return false;
    }
    if (*met) continue;
    const auto text = need.feature.empty() ? fmt::format("{} {} {}",
                                                         transcript::print(need.left),
                                                         need.comparison,
                                                         transcript::print(need.right))
                                           : need.feature;
    stop(Verdict::unsupported, "needs " + text, need.at);
    return false;
  }
  return true;
}

Performance::Flow Performance::walk(const std::vector<Line>& lines, bool loops) {
  places_.push_back({.lines = &lines, .next = 0, .loops = loops});
  Flow flow = Flow::go_on;
  for (std::size_t n = 0; n < lines.size() && flow == Flow::go_on; ++n) {
    places_.back().next = n + 1;
    flow = walk_line(lines[n]);
  }
  places_.pop_back();
  return flow;
}

Performance::Flow Performance::walk_line(const Line& line) {
  if (const auto* step_line = std::get_if<Step>(&line.what)) return step(*step_line);
  if (const auto* await = std::get_if<Await>(&line.what)) {
    return await->time ? recall(*await) : wait(*await);
  }
  if (const auto* repeat = std::get_if<Repeat>(&line.what)) return loop(*repeat);
  return Flow::go_on;
}

Performance::Flow Performance::loop(const Repeat& repeat) {
  constexpr std::uint64_t kMost = 1'000'000;
  const auto from = transcript::number(repeat.from, scope_, kMost);
  if (!from) return fault(from.error());
  const auto to = transcript::number(repeat.to, scope_, kMost);
  if (!to) return fault(to.error());
  Flow flow = Flow::go_on;
  for (std::uint64_t n = *from; n <= *to && flow == Flow::go_on; ++n) {
    scope_.bind(repeat.name, static_cast<std::int64_t>(n));
    flow = walk(repeat.body, n < *to);
    const bool gone =
        std::ranges::all_of(parties_, [](const auto& entry) { return entry.second->ended(); });
    if (gone && !parties_.empty()) break;
  }
  scope_.forget(repeat.name);
  return flow;
}

namespace {

bool expects(const std::vector<Line>& lines) {
  return std::ranges::any_of(lines, [](const Line& line) {
    if (const auto* repeat = std::get_if<Repeat>(&line.what)) return expects(repeat->body);
    const auto* await = std::get_if<Await>(&line.what);
    return await != nullptr && !await->time;
  });
}

}  // namespace

// How a connection ends is evidence, whatever the verdict.  A peer that has said goodbye may still
// talk, for ever even.
void Performance::hear_the_end() {
  const bool failed = played_.verdict == Verdict::fail;
  for (const auto& [label, party] : parties_) {
    if (!party->hearing().over && !(failed && party->heard_goaway())) continue;
    const auto deadline = within(patience_.quiet / 2);
    while (!party->ended() && party->hear(deadline)) {
    }
  }
}

// After the last line: an error that no line has named is one still.
void Performance::conclude() {
  flush_all();
  hear_the_end();
  for (const auto& [label, party] : parties_) {
    const Hearing& hearing = party->hearing();
    if (hearing.over) continue;
    while (!party->ended() && party->hear(Clock::now())) {
    }
    for (const Heard& heard : hearing.frames) {
      if (heard.taken || heard.own || !is_error(heard)) continue;
      if (hearing.excused.contains(heard.frame.stream_id())) continue;
      // A log that expects nothing is judged by the observer alone.
      if (recalled_.contains(heard.order) && !expects(transcript_.body)) continue;
      const bool wider = widens_accepted(heard, hearing);
      record(wider ? Verdict::lenient : Verdict::fail, "no further error", short_text(heard), 0);
    }
  }
}

namespace {

Ending ending_of(const Hearing& hearing) {
  bool goaway = false;
  for (const Heard& heard : hearing.frames)
    goaway = goaway || heard.frame.is(wire::FrameType::goaway);
  if (!hearing.end) return {.how = goaway ? "goaway" : "open", .by = "nobody"};
  const Closed& closed = hearing.end->closed;
  const std::string how = name(closed.end);
  return {.how = goaway ? "goaway+" + how : how, .by = closed.by == Actor::peer ? "peer" : "us"};
}

}  // namespace

// What TLS itself shows without being asked.
void Performance::report_tls(const WireFacts& facts, std::set<std::string>& judged) {
  if (facts.tls_version != "TLSv1.3") return;
  judged.emplace(kNoLateCertificateRequest);
  if (facts.certificate_requested)
    played_.findings.push_back({.requirement = std::string(kNoLateCertificateRequest),
                                .text = "TLS 1.3 CertificateRequest after the handshake"});
}

Played Performance::report() {
  std::set<std::string> judged;
  for (const auto& [label, party] : parties_) {
    if (label.empty() || parties_.size() == 1) played_.ending = ending_of(party->hearing());
    for (const Finding& finding : party->observer().findings())
      played_.findings.push_back({.requirement = std::string(finding.requirement),
                                  .text = finding.what,
                                  .certain = finding.certain});
    for (const std::string_view id : party->observer().observed_requirements()) judged.emplace(id);
    played_.settings = party->peer_settings();
    report_tls(party->wire_facts(), judged);
    party->close();
  }
  for (PassiveFinding& finding : played_.findings)
    finding.level = strongest_level(std::span(&finding.requirement, 1));
  played_.judged.assign(judged.begin(), judged.end());
  if (played_.sent.empty()) played_.sent = stage_.journal.last_step();
  played_.journal = std::move(stage_.journal);
  return std::move(played_);
}

Performance::Flow Performance::fault(const Fault& fault) {
  const bool lacks = fault.kind == Fault::Kind::unsupported;
  return stop(lacks ? Verdict::unsupported : Verdict::error, fault.what, fault.at);
}

Performance::Flow Performance::stop(Verdict verdict,
                                    std::string observed,
                                    const transcript::Position& at) {
  played_.verdict = verdict;
  played_.observed = std::move(observed);
  played_.line = static_cast<int>(at.line);
  played_.sent = stage_.journal.last_step();
  return Flow::stop;
}

void Performance::record(Verdict verdict, std::string expected, std::string observed, int line) {
  const bool first = !decided_;
  decided_ = true;
  const bool graver = worse(played_.verdict, verdict) != played_.verdict;
  // Of several good lines the last one is shown: that is mostly what the case is about.
  if (!first && !graver && (played_.verdict != Verdict::pass || verdict != Verdict::pass)) return;
  played_.verdict = worse(played_.verdict, verdict);
  played_.expected = std::move(expected);
  played_.observed = std::move(observed);
  played_.line = line;
  played_.sent = stage_.journal.last_step();
}

}  // namespace h2assay
