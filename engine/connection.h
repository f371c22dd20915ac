#pragma once
// An HTTP/2 connection without I/O: octets in, events out; calls in, octets out.  RFC 9113.
//
// A value: no clock, thread, randomness or global; a copy is a snapshot that behaves the same from
// then on.  Not thread-safe, on purpose: lock around it, or let one thread own it
// (engine/README.md).
//
// Errors.  What the peer does wrong comes as events (StreamReset, ConnectionFailed): receive_data
// never fails and never loses what preceded the violation.  What the caller does wrong comes as
// Misuse, and then nothing has changed.
//
// Lifetimes.  Views in events, and what data_to_send returns, live until the next non-const call.
// Any call accepts them as arguments.

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/digest.h"
#include "engine/error.h"
#include "engine/event.h"
#include "engine/field.h"
#include "engine/octets.h"
#include "engine/options.h"
#include "engine/settings.h"
#include "engine/stream_state.h"

namespace h2assay {

enum class EndStream : bool { no, yes };

// RFC 7540, Section 5.3; deprecated by RFC 9113, Section 5.3.2.
struct Priority {
  std::uint32_t depends_on = 0;
  std::uint16_t weight = 16;  // 1 to 256
  bool exclusive = false;
};

// How a field section is sent.
struct HeadersOptions {
  EndStream end_stream = EndStream::no;
  std::optional<Priority> priority{};        // clients only
  std::optional<std::uint8_t> pad_length{};  // octets of padding; none: not PADDED
};

class Connection {
 public:
  explicit Connection(Options options = {});
  Connection(const Connection& other);
  Connection(Connection&& other) noexcept;
  Connection& operator=(const Connection& other);
  Connection& operator=(Connection&& other) noexcept;
  ~Connection();

  // --- Opening ---------------------------------------------------------------------------------

  // Queues the preface (client) and our first SETTINGS: RFC 9113, Section 3.4.  Once.
  [[nodiscard]] Sent<> initiate_connection();

  // h2c upgrade of RFC 7540, Section 3.2; needs Options::allow_upgrade.  The client gets the value
  // of HTTP2-Settings, the server gives it and gets an empty text.  Stream 1 is then half-closed.
  [[nodiscard]] Sent<std::string> initiate_upgrade_connection(
      std::string_view settings_header = {});

  // --- Octets ----------------------------------------------------------------------------------

  // Takes what came from the peer, in pieces of any size, and tells what happened.
  [[nodiscard]] Events receive_data(Octets octets);

  // Hands out at most `max` octets of what waits for the peer.  They are gone from the buffer.
  [[nodiscard]] Octets data_to_send(std::size_t max = std::numeric_limits<std::size_t>::max());
  std::size_t outbound_octets() const;
  void clear_outbound_data_buffer();

  // Time goes by: budgets of `limits` refill.  Optional: see Limits.
  void advance(std::uint64_t milliseconds);

  // --- Messages --------------------------------------------------------------------------------

  // Request (client, new stream), response, interim response or trailers: the state of the stream
  // tells which.  The fields are checked in full before the first octet is encoded.
  [[nodiscard]] Sent<> send_headers(std::uint32_t stream_id,
                                    Fields fields,
                                    const HeadersOptions& options = {});

  // Exactly one DATA frame; counts data + padding + the pad length octet.
  [[nodiscard]] Sent<> send_data(std::uint32_t stream_id,
                                 Octets data,
                                 EndStream end_stream = EndStream::no,
                                 std::optional<std::uint8_t> pad_length = {});
  [[nodiscard]] Sent<> end_stream(std::uint32_t stream_id);
  [[nodiscard]] Sent<> reset_stream(std::uint32_t stream_id, ErrorCode code = ErrorCode::no_error);
  [[nodiscard]] Sent<> push_stream(std::uint32_t parent_stream_id,
                                   std::uint32_t promised_stream_id,
                                   Fields request_fields,
                                   std::optional<std::uint8_t> pad_length = {});
  [[nodiscard]] Sent<std::uint32_t> get_next_available_stream_id() const;

  // --- Flow control: RFC 9113, Section 5.2 -------------------------------------------------------

  // Sends WINDOW_UPDATE now.  stream_id 0: the connection.
  [[nodiscard]] Sent<> increment_flow_control_window(std::uint32_t increment,
                                                     std::uint32_t stream_id = 0);
  // The application is done with so many flow-controlled octets: both windows are reopened,
  // coalesced.
  [[nodiscard]] Sent<> acknowledge_received_data(std::uint32_t size, std::uint32_t stream_id);
  // How much may be sent on the stream now: the lower of both windows; may be negative.
  [[nodiscard]] Sent<std::int64_t> local_flow_control_window(std::uint32_t stream_id) const;
  // How much the peer may send on the stream now.
  [[nodiscard]] Sent<std::int64_t> remote_flow_control_window(std::uint32_t stream_id) const;
  std::int64_t outbound_flow_control_window() const;  // the connection's send window
  std::int64_t inbound_flow_control_window() const;   // the connection's receive window

  // --- Connection ------------------------------------------------------------------------------

  [[nodiscard]] Sent<> ping(const std::array<std::uint8_t, 8>& data);
  [[nodiscard]] Sent<> update_settings(std::span<const Setting> settings);
  // GOAWAY: RFC 9113, Section 6.8.  With no_error, streams up to last_stream_id go on; none: all
  // that arrived so far.  2^31-1 announces a shutdown.  Any other code ends the connection.
  [[nodiscard]] Sent<> close_connection(ErrorCode code = ErrorCode::no_error,
                                        Octets debug_data = {},
                                        std::optional<std::uint32_t> last_stream_id = {});
  [[nodiscard]] Sent<> prioritize(std::uint32_t stream_id, const Priority& priority);
  [[nodiscard]] Sent<> update_priority(std::uint32_t prioritized_stream_id,
                                       std::string_view value);  // RFC 9218
  // RFC 7838: either an origin, or the stream that belongs to it.  Servers only.
  [[nodiscard]] Sent<> advertise_alternative_service(std::string_view field_value,
                                                     std::string_view origin,
                                                     std::uint32_t stream_id = 0);
  [[nodiscard]] Sent<> advertise_origins(
      std::span<const std::string_view> origins);  // RFC 8336; servers only
  // A frame of a type that HTTP/2 does not define.
  [[nodiscard]] Sent<> send_unknown_frame(std::uint8_t type,
                                          std::uint8_t flags,
                                          std::uint32_t stream_id,
                                          Octets payload);

  // --- State -----------------------------------------------------------------------------------

  const Options& options() const;
  Settings local_settings() const;   // in force: what the peer has acknowledged
  Settings remote_settings() const;  // as last received
  std::uint32_t max_outbound_frame_size() const;
  std::uint32_t max_inbound_frame_size() const;
  std::uint32_t highest_inbound_stream_id() const;
  std::uint32_t highest_outbound_stream_id() const;
  std::uint32_t open_outbound_streams() const;  // open or half-closed; O(1)
  std::uint32_t open_inbound_streams() const;
  StreamPhase stream_phase(std::uint32_t stream_id) const;
  bool terminal() const;  // ended by an error: input is ignored, nothing more is queued

  // 128 bits over everything that can influence a later answer, and nothing else.
  Digest digest() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace h2assay
