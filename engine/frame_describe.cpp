// Frames as one line of text, for logs and tests.

#include <array>
#include <utility>

#include "engine/frame.h"

namespace h2assay {

namespace {

std::string code_text(ErrorCode code) {
  const std::string_view known = name(code);
  return known.empty() ? std::to_string(static_cast<std::uint32_t>(code)) : std::string(known);
}

// Octets as text where that is possible, in hex elsewhere.
std::string quoted(Octets octets) {
  std::string text = "\"";
  for (const std::uint8_t each : octets) {
    if (each < 0x20 || each > 0x7e || each == '"' || each == '\\') {
      text.append("\\x").append(to_hex(Octets(&each, 1)));
    } else {
      text += static_cast<char>(each);
    }
  }
  return text + '"';
}

void add_number(std::string& text, std::string_view label, std::uint64_t value) {
  text.append(" ").append(label).append("=").append(std::to_string(value));
}

void add_flags(std::string& text, const FrameHeader& header) {
  using Row = std::pair<std::uint8_t, std::string_view>;
  static constexpr auto kStream = std::to_array<Row>({{flags::end_stream, "END_STREAM"},
                                                      {flags::end_headers, "END_HEADERS"},
                                                      {flags::padded, "PADDED"},
                                                      {flags::priority, "PRIORITY"}});
  static constexpr auto kAck = std::to_array<Row>({{flags::ack, "ACK"}});
  const bool acknowledges = header.is(FrameType::settings) || header.is(FrameType::ping);
  const std::span<const Row> names = acknowledges ? std::span<const Row>(kAck) : kStream;

  std::uint8_t left = header.flags;
  std::string list;
  for (const auto& [flag, label] : names) {
    if ((left & flag) == 0) continue;
    list.append(list.empty() ? "" : "|").append(label);
    left = static_cast<std::uint8_t>(left & ~flag);
  }
  if (left != 0) list.append(list.empty() ? "" : "|").append("0x").append(to_hex(Octets(&left, 1)));
  if (!list.empty()) text.append(" flags=").append(list);
}

void add_priority(std::string& text, const PriorityFields& priority) {
  add_number(text, "depends_on", priority.depends_on);
  add_number(text, "weight", priority.weight);
  if (priority.exclusive) text.append(" exclusive");
}

void add_settings(std::string& text, const Frame& frame) {
  const SettingsView view = parse_settings(frame).value;
  for (std::size_t i = 0; i < view.size(); ++i) {
    const auto [id, value] = view[i];
    const std::string_view known = name(static_cast<SettingId>(id));
    text.append(" ").append(known.empty() ? std::to_string(id) : std::string(known));
    text.append("=").append(std::to_string(value));
  }
}

void add_headers(std::string& text, const Frame& frame) {
  const HeadersPayload payload = parse_headers(frame).value;
  if (payload.priority) add_priority(text, *payload.priority);
  if (payload.pad_length) add_number(text, "pad_length", *payload.pad_length);
}

void add_push_promise(std::string& text, const Frame& frame) {
  const PushPromisePayload payload = parse_push_promise(frame).value;
  add_number(text, "promised", payload.promised_stream_id);
  if (payload.pad_length) add_number(text, "pad_length", *payload.pad_length);
}

void add_goaway(std::string& text, const Frame& frame) {
  const GoawayPayload payload = parse_goaway(frame).value;
  add_number(text, "last", payload.last_stream_id);
  text.append(" code=").append(code_text(payload.code));
  if (!payload.debug_data.empty()) text.append(" debug=").append(quoted(payload.debug_data));
}

void add_altsvc(std::string& text, const Frame& frame) {
  const AltsvcPayload payload = parse_altsvc(frame).value;
  text.append(" origin=").append(quoted(octets_of(payload.origin)));
  text.append(" value=").append(quoted(octets_of(payload.field_value)));
}

void add_origin(std::string& text, const Frame& frame) {
  OriginView view = parse_origin(frame).value;
  while (const std::optional<std::string_view> origin = view.next()) {
    text.append(" ").append(quoted(octets_of(*origin)));
  }
}

void add_priority_update(std::string& text, const Frame& frame) {
  const PriorityUpdatePayload payload = parse_priority_update(frame).value;
  add_number(text, "about", payload.prioritized_stream_id);
  text.append(" value=").append(quoted(octets_of(payload.value)));
}

void add_payload(std::string& text, const Frame& frame) {
  if (!is_known(frame.header.type)) return;
  switch (FrameType{frame.header.type}) {
    case FrameType::data:
      if (const auto pad = parse_data(frame).value.pad_length) add_number(text, "pad_length", *pad);
      break;
    case FrameType::headers:  add_headers(text, frame); break;
    case FrameType::priority: add_priority(text, parse_priority(frame).value); break;
    case FrameType::rst_stream:
      text.append(" code=").append(code_text(parse_rst_stream(frame).value));
      break;
    case FrameType::settings:     add_settings(text, frame); break;
    case FrameType::push_promise: add_push_promise(text, frame); break;
    case FrameType::ping:         text.append(" data=").append(to_hex(frame.payload)); break;
    case FrameType::goaway:       add_goaway(text, frame); break;
    case FrameType::window_update:
      add_number(text, "increment", parse_window_update(frame).value);
      break;
    case FrameType::continuation:    break;
    case FrameType::altsvc:          add_altsvc(text, frame); break;
    case FrameType::origin:          add_origin(text, frame); break;
    case FrameType::priority_update: add_priority_update(text, frame); break;
  }
}

}  // namespace

std::string describe(const Frame& frame) {
  const std::string_view known = name(FrameType{frame.header.type});
  std::string text(known);
  if (known.empty()) text.append("type 0x").append(to_hex(Octets(&frame.header.type, 1)));
  add_number(text, "stream", frame.header.stream_id);
  add_flags(text, frame.header);
  add_number(text, "length", frame.header.length);
  add_payload(text, frame);
  return text;
}

}  // namespace h2assay
