#pragma once
// Every frame fits the peer's SETTINGS_MAX_FRAME_SIZE as it last arrived.  RFC 9113, Section 4.2.

#include <array>

#include "properties/oracles/octet_oracle.h"

namespace h2assay {

class FrameFitsPeer final : public OctetOracle {
 public:
  FrameFitsPeer() : OctetOracle("frame_fits_peer", "rfc9113-4.2-01") {}

  void sent(wire::Role from, const wire::FrameView& frame) override;
  void arrived(wire::Role at, const wire::FrameView& frame) override;

 private:
  std::array<std::uint32_t, 2> limits_{wire::kSmallestMaxFrameSize, wire::kSmallestMaxFrameSize};
};

}  // namespace h2assay
