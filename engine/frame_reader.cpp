#include "engine/frame_reader.h"

#include <algorithm>
#include <utility>

namespace h2assay {

FrameReader::Result FrameReader::next(Octets& input, std::uint32_t max_frame_size) {
  if (preface_left_ != 0) [[unlikely]] {
    if (!read_preface(input)) {
      return {.kind = Result::Kind::broken, .frame = {}, .broken = Rule::preface_mismatch};
    }
    if (preface_left_ != 0) return {};
  }
  if (!carry_.empty()) return resume(input, max_frame_size);

  if (input.size() < kFrameHeaderOctets) {
    fill(input);
    return {};
  }
  const FrameHeader header = parse_header(input.data());
  if (header.length > max_frame_size && !tolerant_) [[unlikely]] {
    return {.kind = Result::Kind::broken,
            .frame = {.header = header, .payload = {}},
            .broken = Rule::frame_too_long};
  }
  const std::size_t whole = kFrameHeaderOctets + header.length;
  if (input.size() < whole) {
    need_ = whole;
    fill(input);
    return {};
  }
  const Octets payload = input.subspan(kFrameHeaderOctets, header.length);
  input = input.subspan(whole);
  tolerant_ = false;
  return {
      .kind = Result::Kind::frame, .frame = {.header = header, .payload = payload}, .broken = {}};
}

void FrameReader::stop() {
  FrameReader stopped;
  stopped.finished_ = std::move(finished_);
  *this = std::move(stopped);
}

void FrameReader::tolerate() { tolerant_ = true; }

// False at the first octet that differs.
bool FrameReader::read_preface(Octets& input) {
  while (preface_left_ != 0 && !input.empty()) {
    const std::size_t position = kClientPreface.size() - preface_left_;
    if (!tolerant_ && input.front() != static_cast<std::uint8_t>(kClientPreface[position])) {
      return false;
    }
    input = input.subspan(1);
    --preface_left_;
  }
  if (preface_left_ == 0) tolerant_ = false;
  return true;
}

// The frame began in an earlier piece: its octets are gathered in carry_.
FrameReader::Result FrameReader::resume(Octets& input, std::uint32_t max_frame_size) {
  fill(input);
  if (carry_.size() < need_) return {};

  const FrameHeader header = parse_header(carry_.data());
  if (need_ == kFrameHeaderOctets) {
    if (header.length > max_frame_size && !tolerant_) {
      return {.kind = Result::Kind::broken,
              .frame = {.header = header, .payload = {}},
              .broken = Rule::frame_too_long};
    }
    need_ += header.length;
    fill(input);
    if (carry_.size() < need_) return {};
  }
  finished_.swap(carry_);
  carry_.clear();
  need_ = kFrameHeaderOctets;
  tolerant_ = false;
  return {.kind = Result::Kind::frame,
          .frame = {.header = header, .payload = finished_.view().subspan(kFrameHeaderOctets)},
          .broken = {}};
}

void FrameReader::fill(Octets& input) {
  const std::size_t taken = std::min(input.size(), need_ - carry_.size());
  carry_.compact();  // nothing looks at what it outgrew
  carry_.append(input.first(taken));
  input = input.subspan(taken);
}

}  // namespace h2assay
