// The h2c upgrade of RFC 7540, Section 3.2, which RFC 9113 has dropped: only with
// Options::allow_upgrade (D79).

#include <array>
#include <vector>

#include "engine/connection_state.h"

namespace h2assay {

namespace {

constexpr std::string_view kBase64Url =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// RFC 4648, Section 5, without padding.
std::string to_base64url(Octets octets) {
  std::string text;
  std::uint32_t bits = 0;
  int count = 0;
  for (const std::uint8_t octet : octets) {
    bits = (bits << 8U | octet) & 0xffffff;
    for (count += 8; count >= 6; count -= 6) text += kBase64Url[(bits >> (count - 6)) & 0x3f];
  }
  if (count > 0) text += kBase64Url[(bits << (6 - count)) & 0x3f];
  return text;
}

std::optional<std::vector<std::uint8_t>> from_base64url(std::string_view text) {
  std::vector<std::uint8_t> octets;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const std::size_t value = kBase64Url.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    bits = (bits << 6U | static_cast<std::uint32_t>(value)) & 0xffffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    octets.push_back(static_cast<std::uint8_t>(bits >> count));
  }
  // What is left over must be too short for an octet, and zero.
  if (count >= 6 || (bits & ((1U << count) - 1U)) != 0) return std::nullopt;
  return octets;
}

}  // namespace

// The server takes the client's settings as if they had come in a frame, but without event and ACK.
Sent<> Connection::State::adopt_upgrade(std::string_view settings_header) {
  const std::optional<std::vector<std::uint8_t>> payload = from_base64url(settings_header);
  if (!payload || payload->size() % 6 != 0) return std::unexpected(Misuse::invalid_argument);
  Settings adopted = remote;
  const SettingsView settings{Octets(*payload)};
  for (std::size_t i = 0; i < settings.size(); ++i) {
    const Setting setting = settings[i];
    if (check_setting(setting, adopted, {.from_server = false, .first_frame = true})) {
      return std::unexpected(Misuse::invalid_setting);
    }
    adopted.apply(setting);
  }
  if (const Sent<> begun = initiate(); !begun) return begun;
  remote = adopted;
  encoder.set_max_size(remote.header_table_size);
  return {};
}

Sent<std::string> Connection::initiate_upgrade_connection(std::string_view settings_header) {
  State& s = *state_;
  if (!s.options.allow_upgrade) return std::unexpected(Misuse::invalid_argument);
  const Sent<> begun = s.is_client() ? s.initiate() : s.adopt_upgrade(settings_header);
  if (!begun) return std::unexpected(begun.error());
  // Stream 1 carries the request of HTTP/1.1: it is complete on the client's side.
  Stream& stream = s.open_stream(
      1, s.is_client() ? StreamState::half_closed_local : StreamState::half_closed_remote);
  if (!s.is_client()) {
    stream.inbound = Progress::complete;
    return std::string();
  }
  stream.outbound = Progress::complete;
  OctetBuffer frame;
  append_settings(frame, s.initial_settings());
  return to_base64url(frame.view().subspan(kFrameHeaderOctets));
}

}  // namespace h2assay
