#pragma once
// One engine on its own, fed frame by frame, with what it did about each in the words of
// properties/permitted.h.

#include <string>
#include <vector>

#include "engine/connection.h"
#include "properties/permitted.h"
#include "properties/wire/hpack.h"

namespace h2assay::exhaustive {

using FieldLines = std::vector<std::pair<std::string, std::string>>;

// A block that leaves the tables as they are.
inline std::vector<std::uint8_t> block(const FieldLines& lines) {
  std::vector<wire::Representation> representations;
  for (const auto& [name, value] : lines)
    representations.push_back({.kind = wire::Kind::without, .name = name, .value = value});
  return wire::encode(representations);
}

inline FieldLines request() {
  return {{":method", "POST"}, {":scheme", "http"}, {":path", "/"}, {":authority", "a"}};
}

inline FieldLines promised_request() {
  FieldLines lines = request();
  lines[0].second = "GET";
  return lines;
}

inline FieldLines response() { return {{":status", "200"}}; }

// What a frame led to.
struct Outcome {
  rfc::Reaction reaction;
  std::uint32_t reset = 0;        // the stream that an RST_STREAM of the engine names
  bool section_reported = false;  // a header section, promise or trailers became an event
  bool content_reported = false;  // DATA did
  bool end_reported = false;
};

// An engine past its handshake; the tester plays the other end.
class Subject {
 public:
  explicit Subject(Role role, bool pushes = true);

  Outcome feed(const wire::RawFrame& frame);

  Connection& engine() { return engine_; }

  const Connection& engine() const { return engine_; }

 private:
  Connection engine_;
};

}  // namespace h2assay::exhaustive
