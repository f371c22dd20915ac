#pragma once
// How a pair reaches into its engines.  Every call and every octet goes through here, those of the
// copies that oracles run beside the pair too, so that a test can plant a defect that no Options
// make: an engine broken from within, seen from without.

#include "properties/pair/call.h"

namespace h2assay {

class Handling {
 public:
  Handling() = default;
  Handling(const Handling&) = delete;
  Handling& operator=(const Handling&) = delete;
  virtual ~Handling() = default;

  virtual Sent<> call(Connection& end, const Command& command) {
    return h2assay::call(end, command);
  }

  // The events live as the engine's do.
  virtual Events receive(Connection& end, Octets octets) { return end.receive_data(octets); }
};

}  // namespace h2assay
