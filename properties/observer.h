#pragma once
// Watches both directions of one connection and accuses the peer of what is wrong under every
// reading.  "We" are the tester, "the peer" is the implementation under test.
//
// What it knows of each own frame: the peer may have processed it as soon as it was sent; it must
// have when the frame is acknowledged (SETTINGS), or when a barrier behind it came back.  Settings
// and windows are therefore intervals, and only what exceeds their most generous end is accused.
// An illegal step of ours makes what it touched unknown: its stream, or, if it concerns the
// connection, windows, settings and streams.  Findings there are not `certain`: judge them `info`.
// The peer's frame format and its field compression are never unknown.
//
// Knows nothing of engine/ but error.h.  RFC 9113, RFC 7541.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "properties/wire/frame.h"

namespace h2assay {

struct Finding {
  std::string_view requirement;  // id in conformance/requirements.csv
  std::string_view check;        // the check's name: "ping-length"
  bool certain = true;           // false: an illegal step of ours may explain it
  std::uint32_t stream = 0;      // 0: the connection
  std::size_t frame = 0;         // of the peer's frames, counted from 0
  std::string what{};            // one line of printable ASCII, whatever the peer sent
};

// A passive check: what the peer's octets are held against.
struct PassiveCheck {
  std::string_view name;
  std::string_view requirement;            // of a peer that is a server
  std::string_view requirement_of_client;  // of a peer that is a client; mostly the same
  std::string_view sentence;
};

class Observer {
 public:
  explicit Observer(wire::Role peer);
  Observer(const Observer&) = delete;
  Observer(Observer&& other) noexcept;
  Observer& operator=(const Observer&) = delete;
  Observer& operator=(Observer&& other) noexcept;
  ~Observer();

  // What we wrote, preface included, in pieces of any size.  Call it before the peer's answer to
  // these octets is handed to received().
  void sent(wire::Octets octets);
  // What the peer wrote, a client's preface included, in pieces of any size.
  void received(wire::Octets octets);

  // In the order of the peer's frames.  At most one for each check and stream, 200 in all.
  const std::vector<Finding>& findings() const;
  bool accuses() const;  // there is a certain finding

  // How often this rule was judged where it could have been broken, and was kept.
  std::uint64_t observed(std::string_view requirement) const;
  // Every requirement with observed() > 0, sorted.
  std::vector<std::string_view> observed_requirements() const;

  std::size_t frames_received() const;

  // All checks, for `explain`, the traceability matrix and the tests.
  static std::span<const PassiveCheck> checks();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace h2assay
