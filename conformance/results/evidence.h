#pragma once
// One folder a case that did not pass, to be attached to a bug report as it is:
// transcript.h2t, wire.pcapng, peer.stdout, peer.stderr, README.md.

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>

#include "conformance/player/journal.h"
#include "conformance/results/result.h"
#include "properties/transcript/transcript.h"

namespace h2assay {

struct EvidenceInput {
  const CaseResult& result;
  const RunInfo& run;
  const transcript::Transcript& played;  // the instance
  const Journal& journal;
  std::uint64_t started_us = 0;  // of the case, since 1970
  std::string standard_output{};
  std::string standard_error{};
  std::string repeat{};  // the command that plays this case again
  bool capture = true;   // write wire.pcapng
};

// A folder name for a case id: unique, and harmless whatever the id holds.
std::string evidence_folder(std::string_view case_id);

// The log as a transcript: what happened, the expectations with their verdicts.
std::string log_text(const EvidenceInput& input);

// What an issue wants to hear, in Markdown.
std::string evidence_readme(const EvidenceInput& input);

// Writes the folder.  Error: one line.
std::expected<void, std::string> write_evidence(const std::filesystem::path& folder,
                                                const EvidenceInput& input);

}  // namespace h2assay
