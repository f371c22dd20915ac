#pragma once
// What a Connection consists of.  Private to connection*.cpp.
//
// Two kinds of members: what later answers depend on (it is copied, and stands in digest()), and
// what only lives for one batch or one call (neither).

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/connection.h"
#include "engine/connection_books.h"
#include "engine/fields.h"
#include "engine/flow.h"
#include "engine/frame.h"
#include "engine/frame_reader.h"
#include "engine/hpack/decoder.h"
#include "engine/hpack/encoder.h"
#include "engine/limits.h"
#include "engine/rules.h"
#include "engine/settings.h"
#include "engine/stream.h"
#include "engine/stream_history.h"
#include "engine/stream_table.h"

namespace h2assay {

// How to go on after a check has failed.
enum class Course : std::uint8_t {
  stop,     // the peer was accused, or the frame shall be forgotten
  process,  // the rule is off: as if nothing were wrong
  clamp,    // the rule is off: with the nearest value that is allowed
};

struct Connection::State {
  explicit State(Options given);

  // --- What later answers depend on ---
  Options options;
  bool initiated = false;
  bool terminal = false;
  bool settings_seen = false;  // the peer's first frame has come
  FrameReader reader;
  OctetBuffer output;
  PendingReplies replies;
  hpack::Decoder decoder;
  hpack::Encoder encoder;
  Settings local;   // in force
  Settings remote;  // as last received
  SettingsQueue unacknowledged;
  OpenBlock block;
  StreamTable streams;
  // By initiator: [0] the server's even identifiers, [1] the client's odd ones.
  std::array<StreamHistory, 2> history;
  std::array<std::uint32_t, 2> open_streams{};
  std::array<std::uint32_t, 2> reserved_streams{};
  SendWindow send_window;
  ReceiveWindow receive_window;
  // No live stream's send window is further above the initial size than this.
  std::int64_t send_bound = 0;
  std::optional<std::uint32_t> goaway_sent;      // the last stream identifier we named
  std::optional<std::uint32_t> goaway_received;  // the lowest one that the peer named
  Budgets budgets;
  std::vector<SentPing> pings;                   // oldest first
  std::vector<std::uint64_t> settings_barriers;  // of `unacknowledged`, frame by frame
  Barriers barriers;
  std::vector<std::uint32_t> prioritized_idle;  // by PRIORITY_UPDATE, sorted
  Authorities authorities;

  // --- What lives for one call ---
  Batch batch;
  Scratch scratch;

  // --- Roles and streams: connection_streams.cpp ---
  bool is_client() const { return options.role == Role::client; }

  // Whether the stream belongs to us, by its parity.
  bool is_ours(std::uint32_t id) const { return is_client_initiated(id) == is_client(); }

  StreamHistory& history_of(std::uint32_t id) { return history[id & 1U]; }

  const StreamHistory& history_of(std::uint32_t id) const { return history[id & 1U]; }

  const StreamHistory& own_history() const { return history[is_client() ? 1 : 0]; }

  const StreamHistory& peer_history() const { return history[is_client() ? 0 : 1]; }

  std::uint32_t open_by_us() const { return open_streams[is_client() ? 1 : 0]; }

  std::uint32_t open_by_peer() const { return open_streams[is_client() ? 0 : 1]; }

  StreamPhase phase(std::uint32_t id) const;
  // A new stream, idle until the first transition.
  Stream& open_stream(std::uint32_t id, StreamState state);
  // From reserved to half-closed.
  void begin_promised(Stream& stream);
  // Whether idle streams with a priority, this one included, fit beside `open` ones.
  bool prioritized_fit(std::uint32_t id, std::uint32_t open, std::uint32_t limit) const;
  bool is_prioritized(std::uint32_t id) const;
  // Remembers that an idle stream has a priority.
  void note_prioritized(std::uint32_t id);
  enum class End : std::uint8_t { finished, peer_reset, own_reset };
  // The stream is over; `stream` is gone.
  void close_stream(Stream& stream, End how);
  void end_inbound(Stream& stream);   // END_STREAM came; `stream` may be gone
  void end_outbound(Stream& stream);  // END_STREAM left; `stream` may be gone
  void request_finished();
  // A RST_STREAM of ours is queued for the stream.
  void remember_reset(std::uint32_t id);
  void barrier_passed(std::uint64_t number);

  // --- Accusing: connection_receive.cpp ---
  [[gnu::cold]] Course accuse(Rule rule, std::uint32_t stream_id);
  // A rule of messages: Options::answer_malformed_requests may soften it.
  [[gnu::cold]] Course accuse_message(Rule rule, Stream& stream);
  [[gnu::cold]] void fail(const Violation& violation);
  [[gnu::cold]] void reset_because(const Violation& violation);
  void spend(Budget& budget, const BudgetLimit& limit, Rule rule, std::uint32_t amount = 1);

  void glitch() { spend(budgets.glitches, options.limits.glitches, Rule::glitches); }

  // A frame that answers the peer by itself was queued.
  void replied();
  // `octets` of DATA that no application will see are given back.
  void credit(std::uint32_t octets);

  // --- Receiving ---
  Events receive(Octets octets);
  void dispatch(const Frame& frame);
  bool admit(const Frame& frame);
  void on_data(const Frame& frame);
  bool deliver_data(const Frame& frame);
  void discard_data(Stream& stream, std::uint32_t length, bool ends);
  void on_rst_stream(const Frame& frame);
  void on_headers(const Frame& frame);
  void on_push_promise(const Frame& frame);
  void on_continuation(const Frame& frame);
  void on_fragment(const ReceivedSection& section, Octets fragment, bool last);
  void on_section(const ReceivedSection& section, Octets whole);
  bool on_message(const ReceivedSection& section,
                  std::size_t first,
                  const hpack::DecodeResult& decoded);
  bool on_promise(const ReceivedSection& section,
                  std::size_t first,
                  const hpack::DecodeResult& decoded);
  Stream* stream_for_message(const ReceivedSection& section);
  // A frame for a stream that we have reset: dropped, or an error once the peer must know better.
  void drop_late(std::uint32_t id, bool pointless);
  Stream* new_request_stream(const ReceivedSection& section);
  bool check_inbound(const ReceivedSection& section,
                     Stream& stream,
                     MessageKind kind,
                     std::size_t first,
                     const hpack::DecodeResult& decoded,
                     MessageFacts& facts);
  bool take_message(const ReceivedSection& section,
                    Stream& stream,
                    MessageKind kind,
                    const MessageFacts& facts);
  void tell_message(const ReceivedSection& section,
                    MessageKind kind,
                    bool interim,
                    std::size_t first);
  std::optional<Rule> over_limit(const hpack::DecodeResult& decoded) const;
  FieldPolicy inbound_policy() const;

  // A client that announced SETTINGS_NO_RFC7540_PRIORITIES means none of them: RFC 9218, 2.1.
  bool ignores_priority() const { return !is_client() && remote.no_rfc7540_priorities == 1; }

  void on_settings(const Frame& frame);
  void on_settings_ack();
  bool take_setting(Setting setting);
  bool take_initial_window_size(Setting& setting);
  void on_ping(const Frame& frame);
  void on_goaway(const Frame& frame);
  void on_window_update(const Frame& frame);
  void on_connection_window_update(std::uint32_t increment);
  void on_priority(const Frame& frame);
  void on_altsvc(const Frame& frame);
  void on_origin(const Frame& frame);
  void on_priority_update(const Frame& frame);
  void on_unknown(const Frame& frame);

  // --- Sending ---
  // What every call that sends asks first.
  std::optional<Misuse> refused() const;
  Misuse missing(std::uint32_t id) const;  // why there is no such live stream
  std::uint32_t last_stream_id() const;    // for our GOAWAY

  struct Plan {
    Stream* stream = nullptr;  // null: a new one, or (unchecked) none
    MessageKind kind = MessageKind::request;
    bool opens = false;
  };

  std::expected<Plan, Misuse> plan_headers(std::uint32_t id, const HeadersOptions& how);
  std::expected<Plan, Misuse> plan_request(std::uint32_t id) const;
  std::expected<Fields, Misuse> prepare_fields(Fields fields,
                                               MessageKind kind,
                                               MessageFacts& facts);
  static bool accepts_tunnel(const Plan& plan, const MessageFacts& facts);
  std::expected<ContentBook, Misuse> announced_content(const Plan& plan,
                                                       const MessageFacts& facts,
                                                       bool ends) const;
  Sent<> send_headers(std::uint32_t id, Fields fields, const HeadersOptions& how);
  void write_block(const FieldBlock& frame, Fields fields);
  Sent<> send_data(std::uint32_t id, Octets data, bool end, std::optional<std::uint8_t> pad);
  Sent<> push(std::uint32_t parent,
              std::uint32_t promised,
              Fields fields,
              std::optional<std::uint8_t> pad);

  // --- Settings ---
  std::vector<Setting> initial_settings() const;
  Settings announced_settings() const;  // as if all that was announced were acknowledged
  std::uint32_t highest_announced_window() const;
  void return_waiting_credit();
  std::optional<Misuse> check_own_settings(std::span<const Setting> settings, bool first) const;
  void announce(std::span<const Setting> settings);
  Sent<> initiate();
  Sent<> adopt_upgrade(std::string_view settings_header);

  template <typename Hash> void digest_into(Hash& hash) const;
};

}  // namespace h2assay
