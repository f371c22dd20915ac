#pragma once
// One instance of a case against the reference server in memory: what grade comes of it.

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "conformance/catalogue/catalogue.h"
#include "conformance/player/player.h"
#include "conformance/self/mutants.h"
#include "engine/options.h"

namespace h2assay {

// What the RFC's reader can tell apart: two servers with the same grades in all cases are alike.
struct Grade {
  Verdict verdict = Verdict::error;
  std::string reaction{};  // what came, how the connection ended, what the observer found
  friend bool operator==(const Grade&, const Grade&) = default;
};

// "fail: GOAWAY PROTOCOL_ERROR"
std::string text_of(const Grade& grade);

// The server, announced in one way or another: some cases need an offer, some its absence.
struct Variation {
  std::string_view name;
  Options engine{};
  Facts facts{};
};

// Probes the sound server.  Error: it does not hold a plain conversation.
std::expected<std::vector<Variation>, std::string> variations_of_self();

// What a case came to.
struct Performed {
  Grade grade{};
  std::set<Rule> broken{};  // rules that our frames broke, as the server's GOAWAYs name them
  std::set<std::uint32_t> reset_codes{};  // of its RST_STREAM frames, which name no rule
  std::size_t said_octets = 0;            // by the server, on all connections
  bool supported = true;                  // false: the server lacks what the case needs
  std::string expected{};
  std::string observed{};
};

// Against this peer; never waits for what cannot come.
Performed perform(const CaseInstance& instance, const Variation& variation, Peer& wild);

}  // namespace h2assay
