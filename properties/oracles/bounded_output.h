#pragma once
// What an end answers of its own accord is bounded by what it got: octets and events alike,
// whatever arrives.  Promise 7; RFC 9113, Section 10.5.

#include <array>

#include "properties/oracles/event_oracle.h"

namespace h2assay {

class BoundedOutput final : public EventOracle {
 public:
  BoundedOutput() : EventOracle("bounded_output", "promise-7") {}

  // A frame of 9 octets draws 13 at most (RST_STREAM, or two WINDOW_UPDATEs for two octets or
  // more); the GOAWAY at the end has debug data.
  static constexpr std::uint64_t kPerOctet = 3;
  static constexpr std::uint64_t kOnce = 512;

  void delivering(const Pair& pair, Side at, Octets octets) override;
  void received(const Pair& pair, Side at, Events events) override;
  void before_call(const Pair& pair, const Command& command) override;
  void emitted(const Pair& pair, Side from, Octets octets) override;

 private:
  struct End {
    std::uint64_t in = 0;
    std::uint64_t out = 0;
    std::uint64_t events = 0;
    bool answering = false;  // what comes out now is an answer, not a call's
  };

  std::array<End, 2> ends_;
};

}  // namespace h2assay
