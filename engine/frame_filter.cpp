#include "engine/frame_filter.h"

#include <algorithm>
#include <utility>

namespace h2assay {

Octets FrameFilter::pass(Octets octets) {
  out_.clear();
  cutter_.add(octets);
  while (const auto piece = cutter_.next()) {
    if (piece->frame) {
      take(piece->whole, *piece->frame);
    } else {
      out_.append(piece->whole);
    }
  }
  return out_.view();
}

Octets FrameFilter::flush() {
  out_.clear();
  for (const Held& held : std::exchange(held_, {})) out_.append(held.frame);
  out_.append(cutter_.rest());
  return out_.view();
}

const FrameFilter::Action* FrameFilter::action_for(const FrameHeader& header) {
  for (Counted& counted : habits_) {
    const Habit& habit = counted.habit;
    if (habit.type && !header.is(*habit.type)) continue;
    if (habit.stream_id && header.stream_id != *habit.stream_id) continue;
    if ((header.flags & habit.flags) != habit.flags) continue;
    const std::uint32_t before = counted.fitted;
    if (counted.fitted != kAlways) ++counted.fitted;
    if (before < habit.skip) continue;
    if (habit.times != kAlways && before - habit.skip >= habit.times) continue;
    return &habit.action;
  }
  return nullptr;
}

void FrameFilter::take(Octets whole, const Frame& frame) {
  const Action* action = action_for(frame.header);
  if (action == nullptr) return send(whole);
  if (const auto* repeat = std::get_if<Repeat>(action)) {
    for (std::uint32_t i = 0; i <= repeat->times; ++i) send(whole);
  } else if (const auto* alter = std::get_if<Alter>(action)) {
    OctetBuffer written;
    alter->rewrite(frame, written);
    if (!written.empty()) send(written.view());
  } else if (std::holds_alternative<Reorder>(*action)) {
    held_.push_back({{whole.begin(), whole.end()}, 1});
  } else if (const auto* delay = std::get_if<Delay>(action)) {
    held_.push_back({{whole.begin(), whole.end()}, std::max(delay->frames, 1U)});
  }
}

// One frame goes out; whatever waited for it follows, in the order in which it was held back.
void FrameFilter::send(Octets whole) {
  out_.append(whole);
  for (Held& held : held_) --held.wait;
  for (const Held& held : held_) {
    if (held.wait == 0) out_.append(held.frame);
  }
  std::erase_if(held_, [](const Held& held) { return held.wait == 0; });
}

}  // namespace h2assay
