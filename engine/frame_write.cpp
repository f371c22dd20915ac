// The writing half of frame.h.

#include <algorithm>
#include <cstring>

#include "engine/frame.h"

namespace h2assay {

namespace {

constexpr std::uint8_t octet(FrameType type) { return static_cast<std::uint8_t>(type); }

void store_header(std::uint8_t* at,
                  std::size_t length,
                  FrameType type,
                  std::uint8_t flags,
                  std::uint32_t stream_id) {
  store24(at, static_cast<std::uint32_t>(length));
  at[3] = octet(type);
  at[4] = flags;
  store32(at + 5, stream_id);
}

// A frame of known length; returns where its payload begins.
std::uint8_t* append_room(OctetBuffer& out,
                          std::size_t length,
                          FrameType type,
                          std::uint8_t flags,
                          std::uint32_t stream_id) {
  std::uint8_t* at = out.extend(kFrameHeaderOctets + length);
  store_header(at, length, type, flags, stream_id);
  return at + kFrameHeaderOctets;
}

std::uint8_t* store_octets(std::uint8_t* at, Octets octets) {
  if (!octets.empty()) std::memcpy(at, octets.data(), octets.size());
  return at + octets.size();
}

std::uint8_t* store_priority(std::uint8_t* at, const PriorityFields& priority) {
  store32(at, priority.depends_on | (priority.exclusive ? 0x8000'0000U : 0U));
  at[4] = static_cast<std::uint8_t>(priority.weight - 1);
  return at + 5;
}

FieldBlock open_block(OctetBuffer& out,
                      FrameType type,
                      std::uint8_t flags,
                      std::uint32_t stream_id,
                      std::optional<std::uint8_t> pad_length,
                      std::size_t fixed) {
  FieldBlock block{
      .frame = out.size(), .before = fixed + (pad_length ? 1 : 0), .pad_length = pad_length};
  if (pad_length) flags |= flags::padded;
  std::uint8_t* at = append_room(out, block.before, type, flags, stream_id);
  if (pad_length) *at = *pad_length;
  return block;
}

}  // namespace

void append_header(OctetBuffer& out, const FrameHeader& header) {
  std::uint8_t* at = out.extend(kFrameHeaderOctets);
  store_header(at, header.length, FrameType{header.type}, header.flags, header.stream_id);
}

void append_frame(OctetBuffer& out,
                  std::uint8_t type,
                  std::uint8_t flags,
                  std::uint32_t stream_id,
                  Octets payload) {
  store_octets(append_room(out, payload.size(), FrameType{type}, flags, stream_id), payload);
}

void append_data(OctetBuffer& out,
                 std::uint32_t stream_id,
                 Octets data,
                 bool end_stream,
                 std::optional<std::uint8_t> pad_length) {
  const std::uint8_t end = end_stream ? flags::end_stream : std::uint8_t{0};
  if (!pad_length) {
    store_octets(append_room(out, data.size(), FrameType::data, end, stream_id), data);
    return;
  }
  const std::size_t length = 1 + data.size() + *pad_length;
  const auto both = static_cast<std::uint8_t>(end | flags::padded);
  std::uint8_t* at = append_room(out, length, FrameType::data, both, stream_id);
  *at = *pad_length;
  std::memset(store_octets(at + 1, data), 0, *pad_length);
}

void append_priority(OctetBuffer& out, std::uint32_t stream_id, const PriorityFields& priority) {
  store_priority(append_room(out, 5, FrameType::priority, 0, stream_id), priority);
}

void append_rst_stream(OctetBuffer& out, std::uint32_t stream_id, ErrorCode code) {
  store32(append_room(out, 4, FrameType::rst_stream, 0, stream_id),
          static_cast<std::uint32_t>(code));
}

void append_settings(OctetBuffer& out, std::span<const Setting> settings) {
  std::uint8_t* at = append_room(out, settings.size() * 6, FrameType::settings, 0, 0);
  for (const Setting& each : settings) {
    store16(at, each.id);
    store32(at + 2, each.value);
    at += 6;
  }
}

void append_settings_ack(OctetBuffer& out) {
  append_room(out, 0, FrameType::settings, flags::ack, 0);
}

void append_ping(OctetBuffer& out, const std::array<std::uint8_t, 8>& data, bool ack) {
  const std::uint8_t flag = ack ? flags::ack : std::uint8_t{0};
  store_octets(append_room(out, data.size(), FrameType::ping, flag, 0), data);
}

void append_goaway(OctetBuffer& out,
                   std::uint32_t last_stream_id,
                   ErrorCode code,
                   Octets debug_data) {
  std::uint8_t* at = append_room(out, 8 + debug_data.size(), FrameType::goaway, 0, 0);
  store32(at, last_stream_id);
  store32(at + 4, static_cast<std::uint32_t>(code));
  store_octets(at + 8, debug_data);
}

void append_window_update(OctetBuffer& out, std::uint32_t stream_id, std::uint32_t increment) {
  store32(append_room(out, 4, FrameType::window_update, 0, stream_id), increment);
}

void append_altsvc(OctetBuffer& out,
                   std::uint32_t stream_id,
                   std::string_view origin,
                   std::string_view field_value) {
  std::uint8_t* at =
      append_room(out, 2 + origin.size() + field_value.size(), FrameType::altsvc, 0, stream_id);
  store16(at, static_cast<std::uint16_t>(origin.size()));
  store_octets(store_octets(at + 2, octets_of(origin)), octets_of(field_value));
}

void append_origin(OctetBuffer& out, std::span<const std::string_view> origins) {
  std::size_t length = 0;
  for (const std::string_view origin : origins) length += 2 + origin.size();
  std::uint8_t* at = append_room(out, length, FrameType::origin, 0, 0);
  for (const std::string_view origin : origins) {
    store16(at, static_cast<std::uint16_t>(origin.size()));
    at = store_octets(at + 2, octets_of(origin));
  }
}

void append_priority_update(OctetBuffer& out,
                            std::uint32_t prioritized_stream_id,
                            std::string_view value) {
  std::uint8_t* at = append_room(out, 4 + value.size(), FrameType::priority_update, 0, 0);
  store32(at, prioritized_stream_id);
  store_octets(at + 4, octets_of(value));
}

FieldBlock open_headers(OctetBuffer& out,
                        std::uint32_t stream_id,
                        bool end_stream,
                        const std::optional<PriorityFields>& priority,
                        std::optional<std::uint8_t> pad_length) {
  std::uint8_t flags = end_stream ? flags::end_stream : std::uint8_t{0};
  if (priority) flags |= flags::priority;
  const FieldBlock block =
      open_block(out, FrameType::headers, flags, stream_id, pad_length, priority ? 5 : 0);
  if (priority) store_priority(out.data() + out.size() - 5, *priority);
  return block;
}

FieldBlock open_push_promise(OctetBuffer& out,
                             std::uint32_t stream_id,
                             std::uint32_t promised_stream_id,
                             std::optional<std::uint8_t> pad_length) {
  const FieldBlock block = open_block(out, FrameType::push_promise, 0, stream_id, pad_length, 4);
  store32(out.data() + out.size() - 4, promised_stream_id);
  return block;
}

void close_field_block(OctetBuffer& out, const FieldBlock& block, std::uint32_t max_frame_size) {
  const std::size_t start = block.frame + kFrameHeaderOctets + block.before;
  const std::size_t fragment = out.size() - start;
  const std::size_t padding = block.pad_length.value_or(0);
  const std::size_t fixed = block.before + padding;
  const std::size_t first =
      std::min(fragment, max_frame_size - std::min<std::size_t>(max_frame_size, fixed));
  const std::size_t rest = fragment - first;
  const std::size_t frames = (rest + max_frame_size - 1) / max_frame_size;
  const std::uint32_t stream_id = load32(out.data() + block.frame + 5);

  // From the back, so that every octet moves once.
  out.extend(padding + frames * kFrameHeaderOctets);
  std::uint8_t* data = out.data();
  for (std::size_t i = frames; i-- > 0;) {
    const std::size_t offset = first + i * max_frame_size;
    const std::size_t length = std::min<std::size_t>(max_frame_size, fragment - offset);
    std::uint8_t* to = data + start + offset + padding + (i + 1) * kFrameHeaderOctets;
    std::memmove(to, data + start + offset, length);
    const std::uint8_t flag = i + 1 == frames ? flags::end_headers : std::uint8_t{0};
    store_header(to - kFrameHeaderOctets, length, FrameType::continuation, flag, stream_id);
  }
  std::memset(data + start + first, 0, padding);

  std::uint8_t* header = data + block.frame;
  store24(header, static_cast<std::uint32_t>(fixed + first));
  if (frames == 0) header[4] |= flags::end_headers;
}

}  // namespace h2assay
