#include "fuzz/state_matrix.h"

#include <vector>

#include "engine/stream_state.h"
#include "properties/wire/frame.h"

namespace h2assay::fuzz {

namespace {

constexpr int kFramesEach = 24;  // one by one, before the rest moves at once

class Watcher final : public PairObserver {
 public:
  explicit Watcher(Cells& cells) : cells_(cells) {}

  void delivering(const Pair& pair, Side at, Octets octets) override {
    Direction& direction = directions_[static_cast<std::size_t>(at)];
    if (direction.preface != 0) {
      const std::size_t n = std::min(direction.preface, octets.size());
      direction.preface -= n;
      octets = octets.subspan(n);
    }
    direction.cutter.feed(octets);
    // Those that follow the first in one batch meet another state: they are cut, not counted.
    for (bool first = true; const auto frame = direction.cutter.next(); first = false)
      if (first) count(pair, at, *frame);
  }

  void received(const Pair&, Side at, Events events) override {
    for (const Event& event : events) {
      const auto end = static_cast<std::size_t>(at);
      if (std::holds_alternative<SettingsAcknowledged>(event)) young_[end] = false;
      if (std::holds_alternative<ConnectionTerminated>(event)) leaving_[end] = true;
    }
  }

 private:
  struct Direction {
    std::size_t preface = 0;
    wire::FrameCutter cutter{};
  };

  std::string connection_phase(const Pair& pair, Side side) const {
    const auto end = static_cast<std::size_t>(side);
    if (pair.at(side).terminal()) return "failed";
    if (leaving_[end]) return "leaving";
    return young_[end] ? "young" : "open";
  }

  void count(const Pair& pair, Side at, const wire::RawFrame& frame) {
    std::string cell;
    for (const Side side : {Side::client, Side::server}) {
      cell += frame.stream_id() == 0
                  ? connection_phase(pair, side)
                  : std::string(name(pair.at(side).stream_phase(frame.stream_id())));
      cell += ' ';
    }
    const std::string_view type = wire::type_name(frame.type);
    cell += at == Side::client ? "client " : "server ";
    cell += type.empty() ? "unknown" : std::string(type);
    cells_.insert(cell);
  }

  Cells& cells_;
  Direction directions_[2] = {{}, {.preface = wire::kPreface.size(), .cutter = {}}};
  bool young_[2] = {true, true};
  bool leaving_[2] = {false, false};
};

}  // namespace

void add_cells(Cells& cells, const Script& script) {
  Script single = script;
  single.acts.clear();
  for (const Act& act : script.acts) {
    for (int i = 0; act.kind == ActKind::settle && i < kFramesEach; ++i) {
      single.acts.push_back({.kind = ActKind::deliver_frame, .side = Side::server});
      single.acts.push_back({.kind = ActKind::deliver_frame, .side = Side::client});
    }
    single.acts.push_back(act);
  }
  Pair pair(single);
  Watcher watcher(cells);
  pair.watch(watcher);
  pair.perform(single);
}

}  // namespace h2assay::fuzz
