#pragma once
// One stream: where Figure 2 has it, how far its two messages have come, and its two windows.
// 64 octets and trivially copyable, so that a table of them is one array.

#include <cstdint>
#include <type_traits>

#include "engine/stream_state.h"

namespace h2assay {

// How far the message in one direction has come: RFC 9113, Section 8.1.
enum class Progress : std::uint8_t {
  nothing,   // the (final) header section is still to come; interim responses may have passed
  content,   // DATA or trailers may follow
  complete,  // END_STREAM has passed
};

// The expected content of one message: RFC 9113, Section 8.1.1.
inline constexpr std::uint64_t kNoContentLength = ~std::uint64_t{0};

struct Stream {
  std::uint32_t id = 0;  // 0: a free slot of the table
  StreamState state = StreamState::idle;
  Progress inbound = Progress::nothing;
  Progress outbound = Progress::nothing;

  bool request_was_head : 1 = false;     // the response has no content: RFC 9110, Section 9.3.2
  bool request_was_connect : 1 = false;  // plain or extended: RFC 9113, Section 8.5
  bool tunnel : 1 = false;               // a CONNECT that was accepted: only DATA from now on
  bool malformed : 1 = false;            // Options::answer_malformed_requests: input is discarded
  bool counted : 1 = false;              // stands in open_inbound or open_outbound
  bool interim_sent : 1 = false;

  // Both windows are kept as their distance from the initial window size in force, so that a change
  // of SETTINGS_INITIAL_WINDOW_SIZE moves all streams at once.  RFC 9113, Section 6.9.2.
  std::int64_t send_offset = 0;
  std::int64_t receive_offset = 0;

  // Octets of content that must still come (inbound) or be sent (outbound), or kNoContentLength.
  std::uint64_t inbound_left = kNoContentLength;
  std::uint64_t outbound_left = kNoContentLength;

  std::uint32_t acknowledged = 0;  // octets that the application is done with, not yet credited
  std::uint32_t authority = 0;     // client: position + 1 in the list of authorities; 0: none
  std::uint32_t frames_sent = 0;   // DATA frames, for the budget of WINDOW_UPDATE frames
};

static_assert(sizeof(Stream) <= 64 && std::is_trivially_copyable_v<Stream>);

// The initiator of a stream is told by the parity of its identifier: RFC 9113, Section 5.1.1.
constexpr bool is_client_initiated(std::uint32_t stream_id) { return (stream_id & 1U) != 0; }

// RFC 9113, Section 5.1.2: open and half-closed streams count, reserved and closed ones do not.
constexpr bool counts_as_open(StreamState state) {
  return state == StreamState::open || state == StreamState::half_closed_local ||
         state == StreamState::half_closed_remote;
}

}  // namespace h2assay
