#pragma once
// What two endpoints and the network between them do, as data.
//
// An act is eight octets, and every octet string is a valid script: unknown kinds do nothing, and
// references are relative to the live state (the k-th stream that one may send on, …), so that
// taking an act away never turns the rest into garbage.  RapidCheck and the fuzzers draw the same
// acts.

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace h2assay {

enum class Side : std::uint8_t { client, server };

constexpr Side other(Side side) { return side == Side::client ? Side::server : Side::client; }

// One class of acts each; Script::swarm switches classes off.
enum class ActKind : std::uint8_t {
  settle,         // everything moves, both ways, until quiet
  deliver,        // some octets move to `side`
  deliver_frame,  // one frame moves to `side`
  request,        // a new stream
  respond,        // a final response
  inform,         // an interim response
  data,           // one DATA frame within the window, or just beyond it
  end_stream,     // an empty DATA frame that ends
  trailers,
  reset,
  push,
  open_window,  // WINDOW_UPDATE by hand
  acknowledge,  // received data is done with
  ping,
  update_settings,
  goaway,
  prioritize,
  extension,    // ALTSVC, ORIGIN, PRIORITY_UPDATE, a frame of unknown type
  advance,      // time goes by
  put_frame,    // the network puts in a frame that is legal for the live state
  put_twisted,  // … that breaks one rule
  put_octets,   // … or mere octets
  drop_frame,
  repeat_frame,
  swap_frames,
  cut_off,      // what waits for `side` is lost, and nothing more arrives
  misuse,       // a call that must be refused
  alter_frame,  // some bits of one octet of a frame are inverted
};
inline constexpr std::size_t kActKinds = 28;

struct Act {
  ActKind kind = ActKind::settle;
  Side side = Side::client;
  std::uint8_t a = 0;
  std::uint8_t b = 0;
  std::uint8_t c = 0;
  std::uint32_t d = 0;
  friend bool operator==(const Act&, const Act&) = default;
};

// What one end announces and how its application behaves: indices into tables of boundary values.
struct EndConfig {
  std::uint8_t header_table = 0;
  std::uint8_t window = 0;
  std::uint8_t frame_size = 0;
  std::uint8_t streams = 0;
  std::uint8_t list_size = 0;
  bool acknowledges = true;  // received data is acknowledged as it arrives
  bool answers = true;       // a server answers each complete request
  bool answers_malformed = false;
  friend bool operator==(const EndConfig&, const EndConfig&) = default;
};

struct Script {
  EndConfig client;
  EndConfig server;
  std::uint32_t swarm = 0;  // bit k set: acts of kind k do nothing (settle and deliver always do)
  std::vector<Act> acts;

  bool enabled(ActKind kind) const;
  friend bool operator==(const Script&, const Script&) = default;
};

// Octets in this form: a header of 16, then 8 for each act.  A short tail is padded with zeros.
inline constexpr std::size_t kScriptHeaderOctets = 16;
inline constexpr std::size_t kActOctets = 8;

Script script_from(std::span<const std::uint8_t> octets);
std::vector<std::uint8_t> octets_of(const Script& script);

// An act that calls only what a well-behaved application calls: no frames put in, nothing lost.
bool well_behaved(const Act& act);

}  // namespace h2assay
