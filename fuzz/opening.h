#pragma once
// What an end hears first from a peer that opens a connection in order.  RFC 9113, Section 3.4.

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <vector>

#include "engine/options.h"
#include "properties/wire/frame.h"

namespace h2assay::fuzz {

// The preface, where `receiver` is a server, and a SETTINGS frame and an ACK.
inline void append_opening(std::vector<std::uint8_t>& octets, Role receiver) {
  if (receiver == Role::server) std::ranges::copy(wire::kPreface, std::back_inserter(octets));
  wire::append(octets, wire::make_frame(wire::FrameType::settings, 0, 0));
  wire::append(octets, wire::make_frame(wire::FrameType::settings, wire::kAck, 0));
}

}  // namespace h2assay::fuzz
