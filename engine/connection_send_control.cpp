// Everything that a caller sends and that is no message: windows, SETTINGS, PING, GOAWAY,
// extensions.

#include <algorithm>

#include "engine/connection_state.h"

namespace h2assay {

namespace {

constexpr std::uint32_t kMaxIncrement = 0x7fff'ffff;

}  // namespace

// --- Flow control
// ------------------------------------------------------------------------------------

Sent<> Connection::increment_flow_control_window(std::uint32_t increment, std::uint32_t stream_id) {
  State& s = *state_;
  if (const auto misuse = s.refused()) return std::unexpected(*misuse);
  const bool lax = s.options.unchecked;
  if ((increment == 0 || increment > kMaxIncrement) && !lax) {
    return std::unexpected(Misuse::invalid_argument);
  }
  if (stream_id == 0) {
    if (!s.receive_window.open(increment, kInitialConnectionWindow) && !lax) {
      return std::unexpected(Misuse::window_overflow);
    }
  } else {
    Stream* stream = s.streams.find(stream_id);
    if (stream == nullptr && !lax) return std::unexpected(s.missing(stream_id));
    if (stream != nullptr && stream->state == StreamState::reserved_local && !lax) {
      return std::unexpected(Misuse::stream_not_writable);  // D18
    }
    if (stream != nullptr && !lax) {
      // The peer may have applied SETTINGS that it has not acknowledged yet: Section 6.9.2.
      const std::int64_t window = stream->receive_window.value(s.highest_announced_window());
      if (window + increment > kMaxWindow) return std::unexpected(Misuse::window_overflow);
    }
    if (stream != nullptr && !stream->receive_window.open(increment, s.local.initial_window_size) &&
        !lax) {
      return std::unexpected(Misuse::window_overflow);
    }
  }
  append_window_update(s.output, stream_id, increment);
  return {};
}

Sent<> Connection::acknowledge_received_data(std::uint32_t size, std::uint32_t stream_id) {
  State& s = *state_;
  if (const auto misuse = s.refused()) return std::unexpected(*misuse);
  Stream* stream = s.streams.find(stream_id);
  if (stream == nullptr) {
    const Misuse why = s.missing(stream_id);
    if (why != Misuse::stream_closed) return std::unexpected(why);  // before any book changes: D54
  }
  s.budgets.small_data.refill(Limits::kSmallData);
  const std::uint32_t whole = s.receive_window.acknowledge(size, kInitialConnectionWindow);
  if (whole != 0) append_window_update(s.output, 0, whole);
  // Where the peer is done there is nothing left to let in: D56.
  if (stream == nullptr || stream->inbound == Progress::complete) return {};
  const std::uint32_t part = stream->receive_window.acknowledge(size, s.local.initial_window_size);
  if (part != 0) append_window_update(s.output, stream_id, part);
  return {};
}

// --- SETTINGS, PING, GOAWAY
// --------------------------------------------------------------------------

Settings Connection::State::announced_settings() const {
  Settings announced = local;
  for (SettingsQueue waiting = unacknowledged; !waiting.empty(); waiting.pop()) {
    for (const Setting& setting : waiting.front()) announced.apply(setting);
  }
  return announced;
}

// The largest SETTINGS_INITIAL_WINDOW_SIZE by which the peer may already reckon.
std::uint32_t Connection::State::highest_announced_window() const {
  std::uint32_t highest = local.initial_window_size;
  for (SettingsQueue waiting = unacknowledged; !waiting.empty(); waiting.pop()) {
    for (const Setting& setting : waiting.front()) {
      if (setting.id == static_cast<std::uint16_t>(SettingId::initial_window_size)) {
        highest = std::max(highest, setting.value);
      }
    }
  }
  return highest;
}

// All or nothing (D44): every parameter is judged by the rules that the peer will judge it by.
std::optional<Misuse> Connection::State::check_own_settings(std::span<const Setting> settings,
                                                            bool first) const {
  if (settings.size() * 6 > remote.max_frame_size) return Misuse::frame_too_large;
  if (options.unchecked) return std::nullopt;
  Settings announced = first ? Settings() : announced_settings();
  const SettingContext context{.from_server = !is_client(), .first_frame = first};
  for (const Setting& setting : settings) {
    if (!may_announce(setting, announced, context)) return Misuse::invalid_setting;
    announced.apply(setting);
  }
  return std::nullopt;
}

Sent<> Connection::update_settings(std::span<const Setting> settings) {
  State& s = *state_;
  if (const auto misuse = s.refused()) return std::unexpected(*misuse);
  const std::uint32_t limit = s.options.limits.unacknowledged_settings;
  if (limit != 0 && s.unacknowledged.frames() >= limit && !s.options.unchecked) {
    return std::unexpected(Misuse::output_full);
  }
  if (const auto misuse = s.check_own_settings(settings, false)) return std::unexpected(*misuse);
  // Receive windows that were opened by hand must not pass 2^31-1 either: Section 6.9.2.
  for (const Setting& setting : settings) {
    if (setting.id != static_cast<std::uint16_t>(SettingId::initial_window_size)) continue;
    bool overflows = false;
    s.streams.for_each([&](const Stream& stream) {
      overflows = overflows || stream.receive_window.value(setting.value) > kMaxWindow;
    });
    if (overflows && !s.options.unchecked) return std::unexpected(Misuse::window_overflow);
  }
  s.announce(settings);
  return {};
}

Sent<> Connection::ping(const std::array<std::uint8_t, 8>& data) {
  State& s = *state_;
  if (const auto misuse = s.refused()) return std::unexpected(*misuse);
  const std::uint32_t limit = s.options.limits.unanswered_pings;
  if (limit != 0 && s.pings.size() >= limit) s.pings.erase(s.pings.begin());
  s.pings.push_back({data, s.barriers.sent()});
  append_ping(s.output, data, false);
  return {};
}

std::uint32_t Connection::State::last_stream_id() const {
  return std::min(goaway_sent.value_or(kMaxStreamId), peer_history().highest());
}

Sent<> Connection::close_connection(ErrorCode code,
                                    Octets debug_data,
                                    std::optional<std::uint32_t> last_stream_id) {
  State& s = *state_;
  if (s.terminal) return std::unexpected(Misuse::connection_closed);
  if (!s.initiated && !s.options.unchecked) return std::unexpected(Misuse::not_initiated);
  if (debug_data.size() + 8 > s.remote.max_frame_size) {
    return std::unexpected(Misuse::frame_too_large);
  }
  const std::uint32_t last = last_stream_id.value_or(s.last_stream_id());
  if (last > kMaxStreamId) return std::unexpected(Misuse::stream_id_out_of_range);
  if (s.goaway_sent && last > *s.goaway_sent && !s.options.unchecked) {
    return std::unexpected(Misuse::last_stream_id_rises);
  }
  append_goaway(s.output, last, code, debug_data);
  s.goaway_sent = std::min(last, s.goaway_sent.value_or(kMaxStreamId));
  if (code != ErrorCode::no_error) {
    s.terminal = true;
    s.reader = FrameReader();
    s.block = OpenBlock();
    return {};
  }
  if (*s.goaway_sent < s.peer_history().highest()) {
    for (const std::uint32_t id : s.streams.identifiers()) {
      if (s.is_ours(id) || id <= *s.goaway_sent) continue;
      s.close_stream(*s.streams.find(id), State::End::own_reset);
    }
  }
  return {};
}

// --- Priority and extensions
// -------------------------------------------------------------------------

Sent<> Connection::prioritize(std::uint32_t stream_id, const Priority& priority) {
  State& s = *state_;
  if (const auto misuse = s.refused()) return std::unexpected(*misuse);
  if (!s.is_client() && !s.options.unchecked) return std::unexpected(Misuse::wrong_role);
  if (stream_id == 0 || stream_id > kMaxStreamId) {
    return std::unexpected(Misuse::stream_id_out_of_range);
  }
  const bool weighs = priority.weight >= 1 && priority.weight <= 256;
  if (!weighs || priority.depends_on > kMaxStreamId ||
      (priority.depends_on == stream_id && !s.options.unchecked)) {
    return std::unexpected(Misuse::invalid_argument);
  }
  append_priority(s.output,
                  stream_id,
                  {.depends_on = priority.depends_on,
                   .weight = priority.weight,
                   .exclusive = priority.exclusive});
  return {};
}

Sent<> Connection::update_priority(std::uint32_t prioritized_stream_id, std::string_view value) {
  State& s = *state_;
  if (const auto misuse = s.refused()) return std::unexpected(*misuse);
  const bool lax = s.options.unchecked;
  if (!s.is_client() && !lax) return std::unexpected(Misuse::wrong_role);
  if ((prioritized_stream_id == 0 && !lax) || prioritized_stream_id > kMaxStreamId) {
    return std::unexpected(Misuse::stream_id_out_of_range);
  }
  const bool push = !is_client_initiated(prioritized_stream_id);
  if (push && prioritized_stream_id > s.peer_history().highest() && !lax) {
    return std::unexpected(Misuse::no_such_stream);  // RFC 9218, Section 7.1
  }
  if (value.size() + 4 > s.remote.max_frame_size) return std::unexpected(Misuse::frame_too_large);
  const bool idle = !push && s.phase(prioritized_stream_id) == StreamPhase::idle;
  if (idle && !lax &&
      !s.prioritized_fit(prioritized_stream_id, s.open_by_us(), s.remote.max_concurrent_streams)) {
    return std::unexpected(Misuse::too_many_streams);
  }
  if (idle) s.note_prioritized(prioritized_stream_id);
  append_priority_update(s.output, prioritized_stream_id, value);
  return {};
}

Sent<> Connection::advertise_alternative_service(std::string_view field_value,
                                                 std::string_view origin,
                                                 std::uint32_t stream_id) {
  State& s = *state_;
  if (const auto misuse = s.refused()) return std::unexpected(*misuse);
  if (s.is_client() && !s.options.unchecked) return std::unexpected(Misuse::wrong_role);
  const bool ambiguous = (stream_id == 0) == origin.empty();  // exactly one of both
  if ((ambiguous && !s.options.unchecked) || origin.size() > 0xffff) {
    return std::unexpected(Misuse::invalid_argument);
  }
  if (stream_id != 0 && !s.options.unchecked) {
    const Stream* stream = s.streams.find(stream_id);
    if (stream == nullptr) return std::unexpected(s.missing(stream_id));
    const bool writable =
        stream->state == StreamState::open || stream->state == StreamState::half_closed_remote;
    if (!writable) return std::unexpected(Misuse::stream_not_writable);
  }
  const std::size_t size = 2 + origin.size() + field_value.size();
  if (size > s.remote.max_frame_size) return std::unexpected(Misuse::frame_too_large);
  append_altsvc(s.output, stream_id, origin, field_value);
  return {};
}

Sent<> Connection::advertise_origins(std::span<const std::string_view> origins) {
  State& s = *state_;
  if (const auto misuse = s.refused()) return std::unexpected(*misuse);
  if (s.is_client() && !s.options.unchecked) return std::unexpected(Misuse::wrong_role);
  std::size_t size = 0;
  for (const std::string_view origin : origins) {
    if (origin.size() > 0xffff) return std::unexpected(Misuse::invalid_argument);
    size += 2 + origin.size();
  }
  if (size > s.remote.max_frame_size) return std::unexpected(Misuse::frame_too_large);
  append_origin(s.output, origins);
  return {};
}

Sent<> Connection::send_unknown_frame(std::uint8_t type,
                                      std::uint8_t flags,
                                      std::uint32_t stream_id,
                                      Octets payload) {
  State& s = *state_;
  if (const auto misuse = s.refused()) return std::unexpected(*misuse);
  if (is_known(type) && !s.options.unchecked) return std::unexpected(Misuse::invalid_argument);
  if (stream_id > kMaxStreamId) return std::unexpected(Misuse::stream_id_out_of_range);
  const std::size_t most = s.options.unchecked ? 0xff'ffff : s.remote.max_frame_size;
  if (payload.size() > most) return std::unexpected(Misuse::frame_too_large);
  append_frame(s.output, type, flags, stream_id, payload);
  return {};
}

}  // namespace h2assay
