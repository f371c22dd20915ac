#pragma once
// What the tests of the connection share: a pair of engines, and octets made by hand.

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "engine/connection.h"
#include "engine/frame.h"
#include "engine/hpack/decoder.h"
#include "engine/hpack/encoder.h"
#include "engine/rules.h"

namespace h2assay::testing {

inline const std::vector<Field> kRequest{{.name = ":method", .value = "GET"},
                                         {.name = ":scheme", .value = "https"},
                                         {.name = ":authority", .value = "example.com"},
                                         {.name = ":path", .value = "/"}};
inline const std::vector<Field> kPost{{.name = ":method", .value = "POST"},
                                      {.name = ":scheme", .value = "https"},
                                      {.name = ":authority", .value = "example.com"},
                                      {.name = ":path", .value = "/"}};
inline const std::vector<Field> kResponse{{.name = ":status", .value = "200"}};
inline const std::vector<Field> kInterim{{.name = ":status", .value = "103"}};
inline const std::vector<Field> kTrailers{{.name = "checksum", .value = "0"}};

inline std::vector<Field> with(std::vector<Field> fields, std::initializer_list<Field> more) {
  fields.insert(fields.end(), more);
  return fields;
}

inline const HeadersOptions kEnd{.end_stream = EndStream::yes, .priority = {}, .pad_length = {}};

// The one event of this kind, or the first of several; null when there is none.
template <class E> const E* find(Events events) {
  for (const Event& event : events) {
    if (const E* found = std::get_if<E>(&event)) return found;
  }
  return nullptr;
}

template <class E> std::size_t count(Events events) {
  return static_cast<std::size_t>(std::ranges::count_if(
      events, [](const Event& event) { return std::holds_alternative<E>(event); }));
}

// Frames made by hand, of whatever is wanted.
class Wire {
 public:
  Wire& frame(FrameType type, std::uint8_t flag, std::uint32_t id, std::string_view payload = {}) {
    append_frame(out_, static_cast<std::uint8_t>(type), flag, id, octets_of(payload));
    return *this;
  }

  Wire& unknown(std::uint8_t type, std::uint32_t id, std::string_view payload = {}) {
    append_frame(out_, type, 0, id, octets_of(payload));
    return *this;
  }

  Wire& preface() {
    out_.append(kClientPreface);
    return *this;
  }

  Wire& settings(std::vector<Setting> settings = {}) {
    append_settings(out_, settings);
    return *this;
  }

  Wire& settings_ack() {
    append_settings_ack(out_);
    return *this;
  }

  // A whole field section in one frame, or several if it is large.
  Wire& headers(std::uint32_t id,
                const std::vector<Field>& fields,
                bool end_stream,
                const std::optional<PriorityFields>& priority = {}) {
    const FieldBlock block = open_headers(out_, id, end_stream, priority);
    append_block(fields);
    close_field_block(out_, block, 16384);
    return *this;
  }

  Wire& promise(std::uint32_t id, std::uint32_t promised, const std::vector<Field>& fields) {
    const FieldBlock block = open_push_promise(out_, id, promised);
    append_block(fields);
    close_field_block(out_, block, 16384);
    return *this;
  }

  Wire& data(std::uint32_t id,
             std::string_view data,
             bool end_stream = false,
             std::optional<std::uint8_t> pad = {}) {
    append_data(out_, id, octets_of(data), end_stream, pad);
    return *this;
  }

  Wire& reset(std::uint32_t id, ErrorCode code = ErrorCode::cancel) {
    append_rst_stream(out_, id, code);
    return *this;
  }

  Wire& window(std::uint32_t id, std::uint32_t increment) {
    append_window_update(out_, id, increment);
    return *this;
  }

  Wire& ping(std::uint8_t fill = 0, bool ack = false) {
    std::array<std::uint8_t, 8> data{};
    data.fill(fill);
    append_ping(out_, data, ack);
    return *this;
  }

  Wire& goaway(std::uint32_t last, ErrorCode code = ErrorCode::no_error) {
    append_goaway(out_, last, code, {});
    return *this;
  }

  Wire& priority(std::uint32_t id, std::uint32_t depends_on) {
    append_priority(out_, id, {.depends_on = depends_on, .weight = 16, .exclusive = false});
    return *this;
  }

  Wire& priority_update(std::uint32_t id, std::string_view value) {
    append_priority_update(out_, id, value);
    return *this;
  }

  Wire& raw(std::string_view octets) {
    out_.append(octets);
    return *this;
  }

  // What was written since the last call.
  std::vector<std::uint8_t> take() {
    std::vector<std::uint8_t> octets(out_.view().begin(), out_.view().end());
    out_.clear();
    return octets;
  }

  hpack::Encoder& encoder() { return encoder_; }

 private:
  void append_block(const std::vector<Field>& fields) {
    std::vector<std::uint8_t> block;
    encoder_.append(fields, block);
    out_.append(block);
  }

  OctetBuffer out_;
  hpack::Encoder encoder_;
};

// The frames in a piece of output, payloads copied.
struct Seen {
  FrameHeader header;
  std::string payload;

  bool is(FrameType type) const { return header.is(type); }
};

inline std::vector<Seen> frames(Octets octets) {
  std::vector<Seen> seen;
  if (text_of(octets).starts_with(kClientPreface)) octets = octets.subspan(kClientPreface.size());
  while (octets.size() >= kFrameHeaderOctets) {
    const FrameHeader header = parse_header(octets.data());
    octets = octets.subspan(kFrameHeaderOctets);
    seen.push_back({header, std::string(text_of(octets.first(header.length)))});
    octets = octets.subspan(header.length);
  }
  EXPECT_TRUE(octets.empty()) << "output ends inside a frame";
  return seen;
}

inline const Seen* find(const std::vector<Seen>& all, FrameType type) {
  const auto at = std::ranges::find_if(all, [type](const Seen& seen) { return seen.is(type); });
  return at == all.end() ? nullptr : &*at;
}

inline std::size_t count(const std::vector<Seen>& all, FrameType type) {
  return static_cast<std::size_t>(
      std::ranges::count_if(all, [type](const Seen& seen) { return seen.is(type); }));
}

inline ErrorCode code_of(const Seen& rst) {
  return static_cast<ErrorCode>(load32(octets_of(rst.payload).data()));
}

// One engine, and its peer played by hand: the handshake is done.
class Played {
 public:
  explicit Played(Options options) : engine(std::move(options)) {
    EXPECT_TRUE(engine.initiate_connection());
    if (engine.options().role == Role::server) wire.preface();
    wire.settings().settings_ack();
    const Events events = feed();
    EXPECT_EQ(find<ConnectionFailed>(events), nullptr);
    static_cast<void>(drain());
  }

  // Gives the engine what was written to `wire`.
  Events feed() {
    given_ = wire.take();
    return engine.receive_data(given_);
  }

  std::vector<Seen> drain() { return frames(engine.data_to_send()); }

  Connection engine;
  Wire wire;

 private:
  std::vector<std::uint8_t> given_;
};

inline Options server_options() {
  Options options;
  options.role = Role::server;
  return options;
}

inline Options client_options() { return {}; }

// Whether the connection failed by this rule, with its GOAWAY as the last frame.
inline void expect_failure(Played& played, Events events, Rule rule) {
  ASSERT_FALSE(events.empty());
  const auto* failed = std::get_if<ConnectionFailed>(&events.back());
  ASSERT_NE(failed, nullptr) << "the last event is no failure";
  EXPECT_EQ(name(failed->because.rule), name(rule));
  const ErrorCode code = failed->because.code;
  EXPECT_TRUE(played.engine.terminal());
  const std::vector<Seen> out = played.drain();
  ASSERT_FALSE(out.empty());
  ASSERT_TRUE(out.back().is(FrameType::goaway));
  EXPECT_EQ(load32(octets_of(out.back().payload).data() + 4), static_cast<std::uint32_t>(code));
  EXPECT_NE(out.back().payload.find(name(rule)), std::string::npos) << "debug data name the rule";
}

// Whether exactly this stream was reset by this rule, and the connection lives.
inline void expect_reset(Played& played, Events events, std::uint32_t id, Rule rule) {
  const StreamReset* reset = find<StreamReset>(events);
  ASSERT_NE(reset, nullptr);
  EXPECT_EQ(reset->stream_id, id);
  EXPECT_EQ(name(reset->because), name(rule));
  EXPECT_FALSE(reset->remote);
  EXPECT_FALSE(played.engine.terminal());
  const ErrorCode code = reset->code;
  const std::vector<Seen> out = played.drain();
  const Seen* rst = find(out, FrameType::rst_stream);
  ASSERT_NE(rst, nullptr);
  EXPECT_EQ(rst->header.stream_id, id);
  EXPECT_EQ(code_of(*rst), code);
  EXPECT_EQ(count(out, FrameType::rst_stream), 1U);
  EXPECT_EQ(played.engine.stream_phase(id), StreamPhase::closed_by_own_reset);
}

// Moves everything both ways until both are silent.  `see` gets the events with the engine's name.
template <class See> void pump(Connection& client, Connection& server, See see) {
  for (;;) {
    const Octets up = client.data_to_send();
    if (!up.empty()) see('s', server.receive_data(up));
    const Octets down = server.data_to_send();
    if (!down.empty()) see('c', client.receive_data(down));
    if (up.empty() && down.empty()) return;
  }
}

inline void pump(Connection& client, Connection& server) {
  pump(client, server, [](char, Events) {});
}

struct Pair {
  explicit Pair(Options for_client = client_options(), Options for_server = server_options())
      : client(std::move(for_client)),
        server(std::move(for_server)) {
    EXPECT_TRUE(client.initiate_connection());
    EXPECT_TRUE(server.initiate_connection());
    pump(client, server);
  }

  Connection client;
  Connection server;
};

}  // namespace h2assay::testing
