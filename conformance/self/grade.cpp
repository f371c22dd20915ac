#include "conformance/self/grade.h"

#include <fmt/format.h>

#include "conformance/cli/probe.h"
#include "conformance/peers/memory_peer.h"
#include "conformance/serve/server.h"
#include "properties/wire/frame.h"

namespace h2assay {
namespace {

using wire::FrameType;

// In memory a read that finds nothing returns at once; these bounds are for a server gone wild.
constexpr Patience kPatience{.quiet = std::chrono::milliseconds(2000),
                             .answer = std::chrono::milliseconds(2000)};

constexpr std::size_t kGoawayOctets = 8;  // before the debug data

// Debug data of ours begins with the name of the rule: "ping-length: PING is not 8 octets long".
std::optional<Rule> rule_in(const wire::RawFrame& goaway) {
  if (goaway.payload.size() <= kGoawayOctets) return std::nullopt;
  const std::string_view text(reinterpret_cast<const char*>(goaway.payload.data()) + kGoawayOctets,
                              goaway.payload.size() - kGoawayOctets);
  return rule_named(text.substr(0, text.find(':')));
}

void note_said(const Journal& journal, Performed& performed) {
  std::map<std::size_t, wire::FrameCutter> cutters;
  for (const Packet& packet : journal.packets()) {
    if (packet.from != Actor::peer || packet.kind != Packet::Kind::octets) continue;
    performed.said_octets += packet.octets.size();
    wire::FrameCutter& cutter = cutters[packet.connection];
    cutter.feed(packet.octets);
    while (const auto frame = cutter.next()) {
      if (frame->is(FrameType::rst_stream))
        performed.reset_codes.insert(wire::read32(frame->payload));
      if (!frame->is(FrameType::goaway)) continue;
      if (const auto rule = rule_in(*frame)) performed.broken.insert(*rule);
    }
  }
}

// Of a flood only whether it was stopped, and how: figures and times differ from run to run.
std::string without_figures(std::string_view observed) {
  constexpr std::string_view kLimited = "limited";
  if (!observed.starts_with(kLimited)) return "bounded";
  const auto colon = observed.find(':');
  return std::string(kLimited) +
         std::string(colon == std::string_view::npos ? "" : observed.substr(colon));
}

std::string reaction_of(const Played& played, bool flood) {
  std::string text = flood ? without_figures(played.observed) : played.observed;
  if (played.ending.how != "open") text += fmt::format(" [{}]", played.ending.how);
  for (const PassiveFinding& finding : played.findings)
    if (finding.certain) text += fmt::format(" [observed {}]", finding.requirement);
  return text;
}

Grade grade_of(const Played& played, const CaseInstance& instance) {
  const bool good = good_by_default(played.verdict, false);
  const bool flood = good && instance.instance.transcript.header.abuse.has_value();
  // A flood that is only slow to bear on a busy machine is lenient; that says nothing here.
  return {.verdict = flood ? Verdict::pass : played.verdict,
          .reaction = reaction_of(played, flood)};
}

// A mutant may talk without end, and each thing said makes the judge look at all before it: so
// many pieces are more than any case hears from the sound server, and then the wire is cut.
constexpr std::size_t kMostPieces = 5000;

class BoundedWire final : public Wire {
 public:
  explicit BoundedWire(std::unique_ptr<Wire> wire) : wire_(std::move(wire)) {}

  Written write(Octets octets, Deadline deadline) override {
    return wire_->write(octets, deadline);
  }

  Arrival read(Deadline deadline) override {
    if (pieces_ >= kMostPieces) return {Arrival::Kind::closed, {}, Closed{}};
    const Arrival arrival = wire_->read(deadline);
    pieces_ += arrival.kind == Arrival::Kind::octets ? 1U : 0U;
    return arrival;
  }

  void half_close() override { wire_->half_close(); }

  void close() override { wire_->close(); }

  void reset() override { wire_->reset(); }

  const WireFacts& facts() const override { return wire_->facts(); }

 private:
  std::unique_ptr<Wire> wire_;
  std::size_t pieces_ = 0;
};

class BoundedPeer final : public Peer {
 public:
  explicit BoundedPeer(Peer& peer) : peer_(peer) {}

  Opened open(Deadline deadline) override {
    auto wire = peer_.open(deadline);
    if (!wire) return wire;
    return std::make_unique<BoundedWire>(std::move(*wire));
  }

  std::string describe() const override { return peer_.describe(); }

  std::string authority() const override { return peer_.authority(); }

  std::string scheme() const override { return peer_.scheme(); }

 private:
  Peer& peer_;
};

ProbeWishes wishes() {
  ProbeWishes all;
  all.supports = {"push", "connect", "websocket=/echo"};
  return all;
}

}  // namespace

std::string text_of(const Grade& grade) {
  return fmt::format("{}: {}", name(grade.verdict), grade.reaction);
}

std::expected<std::vector<Variation>, std::string> variations_of_self() {
  std::vector<Variation> out;
  out.push_back({.name = "as it is", .engine = ServeOptions::default_engine(), .facts = {}});
  out.push_back(
      {.name = "with other settings", .engine = ServeOptions::default_engine(), .facts = {}});
  InitialSettings& other = out.back().engine.settings;
  other.enable_connect_protocol.reset();
  other.header_table_size = 1000;
  other.no_rfc7540_priorities = 1;
  for (Variation& variation : out) {
    MemoryPeer peer(variation.engine);
    variation.facts = assumed_facts(peer, wishes(), {"memory"});
    const Played first = control(peer, variation.facts, kPatience);
    if (first.verdict != Verdict::pass)
      return std::unexpected(fmt::format(
          "the reference server {} does not answer: {}", variation.name, first.observed));
    variation.facts.settings = first.settings;
    probe(peer, wishes(), kPatience, variation.facts);
  }
  return out;
}

Performed perform(const CaseInstance& instance, const Variation& variation, Peer& wild) {
  BoundedPeer peer(wild);
  const Played played = play(instance.instance, peer, variation.facts, kPatience);
  Performed performed;
  performed.grade = grade_of(played, instance);
  performed.supported = played.verdict != Verdict::unsupported;
  performed.expected = played.expected;
  performed.observed = played.observed;
  note_said(played.journal, performed);
  return performed;
}

}  // namespace h2assay
