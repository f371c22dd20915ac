#pragma once
// Frames that the network puts in: legal ones, and ones that break one rule each.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "engine/error.h"
#include "properties/pair/script.h"
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

// The frame of put_frame (legal wherever the connection is open) or put_twisted.
void foreign_frame(const Act& act, std::uint32_t stream_id, std::vector<std::uint8_t>& out);
// Octets without any order, from the act's operands.
void mere_octets(const Act& act, std::vector<std::uint8_t>& out);

}  // namespace h2assay
