#include "conformance/player/frames.h"

#include <algorithm>

namespace h2assay {

using wire::FrameType;

namespace {

constexpr std::string_view kBarrier = "barrier";

}  // namespace

wire::RawFrame window_update(std::uint32_t stream, std::uint32_t increment) {
  std::vector<std::uint8_t> payload;
  wire::append32(payload, increment);
  return wire::make_frame(FrameType::window_update, 0, stream, std::move(payload));
}

wire::RawFrame barrier_ping(std::uint64_t number) {
  std::vector<std::uint8_t> payload(kBarrier.begin(), kBarrier.end());
  payload.push_back(static_cast<std::uint8_t>(number));
  return wire::make_frame(FrameType::ping, 0, 0, std::move(payload));
}

bool is_barrier_data(wire::Octets data) {
  return data.size() == kBarrier.size() + 1 &&
         std::equal(kBarrier.begin(), kBarrier.end(), data.begin());
}

std::uint64_t barrier_number(wire::Octets data) { return data.back(); }

transcript::Phrase word_phrase(std::string_view word) {
  transcript::Phrase phrase;
  phrase.word = word;
  return phrase;
}

wire::RawFrame data_frame(std::uint32_t stream,
                          std::uint64_t length,
                          std::optional<std::uint8_t> pad,
                          bool end_stream) {
  std::vector<std::uint8_t> payload;
  if (pad) payload.push_back(*pad);
  payload.resize(payload.size() + length, 'x');
  payload.resize(payload.size() + pad.value_or(0), 0);
  const unsigned flags = (pad ? wire::kPadded : 0U) | (end_stream ? wire::kEndStream : 0U);
  return wire::make_frame(
      FrameType::data, static_cast<std::uint8_t>(flags), stream, std::move(payload));
}

std::vector<transcript::FieldLine> message_fields(std::string_view method,
                                                  std::string_view path,
                                                  const Facts& facts) {
  std::vector<transcript::FieldLine> fields = {{":method", std::string(method)}};
  if (method != "CONNECT") {
    fields.emplace_back(":scheme", facts.scheme);
    fields.emplace_back(":authority", facts.authority);
    fields.emplace_back(":path", std::string(path));
  } else {
    fields.emplace_back(":authority", facts.authority);
  }
  fields.insert(fields.end(), facts.fields.begin(), facts.fields.end());
  return fields;
}

}  // namespace h2assay
