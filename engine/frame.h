#pragma once
// Frames: the nine octets before each, and the payload of every type that this engine knows.
// RFC 9113, Sections 4.1 and 6; RFC 7838, Section 4 (ALTSVC); RFC 8336 (ORIGIN); RFC 9218,
// Section 7.1 (PRIORITY_UPDATE).  States, windows and meanings are judged elsewhere.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/error.h"
#include "engine/octets.h"
#include "engine/rules.h"
#include "engine/settings.h"

namespace h2assay {

// The types that this engine knows.  Any other octet may arrive.
enum class FrameType : std::uint8_t {
  data = 0x0,
  headers = 0x1,
  priority = 0x2,
  rst_stream = 0x3,
  settings = 0x4,
  push_promise = 0x5,
  ping = 0x6,
  goaway = 0x7,
  window_update = 0x8,
  continuation = 0x9,
  altsvc = 0xa,
  origin = 0xc,
  priority_update = 0x10,
};

// "WINDOW_UPDATE"; empty for a type that this engine does not know.
std::string_view name(FrameType type);
std::optional<FrameType> frame_type(std::string_view name);

constexpr bool is_known(std::uint8_t type) { return type <= 0xa || type == 0xc || type == 0x10; }

namespace flags {
inline constexpr std::uint8_t ack = 0x1;
inline constexpr std::uint8_t end_stream = 0x1;
inline constexpr std::uint8_t end_headers = 0x4;
inline constexpr std::uint8_t padded = 0x8;
inline constexpr std::uint8_t priority = 0x20;
}  // namespace flags

inline constexpr std::size_t kFrameHeaderOctets = 9;
inline constexpr std::uint32_t kMaxStreamId = 0x7fff'ffff;
inline constexpr std::string_view kClientPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

struct FrameHeader {
  std::uint32_t length = 0;  // of the payload, below 2^24
  std::uint8_t type = 0;
  std::uint8_t flags = 0;
  std::uint32_t stream_id = 0;  // without the reserved bit

  bool is(FrameType which) const { return type == static_cast<std::uint8_t>(which); }

  bool has(std::uint8_t flag) const { return (flags & flag) != 0; }

  friend bool operator==(const FrameHeader&, const FrameHeader&) = default;
};

// Precondition: nine octets.
inline FrameHeader parse_header(const std::uint8_t* at) {
  return {load24(at), at[3], at[4], load32(at + 5) & kMaxStreamId};
}

// One frame as it was cut.  The payload lives as long as the reader says.
struct Frame {
  FrameHeader header;
  Octets payload{};
};

// What a payload says, and the rule that it breaks, if any.  With a broken rule the value is what
// the rule's `clamp` means: never a view beyond the payload, so that a quirk may go on with it.
template <typename T> struct Parsed {
  T value{};
  std::optional<Rule> broken{};

  explicit operator bool() const { return !broken; }
};

struct PriorityFields {
  std::uint32_t depends_on = 0;
  std::uint16_t weight = 16;  // 1 to 256
  bool exclusive = false;
  friend bool operator==(const PriorityFields&, const PriorityFields&) = default;
};

struct DataPayload {
  Octets data{};  // without padding
  std::optional<std::uint8_t> pad_length{};
};

struct HeadersPayload {
  Octets fragment{};
  std::optional<PriorityFields> priority{};
  std::optional<std::uint8_t> pad_length{};
};

struct PushPromisePayload {
  std::uint32_t promised_stream_id = 0;
  Octets fragment{};
  std::optional<std::uint8_t> pad_length{};
};

struct GoawayPayload {
  std::uint32_t last_stream_id = 0;
  ErrorCode code = ErrorCode::no_error;
  Octets debug_data{};
};

struct AltsvcPayload {
  std::string_view origin{};
  std::string_view field_value{};
};

struct PriorityUpdatePayload {
  std::uint32_t prioritized_stream_id = 0;
  std::string_view value{};
};

// The parameters of a SETTINGS payload; what is left of a broken one is not shown.
class SettingsView {
 public:
  SettingsView() = default;

  explicit SettingsView(Octets payload) : payload_(payload) {}

  std::size_t size() const { return payload_.size() / 6; }

  bool empty() const { return size() == 0; }

  Setting operator[](std::size_t index) const {
    const std::uint8_t* at = payload_.data() + index * 6;
    return {load16(at), load32(at + 2)};
  }

 private:
  Octets payload_{};
};

// The entries of an ORIGIN payload, in order.
class OriginView {
 public:
  OriginView() = default;

  explicit OriginView(Octets payload) : rest_(payload) {}

  // The next entry, or nothing at the end.
  std::optional<std::string_view> next();

 private:
  Octets rest_{};
};

// One function for each type; the frame's type is the caller's business.  They check length,
// padding and whether the frame belongs to stream 0; bits that are reserved are dropped.
Parsed<DataPayload> parse_data(const Frame& frame);
Parsed<HeadersPayload> parse_headers(const Frame& frame);
Parsed<PriorityFields> parse_priority(const Frame& frame);
Parsed<ErrorCode> parse_rst_stream(const Frame& frame);
Parsed<SettingsView> parse_settings(const Frame& frame);
Parsed<PushPromisePayload> parse_push_promise(const Frame& frame);
Parsed<std::array<std::uint8_t, 8>> parse_ping(const Frame& frame);
Parsed<GoawayPayload> parse_goaway(const Frame& frame);
Parsed<std::uint32_t> parse_window_update(
    const Frame& frame);  // increment; 0 is the caller's business
Parsed<Octets> parse_continuation(const Frame& frame);
Parsed<AltsvcPayload> parse_altsvc(const Frame& frame);
Parsed<OriginView> parse_origin(const Frame& frame);  // counts for nothing on a stream: RFC 8336
Parsed<PriorityUpdatePayload> parse_priority_update(const Frame& frame);

// --- Writing.  Arguments are the caller's word: nothing is checked, anything can be bent.

void append_header(OctetBuffer& out, const FrameHeader& header);
void append_frame(OctetBuffer& out,
                  std::uint8_t type,
                  std::uint8_t flags,
                  std::uint32_t stream_id,
                  Octets payload);
void append_data(OctetBuffer& out,
                 std::uint32_t stream_id,
                 Octets data,
                 bool end_stream,
                 std::optional<std::uint8_t> pad_length = {});
void append_priority(OctetBuffer& out, std::uint32_t stream_id, const PriorityFields& priority);
void append_rst_stream(OctetBuffer& out, std::uint32_t stream_id, ErrorCode code);
void append_settings(OctetBuffer& out, std::span<const Setting> settings);
void append_settings_ack(OctetBuffer& out);
void append_ping(OctetBuffer& out, const std::array<std::uint8_t, 8>& data, bool ack);
void append_goaway(OctetBuffer& out,
                   std::uint32_t last_stream_id,
                   ErrorCode code,
                   Octets debug_data);
void append_window_update(OctetBuffer& out, std::uint32_t stream_id, std::uint32_t increment);
void append_altsvc(OctetBuffer& out,
                   std::uint32_t stream_id,
                   std::string_view origin,
                   std::string_view field_value);
void append_origin(OctetBuffer& out, std::span<const std::string_view> origins);
void append_priority_update(OctetBuffer& out,
                            std::uint32_t prioritized_stream_id,
                            std::string_view value);

// A frame that begins a field block.  Open it, encode the block straight into `out`, close it:
// closing fills in the length and cuts the block into CONTINUATION frames where it does not fit
// (D60).
struct FieldBlock {
  std::size_t frame = 0;   // position of the frame in the buffer
  std::size_t before = 0;  // octets of payload before the fragment
  std::optional<std::uint8_t> pad_length{};
};

FieldBlock open_headers(OctetBuffer& out,
                        std::uint32_t stream_id,
                        bool end_stream,
                        const std::optional<PriorityFields>& priority = {},
                        std::optional<std::uint8_t> pad_length = {});
FieldBlock open_push_promise(OctetBuffer& out,
                             std::uint32_t stream_id,
                             std::uint32_t promised_stream_id,
                             std::optional<std::uint8_t> pad_length = {});
void close_field_block(OctetBuffer& out, const FieldBlock& block, std::uint32_t max_frame_size);

// "HEADERS stream=1 flags=END_STREAM|END_HEADERS length=17 …": one line, what can be read without
// state.
std::string describe(const Frame& frame);

}  // namespace h2assay
