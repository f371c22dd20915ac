#pragma once
// Related events stand in the event stream exactly once, and are what their links say.
// Promise 5 of the engine; RFC 9113, Section 8.1 for trailers, which always end the stream.

#include <vector>

#include "properties/oracles/event_oracle.h"

namespace h2assay {

class RelatedEventsOnce final : public EventOracle {
 public:
  RelatedEventsOnce() : EventOracle("related_events_once", "promise-5") {}

  void received(const Pair&, Side, Events events) override;

 private:
  std::vector<std::uint8_t> linked_;  // by event of the batch: how many claim it
};

}  // namespace h2assay
