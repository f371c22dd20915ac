#pragma once
// Nothing stays stuck.  When a script is over, its two applications finish all that they began:
// they acknowledge, open windows, end or reset each stream.  Then no stream lives at either end,
// and a new exchange with content still goes through unless GOAWAY forbids it; else what blocks it
// is named.  Done on copies of both engines.  RFC 9113, Sections 5.1 and 5.2.

#include "properties/oracles/event_oracle.h"

namespace h2assay {

class EverythingCompletes final : public EventOracle {
 public:
  EverythingCompletes() : EventOracle("everything_completes", "rfc9113-6.9.1-06") {}

  void finished(const Pair& pair) override;

 private:
  static void end_all(const Pair& pair, Connection& client, Connection& server);
  void exchange_anew(Connection& client, Connection& server);
};

}  // namespace h2assay
