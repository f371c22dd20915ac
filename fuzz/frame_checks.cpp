#include "fuzz/frame_checks.h"

#include <algorithm>
#include <string>

#include "engine/frame.h"
#include "engine/frame_filter.h"
#include "fuzz/check.h"

namespace h2assay::fuzz {

namespace {

enum class Effect : std::uint8_t { same, same_in_order, doubled, none_of_type };

struct Choice {
  FrameFilter::Habit habit;
  Effect effect = Effect::same;
};

Choice choice_of(std::uint8_t choice) {
  FrameFilter::Habit habit;
  const auto type = static_cast<FrameType>(choice / 8U % 10U);
  switch (choice % 8U) {
    case 0: return {habit, Effect::same_in_order};  // repeated no times more
    case 1:
      habit.type = type;
      habit.action = FrameFilter::Drop{};
      return {habit, Effect::none_of_type};
    case 2: habit.action = FrameFilter::Repeat{1}; return {habit, Effect::doubled};
    case 3: habit.action = FrameFilter::Reorder{}; return {habit, Effect::same};
    case 4:
      habit.action = FrameFilter::Delay{choice / 8U};
      habit.skip = 1;
      return {habit, Effect::same};
    case 5:
      habit.stream_id = 1;
      habit.times = 2;
      habit.action = FrameFilter::Delay{2};
      return {habit, Effect::same};
    case 6:
      habit.flags = flags::end_stream;
      habit.action = FrameFilter::Reorder{};
      return {habit, Effect::same};
    default:
      habit.action = FrameFilter::Alter{[](const Frame& frame, OctetBuffer& out) {
        append_frame(
            out, frame.header.type, frame.header.flags, frame.header.stream_id, frame.payload);
      }};
      return {habit, Effect::same_in_order};
  }
}

struct Passed {
  std::vector<std::uint8_t> octets;
  std::size_t framed = 0;   // octets of whole frames that went in
  std::size_t of_type = 0;  // those of the type
  bool reserved = false;    // a reserved bit was set somewhere: altering clears it
};

Passed pass(Octets octets, const Choice& choice) {
  Passed passed;
  FrameCutter cutter;
  cutter.add(octets);
  while (const auto piece = cutter.next()) {
    if (!piece->frame) continue;
    const std::string text = describe(*piece->frame);
    if (text.empty() || text.find('\n') != std::string::npos)
      fail("frames: the description of a frame is not one line", text);
    passed.framed += piece->whole.size();
    passed.reserved = passed.reserved || (piece->whole[5] & 0x80) != 0;
    if (choice.habit.type && piece->frame->header.is(*choice.habit.type))
      passed.of_type += piece->whole.size();
  }
  FrameFilter filter;
  if (choice.habit.action.index() != 0 || choice.effect == Effect::none_of_type)
    filter.add(choice.habit);
  const Octets out = filter.pass(octets);
  passed.octets.assign(out.begin(), out.end());
  const Octets rest = filter.flush();
  passed.octets.insert(passed.octets.end(), rest.begin(), rest.end());
  return passed;
}

}  // namespace

void check_frames(Octets octets, std::uint8_t choice) {
  const Choice chosen = choice_of(choice);
  const Passed passed = pass(octets, chosen);
  std::size_t due = octets.size();
  if (chosen.effect == Effect::doubled) due += passed.framed;
  if (chosen.effect == Effect::none_of_type) due -= passed.of_type;
  if (passed.octets.size() != due)
    fail("frames: a filter lets " + std::to_string(passed.octets.size()) + " octets pass of " +
             std::to_string(due),
         "");
  const bool ordered = chosen.effect == Effect::same_in_order && !passed.reserved;
  if (ordered && !std::ranges::equal(passed.octets, octets))
    fail("frames: a filter that changes nothing changes octets", "");
  const std::string hex = to_hex(octets);
  const auto back = from_hex(hex);
  if (!back || !std::ranges::equal(*back, octets)) fail("frames: hex is not read back", hex);
}

}  // namespace h2assay::fuzz
