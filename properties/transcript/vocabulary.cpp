#include "properties/transcript/vocabulary.h"

#include <algorithm>
#include <array>

#include "properties/wire/frame.h"

namespace h2assay::transcript {
namespace {

using enum PartKind;

// clang-format off
constexpr auto kCommon          = std::to_array<PartRow>({{"flags", number, 8}, {"length", number, 24}, {"payload", octets}});
constexpr auto kData            = std::to_array<PartRow>({{"data", octets}, {"pad", number, 8}, {"padding", octets}});
constexpr auto kHeaders         = std::to_array<PartRow>({{"pad", number, 8}, {"padding", octets}, {"depends", number, 32},
                                                          {"weight", number, 8}, {"cut", cut}, {"block", octets}});
constexpr auto kPriorityFrame   = std::to_array<PartRow>({{"depends", number, 32}, {"weight", number, 8}});
constexpr auto kRstStream       = std::to_array<PartRow>({{"code", code}});
constexpr auto kPushPromise     = std::to_array<PartRow>({{"promise", number, 32}, {"pad", number, 8}, {"padding", octets},
                                                          {"cut", cut}, {"block", octets}});
constexpr auto kPing            = std::to_array<PartRow>({{"data", octets}});
constexpr auto kGoaway          = std::to_array<PartRow>({{"last", number, 32}, {"code", code}, {"debug", octets}});
constexpr auto kWindowUpdate    = std::to_array<PartRow>({{"increment", number, 32}});
constexpr auto kContinuation    = std::to_array<PartRow>({{"block", octets}});
constexpr auto kAltsvc          = std::to_array<PartRow>({{"origin", octets}, {"value", octets}});
constexpr auto kOrigin          = std::to_array<PartRow>({{"origins", text}});
constexpr auto kPriorityUpdate  = std::to_array<PartRow>({{"stream", number, 32}, {"value", octets}});

// Keys of lower-case words; those that are missing here are text.
constexpr auto kKeys = std::to_array<PartRow>({
    {"length", number, 63}, {"total", number, 63}, {"frame", number, 24}, {"pad", number, 8}, {"flip", number, 8},
    {"data", octets}, {"debug", octets}, {"value", octets}, {"origin", octets}, {"payload", octets},
    {"increment", number, 32}, {"last", number, 32}, {"depends", number, 32}, {"weight", number, 16},
    {"promise", number, 32}, {"flags", number, 8}, {"type", number, 8}, {"milliseconds", number, 63},
});

constexpr std::string_view kCallKeys =
    "data debug value origin origins payload increment last depends weight promise pad flags type milliseconds code";
constexpr std::string_view kCallFlags = "END_STREAM exclusive";

constexpr auto kWords = std::to_array<WordRow>({
    // place          word                atoms    keys                       flags            fields settings pair
    {Place::act,     "handshake",         "",      "",                        "",              false, true},
    {Place::act,     "connect",           "",      "alpn version cipher sni", "tls"},
    {Place::act,     "accept",            "",      "",                        "raw"},
    {Place::act,     "open",              "n"},
    {Place::act,     "octets",            "o+"},
    {Place::act,     "PREFACE",           "",      "flip"},
    {Place::act,     "pieces",            "p"},
    {Place::act,     "data",              "s",     "length frame pad",        "END_STREAM beyond"},
    {Place::act,     "request",           "sM",    "body length",             "",              true},
    {Place::act,     "response",          "sS",    "body length",             "",              true},
    {Place::act,     "hold"},
    {Place::act,     "resume"},
    {Place::act,     "signal",            "v"},
    {Place::act,     "FIN"},
    {Place::act,     "RST"},
    {Place::act,     "tls-renegotiate"},
    {Place::act,     "tls-key-update"},
    {Place::act,     "tls-request-certificate"},

    {Place::expect,  "request",           "s?M",   "body length",             "",              true},
    {Place::expect,  "response",          "s?S",   "body length",             "",              true},
    {Place::expect,  "data",              "s",     "total length"},
    {Place::expect,  "malformed",         "s"},
    {Place::expect,  "stream-error",      "sc"},
    {Place::expect,  "connection-error",  "c"},
    {Place::expect,  "ignored"},
    {Place::expect,  "close"},
    {Place::expect,  "FIN"},
    {Place::expect,  "RST"},
    {Place::expect,  "PREFACE"},
    {Place::expect,  "http1",             "S"},
    {Place::expect,  "octets",            "o+"},
    {Place::expect,  "alpn",              "v"},
    {Place::expect,  "alert",             "v"},
    {Place::expect,  "outcome",           "v"},
    {Place::expect,  "observed",          "i"},
    {Place::expect,  "limited"},
    {Place::expect,  "settings",          "",      "",                        "",              false, true, true},
    {Place::expect,  "refused",           "v",     "",                        "",              false, false, true},

    {Place::call,    "initiate_connection", "",    "",                        "answer_malformed_requests unchecked", false, true},
    {Place::call,    "initiate_upgrade_connection"},
    {Place::call,    "send_headers",      "s",     kCallKeys,                 kCallFlags,      true},
    {Place::call,    "send_data",         "s",     "length data pad",         kCallFlags},
    {Place::call,    "end_stream",        "s"},
    {Place::call,    "reset_stream",      "s?c"},
    {Place::call,    "push_stream",       "s",     kCallKeys,                 kCallFlags,      true},
    {Place::call,    "increment_flow_control_window", "?s", kCallKeys},
    {Place::call,    "acknowledge_received_data", "s", "length"},
    {Place::call,    "ping",              "",      kCallKeys},
    {Place::call,    "update_settings",   "",      "",                        "",              false, true},
    {Place::call,    "close_connection",  "?c",    kCallKeys},
    {Place::call,    "prioritize",        "s",     kCallKeys,                 kCallFlags},
    {Place::call,    "update_priority",   "s",     kCallKeys},
    {Place::call,    "advertise_alternative_service", "?s", kCallKeys},
    {Place::call,    "advertise_origins", "",      kCallKeys},
    {Place::call,    "send_unknown_frame", "s",    kCallKeys},
    {Place::call,    "clear_outbound_data_buffer"},
    {Place::call,    "advance",           "",      kCallKeys},

    {Place::network, "octets"},  // written `500 octets`
    {Place::network, "frame"},   // written `1 frame`
    {Place::network, "drop",              "vv"},
    {Place::network, "repeat",            "vv"},
    {Place::network, "swap"},
    {Place::network, "alter",             "vv"},   // octet of the next frame, bits to invert
    {Place::network, "put",               "o+"},   // what no frame line can say
    {Place::network, "end"},
    {Place::network, "settle"},
});
// clang-format on

constexpr auto kBuiltIn = std::to_array<std::string_view>({"authority",
                                                           "scheme",
                                                           "path",
                                                           "large",
                                                           "echo",
                                                           "websocket",
                                                           "push",
                                                           "interim",
                                                           "trailers",
                                                           "origin"});

constexpr auto kErrorCodes = std::to_array<std::string_view>({"NO_ERROR",
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
                                                              "HTTP_1_1_REQUIRED"});

constexpr auto kSettings = std::to_array<std::string_view>({"HEADER_TABLE_SIZE",
                                                            "ENABLE_PUSH",
                                                            "MAX_CONCURRENT_STREAMS",
                                                            "INITIAL_WINDOW_SIZE",
                                                            "MAX_FRAME_SIZE",
                                                            "MAX_HEADER_LIST_SIZE",
                                                            "ENABLE_CONNECT_PROTOCOL",
                                                            "NO_RFC7540_PRIORITIES"});

constexpr std::size_t kFrameTypes = 256;

}  // namespace

std::span<const PartRow> parts_of(std::uint8_t type) {
  switch (static_cast<wire::FrameType>(type)) {
    using enum wire::FrameType;
    case wire::FrameType::data: return kData;
    case headers:               return kHeaders;
    case priority:              return kPriorityFrame;
    case rst_stream:            return kRstStream;
    case settings:              return {};
    case push_promise:          return kPushPromise;
    case ping:                  return kPing;
    case goaway:                return kGoaway;
    case window_update:         return kWindowUpdate;
    case continuation:          return kContinuation;
    case altsvc:                return kAltsvc;
    case origin:                return kOrigin;
    case priority_update:       return kPriorityUpdate;
  }
  return {};
}

std::span<const PartRow> common_parts() { return kCommon; }

bool has_fields(std::uint8_t type) {
  const auto is = [type](wire::FrameType wanted) {
    return type == static_cast<std::uint8_t>(wanted);
  };
  return is(wire::FrameType::headers) || is(wire::FrameType::push_promise) ||
         is(wire::FrameType::continuation);
}

const WordRow* word_row(Place place, std::string_view word, bool pair) {
  const auto* const found = std::ranges::find_if(kWords, [&](const WordRow& row) {
    return row.place == place && row.word == word && (pair || !row.pair_only);
  });
  return found == kWords.end() ? nullptr : &*found;
}

std::vector<std::string_view> words_at(Place place, bool pair) {
  std::vector<std::string_view> out;
  for (const WordRow& row : kWords)
    if (row.place == place && (pair || !row.pair_only)) out.push_back(row.word);
  return out;
}

PartRow key_row(std::string_view key) {
  const auto* const found = std::ranges::find(kKeys, key, &PartRow::key);
  if (key == "code") return {key, code, 32};
  return found == kKeys.end() ? PartRow{key, text, 0} : *found;
}

bool is_built_in(std::string_view name) {
  return std::ranges::find(kBuiltIn, name) != kBuiltIn.end();
}

bool is_function(std::string_view name) {
  return name == "window" || name == "request" || name == "status";
}

std::span<const std::string_view> built_in_names() { return kBuiltIn; }

std::span<const std::string_view> error_code_names() { return kErrorCodes; }

std::span<const std::string_view> setting_names() { return kSettings; }

std::vector<std::string_view> frame_names() {
  std::vector<std::string_view> out;
  for (std::size_t type = 0; type < kFrameTypes; ++type)
    if (const auto name = wire::type_name(static_cast<std::uint8_t>(type)); !name.empty())
      out.push_back(name);
  return out;
}

bool is_among(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    const std::size_t blank = list.find(' ');
    if (list.substr(0, blank) == word) return true;
    if (blank == std::string_view::npos) return false;
    list.remove_prefix(blank + 1);
  }
  return false;
}

}  // namespace h2assay::transcript
