#pragma once
// Automatic updates neither starve nor flood.  Nothing is given back that did not come and was not
// acknowledged or discarded; what waits to be given back stays below half of the window; and an
// automatic WINDOW_UPDATE gives back half a window at least.
// Design, flow control; RFC 9113, Section 5.2.2.

#include <array>

#include "properties/oracles/joint_oracle.h"
#include "properties/oracles/per_stream.h"

namespace h2assay {

class CreditReturns final : public JointOracle {
 public:
  CreditReturns() : JointOracle("credit_returns", "rfc9113-6.9.1-05") {}

  void sent(wire::Role from, const wire::FrameView& frame) override;
  void arrived(wire::Role at, const wire::FrameView& frame) override;
  void received(const Pair& pair, Side at, Events events) override;
  void called(const Pair& pair, const Command& command, const Sent<>& answer) override;
  void emitted(const Pair& pair, Side from, Octets octets) override;
  using JointOracle::at_rest;
  void at_rest(const Pair& pair) override;

 private:
  struct Account {
    std::int64_t came = 0;      // in DATA frames
    std::int64_t owed = 0;      // shown to the application, not acknowledged
    std::int64_t returned = 0;  // by automatic updates
    std::int64_t by_hand = 0;
    bool ended = false;
  };

  struct End {
    Account connection;
    PerStream<Account> streams;
    std::int64_t initial = -1;  // announced by the first SETTINGS
    bool known = false;         // the peer has acknowledged it: before, the default may be in force
    bool moved = false;         // a later SETTINGS changed it: streams are not judged
    bool by_hand = false;       // what comes out next was asked for by hand
  };

  void judge(const Account& account, std::int64_t target, std::uint32_t stream_id, Side side);

  std::array<End, 2> ends_;
};

}  // namespace h2assay
