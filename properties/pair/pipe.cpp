#include <algorithm>

#include "properties/pair/pair.h"
#include "properties/wire/frame.h"

namespace h2assay {

std::size_t Pipe::frame_size(std::size_t offset) const {
  const Octets rest = waiting().subspan(std::min(offset, waiting().size()));
  if (preface_ && offset == 0)
    return rest.size() < wire::kPreface.size() ? 0 : wire::kPreface.size();
  if (rest.size() < wire::kFrameHeaderOctets) return 0;
  const std::size_t length =
      static_cast<std::size_t>(rest[0]) << 16 | static_cast<std::size_t>(rest[1]) << 8 | rest[2];
  const std::size_t whole = wire::kFrameHeaderOctets + length;
  return rest.size() < whole ? 0 : whole;
}

std::size_t Pipe::next_frame() const { return left_ != 0 ? left_ : frame_size(0); }

void Pipe::take(std::size_t count) {
  count = std::min(count, waiting().size());
  while (count > 0) {
    if (left_ == 0) left_ = frame_size(0);
    // What is not a whole frame (mere octets put in, a cut off tail) moves as it lies.
    const std::size_t step = left_ == 0 ? count : std::min(count, left_);
    begin_ += step;
    count -= step;
    if (left_ != 0) {
      left_ -= step;
      if (left_ == 0) preface_ = false;
    }
  }
  if (begin_ == octets_.size()) {
    octets_.clear();
    begin_ = 0;
  }
}

void Pipe::put(Octets octets) {
  const auto at = static_cast<std::ptrdiff_t>(begin_ + std::min(left_, waiting().size()));
  octets_.insert(octets_.begin() + at, octets.begin(), octets.end());
}

bool Pipe::drop_frame() {
  if (left_ != 0) return false;
  const std::size_t size = frame_size(0);
  if (size == 0) return false;
  begin_ += size;
  preface_ = false;
  return true;
}

bool Pipe::repeat_frame() {
  if (left_ != 0 || preface_) return false;
  const std::size_t size = frame_size(0);
  if (size == 0) return false;
  const std::vector<std::uint8_t> copy(waiting().begin(),
                                       waiting().begin() + static_cast<std::ptrdiff_t>(size));
  put(copy);
  return true;
}

bool Pipe::swap_frames() {
  if (left_ != 0 || preface_) return false;
  const std::size_t first = frame_size(0);
  if (first == 0) return false;
  const std::size_t second = frame_size(first);
  if (second == 0) return false;
  const auto begin = octets_.begin() + static_cast<std::ptrdiff_t>(begin_);
  std::rotate(begin,
              begin + static_cast<std::ptrdiff_t>(first),
              begin + static_cast<std::ptrdiff_t>(first + second));
  return true;
}

bool Pipe::alter_frame(std::size_t octet, std::uint8_t mask) {
  if (left_ != 0 || preface_ || mask == 0) return false;
  const std::size_t size = frame_size(0);
  if (size == 0) return false;
  std::uint8_t& altered = octets_[begin_ + octet % size];
  altered = static_cast<std::uint8_t>(altered ^ mask);
  return true;
}

void Pipe::cut_off() {
  octets_.clear();
  begin_ = 0;
  left_ = 0;
  cut_ = true;
}

}  // namespace h2assay
