#pragma once
// A conversation written line by line, for the observer's tests.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "properties/observer.h"
#include "properties/wire/frame.h"
#include "properties/wire/hpack.h"

namespace h2assay::watch {

using wire::FrameType;
using wire::RawFrame;
using wire::SettingId;
using Pairs = std::vector<std::pair<std::string, std::string>>;
using Octets = std::vector<std::uint8_t>;

inline const Pairs kGet{
    {":method", "GET"}, {":scheme", "http"}, {":path", "/"}, {":authority", "a"}};
inline const Pairs kPost{
    {":method", "POST"}, {":scheme", "http"}, {":path", "/"}, {":authority", "a"}};
inline const Pairs kOk{{":status", "200"}};

inline Octets block(const Pairs& fields) {
  std::vector<wire::Representation> representations;
  for (const auto& [name, value] : fields) {
    representations.push_back(wire::stateless(name, value));
  }
  return wire::encode(representations);
}

constexpr std::uint8_t kEnd = wire::kEndStream;

// A frame of so many zeros, whatever its type asks for.
inline RawFrame bare(FrameType type,
                     std::uint32_t stream,
                     std::size_t octets,
                     std::uint8_t flags = 0) {
  return wire::make_frame(type, flags, stream, Octets(octets, 0));
}

inline RawFrame headers(std::uint32_t stream, const Pairs& fields, std::uint8_t flags = 0) {
  const auto all = static_cast<std::uint8_t>(flags | wire::kEndHeaders);
  return wire::make_frame(FrameType::headers, all, stream, block(fields));
}

inline RawFrame headers_octets(std::uint32_t stream, Octets octets, std::uint8_t flags = 0) {
  const auto all = static_cast<std::uint8_t>(flags | wire::kEndHeaders);
  return wire::make_frame(FrameType::headers, all, stream, std::move(octets));
}

inline RawFrame data(std::uint32_t stream, std::size_t octets, std::uint8_t flags = 0) {
  return wire::make_frame(FrameType::data, flags, stream, Octets(octets, 'x'));
}

inline Octets number(std::uint32_t value) {
  Octets octets;
  wire::append32(octets, value);
  return octets;
}

inline RawFrame reset(std::uint32_t stream, std::uint32_t code = 8) {
  return wire::make_frame(FrameType::rst_stream, 0, stream, number(code));
}

inline RawFrame credit(std::uint32_t stream, std::uint32_t increment) {
  return wire::make_frame(FrameType::window_update, 0, stream, number(increment));
}

inline RawFrame settings(const std::vector<std::pair<SettingId, std::uint32_t>>& values = {}) {
  std::vector<wire::SettingEntry> entries;
  for (const auto& [id, value] : values) {
    entries.push_back({.id = static_cast<std::uint16_t>(id), .value = value});
  }
  return wire::make_frame(FrameType::settings, 0, 0, wire::settings_payload(entries));
}

inline RawFrame ack() { return wire::make_frame(FrameType::settings, wire::kAck, 0); }

inline RawFrame ping(std::uint8_t octet, std::uint8_t flags = 0) {
  return wire::make_frame(FrameType::ping, flags, 0, Octets(8, octet));
}

inline RawFrame goaway(std::uint32_t last, std::uint32_t code = 0) {
  Octets payload = number(last);
  wire::append32(payload, code);
  return wire::make_frame(FrameType::goaway, 0, 0, std::move(payload));
}

inline RawFrame promise(std::uint32_t stream, std::uint32_t promised, const Pairs& fields) {
  Octets payload = number(promised);
  const Octets fields_octets = block(fields);
  payload.insert(payload.end(), fields_octets.begin(), fields_octets.end());
  return wire::make_frame(FrameType::push_promise, wire::kEndHeaders, stream, std::move(payload));
}

// One conversation under observation.
class Talk {
 public:
  explicit Talk(wire::Role peer = wire::Role::server) : peer_(peer), observer_(peer) {}

  Talk& us(const RawFrame& frame) {
    observer_.sent(octets_of(frame));
    return *this;
  }

  Talk& peer(const RawFrame& frame) {
    observer_.received(octets_of(frame));
    return *this;
  }

  Talk& us_octets(std::string_view text) {
    observer_.sent(Octets(text.begin(), text.end()));
    return *this;
  }

  Talk& peer_octets(std::string_view text) {
    observer_.received(Octets(text.begin(), text.end()));
    return *this;
  }

  Talk& preface() {
    return peer_ == wire::Role::server ? us_octets(wire::kPreface) : peer_octets(wire::kPreface);
  }

  // Prefaces and both acknowledgements.
  Talk& handshake(const std::vector<std::pair<SettingId, std::uint32_t>>& ours = {},
                  const std::vector<std::pair<SettingId, std::uint32_t>>& theirs = {}) {
    preface().us(settings(ours)).peer(settings(theirs));
    return us(ack()).peer(ack());
  }

  // A barrier: a PING and a fresh request, both answered; two PINGs for a client.
  Talk& barrier(std::uint32_t stream) {
    us(ping(200));
    if (peer_ == wire::Role::server) {
      us(headers(stream, kGet, kEnd)).peer(ping(200, wire::kAck));
      return peer(headers(stream, kOk, kEnd));
    }
    return peer(ping(200, wire::kAck)).us(ping(201)).peer(ping(201, wire::kAck));
  }

  const Observer& observer() const { return observer_; }

  const std::vector<Finding>& findings() const { return observer_.findings(); }

 private:
  static Octets octets_of(const RawFrame& frame) {
    Octets octets;
    wire::append(octets, frame);
    return octets;
  }

  wire::Role peer_;
  Observer observer_;
};

}  // namespace h2assay::watch
