#include "properties/observer.h"

#include <algorithm>
#include <utility>

#include "properties/observer/conversation.h"

namespace h2assay {
namespace {

using watch::Who;

// The octets of one direction: the preface of a client, then frames.
struct Stream {
  wire::FrameCutter cutter;
  bool preface = false;  // still to come
  bool lost = false;     // no frames any more: what comes is not HTTP/2
};

}  // namespace

struct Observer::State {
  explicit State(wire::Role peer) : conversation(peer) {
    received.preface = peer == wire::Role::client;
    sent.preface = !received.preface;
  }

  // False until the preface is there whole and right.
  bool take_preface(Who who, Stream& stream) {
    if (!stream.preface) return true;
    const wire::Octets rest = stream.cutter.rest();
    const std::size_t here = std::min(rest.size(), wire::kPreface.size());
    const bool so_far = std::equal(
        rest.begin(),
        rest.begin() + static_cast<std::ptrdiff_t>(here),
        wire::kPreface.begin(),
        [](std::uint8_t octet, char c) { return octet == static_cast<std::uint8_t>(c); });
    if (!so_far) {
      stream.lost = true;
      conversation.bad_preface(who);
      if (who == Who::us) conversation.all_unknown();
      return false;
    }
    if (here < wire::kPreface.size()) return false;
    stream.preface = false;
    stream.cutter.skip(here);
    conversation.good_preface(who);
    return true;
  }

  void take(Who who, Stream& stream, wire::Octets octets) {
    if (stream.lost) return;
    stream.cutter.feed(octets);
    if (!take_preface(who, stream)) return;
    while (const auto frame = stream.cutter.next()) conversation.frame(who, *frame);
    const wire::Octets rest = stream.cutter.rest();
    if (rest.size() < wire::kFrameHeaderOctets) return;
    const std::uint32_t length = wire::read32(rest) >> 8;
    if (length <= conversation.longest_frame(who)) return;
    // Too large by its header alone: nobody has to wait for its end.
    if (who == Who::us) {
      conversation.connection_unknown();
      return;
    }
    stream.lost = true;
    conversation.oversized(length, wire::read32(rest, 5), rest[3]);
  }

  watch::Conversation conversation;
  Stream sent;
  Stream received;
};

Observer::Observer(wire::Role peer) : state_(std::make_unique<State>(peer)) {}

Observer::Observer(Observer&& other) noexcept = default;
Observer& Observer::operator=(Observer&& other) noexcept = default;
Observer::~Observer() = default;

void Observer::sent(wire::Octets octets) { state_->take(Who::us, state_->sent, octets); }

void Observer::received(wire::Octets octets) { state_->take(Who::peer, state_->received, octets); }

const std::vector<Finding>& Observer::findings() const { return state_->conversation.findings(); }

bool Observer::accuses() const { return std::ranges::any_of(findings(), &Finding::certain); }

std::uint64_t Observer::observed(std::string_view requirement) const {
  const bool client = state_->conversation.peer_role() == wire::Role::client;
  std::uint64_t count = 0;
  for (const watch::CheckRow& row : watch::check_rows()) {
    const std::string_view its =
        client ? row.passive.requirement_of_client : row.passive.requirement;
    if (its == requirement) count += state_->conversation.observed(row.check);
  }
  return count;
}

std::vector<std::string_view> Observer::observed_requirements() const {
  const bool client = state_->conversation.peer_role() == wire::Role::client;
  std::vector<std::string_view> requirements;
  for (const watch::CheckRow& row : watch::check_rows()) {
    if (state_->conversation.observed(row.check) == 0) continue;
    requirements.push_back(client ? row.passive.requirement_of_client : row.passive.requirement);
  }
  std::ranges::sort(requirements);
  const auto again = std::ranges::unique(requirements);
  requirements.erase(again.begin(), again.end());
  return requirements;
}

std::size_t Observer::frames_received() const { return state_->conversation.peer_frames(); }

std::span<const PassiveCheck> Observer::checks() {
  static const std::vector<PassiveCheck> checks = [] {
    std::vector<PassiveCheck> list;
    for (const watch::CheckRow& row : watch::check_rows()) list.push_back(row.passive);
    return list;
  }();
  return checks;
}

}  // namespace h2assay
