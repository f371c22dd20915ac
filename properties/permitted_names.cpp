#include <utility>

#include "properties/permitted.h"

namespace h2assay::rfc {

std::string_view name(Phase phase) {
  switch (phase) {
    case Phase::connection:           return "connection";
    case Phase::idle:                 return "idle";
    case Phase::idle_of_receiver:     return "idle, the receiver's";
    case Phase::skipped:              return "skipped";
    case Phase::reserved_local:       return "reserved (local)";
    case Phase::reserved_remote:      return "reserved (remote)";
    case Phase::open:                 return "open";
    case Phase::half_closed_local:    return "half-closed (local)";
    case Phase::half_closed_remote:   return "half-closed (remote)";
    case Phase::closed_by_end:        return "closed by END_STREAM";
    case Phase::closed_by_peer_reset: return "closed by the peer's RST_STREAM";
    case Phase::closed_by_own_reset:  return "closed by its own RST_STREAM";
    case Phase::any_stream:           return "any stream";
  }
  std::unreachable();
}

std::string_view name(Defect defect) {
  switch (defect) {
    case Defect::none:                     return "none";
    case Defect::too_long:                 return "too long";
    case Defect::wrong_length:             return "wrong length";
    case Defect::padding_too_long:         return "padding too long";
    case Defect::padding_not_zero:         return "padding not zero";
    case Defect::undefined_flags:          return "undefined flags";
    case Defect::reserved_bit:             return "reserved bit";
    case Defect::inside_field_block:       return "inside a field block";
    case Defect::no_field_block:           return "no field block";
    case Defect::compression:              return "compression";
    case Defect::malformed:                return "malformed";
    case Defect::content_length:           return "content-length";
    case Defect::on_tunnel:                return "on a tunnel";
    case Defect::too_many_streams:         return "too many streams";
    case Defect::identifier_parity:        return "identifier's parity";
    case Defect::identifier_not_rising:    return "identifier does not rise";
    case Defect::push_disabled:            return "push disabled";
    case Defect::promise_invalid:          return "invalid promise";
    case Defect::setting_value:            return "setting's value";
    case Defect::window_setting_value:     return "INITIAL_WINDOW_SIZE's value";
    case Defect::window_setting_overflow:  return "window overflow by SETTINGS";
    case Defect::ack_with_payload:         return "ACK with payload";
    case Defect::ack_not_asked:            return "ACK not asked for";
    case Defect::increment_zero:           return "increment 0";
    case Defect::window_overflow:          return "window overflow";
    case Defect::beyond_stream_window:     return "beyond the stream's window";
    case Defect::beyond_connection_window: return "beyond the connection's window";
    case Defect::unknown_value:            return "unknown value";
    case Defect::preface:                  return "preface";
  }
  std::unreachable();
}

std::string_view name(ReactionKind kind) {
  switch (kind) {
    case ReactionKind::accepted:         return "accepted";
    case ReactionKind::answered:         return "answered";
    case ReactionKind::stream_error:     return "stream error";
    case ReactionKind::connection_error: return "connection error";
    case ReactionKind::client_error:     return "error response";
    case ReactionKind::success:          return "successful response";
    case ReactionKind::closed:           return "closed";
  }
  std::unreachable();
}

std::string_view name(Grade grade) {
  switch (grade) {
    case Grade::pass:    return "pass";
    case Grade::lenient: return "lenient";
    case Grade::fail:    return "fail";
  }
  std::unreachable();
}

}  // namespace h2assay::rfc
