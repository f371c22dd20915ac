#include "properties/oracles/settings_acked_once.h"

#include <string>

namespace h2assay {

void SettingsAckedOnce::sent(wire::Role from, const wire::FrameView& frame) {
  if (!frame.is(wire::FrameType::settings) || !frame.has(wire::kAck)) return;
  evaluated();
  if (--due_[index(from)] < 0) accuse("a SETTINGS ACK that no SETTINGS frame asked for");
}

void SettingsAckedOnce::arrived(wire::Role at, const wire::FrameView& frame) {
  if (frame.is(wire::FrameType::settings) && !frame.has(wire::kAck)) ++due_[index(at)];
}

void SettingsAckedOnce::at_rest(bool whole) {
  if (!whole) return;
  for (const std::int64_t due : due_) {
    evaluated();
    if (due > 0) accuse(std::to_string(due) + " SETTINGS frames were never acknowledged");
  }
}

}  // namespace h2assay
