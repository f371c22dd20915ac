#pragma once
// Related events stand in the event stream exactly once, and are what their links say; none comes
// without a link, but for the priority of a PRIORITY frame.
// Promise 5 of the engine; RFC 9113, Section 8.1 for trailers, which always end the stream.

#include <array>
#include <vector>

#include "properties/oracles/joint_oracle.h"

namespace h2assay {

class RelatedEventsOnce final : public JointOracle {
 public:
  RelatedEventsOnce() : JointOracle("related_events_once", "promise-5") {}

  void arrived(wire::Role at, const wire::FrameView& frame) override;
  void received(const Pair& pair, Side side, Events events) override;

 private:
  void judge_unclaimed(Side side, Events events);

  std::vector<std::uint8_t> linked_;  // by event of the batch: how many claim it
  // Streams of the PRIORITY frames that arrived and are not judged yet, by receiver.
  std::array<std::vector<std::uint32_t>, 2> signals_;
};

}  // namespace h2assay
