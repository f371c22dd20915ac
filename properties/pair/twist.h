#pragma once
// Frames that break one rule each, whatever the connection went through before.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "engine/error.h"
#include "properties/wire/frame.h"

namespace h2assay {

// A frame that breaks one requirement whatever the connection went through before, as long as the
// handshake is done and no field block is open: a connection error with one of these codes.
struct Twist {
  std::string_view name;
  std::string_view requirement;  // id in conformance/requirements.csv
  wire::FrameType type;
  std::uint8_t flags;
  bool on_stream;            // on stream 1; else on stream 0
  std::string_view payload;  // octets
  ErrorCode code;            // the one that the RFC names
};

std::span<const Twist> twists();

void append(std::vector<std::uint8_t>& out, const Twist& twist);

}  // namespace h2assay
