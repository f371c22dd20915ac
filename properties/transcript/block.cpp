#include "properties/transcript/block.h"

#include <utility>

namespace h2assay::transcript {
namespace {

constexpr std::uint64_t kAnyTable = 0xffff'ffff;
constexpr std::size_t kSmallRest = 4096;  // of a cut representation: tried anew with each frame

}  // namespace

BlockFollower::BlockFollower() { decoder_.limit(kAnyTable); }

void BlockFollower::begin() {
  rest_.clear();
  next_attempt_ = 0;
  broken_ = false;
}

BlockFollower::Piece BlockFollower::take(wire::Octets fragment, bool last) {
  Piece out;
  out.cut_before = !rest_.empty();
  std::vector<std::uint8_t> block = std::exchange(rest_, {});
  block.insert(block.end(), fragment.begin(), fragment.end());
  // A representation of a megabyte in frames of one octet must not cost a megabyte a frame.
  const bool due = last || block.size() <= kSmallRest || block.size() >= next_attempt_;
  std::size_t end = 0;
  bool truncated = !due;
  if (!broken_ && due) {
    wire::DecodedBlock decoded = decoder_.decode(block);
    next_attempt_ = 2 * block.size();
    end = decoded.fault ? decoded.fault_at : block.size();
    truncated = decoded.fault == wire::HpackFault::truncated;
    broken_ = decoded.fault && !truncated;
    out.representations = std::move(decoded.representations);
  }
  out.goes_on = truncated && !broken_ && !last;
  out.rest.assign(block.begin() + static_cast<std::ptrdiff_t>(end), block.end());
  if (out.goes_on) rest_ = out.rest;
  if (last) begin();
  return out;
}

}  // namespace h2assay::transcript
