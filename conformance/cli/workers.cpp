#include "conformance/cli/workers.h"

#include <algorithm>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "conformance/catalogue/requirements.h"

namespace h2assay {

namespace {

std::uint64_t microseconds_since_1970() {
  using std::chrono::system_clock;
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(system_clock::now().time_since_epoch())
          .count());
}

std::chrono::milliseconds scaled(std::chrono::milliseconds span, double scale) {
  return std::chrono::milliseconds(
      static_cast<std::int64_t>(static_cast<double>(span.count()) * scale));
}

// How the process ended, or nothing where it runs or is not ours.
std::optional<std::string> last_words(const Condition& condition) {
  if (condition.kind == Condition::Kind::killed)
    return fmt::format("killed by signal {}", condition.code);
  if (condition.kind == Condition::Kind::exited)
    return fmt::format("exited with status {}", condition.code);
  return std::nullopt;
}

// The peer's condition once it has ended, or after a second: writing a core file takes its time.
Condition condition_soon(Peer& peer) {
  constexpr std::chrono::milliseconds kStep{20};
  for (int step = 0; step < 50; ++step) {
    const Condition now = peer.condition();
    if (now.kind != Condition::Kind::running) return now;
    std::this_thread::sleep_for(kStep);
  }
  return peer.condition();
}

bool sends_signal(const std::vector<transcript::Line>& lines) {
  return std::ranges::any_of(lines, [](const transcript::Line& line) {
    if (const auto* repeat = std::get_if<transcript::Repeat>(&line.what))
      return sends_signal(repeat->body);
    const auto* step = std::get_if<transcript::Step>(&line.what);
    const auto* phrase = step == nullptr ? nullptr : std::get_if<transcript::Phrase>(&step->what);
    return phrase != nullptr && phrase->word == "signal";
  });
}

}  // namespace

Workers::Workers(const ServerRun& options, Peer& peer, const Facts& facts, Ledger& ledger)
    : options_(options),
      peer_(peer),
      facts_(facts),
      ledger_(ledger) {}

Patience Workers::patience() const {
  constexpr std::chrono::milliseconds kQuiet{200};
  return {.quiet = scaled(std::min(kQuiet, options_.timeout), options_.timeout_scale),
          .answer = scaled(std::max(options_.timeout / 2, std::min(kQuiet, options_.timeout)),
                           options_.timeout_scale)};
}

Patience Workers::full_patience() const {
  const auto all = scaled(options_.timeout, options_.timeout_scale);
  return {.quiet = all, .answer = all};
}

void Workers::play(std::span<const CaseInstance> cases,
                   const std::function<void(std::size_t, std::size_t)>& progress) {
  std::vector<const CaseInstance*> first;
  std::vector<const CaseInstance*> second;  // those whose premise is another case
  std::vector<const CaseInstance*> ending;  // those that may end the peer
  for (const CaseInstance& one : cases) {
    if (sends_signal(one.instance.transcript.body))
      ending.push_back(&one);
    else
      (one.source->transcript.header.after.empty() ? first : second).push_back(&one);
  }
  std::atomic<std::size_t> done{0};
  const auto step = [&] { progress(++done, cases.size()); };
  play_phase(first, step);
  play_phase(second, step);
  for (const CaseInstance* one : ending) {
    for (unsigned time = 0; time < options_.repeat && !stop_ && !stop_requested(); ++time)
      play_ending(*one);
    step();
  }
}

// A peer that ends because we told it to has not crashed; nobody else may be at it meanwhile.
void Workers::play_ending(const CaseInstance& instance) {
  if (blocked(instance)) return;
  Attempt only;
  only.started_us = microseconds_since_1970();
  const auto begin = Clock::now();
  only.played = h2assay::play(instance.instance, peer_, facts_, full_patience());
  only.milliseconds = std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
  finish(instance, only, 1);
  if (only.played.verdict == Verdict::unsupported || options_.restart == Restart::never) return;
  only.last_words = "it was told to end";
  revive(only);
}

void Workers::play_phase(std::span<const CaseInstance* const> cases,
                         const std::function<void()>& progress) {
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t n = next++; n < cases.size(); n = next++) {
      for (unsigned time = 0; time < options_.repeat; ++time) {
        if (stop_ || stop_requested()) return;
        play_one(*cases[n]);
        if (options_.pace.count() > 0) std::this_thread::sleep_for(options_.pace);
      }
      progress();
    }
  };
  const unsigned wanted =
      options_.jobs == 0 ? std::max(1U, std::thread::hardware_concurrency()) : options_.jobs;
  std::vector<std::jthread> threads;
  for (std::size_t n = 1; n < std::min<std::size_t>(wanted, cases.size()); ++n)
    threads.emplace_back(work);
  work();
}

bool Workers::blocked(const CaseInstance& instance) {
  const std::string& premise = instance.source->transcript.header.after;
  std::string why;
  if (!premise.empty() && !ledger_.passed(premise)) why = fmt::format("{} did not pass", premise);
  {
    const std::lock_guard lock(gone_mutex_);
    if (!gone_.empty()) why = gone_;
  }
  if (why.empty()) return false;
  CaseResult result = result_of(instance, Attempt{}, 1);
  result.verdict = Verdict::blocked;
  result.observed = why;
  ledger_.add(std::move(result), {});
  return true;
}

Workers::Attempt Workers::attempt(const CaseInstance& instance, const Patience& patience) {
  Attempt out;
  out.started_us = microseconds_since_1970();
  const auto begin = Clock::now();
  out.played = h2assay::play(instance.instance, peer_, facts_, patience);
  out.milliseconds = std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
  if (!out.played.connected && out.played.verdict == Verdict::unsupported) return out;
  if (const auto words = last_words(peer_.condition())) {
    out.dead = true;
    out.last_words = *words;
    return out;
  }
  const Played pulse = liveness(peer_, facts_, patience);
  if (pulse.verdict != Verdict::pass && pulse.verdict != Verdict::lenient) {
    // A process that is dying closes its sockets before anybody can say how it ended.
    if (const auto words = last_words(condition_soon(peer_))) {
      out.dead = true;
      out.last_words = *words;
      return out;
    }
  }
  out.dead = pulse.verdict == Verdict::crash;
  out.stuck = !out.dead && pulse.verdict != Verdict::pass && pulse.verdict != Verdict::lenient;
  if (out.dead || out.stuck) out.last_words = "afterwards, a new connection: " + pulse.observed;
  return out;
}

void Workers::play_one(const CaseInstance& instance) {
  if (blocked(instance)) return;
  Attempt first;
  {
    const std::shared_lock lock(stage_);
    ++under_way_;
    first = attempt(instance, patience());
    --under_way_;
  }
  const bool doubtful = first.played.rests_on_silence || first.dead || first.stuck;
  if (!doubtful) {
    finish(instance, first, 1);
    if (options_.restart == Restart::each_case) {
      const std::unique_lock lock(stage_);
      peer_.restart(within(options_.start_timeout));
    }
    return;
  }
  const std::unique_lock lock(stage_);
  finish(instance, alone(instance, first), 2);
}

// The second attempt, with nobody else at the peer.  What it says counts.
Workers::Attempt Workers::alone(const CaseInstance& instance, const Attempt& first) {
  if (first.dead || first.stuck) revive(first);
  {
    const std::lock_guard lock(gone_mutex_);
    if (!gone_.empty()) {
      // It cannot be asked again.  With several cases under way nobody knows which one it was.
      Attempt out = first;
      if (options_.jobs != 1 && options_.restart == Restart::never)
        out.last_words += "; --jobs 1 tells which case it was";
      return out;
    }
  }
  Attempt second = attempt(instance, full_patience());
  if (second.dead || second.stuck) revive(second);
  return second;
}

void Workers::revive(const Attempt& attempt) {
  const bool may = options_.restart != Restart::never;
  if (may && peer_.restart(within(options_.start_timeout))) return;
  const Played pulse = liveness(peer_, facts_, full_patience());
  if (pulse.verdict == Verdict::pass || pulse.verdict == Verdict::lenient) return;
  const std::lock_guard lock(gone_mutex_);
  if (gone_.empty()) gone_ = "the peer is gone: " + attempt.last_words;
}

CaseResult Workers::result_of(const CaseInstance& instance,
                              const Attempt& attempt,
                              int number) const {
  const transcript::Header& header = instance.source->transcript.header;
  CaseResult result;
  result.case_id = instance.id;
  result.title = header.title;
  result.file = instance.source->file;
  result.requirements = header.requirements;
  result.level = strongest_level(header.requirements);
  result.attempt = number;
  const Played& played = attempt.played;
  result.verdict = played.verdict;
  result.sent = played.sent;
  result.expected = played.expected;
  result.observed = played.observed;
  result.line = played.line;
  result.ending = played.ending;
  result.milliseconds = attempt.milliseconds;
  result.findings = played.findings;
  result.judged = played.judged;
  // A crash or a hang is never a pass, whatever else the peer answered.
  if (attempt.dead || attempt.stuck) {
    result.verdict = worse(result.verdict, attempt.dead ? Verdict::crash : Verdict::hang);
    if (!result.observed.empty()) result.observed += "; ";
    result.observed += attempt.last_words;
  }
  return result;
}

void Workers::finish(const CaseInstance& instance, const Attempt& attempt, int number) {
  CaseResult result = result_of(instance, attempt, number);
  const bool bad = !good_by_default(result.verdict, options_.strict);
  ledger_.add(std::move(result),
              {.played = &attempt.played,
               .script = &instance.instance.transcript,
               .started_us = attempt.started_us,
               .standard_output = peer_.standard_output(),
               .standard_error = peer_.standard_error()});
  if (bad && options_.fail_fast) stop_ = true;
}

}  // namespace h2assay
