// Each kind of fault of the peer: accused with its id, and of nothing else.
#include <algorithm>
#include <functional>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "properties/observer/checks.h"
#include "properties/observer/test_kit.h"

namespace h2assay::watch {
namespace {

using wire::Role;
using Act = std::function<void(Talk&)>;

struct Fault {
  std::string_view check;
  Role peer = Role::server;
  std::string_view requirement;
  Act act;
};

RawFrame with(RawFrame frame, std::uint8_t flags, Octets payload) {
  frame.flags = flags;
  frame.payload = std::move(payload);
  return frame;
}

// A request of ours on stream 1 that the peer may answer.
Talk& asked(Talk& talk, const Pairs& fields = kGet) {
  return talk.handshake().us(headers(1, fields, kEnd));
}

// A request of the peer's on stream 1.
Talk& asking(Talk& talk, const Pairs& fields, std::uint8_t flags = kEnd) {
  return talk.handshake().peer(headers(1, fields, flags));
}

Pairs and_also(Pairs fields, const std::string& name, const std::string& value) {
  fields.emplace_back(name, value);
  return fields;
}

Talk& answered_with(Talk& talk, const Pairs& fields, std::uint8_t flags = kEnd) {
  return asked(talk).peer(headers(1, fields, flags));
}

Talk& block_of(Talk& talk, Octets octets) {
  return asked(talk).peer(headers_octets(1, std::move(octets), kEnd));
}

const Pairs kConnect{{":method", "CONNECT"}, {":authority", "a:1"}};

std::vector<Fault> format_faults() {
  return {
      {"first-frame",
       Role::server,
       "rfc9113-3.4-05",
       [](Talk& t) { t.preface().us(settings()).peer(ping(1)); }},
      {"first-frame",
       Role::client,
       "rfc9113-3.4-02",
       [](Talk& t) { t.preface().peer(credit(0, 1)); }},
      {"preface-octets",
       Role::client,
       "rfc9113-3.4-01",
       [](Talk& t) { t.peer_octets("GET / HTTP/1.1\r\n\r\n"); }},
      {"frame-size",
       Role::server,
       "rfc9113-4.1-02",
       [](Talk& t) { asked(t).peer(headers(1, kOk)).peer(data(1, 16385)); }},
      {"reserved-bit",
       Role::server,
       "rfc9113-4.1-11",
       [](Talk& t) { asked(t).peer(headers(0x8000'0001, kOk, kEnd)); }},
      {"undefined-flags",
       Role::server,
       "rfc9113-4.1-10",
       [](Talk& t) { t.handshake().peer(ping(1, 0x02)); }},
      {"data-length",
       Role::server,
       "rfc9113-4.2-07",
       [](Talk& t) {
         asked(t).peer(headers(1, kOk)).peer(bare(FrameType::data, 1, 0, wire::kPadded));
       }},
      {"data-padding-length",
       Role::server,
       "rfc9113-6.1-13",
       [](Talk& t) {
         asked(t).peer(headers(1, kOk)).peer(with(data(1, 0), wire::kPadded, {3, 0, 0}));
       }},
      {"data-padding-zero",
       Role::server,
       "rfc9113-6.1-02",
       [](Talk& t) {
         asked(t).peer(headers(1, kOk)).peer(with(data(1, 0), wire::kPadded, {2, 'x', 0, 1}));
       }},
      {"data-stream-zero",
       Role::server,
       "rfc9113-6.1-07",
       [](Talk& t) { t.handshake().peer(data(0, 1)); }},
      {"headers-length",
       Role::server,
       "rfc9113-4.2-06",
       [](Talk& t) {
         asked(t).peer(with(headers(1, kOk), wire::kPadded | wire::kEndHeaders, {}));
       }},
      {"headers-priority-length",
       Role::server,
       "rfc9113-4.2-08",
       [](Talk& t) {
         asked(t).peer(with(headers(1, kOk), wire::kPriority | wire::kEndHeaders, {0, 0, 0, 0}));
       }},
      {"headers-padding-length",
       Role::server,
       "rfc9113-6.2-10",
       [](Talk& t) {
         asked(t).peer(with(headers(1, kOk), wire::kPadded | wire::kEndHeaders, {2, 0x88}));
       }},
      {"headers-padding-zero",
       Role::server,
       "rfc9113-6.2-01",
       [](Talk& t) {
         asked(t).peer(with(headers(1, kOk), wire::kPadded | wire::kEndHeaders, {1, 0x88, 9}));
       }},
      {"headers-stream-zero",
       Role::server,
       "rfc9113-6.2-08",
       [](Talk& t) { t.handshake().peer(headers(0, kOk)); }},
      {"priority-length",
       Role::server,
       "rfc9113-6.3-04",
       [](Talk& t) { asked(t).peer(bare(FrameType::priority, 1, 4)); }},
      {"priority-stream-zero",
       Role::server,
       "rfc9113-6.3-01",
       [](Talk& t) { t.handshake().peer(bare(FrameType::priority, 0, 5)); }},
      {"reset-length",
       Role::server,
       "rfc9113-6.4-07",
       [](Talk& t) { asked(t).peer(bare(FrameType::rst_stream, 1, 3)); }},
      {"reset-stream-zero",
       Role::server,
       "rfc9113-6.4-03",
       [](Talk& t) { t.handshake().peer(reset(0)); }},
      {"settings-length",
       Role::server,
       "rfc9113-6.5-10",
       [](Talk& t) { t.handshake().peer(bare(FrameType::settings, 0, 5)); }},
      {"settings-ack-length",
       Role::server,
       "rfc9113-6.5-05",
       [](Talk& t) {
         t.preface()
             .us(settings())
             .peer(settings())
             .peer(bare(FrameType::settings, 0, 6, wire::kAck));
       }},
      {"settings-stream",
       Role::server,
       "rfc9113-6.5-07",
       [](Talk& t) { t.handshake().peer(bare(FrameType::settings, 1, 0)); }},
      {"push-length",
       Role::server,
       "rfc9113-4.2-09",
       [](Talk& t) { asked(t).peer(bare(FrameType::push_promise, 1, 3, wire::kEndHeaders)); }},
      {"push-padding-length",
       Role::server,
       "rfc9113-6.6-19",
       [](Talk& t) {
         asked(t).peer(
             with(promise(1, 2, kGet), wire::kPadded | wire::kEndHeaders, {9, 0, 0, 0, 2, 0x82}));
       }},
      {"push-padding-zero",
       Role::server,
       "rfc9113-6.6-02",
       [](Talk& t) {
         asked(t).peer(with(promise(1, 2, kGet),
                            wire::kPadded | wire::kEndHeaders,
                            {1, 0, 0, 0, 2, 0x82, 0x86, 0x84, 0x41, 1, 'a', 7}));
       }},
      {"push-stream-zero",
       Role::server,
       "rfc9113-6.6-08",
       [](Talk& t) { t.handshake().peer(promise(0, 2, kGet)); }},
      {"ping-length",
       Role::server,
       "rfc9113-6.7-01",
       [](Talk& t) { t.handshake().peer(bare(FrameType::ping, 0, 7)); }},
      {"ping-stream",
       Role::server,
       "rfc9113-6.7-06",
       [](Talk& t) { t.handshake().peer(bare(FrameType::ping, 1, 8)); }},
      {"goaway-length",
       Role::server,
       "rfc9113-4.2-10",
       [](Talk& t) { t.handshake().peer(bare(FrameType::goaway, 0, 7)); }},
      {"goaway-stream",
       Role::server,
       "rfc9113-6.8-07",
       [](Talk& t) { t.handshake().peer(bare(FrameType::goaway, 1, 8)); }},
      {"window-update-length",
       Role::server,
       "rfc9113-6.9-11",
       [](Talk& t) { t.handshake().peer(bare(FrameType::window_update, 0, 3)); }},
      {"window-update-zero",
       Role::server,
       "rfc9113-6.9-05",
       [](Talk& t) { t.handshake().peer(credit(0, 0)); }},
      {"continuation-stream-zero",
       Role::server,
       "rfc9113-6.10-04",
       [](Talk& t) { t.handshake().peer(bare(FrameType::continuation, 0, 0, 4)); }},
      {"continuation-alone",
       Role::server,
       "rfc9113-6.10-06",
       [](Talk& t) { asked(t).peer(bare(FrameType::continuation, 1, 0, 4)); }},
      {"block-contiguous",
       Role::server,
       "rfc9113-4.3-03",
       [](Talk& t) { asked(t).peer(with(headers(1, kOk), 0, {0x88})).peer(ping(1)); }},
      {"origin-stream",
       Role::server,
       "rfc8336-2.2-02",
       [](Talk& t) { asked(t).peer(bare(FrameType::origin, 1, 0)); }},
      {"priority-update-stream",
       Role::client,
       "rfc9218-7.1-01",
       [](Talk& t) { t.handshake().peer(bare(FrameType::priority_update, 1, 4)); }},
      {"priority-update-by-server",
       Role::server,
       "rfc9218-7.1-13",
       [](Talk& t) { t.handshake().peer(bare(FrameType::priority_update, 0, 4)); }},
  };
}

std::vector<Fault> compression_faults() {
  return {
      {"hpack-index", Role::server, "rfc7541-2.3.3-02", [](Talk& t) { block_of(t, {0xbe}); }},
      {"hpack-index-zero", Role::server, "rfc7541-6.1-01", [](Talk& t) { block_of(t, {0x80}); }},
      {"hpack-integer",
       Role::server,
       "rfc7541-5.1-03",
       [](Talk& t) { block_of(t, {0xff, 0x80, 0x80, 0x80, 0x80, 0x10}); }},
      {"hpack-truncated",
       Role::server,
       "rfc9113-4.3-10",
       [](Talk& t) { block_of(t, {0x88, 0x40}); }},
      {"hpack-eos",
       Role::server,
       "rfc7541-5.2-07",
       [](Talk& t) { block_of(t, {0x88, 0x0f, 0x2b, 0x84, 0xff, 0xff, 0xff, 0xff}); }},
      {"hpack-padding",
       Role::server,
       "rfc7541-5.2-08",
       [](Talk& t) { block_of(t, {0x88, 0x0f, 0x2b, 0x81, 0x18}); }},
      {"hpack-update-first",
       Role::server,
       "rfc7541-4.2-02",
       [](Talk& t) { block_of(t, {0x88, 0x20}); }},
      {"hpack-update-limit",
       Role::server,
       "rfc7541-6.3-02",
       [](Talk& t) { block_of(t, {0x3f, 0xe2, 0x1f, 0x88}); }},
      {"hpack-update-missing",
       Role::server,
       "rfc9113-4.3.1-04",
       [](Talk& t) {
         t.handshake({{SettingId::header_table_size, 0}});
         t.us(headers(1, kGet, kEnd)).peer(headers(1, kOk, kEnd));
       }},
  };
}

std::vector<Fault> connection_faults() {
  const auto announces = [](SettingId id, std::uint32_t value) -> Act {
    return [id, value](Talk& t) { t.handshake({}, {{id, value}}); };
  };
  return {
      {"enable-push-value", Role::client, "rfc9113-6.5.2-04", announces(SettingId::enable_push, 2)},
      {"enable-push-by-server",
       Role::server,
       "rfc9113-6.5.2-05",
       announces(SettingId::enable_push, 1)},
      {"window-size-value",
       Role::server,
       "rfc9113-6.5.2-13",
       announces(SettingId::initial_window_size, 0x8000'0000)},
      {"frame-size-value",
       Role::server,
       "rfc9113-6.5.2-15",
       announces(SettingId::max_frame_size, 16383)},
      {"connect-protocol-value",
       Role::server,
       "rfc8441-3-01",
       announces(SettingId::enable_connect_protocol, 2)},
      {"connect-protocol-kept",
       Role::server,
       "rfc8441-3-06",
       [](Talk& t) {
         t.handshake({}, {{SettingId::enable_connect_protocol, 1}});
         t.peer(settings({{SettingId::enable_connect_protocol, 0}}));
       }},
      {"no-priorities-value",
       Role::server,
       "rfc9218-2.1-01",
       announces(SettingId::no_rfc7540_priorities, 2)},
      {"no-priorities-first",
       Role::server,
       "rfc9218-2.1-03",
       [](Talk& t) { t.handshake().peer(settings({{SettingId::no_rfc7540_priorities, 0}})); }},
      {"no-priorities-kept",
       Role::server,
       "rfc9218-2.1-04",
       [](Talk& t) {
         t.handshake({}, {{SettingId::no_rfc7540_priorities, 1}});
         t.peer(settings({{SettingId::no_rfc7540_priorities, 0}}));
       }},
      {"ack-asked", Role::server, "rfc9113-6.5.3-02", [](Talk& t) { t.handshake().peer(ack()); }},
      {"ack-sent",
       Role::server,
       "rfc9113-6.5.3-05",
       [](Talk& t) { t.handshake().us(settings()).barrier(1); }},
      {"ack-sent",
       Role::client,
       "rfc9113-6.5.3-05",
       [](Talk& t) { t.handshake().us(settings()).barrier(1); }},
      {"pong-asked",
       Role::server,
       "rfc9113-6.7-02",
       [](Talk& t) { t.handshake().us(ping(1)).peer(ping(2, wire::kAck)); }},
      {"last-stream-rises",
       Role::server,
       "rfc9113-6.8-13",
       [](Talk& t) { asked(t).peer(goaway(0)).peer(goaway(1)); }},
      {"last-stream-known",
       Role::server,
       "rfc9113-6.8-08",
       [](Talk& t) { asked(t).peer(goaway(3)); }},
      {"serves-above-goaway",
       Role::server,
       "rfc9113-8.7-04",
       [](Talk& t) { asked(t).peer(goaway(0)).peer(headers(1, kOk, kEnd)); }},
      {"opens-after-goaway",
       Role::client,
       "rfc9113-6.8-02",
       [](Talk& t) { t.handshake().us(goaway(0)).barrier(0).peer(headers(1, kGet, kEnd)); }},
      {"pushes-after-goaway",
       Role::server,
       "rfc9113-6.8-03",
       [](Talk& t) { asked(t).us(goaway(0)).barrier(3).peer(promise(1, 2, kGet)); }},
  };
}

std::vector<Fault> stream_faults() {
  return {
      {"stream-parity",
       Role::client,
       "rfc9113-5.1.1-01",
       [](Talk& t) { t.handshake().peer(headers(2, kGet, kEnd)); }},
      {"stream-rising",
       Role::client,
       "rfc9113-5.1.1-04",
       [](Talk& t) { t.handshake().peer(headers(5, kGet, kEnd)).peer(headers(3, kGet, kEnd)); }},
      {"headers-state",
       Role::server,
       "rfc9113-6.2-13",
       [](Talk& t) { t.handshake().peer(headers(1, kOk, kEnd)); }},
      {"headers-state",
       Role::server,
       "rfc9113-6.2-13",
       [](Talk& t) { t.handshake().peer(headers(2, kOk, kEnd)); }},
      {"data-state",
       Role::server,
       "rfc9113-6.1-09",
       [](Talk& t) { t.handshake().peer(data(1, 1)); }},
      {"reset-idle", Role::server, "rfc9113-6.4-05", [](Talk& t) { t.handshake().peer(reset(1)); }},
      {"window-update-state",
       Role::server,
       "rfc9113-5.1-03",
       [](Talk& t) { t.handshake().peer(credit(1, 1)); }},
      {"reserved-local-frames",
       Role::server,
       "rfc9113-5.1-12",
       [](Talk& t) { asked(t).peer(promise(1, 2, kGet)).peer(credit(2, 1)); }},
      {"reserved-remote-frames",
       Role::client,
       "rfc9113-5.1-15",
       [](Talk& t) { asking(t, kGet).us(promise(1, 2, kGet)).peer(data(2, 0, kEnd)); }},
      {"after-end-stream",
       Role::server,
       "rfc9113-5.1-20",
       [](Talk& t) { answered_with(t, kOk).peer(data(1, 1)); }},
      {"after-close",
       Role::server,
       "rfc9113-5.1-27",
       [](Talk& t) { answered_with(t, kOk).barrier(3).peer(reset(1)); }},
      {"after-own-reset",
       Role::server,
       "rfc9113-5.4.2-02",
       [](Talk& t) { asked(t).peer(reset(1)).peer(headers(1, kOk)); }},
      {"second-reset",
       Role::server,
       "rfc9113-5.4.2-04",
       [](Talk& t) { asked(t).peer(reset(1)).peer(reset(1)); }},
      {"after-our-reset",
       Role::server,
       "rfc9113-6.4-01",
       [](Talk& t) { asked(t).us(reset(1)).barrier(3).peer(headers(1, kOk)); }},
      {"after-our-reset",
       Role::client,
       "rfc9113-6.4-01",
       [](Talk& t) { asking(t, kPost, 0).us(reset(1)).barrier(0).peer(data(1, 1)); }},
      {"concurrency",
       Role::client,
       "rfc9113-5.1.2-01",
       [](Talk& t) {
         t.handshake({{SettingId::max_concurrent_streams, 1}});
         t.peer(headers(1, kGet, kEnd)).peer(headers(3, kGet, kEnd));
       }},
      {"concurrency",
       Role::server,
       "rfc9113-5.1.2-02",
       [](Talk& t) {
         t.handshake({{SettingId::max_concurrent_streams, 0}}).us(headers(1, kGet, kEnd));
         t.peer(promise(1, 2, kGet)).peer(headers(2, kOk));
       }},
      {"stream-window",
       Role::server,
       "rfc9113-6.9.1-01",
       [](Talk& t) {
         t.handshake({{SettingId::initial_window_size, 5}}).us(headers(1, kGet, kEnd));
         t.us(credit(1, 3)).peer(headers(1, kOk)).peer(data(1, 8)).peer(data(1, 1));
       }},
      {"stream-window",
       Role::server,
       "rfc9113-6.9.1-01",  // padding counts
       [](Talk& t) {
         t.handshake({{SettingId::initial_window_size, 2}}).us(headers(1, kGet, kEnd));
         t.peer(headers(1, kOk)).peer(with(data(1, 0), wire::kPadded, {1, 'x', 0}));
       }},
      {"connection-window",
       Role::server,
       "rfc9113-5.2.1-02",
       [](Talk& t) {
         asked(t).us(credit(1, 100000)).peer(headers(1, kOk));
         for (int i = 0; i < 4; ++i) t.peer(data(1, i < 3 ? 16384 : 16383));
         t.peer(data(1, 1));
       }},
      {"connection-window-overflow",
       Role::server,
       "rfc9113-6.9.1-07",
       [](Talk& t) { t.handshake().peer(credit(0, 0x7fff'ffff)); }},
      {"stream-window-overflow",
       Role::server,
       "rfc9113-6.9.1-07",
       [](Talk& t) { asked(t).peer(credit(1, 0x7fff'ffff)); }},
      {"push-by-client",
       Role::client,
       "rfc9113-8.4.1-05",
       [](Talk& t) { asking(t, kGet).peer(promise(1, 2, kGet)); }},
      {"push-disabled",
       Role::server,
       "rfc9113-6.6-10",
       [](Talk& t) {
         t.handshake({{SettingId::enable_push, 0}}).us(headers(1, kGet, kEnd));
         t.peer(promise(1, 2, kGet));
       }},
      {"push-identifier",
       Role::server,
       "rfc9113-6.6-01",
       [](Talk& t) { asked(t).peer(promise(1, 3, kGet)); }},
      {"push-identifier",
       Role::server,
       "rfc9113-6.6-01",
       [](Talk& t) { asked(t).peer(promise(1, 4, kGet)).peer(promise(1, 2, kGet)); }},
      {"push-state",
       Role::server,
       "rfc9113-6.6-13",
       [](Talk& t) { answered_with(t, kOk).peer(promise(1, 2, kGet)); }},
      {"promise-not-safe",
       Role::server,
       "rfc9113-8.4-02",
       [](Talk& t) { asked(t).peer(promise(1, 2, kPost)); }},
      {"promise-content",
       Role::server,
       "rfc9113-8.4-03",
       [](Talk& t) { asked(t).peer(promise(1, 2, and_also(kGet, "content-length", "1"))); }},
      {"promise-fields",
       Role::server,
       "rfc9113-8.4.1-01",
       [](Talk& t) { asked(t).peer(promise(1, 2, {{":method", "GET"}})); }},
  };
}

std::vector<Fault> response_faults() {
  const auto says = [](Pairs fields, std::uint8_t flags = kEnd) -> Act {
    return [fields = std::move(fields), flags](Talk& t) { answered_with(t, fields, flags); };
  };
  return {
      {"name-lower-case", Role::server, "rfc9113-8.2-01", says(and_also(kOk, "Server", "x"))},
      {"field-octets", Role::server, "rfc9113-8.2.1-14", says(and_also(kOk, "a b", "x"))},
      {"field-octets", Role::server, "rfc9113-8.2.1-14", says(and_also(kOk, "", "x"))},
      {"field-octets", Role::server, "rfc9113-8.2.1-14", says(and_also(kOk, "a", "x\r"))},
      {"field-octets", Role::server, "rfc9113-8.2.1-14", says(and_also(kOk, "a", " x"))},
      {"connection-fields",
       Role::server,
       "rfc9113-8.2.2-01",
       says(and_also(kOk, "connection", "close"))},
      {"pseudo-unknown", Role::server, "rfc9113-8.3-01", says(and_also(kOk, ":foo", "x"))},
      {"pseudo-request-in-response",
       Role::server,
       "rfc9113-8.3-02",
       says(and_also(kOk, ":path", "/"))},
      {"pseudo-first", Role::server, "rfc9113-8.3-08", says({{"a", "b"}, {":status", "200"}})},
      {"pseudo-once", Role::server, "rfc9113-8.3-10", says(and_also(kOk, ":status", "200"))},
      {"status-present", Role::server, "rfc9113-8.3.2-01", says({{"a", "b"}})},
      {"status-present", Role::server, "rfc9113-8.3.2-01", says({{":status", "20"}})},
      {"status-101", Role::server, "rfc9113-8.6-01", says({{":status", "101"}}, 0)},
      {"content-length-form",
       Role::server,
       "rfc9110-2.2-01",
       says(and_also(kOk, "content-length", "+1"), 0)},
      {"content-length-forbidden",
       Role::server,
       "rfc9110-8.6-06",
       says({{":status", "204"}, {"content-length", "0"}})},
      {"connect-response-fields",
       Role::server,
       "rfc9110-9.3.6-06",
       [](Talk& t) {
         t.handshake().us(headers(1, kConnect));
         t.peer(headers(1, and_also(kOk, "content-length", "0")));
       }},
      {"interim-ends", Role::server, "rfc9113-8.1-08", says({{":status", "103"}})},
      {"message-order",
       Role::server,
       "rfc9113-8.1-03",
       [](Talk& t) { asked(t).peer(headers(1, {{":status", "103"}})).peer(data(1, 1)); }},
      {"pseudo-in-trailers",
       Role::server,
       "rfc9113-8.1-13",
       [](Talk& t) { answered_with(t, kOk, 0).peer(headers(1, kOk, kEnd)); }},
      {"trailers-end",
       Role::server,
       "rfc9113-8.1-15",
       [](Talk& t) { answered_with(t, kOk, 0).peer(headers(1, {{"a", "b"}})); }},
      {"content-length-agrees",
       Role::server,
       "rfc9113-8.1.1-08",
       [](Talk& t) {
         answered_with(t, and_also(kOk, "content-length", "2"), 0).peer(data(1, 1, kEnd));
       }},
      {"content-length-agrees",
       Role::server,
       "rfc9113-8.1.1-08",
       [](Talk& t) { answered_with(t, and_also(kOk, "content-length", "2"), 0).peer(data(1, 3)); }},
      {"no-content",
       Role::server,
       "rfc9110-6.4.1-01",
       [](Talk& t) {
         t.handshake().us(
             headers(1, {{":method", "HEAD"}, {":scheme", "http"}, {":path", "/"}}, kEnd));
         t.peer(headers(1, kOk)).peer(data(1, 1));
       }},
      {"no-content",
       Role::server,
       "rfc9110-6.4.1-01",
       [](Talk& t) { answered_with(t, {{":status", "304"}}, 0).peer(data(1, 1)); }},
      {"reset-content-empty",
       Role::server,
       "rfc9110-15.3.6-01",
       [](Talk& t) { answered_with(t, {{":status", "205"}}, 0).peer(data(1, 1)); }},
      {"tunnel-frames",
       Role::server,
       "rfc9113-8.5-06",
       [](Talk& t) {
         t.handshake().us(headers(1, kConnect)).peer(headers(1, kOk));
         t.peer(headers(1, {{"a", "b"}}, kEnd));
       }},
      {"singleton-fields",
       Role::server,
       "rfc9110-5.3-03",
       [](Talk& t) { answered_with(t, and_also(and_also(kOk, "server", "a"), "server", "b")); }},
  };
}

// A value of Alt-Svc, said by ALTSVC on stream 0.
Act advertises(std::string value) {
  return [value = std::move(value)](Talk& t) {
    Octets payload{0, 0};
    payload.insert(payload.end(), value.begin(), value.end());
    t.handshake().peer(with(bare(FrameType::altsvc, 0, 0), 0, payload));
  };
}

std::vector<Fault> extension_faults() {
  return {
      {"altsvc-layout",
       Role::server,
       "rfc7838-4-01",
       [](Talk& t) { t.handshake().peer(bare(FrameType::altsvc, 0, 1)); }},
      {"altsvc-layout",
       Role::server,
       "rfc7838-4-01",
       [](Talk& t) { t.handshake().peer(with(bare(FrameType::altsvc, 0, 0), 0, {0, 2, 'a'})); }},
      {"origin-layout",
       Role::server,
       "rfc8336-2.1-01",
       [](Talk& t) { t.handshake().peer(with(bare(FrameType::origin, 0, 0), 0, {0, 2, 'a'})); }},
      {"origin-layout",
       Role::server,
       "rfc8336-2.1-01",
       [](Talk& t) { t.handshake().peer(with(bare(FrameType::origin, 0, 0), 0, {0, 1, 'a', 0})); }},
      {"alternative-token", Role::server, "rfc7838-3-01", advertises("w x=\":1\"")},
      {"alternative-token", Role::server, "rfc7838-3-01", advertises("h2=\":1\", x:y=\":1\"")},
      {"alternative-percent", Role::server, "rfc7838-3-02", advertises("x%y=\":1\"")},
      {"alternative-percent", Role::server, "rfc7838-3-02", advertises("x%2=\":1\"")},
      {"alternative-needless", Role::server, "rfc7838-3-03", advertises("%682=\":1\"")},
      {"alternative-hex", Role::server, "rfc7838-3-04", advertises("w%3dx=\":1\"")},
      {"alternative-host", Role::server, "rfc7838-8-01", advertises("h2=\"b\xc3\xbc:1\"")},
      {"alternative-by-frame",
       Role::server,
       "rfc7838-3-07",
       [](Talk& t) { answered_with(t, and_also(kOk, "alt-svc", "h2=\":1\"")); }},
  };
}

std::vector<Fault> request_faults() {
  const auto asks = [](Pairs fields) -> Act {
    return [fields = std::move(fields)](Talk& t) { asking(t, fields); };
  };
  const auto without = [](std::string_view name) {
    Pairs fields = kGet;
    std::erase_if(fields, [name](const auto& field) { return field.first == name; });
    return fields;
  };
  return {
      {"te-value", Role::client, "rfc9113-8.2.2-08", asks(and_also(kGet, "te", "gzip"))},
      {"pseudo-status-in-request",
       Role::client,
       "rfc9113-8.3-03",
       asks(and_also(kGet, ":status", "200"))},
      {"request-pseudo-present", Role::client, "rfc9113-8.3.1-28", asks(without(":method"))},
      {"request-pseudo-present", Role::client, "rfc9113-8.3.1-28", asks(without(":scheme"))},
      {"request-pseudo-present", Role::client, "rfc9113-8.3.1-28", asks(without(":path"))},
      {"path-not-empty",
       Role::client,
       "rfc9113-8.3.1-19",
       asks(and_also(without(":path"), ":path", ""))},
      {"path-form",
       Role::client,
       "rfc9113-8.3.1-18",
       asks(and_also(without(":path"), ":path", "x"))},
      {"authority-userinfo",
       Role::client,
       "rfc9113-8.3.1-16",
       asks(and_also(without(":authority"), ":authority", "u@a"))},
      {"host-same", Role::client, "rfc9113-8.3.1-06", asks(and_also(kGet, "host", "b"))},
      {"connect-authority", Role::client, "rfc9113-8.5-01", asks({{":method", "CONNECT"}})},
      {"connect-target", Role::client, "rfc9113-8.5-02", asks(and_also(kConnect, ":path", "/"))},
      {"protocol-negotiated",
       Role::client,
       "rfc8441-3-04",
       asks(and_also(and_also(and_also(kConnect, ":scheme", "http"), ":path", "/"),
                     ":protocol",
                     "websocket"))},
      {"protocol-with-connect",
       Role::client,
       "rfc8441-4-01",
       [](Talk& t) {
         t.handshake({{SettingId::enable_connect_protocol, 1}});
         t.peer(headers(1, and_also(kGet, ":protocol", "websocket"), kEnd));
       }},
      {"content-length-agrees",
       Role::client,
       "rfc9113-8.1.1-02",
       asks(and_also(kPost, "content-length", "1"))},
  };
}

std::vector<Fault> all_faults() {
  std::vector<Fault> all;
  for (auto part : {format_faults,
                    compression_faults,
                    connection_faults,
                    stream_faults,
                    response_faults,
                    extension_faults,
                    request_faults}) {
    for (Fault& fault : part()) all.push_back(std::move(fault));
  }
  return all;
}

TEST(Observer, AccusesEachFaultWithItsIdAndNothingElse) {
  for (const Fault& fault : all_faults()) {
    SCOPED_TRACE(fault.check);
    Talk talk(fault.peer);
    fault.act(talk);
    ASSERT_EQ(talk.findings().size(), 1U)
        << (talk.findings().empty() ? "none" : "several: " + std::string(talk.findings()[1].check));
    const Finding& finding = talk.findings()[0];
    EXPECT_EQ(finding.check, fault.check);
    EXPECT_EQ(finding.requirement, fault.requirement);
    EXPECT_TRUE(finding.certain);
    EXPECT_TRUE(talk.observer().accuses());
  }
}

TEST(Observer, HasAFaultForEveryCheck) {
  std::set<std::string_view> seen;
  for (const Fault& fault : all_faults()) seen.insert(fault.check);
  for (const PassiveCheck& check : Observer::checks()) {
    EXPECT_TRUE(seen.contains(check.name)) << check.name;
  }
}

TEST(Observer, SpeaksOfEachFaultInOnePrintableLine) {
  for (const Fault& fault : all_faults()) {
    SCOPED_TRACE(fault.check);
    Talk talk(fault.peer);
    fault.act(talk);
    const std::string& what = talk.findings().at(0).what;
    EXPECT_FALSE(what.empty());
    EXPECT_TRUE(std::ranges::all_of(what, [](char c) { return c >= 0x20 && c < 0x7f; })) << what;
  }
}

}  // namespace
}  // namespace h2assay::watch
