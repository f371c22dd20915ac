#include "properties/pair/twist.h"

#include <array>

namespace h2assay {

namespace {

using namespace std::string_view_literals;
using enum wire::FrameType;

// clang-format off
constexpr auto kTwists = std::to_array<Twist>({
    // name                            requirement            type          flags on_stream payload                                 code
    {"data-on-stream-zero",            "rfc9113-6.1-08",      data,            0, false, "abc"sv,                                   ErrorCode::protocol_error},
    {"headers-on-stream-zero",         "rfc9113-6.2-09",      headers,         5, false, "\x82\x84\x86"sv,                          ErrorCode::protocol_error},
    {"priority-on-stream-zero",        "rfc9113-6.3-01",      priority,        0, false, "\0\0\0\x03\x10"sv,                        ErrorCode::protocol_error},
    {"rst-stream-on-stream-zero",      "rfc9113-6.4-04",      rst_stream,      0, false, "\0\0\0\x08"sv,                            ErrorCode::protocol_error},
    {"rst-stream-too-short",           "rfc9113-6.4-07",      rst_stream,      0, true,  "\0\0\0"sv,                                ErrorCode::frame_size_error},
    {"rst-stream-too-long",            "rfc9113-6.4-07",      rst_stream,      0, true,  "\0\0\0\x08\0"sv,                          ErrorCode::frame_size_error},
    {"settings-ack-with-payload",      "rfc9113-6.5-06",      settings,        1, false, "\0\x04\0\0\0\0"sv,                        ErrorCode::frame_size_error},
    {"settings-on-a-stream",           "rfc9113-6.5-08",      settings,        0, true,  ""sv,                                      ErrorCode::protocol_error},
    {"settings-of-five-octets",        "rfc9113-6.5-10",      settings,        0, false, "\0\x04\0\0\0"sv,                          ErrorCode::frame_size_error},
    {"settings-enable-push-of-two",    "rfc9113-6.5.2-04",    settings,        0, false, "\0\x02\0\0\0\x02"sv,                      ErrorCode::protocol_error},
    {"settings-window-too-large",      "rfc9113-6.5.2-13",    settings,        0, false, "\0\x04\x80\0\0\0"sv,                      ErrorCode::flow_control_error},
    {"settings-frame-size-too-small",  "rfc9113-6.5.2-16",    settings,        0, false, "\0\x05\0\0\x3f\xff"sv,                    ErrorCode::protocol_error},
    {"settings-frame-size-too-large",  "rfc9113-6.5.2-16",    settings,        0, false, "\0\x05\x01\0\0\0"sv,                      ErrorCode::protocol_error},
    {"ping-on-a-stream",               "rfc9113-6.7-06",      ping,            0, true,  "12345678"sv,                              ErrorCode::protocol_error},
    {"ping-of-seven-octets",           "rfc9113-6.7-07",      ping,            0, false, "1234567"sv,                               ErrorCode::frame_size_error},
    {"ping-of-nine-octets",            "rfc9113-6.7-07",      ping,            0, false, "123456789"sv,                             ErrorCode::frame_size_error},
    {"goaway-on-a-stream",             "rfc9113-6.8-07",      goaway,          0, true,  "\0\0\0\0\0\0\0\0"sv,                      ErrorCode::protocol_error},
    {"goaway-of-seven-octets",         "rfc9113-4.2-10",      goaway,          0, false, "\0\0\0\0\0\0\0"sv,                        ErrorCode::frame_size_error},
    {"window-update-of-three-octets",  "rfc9113-6.9-11",      window_update,   0, false, "\0\0\x01"sv,                              ErrorCode::frame_size_error},
    {"window-update-of-zero",          "rfc9113-6.9-08",      window_update,   0, false, "\0\0\0\0"sv,                              ErrorCode::protocol_error},
    {"window-update-zero-but-reserved","rfc9113-6.9-08",      window_update,   0, false, "\x80\0\0\0"sv,                            ErrorCode::protocol_error},
    {"continuation-on-stream-zero",    "rfc9113-6.10-05",     continuation,    4, false, "\x82"sv,                                  ErrorCode::protocol_error},
    {"continuation-alone",             "rfc9113-6.10-09",     continuation,    4, true,  "\x82"sv,                                  ErrorCode::protocol_error},
});
// clang-format on

}  // namespace

std::span<const Twist> twists() { return kTwists; }

void append(std::vector<std::uint8_t>& out, const Twist& twist) {
  wire::append(out,
               wire::make_frame(twist.type,
                                twist.flags,
                                twist.on_stream ? 1 : 0,
                                {twist.payload.begin(), twist.payload.end()}));
}

}  // namespace h2assay
