#include "engine/frame.h"

#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace h2assay {
namespace {

// A frame that owns its payload, given in hex.
struct Sample {
  std::vector<std::uint8_t> payload;
  Frame frame;

  Sample(FrameType type, std::uint8_t flags, std::uint32_t stream_id, std::string_view hex)
      : payload(from_hex(hex).value()) {
    frame.header = {static_cast<std::uint32_t>(payload.size()),
                    static_cast<std::uint8_t>(type),
                    flags,
                    stream_id};
    frame.payload = payload;
  }
};

Frame first_frame(const OctetBuffer& buffer) {
  const FrameHeader header = parse_header(buffer.data());
  return {header, buffer.view().subspan(kFrameHeaderOctets, header.length)};
}

TEST(Frame, MasksTheReservedBitOfTheStreamIdentifier) {
  const auto octets = from_hex("000001 00 01 80000003").value();
  const FrameHeader header = parse_header(octets.data());
  EXPECT_EQ(header, (FrameHeader{.length = 1, .type = 0, .flags = 1, .stream_id = 3}));
}

TEST(Frame, KnowsEachTypeByItsName) {
  for (unsigned type = 0; type < 256; ++type) {
    const auto each = static_cast<FrameType>(type);
    const bool known = !name(each).empty();
    EXPECT_EQ(known, is_known(static_cast<std::uint8_t>(type))) << type;
    if (known) {
      EXPECT_EQ(frame_type(name(each)), each);
    }
  }
}

// --- Stream 0 ----------------------------------------------------------------------------------

TEST(Frame, RefusesStreamZeroWhereAStreamIsNeeded) {
  const auto zero = [](FrameType type, std::string_view hex) { return Sample(type, 0, 0, hex); };
  EXPECT_EQ(parse_data(zero(FrameType::data, "").frame).broken, Rule::data_on_stream_zero);
  EXPECT_EQ(parse_headers(zero(FrameType::headers, "").frame).broken, Rule::headers_on_stream_zero);
  EXPECT_EQ(parse_priority(zero(FrameType::priority, "0000000000").frame).broken,
            Rule::priority_on_stream_zero);
  EXPECT_EQ(parse_rst_stream(zero(FrameType::rst_stream, "00000000").frame).broken,
            Rule::rst_stream_on_stream_zero);
  EXPECT_EQ(parse_push_promise(zero(FrameType::push_promise, "00000002").frame).broken,
            Rule::push_promise_on_stream_zero);
  EXPECT_EQ(parse_continuation(zero(FrameType::continuation, "").frame).broken,
            Rule::continuation_on_stream_zero);
}

TEST(Frame, RefusesAStreamWhereTheConnectionIsMeant) {
  const auto on = [](FrameType type, std::string_view hex) { return Sample(type, 0, 1, hex); };
  EXPECT_EQ(parse_settings(on(FrameType::settings, "").frame).broken, Rule::settings_on_stream);
  EXPECT_EQ(parse_ping(on(FrameType::ping, "0000000000000000").frame).broken, Rule::ping_on_stream);
  EXPECT_EQ(parse_goaway(on(FrameType::goaway, "0000000000000000").frame).broken,
            Rule::goaway_on_stream);
  EXPECT_EQ(parse_priority_update(on(FrameType::priority_update, "00000001").frame).broken,
            Rule::priority_update_on_stream);
}

// --- Lengths -----------------------------------------------------------------------------------

TEST(Frame, RefusesFixedLengthsOneOctetShortOrLong) {
  struct Row {
    FrameType type;
    std::uint32_t stream_id;
    std::size_t length;
    std::optional<Rule> (*parse)(const Frame&);
    Rule rule;
  };

  const auto rows = std::to_array<Row>({
      {FrameType::priority,
       1,
       5,
       [](const Frame& f) { return parse_priority(f).broken; },
       Rule::priority_length},
      {FrameType::rst_stream,
       1,
       4,
       [](const Frame& f) { return parse_rst_stream(f).broken; },
       Rule::rst_stream_length},
      {FrameType::ping,
       0,
       8,
       [](const Frame& f) { return parse_ping(f).broken; },
       Rule::ping_length},
      {FrameType::window_update,
       0,
       4,
       [](const Frame& f) { return parse_window_update(f).broken; },
       Rule::window_update_length},
  });
  for (const Row& row : rows) {
    SCOPED_TRACE(name(row.type));
    for (const std::size_t length : {std::size_t{0}, row.length - 1, row.length + 1}) {
      const std::vector<std::uint8_t> payload(length);
      const Frame frame{{static_cast<std::uint32_t>(length),
                         static_cast<std::uint8_t>(row.type),
                         0,
                         row.stream_id},
                        payload};
      EXPECT_EQ(row.parse(frame), row.rule) << length;
    }
    const std::vector<std::uint8_t> right(row.length);
    EXPECT_EQ(row.parse({{0, static_cast<std::uint8_t>(row.type), 0, row.stream_id}, right}),
              std::nullopt);
  }
}

TEST(Frame, RefusesSettingsThatAreNoMultipleOfSix) {
  EXPECT_EQ(parse_settings(Sample(FrameType::settings, 0, 0, "000000").frame).broken,
            Rule::settings_length);
  const Sample seven(FrameType::settings, 0, 0, "000300000064 00");
  EXPECT_EQ(parse_settings(seven.frame).broken, Rule::settings_length);
  EXPECT_EQ(parse_settings(seven.frame).value.size(), 1U);
}

TEST(Frame, RefusesAnAckWithPayloadAsAFrameSizeErrorD09) {
  const Sample ack(FrameType::settings, flags::ack, 0, "000300000064");
  EXPECT_EQ(parse_settings(ack.frame).broken, Rule::settings_ack_length);
  EXPECT_EQ(row(Rule::settings_ack_length).code, ErrorCode::frame_size_error);
  EXPECT_TRUE(parse_settings(ack.frame).value.empty());
}

TEST(Frame, ResetsTheStreamOfAWrongPriorityLengthD11) {
  EXPECT_EQ(row(Rule::priority_length).scope, Scope::stream);
  EXPECT_EQ(row(Rule::priority_length).code, ErrorCode::frame_size_error);
}

TEST(Frame, ResetsTheStreamOfAZeroIncrementD10) {
  const Sample zero(FrameType::window_update, 0, 1, "80000000");
  EXPECT_EQ(parse_window_update(zero.frame).value, 0U);
  EXPECT_EQ(row(Rule::window_update_zero_on_stream).scope, Scope::stream);
  EXPECT_EQ(row(Rule::window_update_zero_on_connection).scope, Scope::connection);
}

TEST(Frame, RefusesAShortGoawayAndKeepsDebugDataOfALongOne) {
  EXPECT_EQ(parse_goaway(Sample(FrameType::goaway, 0, 0, "00000000000000").frame).broken,
            Rule::goaway_length);
  const Sample goaway(FrameType::goaway, 0, 0, "80000005 0000000b 6869");
  const Parsed<GoawayPayload> parsed = parse_goaway(goaway.frame);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed.value.last_stream_id, 5U);
  EXPECT_EQ(parsed.value.code, ErrorCode::enhance_your_calm);
  EXPECT_EQ(text_of(parsed.value.debug_data), "hi");
}

// --- Reserved bits -----------------------------------------------------------------------------

TEST(Frame, MasksTheReservedBitOfAPromisedStreamD23) {
  const Sample promise(FrameType::push_promise, 0, 1, "80000002 82");
  const Parsed<PushPromisePayload> parsed = parse_push_promise(promise.frame);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed.value.promised_stream_id, 2U);
  EXPECT_EQ(to_hex(parsed.value.fragment), "82");
}

TEST(Frame, MasksTheReservedBitOfAnIncrementD23) {
  EXPECT_EQ(parse_window_update(Sample(FrameType::window_update, 0, 0, "80000007").frame).value,
            7U);
}

// --- Padding -----------------------------------------------------------------------------------

TEST(Frame, TakesPaddingOffData) {
  const Sample data(FrameType::data, flags::padded, 1, "02 6869 0000");
  const Parsed<DataPayload> parsed = parse_data(data.frame);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(text_of(parsed.value.data), "hi");
  EXPECT_EQ(parsed.value.pad_length, 2);
}

TEST(Frame, RefusesPaddingThatIsAsLongAsThePayload) {
  EXPECT_EQ(parse_data(Sample(FrameType::data, flags::padded, 1, "05 00000000").frame).broken,
            Rule::data_padding);
  EXPECT_EQ(parse_data(Sample(FrameType::data, flags::padded, 1, "ff").frame).broken,
            Rule::data_padding);
  EXPECT_TRUE(parse_data(Sample(FrameType::data, flags::padded, 1, "04 00000000").frame));
  EXPECT_EQ(parse_data(Sample(FrameType::data, flags::padded, 1, "").frame).broken,
            Rule::data_too_short);
}

TEST(Frame, AcceptsHeadersThatAreNothingButPaddingD70) {
  const Sample headers(FrameType::headers, flags::padded, 1, "03 000000");
  const Parsed<HeadersPayload> parsed = parse_headers(headers.frame);
  ASSERT_TRUE(parsed);
  EXPECT_TRUE(parsed.value.fragment.empty());
}

TEST(Frame, RefusesPaddingThatReachesIntoThePriorityFieldsD70) {
  constexpr std::uint8_t kBoth = flags::padded | flags::priority;
  const Sample touches(FrameType::headers, kBoth, 1, "01 80000003 ff 00");
  const Sample reaches(FrameType::headers, kBoth, 1, "02 80000003 ff 00");
  const Parsed<HeadersPayload> parsed = parse_headers(touches.frame);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed.value.priority,
            (PriorityFields{.depends_on = 3, .weight = 256, .exclusive = true}));
  EXPECT_EQ(parse_headers(reaches.frame).broken, Rule::headers_padding);
}

TEST(Frame, RefusesPaddingThatReachesIntoThePromisedStreamD70) {
  const Sample touches(FrameType::push_promise, flags::padded, 1, "01 00000002 00");
  const Sample reaches(FrameType::push_promise, flags::padded, 1, "02 00000002 00");
  EXPECT_TRUE(parse_push_promise(touches.frame));
  EXPECT_EQ(parse_push_promise(reaches.frame).broken, Rule::push_promise_padding);
}

TEST(Frame, RefusesHeadersAndPromisesWithoutRoomForTheirFixedFields) {
  EXPECT_EQ(parse_headers(Sample(FrameType::headers, flags::padded, 1, "").frame).broken,
            Rule::headers_too_short);
  EXPECT_EQ(parse_headers(Sample(FrameType::headers, flags::priority, 1, "00000000").frame).broken,
            Rule::headers_too_short);
  EXPECT_EQ(parse_push_promise(Sample(FrameType::push_promise, 0, 1, "000000").frame).broken,
            Rule::push_promise_too_short);
  EXPECT_EQ(parse_push_promise(Sample(FrameType::push_promise, flags::padded, 1, "00000000").frame)
                .broken,
            Rule::push_promise_too_short);
}

// --- Extensions --------------------------------------------------------------------------------

TEST(Frame, ReadsAnAlternativeService) {
  OctetBuffer out;
  append_altsvc(out, 0, "https://a", "h2=\":1\"");
  const Parsed<AltsvcPayload> parsed = parse_altsvc(first_frame(out));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed.value.origin, "https://a");
  EXPECT_EQ(parsed.value.field_value, "h2=\":1\"");
}

TEST(Frame, RefusesAnAlternativeServiceWithoutRoomForItsOrigin) {
  EXPECT_EQ(parse_altsvc(Sample(FrameType::altsvc, 0, 0, "00").frame).broken, Rule::altsvc_length);
  EXPECT_EQ(parse_altsvc(Sample(FrameType::altsvc, 0, 0, "0002 61").frame).broken,
            Rule::altsvc_length);
}

TEST(Frame, ReadsTheEntriesOfOriginInOrder) {
  OctetBuffer out;
  append_origin(out, std::to_array<std::string_view>({"https://a", "", "https://b"}));
  Parsed<OriginView> parsed = parse_origin(first_frame(out));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed.value.next(), "https://a");
  EXPECT_EQ(parsed.value.next(), "");
  EXPECT_EQ(parsed.value.next(), "https://b");
  EXPECT_EQ(parsed.value.next(), std::nullopt);
}

TEST(Frame, ShowsTheCompleteEntriesOfABrokenOrigin) {
  const Sample origin(FrameType::origin, 0, 0, "0001 61 0002 62");
  Parsed<OriginView> parsed = parse_origin(origin.frame);
  EXPECT_EQ(parsed.broken, Rule::origin_length);
  EXPECT_EQ(parsed.value.next(), "a");
  EXPECT_EQ(parsed.value.next(), std::nullopt);
}

TEST(Frame, ReadsAPriorityUpdateWithAnEmptyValue) {
  OctetBuffer out;
  append_priority_update(out, 7, "");
  const Parsed<PriorityUpdatePayload> parsed = parse_priority_update(first_frame(out));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed.value.prioritized_stream_id, 7U);
  EXPECT_EQ(parse_priority_update(Sample(FrameType::priority_update, 0, 0, "000000").frame).broken,
            Rule::priority_update_length);
}

TEST(FrameDescription, SaysOnOneLineWhatTheFrameSays) {
  const auto text = [](FrameType type, std::uint8_t flags, std::uint32_t id, std::string_view hex) {
    return describe(Sample(type, flags, id, hex).frame);
  };
  EXPECT_EQ(text(FrameType::headers, 0x25, 1, "80000003 0f 82"),
            "HEADERS stream=1 flags=END_STREAM|END_HEADERS|PRIORITY length=6 depends_on=3 "
            "weight=16 exclusive");
  EXPECT_EQ(text(FrameType::settings, 0, 0, "000400000001 00ff00000002"),
            "SETTINGS stream=0 length=12 INITIAL_WINDOW_SIZE=1 255=2");
  EXPECT_EQ(text(FrameType::ping, 1, 0, "0102030405060708"),
            "PING stream=0 flags=ACK length=8 data=0102030405060708");
  EXPECT_EQ(text(FrameType::rst_stream, 0, 1, "00000063"), "RST_STREAM stream=1 length=4 code=99");
  EXPECT_EQ(text(FrameType::goaway, 0, 0, "00000001 00000002 6801"),
            "GOAWAY stream=0 length=10 last=1 code=INTERNAL_ERROR debug=\"h\\x01\"");
  EXPECT_EQ(text(FrameType{0x42}, 0x80, 1, "00"), "type 0x42 stream=1 flags=0x80 length=1");
}

// Reading never goes beyond the payload, whatever it holds (the sanitizers watch).
TEST(Frame, ReadsAnyShortPayloadOfAnyTypeSafely) {
  for (unsigned type = 0; type < 18; ++type) {
    for (unsigned flags = 0; flags < 256; flags += 1) {
      for (std::size_t length = 0; length < 12; ++length) {
        for (const std::uint8_t fill : std::to_array<std::uint8_t>({0x00, 0x01, 0x04, 0xff})) {
          const std::vector<std::uint8_t> payload(length, fill);
          const Frame frame{{static_cast<std::uint32_t>(length),
                             static_cast<std::uint8_t>(type),
                             static_cast<std::uint8_t>(flags),
                             1},
                            payload};
          ASSERT_FALSE(describe(frame).empty());
        }
      }
    }
  }
}

}  // namespace
}  // namespace h2assay
