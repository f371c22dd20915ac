#pragma once
// Two engines that talk to each other alone never see an error: neither fails the connection nor
// resets a stream of its own accord.  RFC 9113, Section 5.4.

#include "properties/oracles/event_oracle.h"

namespace h2assay {

class TwoConformingEnds final : public EventOracle {
 public:
  TwoConformingEnds() : EventOracle("two_conforming_ends", "rfc9113-5.4-01") {}

  void received(const Pair& pair, Side at, Events events) override;
};

}  // namespace h2assay
