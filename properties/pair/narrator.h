#pragma once
// Writes down what a pair does as a transcript of role pair, line by line: one that recital.h
// performs again.  Events stand in it as remarks.

#include <string>

#include "properties/pair/pair.h"

namespace h2assay {

// "client> send_data 1 data="x" END_STREAM", "server~ 9 octets".
std::string text_of(const Command& command);

class Narrator final : public PairObserver {
 public:
  // With the header that makes it a file.  `requirement`: ids, or empty.
  std::string transcript(std::string_view title, std::string_view requirement) const;

  const std::string& lines() const { return lines_; }

  void before_call(const Pair&, const Command& command) override;
  void called(const Pair&, const Command& command, const Sent<>& answer) override;
  void delivering(const Pair&, Side at, Octets octets) override;
  void received(const Pair&, Side at, Events events) override;
  void tampered(const Pair&, const Command& command) override;
  void at_rest(const Pair&) override;

 private:
  std::string lines_;
  bool initiated_[2] = {false, false};
};

// The transcript of a script's run: what a failure prints.
std::string transcript_of(const Script& script, std::string_view title = "A script's run");

}  // namespace h2assay
