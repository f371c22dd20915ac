#include "conformance/player/journal.h"

namespace h2assay {

namespace {

// A log is for people and for replay: beyond this, more of the same helps neither.
constexpr std::size_t kMaxLines = 20'000;
constexpr std::size_t kMaxCapturedOctets = std::size_t{16} * 1024 * 1024;

}  // namespace

Journal::Journal() : start_(Clock::now()) {}

std::uint64_t Journal::now_us() const {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start_).count());
}

bool Journal::room() {
  if (lines_.size() < kMaxLines) return true;
  cut_short_ = true;
  return false;
}

void Journal::step(std::string_view label, transcript::Step::Sign sign, transcript::Saying what) {
  if (sign == transcript::Step::Sign::ours) {
    if (const auto* frame = std::get_if<transcript::FrameLine>(&what))
      last_step_ = transcript::print(*frame);
    else
      last_step_ = transcript::print(std::get<transcript::Phrase>(what));
  }
  if (!room()) return;
  transcript::Step line;
  line.time = now_us();
  line.label = label;
  line.sign = sign;
  line.what = std::move(what);
  lines_.push_back({.what = std::move(line)});
}

void Journal::arrival(std::string_view label, transcript::Saying what) {
  if (!room()) return;
  transcript::Await line;
  line.time = now_us();
  line.label = label;
  line.alternatives.emplace_back();
  line.alternatives.back().what = std::move(what);
  lines_.push_back({.what = std::move(line)});
}

void Journal::expectation(const transcript::Await& line, std::string_view remark) {
  transcript::Await copy = line;
  if (!copy.alternatives.empty()) copy.alternatives.front().remark = "# " + std::string(remark);
  lines_.push_back({.what = std::move(copy)});
}

void Journal::packet(Packet packet) {
  packet.at_us = now_us();
  if (octets_ + packet.octets.size() > kMaxCapturedOctets) {
    cut_short_ = true;
    return;
  }
  octets_ += packet.octets.size();
  packets_.push_back(std::move(packet));
}

void Journal::comment(std::string_view text) {
  if (packets_.empty()) return;
  auto& last = packets_.back().comment;
  if (!last.empty()) last += "; ";
  last += text;
}

}  // namespace h2assay
