#pragma once
// Wrong sending habits: a filter behind data_to_send that drops, repeats, alters, reorders and
// delays the frames of an honest engine.  Together with Options::unchecked and Options::quirks it
// makes any peer that somebody may want to be tested against.
//
//     FrameFilter filter;
//     filter.add({.type = FrameType::settings, .flags = flags::ack, .action =
//     FrameFilter::Drop{}}); const Octets out = filter.pass(connection.data_to_send());
//
// Octets that are no whole frame yet are held back until the rest comes; so is what is delayed.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <variant>
#include <vector>

#include "engine/frame.h"
#include "engine/frame_cutter.h"
#include "engine/octets.h"

namespace h2assay {

class FrameFilter {
 public:
  // What is done with a frame.
  struct Drop {};

  struct Repeat {
    std::uint32_t times = 1;  // so many copies more
  };

  // Writes a frame, or several, or none, in place of this one.
  struct Alter {
    std::function<void(const Frame& frame, OctetBuffer& out)> rewrite;
  };

  // Lets the next frame pass first; at the end of the output it waits for one.
  struct Reorder {};

  // Holds the frame back until so many further frames have passed.
  struct Delay {
    std::uint32_t frames = 1;
  };

  using Action = std::variant<Drop, Repeat, Alter, Reorder, Delay>;

  // One habit.  A member that holds nothing fits every frame.
  struct Habit {
    std::optional<FrameType> type{};
    std::optional<std::uint32_t> stream_id{};
    std::uint8_t flags = 0;         // all of these are set
    std::uint32_t skip = 0;         // the first so many that fit are left alone
    std::uint32_t times = kAlways;  // then it is done so often
    Action action{};
  };

  static constexpr std::uint32_t kAlways = 0xffff'ffff;

  // Habits are tried in the order in which they were added; the first that fits is followed.
  void add(Habit habit) { habits_.push_back({std::move(habit), 0}); }

  // Takes what the engine wants to send and gives what goes out.  A client's preface passes as it
  // is. The view lives until the next call.
  Octets pass(Octets octets);

  // What is held back, delayed frames and a frame's beginning alike, goes out now.
  Octets flush();

 private:
  struct Counted {
    Habit habit;
    std::uint32_t fitted = 0;
  };

  struct Held {
    std::vector<std::uint8_t> frame;
    std::uint32_t wait = 0;  // frames that have to pass first
  };

  const Action* action_for(const FrameHeader& header);
  void take(Octets whole, const Frame& frame);
  void send(Octets whole);

  std::vector<Counted> habits_;
  std::vector<Held> held_;
  FrameCutter cutter_;
  OctetBuffer out_;
};

}  // namespace h2assay
