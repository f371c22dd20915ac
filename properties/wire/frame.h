#pragma once
// The judges' own view of HTTP/2 frames: cut from octets, kept as they came, written as asked.
// Nothing here refuses or repairs a frame; RFC 9113, Sections 4.1 and 6.  Knows nothing of engine/.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace h2assay::wire {

using Octets = std::span<const std::uint8_t>;

enum class Role : std::uint8_t { client, server };

constexpr Role other(Role role) { return role == Role::client ? Role::server : Role::client; }

// Frame types that a specification defines.  Any other number may arrive and is kept as it came.
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
  altsvc = 0xa,            // RFC 7838
  origin = 0xc,            // RFC 8336
  priority_update = 0x10,  // RFC 9218
};

// Flag bits.  RFC 9113, Section 6.
inline constexpr std::uint8_t kEndStream = 0x01;
inline constexpr std::uint8_t kAck = 0x01;
inline constexpr std::uint8_t kEndHeaders = 0x04;
inline constexpr std::uint8_t kPadded = 0x08;
inline constexpr std::uint8_t kPriority = 0x20;

// SETTINGS parameters.  RFC 9113, Section 6.5.2; RFC 8441, Section 3; RFC 9218, Section 2.1.
enum class SettingId : std::uint16_t {
  header_table_size = 0x1,
  enable_push = 0x2,
  max_concurrent_streams = 0x3,
  initial_window_size = 0x4,
  max_frame_size = 0x5,
  max_header_list_size = 0x6,
  enable_connect_protocol = 0x8,
  no_rfc7540_priorities = 0x9,
};

inline constexpr std::size_t kFrameHeaderOctets = 9;
inline constexpr std::uint32_t kReservedBit = 0x8000'0000;
inline constexpr std::uint32_t kStreamMask = 0x7fff'ffff;
inline constexpr std::int64_t kWindowMax = 0x7fff'ffff;
inline constexpr std::uint32_t kDefaultWindow = 65535;
inline constexpr std::uint32_t kSmallestMaxFrameSize = 16384;
inline constexpr std::uint32_t kLargestMaxFrameSize = 16777215;
// "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n": RFC 9113, Section 3.4.
inline constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

// One frame, exactly as on the wire.
struct RawFrame {
  std::uint8_t type = 0;
  std::uint8_t flags = 0;
  std::uint32_t stream = 0;  // all 32 bits: the reserved bit is kept
  std::vector<std::uint8_t> payload{};
  // Written in place of the payload's size: a lie.  Never set on what was cut from octets.
  std::optional<std::uint32_t> length{};

  bool is(FrameType wanted) const { return type == static_cast<std::uint8_t>(wanted); }

  bool has(std::uint8_t flag) const { return (flags & flag) == flag; }

  std::uint32_t stream_id() const { return stream & kStreamMask; }

  bool reserved_bit() const { return (stream & kReservedBit) != 0; }

  friend bool operator==(const RawFrame&, const RawFrame&) = default;
};

RawFrame make_frame(FrameType type,
                    std::uint8_t flags,
                    std::uint32_t stream,
                    std::vector<std::uint8_t> payload = {});

// Appends the frame's octets.
void append(std::vector<std::uint8_t>& out, const RawFrame& frame);
void append16(std::vector<std::uint8_t>& out, std::uint16_t value);
void append32(std::vector<std::uint8_t>& out, std::uint32_t value);

// Big-endian numbers; what lies beyond the end reads as 0.
std::uint16_t read16(Octets octets, std::size_t offset = 0);
std::uint32_t read32(Octets octets, std::size_t offset = 0);

// Cuts frames from octets that come in pieces of any size.  A client's preface is not a frame: take
// it off first (rest() shows what has not been cut yet, skip() drops some of it).
class FrameCutter {
 public:
  void feed(Octets octets);
  // The next whole frame, or nothing until more octets come.
  std::optional<RawFrame> next();
  Octets rest() const;
  void skip(std::size_t octets);

 private:
  std::vector<std::uint8_t> buffer_;
  std::size_t begin_ = 0;
};

// --- What stands in a payload ------------------------------------------------------------------

// RFC 9113, Section 6.3 (deprecated signal, still parsed).
struct PriorityPart {
  std::uint32_t depends_on = 0;  // all 32 bits: the exclusive bit is kept
  std::uint8_t weight = 0;       // as on the wire: one less than the weight
  friend bool operator==(const PriorityPart&, const PriorityPart&) = default;
};

// DATA, HEADERS, PUSH_PROMISE, CONTINUATION taken apart.  Views into the frame's payload.
struct Layout {
  bool fits = true;  // false: too short for what its flags promise, or padding exceeds the payload
  bool padding_too_long = false;  // the reason for !fits: RFC 9113, Sections 6.1, 6.2, 6.6
  std::optional<std::uint8_t> pad_length;
  std::optional<PriorityPart> priority;  // HEADERS
  std::uint32_t promised = 0;            // PUSH_PROMISE, all 32 bits
  Octets content;                        // data, or the fragment of the field block
  Octets padding;
};

Layout layout(const RawFrame& frame);

struct SettingEntry {
  std::uint16_t id = 0;
  std::uint32_t value = 0;
  friend bool operator==(const SettingEntry&, const SettingEntry&) = default;
};

// Whole entries in order; a rest shorter than six octets is left out.
std::vector<SettingEntry> settings_entries(Octets payload);
std::vector<std::uint8_t> settings_payload(std::span<const SettingEntry> entries);

// --- Names, as printed in the RFCs -------------------------------------------------------------

struct FlagName {
  std::uint8_t bit = 0;
  std::string_view name;
};

// "PUSH_PROMISE"; empty for an unknown type.
std::string_view type_name(std::uint8_t type);
std::optional<std::uint8_t> frame_type(std::string_view name);
// The flags that the type defines, lowest bit first.
std::span<const FlagName> flags_of(std::uint8_t type);
// The bits that the type defines; 0 for an unknown type.
std::uint8_t defined_flags(std::uint8_t type);
// "INITIAL_WINDOW_SIZE", without SETTINGS_; empty for an unknown one.
std::string_view setting_name(std::uint16_t id);
std::optional<std::uint16_t> setting_id(std::string_view name);

}  // namespace h2assay::wire
