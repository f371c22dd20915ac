#pragma once
// Frames that are legal one by one and exceed exactly one limit of engine/limits.h together,
// whatever the connection went through before.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "engine/connection.h"
#include "engine/rules.h"
#include "properties/pair/pair.h"

namespace h2assay {

// One engine at rest that is about to be flooded; the tester plays its peer.
struct Flooded {
  const Pair& pair;
  Side side;
  Connection engine;         // a copy
  bool said_goaway = false;  // streams above its last identifier are none of the engine's any more
  std::uint32_t stream = 0;  // the one that ready() chose: fresh, or one that awaits its response
};

struct Excess {
  std::string_view name;
  Rule limit;
  // Steps that pass where nothing of the limit was spent before; one more exceeds it.
  std::uint32_t allowed;
  bool drains;  // the replies are taken after each step
  // Whether the engine stands where this limit alone can be exceeded; chooses the stream.
  bool (*ready)(Flooded& flooded);
  // What comes first; counts for nothing.
  void (*prelude)(const Flooded& flooded, std::vector<std::uint8_t>& out);
  void (*step)(const Flooded& flooded, std::uint32_t number, std::vector<std::uint8_t>& out);
  // How much of the limit the conversation before has spent; null: that cannot be told.
  std::uint32_t (*spent)(const Flooded& flooded) = nullptr;
};

std::span<const Excess> excesses();

// Limits so small that floods are short, so large that a drawn script rarely meets one.
Limits tight_limits();

}  // namespace h2assay
