// Overdone: stream states, flow control, priority.  RFC 9113, Sections 5 and 6.9; RFC 9218.
#include <algorithm>

#include "conformance/self/overdo.h"

namespace h2assay {
namespace {

using wire::FrameType;
using In = const Incoming&;
using enum Overdoing::Answer;

bool credit(In in) { return in.is(FrameType::window_update) && in.frame.payload.size() == 4; }

std::uint32_t increment(In in) { return wire::read32(in.frame.payload); }

bool priority(In in) { return in.is(FrameType::priority); }

bool update(In in) { return in.is(FrameType::priority_update); }

// A PRIORITY_UPDATE without the parameter u, which means urgency 3.
bool says_no_urgency(In in) {
  return update(in) &&
         std::ranges::find(in.frame.payload, std::uint8_t{'u'}) == in.frame.payload.end();
}

std::uint32_t updated(In in) { return wire::read32(in.frame.payload) & wire::kStreamMask; }

wire::RawFrame credit_of(std::uint32_t stream, std::uint32_t octets) {
  std::vector<std::uint8_t> payload;
  wire::append32(payload, octets);
  return wire::make_frame(FrameType::window_update, 0, stream, std::move(payload));
}

std::vector<Overdoing> states() {
  return {
      {"priority-on-idle",
       {"rfc9113-5.1-07",
        "rfc9113-5.1-40",
        "rfc9113-6.3-02",
        "rfc9113-5.1.1-09",
        "rfc7540-5.3.1-02",
        "rfc7540-5.3.4-01",
        "rfc7540-5.3.2-01",
        "rfc9113-5.3.2-01",
        "rfc7540-5.3.1-01"},
       connection_error,
       [](In in) { return priority(in) && in.idle(); }},
      {"priority-while-open",
       {"rfc9113-5.1-19", "rfc9113-5.1-40", "rfc9113-6.4-02", "rfc9113-5.1-24"},
       connection_error,
       [](In in) { return priority(in) && in.stream.opened; }},
      {"priority-on-closed",
       {"rfc9113-5.1-32", "rfc9113-5.1-40", "rfc9113-6.3-02"},
       connection_error,
       [](In in) { return priority(in) && in.stream.opened && in.over(); }},
      {"credit-while-half-closed",
       {"rfc9113-5.1-24", "rfc9113-6.9-09"},
       stream_error,
       [](In in) { return credit(in) && in.stream.client_ended; }},
      {"credit-on-closed",
       {"rfc9113-5.1-31", "rfc9113-6.9-09"},
       connection_error,
       [](In in) { return credit(in) && in.stream.opened && in.over(); }},
      {"reset-on-closed",
       {"rfc9113-5.1-31"},
       connection_error,
       [](In in) { return in.is(FrameType::rst_stream) && in.stream.opened && in.over(); }},
      {"reset-at-all",
       {"rfc9113-5.1-19", "rfc9113-6.4-08", "rfc9113-5.1-17"},
       connection_error,
       [](In in) { return in.is(FrameType::rst_stream); }},
      {"reset-frees-no-slot",
       {"rfc9113-6.4-08", "rfc9113-5.1.2-06"},
       overlook,
       [](In in) { return in.is(FrameType::rst_stream); }},
      {"skipped-identifiers",
       {"rfc9113-5.1.1-10"},
       connection_error,
       [](In in) {
         return in.is(FrameType::headers) && in.idle() && in.id() > in.highest_stream + 2;
       }},
      {"skipped-streams-are-idle",
       {"rfc9113-5.1-11"},
       connection_error,
       [](In in) {
         return (credit(in) || in.is(FrameType::rst_stream)) && in.idle() && in.id() % 2 == 1 &&
                in.id() < in.highest_stream;
       }},
  };
}

std::vector<Overdoing> resets_and_slots() {
  return {
      {"late-frames-after-our-reset",
       {"rfc9113-5.1-33", "rfc9113-5.4.2-03", "rfc9113-6.4-02", "rfc9113-5.4.2-05"},
       connection_error,
       [](In in) { return in.stream.server_reset; }},
      // Seen in one burst with the error, before the reset has left.
      {"frames-behind-a-stream-error",
       {"rfc9113-5.1-33", "rfc9113-5.4.2-03"},
       connection_error,
       [](In in) { return in.id() != 0 && in.stream.zero_credit; }},
      {"no-decoding-after-our-reset",
       {"rfc9113-5.1-34", "rfc9113-6.4-02"},
       overlook,
       [](In in) { return in.stream.server_reset && in.is(FrameType::headers); }},
      {"every-reset-is-connection-wide",
       {"rfc9113-5.4.1-03", "rfc9113-5.4-07"},
       connection_error,
       [](In in) { return credit(in) && in.id() != 0 && increment(in) == 0; }},
      {"one-stream-at-a-time",
       {"rfc9113-5-01", "rfc9113-5-02", "rfc9113-5.1.2-06"},
       stream_error,
       [](In in) { return in.is(FrameType::headers) && in.idle() && in.highest_stream != 0; }},
      {"half-a-hundred-streams",
       {"rfc9113-5.1.2-06"},
       stream_error,
       [](In in) { return in.is(FrameType::headers) && in.idle() && in.id() > 199; }},
      {"headers-open-nothing",
       {"rfc9113-5.1-01"},
       overlook,
       [](In in) { return in.is(FrameType::headers) && in.idle(); }},
      {"content-after-our-answer",
       {"rfc9113-5.1-21", "rfc9113-5.1-19"},
       stream_error,
       [](In in) {
         return in.is(FrameType::data) && (in.stream.server_ended || in.stream.data_frames > 0);
       }},
      {"a-promise-takes-nothing",
       {"rfc9113-5.1-13", "rfc9113-5.1-17"},
       connection_error,
       [](In in) { return in.id() != 0 && in.id() % 2 == 0; }},
      {"a-promise-takes-anything",
       {"rfc9113-5.1-14", "rfc9113-5.1-39"},
       overlook,
       [](In in) { return in.id() != 0 && in.id() % 2 == 0; }},
      {"a-refused-block-is-not-decoded",
       {"rfc9113-5.1.2-05", "rfc9113-4.3-06"},
       overlook,
       [](In in) {
         return in.is(FrameType::headers) && in.idle() && in.id() > 200 && in.block != nullptr &&
                std::ranges::any_of(in.block->representations, [](const auto& one) {
                  return one.kind == wire::Kind::incremental;
                });
       }},
  };
}

std::vector<Overdoing> windows() {
  return {
      {"credit-of-the-connection-is-overlooked",
       {"rfc9113-6.9-12", "rfc9113-6.9.1-06", "rfc9113-6.9-01"},
       overlook,
       [](In in) { return credit(in) && in.id() == 0; }},
      {"credit-of-streams-is-overlooked",
       {"rfc9113-6.9-12", "rfc9113-6.9.1-06", "rfc9113-6.9.2-06"},
       overlook,
       [](In in) { return credit(in) && in.id() != 0; }},
      {"credit-of-one-stream-is-the-next-one's",
       {"rfc9113-6.9-12"},
       misread,
       [](In in) { return credit(in) && in.id() != 0; },
       [](In in) { return credit_of(in.id() == 3 ? 1 : 3, increment(in)); }},
      {"a-negative-window-is-zero",
       {"rfc9113-6.9.2-06", "rfc9113-6.9.2-05"},
       misread,
       [](In in) { return credit(in) && in.id() != 0 && increment(in) < 0x7000'0000; },
       [](In in) { return credit_of(in.id(), increment(in) + 1); }},
      {"the-largest-window",
       {"rfc9113-6.9.1-10", "rfc9113-6.5.2-14"},
       connection_error,
       [](In in) { return credit(in) && increment(in) >= 0x7fff'0000 - 1; }},
      {"reserved-bit-of-increment",
       {"rfc9113-6.9-06"},
       connection_error,
       [](In in) { return credit(in) && (increment(in) & wire::kReservedBit) != 0; }},
      {"empty-data",
       {"rfc9113-6.9.1-02", "rfc9113-6.1-05", "rfc9113-6.1-06"},
       connection_error,
       [](In in) { return in.is(FrameType::data) && in.frame.payload.empty(); }},
      {"nothing-beyond-the-first-window",
       {"rfc9113-6.9.1-05",
        "rfc9113-6.9-10",
        "rfc9113-5.1-36",
        "rfc9113-6.8-19",
        "rfc9113-5.2.1-01",
        "rfc9113-5.2.1-05"},
       overlook,
       [](In in) { return in.is(FrameType::data) && in.content_octets > 65000; }},
      {"a-full-window-is-too-much",
       {"rfc9113-6.5.3-09", "rfc9113-6.9.3-01"},
       connection_error,
       [](In in) { return in.is(FrameType::data) && in.content_octets > 40000; }},
      {"windows-are-not-looked-at",
       {"rfc9113-6.9-03", "rfc9113-6.9-04"},
       overlook,
       [](In in) { return in.is(FrameType::data) && in.content_octets > 40000; }},
      {"control-frames-wait-for-credit",
       {"rfc9113-5.2.1-04", "rfc9113-5.2.2-01", "rfc9113-6.9-01", "rfc9113-6.9.1-02"},
       overlook,
       [](In in) {
         return in.highest_stream > 0 && (in.is(FrameType::ping) || in.is(FrameType::settings));
       }},
  };
}

std::vector<Overdoing> priorities() {
  return {
      {"update-ahead-of-the-request",
       {"rfc9218-7-04", "rfc9218-7.1-08", "rfc9218-7-05", "rfc9113-5.1.1-09"},
       connection_error,
       [](In in) { return update(in) && updated(in) > in.highest_stream; }},
      {"update-of-a-closed-stream",
       {"rfc9218-7.1-06", "rfc9218-7-02"},
       connection_error,
       [](In in) { return update(in) && updated(in) <= in.highest_stream; }},
      {"update-of-nothing",
       {"rfc9218-7.1-04", "rfc9218-7-02"},
       connection_error,
       [](In in) { return update(in) && in.frame.payload.size() == 4; }},
      {"update-that-nobody-can-parse",
       {"rfc9218-7-01"},
       connection_error,
       [](In in) { return update(in) && in.frame.payload.size() > 4; }},
      {"updates-are-overlooked", {"rfc9218-7-02", "rfc9218-7-04"}, overlook, update},
      {"omitted-urgency-stays", {"rfc9218-7-02"}, overlook, says_no_urgency},
      {"the-second-request-starves",
       {"rfc9218-10-01",
        "rfc9218-10-02",
        "rfc9218-10-03",
        "rfc9218-10-04",
        "rfc9218-10-05",
        "rfc9218-4-01"},
       overlook,
       [](In in) { return credit(in) && in.id() == 3; }},
      {"priorities-are-errors",
       {"rfc9218-2.1-06",
        "rfc9113-5.3.2-01",
        "rfc7540-5.3.4-01",
        "rfc7540-5.3.2-01",
        "rfc7540-5.3.1-01"},
       connection_error,
       priority},
  };
}

}  // namespace

std::vector<Overdoing> overdone_streams() {
  std::vector<Overdoing> rows;
  for (auto group : {states(), resets_and_slots(), windows(), priorities()})
    rows.insert(rows.end(), group.begin(), group.end());
  return rows;
}

}  // namespace h2assay
