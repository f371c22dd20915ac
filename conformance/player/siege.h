#pragma once
// An abuse probe under way: keeps it within its caps, and watches from a second connection how the
// peer fares.  It shows whether there is a limit; it does not try to exhaust anybody.
// RFC 9113, Section 10.5.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

#include "conformance/judge/heard.h"
#include "conformance/player/party.h"
#include "conformance/player/player.h"

namespace h2assay {

class Siege {
 public:
  Siege(Peer& peer, const Facts& facts, const Patience& patience, const transcript::Abuse& caps);

  // Opens the second connection and measures how fast it is answered in peace.  False: it is not.
  bool begin();

  // After each step: writes what waits, takes in what came, and now and then asks the second
  // connection.
  void go_on(Party& attacked);

  // The caps are reached, or the peer has reacted: nothing more is sent.
  bool over() const { return over_; }

  // Asks both connections once more and sums up.
  Strain conclude(Party& attacked);

 private:
  using Milliseconds = std::chrono::milliseconds;

  bool greet();
  // How long an answer took; nothing: none came.
  std::optional<Milliseconds> ask();
  void look();
  std::optional<std::uint64_t> memory() const;

  Peer& peer_;
  const Facts& facts_;
  const Patience patience_;
  const transcript::Abuse caps_;
  Stage stage_{};
  std::unique_ptr<Party> second_{};
  Strain strain_{};
  std::optional<std::uint64_t> memory_before_{};
  Deadline begun_{};
  Deadline next_look_{};
  std::size_t written_ = 0;  // frames
  bool over_ = false;
};

}  // namespace h2assay
