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

bool beats(const Played& pulse) {
  return pulse.verdict == Verdict::pass || pulse.verdict == Verdict::lenient;
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

// How many cases at once.  The built-in server is as quick as memory, so that its run is mostly
// cases that wait: more of them than there are cores.
unsigned jobs_of(const ServerRun& options) {
  constexpr unsigned kAgainstOurselves = 8;
  if (options.jobs != 0) return options.jobs;
  const bool built_in = options.target.empty() && options.command.empty();
  return std::max(built_in ? kAgainstOurselves : 1U, std::thread::hardware_concurrency());
}

}  // namespace

Workers::Workers(const ServerRun& options, Peer& peer, const Facts& facts, Ledger& ledger)
    : options_(options),
      peer_(peer),
      facts_(facts),
      ledger_(ledger),
      jobs_(jobs_of(options)),
      seats_(jobs_) {}

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
    if (sends_signal(one.instance.transcript))
      ending.push_back(&one);
    else
      (one.source->transcript.header.after.empty() ? first : second).push_back(&one);
  }
  std::atomic<std::size_t> done{0};
  const auto step = [&] { progress(++done, cases.size()); };
  play_phase(first, step);
  play_phase(second, step);
  play_phase(ending, step);
}

void Workers::play_phase(std::span<const CaseInstance* const> cases,
                         const std::function<void()>& progress) {
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t n = next++; n < cases.size(); n = next++) {
      if (stop_ || stop_requested()) return;
      play_all_times(*cases[n]);
      progress();
    }
  };
  // Who waits for silence to be certain keeps no seat, and needs no processor: others go on.
  constexpr unsigned kWaiting = 8;
  const unsigned wanted = jobs_ == 1 ? 1 : jobs_ + std::max(jobs_, kWaiting);
  std::vector<std::jthread> threads;
  for (std::size_t n = 1; n < std::min<std::size_t>(wanted, cases.size()); ++n)
    threads.emplace_back(work);
  work();
}

struct Workers::Outcome {
  CaseResult result{};
  std::optional<Attempt> attempt{};  // nothing: it was not played
};

std::string Workers::gone() {
  const std::lock_guard lock(gone_mutex_);
  return gone_;
}

Workers::Outcome Workers::not_played(const CaseInstance& instance,
                                     Verdict verdict,
                                     std::string why) {
  Outcome out{.result = result_of(instance, Attempt{}, 1)};
  out.result.verdict = verdict;
  out.result.observed = std::move(why);
  return out;
}

std::optional<Workers::Outcome> Workers::blocked(const CaseInstance& instance) {
  const std::string& premise = instance.source->transcript.header.after;
  if (std::string why = gone(); !why.empty())
    return not_played(instance, Verdict::blocked, std::move(why));
  if (!premise.empty() && !ledger_.passed(premise))
    return not_played(instance, Verdict::blocked, fmt::format("{} did not pass", premise));
  return std::nullopt;
}

Workers::Attempt Workers::attempt(const CaseInstance& instance, const Patience& patience) {
  Attempt out;
  out.started_us = microseconds_since_1970();
  const auto begin = Clock::now();
  out.played = h2assay::play(instance.instance, peer_, facts_, patience);
  out.milliseconds = std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
  const bool played = out.played.connected || out.played.verdict != Verdict::unsupported;
  if (played) look_after(out, patience);
  return out;
}

// Does the peer still live?
void Workers::look_after(Attempt& attempt, const Patience& patience) {
  if (const int sent = attempt.played.signal_sent; sent != 0) {
    // It was asked to end.  Only an end that it did not choose is a crash.
    const Condition now = condition_soon(peer_);
    attempt.dead = now.kind == Condition::Kind::killed && now.code != sent;
    if (attempt.dead) attempt.last_words = last_words(now).value_or("");
    return;
  }
  if (const auto words = last_words(peer_.condition())) {
    attempt.dead = true;
    attempt.last_words = *words;
    return;
  }
  const Played pulse = liveness(peer_, facts_, patience);
  if (beats(pulse)) return;
  // A process that is dying closes its sockets before anybody can say how it ended.
  if (const auto words = last_words(condition_soon(peer_))) {
    attempt.dead = true;
    attempt.last_words = *words;
    return;
  }
  // Refused, or accepted by the kernel and reset: nobody is there.  Silence would be a hang.
  attempt.dead = pulse.verdict == Verdict::crash || pulse.ending.how == "rst";
  attempt.stuck = !attempt.dead;
  attempt.last_words = "afterwards, a new connection: " + pulse.observed;
}

void Workers::play_all_times(const CaseInstance& instance) {
  std::optional<Outcome> worst;
  std::vector<Verdict> verdicts;
  for (unsigned time = 0; time < options_.repeat; ++time) {
    if (time > 0 && (stop_ || stop_requested())) break;
    Outcome next = play_one(instance);
    verdicts.push_back(next.result.verdict);
    const bool played = next.attempt.has_value();
    if (!worst || worse(worst->result.verdict, verdicts.back()) != worst->result.verdict)
      worst = std::move(next);
    if (options_.pace.count() > 0) std::this_thread::sleep_for(options_.pace);
    if (!played) break;
  }
  add(instance, std::move(*worst), verdicts);
}

Workers::Outcome Workers::play_one(const CaseInstance& instance) {
  if (auto reason = blocked(instance)) return std::move(*reason);
  if (sends_signal(instance.instance.transcript)) return play_signal(instance);
  seats_.take();
  Attempt first = in_company(instance, patience());
  seats_.leave();
  if (!first.accused() && !first.played.rests_on_silence) {
    if (options_.restart == Restart::each_case) {
      const std::unique_lock lock(stage_);
      start_anew();
    }
    return outcome(instance, std::move(first), 1);
  }
  if (first.accused() || !company_may_confirm(instance))
    return alone_at_last(instance, std::move(first), 2);
  Attempt second = in_company(instance, full_patience());
  const bool agreed =
      second.played.verdict == first.played.verdict && second.played.line == first.played.line;
  if (!second.accused() && (agreed || !second.played.rests_on_silence))
    return outcome(instance, std::move(second), 2);
  return alone_at_last(instance, std::move(second), 3);
}

// Beside other cases.  Whoever finds the peer dead or stuck afterwards stays under way: a suspect.
Workers::Attempt Workers::in_company(const CaseInstance& instance, const Patience& patience) {
  const std::shared_lock lock(stage_);
  {
    const std::lock_guard suspects(suspects_mutex_);
    under_way_.insert(instance.id);
  }
  Attempt out = attempt(instance, patience);
  const std::lock_guard suspects(suspects_mutex_);
  if (out.accused())
    out.suspects = {under_way_.begin(), under_way_.end()};
  else
    under_way_.erase(under_way_.find(instance.id));
  return out;
}

// A silence that comes twice in the same place, the second time through the whole time-out, is
// certain whoever else is served meanwhile: the peer is seen to live after both.
bool Workers::company_may_confirm(const CaseInstance& instance) const {
  const bool probe = instance.instance.transcript.header.abuse.has_value();
  return jobs_ > 1 && options_.restart != Restart::each_case && !probe;
}

Workers::Outcome Workers::alone_at_last(const CaseInstance& instance, Attempt before, int number) {
  const bool suspect = before.accused();
  const std::unique_lock lock(stage_);
  Outcome certain = alone(instance, std::move(before), number);
  if (options_.restart == Restart::each_case) start_anew();
  const std::lock_guard suspects(suspects_mutex_);
  if (suspect) under_way_.erase(under_way_.find(instance.id));
  return certain;
}

// A case that ends the peer: nobody else is served meanwhile, and the peer is started anew.
Workers::Outcome Workers::play_signal(const CaseInstance& instance) {
  if (options_.restart == Restart::never)
    return not_played(instance, Verdict::unsupported, "a signal, and --restart never");
  const std::unique_lock lock(stage_);
  Attempt first = attempt(instance, full_patience());
  if (first.played.signal_sent == 0) return outcome(instance, std::move(first), 1);
  start_anew();
  if (!first.played.rests_on_silence) return outcome(instance, std::move(first), 1);
  Attempt second = attempt(instance, full_patience());
  start_anew();
  return outcome(instance, std::move(second), 2);
}

void Workers::start_anew() {
  if (peer_.restart(within(options_.start_timeout)) ||
      beats(liveness(peer_, facts_, full_patience())))
    return;
  const std::lock_guard lock(gone_mutex_);
  if (gone_.empty()) gone_ = "the peer is gone: it could not be started anew";
}

// The last attempt, with nobody else at the peer.  What it says counts.
Workers::Outcome Workers::alone(const CaseInstance& instance, Attempt before, int number) {
  if (before.accused() && gone().empty()) revive(before);
  if (const std::string why = gone(); !why.empty()) {
    // It cannot be asked again.  A case that found the peer dead already is none of the suspects.
    if (!before.played.connected) return not_played(instance, Verdict::blocked, why);
    if (before.suspects.size() > 1) {
      before.last_words += "; it was one of";
      for (const std::string& id : before.suspects) before.last_words += " " + id;
      before.last_words += ", which --jobs 1 tells";
    }
    return outcome(instance, std::move(before), number - 1);
  }
  Attempt last = attempt(instance, full_patience());
  if (last.accused()) revive(last);
  return outcome(instance, std::move(last), number);
}

void Workers::revive(const Attempt& attempt) {
  // Of several suspects the first has seen to it already.
  if (beats(liveness(peer_, facts_, patience()))) return;
  const bool may = options_.restart != Restart::never;
  if (may && peer_.restart(within(options_.start_timeout))) return;
  // A peer that somebody else runs may be started anew by them.
  const bool theirs = peer_.condition().kind == Condition::Kind::unknown;
  const auto deadline = within(theirs ? options_.start_timeout : std::chrono::milliseconds(0));
  do {
    if (beats(liveness(peer_, facts_, full_patience()))) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  } while (Clock::now() < deadline && !stop_requested());
  const std::lock_guard lock(gone_mutex_);
  if (gone_.empty()) gone_ = "the peer is gone: " + attempt.last_words;
}

CaseResult Workers::result_of(const CaseInstance& instance, const Attempt& attempt, int number) {
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
  if (attempt.accused()) {
    result.verdict = worse(result.verdict, attempt.dead ? Verdict::crash : Verdict::hang);
    if (!result.observed.empty()) result.observed += "; ";
    result.observed += attempt.last_words;
  }
  return result;
}

Workers::Outcome Workers::outcome(const CaseInstance& instance, Attempt attempt, int number) {
  return {.result = result_of(instance, attempt, number), .attempt = std::move(attempt)};
}

namespace {

// "pass 2, fail 1: GOAWAY CANCEL"
std::string tally(std::span<const Verdict> verdicts, std::string_view observed) {
  std::string out;
  for (const Verdict one : kVerdicts) {
    const auto count = std::ranges::count(verdicts, one);
    if (count > 0) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", name(one), count);
  }
  return observed.empty() ? out : fmt::format("{}: {}", out, observed);
}

}  // namespace

void Workers::add(const CaseInstance& instance,
                  Outcome outcome,
                  std::span<const Verdict> verdicts) {
  CaseResult& result = outcome.result;
  result.verdicts.assign(verdicts.begin(), verdicts.end());
  if (std::ranges::any_of(verdicts, [&](Verdict one) { return one != verdicts.front(); })) {
    result.observed = tally(verdicts, result.observed);
    result.verdict = Verdict::flaky;
  }
  const bool bad = !good_by_default(result.verdict, options_.strict);
  Ledger::Conversation conversation;
  if (outcome.attempt)
    conversation = {.played = &outcome.attempt->played,
                    .script = &instance.instance.transcript,
                    .started_us = outcome.attempt->started_us,
                    .standard_output = peer_.standard_output(),
                    .standard_error = peer_.standard_error()};
  ledger_.add(std::move(result), conversation);
  if (bad && options_.fail_fast) stop_ = true;
}

}  // namespace h2assay
