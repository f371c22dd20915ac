#pragma once
// What a run leaves behind: one CaseResult a case, one RunInfo a run.  Values; no I/O here.

#include <cstdint>
#include <string>
#include <vector>

#include "conformance/results/verdict.h"

namespace h2assay {

// What the observer found on its own in the octets of the peer.
struct PassiveFinding {
  std::string requirement;  // id of requirements.csv
  std::string text;         // what was seen
  bool certain = true;      // false: our own frames made it unjudgeable; information only
  std::string level{};      // must, should, may: what the requirement weighs

  // The peer broke a rule; of a recommendation it only took its leave.
  bool accuses() const { return certain && (level == "must" || level.empty()); }
};

// How a connection ended: "open", "fin", "rst", "goaway+fin", "goaway+rst", "tls-alert", "goaway".
struct Ending {
  std::string how = "open";
  std::string by = "nobody";  // "peer", "us", "nobody"
};

struct CaseResult {
  std::string case_id;  // "settings/wrong-lengths[PING,0,3]"
  std::string title;
  std::string file;  // the transcript it comes from, as shown to people
  std::vector<std::string> requirements;
  std::string level;  // the strongest of its requirements: must, should, may
  Verdict verdict = Verdict::error;
  std::string sent;      // our last own line before the decision
  std::string expected;  // the line that decided
  std::string observed;  // what came instead, in one short line
  int line = 0;          // of the line that decided, in `file`
  Ending ending;
  double milliseconds = 0;
  std::vector<Verdict> verdicts{};  // of each repetition; different ones make it flaky
  int attempt = 1;                  // 2: the verdict rested on silence and was repeated alone
  std::string evidence;             // folder below the results folder; empty: none was written
  std::vector<PassiveFinding> findings;
  std::vector<std::string> judged;  // requirements that the observer had occasion to judge here

  // Filled in by Expectations::judge.
  bool as_expected = false;
  std::string expectation;  // "pass", or the words of the line that waives it
  std::string note;         // why it is not as expected, or the reason given for the waiver
};

struct RunInfo {
  std::string tool = "h2assay";
  std::string version;
  std::string case_set;
  std::string peer;     // as named on the command line
  std::string command;  // the whole command line, quoted for a shell
  std::uint64_t seed = 0;
  std::string started;   // ISO 8601, UTC
  std::string finished;  // empty while it runs
  std::string machine;   // system and processor, no host name
  bool partial = true;   // until the last case is written
  int exit_code = 0;
  std::vector<std::string> lacks;   // what the target was found or said to lack
  std::vector<std::string> offers;  // what it offers
};

}  // namespace h2assay
