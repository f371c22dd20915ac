#pragma once
// Plays one instance of a transcript against a peer and says what came of it.

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "conformance/peers/peer.h"
#include "conformance/player/facts.h"
#include "conformance/player/journal.h"
#include "conformance/results/result.h"
#include "properties/transcript/transcript.h"

namespace h2assay {

struct Patience {
  // How long a due reaction may be absent before the player asks with a barrier.
  std::chrono::milliseconds quiet{200};
  // How long the barrier, the handshake, or credit for an upload may take.
  std::chrono::milliseconds answer{1000};
};

struct Played {
  Verdict verdict = Verdict::error;
  std::string sent{};      // our last own line before the decision
  std::string expected{};  // the line that decided
  std::string observed{};
  int line = 0;  // of the file
  Ending ending{};
  bool rests_on_silence = false;  // to be repeated, alone, with more patience
  bool connected = false;         // a connection came to be
  std::vector<PassiveFinding> findings{};
  std::vector<std::string> judged{};
  std::map<std::string, std::uint32_t> settings{};  // that the peer announced
  std::vector<std::string> differences{};           // from the log that is replayed
  Journal journal{};
};

// Never throws for anything that the peer does.  Roles client and either (as client); any other is
// `unsupported`.
Played play(const transcript::Instance& instance,
            Peer& peer,
            const Facts& facts,
            const Patience& patience);

}  // namespace h2assay
