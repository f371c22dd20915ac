// One broken requirement in an otherwise legal conversation: the engine reacts with a code and
// scope that the RFC permits for it.

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/rules.h"
#include "properties/generators/draw.h"
#include "properties/pair/narrator.h"
#include "properties/pair/pair.h"
#include "properties/pair/twist.h"
#include "properties/permitted.h"
#include "properties/wire/hpack.h"

namespace h2assay {
namespace {

// A legal conversation, brought to rest.
std::unique_ptr<Pair> rested(const Script& script) {
  auto pair = std::make_unique<Pair>(script);
  pair->execute({.verb = Verb::initiate_connection, .side = Side::client});
  pair->execute({.verb = Verb::initiate_connection, .side = Side::server});
  for (const Act& act : script.acts)
    if (script.enabled(act.kind)) pair->perform(act);
  pair->execute({.verb = Verb::settle});
  return pair;
}

struct Accusation {
  ErrorCode code = ErrorCode::no_error;
  std::span<const std::string_view> requirements;
  std::size_t events = 0;
  std::optional<std::uint32_t> goaway;  // the code on the wire
};

std::optional<Accusation> accusation(Connection& engine, Octets octets) {
  std::optional<Accusation> found;
  const Events events = engine.receive_data(octets);
  if (!events.empty())
    if (const auto* failed = std::get_if<ConnectionFailed>(&events.back()))
      found = Accusation{failed->because.code,
                         row(failed->because.rule).requirements,
                         events.size(),
                         std::nullopt};
  wire::FrameCutter cutter;
  cutter.feed(engine.data_to_send());
  while (const auto frame = cutter.next())
    if (found && frame->is(wire::FrameType::goaway))
      found->goaway = wire::read32(frame->payload, 4);
  return found;
}

// Whatever came before, a twist is met with the requirement that it breaks, its code on the wire
// and in the event, as the only event of its frame.
TEST(Twist, IsNamedByTheRequirementThatItBreaksWhateverCameBefore) {
  std::vector<int> times(twists().size(), 0);
  for (std::uint64_t number = 0; number < 400; ++number) {
    const Script script = generate::draw(91'000 + number, false);
    const auto pair = rested(script);
    for (std::size_t k = 0; k < twists().size(); ++k) {
      const Twist& twist = twists()[k];
      for (const Side side : {Side::client, Side::server}) {
        if (pair->at(side).terminal()) continue;
        Connection engine = pair->at(side);
        std::vector<std::uint8_t> octets;
        append(octets, twist);

        const auto accused = accusation(engine, octets);

        ASSERT_TRUE(accused) << twist.name << "\n" << transcript_of(script);
        ASSERT_EQ(accused->code, twist.code) << twist.name << "\n" << transcript_of(script);
        ASSERT_EQ(accused->goaway, static_cast<std::uint32_t>(twist.code)) << twist.name;
        ASSERT_NE(std::ranges::find(accused->requirements, twist.requirement),
                  accused->requirements.end())
            << twist.name << " is taken for " << accused->requirements.front();
        ASSERT_EQ(accused->events, 1U) << twist.name;
        ++times[k];
      }
    }
  }
  for (std::size_t k = 0; k < times.size(); ++k) EXPECT_GT(times[k], 300) << twists()[k].name;
}

// --- Twists that depend on the state -------------------------------------------------------------

// Breaks one rule on a stream in one of these phases; what the RFC permits is looked up.
struct StatefulTwist {
  std::string_view name;
  wire::FrameType type;
  std::uint8_t flags;
  rfc::Defect defect;
  std::vector<StreamPhase> phases;
  std::function<std::vector<std::uint8_t>(const Connection&, std::uint32_t)> payload;
};

std::vector<std::uint8_t> number(std::uint32_t value) {
  std::vector<std::uint8_t> out;
  wire::append32(out, value);
  return out;
}

std::vector<std::uint8_t> section(std::string_view name, std::string_view value) {
  // The size update is legal at any time, and due where the table was lowered.
  return wire::encode(
      {{.kind = wire::Kind::size_update},
       {.kind = wire::Kind::without, .name = std::string(name), .value = std::string(value)}});
}

std::vector<StatefulTwist> stateful_twists() {
  using enum wire::FrameType;
  using P = StreamPhase;
  const std::vector<P> receiving{P::open, P::half_closed_local};
  const std::vector<P> ended{P::half_closed_remote, P::closed_by_end};
  const auto three = [](const Connection&, std::uint32_t) {
    return std::vector<std::uint8_t>{'a', 'b', 'c'};
  };
  return {
      {"DATA after END_STREAM", data, 0, rfc::Defect::none, ended, three},
      {"HEADERS after END_STREAM",
       headers,
       wire::kEndHeaders | wire::kEndStream,
       rfc::Defect::none,
       ended,
       [](const Connection&, std::uint32_t) { return section("x-a", "b"); }},
      {"WINDOW_UPDATE of zero",
       window_update,
       0,
       rfc::Defect::increment_zero,
       receiving,
       [](const Connection&, std::uint32_t) { return number(0); }},
      {"padding longer than the frame",
       data,
       wire::kPadded,
       rfc::Defect::padding_too_long,
       receiving,
       [](const Connection&, std::uint32_t) { return std::vector<std::uint8_t>{3, 0, 0}; }},
      {"PRIORITY of four octets",
       priority,
       0,
       rfc::Defect::wrong_length,
       receiving,
       [](const Connection&, std::uint32_t) { return number(0); }},
      {"a field name in upper case",
       headers,
       wire::kEndHeaders | wire::kEndStream,
       rfc::Defect::malformed,
       {P::open, P::half_closed_local},
       [](const Connection&, std::uint32_t) { return section("X-A", "b"); }},
      {"an index beyond the table",
       headers,
       wire::kEndHeaders | wire::kEndStream,
       rfc::Defect::compression,
       receiving,
       [](const Connection&, std::uint32_t) {
         return std::vector<std::uint8_t>{0x20, 0xff, 0xff, 0x7f};
       }},
      {"content beyond the window",
       data,
       0,
       rfc::Defect::beyond_stream_window,
       receiving,
       [](const Connection& engine, std::uint32_t id) {
         const std::int64_t window = engine.remote_flow_control_window(id).value_or(0);
         return std::vector<std::uint8_t>(
             static_cast<std::size_t>(std::max<std::int64_t>(0, window) + 1), 'x');
       }},
  };
}

rfc::Phase phase_of(StreamPhase phase) {
  switch (phase) {
    case StreamPhase::idle:                 return rfc::Phase::idle;
    case StreamPhase::reserved_local:       return rfc::Phase::reserved_local;
    case StreamPhase::reserved_remote:      return rfc::Phase::reserved_remote;
    case StreamPhase::open:                 return rfc::Phase::open;
    case StreamPhase::half_closed_local:    return rfc::Phase::half_closed_local;
    case StreamPhase::half_closed_remote:   return rfc::Phase::half_closed_remote;
    case StreamPhase::closed_unused:        return rfc::Phase::skipped;
    case StreamPhase::closed_by_end:        return rfc::Phase::closed_by_end;
    case StreamPhase::closed_by_peer_reset: return rfc::Phase::closed_by_peer_reset;
    case StreamPhase::closed_by_own_reset:  return rfc::Phase::closed_by_own_reset;
  }
  return rfc::Phase::idle;
}

// What the engine did about the frame, as the octets say it.
rfc::Reaction reaction(Connection& engine, Octets octets, std::uint32_t stream_id) {
  static_cast<void>(engine.receive_data(octets));
  wire::FrameCutter cutter;
  cutter.feed(engine.data_to_send());
  while (const auto frame = cutter.next()) {
    if (frame->is(wire::FrameType::goaway))
      return {rfc::ReactionKind::connection_error, wire::read32(frame->payload, 4)};
    if (frame->is(wire::FrameType::rst_stream) && frame->stream_id() == stream_id)
      return {rfc::ReactionKind::stream_error, wire::read32(frame->payload)};
  }
  return {};
}

// An error is due, and it is one that the RFC permits: never silence, never another code.
TEST(Twist, OfAStreamsStateDrawsAPermittedError) {
  const std::vector<StatefulTwist> twists = stateful_twists();
  std::vector<int> times(twists.size(), 0);
  for (std::uint64_t number = 0; number < 600; ++number) {
    Script script = generate::draw(17'000 + number, false);
    // There the answer to a malformed request is the application's.
    script.server.answers_malformed = false;
    const auto pair = rested(script);
    for (std::size_t k = 0; k < twists.size(); ++k)
      for (const Side side : {Side::client, Side::server})
        for (const KnownStream& stream : pair->streams()) {
          const StatefulTwist& twist = twists[k];
          Connection engine = pair->at(side);
          const StreamPhase phase = engine.stream_phase(stream.id);
          const bool given_up = engine.terminal() || stream.head;
          if (given_up || std::ranges::find(twist.phases, phase) == twist.phases.end()) continue;
          std::vector<std::uint8_t> payload = twist.payload(engine, stream.id);
          if (payload.size() > engine.max_inbound_frame_size()) continue;
          std::vector<std::uint8_t> octets;
          wire::append(octets,
                       wire::make_frame(twist.type, twist.flags, stream.id, std::move(payload)));

          const rfc::Reaction came = reaction(engine, octets, stream.id);

          const rfc::PermittedRow* row = rfc::permitted(
              {.phase = phase_of(phase),
               .frame = static_cast<std::uint8_t>(twist.type),
               .defect = twist.defect,
               .receiver = side == Side::client ? wire::Role::client : wire::Role::server});
          ASSERT_NE(row, nullptr) << twist.name;
          ASSERT_TRUE(came.kind != rfc::ReactionKind::accepted &&
                      rfc::grade(*row, came) != rfc::Grade::fail)
              << twist.name << " on stream " << stream.id << " at the "
              << (side == Side::client ? "client" : "server") << " led to " << rfc::name(came.kind)
              << " " << came.code << "; " << row->requirement << "\n"
              << transcript_of(script);
          ++times[k];
        }
  }
  for (std::size_t k = 0; k < times.size(); ++k) EXPECT_GT(times[k], 5) << twists[k].name;
}

}  // namespace
}  // namespace h2assay
