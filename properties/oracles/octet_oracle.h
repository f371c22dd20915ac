#pragma once
// An oracle that reads nothing but the octets between two ends, with the judges' own frame parser.
// It knows nothing of the engine, so it holds for any two implementations.

#include "properties/oracles/promise.h"
#include "properties/wire/frame_view.h"

namespace h2assay {

class OctetOracle : public Promise {
 public:
  using Promise::Promise;
  OctetOracle(const OctetOracle&) = delete;
  OctetOracle& operator=(const OctetOracle&) = delete;
  virtual ~OctetOracle() = default;

  // `from` put out this frame.
  virtual void sent(wire::Role from, const wire::FrameView& frame) = 0;

  // The last octet of this frame reached `at`, which may react from now on.
  virtual void arrived(wire::Role at, const wire::FrameView& frame) { (void)at, (void)frame; }

  // Everything moved until quiet.  `whole`: the network changed nothing and both ends are alive.
  virtual void at_rest(bool whole) { (void)whole; }

 protected:
  static std::size_t index(wire::Role role) { return static_cast<std::size_t>(role); }
};

}  // namespace h2assay
