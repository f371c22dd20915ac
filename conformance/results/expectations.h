#pragma once
// The expectations file: what a run is known to show, each line with its reason.
//
//   settings/ack-with-payload  fail   goaway PROTOCOL_ERROR  # https://bugs.example/123
//   streams/closed/**          lenient                       # we close without GOAWAY, by choice
//   flow-control/tiny-windows  flaky  pass|hang              # https://bugs.example/140
//
// Strict both ways: a waived case that passes is a deviation, and a line that matches no case is an
// error of the file.

#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/results/result.h"

namespace h2assay {

struct ExpectationLine {
  std::string pattern;
  Verdict verdict = Verdict::pass;
  std::vector<Verdict> allowed;  // of flaky
  std::string observed;          // empty: any answer
  std::string reason;
  std::string file;
  int line = 0;
};

class Expectations {
 public:
  // Adds the lines of one file.  Error: "FILE:LINE: what is wrong".
  std::expected<void, std::string> add(std::string_view text, std::string_view file);

  // Every line must match one of `ids`, and two globs must not claim the same id.
  // Error: "FILE:LINE: what is wrong".
  std::expected<void, std::string> check(std::span<const std::string> ids) const;

  // Compares a result with what was expected of it; fills in the last three members.
  void judge(CaseResult& result, bool strict) const;

  // The line that speaks of this id: the exact one, else the glob; null when there is none.
  const ExpectationLine* of(std::string_view id) const;

  std::span<const ExpectationLine> lines() const { return lines_; }

 private:
  std::vector<ExpectationLine> lines_;
};

// Rewrites an expectations file after a run: keeps comments and order, drops lines whose case now
// is as by default, corrects verdicts, and appends new lines that end in "# reason?" for a person
// to fill in.
std::string updated_expectations(std::string_view text,
                                 std::span<const CaseResult> results,
                                 bool strict);

}  // namespace h2assay
