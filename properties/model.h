#pragma once
// The reference model: stream states, windows and the grammar of messages, written to be obvious.
// Judges and properties compare against it; it knows nothing of engine/ and allocates nothing.
// The model of HPACK's tables is wire::DynamicTable with wire::HpackDecoder.

#include <cstdint>
#include <optional>
#include <string_view>

#include "properties/wire/frame.h"

namespace h2assay::model {

// --- Streams: RFC 9113, Section 5.1 ------------------------------------------------------------

enum class StreamState : std::uint8_t {
  idle,
  reserved_local,
  reserved_remote,
  open,
  half_closed_local,
  half_closed_remote,
  closed,
};

std::string_view name(StreamState state);

// The arrow labels of Figure 2; PP as seen from the promised stream, ES an event of its own.
enum class StreamInput : std::uint8_t {
  send_headers,
  recv_headers,
  send_push_promise,
  recv_push_promise,
  send_end_stream,
  recv_end_stream,
  send_reset,
  recv_reset,
};

// Where the arrow leads; the same state where the figure has no arrow but the prose permits the
// frame (trailers); nothing where it forbids it.
std::optional<StreamState> next_state(StreamState from, StreamInput input);

// What the other endpoint sees when nothing is in flight.
StreamState mirrored(StreamState state);

// Whether the prose of Section 5.1 lets an endpoint send this frame on a stream in this state
// (PUSH_PROMISE: on the associated stream).  Frames of stream 0 alone: never.
bool may_send(StreamState state, wire::FrameType type);

// --- Windows: RFC 9113, Section 6.9 ------------------------------------------------------------

class Window {
 public:
  explicit constexpr Window(std::int64_t octets = wire::kDefaultWindow) : octets_(octets) {}

  constexpr std::int64_t octets() const { return octets_; }

  // Each says whether the rule was kept, and moves the window in any case.
  constexpr bool grant(std::uint32_t increment) {  // Section 6.9.1
    octets_ += increment;
    return octets_ <= wire::kWindowMax;
  }

  constexpr bool spend(std::uint32_t flow_controlled) {  // Section 6.9.1
    const bool room = flow_controlled == 0 || flow_controlled <= octets_;
    octets_ -= flow_controlled;
    return room;
  }

  constexpr bool shift(std::int64_t delta) {  // Section 6.9.2: may become negative
    octets_ += delta;
    return octets_ <= wire::kWindowMax;
  }

 private:
  std::int64_t octets_;
};

// --- Field sections: RFC 9113, Sections 8.2, 8.3 -----------------------------------------------

enum class Section : std::uint8_t { request, response, trailers, promise };

enum class FieldFault : std::uint8_t {
  none,
  name_empty,
  name_upper_case,
  name_octet,            // 0x00-0x20, 0x7f-0xff, or a colon that is not first
  value_octet,           // NUL, CR, LF
  value_edge_blank,      // begins or ends with SP or HTAB
  connection_specific,   // connection, proxy-connection, keep-alive, transfer-encoding, upgrade
  te_not_trailers,       // requests
  pseudo_unknown,        // also :protocol where it is not negotiated
  pseudo_of_other_side,  // :status in a request, request pseudo-fields in a response
  pseudo_in_trailers,
  pseudo_after_regular,
  pseudo_repeated,
  method_missing,  // or empty
  scheme_missing,
  path_missing,
  path_empty,          // http and https
  path_form,           // neither "/…" nor, with OPTIONS, "*"; http and https
  authority_missing,   // CONNECT, extended CONNECT, promises
  authority_userinfo,  // http and https
  host_differs,
  connect_with_target,  // :scheme or :path without :protocol
  protocol_without_connect,
  status_missing,
  status_form,  // not three digits
  status_101,
  content_length_form,   // not digits, or two that differ
  promise_not_safe,      // neither GET nor HEAD
  promise_with_content,  // content-length above 0
};

std::string_view name(FieldFault fault);

enum class Method : std::uint8_t { other, get, head, connect };

// What later frames of the message depend on.
struct SectionFacts {
  FieldFault fault = FieldFault::none;  // the first one
  Method method = Method::other;
  bool extended_connect = false;  // :protocol
  std::uint16_t status = 0;       // 0: none, or not three digits
  std::optional<std::uint64_t> content_length{};
};

// Judges one field section, line by line.  The views must live until finish().
class SectionCheck {
 public:
  // `protocol_allowed`: SETTINGS_ENABLE_CONNECT_PROTOCOL was announced (RFC 8441).
  explicit SectionCheck(Section section, bool protocol_allowed = true)
      : section_(section),
        protocol_allowed_(protocol_allowed) {}

  void line(std::string_view name, std::string_view value);
  SectionFacts finish();

  // The first fault so far.
  FieldFault fault() const { return facts_.fault; }

 private:
  void pseudo(std::string_view name, std::string_view value);
  void regular(std::string_view name, std::string_view value);
  void content_length(std::string_view value);
  void finish_request();
  void finish_target();
  void found(FieldFault fault);
  void take(std::optional<std::string_view>& into, std::string_view value);

  Section section_;
  bool protocol_allowed_;
  bool regular_seen_ = false;
  SectionFacts facts_;
  std::optional<std::string_view> method_;
  std::optional<std::string_view> scheme_;
  std::optional<std::string_view> path_;
  std::optional<std::string_view> authority_;
  std::optional<std::string_view> protocol_;
  std::optional<std::string_view> status_;
  std::optional<std::string_view> host_;
};

// --- Messages: RFC 9113, Section 8.1 -----------------------------------------------------------

enum class MessageFault : std::uint8_t {
  none,
  data_before_headers,  // or before the final response
  interim_ends_stream,  // 1xx with END_STREAM
  section_after_final,  // HEADERS after the header section without END_STREAM
  frame_after_end,
  headers_on_tunnel,     // Section 8.5
  content_length_short,  // fewer octets than announced
  content_length_long,
  content_where_none,  // HEAD, 204, 304: RFC 9110, Section 6.4.1
};

std::string_view name(MessageFault fault);

// One message, from one sender, on one stream.
class Message {
 public:
  // A response to this method; CONNECT makes a tunnel of a 2xx, HEAD forbids content.
  static Message response_to(Method request);
  static Message request();

  // The section that comes next by position, trailers once the header section is complete.
  Section expected_section() const;
  MessageFault headers(const SectionFacts& facts, bool end_stream);
  MessageFault data(std::uint32_t content_octets, bool end_stream);

  bool complete() const { return ended_; }

  bool started() const { return headers_; }  // the final header section is there

  bool tunnel() const { return tunnel_; }

  bool length_announced() const { return content_length_.has_value(); }

  std::uint64_t content_octets() const { return content_; }

 private:
  MessageFault end();

  bool response_ = false;
  Method request_method_ = Method::other;
  bool headers_ = false;
  bool ended_ = false;
  bool tunnel_ = false;
  bool no_content_ = false;
  std::optional<std::uint64_t> content_length_{};
  std::uint64_t content_ = 0;
};

}  // namespace h2assay::model
