// Each octet-side oracle, fed by hand: silent on what is permitted, red on the fault that it is
// for.

#include <gtest/gtest.h>

#include "properties/oracles/closed_is_closed.h"
#include "properties/oracles/frame_fits_peer.h"
#include "properties/oracles/frames_well_formed.h"
#include "properties/oracles/last_stream_id_never_rises.h"
#include "properties/oracles/one_rst_per_stream.h"
#include "properties/oracles/settings_acked_once.h"
#include "properties/oracles/window_ledger.h"

namespace h2assay {
namespace {

using enum wire::FrameType;
using enum wire::Role;

// Frames in place, for as long as the test lasts.
class Wire {
 public:
  explicit Wire(OctetOracle& oracle) : oracle_(oracle) {}

  Wire& sent(wire::Role from,
             wire::FrameType type,
             std::uint8_t flags,
             std::uint32_t stream,
             std::vector<std::uint8_t> payload = {}) {
    oracle_.sent(from, view(type, flags, stream, std::move(payload)));
    return *this;
  }

  Wire& arrived(wire::Role at,
                wire::FrameType type,
                std::uint8_t flags,
                std::uint32_t stream,
                std::vector<std::uint8_t> payload = {}) {
    oracle_.arrived(at, view(type, flags, stream, std::move(payload)));
    return *this;
  }

 private:
  wire::FrameView view(wire::FrameType type,
                       std::uint8_t flags,
                       std::uint32_t stream,
                       std::vector<std::uint8_t> payload) {
    octets_.clear();
    wire::append(octets_, wire::make_frame(type, flags, stream, std::move(payload)));
    return *wire::first_frame(octets_);
  }

  OctetOracle& oracle_;
  std::vector<std::uint8_t> octets_;
};

std::vector<std::uint8_t> u32(std::uint32_t value) {
  std::vector<std::uint8_t> out;
  wire::append32(out, value);
  return out;
}

std::vector<std::uint8_t> setting(wire::SettingId id, std::uint32_t value) {
  const wire::SettingEntry entry{static_cast<std::uint16_t>(id), value};
  return wire::settings_payload({&entry, 1});
}

std::vector<std::uint8_t> goaway_payload(std::uint32_t last, std::uint32_t code) {
  std::vector<std::uint8_t> out = u32(last);
  wire::append32(out, code);
  return out;
}

TEST(WindowLedger, AcceptsTheWholeWindowAndNotOneOctetMore) {
  WindowLedger oracle;
  Wire wire(oracle);
  wire.sent(client, data, 0, 1, std::vector<std::uint8_t>(65535));
  EXPECT_FALSE(oracle.broken());
  wire.sent(client, data, 0, 1, {0});
  EXPECT_TRUE(oracle.broken());
}

TEST(WindowLedger, CountsPadding) {
  WindowLedger oracle;
  Wire wire(oracle);
  wire.arrived(client, settings, 0, 0, setting(wire::SettingId::initial_window_size, 10));
  wire.sent(client, data, wire::kPadded, 1, std::vector<std::uint8_t>(11));
  EXPECT_TRUE(oracle.broken());
}

TEST(WindowLedger, LetsSettingsAloneMakeAWindowNegative) {
  WindowLedger oracle;
  Wire wire(oracle);
  wire.sent(client, data, 0, 1, std::vector<std::uint8_t>(1000));
  wire.arrived(client, settings, 0, 0, setting(wire::SettingId::initial_window_size, 10));
  wire.sent(client, data, wire::kEndStream, 1);
  wire.arrived(client, window_update, 0, 1, u32(991));
  wire.sent(client, data, 0, 1, {0});
  EXPECT_FALSE(oracle.broken());
  wire.sent(client, data, 0, 1, {0});
  EXPECT_TRUE(oracle.broken());
}

TEST(WindowLedger, KeepsTheConnectionWindowApart) {
  WindowLedger oracle;
  Wire wire(oracle);
  wire.arrived(client, window_update, 0, 1, u32(100'000));
  wire.sent(client, data, 0, 1, std::vector<std::uint8_t>(65535));
  wire.sent(client, data, 0, 1, {0});
  EXPECT_TRUE(oracle.broken());
}

TEST(FrameFitsPeer, KnowsTheLimitThatArrivedLast) {
  FrameFitsPeer oracle;
  Wire wire(oracle);
  wire.sent(server, headers, 4, 1, std::vector<std::uint8_t>(16384));
  EXPECT_FALSE(oracle.broken());
  wire.arrived(server, settings, 0, 0, setting(wire::SettingId::max_frame_size, 20000));
  wire.sent(server, headers, 4, 1, std::vector<std::uint8_t>(20000));
  EXPECT_FALSE(oracle.broken());
  wire.sent(server, headers, 4, 1, std::vector<std::uint8_t>(20001));
  EXPECT_TRUE(oracle.broken());
}

TEST(SettingsAckedOnce, WantsEveryAckAndNoOther) {
  SettingsAckedOnce missing;
  Wire(missing).arrived(server, settings, 0, 0);
  missing.at_rest(false);
  EXPECT_FALSE(missing.broken());
  missing.at_rest(true);
  EXPECT_TRUE(missing.broken());

  SettingsAckedOnce unasked;
  Wire(unasked).arrived(server, settings, 0, 0).sent(server, settings, wire::kAck, 0);
  EXPECT_FALSE(unasked.broken());
  Wire(unasked).sent(server, settings, wire::kAck, 0);
  EXPECT_TRUE(unasked.broken());
}

TEST(OneRstPerStream, SeesTheSecondAndWhateverFollowsTheFirst) {
  OneRstPerStream twice;
  Wire(twice).sent(client, rst_stream, 0, 1, u32(8)).sent(server, rst_stream, 0, 1, u32(8));
  EXPECT_FALSE(twice.broken());
  Wire(twice).sent(client, rst_stream, 0, 1, u32(8));
  EXPECT_TRUE(twice.broken());

  OneRstPerStream late;
  Wire(late).sent(server, rst_stream, 0, 1, u32(8)).sent(server, priority, 0, 1, {0, 0, 0, 0, 0});
  EXPECT_FALSE(late.broken());
  Wire(late).sent(server, data, 0, 1);
  EXPECT_TRUE(late.broken());
}

TEST(LastStreamIdNeverRises, AcceptsFallingAndRefusesRising) {
  LastStreamIdNeverRises oracle;
  Wire wire(oracle);
  wire.sent(server, goaway, 0, 0, goaway_payload(0x7fff'ffff, 0))
      .sent(server, goaway, 0, 0, goaway_payload(3, 0));
  wire.sent(server, goaway, 0, 0, goaway_payload(3, 0));
  EXPECT_FALSE(oracle.broken());
  wire.sent(server, goaway, 0, 0, goaway_payload(5, 0));
  EXPECT_TRUE(oracle.broken());
}

TEST(ClosedIsClosed, SeesDataAfterTheEndAndFramesAfterAFatalGoaway) {
  ClosedIsClosed after_end;
  Wire(after_end).sent(client, headers, wire::kEndStream | wire::kEndHeaders, 1);
  EXPECT_FALSE(after_end.broken());
  Wire(after_end).sent(client, data, 0, 1);
  EXPECT_TRUE(after_end.broken());

  ClosedIsClosed after_goaway;
  Wire(after_goaway).sent(server, goaway, 0, 0, goaway_payload(1, 0)).sent(server, ping, 0, 0);
  EXPECT_FALSE(after_goaway.broken());
  Wire(after_goaway).sent(server, goaway, 0, 0, goaway_payload(1, 1)).sent(server, ping, 0, 0);
  EXPECT_TRUE(after_goaway.broken());
}

TEST(FramesWellFormed, RefusesEachFaultOfForm) {
  struct Row {
    wire::FrameType type;
    std::uint8_t flags;
    std::uint32_t stream;
    std::vector<std::uint8_t> payload;
    bool fine;
  };

  const std::vector<Row> rows{
      {ping, 0, 0, std::vector<std::uint8_t>(8), true},
      {ping, 0, 0, std::vector<std::uint8_t>(7), false},
      {ping, 0, 1, std::vector<std::uint8_t>(8), false},
      {data, 0, 0, {}, false},
      {data, 0, 0x8000'0001, {}, false},
      {data, wire::kPadded, 1, {2, 0, 0}, true},
      {data, wire::kPadded, 1, {3, 0, 0}, false},
      {data, wire::kPadded, 1, {2, 0, 1}, false},
      {data, 0x40, 1, {}, false},
      {window_update, 0, 1, {0, 0, 0, 1}, true},
      {window_update, 0, 1, {0, 0, 0, 0}, false},
      {window_update, 0, 1, {0x80, 0, 0, 1}, false},
      {settings, 0, 0, {0, 4, 0, 0, 0}, false},
      {settings, wire::kAck, 0, {0, 4, 0, 0, 0, 0}, false},
      {goaway, 0, 0, {0, 0, 0, 0}, false},
      {continuation, 4, 1, {}, false},
      {push_promise, 4, 1, {0, 0, 0, 2}, false},  // by a client
      {headers, 5, 2, {}, false},                 // by a client
  };
  for (const Row& row : rows) {
    FramesWellFormed oracle;
    Wire(oracle)
        .sent(client, settings, 0, 0)
        .sent(client, row.type, row.flags, row.stream, row.payload);
    EXPECT_EQ(!oracle.broken().has_value(), row.fine)
        << wire::type_name(static_cast<std::uint8_t>(row.type)) << ": "
        << oracle.broken().value_or("accepted");
  }
}

TEST(FramesWellFormed, WantsSettingsFirstAndFieldBlocksWhole) {
  FramesWellFormed first;
  Wire(first).sent(server, ping, 0, 0, std::vector<std::uint8_t>(8));
  EXPECT_TRUE(first.broken());

  FramesWellFormed block;
  Wire(block)
      .sent(client, settings, 0, 0)
      .sent(client, headers, 0, 1)
      .sent(client, continuation, 4, 1);
  EXPECT_FALSE(block.broken());
  Wire(block).sent(client, headers, 0, 3).sent(client, data, 0, 1);
  EXPECT_TRUE(block.broken());
}

}  // namespace
}  // namespace h2assay
