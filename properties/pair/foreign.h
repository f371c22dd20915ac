#pragma once
// What the network puts between two ends: frames that are legal for the live state, frames that
// break one rule, and mere octets.

#include <cstdint>
#include <vector>

#include "properties/pair/script.h"

namespace h2assay {

// Where a frame is put in: what a frame that fits there must know of the live state.
struct Whereabouts {
  Side toward = Side::client;   // the end that will receive it
  std::uint32_t stream_id = 0;  // of a stream that was opened, or 0
  std::uint32_t fresh_id = 1;   // the next that the sender could open
  std::uint32_t push_id = 2;    // the next that a server could promise
  std::int64_t window = 0;      // octets that the receiver still takes on the stream
  std::uint32_t frame_max = 0;  // the largest payload that the receiver takes
};

// Well-formed; legal unless the state of the stream forbids it, which is the receiver's to judge.
void append_legal(const Act& act, const Whereabouts& at, std::vector<std::uint8_t>& out);

// Breaks one rule: by itself, or for this state.
void append_twisted(const Act& act, const Whereabouts& at, std::vector<std::uint8_t>& out);

// Octets without any order, from the act's operands.
void append_octets(const Act& act, std::vector<std::uint8_t>& out);

// How many frames append_twisted chooses from by `a`.
std::size_t twisted_kinds();

}  // namespace h2assay
