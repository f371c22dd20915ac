#pragma once
// Plays one instance of a transcript against a peer and says what came of it.

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/peers/peer.h"
#include "conformance/player/facts.h"
#include "conformance/player/journal.h"
#include "conformance/results/result.h"
#include "properties/transcript/transcript.h"

namespace h2assay {

// Seen by TLS itself, on every connection; all else of the kind is the observer's.
inline constexpr std::string_view kNoLateCertificateRequest = "rfc9113-9.2.3-01";

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
  bool rests_on_silence = false;  // to be repeated with more patience
  bool connected = false;         // a connection came to be
  int signal_sent = 0;            // to the peer, by the case: it may end then
  std::vector<PassiveFinding> findings{};
  std::vector<std::string> judged{};
  std::map<std::string, std::uint32_t> settings{};  // that the peer announced
  std::vector<std::string> differences{};           // from the log that is replayed
  Journal journal{};
};

// Does the case send the peer a signal?  Then nobody else can be served meanwhile.
bool sends_signal(const transcript::Transcript& transcript);

// Never throws for anything that the peer does.  Roles client and either (as client); any other is
// `unsupported`.
Played play(const transcript::Instance& instance,
            Peer& peer,
            const Facts& facts,
            const Patience& patience);

}  // namespace h2assay
