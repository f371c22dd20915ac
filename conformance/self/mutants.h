#pragma once
// The reference server with one thing wrong in it, so that the cases can prove what they notice.
//
// Names are contracts: they stand in equivalent.csv and in results.
//     RULE:off  RULE:code  RULE:scope   a row of engine/rules.inc, switched off or changed
//     habit NAME                        a row of engine/habits: a wrong way of sending
//     overdo NAME                       an error where the RFC asks for none (overdo.h)
//     liberty NAME                      no mutant: a server that does what it need not, or may

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "conformance/peers/peer.h"
#include "engine/options.h"
#include "engine/rules.h"

namespace h2assay {

struct Mutant {
  std::string name{};
  std::vector<std::string> requirements{};  // that it breaks
  // A mutant of this rule behaves as the sound server wherever the rule finds nothing wrong.
  std::optional<Rule> rule{};
  // The server in memory, with these options and what is wrong.
  std::function<std::unique_ptr<Peer>(Options engine)> peer{};
};

// All of them, each name once.
std::vector<Mutant> all_mutants();

// Servers that use what the RFC permits (engine/habits/liberties.cpp, and codes and scopes of their
// own choice: RFC 9113, Section 5.4).  A case that any of them fails accuses falsely.
std::vector<Mutant> all_liberties();

}  // namespace h2assay
