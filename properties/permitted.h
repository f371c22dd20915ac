#pragma once
// For each situation (stream phase, frame, defect) the set of reactions that the RFC permits, with
// the requirement and the section of the sentence.  Never derived from engine/rules.h.
//
// Grades.  A reaction that the row names has the grade of the row.  Beyond that, where an error is
// due: PROTOCOL_ERROR, INTERNAL_ERROR or a code that nobody registered in place of the named one, a
// connection error for a stream error, and a close without GOAWAY are lenient.  All else fails:
// NO_ERROR, a code that names another error, a stream error where a connection error is required,
// silence.  RFC 9113, Sections 5.4, 7 and 8.1.1.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "engine/error.h"
#include "properties/wire/frame.h"

namespace h2assay::rfc {

// How the endpoint that receives the frame sees the stream.  `closed` hides how it came to be so,
// and Section 5.1 answers late frames by that.
enum class Phase : std::uint8_t {
  connection,  // stream 0
  idle,
  idle_of_receiver,  // an unused identifier that only the receiver may open
  skipped,           // below the highest that the sender opened, never used
  reserved_local,
  reserved_remote,
  open,
  half_closed_local,
  half_closed_remote,
  closed_by_end,         // END_STREAM both ways
  closed_by_peer_reset,  // the sender of the frame had sent RST_STREAM
  closed_by_own_reset,   // the receiver had sent RST_STREAM; the frame may have crossed it
  any_stream,            // every phase but `connection`
};

std::string_view name(Phase phase);

// What is wrong with the frame beyond the phase that it meets; one thing at a time.
enum class Defect : std::uint8_t {
  none,
  too_long,      // above SETTINGS_MAX_FRAME_SIZE
  wrong_length,  // too short for its fixed parts, or not the fixed length
  padding_too_long,
  padding_not_zero,
  undefined_flags,
  reserved_bit,
  inside_field_block,  // between HEADERS and END_HEADERS, or on another stream
  no_field_block,      // CONTINUATION without one
  compression,         // any HPACK decoding error
  malformed,           // Section 8.1.1: fields, order, pseudo-fields
  content_length,
  on_tunnel,  // a frame that a CONNECT stream does not take: Section 8.5
  too_many_streams,
  identifier_parity,
  identifier_not_rising,
  push_disabled,
  promise_invalid,          // incomplete, unsafe, or with content
  setting_value,            // out of range, PROTOCOL_ERROR
  window_setting_value,     // SETTINGS_INITIAL_WINDOW_SIZE above 2^31-1
  window_setting_overflow,  // a stream window above 2^31-1 by SETTINGS
  ack_with_payload,
  ack_not_asked,  // of SETTINGS or PING
  increment_zero,
  window_overflow,
  beyond_stream_window,
  beyond_connection_window,
  unknown_value,  // setting, error code: extensible
  preface,
};

std::string_view name(Defect defect);

struct Situation {
  Phase phase = Phase::open;
  std::uint8_t frame = 0;  // type; kAnyUnknownType for one that no specification defines
  Defect defect = Defect::none;
  wire::Role receiver = wire::Role::server;
};

inline constexpr std::uint8_t kAnyUnknownType = 0xff;
inline constexpr std::uint8_t kEveryType = 0xfe;  // in rows: whatever the type

// What the receiver did about the frame.
enum class ReactionKind : std::uint8_t {
  accepted,          // processed, or ignored: nothing visible, the connection goes on
  answered,          // a SETTINGS or PING ACK, a complete response
  stream_error,      // RST_STREAM on the stream that the frame belongs to
  connection_error,  // GOAWAY with a code, or merely the end of the connection
  client_error,      // a 4xx or 5xx response, then a reset or the end of the stream
  success,           // a 2xx response
  closed,            // the connection ended without GOAWAY
};

std::string_view name(ReactionKind kind);

struct Reaction {
  ReactionKind kind = ReactionKind::accepted;
  std::uint32_t code = 0;  // of RST_STREAM or GOAWAY
};

enum class Grade : std::uint8_t { pass, lenient, fail };

std::string_view name(Grade grade);

// One reaction that a row names.
struct PermittedReaction {
  ReactionKind kind = ReactionKind::accepted;
  ErrorCode code = ErrorCode::no_error;
  Grade grade = Grade::pass;
};

struct PermittedRow {
  Phase phase = Phase::any_stream;
  std::uint8_t frame = 0;  // type, kAnyUnknownType, or kEveryType
  Defect defect = Defect::none;
  std::string_view requirement{};  // id in conformance/requirements.csv
  std::string_view section{};      // of the sentence: "RFC 9113, 6.1"
  std::span<const PermittedReaction> reactions{};
  std::string_view may{};  // the MAY, where more than one kind of reaction is permitted
  std::optional<wire::Role> receiver{};  // nothing: either
};

std::span<const PermittedRow> permitted_rows();

// The row for this situation, or nothing where the RFC has nothing to say about such a frame.
const PermittedRow* permitted(const Situation& situation);

// The grade of a reaction where a row names what is permitted.
Grade grade(const PermittedRow& row, const Reaction& reaction);
// The same for any list: what an expectation of a case names, with what the judge adds to every
// case.
Grade grade(std::span<const PermittedReaction> permitted, const Reaction& reaction);

}  // namespace h2assay::rfc
