#pragma once
// A call that is refused leaves the engine as it was: promise 4 of the engine.

#include "properties/oracles/event_oracle.h"

namespace h2assay {

class RefusedCallChangesNothing final : public EventOracle {
 public:
  RefusedCallChangesNothing() : EventOracle("refused_call_changes_nothing", "promise-4") {}

  void before_call(const Pair& pair, const Command& command) override;
  void called(const Pair& pair, const Command& command, const Sent<>& answer) override;

 private:
  Digest before_{};
  std::size_t waiting_ = 0;
};

}  // namespace h2assay
