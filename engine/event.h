#pragma once
// What happened on a connection: a closed set of events, in frame order.
//
// Events that one frame causes together are related: the first carries links to the others, and the
// others stand in the stream as well, exactly once.  A link is a position in the same batch.
// All views live until the next non-const call on the connection, and as long as the caller's
// input; own() makes a deep copy.

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/error.h"
#include "engine/field.h"
#include "engine/octets.h"

namespace h2assay {

// The position of a related event in the same batch, or none.
struct Link {
  static constexpr std::uint32_t kNone = 0xffff'ffff;
  std::uint32_t position = kNone;

  explicit operator bool() const { return position != kNone; }

  friend bool operator==(Link, Link) = default;
};

// A request header section arrived: RFC 9113, Section 8.3.1.  Servers only.
struct RequestReceived {
  std::uint32_t stream_id = 0;
  Fields fields;
  Link stream_ended;      // END_STREAM stood on the same HEADERS
  Link priority_updated;  // PRIORITY stood on the same HEADERS
};

// A final response header section arrived: RFC 9113, Section 8.3.2.  Clients only.
struct ResponseReceived {
  std::uint32_t stream_id = 0;
  Fields fields;
  Link stream_ended;
  Link priority_updated;
};

// An interim (1xx) response arrived: RFC 9113, Section 8.1.  Never ends the stream.
struct InformationalResponseReceived {
  std::uint32_t stream_id = 0;
  Fields fields;
  Link priority_updated;
};

// A trailer section arrived: RFC 9113, Section 8.1.  Always ends the stream.
struct TrailersReceived {
  std::uint32_t stream_id = 0;
  Fields fields;
  Link stream_ended;  // always set
  Link priority_updated;
};

// Content arrived: RFC 9113, Section 6.1.
struct DataReceived {
  std::uint32_t stream_id = 0;
  std::uint32_t flow_controlled_length = 0;  // data, padding and the pad length octet
  Octets data;                               // without padding
  Link stream_ended;
};

// The peer is done with this stream (END_STREAM).  Our own side may still be open.
struct StreamEnded {
  std::uint32_t stream_id = 0;
};

// The stream is over: the peer reset it, or this engine did because of `because`.
struct StreamReset {
  std::uint32_t stream_id = 0;
  ErrorCode code = ErrorCode::no_error;
  bool remote = false;  // true: the peer sent RST_STREAM
  Rule because{};       // the rule that was broken; meaningless when remote
};

// A malformed request, with Options::answer_malformed_requests: the application may send one
// response; the stream is reset when that ends.  RFC 9113, Section 8.1.1.
struct MalformedRequest {
  std::uint32_t stream_id = 0;
  Rule because{};
};

// There may be more room to send.  stream_id 0: the connection.  RFC 9113, Section 6.9.
struct WindowUpdated {
  std::uint32_t stream_id = 0;
  std::uint32_t delta = 0;
};

// The peer's SETTINGS_INITIAL_WINDOW_SIZE moved the send windows of all streams at once.
// RFC 9113, Section 6.9.2.  The connection's window does not move.
struct InitialWindowChanged {
  std::int64_t delta = 0;
};

struct ChangedSetting {
  std::uint16_t id = 0;
  std::uint32_t original_value = 0;
  std::uint32_t new_value = 0;
  bool had_value = false;  // false: unknown before (original_value is 0)
};

// One entry for each parameter of the frame, in order.  RFC 9113, Section 6.5.
struct RemoteSettingsChanged {
  std::span<const ChangedSetting> changed;
};

// The peer acknowledged our oldest unacknowledged SETTINGS frame: its values are in force.
struct SettingsAcknowledged {
  std::span<const ChangedSetting> changed;
};

// RFC 9113, Section 6.7.  The ACK is already in the output.
struct PingReceived {
  std::array<std::uint8_t, 8> data{};
};

struct PingAckReceived {
  std::array<std::uint8_t, 8> data{};
  bool matched = false;  // it answers a PING of ours that was not answered yet
};

// The peer promised to push: RFC 9113, Section 8.4.  Clients only.
struct PushedStreamReceived {
  std::uint32_t pushed_stream_id = 0;
  std::uint32_t parent_stream_id = 0;
  Fields fields;  // of the promised request
};

// RFC 7540 priority signal, on HEADERS or PRIORITY; deprecated by RFC 9113, Section 5.3.
struct PriorityUpdated {
  std::uint32_t stream_id = 0;
  std::uint32_t depends_on = 0;
  std::uint16_t weight = 16;  // 1 to 256
  bool exclusive = false;
};

// PRIORITY_UPDATE: RFC 9218, Section 7.1.  The value is a structured field, not parsed.
struct PriorityUpdateReceived {
  std::uint32_t prioritized_stream_id = 0;
  std::string_view value;
};

// The peer sent GOAWAY: RFC 9113, Section 6.8.  Streams at or below last_stream_id go on.
struct ConnectionTerminated {
  ErrorCode code = ErrorCode::no_error;
  std::uint32_t last_stream_id = 0;
  Octets debug_data;
};

// ALTSVC: RFC 7838, Section 4.
struct AlternativeServiceAvailable {
  std::string_view origin;  // of the frame, or the :authority of the stream it came on
  std::string_view field_value;
};

// ORIGIN: RFC 8336.  One event for each entry of the frame, in order.
struct OriginReceived {
  std::string_view origin;
};

// A frame of a type that this engine does not know: RFC 9113, Section 5.5.
struct UnknownFrameReceived {
  std::uint32_t stream_id = 0;
  std::uint8_t type = 0;
  std::uint8_t flags = 0;
  Octets payload;
};

// The violation that ended the connection: always the last event there will ever be.  Its GOAWAY is
// in the output.  RFC 9113, Section 5.4.1.
struct ConnectionFailed {
  Violation because;
};

using Event = std::variant<RequestReceived,
                           ResponseReceived,
                           InformationalResponseReceived,
                           TrailersReceived,
                           DataReceived,
                           StreamEnded,
                           StreamReset,
                           MalformedRequest,
                           WindowUpdated,
                           InitialWindowChanged,
                           RemoteSettingsChanged,
                           SettingsAcknowledged,
                           PingReceived,
                           PingAckReceived,
                           PushedStreamReceived,
                           PriorityUpdated,
                           PriorityUpdateReceived,
                           ConnectionTerminated,
                           AlternativeServiceAvailable,
                           OriginReceived,
                           UnknownFrameReceived,
                           ConnectionFailed>;

// One batch: what one call of receive_data found, in order.
using Events = std::span<const Event>;

// A batch that owns all that its events look at.
class OwnedEvents {
 public:
  OwnedEvents() = default;
  explicit OwnedEvents(Events events);

  OwnedEvents(const OwnedEvents& other) : OwnedEvents(other.events()) {}

  OwnedEvents(OwnedEvents&& other) noexcept = default;

  OwnedEvents& operator=(const OwnedEvents& other) { return *this = OwnedEvents(other.events()); }

  OwnedEvents& operator=(OwnedEvents&& other) noexcept = default;
  ~OwnedEvents() = default;

  // Lives as long as this object, wherever it moves.
  Events events() const { return events_; }

 private:
  std::vector<Event> events_;
  std::vector<Field> fields_;
  std::vector<ChangedSetting> changed_;
  std::vector<char> text_;
};

// A deep copy, for those who keep events longer than the connection does.
inline OwnedEvents own(Events events) { return OwnedEvents(events); }

}  // namespace h2assay
