#include "engine/frame.h"

#include <algorithm>
#include <array>
#include <utility>

namespace h2assay {

namespace {

constexpr auto kTypeNames = std::to_array<std::pair<FrameType, std::string_view>>({
    {FrameType::data, "DATA"},
    {FrameType::headers, "HEADERS"},
    {FrameType::priority, "PRIORITY"},
    {FrameType::rst_stream, "RST_STREAM"},
    {FrameType::settings, "SETTINGS"},
    {FrameType::push_promise, "PUSH_PROMISE"},
    {FrameType::ping, "PING"},
    {FrameType::goaway, "GOAWAY"},
    {FrameType::window_update, "WINDOW_UPDATE"},
    {FrameType::continuation, "CONTINUATION"},
    {FrameType::altsvc, "ALTSVC"},
    {FrameType::origin, "ORIGIN"},
    {FrameType::priority_update, "PRIORITY_UPDATE"},
});

// Padding in front of and behind what a frame carries: RFC 9113, Sections 6.1, 6.2, 6.6.
struct Padding {
  Octets rest{};  // behind the pad length octet, padding included
  std::optional<std::uint8_t> length{};
  bool missing = false;  // PADDED without a pad length
};

Padding pad_length_of(const Frame& frame) {
  if (!frame.header.has(flags::padded)) return {frame.payload, {}, false};
  if (frame.payload.empty()) return {{}, {}, true};
  return {frame.payload.subspan(1), frame.payload.front(), false};
}

// What is left of `rest` without its padding; nothing when the padding reaches beyond it.
std::optional<Octets> without_padding(Octets rest, std::optional<std::uint8_t> length) {
  const std::size_t padding = length.value_or(0);
  if (padding > rest.size()) return std::nullopt;
  return rest.first(rest.size() - padding);
}

PriorityFields load_priority(const std::uint8_t* at) {
  const std::uint32_t word = load32(at);
  return {.depends_on = word & kMaxStreamId,
          .weight = static_cast<std::uint16_t>(at[4] + 1),
          .exclusive = (word >> 31) != 0};
}

}  // namespace

std::string_view name(FrameType type) {
  const auto* found = std::ranges::find(kTypeNames, type, &decltype(kTypeNames)::value_type::first);
  return found == kTypeNames.end() ? std::string_view() : found->second;
}

std::optional<FrameType> frame_type(std::string_view name) {
  const auto* found =
      std::ranges::find(kTypeNames, name, &decltype(kTypeNames)::value_type::second);
  if (found == kTypeNames.end()) return std::nullopt;
  return found->first;
}

std::optional<std::string_view> OriginView::next() {
  if (rest_.size() < 2) return std::nullopt;
  const std::size_t length = load16(rest_.data());
  if (length > rest_.size() - 2) return std::nullopt;
  const std::string_view origin = text_of(rest_.subspan(2, length));
  rest_ = rest_.subspan(2 + length);
  return origin;
}

Parsed<DataPayload> parse_data(const Frame& frame) {
  if (frame.header.stream_id == 0) return {{}, Rule::data_on_stream_zero};
  if (!frame.header.has(flags::padded)) return {{frame.payload, {}}, {}};
  const Padding padding = pad_length_of(frame);
  if (padding.missing) return {{}, Rule::data_too_short};
  const std::optional<Octets> data = without_padding(padding.rest, padding.length);
  if (!data) return {{{}, padding.length}, Rule::data_padding};
  return {{*data, padding.length}, {}};
}

Parsed<HeadersPayload> parse_headers(const Frame& frame) {
  if (frame.header.stream_id == 0) return {{}, Rule::headers_on_stream_zero};
  const Padding padding = pad_length_of(frame);
  if (padding.missing) return {{}, Rule::headers_too_short};

  HeadersPayload payload{.fragment = {}, .priority = {}, .pad_length = padding.length};
  Octets rest = padding.rest;
  if (frame.header.has(flags::priority)) {
    if (rest.size() < 5) return {payload, Rule::headers_too_short};
    payload.priority = load_priority(rest.data());
    rest = rest.subspan(5);
  }
  const std::optional<Octets> fragment = without_padding(rest, padding.length);
  if (!fragment) return {payload, Rule::headers_padding};
  payload.fragment = *fragment;
  return {payload, {}};
}

Parsed<PriorityFields> parse_priority(const Frame& frame) {
  if (frame.header.stream_id == 0) return {{}, Rule::priority_on_stream_zero};
  if (frame.payload.size() != 5) return {{}, Rule::priority_length};
  return {load_priority(frame.payload.data()), {}};
}

Parsed<ErrorCode> parse_rst_stream(const Frame& frame) {
  if (frame.header.stream_id == 0) return {{}, Rule::rst_stream_on_stream_zero};
  if (frame.payload.size() != 4) return {{}, Rule::rst_stream_length};
  return {static_cast<ErrorCode>(load32(frame.payload.data())), {}};
}

Parsed<SettingsView> parse_settings(const Frame& frame) {
  const SettingsView view(frame.payload);
  if (frame.header.stream_id != 0) return {view, Rule::settings_on_stream};
  if (frame.header.has(flags::ack)) {
    if (!frame.payload.empty()) return {{}, Rule::settings_ack_length};
    return {};
  }
  if (frame.payload.size() % 6 != 0) return {view, Rule::settings_length};
  return {view, {}};
}

Parsed<PushPromisePayload> parse_push_promise(const Frame& frame) {
  if (frame.header.stream_id == 0) return {{}, Rule::push_promise_on_stream_zero};
  const Padding padding = pad_length_of(frame);
  if (padding.missing || padding.rest.size() < 4) return {{}, Rule::push_promise_too_short};

  PushPromisePayload payload{.promised_stream_id = load32(padding.rest.data()) & kMaxStreamId,
                             .fragment = {},
                             .pad_length = padding.length};
  const std::optional<Octets> fragment = without_padding(padding.rest.subspan(4), padding.length);
  if (!fragment) return {payload, Rule::push_promise_padding};
  payload.fragment = *fragment;
  return {payload, {}};
}

Parsed<std::array<std::uint8_t, 8>> parse_ping(const Frame& frame) {
  std::array<std::uint8_t, 8> data{};
  if (frame.payload.size() != data.size()) return {data, Rule::ping_length};
  std::ranges::copy(frame.payload, data.begin());
  if (frame.header.stream_id != 0) return {data, Rule::ping_on_stream};
  return {data, {}};
}

Parsed<GoawayPayload> parse_goaway(const Frame& frame) {
  if (frame.payload.size() < 8) return {{}, Rule::goaway_length};
  const std::uint8_t* at = frame.payload.data();
  const GoawayPayload payload{.last_stream_id = load32(at) & kMaxStreamId,
                              .code = static_cast<ErrorCode>(load32(at + 4)),
                              .debug_data = frame.payload.subspan(8)};
  if (frame.header.stream_id != 0) return {payload, Rule::goaway_on_stream};
  return {payload, {}};
}

Parsed<std::uint32_t> parse_window_update(const Frame& frame) {
  if (frame.payload.size() != 4) return {0, Rule::window_update_length};
  return {load32(frame.payload.data()) & 0x7fff'ffff, {}};
}

Parsed<Octets> parse_continuation(const Frame& frame) {
  if (frame.header.stream_id == 0) return {frame.payload, Rule::continuation_on_stream_zero};
  return {frame.payload, {}};
}

Parsed<AltsvcPayload> parse_altsvc(const Frame& frame) {
  if (frame.payload.size() < 2) return {{}, Rule::altsvc_length};
  const std::size_t length = load16(frame.payload.data());
  const std::string_view rest = text_of(frame.payload.subspan(2));
  if (length > rest.size()) return {{}, Rule::altsvc_length};
  return {{rest.substr(0, length), rest.substr(length)}, {}};
}

Parsed<OriginView> parse_origin(const Frame& frame) {
  std::size_t complete = 0;
  OriginView entries(frame.payload);
  while (const std::optional<std::string_view> origin = entries.next()) {
    complete += 2 + origin->size();
  }
  const OriginView view(frame.payload.first(complete));
  if (complete != frame.payload.size()) return {view, Rule::origin_length};
  return {view, {}};
}

Parsed<PriorityUpdatePayload> parse_priority_update(const Frame& frame) {
  if (frame.payload.size() < 4) return {{}, Rule::priority_update_length};
  const PriorityUpdatePayload payload{
      .prioritized_stream_id = load32(frame.payload.data()) & kMaxStreamId,
      .value = text_of(frame.payload.subspan(4))};
  if (frame.header.stream_id != 0) return {payload, Rule::priority_update_on_stream};
  return {payload, {}};
}

}  // namespace h2assay
