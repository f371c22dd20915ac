#pragma once
// The Last-Stream-ID of one end's GOAWAY frames never rises.  RFC 9113, Section 6.8.

#include <array>

#include "properties/oracles/octet_oracle.h"

namespace h2assay {

class LastStreamIdNeverRises final : public OctetOracle {
 public:
  LastStreamIdNeverRises() : OctetOracle("last_stream_id_never_rises", "rfc9113-6.8-13") {}

  void sent(wire::Role from, const wire::FrameView& frame) override;

 private:
  std::array<std::optional<std::uint32_t>, 2> last_;
};

}  // namespace h2assay
