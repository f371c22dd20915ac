#include "properties/oracles/all.h"

#include <algorithm>

#include "properties/oracles/everything_completes.h"
#include "properties/oracles/frames_become_events.h"
#include "properties/oracles/hpack_agrees.h"
#include "properties/oracles/observer_accuses_nobody.h"
#include "properties/oracles/refusal_leaves_no_trace.h"
#include "properties/oracles/refused_call_changes_nothing.h"
#include "properties/oracles/snapshot_replay.h"
#include "properties/oracles/split_invisible.h"

namespace h2assay {

namespace {

constexpr std::uint32_t kSnapshotAfterOctets = 200;  // past the handshake
constexpr std::size_t kOracles = 26;

}  // namespace

struct Oracles::CostlyOnes {
  HpackAgrees hpack_agrees;
  FramesBecomeEvents frames_become_events;
  ObserverAccusesNobody observer_accuses_nobody;
  EverythingCompletes everything_completes;
  RefusalLeavesNoTrace refusal_leaves_no_trace;
  RefusedCallChangesNothing refused_call_changes_nothing;
  SplitInvisible split_invisible;
  SnapshotReplay snapshot_replay{kSnapshotAfterOctets};
};

Oracles::~Oracles() = default;

Oracles::Oracles(Pair& pair, Costly costly) {
  all_.reserve(kOracles);
  const auto octets = [&](OctetOracle& oracle) {
    tape_.watch(oracle);
    all_.push_back(&oracle);
  };
  const auto events = [&](EventOracle& oracle) {
    pair.watch(oracle);
    all_.push_back(&oracle);
  };
  pair.watch(tape_);
  const auto joint = [&](JointOracle& oracle) {
    tape_.watch(oracle);
    pair.watch(oracle);
    all_.push_back(&oracle);
  };
  octets(window_ledger_);
  octets(frame_fits_peer_);
  octets(frames_well_formed_);
  octets(settings_acked_once_);
  octets(one_rst_per_stream_);
  octets(last_stream_id_never_rises_);
  octets(closed_is_closed_);
  joint(related_events_once_);
  events(message_grammar_);
  events(content_arrives_);
  events(two_conforming_ends_);
  events(quiescence_);
  events(bounded_output_);
  joint(windows_agree_);
  joint(credit_returns_);
  joint(goaway_covers_);
  joint(settings_agree_);
  joint(streams_agree_);
  if (costly == Costly::no) return;
  costly_ = std::make_unique<CostlyOnes>();
  joint(costly_->hpack_agrees);
  joint(costly_->frames_become_events);
  events(costly_->observer_accuses_nobody);
  events(costly_->everything_completes);
  events(costly_->refusal_leaves_no_trace);
  events(costly_->refused_call_changes_nothing);
  events(costly_->split_invisible);
  events(costly_->snapshot_replay);
}

std::string Oracles::broken(std::span<const std::string_view> among) const {
  for (const Promise* promise : all_) {
    const bool counts = among.empty() || std::ranges::find(among, promise->id()) != among.end();
    if (counts && promise->broken())
      return std::string(promise->id()) + " (" + std::string(promise->requirement()) +
             "): " + *promise->broken();
  }
  return {};
}

}  // namespace h2assay
