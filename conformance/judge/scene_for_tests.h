#pragma once
// What a test of the judge writes down: lines of a case, and what came.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "conformance/judge/judge.h"
#include "engine/error.h"
#include "properties/transcript/transcript.h"

namespace h2assay {

class Nowhere final : public transcript::Environment {
 public:
  transcript::Evaluated<transcript::Result> value(std::string_view name) const override {
    return std::unexpected(transcript::Fault{.what = std::string(name)});
  }

  transcript::Evaluated<std::int64_t> window(std::uint32_t) const override { return 65535; }

  transcript::Evaluated<std::string> status(std::uint32_t) const override { return "/"; }
};

// The lines of a case, parsed: the `<` lines are what is asked.
struct Asked {
  explicit Asked(const std::string& lines) {
    const auto parsed = transcript::parse(
        "title  T\nrequirement  rfc9113-6.5-06\nrole  client\n\n" + lines + "\n", "test");
    EXPECT_TRUE(parsed) << (parsed ? "" : transcript::describe(parsed.error()));
    if (!parsed) return;
    transcript = *parsed;
    for (const transcript::Line& line : transcript.body)
      if (const auto* await = std::get_if<transcript::Await>(&line.what)) awaits.push_back(await);
  }

  transcript::Transcript transcript{};
  std::vector<const transcript::Await*> awaits{};
};

class Scene {
 public:
  Scene& frame(wire::FrameType type,
               std::uint8_t flags,
               std::uint32_t stream,
               std::vector<std::uint8_t> payload = {}) {
    Heard heard;
    heard.order = next_++;
    heard.frame = wire::make_frame(type, flags, stream, std::move(payload));
    here().frames.push_back(std::move(heard));
    return *this;
  }

  Scene& goaway(ErrorCode code) {
    std::vector<std::uint8_t> payload;
    wire::append32(payload, 0);
    wire::append32(payload, static_cast<std::uint32_t>(code));
    return frame(wire::FrameType::goaway, 0, 0, payload);
  }

  Scene& reset(std::uint32_t stream, ErrorCode code) {
    std::vector<std::uint8_t> payload;
    wire::append32(payload, static_cast<std::uint32_t>(code));
    return frame(wire::FrameType::rst_stream, 0, stream, payload);
  }

  Scene& answer(std::uint32_t stream, std::string status, std::uint8_t flags = wire::kEndHeaders) {
    frame(wire::FrameType::headers, flags, stream);
    here().frames.back().fields = {{.name = ":status", .value = std::move(status)}};
    return *this;
  }

  Scene& data(std::uint32_t stream, std::size_t octets, std::uint8_t flags = 0) {
    return frame(wire::FrameType::data, flags, stream, std::vector<std::uint8_t>(octets, 'x'));
  }

  // A TLS handshake that the peer, or our own library, has refused.
  Scene& no_tls(std::uint8_t alert, Actor by = Actor::peer) {
    here().end =
        HeardEnd{.order = next_++, .closed = {.end = End::tls_alert, .by = by, .alert = alert}};
    here().facts.tls_error = "no";
    return *this;
  }

  Scene& tls(std::string alpn) {
    here().facts.tls = true;
    here().facts.alpn = std::move(alpn);
    return *this;
  }

  // What follows is about the connection with this label.
  Scene& on(std::string label) {
    label_ = std::move(label);
    return *this;
  }

  Scene& end(End how = End::fin) {
    here().end = HeardEnd{.order = next_++, .closed = {.end = how}};
    return *this;
  }

  Scene& barrier() {
    here().barrier_passed = true;
    return *this;
  }

  Hearing& here() { return hearings_[label_]; }

  const Hearings& hearings() const { return hearings_; }

  // The reading of the first `<` line, the others being later ones.
  Reading read(const std::string& lines) {
    here();
    const Asked asked(lines);
    const auto reading =
        judge(*asked.awaits.front(), std::span(asked.awaits).subspan(1), hearings_, Nowhere());
    EXPECT_TRUE(reading) << (reading ? "" : reading.error().what);
    return reading ? *reading : Reading{};
  }

 private:
  Hearings hearings_{};
  std::string label_{};
  std::size_t next_ = 1;
};

inline constexpr auto kEnds = static_cast<std::uint8_t>(wire::kEndHeaders | wire::kEndStream);

inline void expect_met(const Reading& reading, Verdict verdict) {
  EXPECT_EQ(reading.state, Reading::State::met) << reading.observed;
  EXPECT_EQ(name(reading.verdict), name(verdict)) << reading.observed;
}

inline void expect_broken(const Reading& reading, std::string_view observed) {
  EXPECT_EQ(reading.state, Reading::State::broken);
  EXPECT_EQ(reading.observed, observed);
}

}  // namespace h2assay
