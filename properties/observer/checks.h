#pragma once
// The passive checks as a table: name, requirement, how far a breach reaches.

#include <cstdint>
#include <span>
#include <string_view>

#include "properties/observer.h"

namespace h2assay::watch {

enum class Check : std::uint8_t {
  // frame format
  first_frame,
  preface_octets,
  frame_size,
  reserved_bit,
  undefined_flags,
  data_length,
  data_padding_length,
  data_padding_zero,
  data_stream_zero,
  headers_length,
  headers_priority_length,
  headers_padding_length,
  headers_padding_zero,
  headers_stream_zero,
  priority_length,
  priority_stream_zero,
  reset_length,
  reset_stream_zero,
  settings_length,
  settings_ack_length,
  settings_stream,
  push_length,
  push_padding_length,
  push_padding_zero,
  push_stream_zero,
  ping_length,
  ping_stream,
  goaway_length,
  goaway_stream,
  window_update_length,
  window_update_zero,
  continuation_stream_zero,
  continuation_alone,
  block_contiguous,
  origin_stream,
  priority_update_stream,
  priority_update_by_server,
  altsvc_layout,
  origin_layout,
  // field compression
  hpack_index,
  hpack_index_zero,
  hpack_integer,
  hpack_truncated,
  hpack_eos,
  hpack_padding,
  hpack_update_first,
  hpack_update_limit,
  hpack_update_missing,
  // settings, ping, goaway
  enable_push_value,
  enable_push_by_server,
  window_size_value,
  frame_size_value,
  connect_protocol_value,
  connect_protocol_kept,
  no_priorities_value,
  no_priorities_first,
  no_priorities_kept,
  ack_asked,
  ack_sent,
  pong_asked,
  last_stream_rises,
  last_stream_known,
  serves_above_goaway,
  opens_after_goaway,
  pushes_after_goaway,
  // streams
  stream_parity,
  stream_rising,
  headers_state,
  data_state,
  reset_idle,
  window_update_state,
  reserved_local_frames,
  reserved_remote_frames,
  after_end_stream,
  after_close,
  after_own_reset,
  second_reset,
  after_our_reset,
  concurrency,
  // flow control
  connection_window,
  stream_window,
  connection_window_overflow,
  stream_window_overflow,
  // push
  push_by_client,
  push_disabled,
  push_identifier,
  push_state,
  promise_not_safe,
  promise_content,
  promise_fields,
  // messages
  name_lower_case,
  field_octets,
  connection_fields,
  te_value,
  pseudo_unknown,
  pseudo_request_in_response,
  pseudo_status_in_request,
  pseudo_in_trailers,
  pseudo_first,
  pseudo_once,
  request_pseudo_present,
  path_not_empty,
  path_form,
  authority_userinfo,
  host_same,
  connect_authority,
  connect_target,
  protocol_negotiated,
  protocol_with_connect,
  status_present,
  status_101,
  content_length_form,
  content_length_forbidden,
  connect_response_fields,
  interim_ends,
  message_order,
  trailers_end,
  content_length_agrees,
  no_content,
  reset_content_empty,
  tunnel_frames,
  singleton_fields,
  // alternative services
  alternative_token,
  alternative_percent,
  alternative_needless,
  alternative_hex,
  alternative_host,
  alternative_by_frame,
};

// What a breach touches.  For the peer: what must be known to accuse.  For us: what becomes
// unknown.
enum class Reach : std::uint8_t {
  nothing,  // the receiver has to ignore it: never unknown, makes nothing unknown
  format,   // never unknown; when we do it, the connection becomes unknown
  stream,
  connection,
};

struct CheckRow {
  Check check;
  Reach reach;
  PassiveCheck passive;
};

std::span<const CheckRow> check_rows();
const CheckRow& row(Check check);

}  // namespace h2assay::watch
