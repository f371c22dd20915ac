#include "engine/frame_cutter.h"

#include <algorithm>

namespace h2assay {

void FrameCutter::add(Octets octets) {
  waiting_.compact();
  waiting_.append(octets);
}

std::optional<FrameCutter::Piece> FrameCutter::next() {
  if (waiting_.empty()) return {};
  if (blind_) return everything();
  if (!begun_) {
    const std::size_t known = std::min(waiting_.size(), kClientPreface.size());
    if (text_of(waiting_.view().first(known)) == kClientPreface.substr(0, known)) {
      if (known < kClientPreface.size()) return {};
      begun_ = true;
      return Piece{.whole = waiting_.take(known), .frame = {}};
    }
    if (preface_due_) return everything();
    begun_ = true;
  }
  if (waiting_.size() < kFrameHeaderOctets) return {};
  const FrameHeader header = parse_header(waiting_.data());
  if (header.length > longest_) return everything();
  const std::size_t size = kFrameHeaderOctets + header.length;
  if (waiting_.size() < size) return {};
  const Octets whole = waiting_.take(size);
  return Piece{.whole = whole,
               .frame = Frame{.header = header, .payload = whole.subspan(kFrameHeaderOctets)}};
}

Octets FrameCutter::rest() { return waiting_.take(waiting_.size()); }

FrameCutter::Piece FrameCutter::everything() {
  blind_ = true;
  return {.whole = rest(), .frame = {}};
}

}  // namespace h2assay
