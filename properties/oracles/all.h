#pragma once
// Every oracle at once, as properties and fuzzers attach them to a pair.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "properties/oracles/bounded_output.h"
#include "properties/oracles/closed_is_closed.h"
#include "properties/oracles/content_arrives.h"
#include "properties/oracles/credit_returns.h"
#include "properties/oracles/frame_fits_peer.h"
#include "properties/oracles/frames_well_formed.h"
#include "properties/oracles/goaway_covers.h"
#include "properties/oracles/last_stream_id_never_rises.h"
#include "properties/oracles/message_grammar.h"
#include "properties/oracles/one_rst_per_stream.h"
#include "properties/oracles/quiescence.h"
#include "properties/oracles/related_events_once.h"
#include "properties/oracles/settings_acked_once.h"
#include "properties/oracles/settings_agree.h"
#include "properties/oracles/streams_agree.h"
#include "properties/oracles/tape.h"
#include "properties/oracles/two_conforming_ends.h"
#include "properties/oracles/window_ledger.h"
#include "properties/oracles/windows_agree.h"

namespace h2assay {

// Oracles that run an input again cost a multiple of the run itself.
enum class Costly : bool { no, yes };

class Oracles {
 public:
  Oracles(Pair& pair, Costly costly);
  ~Oracles();
  Oracles(const Oracles&) = delete;
  Oracles& operator=(const Oracles&) = delete;

  // Each, in a fixed order, for counting.
  const std::vector<const Promise*>& all() const { return all_; }

  // Frames that passed: each as it leaves, and again as it arrives.
  std::uint64_t frames() const { return tape_.frames(); }

  // "window_ledger (rfc9113-6.9.1-01): DATA of …" of the first broken promise; empty when all hold.
  // With `among`: of those with these ids alone.
  std::string broken(std::span<const std::string_view> among = {}) const;

 private:
  // Those that cost a multiple of the run; not even made where nobody asks for them.
  struct CostlyOnes;

  Tape tape_;
  WindowLedger window_ledger_;
  FrameFitsPeer frame_fits_peer_;
  FramesWellFormed frames_well_formed_;
  SettingsAckedOnce settings_acked_once_;
  OneRstPerStream one_rst_per_stream_;
  LastStreamIdNeverRises last_stream_id_never_rises_;
  ClosedIsClosed closed_is_closed_;
  RelatedEventsOnce related_events_once_;
  MessageGrammar message_grammar_;
  ContentArrives content_arrives_;
  TwoConformingEnds two_conforming_ends_;
  Quiescence quiescence_;
  BoundedOutput bounded_output_;
  CreditReturns credit_returns_;
  GoawayCovers goaway_covers_;
  SettingsAgree settings_agree_;
  StreamsAgree streams_agree_;
  WindowsAgree windows_agree_;
  std::unique_ptr<CostlyOnes> costly_;
  std::vector<const Promise*> all_;
};

}  // namespace h2assay
