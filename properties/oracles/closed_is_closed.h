#pragma once
// No DATA and no HEADERS on a stream after END_STREAM by the same end; nothing at all after a
// GOAWAY that names an error.  RFC 9113, Sections 5.1 and 5.4.1.

#include <array>

#include "properties/oracles/octet_oracle.h"
#include "properties/oracles/per_stream.h"

namespace h2assay {

class ClosedIsClosed final : public OctetOracle {
 public:
  ClosedIsClosed() : OctetOracle("closed_is_closed", "rfc9113-5.1-25") {}

  void sent(wire::Role from, const wire::FrameView& frame) override;

 private:
  struct End {
    PerStream<bool> ended;
    bool over = false;
  };

  std::array<End, 2> ends_;
};

}  // namespace h2assay
