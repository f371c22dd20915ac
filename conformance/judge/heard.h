#pragma once
// What the judge looks at: all that came on the connections of one case, in order.  Values; the
// player fills them in, tests write them down.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "conformance/peers/peer.h"
#include "properties/wire/frame.h"
#include "properties/wire/hpack.h"

namespace h2assay {

// One frame of the peer.  A field block stands with its first frame, whole: `fields` holds also
// what CONTINUATION brought, and the item appears when the block has ended.
struct Heard {
  std::size_t order = 0;  // over all connections of the case
  wire::RawFrame frame{};
  std::vector<wire::Representation> representations{};
  std::vector<wire::FieldLine> fields{};
  bool own = false;    // answers the player's own barrier: no line can mean it
  bool taken = false;  // an earlier line was about it
};

// How the connection ended, if it did.
struct HeardEnd {
  std::size_t order = 0;
  Closed closed{};
};

// What an abuse probe has shown, in part from a second connection.
struct Strain {
  std::size_t frames = 0;  // sent until it was over
  std::uint64_t sent_ms = 0;
  bool answered = false;        // the attacked connection answered a PING behind it all
  std::uint64_t answer_ms = 0;  // how long that, or the reaction, took
  std::uint64_t calm_ms = 0;    // the second connection in peace
  std::uint64_t worst_ms = 0;   // and at its slowest meanwhile
  bool second_lost = false;     // it was not answered any more
  std::optional<std::uint64_t> growth_octets{};  // of the peer's memory; nothing: not our process
};

// One connection, as far as it has come.
struct Hearing {
  std::vector<Heard> frames{};
  std::string other_octets{};  // what is not HTTP/2: an answer in HTTP/1.1, half a frame at the end
  std::optional<HeardEnd> end{};
  WireFacts facts{};
  bool barrier_passed = false;           // a barrier behind our last step has come back
  bool we_said_goaway = false;           // then the peer may close in order
  bool over = false;                     // a line has accepted the end of this connection
  std::set<std::uint32_t> excused{};     // streams whose error a line has accepted
  std::set<std::string> observed_ids{};  // requirements that the observer found kept
  std::size_t own_frames = 0;            // how many we have sent
  std::optional<Strain> strain{};        // abuse probes only
};

// By label; the unlabelled one is "".
using Hearings = std::map<std::string, Hearing, std::less<>>;

}  // namespace h2assay
