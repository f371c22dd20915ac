// Overdone: frames, their sizes and flags, SETTINGS, PING, GOAWAY.  RFC 9113, Sections 3, 4, 6.
#include <algorithm>
#include <bit>

#include "conformance/self/overdo.h"

namespace h2assay {
namespace {

using wire::FrameType;
using In = const Incoming&;
using enum Overdoing::Answer;

bool unknown(In in) { return wire::type_name(in.frame.type).empty(); }

bool ack(In in, FrameType type) { return in.is(type) && in.has(wire::kAck); }

bool settings(In in) { return in.is(FrameType::settings) && !in.has(wire::kAck); }

template <typename Test> bool entry(In in, const Test& test) {
  return settings(in) && std::ranges::any_of(wire::settings_entries(in.frame.payload), test);
}

bool names(const wire::SettingEntry& entry, wire::SettingId id) {
  return entry.id == static_cast<std::uint16_t>(id);
}

template <typename Change> wire::RawFrame with_entries(In in, const Change& change) {
  auto entries = wire::settings_entries(in.frame.payload);
  change(entries);
  return wire::make_frame(
      FrameType::settings, in.frame.flags, in.frame.stream, wire::settings_payload(entries));
}

// As if the frame were another's, or nothing at all.
wire::RawFrame on_stream(In in, std::uint32_t stream) {
  wire::RawFrame frame = in.frame;
  frame.stream = stream;
  return frame;
}

bool padded(In in, FrameType type) { return in.is(type) && in.has(wire::kPadded); }

bool padding_has(In in, FrameType type) {
  if (!padded(in, type)) return false;
  const auto padding = wire::layout(in.frame).padding;
  return std::ranges::any_of(padding, [](std::uint8_t octet) { return octet != 0; });
}

std::vector<Overdoing> opening() {
  return {
      {"empty-settings",
       {"rfc9113-3.4-04", "rfc9113-6.5-04"},
       connection_error,
       [](In in) { return settings(in) && in.frame.payload.empty(); }},
      {"frames-before-our-ack",
       {"rfc9113-3.4-08",
        "rfc9113-6.5.3-08",
        "rfc9113-6.5.3-09",
        "rfc9113-6.9.3-01",
        "rfc9113-6.7-08"},
       connection_error,
       [](In in) { return !in.acknowledged && in.frames > 0 && !in.is(FrameType::settings); }},
      // The whole connection must be one: 24 octets, then whole frames, each in one piece.
      {"nothing-but-the-preface",
       {"rfc9113-3.3-04", "rfc9113-4.1-01"},
       connection_error,
       [](In in) { return in.frames == 0; }},
  };
}

std::vector<Overdoing> any_frame() {
  return {
      {"unknown-frame-on-connection",
       {"rfc9113-4.1-03", "rfc9113-4.1-07", "rfc9113-5.5-01", "rfc9113-5.5-02"},
       connection_error,
       [](In in) { return unknown(in) && in.id() == 0; }},
      {"unknown-frame-on-open-stream",
       {"rfc9113-4.1-04", "rfc9113-4.1-08", "rfc9113-5.5-01", "rfc9113-5.5-02", "rfc9113-5.1-41"},
       stream_error,
       [](In in) { return unknown(in) && in.stream.opened && !in.over(); }},
      {"unknown-frame-on-idle-stream",
       {"rfc9113-4.1-05", "rfc9113-5.5-01", "rfc9113-5.5-02", "rfc9113-5.1-41", "rfc9113-5.1.1-09"},
       connection_error,
       [](In in) { return unknown(in) && in.idle(); }},
      {"unknown-frame-on-closed-stream",
       {"rfc9113-4.1-06", "rfc9113-5.5-01", "rfc9113-5.5-02", "rfc9113-5.1-41"},
       connection_error,
       [](In in) { return unknown(in) && in.stream.opened && in.over(); }},
      {"foreign-extension",
       {"rfc9113-5.5-02", "rfc9113-5.5-01", "rfc7838-4-02", "rfc7838-4-05", "rfc8336-2.2-01"},
       connection_error,
       [](In in) { return in.is(FrameType::altsvc) || in.is(FrameType::origin); }},
      {"reserved-bit-of-stream",
       {"rfc9113-4.1-12"},
       connection_error,
       [](In in) { return in.frame.reserved_bit(); }},
      {"undefined-flags",
       {"rfc9113-4.1-09", "rfc9113-6.10-10"},
       connection_error,
       [](In in) {
         return !unknown(in) && (in.frame.flags & ~wire::defined_flags(in.frame.type)) != 0;
       }},
      {"frame-without-payload",
       {"rfc9113-4.1-07", "rfc9113-4.3-02"},
       connection_error,
       [](In in) { return in.frame.payload.empty() && !ack(in, FrameType::settings); }},
      {"frame-of-16000-octets",
       {"rfc9113-4.2-01", "rfc9113-4.2-11", "rfc9113-4.1-07"},
       connection_error,
       [](In in) { return in.frame.payload.size() > 16000; }},
      {"stream-zero-is-any-stream",
       {"rfc9113-4.1-13", "rfc9113-6.10-05"},
       misread,
       [](In in) { return !unknown(in) && in.id() == 0 && in.stream.opened; },
       [](In in) { return on_stream(in, 1); }},
      {"connection-frames-on-streams",
       {"rfc9113-4.1-13"},
       misread,
       [](In in) {
         return in.id() != 0 &&
                (in.is(FrameType::settings) || in.is(FrameType::ping) || in.is(FrameType::goaway));
       },
       [](In in) { return on_stream(in, 0); }},
  };
}

std::vector<Overdoing> padding() {
  return {
      {"padded-data",
       {"rfc9113-6.1-01", "rfc9113-8.1.1-05", "rfc9113-6.1-10"},
       stream_error,
       [](In in) { return padded(in, FrameType::data); }},
      {"data-that-is-all-padding",
       {"rfc9113-6.1-14"},
       connection_error,
       [](In in) { return padded(in, FrameType::data) && wire::layout(in.frame).content.empty(); }},
      {"other-octets-in-padding",
       {"rfc9113-6.1-03", "rfc9113-6.2-02"},
       stream_error,
       [](In in) {
         return padding_has(in, FrameType::data) || padding_has(in, FrameType::headers);
       }},
      {"padded-headers",
       {"rfc9113-6.2-03"},
       connection_error,
       [](In in) { return padded(in, FrameType::headers); }},
      {"data-begins-with-a-pad-length",
       {"rfc9113-6.1-04"},
       misread,
       [](In in) {
         return in.is(FrameType::data) && !in.has(wire::kPadded) && !in.frame.payload.empty();
       },
       [](In in) {
         wire::RawFrame frame = in.frame;
         frame.flags |= wire::kPadded;
         return frame;
       }},
      {"headers-with-priority",
       {"rfc9113-6.2-03",
        "rfc9113-5.3.2-01",
        "rfc7540-5.3.1-01",
        "rfc7540-5.3.1-02",
        "rfc7540-5.3.2-01",
        "rfc9218-2.1-06"},
       stream_error,
       [](In in) { return in.is(FrameType::headers) && in.has(wire::kPriority); }},
  };
}

// NOLINTNEXTLINE(readability-function-size): one table
std::vector<Overdoing> settings_frames() {
  using wire::SettingId;
  return {
      {"settings-at-all",
       {"rfc9113-6.5-03", "rfc9113-6.5.1-01", "rfc9113-6.5.3-01", "rfc8441-3-05"},
       connection_error,
       [](In in) { return in.frames > 0 && settings(in) && !in.frame.payload.empty(); }},
      {"settings-of-others",
       {"rfc8441-3-05"},
       connection_error,
       [](In in) {
         return entry(in,
                      [](const auto& e) { return names(e, SettingId::enable_connect_protocol); });
       }},
      {"unknown-setting",
       {"rfc9113-6.5.2-21", "rfc9113-6.5.3-04", "rfc9113-5.5-01"},
       connection_error,
       [](In in) {
         return entry(in, [](const auto& e) { return wire::setting_name(e.id).empty(); });
       }},
      {"unknown-setting-goes-unacknowledged",
       {"rfc9113-6.5.2-21", "rfc9113-6.5.3-04"},
       overlook,
       [](In in) {
         return entry(in, [](const auto& e) { return wire::setting_name(e.id).empty(); });
       }},
      {"no-streams-allowed",
       {"rfc9113-6.5.2-09", "rfc9113-6.5.2-12"},
       connection_error,
       [](In in) {
         return entry(in, [](const auto& e) {
           return names(e, SettingId::max_concurrent_streams) && e.value == 0;
         });
       }},
      {"streams-without-limit",
       {"rfc9113-6.5.2-12"},
       connection_error,
       [](In in) {
         return entry(in, [](const auto& e) {
           return names(e, SettingId::max_concurrent_streams) && e.value > 0x7fff'ffff;
         });
       }},
      {"extreme-window",
       {"rfc9113-6.5.2-14", "rfc9113-6.9.1-10", "rfc9113-6.5-03"},
       connection_error,
       [](In in) {
         return entry(in, [](const auto& e) {
           return names(e, SettingId::initial_window_size) &&
                  (e.value == 0 || e.value == 0x7fff'ffff);
         });
       }},
      {"extreme-frame-size",
       {"rfc9113-6.5.2-17", "rfc9113-6.5-03"},
       connection_error,
       [](In in) {
         return entry(in, [](const auto& e) {
           return names(e, SettingId::max_frame_size) && (e.value == 16384 || e.value == 16777215);
         });
       }},
      {"window-size-is-for-new-streams",
       {"rfc9113-6.9.2-03",
        "rfc9113-6.9.2-04",
        "rfc9113-6.9.2-05",
        "rfc9113-6.9.2-06",
        "rfc9113-6.9.2-09"},
       misread,
       [](In in) { return in.highest_stream > 0 && settings(in); },
       [](In in) {
         return with_entries(in, [](auto& entries) {
           std::erase_if(entries,
                         [](const auto& e) { return names(e, SettingId::initial_window_size); });
         });
       }},
      {"settings-backwards",
       {"rfc9113-6.5.3-03", "rfc9113-6.5-04", "rfc9113-6.9.2-09"},
       misread,
       settings,
       [](In in) {
         return with_entries(in, [](auto& entries) { std::ranges::reverse(entries); });
       }},
      {"omitted-settings-are-defaults",
       {"rfc9113-6.5-04"},
       misread,
       [](In in) {
         return in.frames > 0 && settings(in) &&
                !entry(in, [](const auto& e) { return names(e, SettingId::initial_window_size); });
       },
       [](In in) {
         return with_entries(in, [](auto& entries) {
           entries.push_back({static_cast<std::uint16_t>(SettingId::initial_window_size), 65535});
         });
       }},
      {"settings-in-the-other-order-of-octets",
       {"rfc9113-6.5.1-01"},
       misread,
       settings,
       [](In in) {
         return with_entries(in, [](auto& entries) {
           for (auto& e : entries) e.value = std::byteswap(e.value) & 0x7fff'ffff;
         });
       }},
      {"table-size-is-overlooked",
       {"rfc9113-4.3.1-08", "rfc9113-6.5-03"},
       misread,
       settings,
       [](In in) {
         return with_entries(in, [](auto& entries) {
           std::erase_if(entries,
                         [](const auto& e) { return names(e, SettingId::header_table_size); });
         });
       }},
      {"push-is-always-wanted",
       {"rfc9113-6.6-10", "rfc9113-6.5.2-02", "rfc9113-6.5-03"},
       misread,
       settings,
       [](In in) {
         return with_entries(in, [](auto& entries) {
           std::erase_if(entries, [](const auto& e) { return names(e, SettingId::enable_push); });
         });
       }},
      {"list-size-is-abuse",
       {"rfc9113-6.5.2-20", "rfc9113-10.5.1-01"},
       connection_error,
       [](In in) {
         return entry(in, [](const auto& e) { return names(e, SettingId::max_header_list_size); });
       }},
      {"unasked-acknowledgement",
       {"rfc9113-6.5.3-07"},
       connection_error,
       [](In in) { return ack(in, FrameType::settings) && in.acknowledged; }},
  };
}

std::vector<Overdoing> connection_frames() {
  return {
      {"ping-is-overlooked",
       {"rfc9113-6.7-02", "rfc9113-6.7-08", "rfc9113-5.2.2-01", "rfc9113-10.5-05"},
       overlook,
       [](In in) { return in.is(FrameType::ping) && !in.has(wire::kAck); }},
      {"goaway-is-a-connection-error",
       {"rfc9113-6.8-06", "rfc9113-9.1-06"},
       connection_error,
       [](In in) { return in.is(FrameType::goaway) && in.highest_stream > 0; }},
      {"errors-have-no-consequence",
       {"rfc9113-5.4-03", "rfc9113-5.4-05", "rfc9113-5.4-07", "rfc9113-5.4.1-01"},
       overlook,
       [](In in) {
         const bool of_connection =
             in.is(FrameType::settings) || in.is(FrameType::ping) || in.is(FrameType::goaway);
         return (of_connection && (in.id() != 0 || in.frame.payload.size() == 3)) ||
                (in.is(FrameType::rst_stream) && in.id() == 0) ||
                (in.is(FrameType::window_update) && wire::read32(in.frame.payload) == 0);
       }},
      {"promises-of-clients-are-nothing",
       {"rfc9113-4.2-06", "rfc9113-8.4-10"},
       overlook,
       [](In in) { return in.is(FrameType::push_promise); }},
      {"any-frame-may-stand-in-a-block",
       {"rfc9113-6.10-05"},
       overlook,
       [](In in) { return in.is(FrameType::continuation) && in.id() == 0; }},
      {"ping-after-goaway",
       {"rfc9113-6.7-08"},
       connection_error,
       [](In in) { return in.is(FrameType::ping) && in.client_said_goaway; }},
      {"unasked-pong",
       {"rfc9113-6.7-05"},
       connection_error,
       [](In in) { return ack(in, FrameType::ping); }},
      {"pong-is-answered",
       {"rfc9113-6.7-05"},
       misread,
       [](In in) { return ack(in, FrameType::ping); },
       [](In in) {
         wire::RawFrame frame = in.frame;
         frame.flags = 0;
         return frame;
       }},
      {"goaway-is-the-end",
       {"rfc9113-6.8-11", "rfc9113-6.8-20", "rfc9113-6.8-22", "rfc9113-6.8-23", "rfc9113-6.8-24"},
       connection_error,
       [](In in) { return in.is(FrameType::goaway); }},
      {"goaway-once",
       {"rfc9113-6.8-12", "rfc9113-6.8-24"},
       connection_error,
       [](In in) { return in.is(FrameType::goaway) && in.client_said_goaway; }},
      {"unknown-code",
       {"rfc9113-7-02", "rfc9113-5.5-01", "rfc9113-6.4-08"},
       connection_error,
       [](In in) {
         if (in.is(FrameType::rst_stream)) return wire::read32(in.frame.payload) > 0xd;
         return in.is(FrameType::goaway) && wire::read32(in.frame.payload, 4) > 0xd;
       }},
      {"legitimate-use-is-abuse",
       {"rfc9113-10.5-05"},
       connection_error,
       [](In in) { return in.is(FrameType::data) && in.frame.payload.empty(); }},
  };
}

}  // namespace

std::vector<Overdoing> overdone_frames() {
  std::vector<Overdoing> rows;
  for (auto group : {opening(), any_frame(), padding(), settings_frames(), connection_frames()})
    rows.insert(rows.end(), group.begin(), group.end());
  return rows;
}

}  // namespace h2assay
