#pragma once
// What the rows of habits are made of.  For habits_*.cpp only.

#include <functional>
#include <string_view>

#include "engine/habits/habits.h"

namespace h2assay::deeds {

// The groups, in the order in which habits() gives them.
std::span<const HabitRow> frame_habits();
std::span<const HabitRow> settings_habits();
std::span<const HabitRow> stream_habits();
std::span<const HabitRow> window_habits();
std::span<const HabitRow> ending_habits();
std::span<const HabitRow> compression_habits();
std::span<const HabitRow> field_habits();
std::span<const HabitRow> request_habits();
std::span<const HabitRow> response_habits();
std::span<const HabitRow> push_habits();
std::span<const HabitRow> strictness_habits();
std::span<const HabitRow> mishearing_habits();
std::span<const HabitRow> refusal_habits();

inline void pass(const Frame& frame, OctetBuffer& out) {
  append_frame(out, frame.header.type, frame.header.flags, frame.header.stream_id, frame.payload);
}

inline bool is(const Frame& frame, FrameType type) { return frame.header.is(type); }

inline bool ends_stream(const Frame& frame) {
  return (is(frame, FrameType::data) || is(frame, FrameType::headers)) &&
         frame.header.has(flags::end_stream);
}

inline bool is_ack(const Frame& frame) { return frame.header.has(flags::ack); }

inline void drop(HabitMemory& /*memory*/, const Frame& /*frame*/, OctetBuffer& /*out*/) {}

// The frame with other flags, another stream, another payload.
inline void pass_as(const Frame& frame,
                    std::uint8_t flags,
                    std::uint32_t stream_id,
                    OctetBuffer& out) {
  append_frame(out, frame.header.type, flags, stream_id, frame.payload);
}

inline void pass_with(const Frame& frame, Octets payload, OctetBuffer& out) {
  append_frame(out, frame.header.type, frame.header.flags, frame.header.stream_id, payload);
}

// GOAWAY, and the connection is closed behind it.
inline void hang_up(HabitMemory& memory, ErrorCode code) {
  append_goaway(memory.to_peer, 0, code, {});
  memory.hangs_up = true;
}

// The engine does not hear of the frame, and the connection ends, if so.
inline void refuse_if(bool so,
                      HabitMemory& memory,
                      const Frame& frame,
                      OctetBuffer& out,
                      ErrorCode code = ErrorCode::protocol_error) {
  if (!so || memory.hangs_up) return pass(frame, out);
  hang_up(memory, code);
}

// The peer hears of a reset by us, the engine of one by the peer.
inline void refuse_stream(HabitMemory& memory,
                          std::uint32_t stream_id,
                          ErrorCode code = ErrorCode::protocol_error) {
  append_rst_stream(memory.to_peer, stream_id, code);
  append_rst_stream(memory.to_engine, stream_id, ErrorCode::cancel);
}

// The parameters of a SETTINGS frame, to be changed and sent on.
std::vector<Setting> settings_of(const Frame& frame);

inline void remove_setting(std::vector<Setting>& settings, SettingId id) {
  std::erase_if(settings, [&](const Setting& s) { return s.id == static_cast<std::uint16_t>(id); });
}

}  // namespace h2assay::deeds
