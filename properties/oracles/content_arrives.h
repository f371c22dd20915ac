#pragma once
// The octets that one end hands to send_data are the octets that the other end's application sees,
// in order, as long as the network changes nothing.  RFC 9113, Section 6.1.

#include <array>

#include "properties/oracles/event_oracle.h"
#include "properties/oracles/per_stream.h"

namespace h2assay {

class ContentArrives final : public EventOracle {
 public:
  ContentArrives() : EventOracle("content_arrives", "rfc9113-6.1-01") {}

  void received(const Pair& pair, Side at, Events events) override;

 private:
  std::array<PerStream<std::size_t>, 2> seen_;
};

}  // namespace h2assay
