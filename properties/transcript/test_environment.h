#pragma once
// What a target would bring, for tests.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "properties/transcript/environment.h"

namespace h2assay::transcript {

class TestEnvironment final : public Environment {
 public:
  Evaluated<Result> value(std::string_view name) const override {
    if (name == "authority") return std::string("a.example:80");
    if (name == "scheme") return std::string("http");
    if (name == "path") return std::string("/");
    if (name == "echo") return std::string("/echo me");
    if (name == "peer.MAX_FRAME_SIZE") return std::int64_t{16384};
    if (name == "large")
      return std::unexpected(Fault{Fault::Kind::unsupported, "no large resource", {}});
    return std::unexpected(
        Fault{Fault::Kind::not_given, '{' + std::string(name) + "} was never given", {}});
  }

  Evaluated<std::int64_t> window(std::uint32_t stream) const override {
    return stream == 0 ? 65535 : -100;
  }

  Evaluated<std::string> status(std::uint32_t code) const override {
    return "/status/" + std::to_string(code);
  }
};

// The body of a transcript of role client.
inline std::vector<Line> body_of(const std::string& text, const std::string& role = "client") {
  const auto parsed = parse("title t\nrole " + role + "\n\n" + text, "test");
  if (!parsed) throw std::string(describe(parsed.error()));
  return parsed->body;
}

}  // namespace h2assay::transcript
