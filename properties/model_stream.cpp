#include <algorithm>
#include <array>
#include <utility>

#include "properties/model.h"

namespace h2assay::model {
namespace {

using enum StreamState;
using enum StreamInput;

struct Arrow {
  StreamState from;
  StreamInput on;
  StreamState to;
};

// RFC 9113, Figure 2, and what the text below it adds without a change of state: further HEADERS.
constexpr auto kArrows = std::to_array<Arrow>({
    {idle, send_push_promise, reserved_local},
    {idle, recv_push_promise, reserved_remote},
    {idle, send_headers, open},
    {idle, recv_headers, open},

    {reserved_local, send_headers, half_closed_remote},
    {reserved_local, send_reset, closed},
    {reserved_local, recv_reset, closed},

    {reserved_remote, recv_headers, half_closed_local},
    {reserved_remote, send_reset, closed},
    {reserved_remote, recv_reset, closed},

    {open, send_headers, open},
    {open, recv_headers, open},
    {open, send_end_stream, half_closed_local},
    {open, recv_end_stream, half_closed_remote},
    {open, send_reset, closed},
    {open, recv_reset, closed},

    {half_closed_local, recv_headers, half_closed_local},
    {half_closed_local, recv_end_stream, closed},
    {half_closed_local, send_reset, closed},
    {half_closed_local, recv_reset, closed},

    {half_closed_remote, send_headers, half_closed_remote},
    {half_closed_remote, send_end_stream, closed},
    {half_closed_remote, send_reset, closed},
    {half_closed_remote, recv_reset, closed},
});

constexpr StreamState mirror(StreamState state) {
  switch (state) {
    case reserved_local:     return reserved_remote;
    case reserved_remote:    return reserved_local;
    case half_closed_local:  return half_closed_remote;
    case half_closed_remote: return half_closed_local;
    case idle:
    case open:
    case closed:             break;
  }
  return state;
}

constexpr StreamInput mirror(StreamInput input) {
  switch (input) {
    case send_headers:      return recv_headers;
    case recv_headers:      return send_headers;
    case send_push_promise: return recv_push_promise;
    case recv_push_promise: return send_push_promise;
    case send_end_stream:   return recv_end_stream;
    case recv_end_stream:   return send_end_stream;
    case send_reset:        return recv_reset;
    case recv_reset:        break;
  }
  return send_reset;
}

constexpr std::optional<StreamState> arrow(StreamState from, StreamInput on) {
  for (const Arrow& candidate : kArrows) {
    if (candidate.from == from && candidate.on == on) return candidate.to;
  }
  return std::nullopt;
}

static_assert(
    [] {
      return std::ranges::all_of(kArrows, [](const Arrow& a) {
        return arrow(mirror(a.from), mirror(a.on)) == mirror(a.to);
      });
    }(),
    "what one endpoint sends, the other receives");

}  // namespace

std::string_view name(StreamState state) {
  switch (state) {
    case idle:               return "idle";
    case reserved_local:     return "reserved (local)";
    case reserved_remote:    return "reserved (remote)";
    case open:               return "open";
    case half_closed_local:  return "half-closed (local)";
    case half_closed_remote: return "half-closed (remote)";
    case closed:             return "closed";
  }
  std::unreachable();
}

std::optional<StreamState> next_state(StreamState from, StreamInput input) {
  return arrow(from, input);
}

StreamState mirrored(StreamState state) { return mirror(state); }

bool may_send(StreamState state, wire::FrameType type) {
  const bool sending = state == open || state == half_closed_remote;
  switch (type) {
    case wire::FrameType::data:         return sending;
    case wire::FrameType::headers:      return sending || state == idle || state == reserved_local;
    case wire::FrameType::push_promise: return sending;
    case wire::FrameType::continuation: return sending || state == reserved_local;
    case wire::FrameType::priority:     return true;
    case wire::FrameType::rst_stream:   return state != idle && state != closed;
    case wire::FrameType::window_update:
      return sending || state == half_closed_local || state == reserved_remote;
    case wire::FrameType::altsvc:          return true;
    case wire::FrameType::settings:
    case wire::FrameType::ping:
    case wire::FrameType::goaway:
    case wire::FrameType::origin:
    case wire::FrameType::priority_update: return false;
  }
  return true;  // extensions: Section 5.1, last paragraph but one
}

}  // namespace h2assay::model
