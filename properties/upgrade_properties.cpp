// A connection that began with the h2c upgrade of RFC 7540, Section 3.2, goes on like one that
// began with the preface and a request: the settings in the header count as if they had come in a
// frame, and stream 1 awaits its response.

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "properties/generators/draw.h"
#include "properties/pair/messages.h"
#include "properties/pair/pair.h"
#include "properties/wire/hpack.h"

namespace h2assay {
namespace {

constexpr std::uint64_t kUpgradeSeed = 7'540'032;
constexpr std::uint64_t kUpgrades = 300;

// RFC 4648, Section 5, without padding.
std::vector<std::uint8_t> decoded(std::string_view text) {
  static constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::vector<bool> bits;
  for (const char c : text)
    for (int bit = 5; bit >= 0; --bit) bits.push_back((kDigits.find(c) >> bit & 1U) != 0);
  std::vector<std::uint8_t> octets(bits.size() / 8);
  for (std::size_t i = 0; i < octets.size() * 8; ++i)
    if (bits[i]) octets[i / 8] = static_cast<std::uint8_t>(octets[i / 8] | 0x80U >> i % 8);
  return octets;
}

std::vector<std::uint8_t> taken(Connection& engine) {
  const Octets octets = engine.data_to_send();
  return {octets.begin(), octets.end()};
}

std::vector<wire::RawFrame> frames_of(std::span<const std::uint8_t> octets) {
  wire::FrameCutter cutter;
  cutter.feed(octets);
  std::vector<wire::RawFrame> frames;
  while (auto frame = cutter.next()) frames.push_back(std::move(*frame));
  return frames;
}

// Both ends after the upgrade; nothing has arrived yet.
struct Upgraded {
  explicit Upgraded(const Script& script)
      : client(options(Role::client, script.client)),
        server(options(Role::server, script.server)),
        header(client.initiate_upgrade_connection({}).value_or("refused")),
        taken_up(server.initiate_upgrade_connection(header).has_value()) {}

  static Options options(Role role, const EndConfig& config) {
    Options options = options_of(role, config);
    options.allow_upgrade = true;
    return options;
  }

  Connection client;
  Connection server;
  std::string header;
  bool taken_up;
};

TEST(Upgrade, TakesTheHeaderForTheSettingsOfThePreface) {
  for (std::uint64_t i = 0; i < kUpgrades; ++i) {
    const Script script = generate::draw(kUpgradeSeed + i, false);
    Upgraded both(script);
    Connection plain(options_of(Role::server, script.server));
    static_cast<void>(plain.initiate_connection());

    const std::vector<std::uint8_t> preface = taken(both.client);
    static_cast<void>(plain.receive_data(preface));

    ASSERT_TRUE(both.taken_up) << both.header;
    const auto frames = frames_of(std::span(preface).subspan(wire::kPreface.size()));
    ASSERT_EQ(frames.at(0).payload, decoded(both.header)) << both.header;
    ASSERT_EQ(both.server.remote_settings(), plain.remote_settings()) << both.header;
    ASSERT_EQ(
        both.server.local_flow_control_window(1).value_or(-1),
        std::min<std::int64_t>(wire::kDefaultWindow, plain.remote_settings().initial_window_size));
  }
}

TEST(Upgrade, IsAnsweredOnStreamOneWithinWhatTheHeaderSaid) {
  for (std::uint64_t i = 0; i < kUpgrades; ++i) {
    const Script script = generate::draw(kUpgradeSeed + i, false);
    Upgraded both(script);
    const Fields fields = messages::response(static_cast<std::uint32_t>(4 + i % 3));

    ASSERT_TRUE(both.server.send_headers(1, fields));
    ASSERT_TRUE(both.server.end_stream(1));

    const std::vector<std::uint8_t> answer = taken(both.server);
    wire::HpackDecoder decoder;
    const std::uint32_t table = both.server.remote_settings().header_table_size;
    decoder.limit(table);
    decoder.require_at_most(table);
    std::vector<std::uint8_t> block;
    for (const wire::RawFrame& frame : frames_of(answer)) {
      if (!frame.is(wire::FrameType::headers) && !frame.is(wire::FrameType::continuation)) continue;
      ASSERT_LE(frame.payload.size(), both.server.remote_settings().max_frame_size);
      block.insert(block.end(), frame.payload.begin(), frame.payload.end());
    }
    const wire::DecodedBlock section = decoder.decode(block);
    ASSERT_FALSE(section.fault) << wire::describe(*section.fault);
    ASSERT_EQ(section.fields.size(), fields.size());

    const std::vector<std::uint8_t> asked = taken(both.client);
    bool ended = false;
    for (const Event& event : both.client.receive_data(answer)) {
      ASSERT_FALSE(std::holds_alternative<ConnectionFailed>(event));
      ended = ended || std::holds_alternative<StreamEnded>(event);
    }
    static_cast<void>(both.server.receive_data(asked));
    ASSERT_TRUE(ended);
    ASSERT_FALSE(both.server.terminal());
    ASSERT_EQ(both.client.stream_phase(1), StreamPhase::closed_by_end);
    ASSERT_EQ(both.server.stream_phase(1), StreamPhase::closed_by_end);
  }
}

}  // namespace
}  // namespace h2assay
