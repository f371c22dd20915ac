#pragma once
// A sender never spends credit that it was not given: neither the stream's nor the connection's
// window goes below zero by sending, padding included.  RFC 9113, Sections 6.9.1 and 6.9.2.

#include <array>

#include "properties/oracles/octet_oracle.h"
#include "properties/oracles/per_stream.h"

namespace h2assay {

class WindowLedger final : public OctetOracle {
 public:
  WindowLedger() : OctetOracle("window_ledger", "rfc9113-6.9.1-01") {}

  void sent(wire::Role from, const wire::FrameView& frame) override;
  void arrived(wire::Role at, const wire::FrameView& frame) override;

 private:
  // What one end may still send.  A stream's window is initial + balance at any time: a change of
  // SETTINGS_INITIAL_WINDOW_SIZE moves the windows of all streams by the difference.
  struct Sender {
    std::int64_t connection = wire::kDefaultWindow;
    std::int64_t initial = wire::kDefaultWindow;
    PerStream<std::int64_t> balance;
  };

  std::array<Sender, 2> senders_;
};

}  // namespace h2assay
