#include "properties/oracles/tape.h"

#include <algorithm>

namespace h2assay {

namespace {

wire::Role role(Side side) {
  return side == Side::client ? wire::Role::client : wire::Role::server;
}

}  // namespace

template <typename F> void Tape::cut(Direction& direction, Octets octets, F&& each) {
  std::vector<std::uint8_t>& partial = direction.partial;
  if (!partial.empty()) {
    partial.insert(partial.end(), octets.begin(), octets.end());
    octets = partial;
  }
  if (direction.preface && octets.size() >= wire::kPreface.size()) {
    octets = octets.subspan(wire::kPreface.size());
    direction.preface = false;
  }
  if (!direction.preface)
    while (const auto frame = wire::first_frame(octets)) {
      ++frames_;
      each(*frame);
      octets = octets.subspan(frame->whole.size());
    }
  std::vector<std::uint8_t> rest(octets.begin(), octets.end());
  partial = std::move(rest);
}

void Tape::emitted(const Pair&, Side from, Octets octets) {
  cut(out_[static_cast<std::size_t>(from)], octets, [&](const wire::FrameView& frame) {
    for (OctetOracle* oracle : oracles_) oracle->sent(role(from), frame);
  });
}

void Tape::delivering(const Pair&, Side at, Octets octets) {
  cut(in_[static_cast<std::size_t>(at)], octets, [&](const wire::FrameView& frame) {
    for (OctetOracle* oracle : oracles_) oracle->arrived(role(at), frame);
  });
}

void Tape::received(const Pair&, Side, Events events) {
  failed_ = failed_ || (!events.empty() && std::holds_alternative<ConnectionFailed>(events.back()));
}

void Tape::at_rest(const Pair& pair) {
  const bool whole = !pair.tampered() && !failed_ && !pair.at(Side::client).terminal() &&
                     !pair.at(Side::server).terminal();
  for (OctetOracle* oracle : oracles_) oracle->at_rest(whole);
}

}  // namespace h2assay
