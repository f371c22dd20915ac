#pragma once
// GOAWAY covers what the application saw: a Last-Stream-ID that the engine chose is not below any
// stream of the peer that was reported before, nothing above it is reported afterwards, and after
// GOAWAY was received no stream is opened.  RFC 9113, Section 6.8.

#include <array>

#include "properties/oracles/joint_oracle.h"

namespace h2assay {

class GoawayCovers final : public JointOracle {
 public:
  GoawayCovers() : JointOracle("goaway_covers", "rfc9113-6.8-08") {}

  void sent(wire::Role from, const wire::FrameView& frame) override;
  void arrived(wire::Role at, const wire::FrameView& frame) override;
  void called(const Pair& pair, const Command& command, const Sent<>& answer) override;
  void received(const Pair& pair, Side at, Events events) override;

 private:
  struct End {
    std::uint32_t reported = 0;  // the highest stream of the peer
    std::uint32_t last = wire::kStreamMask;
    std::uint32_t opened = 0;
    bool told = false;                         // the peer's GOAWAY arrived
    std::uint32_t chosen = wire::kStreamMask;  // the lowest that the application said itself
  };

  std::array<End, 2> ends_;
};

}  // namespace h2assay
