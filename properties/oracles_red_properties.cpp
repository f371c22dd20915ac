// Each oracle accuses an engine that breaks its promise.  Engines are broken from outside: by
// Options (a rule of receiving switched off or answered too far, the rules of sending not kept), or
// by a Handling that calls them otherwise than it was told.

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "engine/rules.h"
#include "properties/generators/draw.h"
#include "properties/oracles/all.h"
#include "properties/oracles/hpack_agrees.h"

namespace h2assay {
namespace {

constexpr std::uint64_t kScripts = 40;
constexpr std::uint64_t kSeed = 71'000;

// By oracle: which defects it accused.
using Seen = std::map<std::string, std::vector<std::string>, std::less<>>;

// How many of the scripts, and the hostile network in every second of them.
Script script_of(std::uint64_t number) { return generate::draw(kSeed + number, number % 2 == 0); }

void perform(Seen& seen, const std::string& defect, Pair& pair, const Script& script) {
  const Oracles oracles(pair, Costly::yes);
  pair.perform(script);
  for (const Promise* promise : oracles.all()) {
    if (!promise->broken()) continue;
    std::vector<std::string>& defects = seen[std::string(promise->id())];
    if (std::ranges::find(defects, defect) == defects.end()) defects.push_back(defect);
  }
}

// Runs scripts with a server and a client that `spoil` has spoilt.
template <typename Spoil> void accused(Seen& seen, const std::string& defect, Spoil spoil) {
  for (std::uint64_t number = 0; number < kScripts; ++number) {
    const Script script = script_of(number);
    Options client = options_of(Role::client, script.client);
    Options server = options_of(Role::server, script.server);
    spoil(client);
    spoil(server);
    Pair pair(script, client, server);
    perform(seen, defect, pair, script);
  }
}

void print(const Seen& seen) {
  if (std::getenv("H2ASSAY_PRINT") == nullptr) return;
  for (const auto& [id, defects] : seen) {
    std::printf("%s:", id.c_str());
    for (const std::string& defect : defects) std::printf(" (%s)", defect.c_str());
    std::printf("\n");
  }
}

TEST(Oracles, AccuseNobodyWhereNothingIsBroken) {
  Seen seen;

  accused(seen, "nothing", [](Options&) {});

  EXPECT_TRUE(seen.empty()) << seen.begin()->first;
}

TEST(Oracles, AccuseAnEngineThatBreaksTheirPromise) {
  Seen seen;
  accused(seen, "sends what it likes", [](Options& options) { options.unchecked = true; });
  accused(seen, "accepts what it gets", [](Options& options) {
    for (const RuleRow& rule : rules()) options.quirks.off(rule.rule);
  });
  accused(seen, "sends what it likes and accepts what it gets", [](Options& options) {
    options.unchecked = true;
    for (const RuleRow& rule : rules()) options.quirks.off(rule.rule);
  });
  print(seen);
  for (const std::string_view id : {"closed_is_closed",
                                    "everything_completes",
                                    "frame_fits_peer",
                                    "frames_become_events",
                                    "frames_well_formed",
                                    "goaway_covers",
                                    "last_stream_id_never_rises",
                                    "observer_accuses_nobody",
                                    "one_rst_per_stream",
                                    "streams_agree",
                                    "two_conforming_ends",
                                    "window_ledger",
                                    "windows_agree"})
    EXPECT_TRUE(seen.contains(id)) << id << " has noticed nothing";
}

// --- Defects that no option makes ----------------------------------------------------------------

// Leaves a trace in the engine and on the wire.
void leave_trace(Connection& end) { static_cast<void>(end.ping({'t', 'r', 'a', 'c', 'e'})); }

// What the application is done with is never given back to the peer.
struct Starves final : Handling {
  Sent<> call(Connection& end, const Command& command) override {
    if (command.verb == Verb::acknowledge_received_data) return {};
    return Handling::call(end, command);
  }
};

// … or at once, octet by octet.
struct FloodsWithCredit final : Handling {
  Sent<> call(Connection& end, const Command& command) override {
    const Sent<> answer = Handling::call(end, command);
    if (answer && command.verb == Verb::acknowledge_received_data)
      static_cast<void>(end.increment_flow_control_window(1));
    return answer;
  }
};

// A field that the application wants kept out of all tables is compressed like any other.
struct BetraysSecrets final : Handling {
  Sent<> call(Connection& end, const Command& command) override {
    std::vector<Field> fields(command.fields.begin(), command.fields.end());
    for (Field& field : fields) field.never_indexed = false;
    Command told = command;
    told.fields = fields;
    return Handling::call(end, told);
  }
};

// The last field of a section is lost.
struct LosesAField final : Handling {
  Sent<> call(Connection& end, const Command& command) override {
    Command told = command;
    if (told.fields.size() > 4) told.fields = told.fields.first(told.fields.size() - 1);
    return Handling::call(end, told);
  }
};

// Whatever comes is answered, the answer too.
struct NeverRests final : Handling {
  Events receive(Connection& end, Octets octets) override {
    leave_trace(end);
    return Handling::receive(end, octets);
  }
};

struct RefusalLeavesATrace final : Handling {
  Sent<> call(Connection& end, const Command& command) override {
    const Sent<> answer = Handling::call(end, command);
    if (!answer) leave_trace(end);
    return answer;
  }
};

// Behaves by what is no part of the engine, like a global variable.
struct RemembersElsewhere final : Handling {
  Events receive(Connection& end, Octets octets) override {
    if (++count_ % 8 == 0) leave_trace(end);
    return Handling::receive(end, octets);
  }

 private:
  int count_ = 0;
};

// Takes octets that come one by one for something else.
struct SeesTheCut final : Handling {
  Events receive(Connection& end, Octets octets) override {
    if (octets.size() == 1) leave_trace(end);
    return Handling::receive(end, octets);
  }
};

template <typename Defect>
void accused_of(Seen& seen, const std::string& defect, std::uint64_t scripts = kScripts) {
  for (std::uint64_t number = 0; number < scripts; ++number) {
    const Script script = script_of(number);
    Defect planted;
    Pair pair(script);
    pair.plant(planted);
    perform(seen, defect, pair, script);
  }
}

TEST(Oracles, AccuseAnEngineThatIsBrokenFromWithin) {
  Seen seen;
  accused_of<Starves>(seen, "starves", 4 * kScripts);  // few scripts use half a window
  accused_of<FloodsWithCredit>(seen, "floods with credit");
  accused_of<BetraysSecrets>(seen, "betrays secrets");
  accused_of<LosesAField>(seen, "loses a field");
  accused_of<NeverRests>(seen, "never rests", 2);  // each settling runs into its bound
  accused_of<RefusalLeavesATrace>(seen, "refusal leaves a trace");
  accused_of<RemembersElsewhere>(seen, "remembers elsewhere");
  accused_of<SeesTheCut>(seen, "sees the cut");
  print(seen);
  using Expected = std::pair<std::string_view, std::string_view>;
  for (const auto& [id, defect] :
       {Expected{"credit_returns", "starves"},
        Expected{"credit_returns", "floods with credit"},
        Expected{"hpack_agrees", "betrays secrets"},
        Expected{"hpack_agrees", "loses a field"},
        Expected{"quiescence", "never rests"},
        Expected{"refusal_leaves_no_trace", "refusal leaves a trace"},
        Expected{"refused_call_changes_nothing", "refusal leaves a trace"},
        Expected{"snapshot_replay", "remembers elsewhere"},
        Expected{"split_invisible", "sees the cut"}}) {
    const auto found = seen.find(id);
    const bool noticed =
        found != seen.end() && std::ranges::find(found->second, defect) != found->second.end();
    EXPECT_TRUE(noticed) << id << " has not noticed what " << defect;
  }
}

// --- Oracles that no option can break: what they are told is forged ------------------------------

// A connection past its handshake.
struct Idle {
  Idle() { pair.perform(Script{}); }

  Pair pair{Script{}};
};

TEST(Oracles, AccuseEventsWhoseLinkLeadsNowhere) {
  const Idle idle;
  RelatedEventsOnce oracle;
  const std::vector<Event> batch{DataReceived{.stream_id = 1, .data = {}, .stream_ended = Link{5}}};

  oracle.received(idle.pair, Side::server, batch);

  EXPECT_TRUE(oracle.broken());
}

TEST(Oracles, AccuseAPriorityThatNoFrameBrought) {
  const Idle idle;
  RelatedEventsOnce oracle;
  const std::vector<Event> batch{PriorityUpdated{.stream_id = 1}};

  oracle.received(idle.pair, Side::server, batch);

  EXPECT_TRUE(oracle.broken());
}

TEST(Oracles, AccuseASettingThatWasSomethingElseBefore) {
  const Idle idle;
  SettingsAgree oracle;
  std::vector<std::uint8_t> octets;
  wire::append(octets, wire::make_frame(wire::FrameType::settings, 0, 0, {0, 4, 0, 0, 0, 1}));
  const std::array<ChangedSetting, 1> changed{
      {{.id = 4, .original_value = 1, .new_value = 1, .had_value = true}}};
  const std::vector<Event> batch{RemoteSettingsChanged{changed}};

  oracle.arrived(wire::Role::server, *wire::first_frame(octets));
  oracle.received(idle.pair, Side::server, batch);

  EXPECT_TRUE(oracle.broken());
}

TEST(Oracles, AccuseContentThatNobodySent) {
  const Idle idle;
  ContentArrives oracle;
  const std::vector<std::uint8_t> other(3, static_cast<std::uint8_t>(Pair::content(1, 0) + 1));
  const std::vector<Event> batch{DataReceived{.stream_id = 1, .data = other, .stream_ended = {}}};

  oracle.received(idle.pair, Side::server, batch);

  EXPECT_TRUE(oracle.broken());
}

TEST(Oracles, AccuseFieldsThatNobodySent) {
  const Idle idle;
  HpackAgrees oracle;
  const std::vector<Event> batch{
      RequestReceived{.stream_id = 1, .fields = {}, .stream_ended = {}, .priority_updated = {}}};

  oracle.received(idle.pair, Side::server, batch);

  EXPECT_TRUE(oracle.broken());
}

TEST(Oracles, AccuseContentBeforeItsMessage) {
  const Idle idle;
  MessageGrammar oracle;
  const std::vector<Event> batch{DataReceived{.stream_id = 1, .data = {}, .stream_ended = {}}};

  oracle.received(idle.pair, Side::server, batch);

  EXPECT_TRUE(oracle.broken());
}

TEST(Oracles, AccuseAnAnswerOutOfProportion) {
  const Idle idle;
  BoundedOutput oracle;
  const std::vector<std::uint8_t> asked(9);
  const std::vector<std::uint8_t> answered(BoundedOutput::kOnce + 9 * BoundedOutput::kPerOctet + 1);

  oracle.delivering(idle.pair, Side::server, asked);
  oracle.received(idle.pair, Side::server, {});
  oracle.emitted(idle.pair, Side::server, answered);

  EXPECT_TRUE(oracle.broken());
}

}  // namespace
}  // namespace h2assay
