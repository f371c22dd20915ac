// The table of permitted reactions.  The first row that fits a situation counts.
#include <array>

#include "properties/permitted.h"

namespace h2assay::rfc {
namespace {

using enum Phase;
using enum ReactionKind;
using enum Grade;
using Set = PermittedReaction;
using D = Defect;
using Code = ErrorCode;

constexpr std::uint8_t type(wire::FrameType frame) { return static_cast<std::uint8_t>(frame); }

constexpr std::uint8_t kAltsvc = type(wire::FrameType::altsvc);
constexpr std::uint8_t kContinuation = type(wire::FrameType::continuation);
constexpr std::uint8_t kData = type(wire::FrameType::data);
constexpr std::uint8_t kGoaway = type(wire::FrameType::goaway);
constexpr std::uint8_t kHeaders = type(wire::FrameType::headers);
constexpr std::uint8_t kOrigin = type(wire::FrameType::origin);
constexpr std::uint8_t kPing = type(wire::FrameType::ping);
constexpr std::uint8_t kPriority = type(wire::FrameType::priority);
constexpr std::uint8_t kPriorityUpdate = type(wire::FrameType::priority_update);
constexpr std::uint8_t kPushPromise = type(wire::FrameType::push_promise);
constexpr std::uint8_t kRstStream = type(wire::FrameType::rst_stream);
constexpr std::uint8_t kSettings = type(wire::FrameType::settings);
constexpr std::uint8_t kWindowUpdate = type(wire::FrameType::window_update);
constexpr auto kToServer = wire::Role::server;
constexpr auto kToClient = wire::Role::client;

// clang-format off
constexpr std::array kGoesOn{
    Set{accepted, Code::no_error, pass},
    Set{answered, Code::no_error, pass},
    Set{success, Code::no_error, pass},
    Set{client_error, Code::no_error, pass},
};
constexpr std::array kIgnored{
    Set{accepted, Code::no_error, pass},
};
constexpr std::array kConnectionProtocol{
    Set{connection_error, Code::protocol_error, pass},
};
constexpr std::array kConnectionFrameSize{
    Set{connection_error, Code::frame_size_error, pass},
};
constexpr std::array kConnectionPadding{
    Set{connection_error, Code::protocol_error, pass},
    Set{connection_error, Code::frame_size_error, lenient},
};
constexpr std::array kConnectionFlow{
    Set{connection_error, Code::flow_control_error, pass},
};
constexpr std::array kConnectionCompression{
    Set{connection_error, Code::compression_error, pass},
};
constexpr std::array kConnectionProtocolOrClosed{
    Set{connection_error, Code::protocol_error, pass},
    Set{connection_error, Code::stream_closed, pass},
};
constexpr std::array kEitherFrameSize{
    Set{stream_error, Code::frame_size_error, pass},
    Set{connection_error, Code::frame_size_error, pass},
};
constexpr std::array kStreamFrameSize{
    Set{stream_error, Code::frame_size_error, pass},
    Set{connection_error, Code::frame_size_error, lenient},
};
constexpr std::array kIgnoredOrStreamFrameSize{
    Set{accepted, Code::no_error, pass},
    Set{stream_error, Code::frame_size_error, pass},
    Set{connection_error, Code::frame_size_error, lenient},
};
constexpr std::array kStreamClosed{
    Set{stream_error, Code::stream_closed, pass},
    Set{connection_error, Code::stream_closed, lenient},
};
constexpr std::array kEitherClosed{
    Set{stream_error, Code::stream_closed, pass},
    Set{connection_error, Code::stream_closed, pass},
};
constexpr std::array kClosedHeaders{
    Set{connection_error, Code::stream_closed, pass},
    Set{connection_error, Code::protocol_error, pass},
    Set{stream_error, Code::stream_closed, lenient},
};
constexpr std::array kClosedOrIgnored{
    Set{stream_error, Code::stream_closed, pass},
    Set{connection_error, Code::stream_closed, pass},
    Set{accepted, Code::no_error, lenient},
};
constexpr std::array kIgnoredOrClosed{
    Set{accepted, Code::no_error, pass},
    Set{connection_error, Code::stream_closed, lenient},
};
constexpr std::array kMinimallyProcessed{
    Set{accepted, Code::no_error, pass},
    Set{stream_error, Code::stream_closed, lenient},
    Set{connection_error, Code::protocol_error, lenient},
    Set{connection_error, Code::stream_closed, lenient},
};
constexpr std::array kIdleData{
    Set{connection_error, Code::protocol_error, pass},
    Set{connection_error, Code::stream_closed, lenient},
    Set{stream_error, Code::stream_closed, lenient},
};
constexpr std::array kSkippedCredit{
    Set{connection_error, Code::protocol_error, pass},
    Set{connection_error, Code::stream_closed, pass},
    Set{accepted, Code::no_error, pass},
};
constexpr std::array kStreamProtocol{
    Set{stream_error, Code::protocol_error, pass},
};
constexpr std::array kMalformedRequest{
    Set{stream_error, Code::protocol_error, pass},
    Set{client_error, Code::no_error, pass},
};
constexpr std::array kMalformedResponse{
    Set{stream_error, Code::protocol_error, pass},
};
constexpr std::array kTunnel{
    Set{stream_error, Code::protocol_error, pass},
    Set{stream_error, Code::stream_closed, pass},
    Set{stream_error, Code::connect_error, pass},
    Set{stream_error, Code::cancel, pass},
};
constexpr std::array kRefused{
    Set{stream_error, Code::refused_stream, pass},
    Set{stream_error, Code::protocol_error, pass},
    Set{connection_error, Code::refused_stream, lenient},
};
constexpr std::array kPaddingNotZero{
    Set{accepted, Code::no_error, pass},
    Set{answered, Code::no_error, pass},
    Set{success, Code::no_error, pass},
    Set{client_error, Code::no_error, pass},
    Set{connection_error, Code::protocol_error, pass},
};
constexpr std::array kIgnoredOrProtocol{
    Set{accepted, Code::no_error, pass},
    Set{connection_error, Code::protocol_error, pass},
};
constexpr std::array kIgnoredOrFrameSize{
    Set{accepted, Code::no_error, pass},
    Set{connection_error, Code::frame_size_error, pass},
};
constexpr std::array kStreamFlow{
    Set{stream_error, Code::flow_control_error, pass},
    Set{connection_error, Code::flow_control_error, lenient},
};
constexpr std::array kBeyondStream{
    Set{stream_error, Code::flow_control_error, pass},
    Set{connection_error, Code::flow_control_error, pass},
    Set{accepted, Code::no_error, lenient},
    Set{answered, Code::no_error, lenient},
    Set{success, Code::no_error, lenient},
    Set{client_error, Code::no_error, lenient},
};
constexpr std::array kBeyondConnection{
    Set{connection_error, Code::flow_control_error, pass},
    Set{stream_error, Code::flow_control_error, pass},
    Set{accepted, Code::no_error, lenient},
    Set{answered, Code::no_error, lenient},
    Set{success, Code::no_error, lenient},
    Set{client_error, Code::no_error, lenient},
};
constexpr std::array kPreface{
    Set{connection_error, Code::protocol_error, pass},
    Set{closed, Code::no_error, pass},
    Set{connection_error, Code::frame_size_error, lenient},
};
constexpr std::string_view kDataNotOpen =
    "6.1: DATA on a stream that is not open is a stream error STREAM_CLOSED";
constexpr std::string_view kEitherCode =
    "5.1.2: PROTOCOL_ERROR or REFUSED_STREAM";
constexpr std::string_view kEitherScope =
    "4.2: a frame size error is a stream or connection error";
constexpr std::string_view kMayCheckPadding =
    "6.1: a receiver MAY treat non-zero padding as a connection error";
constexpr std::string_view kMayCheckPaddingToo =
    "6.2, 6.6: padding as in DATA";
constexpr std::string_view kMayClose =
    "5.1: an endpoint MAY treat receipt on a closed stream as a connection error STREAM_CLOSED";
constexpr std::string_view kMayCloseLater =
    "5.1: endpoints MAY treat frames after the closing signal arrived as connection error";
constexpr std::string_view kMayNotKnow =
    "9113 5.5: who does not know the frame ignores it";
constexpr std::string_view kMayOmitGoaway =
    "3.4: GOAWAY MAY be omitted";
constexpr std::string_view kMayProcess =
    "5.1: an endpoint can perform this minimal processing for all closed streams";
constexpr std::string_view kMayRespond =
    "8.1.1: a server MAY send a response before it resets the stream";
constexpr std::string_view kMaySayClosed =
    "5.1: the stream is closed, and an endpoint MAY use STREAM_CLOSED";
constexpr std::string_view kMayStop =
    "6.9: a receiver MAY respond with FLOW_CONTROL_ERROR";
constexpr std::string_view kNoCodeNamed =
    "8.5 names no code";
constexpr std::string_view kNoResetOfIdle =
    "6.4: RST_STREAM is not sent for an idle stream";
constexpr std::string_view kOneReset =
    "5.4.2: an endpoint SHOULD NOT send more than one RST_STREAM frame for any stream";
constexpr std::string_view kNothingSaid =
    "6.5.3 says nothing of such an ACK";
constexpr std::string_view kWasIdle =
    "5.1: the stream was idle, and is closed";

constexpr auto kRows = std::to_array<PermittedRow>({
    {connection, kData, D::none, "rfc9113-6.1-08", "RFC 9113, 6.1",
     kConnectionProtocol, {}, {}},
    {connection, kHeaders, D::none, "rfc9113-6.2-09", "RFC 9113, 6.2",
     kConnectionProtocol, {}, {}},
    {connection, kPriority, D::none, "rfc9113-6.3-01", "RFC 9113, 6.3",
     kConnectionProtocol, {}, {}},
    {connection, kRstStream, D::none, "rfc9113-6.4-04", "RFC 9113, 6.4",
     kConnectionProtocol, {}, {}},
    {connection, kPushPromise, D::none, "rfc9113-6.6-08", "RFC 9113, 6.6",
     kConnectionProtocol, {}, {}},
    {connection, kContinuation, D::none, "rfc9113-6.10-05", "RFC 9113, 6.10",
     kConnectionProtocol, {}, {}},
    {connection, kSettings, D::none, "rfc9113-6.5-02", "RFC 9113, 6.5",
     kGoesOn, {}, {}},
    {connection, kPing, D::none, "rfc9113-6.7-02", "RFC 9113, 6.7",
     kGoesOn, {}, {}},
    {connection, kGoaway, D::none, "rfc9113-6.8-11", "RFC 9113, 6.8",
     kGoesOn, {}, {}},
    {connection, kWindowUpdate, D::none, "rfc9113-6.9.1-06", "RFC 9113, 6.9.1",
     kGoesOn, {}, {}},
    {connection, kAltsvc, D::none, "rfc9113-5.5-02", "RFC 7838, 4",
     kGoesOn, {}, {}},
    {connection, kOrigin, D::none, "rfc8336-2.2-01", "RFC 8336, 2.2",
     kGoesOn, {}, {}},
    {connection, kPriorityUpdate, D::none, "rfc9218-7.1-14", "RFC 9218, 7.1",
     kIgnoredOrProtocol, kMayNotKnow, kToClient},
    {connection, kPriorityUpdate, D::none, "rfc9218-7.1-01", "RFC 9218, 7.1",
     kGoesOn, {}, {}},
    {any_stream, kSettings, D::none, "rfc9113-6.5-08", "RFC 9113, 6.5",
     kConnectionProtocol, {}, {}},
    {any_stream, kPing, D::none, "rfc9113-6.7-06", "RFC 9113, 6.7",
     kConnectionProtocol, {}, {}},
    {any_stream, kGoaway, D::none, "rfc9113-6.8-07", "RFC 9113, 6.8",
     kConnectionProtocol, {}, {}},
    {any_stream, kAltsvc, D::none, "rfc9113-5.5-02", "RFC 7838, 4",
     kGoesOn, {}, {}},
    {any_stream, kOrigin, D::none, "rfc8336-2.2-03", "RFC 8336, 2.2",
     kGoesOn, {}, {}},
    {any_stream, kPriorityUpdate, D::none, "rfc9218-7.1-02", "RFC 9218, 7.1",
     kIgnoredOrProtocol, kMayNotKnow, {}},
    {any_stream, kPriority, D::none, "rfc9113-5.1-32", "RFC 9113, 5.1",
     kGoesOn, {}, {}},
    {connection, kAnyUnknownType, D::none, "rfc9113-4.1-03", "RFC 9113, 4.1",
     kGoesOn, {}, {}},
    {any_stream, kAnyUnknownType, D::none, "rfc9113-4.1-04", "RFC 9113, 4.1",
     kGoesOn, {}, {}},
    {any_stream, kContinuation, D::none, "rfc9113-6.10-09", "RFC 9113, 6.10",
     kConnectionProtocol, {}, {}},
    {any_stream, kPushPromise, D::none, "rfc9113-8.4-10", "RFC 9113, 8.4",
     kConnectionProtocol, {}, kToServer},
    {idle, kData, D::none, "rfc9113-5.1-02", "RFC 9113, 5.1",
     kIdleData, kDataNotOpen, {}},
    {idle, kHeaders, D::none, "rfc9113-5.1-01", "RFC 9113, 5.1",
     kGoesOn, {}, kToServer},
    {idle, kHeaders, D::none, "rfc9113-5.1-09", "RFC 9113, 5.1",
     kConnectionProtocol, {}, kToClient},
    {idle, kRstStream, D::none, "rfc9113-6.4-06", "RFC 9113, 6.4",
     kConnectionProtocol, {}, {}},
    {idle, kWindowUpdate, D::none, "rfc9113-5.1-03", "RFC 9113, 5.1",
     kConnectionProtocol, {}, {}},
    {idle, kPushPromise, D::none, "rfc9113-6.6-16", "RFC 9113, 6.6",
     kConnectionProtocol, {}, {}},
    {idle_of_receiver, kData, D::none, "rfc9113-5.1-06", "RFC 9113, 5.1",
     kIdleData, kDataNotOpen, {}},
    {idle_of_receiver, kHeaders, D::none, "rfc9113-5.1-08", "RFC 9113, 5.1",
     kConnectionProtocol, {}, kToServer},
    {idle_of_receiver, kHeaders, D::none, "rfc9113-5.1-10", "RFC 9113, 5.1",
     kConnectionProtocol, {}, kToClient},
    {idle_of_receiver, kRstStream, D::none, "rfc9113-5.1-06", "RFC 9113, 6.4",
     kConnectionProtocol, {}, {}},
    {idle_of_receiver, kWindowUpdate, D::none, "rfc9113-5.1-06", "RFC 9113, 5.1",
     kConnectionProtocol, {}, {}},
    {idle_of_receiver, kPushPromise, D::none, "rfc9113-6.6-16", "RFC 9113, 6.6",
     kConnectionProtocol, {}, {}},
    {skipped, kHeaders, D::none, "rfc9113-5.1.1-06", "RFC 9113, 5.1.1",
     kConnectionProtocolOrClosed, kMaySayClosed, {}},
    {skipped, kData, D::none, "rfc9113-6.1-11", "RFC 9113, 6.1",
     kIdleData, kWasIdle, {}},
    {skipped, kRstStream, D::none, "rfc9113-5.1-11", "RFC 9113, 5.1",
     kSkippedCredit, kMayClose, {}},
    {skipped, kWindowUpdate, D::none, "rfc9113-5.1-11", "RFC 9113, 5.1",
     kSkippedCredit, kMayClose, {}},
    {skipped, kPushPromise, D::none, "rfc9113-6.6-16", "RFC 9113, 6.6",
     kConnectionProtocol, {}, {}},
    {reserved_local, kData, D::none, "rfc9113-5.1-14", "RFC 9113, 5.1",
     kConnectionProtocol, {}, {}},
    {reserved_local, kHeaders, D::none, "rfc9113-5.1-14", "RFC 9113, 5.1",
     kConnectionProtocol, {}, {}},
    {reserved_local, kPushPromise, D::none, "rfc9113-6.6-16", "RFC 9113, 6.6",
     kConnectionProtocol, {}, {}},
    {reserved_local, kWindowUpdate, D::none, "rfc9113-5.1-13", "RFC 9113, 5.1",
     kGoesOn, {}, {}},
    {reserved_local, kRstStream, D::none, "rfc9113-5.1-17", "RFC 9113, 5.1",
     kGoesOn, {}, {}},
    {reserved_remote, kHeaders, D::none, "rfc9113-5.1-18", "RFC 9113, 5.1",
     kGoesOn, {}, {}},
    {reserved_remote, kRstStream, D::none, "rfc9113-5.1-17", "RFC 9113, 5.1",
     kGoesOn, {}, {}},
    {reserved_remote, kData, D::none, "rfc9113-5.1-16", "RFC 9113, 5.1",
     kConnectionProtocol, {}, {}},
    {reserved_remote, kWindowUpdate, D::none, "rfc9113-5.1-16", "RFC 9113, 5.1",
     kConnectionProtocol, {}, {}},
    {reserved_remote, kPushPromise, D::none, "rfc9113-5.1-16", "RFC 9113, 5.1",
     kConnectionProtocol, {}, {}},
    {open, kData, D::none, "rfc9113-5.1-19", "RFC 9113, 5.1",
     kGoesOn, {}, {}},
    {half_closed_local, kData, D::none, "rfc9113-5.1-21", "RFC 9113, 5.1",
     kGoesOn, {}, {}},
    {open, kHeaders, D::none, "rfc9113-5.1-19", "RFC 9113, 5.1",
     kGoesOn, {}, {}},
    {half_closed_local, kHeaders, D::none, "rfc9113-5.1-21", "RFC 9113, 5.1",
     kGoesOn, {}, {}},
    {open, kRstStream, D::none, "rfc9113-5.1-19", "RFC 9113, 5.1",
     kGoesOn, {}, {}},
    {half_closed_local, kRstStream, D::none, "rfc9113-5.1-21", "RFC 9113, 5.1",
     kGoesOn, {}, {}},
    {open, kWindowUpdate, D::none, "rfc9113-5.1-19", "RFC 9113, 5.1",
     kGoesOn, {}, {}},
    {half_closed_local, kWindowUpdate, D::none, "rfc9113-5.1-21", "RFC 9113, 5.1",
     kGoesOn, {}, {}},
    {open, kPushPromise, D::none, "rfc9113-5.1-19", "RFC 9113, 5.1",
     kGoesOn, {}, {}},
    {half_closed_local, kPushPromise, D::none, "rfc9113-5.1-21", "RFC 9113, 5.1",
     kGoesOn, {}, {}},
    {half_closed_remote, kData, D::none, "rfc9113-5.1-22", "RFC 9113, 5.1",
     kStreamClosed, {}, {}},
    {half_closed_remote, kHeaders, D::none, "rfc9113-5.1-23", "RFC 9113, 5.1",
     kStreamClosed, {}, {}},
    {half_closed_remote, kRstStream, D::none, "rfc9113-5.1-24", "RFC 9113, 5.1",
     kGoesOn, {}, {}},
    {half_closed_remote, kWindowUpdate, D::none, "rfc9113-5.1-24", "RFC 9113, 5.1",
     kGoesOn, {}, {}},
    {half_closed_remote, kPushPromise, D::none, "rfc9113-6.6-16", "RFC 9113, 6.6",
     kConnectionProtocol, {}, {}},
    {closed_by_end, kData, D::none, "rfc9113-5.1-28", "RFC 9113, 5.1",
     kEitherClosed, kMayClose, {}},
    {closed_by_end, kHeaders, D::none, "rfc9113-5.1-29", "RFC 9113, 5.1",
     kClosedHeaders, kMayClose, {}},
    {closed_by_end, kRstStream, D::none, "rfc9113-5.1-31", "RFC 9113, 5.1",
     kIgnoredOrClosed, kMayClose, {}},
    {closed_by_end, kWindowUpdate, D::none, "rfc9113-6.9-09", "RFC 9113, 6.9",
     kIgnored, {}, {}},
    {closed_by_end, kPushPromise, D::none, "rfc9113-6.6-16", "RFC 9113, 6.6",
     kConnectionProtocol, {}, {}},
    {closed_by_peer_reset, kData, D::none, "rfc9113-5.1-30", "RFC 9113, 5.1",
     kClosedOrIgnored, kMayProcess, {}},
    {closed_by_peer_reset, kHeaders, D::none, "rfc9113-5.1-30", "RFC 9113, 5.1",
     kClosedOrIgnored, kMayProcess, {}},
    {closed_by_peer_reset, kRstStream, D::none, "rfc9113-5.4.2-06", "RFC 9113, 5.4.2",
     kIgnoredOrClosed, kMayClose, {}},
    {closed_by_peer_reset, kWindowUpdate, D::none, "rfc9113-6.9-09", "RFC 9113, 6.9",
     kIgnored, {}, {}},
    {closed_by_peer_reset, kPushPromise, D::none, "rfc9113-6.6-16", "RFC 9113, 6.6",
     kConnectionProtocol, {}, {}},
    {closed_by_own_reset, kData, D::none, "rfc9113-5.1-33", "RFC 9113, 5.1",
     kMinimallyProcessed, kMayCloseLater, {}},
    {closed_by_own_reset, kHeaders, D::none, "rfc9113-5.1-33", "RFC 9113, 5.1",
     kMinimallyProcessed, kMayCloseLater, {}},
    {closed_by_own_reset, kRstStream, D::none, "rfc9113-5.1-33", "RFC 9113, 5.1",
     kMinimallyProcessed, kMayCloseLater, {}},
    {closed_by_own_reset, kWindowUpdate, D::none, "rfc9113-6.9-09", "RFC 9113, 6.9",
     kIgnored, {}, {}},
    {closed_by_own_reset, kPushPromise, D::none, "rfc9113-6.6-17", "RFC 9113, 6.6",
     kMinimallyProcessed, kMayCloseLater, {}},
    {any_stream, kData, D::too_long, "rfc9113-4.2-02", "RFC 9113, 4.2",
     kEitherFrameSize, kEitherScope, {}},
    {any_stream, kHeaders, D::too_long, "rfc9113-4.2-03", "RFC 9113, 4.2",
     kConnectionFrameSize, {}, {}},
    {any_stream, kPushPromise, D::too_long, "rfc9113-4.2-03", "RFC 9113, 4.2",
     kConnectionFrameSize, {}, {}},
    {any_stream, kContinuation, D::too_long, "rfc9113-4.2-03", "RFC 9113, 4.2",
     kConnectionFrameSize, {}, {}},
    {any_stream, kPriority, D::too_long, "rfc9113-6.3-04", "RFC 9113, 6.3",
     kStreamFrameSize, {}, {}},
    {any_stream, kRstStream, D::too_long, "rfc9113-6.4-07", "RFC 9113, 6.4",
     kConnectionFrameSize, {}, {}},
    {any_stream, kWindowUpdate, D::too_long, "rfc9113-6.9-11", "RFC 9113, 6.9",
     kConnectionFrameSize, {}, {}},
    {any_stream, kAnyUnknownType, D::too_long, "rfc9113-4.2-05", "RFC 9113, 4.2",
     kEitherFrameSize, kEitherScope, {}},
    {connection, kEveryType, D::too_long, "rfc9113-4.2-04", "RFC 9113, 4.2",
     kConnectionFrameSize, {}, {}},
    {any_stream, kData, D::wrong_length, "rfc9113-4.2-07", "RFC 9113, 4.2",
     kEitherFrameSize, kEitherScope, {}},
    {any_stream, kHeaders, D::wrong_length, "rfc9113-4.2-06", "RFC 9113, 4.2",
     kConnectionFrameSize, {}, {}},
    {any_stream, kPushPromise, D::wrong_length, "rfc9113-4.2-09", "RFC 9113, 4.2",
     kConnectionFrameSize, {}, {}},
    {idle, kPriority, D::wrong_length, "rfc9113-6.3-05", "RFC 9113, 6.3",
     kIgnoredOrFrameSize, kNoResetOfIdle, {}},
    {idle_of_receiver, kPriority, D::wrong_length, "rfc9113-6.3-05", "RFC 9113, 6.3",
     kIgnoredOrFrameSize, kNoResetOfIdle, {}},
    {closed_by_own_reset, kPriority, D::wrong_length, "rfc9113-6.3-04", "RFC 9113, 6.3",
     kIgnoredOrStreamFrameSize, kOneReset, {}},
    {any_stream, kPriority, D::wrong_length, "rfc9113-6.3-04", "RFC 9113, 6.3",
     kStreamFrameSize, {}, {}},
    {any_stream, kRstStream, D::wrong_length, "rfc9113-6.4-07", "RFC 9113, 6.4",
     kConnectionFrameSize, {}, {}},
    {connection, kSettings, D::wrong_length, "rfc9113-6.5-10", "RFC 9113, 6.5",
     kConnectionFrameSize, {}, {}},
    {connection, kPing, D::wrong_length, "rfc9113-6.7-07", "RFC 9113, 6.7",
     kConnectionFrameSize, {}, {}},
    {connection, kGoaway, D::wrong_length, "rfc9113-4.2-10", "RFC 9113, 4.2",
     kConnectionFrameSize, {}, {}},
    {connection, kWindowUpdate, D::wrong_length, "rfc9113-6.9-11", "RFC 9113, 6.9",
     kConnectionFrameSize, {}, {}},
    {any_stream, kWindowUpdate, D::wrong_length, "rfc9113-6.9-11", "RFC 9113, 6.9",
     kConnectionFrameSize, {}, {}},
    {connection, kPriorityUpdate, D::wrong_length, "rfc9218-7.1-03", "RFC 9218, 7.1",
     kIgnoredOrFrameSize, kMayNotKnow, {}},
    {any_stream, kData, D::padding_too_long, "rfc9113-6.1-13", "RFC 9113, 6.1",
     kConnectionProtocol, {}, {}},
    {any_stream, kHeaders, D::padding_too_long, "rfc9113-6.2-10", "RFC 9113, 6.2",
     kConnectionPadding, {}, {}},
    {any_stream, kPushPromise, D::padding_too_long, "rfc9113-6.6-19", "RFC 9113, 6.6",
     kConnectionPadding, {}, {}},
    {any_stream, kData, D::padding_not_zero, "rfc9113-6.1-03", "RFC 9113, 6.1",
     kPaddingNotZero, kMayCheckPadding, {}},
    {any_stream, kHeaders, D::padding_not_zero, "rfc9113-6.2-02", "RFC 9113, 6.2",
     kPaddingNotZero, kMayCheckPaddingToo, {}},
    {any_stream, kPushPromise, D::padding_not_zero, "rfc9113-6.6-03", "RFC 9113, 6.6",
     kPaddingNotZero, kMayCheckPaddingToo, {}},
    {connection, kEveryType, D::undefined_flags, "rfc9113-4.1-09", "RFC 9113, 4.1",
     kGoesOn, {}, {}},
    {connection, kEveryType, D::reserved_bit, "rfc9113-4.1-12", "RFC 9113, 4.1",
     kGoesOn, {}, {}},
    {connection, kAnyUnknownType, D::inside_field_block, "rfc9113-5.5-03", "RFC 9113, 5.5",
     kConnectionProtocol, {}, {}},
    {connection, kContinuation, D::inside_field_block, "rfc9113-6.2-06", "RFC 9113, 6.2",
     kConnectionProtocol, {}, {}},
    {connection, kEveryType, D::inside_field_block, "rfc9113-6.2-05", "RFC 9113, 6.2",
     kConnectionProtocol, {}, {}},
    {any_stream, kEveryType, D::undefined_flags, "rfc9113-4.1-09", "RFC 9113, 4.1",
     kGoesOn, {}, {}},
    {any_stream, kEveryType, D::reserved_bit, "rfc9113-4.1-12", "RFC 9113, 4.1",
     kGoesOn, {}, {}},
    {any_stream, kAnyUnknownType, D::inside_field_block, "rfc9113-5.5-03", "RFC 9113, 5.5",
     kConnectionProtocol, {}, {}},
    {any_stream, kContinuation, D::inside_field_block, "rfc9113-6.2-06", "RFC 9113, 6.2",
     kConnectionProtocol, {}, {}},
    {any_stream, kEveryType, D::inside_field_block, "rfc9113-6.2-05", "RFC 9113, 6.2",
     kConnectionProtocol, {}, {}},
    {any_stream, kContinuation, D::no_field_block, "rfc9113-6.10-07", "RFC 9113, 6.10",
     kConnectionProtocol, {}, {}},
    {any_stream, kHeaders, D::compression, "rfc9113-4.3-08", "RFC 9113, 4.3",
     kConnectionCompression, {}, {}},
    {any_stream, kPushPromise, D::compression, "rfc9113-4.3-08", "RFC 9113, 4.3",
     kConnectionCompression, {}, {}},
    {any_stream, kContinuation, D::compression, "rfc9113-4.3-08", "RFC 9113, 4.3",
     kConnectionCompression, {}, {}},
    {any_stream, kHeaders, D::malformed, "rfc9113-8.1.1-12", "RFC 9113, 8.1.1",
     kMalformedRequest, kMayRespond, kToServer},
    {any_stream, kHeaders, D::malformed, "rfc9113-8.1.1-12", "RFC 9113, 8.1.1",
     kMalformedResponse, {}, kToClient},
    {any_stream, kHeaders, D::content_length, "rfc9113-8.1.1-02", "RFC 9113, 8.1.1",
     kMalformedRequest, kMayRespond, kToServer},
    {any_stream, kHeaders, D::content_length, "rfc9113-8.1.1-08", "RFC 9113, 8.1.1",
     kMalformedResponse, {}, kToClient},
    {any_stream, kContinuation, D::malformed, "rfc9113-8.1.1-12", "RFC 9113, 8.1.1",
     kMalformedRequest, kMayRespond, kToServer},
    {any_stream, kContinuation, D::malformed, "rfc9113-8.1.1-12", "RFC 9113, 8.1.1",
     kMalformedResponse, {}, kToClient},
    {any_stream, kContinuation, D::content_length, "rfc9113-8.1.1-02", "RFC 9113, 8.1.1",
     kMalformedRequest, kMayRespond, kToServer},
    {any_stream, kContinuation, D::content_length, "rfc9113-8.1.1-08", "RFC 9113, 8.1.1",
     kMalformedResponse, {}, kToClient},
    {any_stream, kData, D::malformed, "rfc9113-8.1.1-12", "RFC 9113, 8.1.1",
     kMalformedRequest, kMayRespond, kToServer},
    {any_stream, kData, D::malformed, "rfc9113-8.1.1-12", "RFC 9113, 8.1.1",
     kMalformedResponse, {}, kToClient},
    {any_stream, kData, D::content_length, "rfc9113-8.1.1-02", "RFC 9113, 8.1.1",
     kMalformedRequest, kMayRespond, kToServer},
    {any_stream, kData, D::content_length, "rfc9113-8.1.1-08", "RFC 9113, 8.1.1",
     kMalformedResponse, {}, kToClient},
    {any_stream, kHeaders, D::on_tunnel, "rfc9113-8.5-07", "RFC 9113, 8.5",
     kTunnel, kNoCodeNamed, {}},
    {any_stream, kHeaders, D::too_many_streams, "rfc9113-5.1.2-03", "RFC 9113, 5.1.2",
     kRefused, kEitherCode, kToServer},
    {any_stream, kHeaders, D::too_many_streams, "rfc9113-5.1.2-04", "RFC 9113, 5.1.2",
     kRefused, kEitherCode, kToClient},
    {any_stream, kHeaders, D::identifier_parity, "rfc9113-5.1.1-05", "RFC 9113, 5.1.1",
     kConnectionProtocol, {}, {}},
    {any_stream, kPushPromise, D::identifier_parity, "rfc9113-5.1.1-07", "RFC 9113, 5.1.1",
     kConnectionProtocol, {}, {}},
    {any_stream, kHeaders, D::identifier_not_rising, "rfc9113-5.1.1-06", "RFC 9113, 5.1.1",
     kConnectionProtocolOrClosed, kMaySayClosed, {}},
    {any_stream, kPushPromise, D::identifier_not_rising, "rfc9113-6.6-18", "RFC 9113, 6.6",
     kConnectionProtocol, {}, {}},
    {any_stream, kPushPromise, D::push_disabled, "rfc9113-6.6-11", "RFC 9113, 6.6",
     kConnectionProtocol, {}, {}},
    {any_stream, kPushPromise, D::promise_invalid, "rfc9113-8.4.1-03", "RFC 9113, 8.4.1",
     kStreamProtocol, {}, {}},
    {connection, kSettings, D::setting_value, "rfc9113-6.5.2-04", "RFC 9113, 6.5.2",
     kConnectionProtocol, {}, {}},
    {connection, kSettings, D::window_setting_value, "rfc9113-6.5.2-13", "RFC 9113, 6.5.2",
     kConnectionFlow, {}, {}},
    {connection, kSettings, D::window_setting_overflow, "rfc9113-6.9.2-10", "RFC 9113, 6.9.2",
     kConnectionFlow, {}, {}},
    {connection, kSettings, D::ack_with_payload, "rfc9113-6.5-06", "RFC 9113, 6.5",
     kConnectionFrameSize, {}, {}},
    {connection, kSettings, D::ack_not_asked, "rfc9113-6.5.3-07", "RFC 9113, 6.5.3",
     kIgnoredOrProtocol, kNothingSaid, {}},
    {connection, kPing, D::ack_not_asked, "rfc9113-6.7-05", "RFC 9113, 6.7",
     kIgnored, {}, {}},
    {connection, kWindowUpdate, D::increment_zero, "rfc9113-6.9-08", "RFC 9113, 6.9",
     kConnectionProtocol, {}, {}},
    {any_stream, kWindowUpdate, D::increment_zero, "rfc9113-6.9-07", "RFC 9113, 6.9",
     kStreamProtocol, {}, {}},
    {connection, kWindowUpdate, D::window_overflow, "rfc9113-6.9.1-09", "RFC 9113, 6.9.1",
     kConnectionFlow, {}, {}},
    {any_stream, kWindowUpdate, D::window_overflow, "rfc9113-6.9.1-08", "RFC 9113, 6.9.1",
     kStreamFlow, {}, {}},
    {any_stream, kData, D::beyond_stream_window, "rfc9113-6.9-03", "RFC 9113, 6.9",
     kBeyondStream, kMayStop, {}},
    {any_stream, kData, D::beyond_connection_window, "rfc9113-6.9-04", "RFC 9113, 6.9",
     kBeyondConnection, kMayStop, {}},
    {connection, kSettings, D::unknown_value, "rfc9113-6.5.2-21", "RFC 9113, 6.5.2",
     kGoesOn, {}, {}},
    {connection, kGoaway, D::unknown_value, "rfc9113-7-02", "RFC 9113, 7",
     kGoesOn, {}, {}},
    {any_stream, kRstStream, D::unknown_value, "rfc9113-7-02", "RFC 9113, 7",
     kGoesOn, {}, {}},
    {connection, kEveryType, D::preface, "rfc9113-3.4-10", "RFC 9113, 3.4",
     kPreface, kMayOmitGoaway, kToServer},
    {connection, kEveryType, D::preface, "rfc9113-3.4-14", "RFC 9113, 3.4",
     kPreface, kMayOmitGoaway, kToClient},
});
// clang-format on

}  // namespace

std::span<const PermittedRow> permitted_rows() { return kRows; }

}  // namespace h2assay::rfc
