#pragma once
// However octets are cut, receive_data makes the same of them: events, state, and output, however
// that is taken.  Promise 2.

#include <vector>

#include "properties/oracles/event_oracle.h"

namespace h2assay {

class SplitInvisible final : public EventOracle {
 public:
  // `every`: judges one delivery in so many, since each costs a copy of the engine.
  explicit SplitInvisible(std::uint32_t every = 1)
      : EventOracle("split_invisible", "promise-2"),
        every_(every) {}

  void delivering(const Pair& pair, Side at, Octets octets) override;

 private:
  std::uint32_t every_;
  std::uint32_t count_ = 0;
};

}  // namespace h2assay
