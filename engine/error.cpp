#include "engine/error.h"

#include <algorithm>
#include <array>
#include <utility>

namespace h2assay {

namespace {

// RFC 9113, Section 7, in order of the codes.
constexpr auto kCodes = std::to_array<std::string_view>({
    "NO_ERROR",
    "PROTOCOL_ERROR",
    "INTERNAL_ERROR",
    "FLOW_CONTROL_ERROR",
    "SETTINGS_TIMEOUT",
    "STREAM_CLOSED",
    "FRAME_SIZE_ERROR",
    "REFUSED_STREAM",
    "CANCEL",
    "COMPRESSION_ERROR",
    "CONNECT_ERROR",
    "ENHANCE_YOUR_CALM",
    "INADEQUATE_SECURITY",
    "HTTP_1_1_REQUIRED",
});
static_assert(kCodes.size() == std::to_underlying(ErrorCode::http_1_1_required) + 1);

}  // namespace

std::string_view name(ErrorCode code) {
  const std::uint32_t value = std::to_underlying(code);
  return value < kCodes.size() ? kCodes[value] : std::string_view();
}

std::optional<ErrorCode> error_code(std::string_view name) {
  const auto* const found = std::ranges::find(kCodes, name);
  if (found == kCodes.end()) return std::nullopt;
  return static_cast<ErrorCode>(found - kCodes.begin());
}

std::string_view name(Misuse misuse) {
  switch (misuse) {
    case Misuse::connection_closed:         return "connection_closed";
    case Misuse::not_initiated:             return "not_initiated";
    case Misuse::already_initiated:         return "already_initiated";
    case Misuse::wrong_role:                return "wrong_role";
    case Misuse::no_such_stream:            return "no_such_stream";
    case Misuse::stream_closed:             return "stream_closed";
    case Misuse::stream_id_too_low:         return "stream_id_too_low";
    case Misuse::stream_id_wrong_parity:    return "stream_id_wrong_parity";
    case Misuse::stream_id_out_of_range:    return "stream_id_out_of_range";
    case Misuse::no_available_stream_id:    return "no_available_stream_id";
    case Misuse::too_many_streams:          return "too_many_streams";
    case Misuse::goaway_received:           return "goaway_received";
    case Misuse::stream_not_writable:       return "stream_not_writable";
    case Misuse::window_exhausted:          return "window_exhausted";
    case Misuse::window_overflow:           return "window_overflow";
    case Misuse::frame_too_large:           return "frame_too_large";
    case Misuse::invalid_argument:          return "invalid_argument";
    case Misuse::invalid_setting:           return "invalid_setting";
    case Misuse::invalid_fields:            return "invalid_fields";
    case Misuse::content_length_mismatch:   return "content_length_mismatch";
    case Misuse::push_disabled:             return "push_disabled";
    case Misuse::extended_connect_disabled: return "extended_connect_disabled";
    case Misuse::last_stream_id_rises:      return "last_stream_id_rises";
    case Misuse::output_full:               return "output_full";
  }
  return {};
}

}  // namespace h2assay
