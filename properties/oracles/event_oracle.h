#pragma once
// An oracle that sees the pair itself: calls with their answers, events, the engines' state.

#include "properties/oracles/promise.h"
#include "properties/pair/pair.h"

namespace h2assay {

class EventOracle : public PairObserver, public Promise {
 public:
  using Promise::Promise;
};

}  // namespace h2assay
