#pragma once
// Names and numbers of errors, and who is to blame: the peer (Violation) or the caller (Misuse).
// RFC 9113, Sections 5.4 and 7.  The one header of the engine that the oracles may include.

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

namespace h2assay {

// RFC 9113, Section 7.  Any other value may arrive and is kept as it came.
enum class ErrorCode : std::uint32_t {
  no_error = 0x0,
  protocol_error = 0x1,
  internal_error = 0x2,
  flow_control_error = 0x3,
  settings_timeout = 0x4,
  stream_closed = 0x5,
  frame_size_error = 0x6,
  refused_stream = 0x7,
  cancel = 0x8,
  compression_error = 0x9,
  connect_error = 0xa,
  enhance_your_calm = 0xb,
  inadequate_security = 0xc,
  http_1_1_required = 0xd,
};

// "PROTOCOL_ERROR"; empty for a code that the registry does not know.
std::string_view name(ErrorCode code);

// The code with this registered name, or nothing.
std::optional<ErrorCode> error_code(std::string_view name);

// How far a violation reaches.  RFC 9113, Section 5.4.
enum class Scope : std::uint8_t { connection, stream };

// A row of the table in rules.h.
enum class Rule : std::uint16_t;

// The peer broke a rule.  Carries what a GOAWAY or RST_STREAM needs; describe(violation) in rules.h
// makes the text, so that reports, debug data and tests cannot drift apart.
struct Violation {
  Scope scope = Scope::connection;
  ErrorCode code = ErrorCode::no_error;
  Rule rule{};
  std::uint32_t stream_id = 0;  // 0: no stream concerned
  friend bool operator==(const Violation&, const Violation&) = default;
};

// The caller broke a rule of this API.  Nothing was sent and no state changed.
enum class Misuse : std::uint8_t {
  connection_closed,        // terminal, or GOAWAY forbids it
  not_initiated,            // initiate_connection comes first
  already_initiated,        // a preface is sent once
  wrong_role,               // this call belongs to the other role
  no_such_stream,           // never opened
  stream_closed,            // was open once
  stream_id_too_low,        // RFC 9113, Section 5.1.1: identifiers only rise
  stream_id_wrong_parity,   // odd: client, even: server
  stream_id_out_of_range,   // 0 or above 2^31-1
  no_available_stream_id,   // the identifiers are used up
  too_many_streams,         // the peer's SETTINGS_MAX_CONCURRENT_STREAMS
  goaway_received,          // no new streams: RFC 9113, Section 6.8
  stream_not_writable,      // the state of the stream forbids this frame
  window_exhausted,         // more than local_flow_control_window()
  window_overflow,          // above 2^31-1
  frame_too_large,          // more than max_outbound_frame_size()
  invalid_argument,         // a number outside its range: pad length, increment, weight, ping data
  invalid_setting,          // RFC 9113, Section 6.5.2
  invalid_fields,           // the message would be malformed: RFC 9113, Section 8.1.1
  content_length_mismatch,  // RFC 9113, Section 8.1.1, seen before it is sent
  push_disabled,            // the peer's SETTINGS_ENABLE_PUSH is 0
  extended_connect_disabled,  // RFC 8441, Section 3
  last_stream_id_rises,       // RFC 9113, Section 6.8
  output_full,                // drain data_to_send first: Limits
};

// "window_exhausted"
std::string_view name(Misuse misuse);

// What a call of the application gives: a value, or the reason why nothing happened.
template <typename T = void> using Sent = std::expected<T, Misuse>;

}  // namespace h2assay
