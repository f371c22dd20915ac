#pragma once
// What an input of `versus` means: how the ends are made, and the pieces that arrive.

#include <cstdint>
#include <string>
#include <vector>

#include "engine/options.h"
#include "properties/wire/frame.h"

namespace h2assay::versus {

// The first octet: compare() says what its bits mean.
class Configuration {
 public:
  explicit Configuration(std::uint8_t octet) : octet_(octet) {}

  bool client() const { return bit(0); }

  bool opened() const { return bit(1); }

  std::uint32_t manner() const { return octet_ >> 2U & 3U; }

  bool small_windows() const { return bit(4); }

  bool no_table() const { return bit(5); }

  bool no_push() const { return bit(6); }

  bool leaves() const { return bit(7); }

 private:
  bool bit(unsigned at) const { return (octet_ >> at & 1U) != 0; }

  std::uint8_t octet_;
};

// Both ends are made of these: the protocol's rules, and nothing that a library need not have.
Options options_of(Configuration configuration);

// The opening, if there is one, and the rest.
std::vector<std::uint8_t> octets_of(Configuration configuration, wire::Octets rest);

// A frame, or a field block with all its frames, also with the frame that interrupts it.
struct Piece {
  wire::Octets octets;
  // Type of the first frame, "preface" or "unknown"; behind it what is wrong at first sight, where
  // rows need to know: "too long", "of wrong length", "interrupted", "unasked" (ACK of SETTINGS),
  // "connect" (SETTINGS_ENABLE_CONNECT_PROTOCOL above 1), "repeated" (a parameter),
  // "itself" (depends on), "foreign" and "of its own" (a client's, a server's GOAWAY that
  // names no stream of its receiver), "rising" (GOAWAY).
  std::string name{};
  std::uint32_t stream_id = 0;  // of the first frame
  bool ends = false;            // END_STREAM
};

// Views into `octets`.  A rest that is not whole is left out, unless its length alone is wrong.
std::vector<Piece> cut(wire::Octets octets, bool toward_server);

}  // namespace h2assay::versus
