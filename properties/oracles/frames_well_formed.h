#pragma once
// Every frame that an end puts out has the form that RFC 9113, Section 6 gives it: length, stream,
// flags, reserved bits, zero padding; field blocks are contiguous; identifiers of new streams rise.

#include <array>

#include "properties/oracles/octet_oracle.h"

namespace h2assay {

class FramesWellFormed final : public OctetOracle {
 public:
  FramesWellFormed() : OctetOracle("frames_well_formed", "rfc9113-4.1-01") {}

  void sent(wire::Role from, const wire::FrameView& frame) override;

 private:
  void check_shape(const wire::FrameView& frame);
  void check_sequence(wire::Role from, const wire::FrameView& frame);
  void fault(const wire::FrameView& frame, const char* what);

  struct End {
    bool first = true;
    std::uint32_t block = 0;    // the stream whose field block is open
    std::uint32_t highest = 0;  // of the streams that this end opened or promised
  };

  std::array<End, 2> ends_;
};

}  // namespace h2assay
