#include "properties/oracles/all.h"

namespace h2assay {

namespace {

constexpr std::uint32_t kSnapshotAfterOctets = 200;  // past the handshake

}  // namespace

Oracles::Oracles(Pair& pair, Costly costly) : snapshot_replay_(kSnapshotAfterOctets) {
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
  events(related_events_once_);
  events(message_grammar_);
  events(content_arrives_);
  events(two_conforming_ends_);
  events(quiescence_);
  events(bounded_output_);
  joint(windows_agree_);
  joint(credit_returns_);
  joint(goaway_covers_);
  joint(streams_agree_);
  if (costly == Costly::no) return;
  joint(hpack_agrees_);
  joint(frames_become_events_);
  events(observer_accuses_nobody_);
  events(everything_completes_);
  events(refusal_leaves_no_trace_);
  events(refused_call_changes_nothing_);
  events(split_invisible_);
  events(snapshot_replay_);
}

std::string Oracles::broken() const {
  for (const Promise* promise : all_)
    if (promise->broken())
      return std::string(promise->id()) + " (" + std::string(promise->requirement()) +
             "): " + *promise->broken();
  return {};
}

}  // namespace h2assay
