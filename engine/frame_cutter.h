#pragma once
// Cuts octets into the client's preface and whole frames, and judges nothing: for those who stand
// between an engine and its peer.  RFC 9113, Sections 3.4 and 4.1.

#include <cstddef>
#include <cstdint>
#include <optional>

#include "engine/frame.h"
#include "engine/octets.h"

namespace h2assay {

class FrameCutter {
 public:
  struct Piece {
    Octets whole{};              // with the frame's header
    std::optional<Frame> frame;  // nothing: the preface, or octets that are no frames
  };

  FrameCutter() = default;

  // For what a server receives.  Where the preface is not the 24 octets, or a frame is longer than
  // `longest` octets, everything from there on is handed out as it came, whole or not.
  explicit FrameCutter(std::uint32_t longest) : longest_(longest), preface_due_(true) {}

  void add(Octets octets);
  // The next piece, or nothing: more is needed.  It lives until the next add().
  std::optional<Piece> next();
  // What is left: the beginning of a frame.  Lives until the next add().
  Octets rest();

 private:
  Piece everything();

  OctetBuffer waiting_;
  std::uint32_t longest_ = 0xff'ffff;
  bool preface_due_ = false;
  bool begun_ = false;  // the preface has passed, or there is none
  bool blind_ = false;
};

}  // namespace h2assay
