#include "properties/pair/resolver.h"

#include <algorithm>
#include <array>
#include <ranges>
#include <vector>

#include "properties/pair/boundary.h"
#include "properties/pair/content.h"
#include "properties/pair/foreign.h"
#include "properties/pair/messages.h"

namespace h2assay {

namespace {

using boundary::pick;

std::optional<std::uint8_t> pad_of(std::uint8_t c) {
  if (c % 4 != 3) return std::nullopt;
  return pick(boundary::kPad, c / 4U);
}

std::optional<Priority> priority_of(const Act& act) {
  if (act.b % 4 != 3) return std::nullopt;
  return Priority{.depends_on = act.b / 4U % 8U,
                  .weight = static_cast<std::uint16_t>(1 + act.c),
                  .exclusive = act.b >= 128};
}

constexpr std::array<std::uint8_t, 17> kOctets{
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

// Now and then identifiers are left out: a few, or more than an endpoint remembers.
std::uint32_t left_out(const Act& act) {
  static constexpr std::array<std::uint32_t, 4> kGaps{1, 2, 16, 1024};
  return act.d / 2 % 16 == 15 ? 2 * pick(kGaps, act.d / 32) : 0;
}

Verb network_verb(ActKind kind) {
  if (kind == ActKind::deliver) return Verb::move_octets;
  if (kind == ActKind::deliver_frame) return Verb::move_frame;
  if (kind == ActKind::drop_frame) return Verb::drop_frame;
  if (kind == ActKind::repeat_frame) return Verb::repeat_frame;
  if (kind == ActKind::swap_frames) return Verb::swap_frames;
  if (kind == ActKind::cut_off) return Verb::cut_off;
  if (kind == ActKind::alter_frame) return Verb::alter_frame;
  return Verb::put;
}

bool writes(StreamPhase phase) {
  return phase == StreamPhase::open || phase == StreamPhase::half_closed_remote;
}

bool lives(StreamPhase phase) {
  return phase != StreamPhase::idle && phase < StreamPhase::closed_by_end;
}

}  // namespace

template <typename Condition>
std::uint32_t Resolver::stream(std::uint32_t k, Condition&& condition) const {
  const auto streams = pair_.streams();
  std::uint32_t count = 0;
  for (const KnownStream& s : streams) count += condition(s) ? 1U : 0U;
  if (count == 0) return 0;
  k %= count;
  for (const KnownStream& s : std::views::reverse(streams))
    if (condition(s) && k-- == 0) return s.id;
  return 0;
}

std::uint32_t Resolver::writable(Side side, std::uint32_t k) const {
  return stream(k, [&](const KnownStream& s) { return writes(pair_.at(side).stream_phase(s.id)); });
}

std::uint32_t Resolver::alive(Side side, std::uint32_t k) const {
  return stream(k, [&](const KnownStream& s) { return lives(pair_.at(side).stream_phase(s.id)); });
}

std::uint32_t Resolver::of_peer(Side side, std::uint32_t k) const {
  return stream(k, [&](const KnownStream& s) {
    const bool theirs = (s.id % 2 == 1) == (side == Side::server);
    return theirs && lives(pair_.at(side).stream_phase(s.id));
  });
}

std::uint32_t Resolver::any(std::uint32_t k) const {
  return stream(k, [](const KnownStream&) { return true; });
}

Command Resolver::resolve(const Act& act) const {
  switch (act.kind) {
    case ActKind::settle:          return {.verb = Verb::settle};
    case ActKind::request:
    case ActKind::respond:
    case ActKind::inform:
    case ActKind::trailers:
    case ActKind::push:            return message(act);
    case ActKind::data:
    case ActKind::end_stream:      return content(act);
    case ActKind::reset:
    case ActKind::open_window:
    case ActKind::acknowledge:
    case ActKind::prioritize:      return stream_call(act);
    case ActKind::ping:
    case ActKind::update_settings:
    case ActKind::goaway:
    case ActKind::extension:
    case ActKind::advance:         return connection_call(act);
    case ActKind::misuse:          return misuse(act);
    case ActKind::deliver:
    case ActKind::deliver_frame:
    case ActKind::put_frame:
    case ActKind::put_twisted:
    case ActKind::put_octets:
    case ActKind::drop_frame:
    case ActKind::repeat_frame:
    case ActKind::swap_frames:
    case ActKind::cut_off:
    case ActKind::alter_frame:     return network(act);
  }
  return {};
}

Command Resolver::message(const Act& act) const {
  Command c{.verb = Verb::send_headers, .side = act.side, .pad_length = pad_of(act.c)};
  const bool ends = act.d % 2 == 0;
  if (act.kind == ActKind::request) {
    const Sent<std::uint32_t> id = pair_.at(Side::client).get_next_available_stream_id();
    if (!id) return {};
    c.side = Side::client;
    c.stream_id = *id + left_out(act);
    c.fields = messages::request(act.a);
    c.priority = priority_of(act);
    c.end_stream = ends ? EndStream::yes : EndStream::no;
  } else if (act.kind == ActKind::respond || act.kind == ActKind::inform) {
    c.side = Side::server;
    c.stream_id = stream(act.b, [&](const KnownStream& s) {
      const StreamPhase phase = pair_.at(Side::server).stream_phase(s.id);
      return !s.answered && (writes(phase) || phase == StreamPhase::reserved_local);
    });
    if (c.stream_id == 0) return {};
    if (act.kind == ActKind::inform) {
      c.fields = messages::interim(act.a);
    } else {
      c.fields = messages::response(act.a);
      c.end_stream = ends ? EndStream::yes : EndStream::no;
    }
  } else if (act.kind == ActKind::trailers) {
    c.stream_id = writable(act.side, act.b);
    if (c.stream_id == 0) return {};
    c.fields = messages::trailers(act.a);
    c.end_stream = EndStream::yes;
  } else {
    const Sent<std::uint32_t> id = pair_.at(Side::server).get_next_available_stream_id();
    c.verb = Verb::push_stream;
    c.side = Side::server;
    c.stream_id = stream(act.b, [&](const KnownStream& s) {
      return s.id % 2 == 1 && writes(pair_.at(Side::server).stream_phase(s.id));
    });
    if (!id || c.stream_id == 0) return {};
    c.number = *id + left_out(act);
    c.fields = messages::promised_request(act.a);
  }
  return c;
}

Command Resolver::content(const Act& act) const {
  const std::uint32_t id = writable(act.side, act.b);
  if (id == 0) return {};
  if (act.kind == ActKind::end_stream)
    return {.verb = Verb::end_stream, .side = act.side, .stream_id = id};
  Command c{.verb = Verb::send_data,
            .side = act.side,
            .stream_id = id,
            .end_stream = act.d % 4 == 1 ? EndStream::yes : EndStream::no,
            .pad_length = pad_of(act.c)};
  std::size_t length = pick(boundary::kLength, act.a);
  // Mostly what the window leaves, exactly; sometimes one octet more, which must be refused.
  const Sent<std::int64_t> window = pair_.at(act.side).local_flow_control_window(id);
  const bool beyond = act.d / 4 % 8 == 7;
  if (window && !beyond) {
    const std::int64_t overhead = c.pad_length ? 1 + *c.pad_length : 0;
    const std::int64_t room = std::max<std::int64_t>(0, *window - overhead);
    const std::int64_t largest = pair_.at(act.side).max_outbound_frame_size() - overhead;
    length = static_cast<std::size_t>(std::min({static_cast<std::int64_t>(length), room, largest}));
  } else if (window && *window >= 0) {
    length = static_cast<std::size_t>(*window) + 1;
  }
  c.octets = content_view(id, pair_.content_sent(act.side, id), length);
  return c;
}

Command Resolver::stream_call(const Act& act) const {
  Command c{.side = act.side};
  if (act.kind == ActKind::reset) {
    c.verb = Verb::reset_stream;
    c.stream_id = alive(act.side, act.b);
    c.code = static_cast<ErrorCode>(act.a % 16);
    return c.stream_id == 0 ? Command{} : c;
  }
  if (act.kind == ActKind::prioritize) {
    c.verb = Verb::prioritize;
    c.side = Side::client;
    c.stream_id = act.a % 4 == 0 ? 1 + 2 * (act.d % 50) : any(act.a);
    c.priority = Priority{.depends_on = 2 * (act.d / 50 % 50),
                          .weight = static_cast<std::uint16_t>(1 + act.c),
                          .exclusive = act.b % 2 == 1};
    return c.stream_id == 0 ? Command{} : c;
  }
  const auto end = static_cast<std::size_t>(act.side);
  if (act.kind == ActKind::acknowledge) {
    c.verb = Verb::acknowledge_received_data;
    c.stream_id = stream(act.b, [&](const KnownStream& s) { return s.received[end] > 0; });
    const auto found = std::ranges::find(pair_.streams(), c.stream_id, &KnownStream::id);
    if (c.stream_id == 0 || found == pair_.streams().end()) return {};
    c.number = act.a == 0 ? found->received[end] : 1 + act.d % found->received[end];
    return c;
  }
  c.verb = Verb::increment_flow_control_window;
  c.stream_id = act.b % 3 == 0 ? 0 : alive(act.side, act.b / 3U);
  c.number = pick(boundary::kIncrement, act.a);
  return c;
}

Command Resolver::connection_call(const Act& act) const {
  static constexpr std::array<Setting, 18> kSettings{{{1, 0},
                                                      {1, 4096},
                                                      {1, 64},
                                                      {3, 0},
                                                      {3, 5},
                                                      {3, 1000},
                                                      {4, 0},
                                                      {4, 1},
                                                      {4, 65535},
                                                      {4, 100000},
                                                      {4, 16384},
                                                      {5, 16384},
                                                      {5, 65536},
                                                      {6, 65536},
                                                      {6, 500},
                                                      {0x99, 7},
                                                      {2, 0},
                                                      {2, 1}}};
  Command c{.side = act.side};
  if (act.kind == ActKind::ping) {
    c.verb = Verb::ping;
    c.octets = Octets(kOctets).subspan(act.a % 9U, 8);
  } else if (act.kind == ActKind::update_settings) {
    const std::size_t first = act.a % kSettings.size();
    c.verb = Verb::update_settings;
    c.settings = std::span(kSettings).subspan(
        first, std::min<std::size_t>(act.b % 4U, kSettings.size() - first));
  } else if (act.kind == ActKind::goaway) {
    c.verb = Verb::close_connection;
    c.code = act.a % 8 == 7 ? static_cast<ErrorCode>(1 + act.b % 13) : ErrorCode::no_error;
    if (act.c % 4 == 1) c.last_stream_id = 0x7fff'ffff;
    if (act.c % 4 == 2) c.last_stream_id = pair_.at(act.side).highest_inbound_stream_id();
    // One of several that live: those above it are given up.
    if (act.c % 4 == 3) c.last_stream_id = of_peer(act.side, act.c / 4U);
    c.octets = Octets(kOctets).first(act.d % 9);
  } else if (act.kind == ActKind::advance) {
    c.verb = Verb::advance;
    c.number = act.d % 100'000;
  } else {
    return extension(act);
  }
  return c;
}

Command Resolver::extension(const Act& act) const {
  Command c{.side = act.side};
  switch (act.a % 4) {
    case 0:
      c.verb = Verb::send_unknown_frame;
      c.type = static_cast<std::uint8_t>(0x20 + act.b % 0xd0);
      c.flags = act.c;
      c.stream_id = act.d % 2 == 0 ? 0 : any(act.d);
      c.octets = Octets(kOctets).first(act.d % 17);
      return c;
    case 1:
      c.verb = Verb::update_priority;
      c.side = Side::client;
      c.stream_id = act.b % 2 == 0 ? 1 + 2 * (act.d % 20) : any(act.b);
      c.text = act.c % 2 == 0 ? "u=1" : "u=7, i";
      return c.stream_id == 0 ? Command{} : c;
    case 2:
      c.verb = Verb::advertise_alternative_service;
      c.side = Side::server;
      c.stream_id = act.b % 2 == 0 ? 0 : alive(Side::server, act.b);
      c.text = c.stream_id == 0 ? "http://example.org" : "";
      return c;
    default:
      c.verb = Verb::advertise_origins;
      c.side = Side::server;
      c.text = "https://example.com";
      return c;
  }
}

Command Resolver::network(const Act& act) const {
  Command c{.side = act.side};
  if (act.kind == ActKind::deliver) c.number = pick(boundary::kChunk, act.a);
  c.verb = network_verb(act.kind);
  if (act.kind == ActKind::alter_frame) {
    // Half of them hit the header: type, flags, stream, rarely the length.
    c.number = act.a % 2 == 0 ? 2U + act.a / 2U % 7U : 9U + act.b;
    c.mask = act.c == 0 ? std::uint8_t{1} : act.c;
  }
  if (c.verb != Verb::put) return c;
  scratch_.clear();
  if (act.kind == ActKind::put_frame) append_legal(act, whereabouts(act), scratch_);
  if (act.kind == ActKind::put_twisted) append_twisted(act, whereabouts(act), scratch_);
  if (act.kind == ActKind::put_octets) append_octets(act, scratch_);
  c.octets = scratch_;
  return c;
}

Whereabouts Resolver::whereabouts(const Act& act) const {
  const Connection& receiver = pair_.at(act.side);
  Whereabouts at{.toward = act.side,
                 .stream_id = act.c % 4 == 0 ? act.c : any(act.c),
                 .frame_max = receiver.max_inbound_frame_size()};
  // What no stream of the pair has, even when the network put one in before.
  const std::uint32_t highest = receiver.highest_inbound_stream_id();
  if (act.side == Side::server)
    at.fresh_id = std::max(highest == 0 ? 1 : highest + 2,
                           pair_.at(Side::client).get_next_available_stream_id().value_or(1));
  else
    at.push_id = std::max(highest == 0 ? 2 : highest + 2,
                          pair_.at(Side::server).get_next_available_stream_id().value_or(2));
  if (const Sent<std::int64_t> window = receiver.remote_flow_control_window(at.stream_id))
    at.window = *window;
  return at;
}

// Calls that no state permits, or arguments out of their ranges.
Command Resolver::misuse(const Act& act) const {
  const std::uint32_t id = any(act.b);
  switch (act.a % 8) {
    case 0: return {.verb = Verb::initiate_connection, .side = act.side};
    case 1: return {.verb = Verb::send_headers, .side = act.side, .stream_id = id, .fields = {}};
    case 2:  // on a stream that was used before, or on one that cannot be
      return {.verb = Verb::send_headers,
              .side = act.c % 2 == 0 ? act.side : Side::client,
              .stream_id = act.c % 2 == 0 ? 0x8000'0001 : id,
              .fields = messages::request(0)};
    case 3:
      return {.verb = Verb::increment_flow_control_window,
              .side = act.side,
              .stream_id = id,
              .number = 0};
    case 4: return {.verb = Verb::end_stream, .side = act.side, .stream_id = id + 2};
    case 5:
      return {.verb = Verb::push_stream,
              .side = Side::client,
              .stream_id = id,
              .number = 2,
              .fields = messages::promised_request(0)};
    case 6:
      return {.verb = Verb::acknowledge_received_data,
              .side = act.side,
              .stream_id = 0x7fff'fff1,
              .number = 1};
    default:
      static constexpr std::array<Field, 2> kBad{{{":status", "200"}, {"Upper case", "\r\n"}}};
      return {.verb = Verb::send_headers, .side = act.side, .stream_id = id, .fields = kBad};
  }
}

}  // namespace h2assay
