// Whatever came before, a flood that exceeds one limit is met by that limit, with its name on the
// wire; what stays below it passes; and what an engine holds is bounded by what it got.

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "properties/excess.h"
#include "properties/generators/draw.h"
#include "properties/heap.h"
#include "properties/pair/narrator.h"
#include "properties/wire/frame.h"

namespace h2assay {
namespace {

// Who said GOAWAY.
class Farewells final : public PairObserver {
 public:
  void called(const Pair&, const Command& command, const Sent<>& answer) override {
    if (command.verb == Verb::close_connection && answer)
      said_[static_cast<std::size_t>(command.side)] = true;
  }

  bool said(Side side) const { return said_[static_cast<std::size_t>(side)]; }

 private:
  std::array<bool, 2> said_{};
};

// A legal conversation under tight limits, brought to rest.
struct Conversation {
  explicit Conversation(const Script& script)
      : pair(script, options(Role::client, script.client), options(Role::server, script.server)) {
    pair.watch(farewells);
    pair.execute({.verb = Verb::initiate_connection, .side = Side::client});
    pair.execute({.verb = Verb::initiate_connection, .side = Side::server});
    for (const Act& act : script.acts)
      if (script.enabled(act.kind)) pair.perform(act);
    pair.execute({.verb = Verb::settle});
  }

  static Options options(Role role, const EndConfig& config) {
    Options options = options_of(role, config);
    options.limits = tight_limits();
    // The answer to what is too large is the engine's here, not an application's.
    options.answer_malformed_requests = false;
    return options;
  }

  Farewells farewells;
  Pair pair;
};

// How a flood ended.
struct End {
  std::uint32_t passed = 0;
  std::optional<Rule> limit;
  bool alone = true;   // nothing else was complained of
  bool named = false;  // on the wire: by GOAWAY's debug data, or the code of RST_STREAM
  std::size_t fed = 0;
  std::size_t grown = 0;
};

bool named_on_wire(Octets out, Rule limit) {
  wire::FrameCutter cutter;
  cutter.feed(out);
  constexpr auto kCalm = static_cast<std::uint32_t>(ErrorCode::enhance_your_calm);
  while (const auto frame = cutter.next()) {
    if (frame->is(wire::FrameType::goaway)) {
      const std::string text(frame->payload.begin() + 8, frame->payload.end());
      return wire::read32(frame->payload, 4) == kCalm && text.find(name(limit)) != text.npos;
    }
    if (frame->is(wire::FrameType::rst_stream) && row(limit).scope == Scope::stream)
      return wire::read32(frame->payload) == kCalm;
  }
  return false;
}

// The rule of which an engine complains, or nothing.
std::optional<Rule> complaint(Events events) {
  for (const Event& event : events) {
    if (const auto* failed = std::get_if<ConnectionFailed>(&event)) return failed->because.rule;
    const auto* reset = std::get_if<StreamReset>(&event);
    if (reset != nullptr && !reset->remote) return reset->because;
  }
  return std::nullopt;
}

End flood(Flooded& flooded, const Excess& excess) {
  End end;
  Connection& engine = flooded.engine;
  std::vector<std::uint8_t> octets;
  excess.prelude(flooded, octets);
  end.alone = !complaint(engine.receive_data(octets));
  static_cast<void>(engine.data_to_send());
  const std::size_t before = heap_octets();
  for (; end.passed <= excess.allowed + 5; ++end.passed) {
    octets.clear();
    excess.step(flooded, end.passed, octets);
    end.fed += octets.size();
    end.limit = complaint(engine.receive_data(octets));
    end.grown = std::max(end.grown, heap_octets() - std::min(before, heap_octets()));
    if (end.limit) {
      end.named = named_on_wire(engine.data_to_send(), *end.limit);
      break;
    }
    if (excess.drains) static_cast<void>(engine.data_to_send());
  }
  return end;
}

// The buffers of one batch and of the output, each at most doubled as it grows, and the octets
// that the test itself holds.
constexpr std::size_t kGrowthPerOctet = 8;
constexpr std::size_t kGrowthOnce = 65536;

void judge(const Excess& excess,
           const End& end,
           std::optional<std::uint32_t> spent,
           const std::string& context) {
  ASSERT_TRUE(end.alone) << excess.name << context;
  ASSERT_TRUE(end.limit) << excess.name << ": no limit after " << end.passed << context;
  ASSERT_EQ(name(*end.limit), name(excess.limit)) << excess.name << context;
  ASSERT_TRUE(end.named) << excess.name << context;
  ASSERT_LE(end.passed, excess.allowed) << excess.name << context;
  if (spent) {
    ASSERT_EQ(end.passed + *spent, excess.allowed) << excess.name << context;
  }
  ASSERT_LE(end.grown, kGrowthOnce + kGrowthPerOctet * end.fed) << excess.name << context;
}

// How often each flood was tried in these conversations.
std::vector<int> floods(const Script& script, bool fresh) {
  std::vector<int> times(excesses().size(), 0);
  Conversation conversation(script);
  for (std::size_t k = 0; k < excesses().size(); ++k)
    for (const Side side : {Side::client, Side::server}) {
      const Excess& excess = excesses()[k];
      Flooded flooded{.pair = conversation.pair,
                      .side = side,
                      .engine = conversation.pair.at(side),
                      .said_goaway = conversation.farewells.said(side)};
      if (flooded.engine.terminal() || !excess.ready(flooded)) continue;
      ++times[k];
      std::optional<std::uint32_t> spent;
      if (fresh) spent = 0;
      if (excess.spent != nullptr) spent = excess.spent(flooded);
      const End end = flood(flooded, excess);
      judge(excess, end, spent, fresh ? std::string() : "\n" + transcript_of(script));
      if (::testing::Test::HasFatalFailure()) return times;
    }
  return times;
}

TEST(Limit, LetsPassWhatItAllowsAndNamesItselfAtTheNext) {
  // One request that waits for its response, and nothing else.
  const Script script{
      .client = {}, .server = {.answers = false}, .swarm = 0, .acts = {{.kind = ActKind::request}}};

  const std::vector<int> times = floods(script, true);

  ASSERT_FALSE(HasFatalFailure());
  for (std::size_t k = 0; k < times.size(); ++k) EXPECT_GT(times[k], 0) << excesses()[k].name;
}

TEST(Limit, IsNamedWhenItAloneIsExceededWhateverCameBefore) {
  std::vector<int> times(excesses().size(), 0);
  for (std::uint64_t number = 0; number < 150; ++number) {
    const std::vector<int> more = floods(generate::draw(53'000 + number, false), false);
    ASSERT_FALSE(HasFatalFailure()) << "script " << number;
    std::ranges::transform(times, more, times.begin(), std::plus());
  }
  for (std::size_t k = 0; k < times.size(); ++k) EXPECT_GT(times[k], 20) << excesses()[k].name;
}

// Every rule that calms a peer down stands in the table of floods.
TEST(Limit, HasAFloodThatExceedsIt) {
  for (const RuleRow& rule : rules()) {
    if (rule.code != ErrorCode::enhance_your_calm) continue;
    EXPECT_TRUE(std::ranges::count(excesses(), rule.rule, &Excess::limit) > 0) << rule.name;
  }
}

// --- Limits of the caller's ----------------------------------------------------------------------

TEST(Limit, OfTheOutputRefusesTheCallThatExceedsItByName) {
  for (std::uint32_t more = 0; more < 40; ++more) {
    Options options;
    options.limits.output_octets = 1000 + more;
    Connection engine(options);
    ASSERT_TRUE(engine.initiate_connection());
    while (engine.outbound_octets() < options.limits.output_octets) ASSERT_TRUE(engine.ping({}));
    const Digest before = engine.digest();

    EXPECT_EQ(engine.ping({}).error(), Misuse::output_full);

    EXPECT_EQ(engine.digest(), before);
    static_cast<void>(engine.data_to_send(17));  // as much as a PING takes
    EXPECT_TRUE(engine.ping({})) << "what was drained makes room";
  }
}

TEST(Limit, OfUnacknowledgedSettingsRefusesTheCallThatExceedsItByName) {
  const std::array<Setting, 1> settings{{{.id = 0x77, .value = 1}}};
  int times = 0;
  for (std::uint64_t number = 0; number < 100; ++number) {
    Conversation conversation(generate::draw(58'000 + number, false));
    for (const Side side : {Side::client, Side::server}) {
      // Who has ended it acknowledges nothing any more.
      if (conversation.pair.at(other(side)).terminal()) continue;
      Connection engine = conversation.pair.at(side);
      if (engine.terminal()) continue;
      ++times;
      for (std::uint32_t i = 0; i < tight_limits().unacknowledged_settings; ++i)
        ASSERT_TRUE(engine.update_settings(settings)) << number;
      const Digest before = engine.digest();

      EXPECT_EQ(engine.update_settings(settings).error(), Misuse::output_full) << number;

      EXPECT_EQ(engine.digest(), before);
    }
  }
  EXPECT_GT(times, 100);
}

TEST(Limit, OfUnansweredPingsForgetsTheOldestAndNoOther) {
  Conversation conversation({});
  Connection engine = conversation.pair.at(Side::client);
  const std::uint32_t limit = tight_limits().unanswered_pings;
  for (std::uint32_t i = 0; i <= limit; ++i)
    ASSERT_TRUE(engine.ping({static_cast<std::uint8_t>(i)}));
  for (std::uint32_t i = 0; i <= limit; ++i) {
    std::vector<std::uint8_t> octets;
    std::vector<std::uint8_t> payload(8, 0);
    payload[0] = static_cast<std::uint8_t>(i);
    wire::append(octets, wire::make_frame(wire::FrameType::ping, wire::kAck, 0, payload));

    const Events events = engine.receive_data(octets);

    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(std::get<PingAckReceived>(events[0]).matched, i > 0) << i;
  }
}

// --- Memory --------------------------------------------------------------------------------------

// What an engine holds when all is at rest: as much for every stream that lives and every octet
// that waits, and a sum that does not depend on how long it has talked.
constexpr std::size_t kHeldForAStream = 1024;
constexpr std::size_t kHeldAtRest = 64 * 1024;

TEST(Memory, OfAnEngineAtRestIsBoundedHoweverLongItTalked) {
  std::size_t most = 0;
  for (std::uint64_t number = 0; number < 300; ++number) {
    const Script script = generate::draw(61'000 + number, false);
    Conversation conversation(script);
    for (const Side side : {Side::client, Side::server}) {
      const Connection& engine = conversation.pair.at(side);
      const std::size_t before = heap_octets();
      const Connection copy(engine);
      const std::size_t held = heap_octets() - before;
      const std::size_t streams = engine.open_inbound_streams() + engine.open_outbound_streams() +
                                  tight_limits().reserved_streams;
      // A table takes what HPACK allows it, in both directions.
      const std::size_t tables = std::size_t{3} * (engine.local_settings().header_table_size +
                                                   engine.options().limits.encoder_table_octets);
      ASSERT_LE(held, kHeldAtRest + tables + streams * kHeldForAStream + engine.outbound_octets())
          << transcript_of(script);
      most = std::max(most, held);
    }
  }
  EXPECT_GT(most, 1000U) << "nothing was measured";
}

}  // namespace
}  // namespace h2assay
