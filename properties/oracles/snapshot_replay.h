#pragma once
// A copy of an engine behaves the same from then on: promise 1.

#include <memory>

#include "properties/oracles/event_oracle.h"

namespace h2assay {

class SnapshotReplay final : public EventOracle {
 public:
  // Takes its copy of the server once so many octets have reached it.
  explicit SnapshotReplay(std::uint32_t after)
      : EventOracle("snapshot_replay", "promise-1"),
        after_(after) {}

  void delivering(const Pair& pair, Side at, Octets octets) override;
  void received(const Pair& pair, Side at, Events events) override;
  void before_call(const Pair& pair, const Command& command) override;
  void called(const Pair& pair, const Command& command, const Sent<>& answer) override;

 private:
  void compare(const Pair& pair);

  std::uint32_t after_;
  std::uint32_t seen_ = 0;
  std::unique_ptr<Connection> copy_;
  std::string expected_;
};

}  // namespace h2assay
