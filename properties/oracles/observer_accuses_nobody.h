#pragma once
// The observer, fed with either end of a pair as the peer, accuses neither: not of what it sends by
// itself, and not of what it answers to the illegal frames of a hostile network (its findings in
// what those made unknown are not certain, and don't count).  RFC 9113, all of it.

#include <array>

#include "properties/observer.h"
#include "properties/oracles/event_oracle.h"

namespace h2assay {

class ObserverAccusesNobody final : public EventOracle {
 public:
  ObserverAccusesNobody() : EventOracle("observer_accuses_nobody", "rfc9113-5.4-01") {}

  void emitted(const Pair& pair, Side from, Octets octets) override;
  void delivering(const Pair& pair, Side at, Octets octets) override;
  void finished(const Pair& pair) override;

  const Observer& watching(Side peer) const { return observers_[static_cast<std::size_t>(peer)]; }

 private:
  std::array<Observer, 2> observers_{Observer(wire::Role::client), Observer(wire::Role::server)};
};

}  // namespace h2assay
