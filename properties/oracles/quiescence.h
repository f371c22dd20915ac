#pragma once
// Two ends that nobody calls come to rest: no endless exchange of frames.  Promise 7.

#include "properties/oracles/event_oracle.h"

namespace h2assay {

class Quiescence final : public EventOracle {
 public:
  Quiescence() : EventOracle("quiescence", "promise-7") {}

  void finished(const Pair& pair) override {
    evaluated();
    if (!pair.rested()) accuse("the pair still exchanges octets after its last act");
  }
};

}  // namespace h2assay
