#pragma once
// Finds out, before the first case, whether the peer works at all and what it offers.

#include <string>
#include <vector>

#include "conformance/peers/peer.h"
#include "conformance/player/player.h"

namespace h2assay {

// What the user says of the target; what is empty is looked for.
struct ProbeWishes {
  std::string path = "/";
  std::string large{};
  std::string post{};
  std::string authority{};
  std::vector<transcript::FieldLine> fields{};
  std::vector<std::string> supports{};  // "connect", "push=/pushes", "large=/big"
  std::vector<std::string> lacks{};     // "push", "large", "echo"
};

// A conversation that every server must be able to hold: SETTINGS, one request, PING.
Played control(Peer& peer, const Facts& facts, const Patience& patience);

// A new connection that is greeted and whose PING is answered.
Played liveness(Peer& peer, const Facts& facts, const Patience& patience);

// Facts before anything was asked.
Facts assumed_facts(const Peer& peer,
                    const ProbeWishes& wishes,
                    std::vector<std::string> transports);

// Adds to `facts` what some further conversations show.
void probe(Peer& peer, const ProbeWishes& wishes, const Patience& patience, Facts& facts);

// What is there and what is not, for run.json and for people.
std::vector<std::string> offers(const Facts& facts);
std::vector<std::string> lacks(const Facts& facts);

}  // namespace h2assay
