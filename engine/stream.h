#pragma once
// One stream: where Figure 2 has it, how far its two messages have come, and its two windows.
// 64 octets and trivially copyable, so that a table of them is one array.

#include <cstdint>
#include <type_traits>

#include "engine/fields.h"
#include "engine/flow.h"
#include "engine/stream_state.h"

namespace h2assay {

// How far the message in one direction has come: RFC 9113, Section 8.1.
enum class Progress : std::uint8_t {
  nothing,   // the (final) header section is still to come; interim responses may have passed
  content,   // DATA or trailers may follow
  complete,  // END_STREAM has passed
};

struct Stream {
  std::uint32_t id = 0;  // 0: a free slot of the table
  StreamState state = StreamState::idle;
  Progress inbound = Progress::nothing;
  Progress outbound = Progress::nothing;

  bool request_was_head : 1 = false;     // the response has no content: RFC 9110, Section 9.3.2
  bool request_was_connect : 1 = false;  // plain or extended: RFC 9113, Section 8.5
  bool tunnel : 1 = false;               // a CONNECT that was accepted: only DATA from now on
  bool malformed : 1 = false;            // Options::answer_malformed_requests: input is discarded

  SendWindow send_window;
  ReceiveWindow receive_window;
  std::uint32_t authority = 0;  // client: position + 1 in the list of authorities; 0: none

  ContentBook inbound_content;   // what the peer still owes
  ContentBook outbound_content;  // what we still owe

  // As far as it matters for the content of the response.
  Method request_method() const {
    if (request_was_head) return Method::head;
    return request_was_connect ? Method::connect : Method::other;
  }

  // The number of the authority stands for a text: whoever knows the list adds that.
  template <typename Hash> void digest_into(Hash& hash) const {
    const auto& [number,
                 phase,
                 in,
                 out,
                 head,
                 connect,
                 tunneled,
                 bad,
                 send,
                 receive,
                 name,
                 owed_in,
                 owed_out] = *this;
    static_cast<void>(name);
    hash.add(number,
             phase,
             in,
             out,
             bool{head},
             bool{connect},
             bool{tunneled},
             bool{bad},
             send,
             receive,
             owed_in,
             owed_out);
  }
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
