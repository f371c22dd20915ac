#include "fuzz/versus_end.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/error.h"
#include "engine/octets.h"

namespace h2assay::versus {

namespace {

using wire::FrameType;

std::string text_of(h2assay_octets octets) {
  return {reinterpret_cast<const char*>(octets.data), octets.length};
}

std::string_view word_of(std::uint32_t kind) {
  constexpr std::array<std::string_view, 11> kWords{"nothing",
                                                    "request",
                                                    "response",
                                                    "interim response",
                                                    "trailers",
                                                    "promise",
                                                    "data",
                                                    "end",
                                                    "reset",
                                                    "PING ACK",
                                                    "GOAWAY"};
  return kind < kWords.size() ? kWords[kind] : "an event of no known kind";
}

// RFC 3986, Section 3.2, and userinfo.
bool is_authority(std::string_view text) {
  static constexpr std::string_view kOthers = "-._~!$&'()*+,;=:@[]%";
  return std::ranges::all_of(text, [](char c) {
    const auto lower = static_cast<char>(c | 0x20);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || kOthers.contains(c);
  });
}

// RFC 9110, Section 5.6.2, behind the colon of a pseudo-field.
bool is_token(std::string_view name) {
  static constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
  return std::ranges::all_of(name.substr(name.starts_with(':') ? 1 : 0), [](char c) {
    const auto lower = static_cast<char>(c | 0x20);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || kOthers.contains(c);
  });
}

bool has_controls(std::string_view value) {
  return std::ranges::any_of(value, [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
  });
}

// What some receivers refuse and others take, so that rows can name it.
std::string traits_of(const h2assay_event& event) {
  int authorities = 0;
  int lengths = 0;
  bool odd = false;
  bool controls = false;
  bool tokens = true;
  for (const h2assay_field& field : std::span(event.fields, event.field_count)) {
    const std::string name = text_of(field.name);
    const std::string value = text_of(field.value);
    const bool authority = name == ":authority" || name == "host";
    authorities += authority ? 1 : 0;
    lengths += name == "content-length" ? 1 : 0;
    odd = odd || (authority && !is_authority(value));
    controls = controls || has_controls(value);
    tokens = tokens && is_token(name);
  }
  std::string traits;
  if (event.kind == H2ASSAY_EVENT_REQUEST && authorities == 0) traits += " without authority";
  if (odd) traits += " of odd authority";
  if (lengths > 1) traits += " with lengths";
  if (controls) traits += " with controls";
  if (!tokens) traits += " with odd names";
  return traits;
}

bool is_head(const h2assay_event& event) {
  return event.kind == H2ASSAY_EVENT_REQUEST &&
         std::ranges::any_of(std::span(event.fields, event.field_count), [](const auto& field) {
           return text_of(field.name) == ":method" && text_of(field.value) == "HEAD";
         });
}

std::string line_of(const h2assay_event& event) {
  std::string line(word_of(event.kind));
  line += traits_of(event);
  if (event.kind == H2ASSAY_EVENT_PROMISE) line += " on " + std::to_string(event.stream_id);
  if (event.kind == H2ASSAY_EVENT_GOAWAY) line += " " + std::to_string(event.other_id);
  if (event.kind == H2ASSAY_EVENT_RESET || event.kind == H2ASSAY_EVENT_GOAWAY)
    line += " code " + std::to_string(event.code);
  if (event.octets.length != 0) line += " " + to_hex({event.octets.data, event.octets.length});
  for (const h2assay_field& field : std::span(event.fields, event.field_count))
    line += " " + text_of(field.name) + "=\"" + text_of(field.value) + "\"";
  return line;
}

}  // namespace

void End::hear(const h2assay_event& event) {
  heard_.push_back({event.kind, event.stream_id, is_head(event)});
  // A promise is the first that is heard of the promised stream.
  const bool promise = event.kind == H2ASSAY_EVENT_PROMISE;
  Outcome::Stream& stream = outcome_.streams[promise ? event.other_id : event.stream_id];
  if (event.kind == H2ASSAY_EVENT_DATA) {
    stream.data += text_of(event.octets);
  } else {
    stream.told.push_back(line_of(event));
  }
}

void End::sent(const wire::RawFrame& frame) {
  const bool ack = frame.has(wire::kAck);
  if (frame.is(FrameType::settings) && ack) {
    outcome_.replies.emplace_back("SETTINGS ACK");
  } else if (frame.is(FrameType::ping) && ack) {
    outcome_.replies.push_back("PING ACK " + to_hex(frame.payload));
  } else if (frame.is(FrameType::goaway)) {
    const std::uint32_t code = wire::read32(frame.payload, 4);
    if (code != 0 && !outcome_.failed) outcome_.failed = code;
  } else if (frame.is(FrameType::rst_stream)) {
    Outcome::Stream& stream = outcome_.streams[frame.stream_id()];
    if (!stream.reset) stream.reset = wire::read32(frame.payload);
  } else if (frame.is(FrameType::headers) || frame.is(FrameType::data)) {
    Outcome::Stream& stream = outcome_.streams[frame.stream_id()];
    if (frame.is(FrameType::headers)) ++stream.headers_sent;
    if (frame.is(FrameType::data)) stream.data_sent += wire::layout(frame).content.size();
    if (frame.has(wire::kEndStream)) stream.end_sent = true;
  }
}

Outcome End::outcome(std::vector<wire::RawFrame>* narration) {
  cutter_.feed(drained());
  if (!preface_passed_) {
    const Octets rest = cutter_.rest();
    preface_passed_ = true;
    if (rest.size() >= wire::kPreface.size() &&
        std::ranges::equal(rest.first(4), std::string_view("PRI ")))
      cutter_.skip(wire::kPreface.size());
  }
  while (const auto frame = cutter_.next()) {
    sent(*frame);
    if (narration != nullptr) narration->push_back(*frame);
  }
  heard_.clear();
  return std::exchange(outcome_, {});
}

}  // namespace h2assay::versus
