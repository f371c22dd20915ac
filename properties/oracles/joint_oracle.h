#pragma once
// An oracle that holds what the engines say against the octets between them: it sees each frame
// (before the events and after the calls that belong to it) and the pair.

#include "properties/oracles/octet_oracle.h"
#include "properties/pair/pair.h"

namespace h2assay {

class JointOracle : public OctetOracle, public PairObserver {
 public:
  using OctetOracle::at_rest;
  using OctetOracle::OctetOracle;
  using PairObserver::at_rest;

  void sent(wire::Role, const wire::FrameView&) override {}

 protected:
  using OctetOracle::index;

  static std::size_t index(Side side) { return static_cast<std::size_t>(side); }

  static Side side_of(wire::Role role) {
    return role == wire::Role::client ? Side::client : Side::server;
  }

  // The network changed nothing and both ends are alive.
  static bool undisturbed(const Pair& pair) {
    return !pair.tampered() && !pair.at(Side::client).terminal() &&
           !pair.at(Side::server).terminal();
  }
};

}  // namespace h2assay
