// The promises of engine/README.md, one group of tests each.

#include <random>
#include <sstream>

#include <gtest/gtest.h>

#include "engine/connection_test_support.h"

namespace h2assay::testing {
namespace {

void say_octets(std::ostream& out, std::string_view text) { out << text.size() << ':' << text; }

// Everything that an event says, as text.
template <class E> void say_event(std::ostream& out, const E& event) {
  if constexpr (requires { event.stream_id; }) out << " stream " << event.stream_id;
  if constexpr (requires { event.fields; }) {
    for (const Field& field : event.fields) {
      out << ' ' << field.never_indexed << ' ';
      say_octets(out, field.name);
      say_octets(out, field.value);
    }
  }
  if constexpr (requires { event.changed; }) {
    for (const ChangedSetting& each : event.changed) {
      out << ' ' << each.id << '=' << each.original_value << '>' << each.new_value;
    }
  }
  if constexpr (requires { event.flow_controlled_length; }) {
    out << " of " << event.flow_controlled_length << ' ';
    say_octets(out, text_of(event.data));
  }
  if constexpr (requires { event.stream_ended; }) out << " end " << event.stream_ended.position;
  if constexpr (requires { event.priority_updated; }) {
    out << " priority " << event.priority_updated.position;
  }
  if constexpr (requires { event.code; }) out << " code " << static_cast<std::uint32_t>(event.code);
  if constexpr (requires { event.delta; }) out << " delta " << event.delta;
  if constexpr (requires { event.payload; }) say_octets(out, text_of(event.payload));
  if constexpr (requires { event.depends_on; }) out << " on " << event.depends_on;
  if constexpr (std::is_same_v<E, ConnectionFailed>) out << ' ' << describe(event.because);
  if constexpr (std::is_same_v<E, StreamReset>) {
    if (!event.remote) out << ' ' << name(event.because);
  }
}

// Positions are those of the batch: they are said relative to their event.
std::string say(Events events) {
  std::ostringstream out;
  for (std::size_t i = 0; i < events.size(); ++i) {
    Event event = events[i];
    std::visit(
        [&](auto& e) {
          if constexpr (requires { e.stream_ended; }) {
            if (e.stream_ended) e.stream_ended.position -= static_cast<std::uint32_t>(i);
          }
          if constexpr (requires { e.priority_updated; }) {
            if (e.priority_updated) e.priority_updated.position -= static_cast<std::uint32_t>(i);
          }
          out << event.index();
          say_event(out, e);
        },
        event);
    out << '\n';
  }
  return out.str();
}

// What a client might send: every frame type, several errors of streams, and at last one of the
// connection.
std::vector<std::uint8_t> long_story() {
  Wire wire;
  wire.preface().settings({setting(SettingId::initial_window_size, 1000), {0x99, 9}});
  wire.settings_ack().ping(5).window(0, 77).priority(3, 1).unknown(0xee, 5, "unknown");
  wire.headers(1,
               with(kPost,
                    {{.name = "x-new", .value = "entry"},
                     {.name = "cookie", .value = "a=b"},
                     {.name = "cookie", .value = "c=d"}}),
               false,
               PriorityFields{.depends_on = 0, .weight = 7, .exclusive = true});
  wire.data(1, "some content", false, 9).window(1, 5).data(1, "more", false);
  wire.headers(3, with(kRequest, {{.name = "Upper", .value = "x"}}), true);
  wire.headers(5, with(kPost, {{.name = "content-length", .value = "3"}}), false).data(5, "four");
  wire.data(5, "late").headers(5, kTrailers, true);
  std::vector<Field> large = kRequest;
  const std::string value(3000, 'q');
  for (int i = 0; i < 8; ++i) {
    large.push_back({.name = "large", .value = value, .never_indexed = true});
  }
  wire.headers(7, large, true).headers(9, kRequest, true).reset(9).ping(3, true);
  wire.headers(1, kTrailers, true).settings({setting(SettingId::initial_window_size, 2000)});
  wire.priority_update(11, "u=3").headers(11, kPost, false).window(11, 0x7fff'ffff);
  wire.goaway(0).frame(FrameType::window_update, 0, 0, "wrong").ping(4);
  return wire.take();
}

struct Outcome {
  std::string events;
  std::string output;
  Digest digest;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome tell(Octets octets, const std::vector<std::size_t>& cuts, Options options) {
  Connection server(std::move(options));
  EXPECT_TRUE(server.initiate_connection());
  Outcome outcome;
  std::size_t at = 0;
  for (const std::size_t cut : cuts) {
    // Each piece on its own heap block, freed before the next one: nothing may look back.
    const std::vector<std::uint8_t> piece(octets.begin() + static_cast<std::ptrdiff_t>(at),
                                          octets.begin() + static_cast<std::ptrdiff_t>(cut));
    outcome.events += say(server.receive_data(piece));
    at = cut;
  }
  outcome.digest = server.digest();
  outcome.output = text_of(server.data_to_send());
  return outcome;
}

TEST(PromiseOfValue, ACopyBehavesTheSameFromThenOn) {
  const auto story = long_story();
  std::mt19937 random(1);
  for (std::size_t round = 0; round < 40; ++round) {
    const std::size_t cut = random() % story.size();
    Connection server(server_options());
    ASSERT_TRUE(server.initiate_connection());
    static_cast<void>(server.receive_data(Octets(story).first(cut)));
    if (round % 2 == 0) static_cast<void>(server.data_to_send(round));
    Connection copy = server;
    EXPECT_EQ(copy.digest(), server.digest());
    Connection assigned(client_options());
    assigned = copy;
    const std::string first = say(server.receive_data(Octets(story).subspan(cut)));
    const Digest after = server.digest();
    server = Connection(server_options());  // the copy shares nothing with it
    EXPECT_EQ(say(copy.receive_data(Octets(story).subspan(cut))), first);
    EXPECT_EQ(copy.digest(), after);
    EXPECT_EQ(say(assigned.receive_data(Octets(story).subspan(cut))), first);
    EXPECT_EQ(text_of(copy.data_to_send()), text_of(assigned.data_to_send()));
  }
}

TEST(PromiseOfValue, TheDigestSeesWhatMattersAndNothingElse) {
  Played server(server_options());
  std::vector<Digest> seen{server.engine.digest()};
  const auto expect_new = [&](const char* what) {
    const Digest now = server.engine.digest();
    EXPECT_EQ(std::ranges::count(seen, now), 0) << what;
    seen.push_back(now);
  };
  server.wire.headers(1, kPost, false);
  static_cast<void>(server.feed());
  expect_new("a stream");
  server.wire.window(1, 1);
  static_cast<void>(server.feed());
  expect_new("a window");
  server.wire.data(1, "x");
  static_cast<void>(server.feed());
  expect_new("received data");
  ASSERT_TRUE(server.engine.acknowledge_received_data(1, 1));
  expect_new("acknowledged data");
  server.wire.raw("\0");
  static_cast<void>(server.engine.receive_data(octets_of(std::string_view("\0\0", 2))));
  expect_new("a frame's beginning");

  // Two ways to the same state: streams that come and go leave only the highest identifier.
  Played straight(server_options());
  Played detour(server_options());
  for (Played* played : {&straight, &detour}) {
    const bool many = played == &detour;
    for (std::uint32_t id = 1; id < 400; id += 2) {
      played->wire.headers(id, kRequest, true);
      if (many && id % 60 != 59) continue;  // up to thirty at once
      static_cast<void>(played->feed());
      for (std::uint32_t open = 1; open <= id; open += 2) {
        if (played->engine.stream_phase(open) != StreamPhase::half_closed_remote) continue;
        ASSERT_TRUE(played->engine.send_headers(open, kResponse, kEnd));
      }
    }
    static_cast<void>(played->feed());
    for (std::uint32_t open = 1; open < 400; open += 2) {
      if (played->engine.stream_phase(open) != StreamPhase::half_closed_remote) continue;
      ASSERT_TRUE(played->engine.send_headers(open, kResponse, kEnd));
    }
    static_cast<void>(played->drain());
  }
  EXPECT_EQ(straight.engine.digest(), detour.engine.digest());
}

TEST(PromiseOfSplits, AnySplitGivesTheSameEventsOutputAndDigest) {
  const auto story = long_story();
  for (const bool answers : {false, true}) {
    Options options = server_options();
    options.answer_malformed_requests = answers;
    const Outcome whole = tell(story, {story.size()}, options);
    EXPECT_NE(whole.events.find("window-update-length"), std::string::npos);
    std::vector<std::size_t> every(story.size());
    for (std::size_t i = 0; i < every.size(); ++i) every[i] = i + 1;
    EXPECT_EQ(tell(story, every, options), whole);
    std::mt19937 random(7);
    for (int round = 0; round < 60; ++round) {
      std::vector<std::size_t> cuts;
      for (std::size_t at = 0; at < story.size();) {
        at = std::min(story.size(), at + 1 + random() % (round % 2 == 0 ? 40 : 9000));
        cuts.push_back(at);
      }
      EXPECT_EQ(tell(story, cuts, options), whole) << "round " << round;
    }
  }
}

TEST(PromiseOfSplits, AFrameHasNoEffectBeforeItsLastOctet) {
  Played server(server_options());
  Wire wire;
  const auto data = wire.headers(1, kPost, false).data(1, "0123456789").take();
  const Octets all(data);
  EXPECT_EQ(server.engine.receive_data(all.first(all.size() - 1)).size(), 1U);
  EXPECT_EQ(server.engine.remote_flow_control_window(1), 65535);
  EXPECT_EQ(server.engine.receive_data(all.last(1)).size(), 1U);
  EXPECT_EQ(server.engine.remote_flow_control_window(1), 65525);
  const auto long_one = Wire().frame(FrameType::data, 0, 1, std::string(16385, 'x')).take();
  EXPECT_TRUE(server.engine.receive_data(Octets(long_one).first(8)).empty());
  EXPECT_EQ(server.engine.receive_data(Octets(long_one).subspan(8, 1)).size(), 1U);
  EXPECT_TRUE(server.engine.terminal());
}

TEST(PromiseOfRefusal, ARefusedCallChangesNothing) {
  Options options = client_options();
  Played client(options);
  ASSERT_TRUE(client.engine.send_headers(1, kPost));
  ASSERT_TRUE(client.engine.send_headers(3, kRequest, kEnd));
  ASSERT_TRUE(
      client.engine.send_headers(5, with(kPost, {{.name = "content-length", .value = "2"}})));
  ASSERT_TRUE(client.engine.reset_stream(5));
  client.wire.promise(1, 2, kRequest).promise(1, 4, kRequest).headers(4, kResponse, false);
  static_cast<void>(client.feed());
  const Digest before = client.engine.digest();
  Connection& engine = client.engine;
  const std::string large(70000, 'x');
  HeadersOptions heavy;
  heavy.priority = Priority{.depends_on = 0, .weight = 257, .exclusive = false};
  const std::vector<Setting> bad{setting(SettingId::initial_window_size, 0x8000'0000)};
  const std::vector<Field> nothing;
  for (const std::uint32_t id : {0U, 1U, 2U, 3U, 4U, 5U, 6U, 7U, 0x8000'0000U}) {
    SCOPED_TRACE(id);
    EXPECT_FALSE(engine.send_headers(id, nothing).has_value() && id != 1);
    EXPECT_FALSE(engine.send_headers(id, kResponse).has_value());
    EXPECT_FALSE(engine.send_headers(id, kRequest, heavy).has_value());
    EXPECT_FALSE(engine.send_data(id, octets_of(large)).has_value());
    if (id != 1) {
      EXPECT_FALSE(engine.send_data(id, {}).has_value());
      EXPECT_FALSE(engine.end_stream(id).has_value());
    }
    EXPECT_FALSE(engine.increment_flow_control_window(0, id).has_value());
    EXPECT_FALSE(engine.increment_flow_control_window(0x7fff'ffff, id).has_value());
    EXPECT_FALSE(engine.push_stream(1, id, kRequest).has_value());
    EXPECT_FALSE(engine.advertise_alternative_service("h2", "", id).has_value());
    EXPECT_FALSE(engine.prioritize(id, {.depends_on = id}).has_value());
    EXPECT_FALSE(engine.update_priority(id, large).has_value());
    EXPECT_FALSE(engine.send_unknown_frame(0x1, 0, id, {}).has_value());
    EXPECT_EQ(engine.digest(), before);
  }
  EXPECT_FALSE(engine.update_settings(bad).has_value());
  EXPECT_FALSE(engine.initiate_connection().has_value());
  EXPECT_FALSE(engine.initiate_upgrade_connection().has_value());
  EXPECT_FALSE(engine.close_connection(ErrorCode::no_error, octets_of(large)).has_value());
  EXPECT_FALSE(engine.close_connection(ErrorCode::no_error, {}, 0x8000'0000).has_value());
  EXPECT_EQ(engine.digest(), before);
}

TEST(PromiseOfLinks, RelatedEventsStandInTheStreamOnce) {
  Played server(server_options());
  server.wire.ping();
  server.wire.headers(
      1, kRequest, true, PriorityFields{.depends_on = 0, .weight = 200, .exclusive = true});
  server.wire.headers(3, kPost, false).data(3, "x", true).headers(5, kPost, false);
  server.wire.headers(
      5, kTrailers, true, PriorityFields{.depends_on = 3, .weight = 1, .exclusive = false});
  const Events events = server.feed();
  ASSERT_EQ(events.size(), 11U);
  const auto& request = std::get<RequestReceived>(events[1]);
  EXPECT_EQ(std::get<StreamEnded>(events[request.stream_ended.position]).stream_id, 1U);
  EXPECT_EQ(std::get<PriorityUpdated>(events[request.priority_updated.position]).weight, 200);
  const auto& data = std::get<DataReceived>(events[5]);
  EXPECT_EQ(std::get<StreamEnded>(events[data.stream_ended.position]).stream_id, 3U);
  EXPECT_FALSE(std::get<RequestReceived>(events[4]).stream_ended);
  const auto& trailers = std::get<TrailersReceived>(events[8]);
  EXPECT_EQ(std::get<StreamEnded>(events[trailers.stream_ended.position]).stream_id, 5U);
  EXPECT_EQ(std::get<PriorityUpdated>(events[trailers.priority_updated.position]).depends_on, 3U);
  EXPECT_EQ(count<StreamEnded>(events), 3U);
  EXPECT_EQ(count<PriorityUpdated>(events), 2U);
}

TEST(PromiseOfLinks, AnOwnedBatchOutlivesTheConnection) {
  OwnedEvents owned;
  std::string said;
  {
    const auto story = long_story();
    Connection server(server_options());
    ASSERT_TRUE(server.initiate_connection());
    const Events events = server.receive_data(story);
    said = say(events);
    owned = own(events);
  }
  EXPECT_EQ(say(owned.events()), said);
  const OwnedEvents copy = owned;
  owned = OwnedEvents();
  EXPECT_EQ(say(copy.events()), said);
}

TEST(PromiseOfQuirks, ARuleCanBeSwitchedOffOrChanged) {
  const auto with_quirk = [](std::string_view text) {
    Options options = server_options();
    options.quirks.set(parse_quirk(text).value());
    return options;
  };
  Played lax(with_quirk("settings-ack-length"));
  lax.wire.frame(FrameType::settings, flags::ack, 0, "123456");
  EXPECT_EQ(find<ConnectionFailed>(lax.feed()), nullptr);
  Played other(with_quirk("ping-length=INTERNAL_ERROR"));
  other.wire.frame(FrameType::ping, 0, 0, "1");
  Events events = other.feed();
  ASSERT_NE(find<ConnectionFailed>(events), nullptr);
  EXPECT_EQ(find<ConnectionFailed>(events)->because.code, ErrorCode::internal_error);
  Played wide(with_quirk("name-upper-case=connection"));
  wide.wire.headers(1, with(kRequest, {{.name = "Upper", .value = ""}}), true);
  expect_failure(wide, wide.feed(), Rule::name_upper_case);
  Played narrow(with_quirk("continuation-unexpected"));
  narrow.wire.frame(FrameType::continuation, 0, 1).ping();
  EXPECT_EQ(narrow.feed().size(), 1U) << "the frame is discarded";
}

TEST(PromiseOfQuirks, WithAnyRuleOffEverySplitOfTheStoryIsSurvived) {
  const auto story = long_story();
  for (const RuleRow& row : rules()) {
    Options options = server_options();
    options.quirks.off(row.rule);
    std::vector<std::size_t> cuts;
    for (std::size_t at = 0; at < story.size();) {
      at = std::min(story.size(), at + 700);
      cuts.push_back(at);
    }
    EXPECT_EQ(tell(story, cuts, options), tell(story, {story.size()}, options)) << row.name;
  }
}

}  // namespace
}  // namespace h2assay::testing
