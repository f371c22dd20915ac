#pragma once
// The head of an input of `calls`: every option of an engine, each limit and each quirk.

#include <array>
#include <cstddef>
#include <cstdint>

#include "engine/options.h"

namespace h2assay::fuzz {

inline constexpr std::size_t kCallsHead = 16;
using CallsHead = std::array<std::uint8_t, kCallsHead>;

// All zeros: a server with the defaults.
//
//     0      role, and the switches about fields
//     1      the other switches; how the conversation begins: see Beginning
//     2 - 6  what our first SETTINGS announce
//     7 - 9  which limits are changed, a bit each
//     10     to what: 0 switches them off
//     11 12  a quirk, as `spoil_rules` of the target `habits` has it; 13 14 another
//     15     left to the target
Options options_of_head(const CallsHead& head);

// What happens before the first act, by octet 1.
struct Beginning {
  bool initiates = true;    // we send our preface
  bool hears = true;        // the peer's comes
  std::size_t upgrade = 0;  // which value of HTTP2-Settings a server is given
};

Beginning beginning_of(const CallsHead& head);

}  // namespace h2assay::fuzz
