// Each oracle accuses an engine that breaks its promise.  Engines are broken from outside, by
// Options: a rule of receiving switched off or answered too far, or the rules of sending not kept.

#include <algorithm>
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

namespace h2assay {
namespace {

constexpr std::uint64_t kScripts = 40;
constexpr std::uint64_t kSeed = 71'000;

// By oracle: which defects it accused.
using Seen = std::map<std::string, std::vector<std::string>, std::less<>>;

// Runs scripts with a server and a client that `spoil` has spoilt.
template <typename Spoil> void accused(Seen& seen, const std::string& defect, Spoil spoil) {
  for (std::uint64_t number = 0; number < kScripts; ++number) {
    const Script script = generate::draw(kSeed + number, number % 2 == 0);
    Options client = options_of(Role::client, script.client);
    Options server = options_of(Role::server, script.server);
    spoil(client);
    spoil(server);
    Pair pair(script, client, server);
    const Oracles oracles(pair, Costly::yes);
    pair.perform(script);
    for (const Promise* promise : oracles.all()) {
      if (!promise->broken()) continue;
      std::vector<std::string>& defects = seen[std::string(promise->id())];
      if (std::ranges::find(defects, defect) == defects.end()) defects.push_back(defect);
    }
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
  if (std::getenv("H2ASSAY_PRINT") != nullptr)
    for (const auto& [id, defects] : seen)
      std::printf("%s: %zu defects, first %s\n", id.c_str(), defects.size(), defects[0].c_str());
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

TEST(Oracles, AccuseContentThatNobodySent) {
  const Idle idle;
  ContentArrives oracle;
  const std::vector<std::uint8_t> other(3, static_cast<std::uint8_t>(Pair::content(1, 0) + 1));
  const std::vector<Event> batch{DataReceived{.stream_id = 1, .data = other, .stream_ended = {}}};

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
