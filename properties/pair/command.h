#pragma once
// An act with its references resolved: one call on one engine, or one thing that the network does.
// What a pair transcript says on one line (role pair of the transcript language).

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "engine/connection.h"
#include "properties/pair/script.h"

namespace h2assay {

enum class Verb : std::uint8_t {
  nothing,  // the act had nothing to refer to
  // Calls, by the API's names.
  initiate_connection,
  send_headers,
  send_data,
  end_stream,
  reset_stream,
  push_stream,
  increment_flow_control_window,
  acknowledge_received_data,
  ping,
  update_settings,
  close_connection,
  prioritize,
  update_priority,
  advertise_alternative_service,
  advertise_origins,
  send_unknown_frame,
  advance,
  // The network; `side` is the end that the octets go to.
  move_octets,
  move_frame,
  put,
  drop_frame,
  repeat_frame,
  swap_frames,
  alter_frame,  // octet `number` of the next frame, by `mask`
  cut_off,
  settle,
};

constexpr bool is_call(Verb verb) {
  return verb >= Verb::initiate_connection && verb <= Verb::advance;
}

// Views live as long as the pair that resolved the act, until its next act.
struct Command {
  Verb verb = Verb::nothing;
  Side side = Side::client;
  std::uint32_t stream_id = 0;
  std::uint32_t number = 0;  // increment, size, promised stream, octets to move, milliseconds
  ErrorCode code = ErrorCode::no_error;
  EndStream end_stream = EndStream::no;
  std::optional<std::uint8_t> pad_length{};
  std::optional<Priority> priority{};
  std::optional<std::uint32_t> last_stream_id{};
  Fields fields{};
  Octets octets{};  // data, debug data, ping data, payload, what is put in
  std::span<const Setting> settings{};
  std::string_view text{};  // field value, origin
  std::uint8_t type = 0;    // of an unknown frame
  std::uint8_t flags = 0;
  std::uint8_t mask = 0;
};

}  // namespace h2assay
