#include "conformance/self/matrix.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <utility>

#include "conformance/peers/memory_peer.h"

namespace h2assay {
namespace {

std::vector<std::string> shared(std::span<const std::string> left,
                                std::span<const std::string> right) {
  std::vector<std::string> both;
  for (const std::string& id : left)
    if (std::ranges::find(right, id) != right.end()) both.push_back(id);
  return both;
}

const std::vector<std::string>& cited_by(const SoundResult& sound) {
  return sound.instance->source->transcript.header.requirements;
}

}  // namespace

MatrixRun::MatrixRun(std::span<const CaseInstance> cases,
                     std::span<const Variation> variations,
                     Options options)
    : cases_(cases),
      variations_(variations),
      options_(std::move(options)) {}

void MatrixRun::for_each(std::size_t count, const std::function<void(std::size_t)>& work) const {
  std::atomic<std::size_t> next{0};
  const auto take = [&] {
    for (std::size_t n = next++; n < count && !stopped(); n = next++) work(n);
  };
  const unsigned wanted =
      options_.jobs == 0 ? std::max(1U, std::thread::hardware_concurrency()) : options_.jobs;
  std::vector<std::jthread> threads;
  for (std::size_t n = 1; n < std::min<std::size_t>(wanted, count); ++n) threads.emplace_back(take);
  take();
}

void MatrixRun::play_sound(Matrix& matrix) const {
  matrix.sound.resize(cases_.size());
  for_each(cases_.size(), [&](std::size_t n) {
    SoundResult& result = matrix.sound[n];
    result.instance = &cases_[n];
    for (std::size_t variation = 0; variation < variations_.size(); ++variation) {
      MemoryPeer peer(variations_[variation].engine);
      result.variation = variation;
      result.performed = perform(cases_[n], variations_[variation], peer);
      if (result.performed.supported) break;
    }
  });
  matrix.stopped = stopped();
}

// A rule is consulted only when its check has failed, and then the sound server says so: a GOAWAY
// that names the rule, or a RST_STREAM with the rule's code.  Where it has said neither, a mutant
// of the rule answers octet for octet as the sound server does.
bool MatrixRun::may_differ(const SoundResult& sound, const Mutant& mutant) {
  if (!sound.performed.supported) return false;
  if (!mutant.rule || sound.performed.broken.contains(*mutant.rule)) return true;
  const RuleRow& rule = row(*mutant.rule);
  return rule.scope == Scope::stream &&
         sound.performed.reset_codes.contains(std::to_underlying(rule.code));
}

std::optional<Grade> MatrixRun::changed(const SoundResult& sound, const Mutant& mutant) const {
  const Variation& variation = variations_[sound.variation];
  const auto peer = mutant.peer(variation.engine);
  Performed now = perform(*sound.instance, variation, *peer);
  // A case that cannot be played, or that is broken itself, has noticed nothing.
  const Verdict verdict = now.grade.verdict;
  if (!now.supported || verdict == Verdict::error || verdict == Verdict::blocked)
    return std::nullopt;
  if (now.grade == sound.performed.grade) return std::nullopt;
  return std::move(now.grade);
}

struct MatrixRun::Verdicts {
  Killed killed{};
  std::vector<std::pair<std::string, std::string>> proved{};  // case and requirement
};

MatrixRun::Verdicts MatrixRun::judge(const Mutant& mutant, const Matrix& matrix) const {
  Verdicts verdicts;
  std::set<const Case*> told;  // citing cases that have noticed it
  const auto try_one = [&](const SoundResult& sound) {
    auto now = may_differ(sound, mutant) ? changed(sound, mutant) : std::nullopt;
    if (now && verdicts.killed.case_id.empty())
      verdicts.killed = {.case_id = sound.instance->id,
                         .sound = sound.performed.grade,
                         .mutated = std::move(*now)};
    return now.has_value();
  };
  for (const SoundResult& sound : matrix.sound) {
    if (stopped()) return verdicts;
    const auto both = shared(cited_by(sound), mutant.requirements);
    if (both.empty() || told.contains(sound.instance->source.get()) || !try_one(sound)) continue;
    told.insert(sound.instance->source.get());
    for (const std::string& id : both) verdicts.proved.emplace_back(sound.instance->source->id, id);
  }
  for (const SoundResult& sound : matrix.sound) {
    if (!verdicts.killed.case_id.empty() || stopped()) break;
    if (shared(cited_by(sound), mutant.requirements).empty()) try_one(sound);
  }
  return verdicts;
}

void MatrixRun::play_mutants(std::span<const Mutant> mutants, Matrix& matrix) const {
  std::vector<Verdicts> verdicts(mutants.size());
  std::atomic<std::size_t> done{0};
  for_each(mutants.size(), [&](std::size_t n) {
    verdicts[n] = judge(mutants[n], matrix);
    if (options_.progress) options_.progress(++done, mutants.size());
  });
  matrix.stopped = matrix.stopped || stopped();
  for (std::size_t n = 0; n < mutants.size(); ++n) {
    for (auto& pair : verdicts[n].proved)
      matrix.proofs.try_emplace(std::move(pair), mutants[n].name);
    matrix.killed.push_back(std::move(verdicts[n].killed));
  }
}

void MatrixRun::play_liberties(std::span<const Mutant> liberties, Matrix& matrix) const {
  const std::size_t cases = matrix.sound.size();
  std::mutex mutex;
  std::map<std::size_t, AccusedLiberty> accused;  // by liberty and case: threads keep no order
  for_each(liberties.size() * cases, [&](std::size_t n) {
    const Mutant& liberty = liberties[n / cases];
    const SoundResult& sound = matrix.sound[n % cases];
    if (!sound.performed.supported || !sound.passes()) return;
    const Variation& variation = variations_[sound.variation];
    const auto peer = liberty.peer(variation.engine);
    Performed now = perform(*sound.instance, variation, *peer);
    const std::lock_guard lock(mutex);
    if (now.supported && !good_by_default(now.grade.verdict, false)) {
      accused[n] = {.case_id = sound.instance->id,
                    .liberty = liberty.name,
                    .grade = std::move(now.grade),
                    .expected = std::move(now.expected)};
      return;
    }
    if (!now.supported || now.said_octets == sound.performed.said_octets) return;
    for (std::string& id : shared(cited_by(sound), liberty.requirements))
      matrix.proofs.try_emplace({sound.instance->source->id, std::move(id)}, liberty.name);
  });
  matrix.stopped = matrix.stopped || stopped();
  for (auto& [n, one] : accused) matrix.accused.push_back(std::move(one));
}

}  // namespace h2assay
