#pragma once
// Plays instances on several threads, the peer looked after between them.  What is not certain is
// played again with all patience, and once more alone where the two do not agree.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <shared_mutex>
#include <span>
#include <string>

#include "conformance/catalogue/catalogue.h"
#include "conformance/cli/ledger.h"
#include "conformance/cli/run.h"

namespace h2assay {

// So many may be seated at once; the next waits until one leaves.
class Seats {
 public:
  explicit Seats(unsigned count) : free_(count) {}

  void take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return free_ > 0; });
    --free_;
  }

  void leave() {
    {
      const std::lock_guard lock(mutex_);
      ++free_;
    }
    changed_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  unsigned free_;
};

class Workers {
 public:
  Workers(const ServerRun& options, Peer& peer, const Facts& facts, Ledger& ledger);

  // Plays them all, or until a stop is asked for.  `progress` is called with each finished case.
  void play(std::span<const CaseInstance> cases,
            const std::function<void(std::size_t done, std::size_t all)>& progress);

  Patience patience() const;       // of the first attempt
  Patience full_patience() const;  // of a repeat, and of control conversations

 private:
  // One playing of an instance, as far as it took to be certain.
  struct Outcome;

  struct Attempt {
    Played played{};
    std::uint64_t started_us = 0;
    double milliseconds = 0;
    bool dead = false;   // the peer did not take a new connection afterwards
    bool stuck = false;  // it took one, and then said nothing
    std::string last_words{};
    std::set<std::string> suspects{};  // accused: all that were under way when it was seen

    bool accused() const { return dead || stuck; }
  };

  void play_phase(std::span<const CaseInstance* const> cases,
                  const std::function<void()>& progress);
  void play_all_times(const CaseInstance& instance);
  Outcome play_one(const CaseInstance& instance);
  Outcome play_signal(const CaseInstance& instance);
  Attempt attempt(const CaseInstance& instance, const Patience& patience);
  Attempt in_company(const CaseInstance& instance, const Patience& patience);
  bool company_may_confirm(const CaseInstance& instance) const;
  Outcome alone(const CaseInstance& instance, Attempt before, int number);
  Outcome alone_at_last(const CaseInstance& instance, Attempt before, int number);
  void look_after(Attempt& attempt, const Patience& patience);
  void revive(const Attempt& attempt);
  void start_anew();
  static CaseResult result_of(const CaseInstance& instance, const Attempt& attempt, int number);
  static Outcome outcome(const CaseInstance& instance, Attempt attempt, int number);
  static Outcome not_played(const CaseInstance& instance, Verdict verdict, std::string why);
  void add(const CaseInstance& instance, Outcome outcome, std::span<const Verdict> verdicts);
  std::optional<Outcome> blocked(const CaseInstance& instance);
  std::string gone();

  const ServerRun& options_;
  Peer& peer_;
  const Facts& facts_;
  Ledger& ledger_;
  const unsigned jobs_;
  Seats seats_;              // for first attempts: --jobs of them at once
  std::shared_mutex stage_;  // shared: one of many; exclusive: alone
  std::mutex suspects_mutex_;
  std::multiset<std::string> under_way_{};  // begun, and nobody has seen the peer alive since
  std::mutex gone_mutex_;
  std::string gone_{};  // the peer is dead and cannot be started anew: since which case
  std::atomic<bool> stop_{false};
};

}  // namespace h2assay
