#pragma once
// An end sends at most one RST_STREAM for a stream, and nothing on the stream after it but
// PRIORITY. RFC 9113, Sections 5.1 and 5.4.2.

#include <array>

#include "properties/oracles/octet_oracle.h"
#include "properties/oracles/per_stream.h"

namespace h2assay {

class OneRstPerStream final : public OctetOracle {
 public:
  OneRstPerStream() : OctetOracle("one_rst_per_stream", "rfc9113-5.4.2-04") {}

  void sent(wire::Role from, const wire::FrameView& frame) override;

 private:
  std::array<PerStream<bool>, 2> reset_;
};

}  // namespace h2assay
