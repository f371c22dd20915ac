#pragma once
// The phase of each stream, at either end and at any time, is the one that Figure 2 gives for the
// frames that this end sent and got; of a stream that is over, as long as it is remembered, also
// how it ended, and that identifiers that were left out are used up.  So at rest the two ends see
// each stream mirrored.  RFC 9113, Sections 5.1, 5.1.1 and 6.8.

#include <array>
#include <string_view>
#include <vector>

#include "properties/model.h"
#include "properties/oracles/joint_oracle.h"
#include "properties/oracles/per_stream.h"

namespace h2assay {

class StreamsAgree final : public JointOracle {
 public:
  StreamsAgree() : JointOracle("streams_agree", "rfc9113-5.1-01") {}

  void sent(wire::Role from, const wire::FrameView& frame) override { step(from, frame, true); }

  void arrived(wire::Role at, const wire::FrameView& frame) override { step(at, frame, false); }

  void before_call(const Pair& pair, const Command& command) override;
  using JointOracle::at_rest;
  void at_rest(const Pair& pair) override;

 private:
  struct Stream {
    model::StreamState state = model::StreamState::idle;
    model::StreamInput last = model::StreamInput::send_headers;  // what brought it there
    bool unknown = false;  // a frame that the figure does not permit, or that GOAWAY made void
  };

  // A HEADERS or PUSH_PROMISE whose field block goes on: it moves nothing before its last frame.
  struct Open {
    bool push = false;
    std::uint32_t stream_id = 0;
    bool ends = false;
  };

  struct End {
    PerStream<Stream> streams;
    std::array<std::uint32_t, 2> highest{};           // opened by the server, by the client
    std::vector<std::uint32_t> left_out;              // the first and the last of each gap
    std::array<Open, 2> open;                         // theirs, ours
    std::uint32_t sent_last = wire::kStreamMask;      // Last-Stream-ID of our GOAWAY
    std::uint32_t received_last = wire::kStreamMask;  // … of the peer's
  };

  void step(wire::Role role, const wire::FrameView& frame, bool ours);
  void section(wire::Role role, const Open& open, bool ours);
  void move(wire::Role role, std::uint32_t stream_id, model::StreamInput input, bool ours);
  static bool remembered(const Connection& engine, const End& end, std::uint32_t stream_id);
  void compare(const Pair& pair, Side side);
  void compare_endings(const Connection& engine, const End& end, std::string_view who);

  std::array<End, 2> ends_;
};

}  // namespace h2assay
