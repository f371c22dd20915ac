#include "properties/oracles/snapshot_replay.h"

#include "properties/pair/event_text.h"

namespace h2assay {

void SnapshotReplay::delivering(const Pair& pair, Side at, Octets octets) {
  if (at != Side::server) return;
  seen_ += static_cast<std::uint32_t>(octets.size());
  if (!copy_ && seen_ >= after_) copy_ = std::make_unique<Connection>(pair.at(Side::server));
  if (copy_) expected_ = text_of(pair.handling().receive(*copy_, octets));
}

void SnapshotReplay::received(const Pair& pair, Side at, Events events) {
  if (at != Side::server || !copy_) return;
  evaluated();
  if (text_of(events) != expected_)
    accuse("the copy reports\n" + expected_ + "the original\n" + text_of(events));
  compare(pair);
}

void SnapshotReplay::before_call(const Pair&, const Command&) {}

void SnapshotReplay::called(const Pair& pair, const Command& command, const Sent<>& answer) {
  if (command.side != Side::server || !copy_) return;
  evaluated();
  if (pair.handling().call(*copy_, command) != answer) accuse("the copy answers a call otherwise");
  compare(pair);
}

// The pair drains the original after each call and each delivery; so does this.
void SnapshotReplay::compare(const Pair& pair) {
  if (copy_->digest() != pair.at(Side::server).digest()) accuse("the copy's state differs");
  if (copy_->outbound_octets() != 0) static_cast<void>(copy_->data_to_send());
}

}  // namespace h2assay
