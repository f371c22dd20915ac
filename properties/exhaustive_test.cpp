// Every frame with all its flags and lengths in every phase of a stream: the engine against the
// permitted reactions.

#include <array>
#include <cstdio>
#include <string>

#include <gtest/gtest.h>

#include "properties/exhaustive_kit.h"

namespace h2assay::exhaustive {
namespace {

using enum wire::FrameType;

struct Place {
  Role role;
  rfc::Phase phase;
  std::uint32_t stream_id;
};

const std::array<Field, 1> kOk{{{":status", "200"}}};
const std::array<Field, 4> kGet{
    {{":method", "GET"}, {":scheme", "http"}, {":authority", "a"}, {":path", "/"}}};

// Brings a fresh engine's stream into the phase, the way that the RFC says.
Subject arrive_as_server(rfc::Phase phase) {
  using enum rfc::Phase;
  Subject s(Role::server);
  const auto request_frame = [&](std::uint32_t id, std::uint8_t flags) {
    static_cast<void>(s.feed(wire::make_frame(headers, flags, id, block(request()))));
  };
  const std::uint8_t open_flags = wire::kEndHeaders;
  const std::uint8_t end_flags = wire::kEndHeaders | wire::kEndStream;
  if (phase == skipped) request_frame(5, open_flags);
  if (phase == open || phase == half_closed_local || phase == reserved_local)
    request_frame(1, open_flags);
  if (phase == half_closed_local) {
    EXPECT_TRUE(s.engine().send_headers(1, kOk, {.end_stream = EndStream::yes}));
  }
  if (phase == half_closed_remote || phase == closed_by_end) request_frame(1, end_flags);
  if (phase == closed_by_end) {
    EXPECT_TRUE(s.engine().send_headers(1, kOk, {.end_stream = EndStream::yes}));
  }
  if (phase == reserved_local) {
    EXPECT_TRUE(s.engine().push_stream(1, 2, kGet));
  }
  if (phase == closed_by_own_reset || phase == closed_by_peer_reset) request_frame(1, open_flags);
  if (phase == closed_by_own_reset) {
    EXPECT_TRUE(s.engine().reset_stream(1, ErrorCode::cancel));
  }
  if (phase == closed_by_peer_reset)
    static_cast<void>(s.feed(wire::make_frame(rst_stream, 0, 1, {0, 0, 0, 8})));
  static_cast<void>(s.engine().data_to_send());
  return s;
}

Subject arrive_as_client(rfc::Phase phase) {
  using enum rfc::Phase;
  Subject s(Role::client);
  const bool ends =
      phase == half_closed_local || phase == closed_by_end || phase == reserved_remote;
  if (phase != idle && phase != idle_of_receiver && phase != connection) {
    EXPECT_TRUE(
        s.engine().send_headers(1, kGet, {.end_stream = ends ? EndStream::yes : EndStream::no}));
  }
  static_cast<void>(s.engine().data_to_send());
  const auto answer = [&](std::uint8_t flags) {
    static_cast<void>(s.feed(wire::make_frame(headers, flags, 1, block(response()))));
  };
  if (phase == half_closed_remote || phase == closed_by_end)
    answer(wire::kEndHeaders | wire::kEndStream);
  if (phase == reserved_remote) {
    FieldLines promised = promised_request();
    std::vector<std::uint8_t> payload = block(promised);
    payload.insert(payload.begin(), {0, 0, 0, 2});
    static_cast<void>(s.feed(wire::make_frame(push_promise, wire::kEndHeaders, 1, payload)));
  }
  if (phase == closed_by_own_reset) {
    EXPECT_TRUE(s.engine().reset_stream(1, ErrorCode::cancel));
  }
  if (phase == closed_by_peer_reset)
    static_cast<void>(s.feed(wire::make_frame(rst_stream, 0, 1, {0, 0, 0, 8})));
  static_cast<void>(s.engine().data_to_send());
  return s;
}

Subject arrive(const Place& place) {
  return place.role == Role::server ? arrive_as_server(place.phase) : arrive_as_client(place.phase);
}

std::vector<Place> places() {
  using enum rfc::Phase;
  return {{Role::server, connection, 0},
          {Role::server, idle, 1},
          {Role::server, idle_of_receiver, 2},
          {Role::server, skipped, 3},
          {Role::server, reserved_local, 2},
          {Role::server, open, 1},
          {Role::server, half_closed_local, 1},
          {Role::server, half_closed_remote, 1},
          {Role::server, closed_by_end, 1},
          {Role::server, closed_by_peer_reset, 1},
          {Role::server, closed_by_own_reset, 1},
          {Role::client, connection, 0},
          {Role::client, idle, 2},
          {Role::client, idle_of_receiver, 1},
          {Role::client, reserved_remote, 2},
          {Role::client, open, 1},
          {Role::client, half_closed_local, 1},
          {Role::client, half_closed_remote, 1},
          {Role::client, closed_by_end, 1},
          {Role::client, closed_by_peer_reset, 1},
          {Role::client, closed_by_own_reset, 1}};
}

struct Tried {
  wire::RawFrame frame;
  rfc::Defect defect = rfc::Defect::none;
};

// The frame's whole content: legal for the place if the place lets such a frame in.
std::vector<std::uint8_t> content(const Place& place, wire::FrameType type) {
  switch (type) {
    case data:         return {'a', 'b', 'c'};
    case headers:      return block(place.role == Role::server ? request() : response());
    case priority:     return {0, 0, 0, 0, 15};
    case rst_stream:   return {0, 0, 0, 8};
    case push_promise: {
      std::vector<std::uint8_t> payload = block(promised_request());
      payload.insert(payload.begin(), {0, 0, 0, 8});
      return payload;
    }
    case ping:            return {1, 2, 3, 4, 5, 6, 7, 8};
    case goaway:          return {0, 0, 0, 0, 0, 0, 0, 0};
    case window_update:   return {0, 0, 0, 1};
    case continuation:    return block({{"x-a", "b"}});
    case altsvc:          return {0, 1, 'o', 'c', 'l', 'e', 'a', 'r'};
    case settings:
    case origin:
    case priority_update: break;
  }
  return {};
}

bool padded_type(wire::FrameType type) {
  return type == data || type == headers || type == push_promise;
}

// With these flags, what the flags promise put in front of the content, and padding behind it.
Tried whole(const Place& place, wire::FrameType type, std::uint8_t flags) {
  Tried tried{wire::make_frame(type, flags, place.stream_id, content(place, type)), {}};
  std::vector<std::uint8_t>& payload = tried.frame.payload;
  if (type == headers && tried.frame.has(wire::kPriority))
    payload.insert(payload.begin(), {0, 0, 0, 0, 15});
  if (padded_type(type) && tried.frame.has(wire::kPadded)) {
    payload.insert(payload.begin(), 2);
    payload.insert(payload.end(), {0, 0});
  }
  const bool ack = (type == settings || type == ping) && tried.frame.has(wire::kAck);
  if (ack) tried.defect = rfc::Defect::ack_not_asked;
  return tried;
}

// One sentence of the RFC each: what this phase makes of the frame comes before its own defects
// only where that is a connection error as well, so either row may judge.
bool permitted(const Place& place, const Tried& tried, const Outcome& outcome) {
  const auto judge = [&](rfc::Defect defect) {
    rfc::Situation situation{
        .phase = place.phase,
        .frame = tried.frame.type,
        .defect = defect,
        .receiver = place.role == Role::server ? wire::Role::server : wire::Role::client};
    const bool known = !wire::type_name(tried.frame.type).empty();
    if (!known) situation.frame = rfc::kAnyUnknownType;
    const rfc::PermittedRow* row = rfc::permitted(situation);
    return row != nullptr && rfc::grade(*row, outcome.reaction) != rfc::Grade::fail;
  };
  if (judge(tried.defect)) return true;
  return tried.defect != rfc::Defect::none && judge(rfc::Defect::none) &&
         outcome.reaction.kind != rfc::ReactionKind::accepted;
}

std::string show(const Place& place, const Tried& tried, const Outcome& outcome) {
  return std::string(place.role == Role::server ? "server, " : "client, ") +
         std::string(rfc::name(place.phase)) + ": type " + std::to_string(tried.frame.type) +
         " flags " + std::to_string(tried.frame.flags) + " length " +
         std::to_string(tried.frame.payload.size()) + " defect " +
         std::string(rfc::name(tried.defect)) + " led to " +
         std::string(rfc::name(outcome.reaction.kind)) + " " +
         std::to_string(outcome.reaction.code);
}

constexpr auto kTypes = std::to_array<wire::FrameType>({data,
                                                        headers,
                                                        priority,
                                                        rst_stream,
                                                        settings,
                                                        push_promise,
                                                        ping,
                                                        goaway,
                                                        window_update,
                                                        continuation,
                                                        static_cast<wire::FrameType>(0x42)});

TEST(Exhaustive, EveryFrameWithAllItsFlagsInEveryPhaseDrawsAPermittedReaction) {
  std::size_t tried_count = 0;
  for (const Place& place : places()) {
    const Subject start = arrive(place);
    for (const wire::FrameType type : kTypes)
      for (unsigned flags = 0; flags < 256; ++flags) {
        const Tried tried = whole(place, type, static_cast<std::uint8_t>(flags));
        // A section that goes on in CONTINUATION is not finished by one frame.
        const bool opens =
            (type == headers || type == push_promise) && !tried.frame.has(wire::kEndHeaders);
        if (opens) continue;
        // A second section that does not end is the sequences' affair: what it is depends on more.
        const bool again =
            type == headers && place.phase != rfc::Phase::idle && place.role == Role::server;
        if (again &&
            (place.phase == rfc::Phase::open || place.phase == rfc::Phase::half_closed_local))
          continue;
        // DATA before the response is malformed: the sequences' affair, too.
        if (type == data && place.role == Role::client &&
            (place.phase == rfc::Phase::open || place.phase == rfc::Phase::half_closed_local))
          continue;
        Subject subject = start;
        const Outcome outcome = subject.feed(tried.frame);
        ++tried_count;
        // A promise on a stream that we reset makes a stream, which is refused: 6.6.
        if (type == push_promise && place.role == Role::client &&
            place.phase == rfc::Phase::closed_by_own_reset) {
          EXPECT_EQ(outcome.reaction.kind, rfc::ReactionKind::stream_error);
          continue;
        }
        EXPECT_TRUE(permitted(place, tried, outcome)) << show(place, tried, outcome);
      }
  }
  std::printf("%zu frames\n", tried_count);
}

// The length that the type demands, or the least.
std::optional<rfc::Defect> defect_of_length(wire::FrameType type, std::size_t length) {
  if (length > wire::kSmallestMaxFrameSize) return rfc::Defect::too_long;
  const auto wrong = [](bool condition) {
    return condition ? std::optional(rfc::Defect::wrong_length) : std::nullopt;
  };
  switch (type) {
    case priority:        return wrong(length != 5);
    case rst_stream:
    case window_update:   return wrong(length != 4);
    case settings:        return wrong(length % 6 != 0);
    case ping:            return wrong(length != 8);
    case goaway:          return wrong(length < 8);
    case push_promise:    return wrong(length < 4);
    case data:
    case headers:
    case continuation:
    case altsvc:
    case origin:
    case priority_update: break;
  }
  return std::nullopt;
}

TEST(Exhaustive, EveryLengthThatATypeDoesNotHaveDrawsAPermittedReactionInEveryPhase) {
  std::vector<std::size_t> lengths;
  for (std::size_t length = 0; length <= 40; ++length) lengths.push_back(length);
  for (const std::size_t length : {16383U, 16384U, 16385U, 16390U, 20000U, 70000U})
    lengths.push_back(length);
  std::size_t tried_count = 0;
  for (const Place& place : places()) {
    const Subject start = arrive(place);
    for (const wire::FrameType type : kTypes)
      for (const std::size_t length : lengths) {
        const auto defect = defect_of_length(type, length);
        // On a stream, these three are wrong already: which of two wrongs is named is free.
        const bool twice = (type == settings || type == ping || type == goaway) &&
                           place.phase != rfc::Phase::connection;
        if (!defect || twice) continue;
        Tried tried{
            wire::make_frame(type, 0, place.stream_id, std::vector<std::uint8_t>(length, 0)),
            *defect};
        Subject subject = start;
        const Outcome outcome = subject.feed(tried.frame);
        ++tried_count;
        EXPECT_TRUE(permitted(place, tried, outcome)) << show(place, tried, outcome);
        // A stream that was reset cannot be reset for the second time: RFC 9113, Section 5.4.2.
        const bool ignorable = type == priority && place.phase == rfc::Phase::closed_by_own_reset;
        if (!ignorable) {
          EXPECT_NE(outcome.reaction.kind, rfc::ReactionKind::accepted)
              << show(place, tried, outcome);
        }
      }
  }
  std::printf("%zu frames\n", tried_count);
}

TEST(Exhaustive, EveryPadLengthThatDoesNotFitEndsTheConnection) {
  for (const wire::FrameType type : {data, headers})
    for (std::size_t length = 1; length <= 40; ++length)
      for (unsigned pad = 0; pad < 256; ++pad) {
        if (pad < length) continue;
        Subject subject = arrive({Role::server, rfc::Phase::open, 1});
        std::vector<std::uint8_t> payload(length, 0);
        payload[0] = static_cast<std::uint8_t>(pad);
        const Outcome outcome = subject.feed(
            wire::make_frame(type, wire::kPadded | wire::kEndHeaders, 1, std::move(payload)));
        ASSERT_EQ(outcome.reaction.kind, rfc::ReactionKind::connection_error);
        ASSERT_EQ(outcome.reaction.code, static_cast<std::uint32_t>(ErrorCode::protocol_error));
      }
}

}  // namespace
}  // namespace h2assay::exhaustive
