#pragma once
// Cuts the octets that arrive, in pieces of any size, into the client's preface and frames.
// RFC 9113, Sections 3.4 and 4.1.
//
// A frame that lies whole in the caller's piece is handed out as a view of it.  Only the tail of a
// piece is copied.  A length above the limit is refused at the ninth octet, before anything is
// stored (D71).

#include <cstddef>
#include <cstdint>
#include <optional>

#include "engine/frame.h"
#include "engine/octets.h"
#include "engine/rules.h"

namespace h2assay {

class FrameReader {
 public:
  // A server reads the client's preface first.
  explicit FrameReader(bool expects_preface = false) : preface_left_(expects_preface ? 24 : 0) {}

  struct Result {
    enum class Kind : std::uint8_t { need_more, frame, broken };
    Kind kind = Kind::need_more;
    Frame frame{};  // broken, frame_too_long: the header only
    Rule broken{};  // preface_mismatch or frame_too_long
  };

  // Takes one frame's worth from the front of `input`; call again until it says need_more, which
  // leaves `input` empty.  Payloads live as long as the caller's piece and until the next call that
  // finishes a frame begun in an earlier piece: at most one for each piece.  After `broken` nothing
  // has been consumed; the same call fails again unless tolerate() lets it pass.
  Result next(Octets& input, std::uint32_t max_frame_size);

  // Takes a piece that finishes nothing, neither a header nor a frame, and says so; else takes
  // nothing.  Touches no octet that any view may look at: the piece may lie in a payload.
  bool absorb(Octets piece) {
    if (preface_left_ != 0 || piece.size() >= need_ - carry_.size()) return false;
    carry_.append(piece);
    return true;
  }

  // Lets what was just refused pass: the 24 octets of the preface whatever they are, or this one
  // frame.
  void tolerate();

  // Forgets what is unfinished.  The payload that was given last stays where it is.
  void stop();

  bool preface_complete() const { return preface_left_ == 0; }

  // Octets of an unfinished frame that wait for the rest.
  std::size_t carried() const { return carry_.size(); }

  // Whether `at` lies in memory that the next call may change.
  bool holds(const std::uint8_t* at) const { return finished_.holds(at) || carry_.holds(at); }

  template <typename Hash> void digest_into(Hash& hash) const {
    [[maybe_unused]] const auto& [carry, finished, need, preface_left, tolerant] = *this;
    hash.add(carry, need, preface_left, tolerant);
  }

 private:
  bool read_preface(Octets& input);
  Result resume(Octets& input, std::uint32_t max_frame_size);
  void fill(Octets& input);

  OctetBuffer carry_;                      // the beginning of an unfinished frame
  OctetBuffer finished_;                   // the frame that was finished last; its view is out
  std::size_t need_ = kFrameHeaderOctets;  // how long carry_ must be to go on
  std::uint8_t preface_left_ = 0;
  bool tolerant_ = false;
};

}  // namespace h2assay
