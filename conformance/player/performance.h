#pragma once
// The player at work: one object a conversation.  Part of the player; use player.h.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/judge/judge.h"
#include "conformance/player/party.h"
#include "conformance/player/player.h"
#include "conformance/player/siege.h"
#include "conformance/player/surroundings.h"

namespace h2assay {

class Performance {
 public:
  Performance(const transcript::Transcript& transcript,
              Peer& peer,
              const Facts& facts,
              const Patience& patience);

  Played run();

  // Frames that lines were held against, each as often as that was done: what judging has cost.
  std::uint64_t weighed() const { return weighed_; }

 private:
  enum class Flow : std::uint8_t { go_on, stop };

  // Where we are: the lines of the body and of the loops around the current one.
  struct Place {
    const std::vector<transcript::Line>* lines = nullptr;
    std::size_t next = 0;
    bool loops = false;  // its lines may come again
  };

  // --- Walking the lines (performance.cpp) ---
  bool needs_are_met();
  Flow walk(const std::vector<transcript::Line>& lines, bool loops);
  Flow walk_line(const transcript::Line& line);
  Flow loop(const transcript::Repeat& repeat);
  void conclude();
  void hear_the_end();
  Played report();
  void report_tls(const WireFacts& facts, std::set<std::string>& judged);

  // --- Steps (acts.cpp; openings.cpp for how a connection comes to be) ---
  Flow step(const transcript::Step& step);
  Flow frame(Party& party, const transcript::FrameLine& line);
  Flow act(Party& party, const transcript::Phrase& phrase);
  Flow request(Party& party, const transcript::Phrase& phrase);
  Flow open_stream(Party& party, const transcript::Phrase& phrase);
  Flow data(Party& party, const transcript::Phrase& phrase);
  Flow send_signal(const transcript::Phrase& phrase);
  bool wait_for_window(Party& party, std::uint32_t stream, std::int64_t wanted);
  Party* party(std::string_view label, const transcript::Phrase* opening);
  Flow connect(std::string_view label, const transcript::Phrase* opening);
  Opened open_wire(const transcript::Phrase* opening);
  Flow not_opened(const OpenFailure& failure, const transcript::Phrase* opening);
  Flow act_on_tls(Party& party, const transcript::Phrase& phrase);
  Flow handshake(Party& party, const transcript::Phrase* settings);

  // --- Expectations (waiting.cpp) ---
  Flow wait(const transcript::Await& line);
  Flow recall(const transcript::Await& line);
  struct Vigil;
  void prolong(Vigil& vigil) const;
  bool ask(const transcript::Await& line, Vigil& vigil);
  bool hear_out(Vigil& vigil);
  Flow decide(const transcript::Await& asked, const Reading& reading);
  Flow silent(const transcript::Await& asked, const Party* party);
  Flow not_observed(const transcript::Await& line, const Party& party, std::string_view rule);
  transcript::Await shown(const transcript::Await& line) const;
  bool barrier_would_help(const transcript::Await& line, bool first_only);
  static bool may_ask(const Party& party);
  std::optional<std::uint32_t> fresh_stream(const Party& party) const;
  std::vector<const transcript::Await*> later() const;
  bool names_higher_stream(std::uint32_t highest) const;
  bool hear_something(Deadline deadline);
  void hear_what_waits(const Hearing& hearing);
  void flush_all();

  Flow fault(const transcript::Fault& fault);
  Flow stop(Verdict verdict, std::string observed, const transcript::Position& at);
  void record(Verdict verdict, std::string expected, std::string observed, int line);

  const transcript::Transcript& transcript_;
  Peer& peer_;
  const Facts& facts_;
  const Patience patience_;
  Stage stage_{};
  Surroundings surroundings_;
  transcript::Scope scope_;
  std::map<std::string, std::unique_ptr<Party>, std::less<>> parties_{};
  std::vector<Place> places_{};
  Played played_{};
  std::unique_ptr<Siege> siege_{};    // abuse only
  std::set<std::size_t> recalled_{};  // frames, by order, that a line of a log was compared with
  bool decided_ = false;
  std::uint64_t weighed_ = 0;
};

}  // namespace h2assay
