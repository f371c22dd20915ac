#pragma once
// The reference application in this process, with no socket between: exact, and as fast as it gets.
// Its engine takes quirks, and it has habits, so that it misbehaves as told.

#include <string>
#include <utility>
#include <vector>

#include "conformance/peers/peer.h"
#include "engine/habits/habits.h"
#include "engine/options.h"

namespace h2assay {

class MemoryPeer final : public Peer {
 public:
  explicit MemoryPeer(Options engine, std::vector<const HabitRow*> habits = {})
      : engine_(std::move(engine)),
        habits_(std::move(habits)) {}

  // Never fails.  Its wires are synchronous: a read that finds nothing returns at once.
  Opened open(Deadline deadline) override;

  std::string describe() const override { return "the reference server in memory"; }

  std::string authority() const override { return "localhost:80"; }

  std::string scheme() const override { return "http"; }

 private:
  Options engine_;
  std::vector<const HabitRow*> habits_;
};

}  // namespace h2assay
