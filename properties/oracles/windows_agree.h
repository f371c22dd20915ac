#pragma once
// Both windows of every stream and of the connection are, at any time and at both ends, what the
// octets say: what was granted less what was sent, moved by SETTINGS_INITIAL_WINDOW_SIZE (streams
// alone; ours once it is acknowledged).  So credit is neither lost nor invented, whatever is
// discarded; and no send window is let grow beyond 2^31-1.  RFC 9113, Sections 5.2.1, 6.9.1
// and 6.9.2.

#include <array>
#include <vector>

#include "properties/oracles/joint_oracle.h"
#include "properties/oracles/per_stream.h"

namespace h2assay {

class WindowsAgree final : public JointOracle {
 public:
  WindowsAgree() : JointOracle("windows_agree", "rfc9113-6.9.1-04") {}

  void sent(wire::Role from, const wire::FrameView& frame) override;
  void arrived(wire::Role at, const wire::FrameView& frame) override;
  void before_call(const Pair& pair, const Command& command) override;
  using JointOracle::at_rest;
  void at_rest(const Pair& pair) override;

 private:
  // One direction as one end sees it; a stream's window is initial + balance.
  struct Book {
    std::int64_t connection = wire::kDefaultWindow;
    std::int64_t initial = wire::kDefaultWindow;
    PerStream<std::int64_t> balance;

    void move(std::uint32_t stream_id, std::int64_t octets);
  };

  struct End {
    Book outbound;
    Book inbound;
    std::vector<std::optional<std::uint32_t>> announced;  // by SETTINGS not yet acknowledged
  };

  void judge_size(Side side, std::uint32_t stream_id, const Book& book);
  void compare(const Pair& pair, Side side);
  void compare(Side side,
               std::uint32_t stream_id,
               std::string_view which,
               std::int64_t engine,
               std::int64_t octets);

  std::array<End, 2> ends_;
};

}  // namespace h2assay
