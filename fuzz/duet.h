#pragma once
// Two engines that do the same and must not differ.
//
// The second hears the same octets in other pieces, is replaced by a copy of itself when somebody
// asks for it, and is given deep copies where the first is given views of its own.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/connection.h"
#include "fuzz/check.h"

namespace h2assay::fuzz {

class Duet {
 public:
  // Half of all `cuts` give the first engine the pieces, the others the second.
  Duet(const Options& options, std::uint8_t cuts) : end_(options), twin_(end_), cuts_(cuts) {}

  const Connection& end() const { return end_; }

  // What was told last, as views; nothing once a call came between.
  Events heard() const { return heard_; }

  void cut_otherwise(std::uint8_t cuts) { cuts_ = cuts; }

  // call(engine, what the engine told last, as views of its own or as a copy).  Both answer alike;
  // who refuses has not changed; who failed refuses.
  template <typename Call> void on_both(std::string_view what, const Call& call) {
    const bool over = end_.terminal();
    const Digest before = end_.digest();
    const std::size_t waiting = end_.outbound_octets();
    const auto answer = call(end_, heard_);
    const auto again = call(twin_, kept_.events());
    forget();
    const std::string_view said = answer ? std::string_view("done") : name(answer.error());
    if (printing()) tell(std::string(what) + ": " + std::string(said) + "\n");
    if (said.empty()) fail("a misuse without a name");
    if (answer.has_value() != again.has_value() || (!answer && answer.error() != again.error()))
      fail("snapshot_replay: the answers differ");
    if (!answer && (end_.digest() != before || end_.outbound_octets() != waiting))
      fail("refused_call_changes_nothing: " + std::string(said));
    if (over && answer) fail("closed_is_closed: a call is taken");
    compare("a call");
  }

  // Kept, since events may look into it.
  void hear(std::vector<std::uint8_t> octets) {
    input_ = std::move(octets);
    hear_view(input_);
  }

  // A view of what the first engine told or sent.
  void hear_view(Octets octets);
  // What the first one wants to send comes back to both.
  void hear_own(std::size_t most);
  void drain(std::size_t most);
  void discard();
  void advance(std::uint64_t milliseconds);
  // The second becomes a copy of itself, and moves.
  void copy();
  // What must hold between any two calls.
  void check() const;

  [[noreturn]] void fail(std::string_view what) const { fuzz::fail(what, told_); }

 private:
  // Events do not outlive the next call of either engine.
  void forget() {
    heard_ = {};
    kept_ = {};
  }

  void tell(std::string_view text);
  void compare(std::string_view behind) const;
  std::string in_pieces(Connection& cut, Octets octets);
  void check_names(const Event& event) const;

  Connection end_;
  Connection twin_;
  std::uint8_t cuts_;
  std::vector<std::uint8_t> input_{};
  Events heard_{};
  OwnedEvents kept_{};
  std::string told_{};  // only when printing
};

}  // namespace h2assay::fuzz
