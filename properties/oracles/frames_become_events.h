#pragma once
// Nothing is lost and nothing invented: each frame that arrives becomes the events that it must
// become, with its own numbers, in order, or is discarded because its stream is over; and no event
// comes without a frame.  RFC 9113, Section 6; promise 3 of the engine.

#include <array>
#include <deque>
#include <string>
#include <vector>

#include "properties/oracles/joint_oracle.h"
#include "properties/oracles/per_stream.h"

namespace h2assay {

class FramesBecomeEvents final : public JointOracle {
 public:
  FramesBecomeEvents() : JointOracle("frames_become_events", "promise-3") {}

  void sent(wire::Role from, const wire::FrameView& frame) override;
  void arrived(wire::Role at, const wire::FrameView& frame) override;
  void called(const Pair& pair, const Command& command, const Sent<>& answer) override;
  void received(const Pair& pair, Side at, Events events) override;

 private:
  struct Stream {
    bool sent_end = false;
    bool received_end = false;
    bool reset = false;
    bool malformed = false;  // told as such: the application may still answer

    bool over() const { return reset || (sent_end && received_end); }
  };

  struct Value {
    std::uint16_t id = 0;
    std::uint32_t value = 0;
  };

  struct End {
    PerStream<Stream> streams;
    std::vector<wire::RawFrame> frames;           // arrived, not yet judged
    std::optional<wire::RawFrame> block;          // HEADERS or PUSH_PROMISE still open
    std::deque<std::vector<Value>> announced;     // ours, not yet acknowledged
    std::array<std::uint32_t, 2> highest{};       // opened by the server, by the client
    std::uint32_t sent_last = wire::kStreamMask;  // of GOAWAY frames
    std::uint32_t received_last = wire::kStreamMask;
    std::int64_t peer_window = wire::kDefaultWindow;
    bool over = false;
  };

  // Walks the events of one batch.
  struct Walk {
    End& end;
    Events events;
    std::size_t at = 0;
  };

  static bool discarded(Walk& walk, const wire::RawFrame& frame, Side side);
  void judge(Walk& walk, const wire::RawFrame& frame, Side side);
  void judge_message(Walk& walk, const wire::RawFrame& frame);
  void judge_settings(Walk& walk, const wire::RawFrame& frame);
  void judge_other(Walk& walk, const wire::RawFrame& frame, Side side);
  void judge_extension(Walk& walk, const wire::RawFrame& frame, Side side);
  static void expect_given_up(Walk& walk, Side side);
  void expect(Walk& walk, const Event& event);
  void expect_related(Walk& walk, const wire::RawFrame& frame);
  static bool refused(Walk& walk, std::uint32_t stream_id);

  std::array<End, 2> ends_;
  PerStream<std::string> authorities_;  // of requests, promised ones too
};

}  // namespace h2assay
