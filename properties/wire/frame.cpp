#include "properties/wire/frame.h"

#include <algorithm>
#include <array>
#include <utility>

namespace h2assay::wire {
namespace {

struct TypeRow {
  FrameType type;
  std::string_view name;
  std::span<const FlagName> flags;
};

constexpr std::array kDataFlags{FlagName{kEndStream, "END_STREAM"}, FlagName{kPadded, "PADDED"}};
constexpr std::array kHeadersFlags{FlagName{kEndStream, "END_STREAM"},
                                   FlagName{kEndHeaders, "END_HEADERS"},
                                   FlagName{kPadded, "PADDED"},
                                   FlagName{kPriority, "PRIORITY"}};
constexpr std::array kAckFlags{FlagName{kAck, "ACK"}};
constexpr std::array kPushFlags{FlagName{kEndHeaders, "END_HEADERS"}, FlagName{kPadded, "PADDED"}};
constexpr std::array kContinuationFlags{FlagName{kEndHeaders, "END_HEADERS"}};
constexpr std::span<const FlagName> kNoFlags{};

constexpr std::array kTypes{
    TypeRow{FrameType::data, "DATA", kDataFlags},
    TypeRow{FrameType::headers, "HEADERS", kHeadersFlags},
    TypeRow{FrameType::priority, "PRIORITY", kNoFlags},
    TypeRow{FrameType::rst_stream, "RST_STREAM", kNoFlags},
    TypeRow{FrameType::settings, "SETTINGS", kAckFlags},
    TypeRow{FrameType::push_promise, "PUSH_PROMISE", kPushFlags},
    TypeRow{FrameType::ping, "PING", kAckFlags},
    TypeRow{FrameType::goaway, "GOAWAY", kNoFlags},
    TypeRow{FrameType::window_update, "WINDOW_UPDATE", kNoFlags},
    TypeRow{FrameType::continuation, "CONTINUATION", kContinuationFlags},
    TypeRow{FrameType::altsvc, "ALTSVC", kNoFlags},
    TypeRow{FrameType::origin, "ORIGIN", kNoFlags},
    TypeRow{FrameType::priority_update, "PRIORITY_UPDATE", kNoFlags},
};

constexpr auto kSettings = std::to_array<std::pair<SettingId, std::string_view>>({
    {SettingId::header_table_size, "HEADER_TABLE_SIZE"},
    {SettingId::enable_push, "ENABLE_PUSH"},
    {SettingId::max_concurrent_streams, "MAX_CONCURRENT_STREAMS"},
    {SettingId::initial_window_size, "INITIAL_WINDOW_SIZE"},
    {SettingId::max_frame_size, "MAX_FRAME_SIZE"},
    {SettingId::max_header_list_size, "MAX_HEADER_LIST_SIZE"},
    {SettingId::enable_connect_protocol, "ENABLE_CONNECT_PROTOCOL"},
    {SettingId::no_rfc7540_priorities, "NO_RFC7540_PRIORITIES"},
});

const TypeRow* row_of(std::uint8_t type) {
  const auto* const row = std::ranges::find_if(
      kTypes, [type](const TypeRow& r) { return static_cast<std::uint8_t>(r.type) == type; });
  return row == kTypes.end() ? nullptr : row;
}

// Takes `octets` off the front of the content, if it has so many.
bool take(Layout& into, std::size_t octets) {
  into.fits = into.fits && into.content.size() >= octets;
  if (into.fits) into.content = into.content.subspan(octets);
  return into.fits;
}

}  // namespace

RawFrame make_frame(FrameType type,
                    std::uint8_t flags,
                    std::uint32_t stream,
                    std::vector<std::uint8_t> payload) {
  return {.type = static_cast<std::uint8_t>(type),
          .flags = flags,
          .stream = stream,
          .payload = std::move(payload),
          .length = {}};
}

void append16(std::vector<std::uint8_t>& out, std::uint16_t value) {
  out.push_back(static_cast<std::uint8_t>(value >> 8));
  out.push_back(static_cast<std::uint8_t>(value));
}

void append32(std::vector<std::uint8_t>& out, std::uint32_t value) {
  append16(out, static_cast<std::uint16_t>(value >> 16));
  append16(out, static_cast<std::uint16_t>(value));
}

void append(std::vector<std::uint8_t>& out, const RawFrame& frame) {
  const std::uint32_t length =
      frame.length.value_or(static_cast<std::uint32_t>(frame.payload.size()));
  out.push_back(static_cast<std::uint8_t>(length >> 16));
  append16(out, static_cast<std::uint16_t>(length));
  out.push_back(frame.type);
  out.push_back(frame.flags);
  append32(out, frame.stream);
  out.insert(out.end(), frame.payload.begin(), frame.payload.end());
}

std::uint16_t read16(Octets octets, std::size_t offset) {
  std::uint16_t value = 0;
  for (std::size_t i = offset; i < offset + 2; ++i) {
    value = static_cast<std::uint16_t>((value << 8) | (i < octets.size() ? octets[i] : 0));
  }
  return value;
}

std::uint32_t read32(Octets octets, std::size_t offset) {
  return (std::uint32_t{read16(octets, offset)} << 16) | read16(octets, offset + 2);
}

void FrameCutter::feed(Octets octets) {
  if (begin_ > 0) {
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(begin_));
    begin_ = 0;
  }
  buffer_.insert(buffer_.end(), octets.begin(), octets.end());
}

std::optional<RawFrame> FrameCutter::next() {
  const Octets waiting = rest();
  if (waiting.size() < kFrameHeaderOctets) return std::nullopt;
  const std::size_t length = read32(waiting) >> 8;
  if (waiting.size() < kFrameHeaderOctets + length) return std::nullopt;
  const Octets payload = waiting.subspan(kFrameHeaderOctets, length);
  RawFrame frame{.type = waiting[3],
                 .flags = waiting[4],
                 .stream = read32(waiting, 5),
                 .payload = {payload.begin(), payload.end()},
                 .length = {}};
  begin_ += kFrameHeaderOctets + length;
  return frame;
}

Octets FrameCutter::rest() const { return Octets(buffer_).subspan(begin_); }

void FrameCutter::skip(std::size_t octets) { begin_ += std::min(octets, rest().size()); }

Layout layout(const RawFrame& frame) {
  Layout parts;
  parts.content = frame.payload;
  const bool can_pad = frame.is(FrameType::data) || frame.is(FrameType::headers) ||
                       frame.is(FrameType::push_promise);
  if (can_pad && frame.has(kPadded)) {
    const Octets before = parts.content;
    if (!take(parts, 1)) return parts;
    parts.pad_length = before[0];
  }
  if (frame.is(FrameType::headers) && frame.has(kPriority)) {
    const Octets before = parts.content;
    if (!take(parts, 5)) return parts;
    parts.priority = PriorityPart{.depends_on = read32(before), .weight = before[4]};
  }
  if (frame.is(FrameType::push_promise)) {
    const Octets before = parts.content;
    if (!take(parts, 4)) return parts;
    parts.promised = read32(before);
  }
  const std::size_t padding = parts.pad_length.value_or(0);
  if (padding > parts.content.size()) {
    parts.fits = false;
    parts.padding_too_long = true;
    return parts;
  }
  parts.padding = parts.content.last(padding);
  parts.content = parts.content.first(parts.content.size() - padding);
  return parts;
}

std::vector<SettingEntry> settings_entries(Octets payload) {
  std::vector<SettingEntry> entries;
  for (std::size_t at = 0; at + 6 <= payload.size(); at += 6) {
    entries.push_back({.id = read16(payload, at), .value = read32(payload, at + 2)});
  }
  return entries;
}

std::vector<std::uint8_t> settings_payload(std::span<const SettingEntry> entries) {
  std::vector<std::uint8_t> payload;
  for (const SettingEntry& entry : entries) {
    append16(payload, entry.id);
    append32(payload, entry.value);
  }
  return payload;
}

std::string_view type_name(std::uint8_t type) {
  const TypeRow* const row = row_of(type);
  return row == nullptr ? std::string_view{} : row->name;
}

std::optional<std::uint8_t> frame_type(std::string_view name) {
  for (const TypeRow& row : kTypes) {
    if (row.name == name) return static_cast<std::uint8_t>(row.type);
  }
  return std::nullopt;
}

std::span<const FlagName> flags_of(std::uint8_t type) {
  const TypeRow* const row = row_of(type);
  return row == nullptr ? kNoFlags : row->flags;
}

std::uint8_t defined_flags(std::uint8_t type) {
  std::uint8_t bits = 0;
  for (const FlagName& flag : flags_of(type)) bits = static_cast<std::uint8_t>(bits | flag.bit);
  return bits;
}

std::string_view setting_name(std::uint16_t id) {
  for (const auto& [known, name] : kSettings) {
    if (static_cast<std::uint16_t>(known) == id) return name;
  }
  return {};
}

std::optional<std::uint16_t> setting_id(std::string_view name) {
  for (const auto& [known, its_name] : kSettings) {
    if (its_name == name) return static_cast<std::uint16_t>(known);
  }
  return std::nullopt;
}

}  // namespace h2assay::wire
