#pragma once
// Follows the field blocks of one direction over the frames that carry them, also where a frame
// cuts a representation or nothing can be decoded any more.  RFC 9113, Section 4.3.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "properties/wire/hpack.h"

namespace h2assay::transcript {

class BlockFollower {
 public:
  BlockFollower();

  // What one frame's fragment brings.
  struct Piece {
    std::vector<wire::Representation> representations{};  // that end in this fragment
    std::vector<std::uint8_t> rest{};  // behind them: cannot be decoded, or not yet
    bool cut_before = false;           // the fragment begins within a representation
    bool goes_on = false;              // and ends within one
  };

  // HEADERS or PUSH_PROMISE: what the block before left open is lost.
  void begin();
  // The next fragment of the block; `last`: END_HEADERS.
  Piece take(wire::Octets fragment, bool last);

  const wire::DynamicTable& table() const { return decoder_.table(); }

 private:
  wire::HpackDecoder decoder_{};
  std::vector<std::uint8_t> rest_{};  // of a representation that the last frame cut
  std::size_t next_attempt_ = 0;      // size of `rest_` at which decoding is tried again
  bool broken_ = false;               // this block has a fault: the rest of it is mere octets
};

}  // namespace h2assay::transcript
