#include "properties/oracles/observer_accuses_nobody.h"

#include <string>

namespace h2assay {

void ObserverAccusesNobody::emitted(const Pair&, Side from, Octets octets) {
  observers_[static_cast<std::size_t>(from)].received(octets);
}

// The tester stands next to the peer: what reaches the peer is what the tester sends.
void ObserverAccusesNobody::delivering(const Pair&, Side at, Octets octets) {
  observers_[static_cast<std::size_t>(at)].sent(octets);
}

void ObserverAccusesNobody::finished(const Pair&) {
  for (const Side peer : {Side::client, Side::server}) {
    const Observer& observer = watching(peer);
    evaluated(observer.frames_received() > 1);
    for (const Finding& finding : observer.findings())
      if (finding.certain)
        accuse(std::string(peer == Side::client ? "the client" : "the server") + ", frame " +
               std::to_string(finding.frame) + ", stream " + std::to_string(finding.stream) + ": " +
               std::string(finding.check) + " (" + std::string(finding.requirement) +
               "): " + finding.what);
  }
}

}  // namespace h2assay
