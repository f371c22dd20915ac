#pragma once
// What happened in one case: lines of the log, and octets for the packet capture.  Bounded.

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "conformance/peers/peer.h"
#include "properties/transcript/transcript.h"

namespace h2assay {

// One piece of octets that went over a wire, or the start or end of a connection.
struct Packet {
  enum class Kind : std::uint8_t { open, octets, fin, rst };
  Kind kind = Kind::octets;
  std::uint64_t at_us = 0;
  std::size_t connection = 0;  // 0 for the first one of the case
  Actor from = Actor::us;
  std::vector<std::uint8_t> octets{};
  std::string comment{};
};

class Journal {
 public:
  Journal();

  // Microseconds since the case began.
  std::uint64_t now_us() const;

  void step(std::string_view label, transcript::Step::Sign sign, transcript::Saying what);
  void arrival(std::string_view label, transcript::Saying what);
  // An expectation of the case with its verdict as remark.
  void expectation(const transcript::Await& line, std::string_view remark);
  void packet(Packet packet);
  // Marks the last packet.
  void comment(std::string_view text);

  const std::vector<transcript::Line>& lines() const { return lines_; }

  const std::vector<Packet>& packets() const { return packets_; }

  // Lines or octets were left out because there were too many.
  bool cut_short() const { return cut_short_; }

  const std::string& last_step() const { return last_step_; }

 private:
  bool room();

  Clock::time_point start_;
  std::vector<transcript::Line> lines_;
  std::vector<Packet> packets_;
  std::size_t octets_ = 0;
  std::string last_step_;
  bool cut_short_ = false;
};

}  // namespace h2assay
