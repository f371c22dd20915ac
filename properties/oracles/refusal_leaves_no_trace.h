#pragma once
// An engine that refused a call goes on like one that was never asked: an untouched copy, given the
// rest of the script without the refused calls, gives the same answers, events and octets.
// Promise 4 of the engine.

#include <memory>
#include <vector>

#include "properties/oracles/event_oracle.h"

namespace h2assay {

class RefusalLeavesNoTrace final : public EventOracle {
 public:
  RefusalLeavesNoTrace() : EventOracle("refusal_leaves_no_trace", "promise-4") {}

  void before_call(const Pair& pair, const Command& command) override;
  void called(const Pair& pair, const Command& command, const Sent<>& answer) override;
  void delivering(const Pair& pair, Side at, Octets octets) override;
  void received(const Pair& pair, Side at, Events events) override;
  void emitted(const Pair& pair, Side from, Octets octets) override;

 private:
  // Of the one end whose refusal came first.
  Side side_ = Side::client;
  std::unique_ptr<Connection> candidate_;  // a copy from before the call under way
  std::unique_ptr<Connection> untouched_;
  std::string expected_;
};

}  // namespace h2assay
