#include "properties/pair/foreign.h"

#include <algorithm>
#include <array>
#include <string>

#include "engine/field.h"
#include "properties/pair/boundary.h"
#include "properties/pair/messages.h"
#include "properties/pair/twist.h"
#include "properties/wire/hpack.h"

namespace h2assay {

namespace {

using namespace std::string_view_literals;
using boundary::pick;
using enum wire::FrameType;

using Out = std::vector<std::uint8_t>;

constexpr std::size_t kFragment = 16384;

// Literals that touch no table, so that the two ends' compression stays in step.
Out stateless_block(Fields fields) {
  Out block;
  for (const Field& field : fields) wire::append(block, wire::stateless(field.name, field.value));
  return block;
}

Out octets_of_text(std::string_view text) { return {text.begin(), text.end()}; }

// A field block as HEADERS or PUSH_PROMISE (`lead` goes in front of it) with as many CONTINUATION
// frames as it takes; `cut` octets stand in the first frame.
void append_block(Out& out,
                  wire::FrameType type,
                  std::uint8_t flags,
                  std::uint32_t stream_id,
                  const Out& lead,
                  const Out& block,
                  std::size_t cut) {
  cut = std::min({cut, block.size(), kFragment - lead.size()});
  Out payload = lead;
  payload.insert(payload.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(cut));
  bool last = cut == block.size();
  wire::append(out,
               wire::make_frame(type,
                                static_cast<std::uint8_t>(flags | (last ? wire::kEndHeaders : 0)),
                                stream_id,
                                payload));
  for (std::size_t begin = cut; !last; begin += kFragment) {
    const std::size_t end = std::min(begin + kFragment, block.size());
    last = end == block.size();
    wire::append(out,
                 wire::make_frame(continuation,
                                  last ? wire::kEndHeaders : std::uint8_t{0},
                                  stream_id,
                                  {block.begin() + static_cast<std::ptrdiff_t>(begin),
                                   block.begin() + static_cast<std::ptrdiff_t>(end)}));
  }
}

constexpr std::size_t kUncut = ~std::size_t{0};

Fields message_of(const Act& act, const Whereabouts& at) {
  if (act.d / 4 % 4 == 3) return messages::trailers(act.b);
  if (at.toward == Side::server) return messages::request(act.b);
  return act.d / 4 % 4 == 2 ? messages::interim(act.b) : messages::response(act.b);
}

void legal_headers(const Act& act, const Whereabouts& at, Out& out) {
  const bool fresh = at.toward == Side::server && act.d / 4 % 4 != 3;
  std::uint8_t flags = (act.d & 1) != 0 ? wire::kEndStream : std::uint8_t{0};
  Out lead;
  if ((act.d & 64) != 0) {
    flags |= wire::kPriority;
    wire::append32(lead, act.d >> 8 & wire::kStreamMask);
    lead.push_back(act.b);
  }
  const std::size_t cut = (act.d & 2) != 0 ? act.b : kUncut;
  append_block(out,
               headers,
               flags,
               fresh ? at.fresh_id : at.stream_id,
               lead,
               stateless_block(message_of(act, at)),
               cut);
}

void legal_promise(const Act& act, const Whereabouts& at, Out& out) {
  Out lead;
  wire::append32(lead, at.push_id);
  append_block(out,
               push_promise,
               0,
               at.stream_id,
               lead,
               stateless_block(messages::promised_request(act.b)),
               (act.d & 2) != 0 ? 3 : kUncut);
}

void legal_settings(const Act& act, Out& out) {
  static constexpr std::array<wire::SettingEntry, 12> kEntries{{{1, 0},
                                                                {4, 0},
                                                                {4, 1},
                                                                {5, 16384},
                                                                {3, 0},
                                                                {1, 4096},
                                                                {4, 65536},
                                                                {2, 0},
                                                                {6, 100},
                                                                {5, 16777215},
                                                                {0xf0f0, 5},
                                                                {9, 1}}};
  const std::size_t first = act.b % kEntries.size();
  const std::size_t count = std::min<std::size_t>(act.d % 4U, kEntries.size() - first);
  wire::append(
      out,
      wire::make_frame(
          settings, 0, 0, wire::settings_payload(std::span(kEntries).subspan(first, count))));
}

void legal_extension(const Act& act, const Whereabouts& at, Out& out) {
  Out payload;
  if (act.d % 4 == 0) {
    wire::append16(payload, at.stream_id == 0 ? 4 : 0);
    const Out text = octets_of_text(at.stream_id == 0 ? "http"
                                                        "h2=\":1\""
                                                      : "h2=\":1\"");
    payload.insert(payload.end(), text.begin(), text.end());
    wire::append(out, wire::make_frame(altsvc, 0, at.stream_id, payload));
  } else if (act.d % 4 == 1) {
    const Out text = octets_of_text("\0\x08https://"sv);
    wire::append(out, wire::make_frame(origin, 0, 0, text));
  } else if (act.d % 4 == 2) {
    static constexpr std::array kValues{"u=1"sv, "u=9, i=?0"sv, "i, u=0"sv, "\xff"sv, ""sv};
    wire::append32(payload, at.stream_id == 0 ? at.fresh_id : at.stream_id);
    const Out text = octets_of_text(pick(kValues, act.b));
    payload.insert(payload.end(), text.begin(), text.end());
    wire::append(out, wire::make_frame(priority_update, 0, 0, payload));
  } else {
    payload.assign(act.b, act.c);
    wire::append(
        out,
        wire::make_frame(
            static_cast<wire::FrameType>(0x20 + act.d / 4 % 0xd0), act.c, at.stream_id, payload));
  }
}

void legal_control(const Act& act, const Whereabouts& at, Out& out) {
  Out payload;
  switch (act.a % 16) {
    case 0:
      payload.assign(8, act.b);
      return wire::append(out, wire::make_frame(ping, act.b & 1, 0, payload));
    case 1:
      wire::append32(payload, pick(boundary::kIncrement, act.b));
      return wire::append(out, wire::make_frame(window_update, 0, at.stream_id, payload));
    case 2:
      wire::append32(payload, act.d & wire::kStreamMask);
      payload.push_back(act.b);
      return wire::append(
          out, wire::make_frame(priority, 0, at.stream_id == 0 ? 1 : at.stream_id, payload));
    case 3:
      wire::append32(payload, act.b % 14U);
      return wire::append(out, wire::make_frame(rst_stream, 0, at.stream_id, payload));
    case 4:
    case 5: {
      const std::size_t pad = (act.d & 2) != 0 ? pick(boundary::kPad, act.c) : 0;
      if ((act.d & 2) != 0) payload.push_back(static_cast<std::uint8_t>(pad));
      payload.resize(payload.size() + pick(boundary::kLength, act.b) % 1025 + pad);
      return wire::append(out,
                          wire::make_frame(data,
                                           static_cast<std::uint8_t>((act.d & 1) | (act.d & 2) * 4),
                                           at.stream_id,
                                           payload));
    }
    default:
      wire::append32(payload, act.d & wire::kStreamMask);
      wire::append32(payload, act.b % 14U);
      payload.resize(8 + act.c % 9U, act.c);
      return wire::append(out, wire::make_frame(goaway, 0, 0, payload));
  }
}

// --- Twists of the live state -------------------------------------------------------------------

// Field blocks that no decoder may take: RFC 7541, Sections 2.3.3, 4.2, 5.1, 5.2, 6.1, 6.3.
constexpr auto kBadBlocks = std::to_array<std::string_view>({
    "\x80"sv,                  // index 0
    "\xff\xff\xff\x7f"sv,      // index beyond the tables
    "\x3f\xe1\xff\xff\x03"sv,  // table size beyond any limit
    "\x82\x20"sv,              // size update behind a field
    "\x00\x05"
    "a"sv,                             // ends inside a string
    "\x00\x84\xff\xff\xff\xff\x00"sv,  // EOS in a string
    "\x00\x81\x00\x00"sv,              // padding that is not all ones
    "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"sv,
    "\x7f"sv,
    "   "sv,  // three table size updates, to 0
});

// Requests that are malformed for one reason each: RFC 9113, Sections 8.2, 8.3 and 8.5.
constexpr auto kMalformed = std::to_array<std::array<Field, 6>>({
    {{{":method", "GET"}, {":scheme", "http"}, {":path", "/"}, {"Upper", "1"}}},
    {{{":method", "GET"}, {":scheme", "http"}, {":path", ""}}},
    {{{":method", "GET"}, {":scheme", "http"}}},
    {{{":method", "GET"}, {":path", "/"}}},
    {{{":scheme", "http"}, {":path", "/"}}},
    {{{":method", "GET"}, {":scheme", "http"}, {":path", "/"}, {"connection", "close"}}},
    {{{":method", "GET"}, {":scheme", "http"}, {":path", "/"}, {"te", "gzip"}}},
    {{{":method", "GET"}, {":method", "GET"}, {":scheme", "http"}, {":path", "/"}}},
    {{{":method", "GET"}, {":scheme", "http"}, {"a", "b"}, {":path", "/"}}},
    {{{":method", "GET"}, {":scheme", "http"}, {":path", "/"}, {":status", "200"}}},
    {{{":method", "GET"}, {":scheme", "http"}, {":path", "/"}, {":unknown", "1"}}},
    {{{":method", "GET"}, {":scheme", "http"}, {":path", "/"}, {"a", " b"}}},
    {{{":method", "GET"}, {":scheme", "http"}, {":path", "/"}, {"a", "b\nc"}}},
    {{{":method", "GET"}, {":scheme", "http"}, {":path", "/"}, {"content-length", "x"}}},
    {{{":method", "POST"},
      {":scheme", "http"},
      {":path", "/"},
      {"content-length", "1"},
      {"content-length", "2"}}},
    {{{":method", "CONNECT"}, {":scheme", "http"}, {":path", "/"}, {":authority", "a:1"}}},
    {{{":method", "CONNECT"}}},
    {{{":method", "GET"}, {":scheme", "http"}, {":path", "/"}, {":protocol", "websocket"}}},
    {{{":method", "GET"}, {":scheme", "http"}, {":path", "/"}, {":authority", "a@b"}}},
    {{{":status", "200"}, {":status", "200"}}},
    {{{":status", "20"}}},
    {{{":status", "101"}}},
    {{{":status", "200"}, {"transfer-encoding", "chunked"}}},
    {{{":status", "200"}, {"content-length", "-1"}}},
    {{{"server", "no status"}}},
});

void malformed_message(const Act& act, const Whereabouts& at, Out& out) {
  const auto& all = kMalformed[act.b % kMalformed.size()];
  const auto* const end = std::ranges::find_if(all, [](const Field& f) { return f.name.empty(); });
  append_block(out,
               headers,
               (act.d & 1) != 0 ? wire::kEndStream : std::uint8_t{0},
               at.toward == Side::server && act.d % 4 != 2 ? at.fresh_id : at.stream_id,
               {},
               stateless_block(Fields(all.begin(), end)),
               kUncut);
}

void twisted_window(const Act& act, const Whereabouts& at, Out& out) {
  Out payload;
  if (act.b % 4 == 0) {  // one octet more than the receiver takes
    payload.resize(static_cast<std::size_t>(std::clamp<std::int64_t>(at.window + 1, 0, 65537)));
    payload.resize(std::min<std::size_t>(payload.size(), at.frame_max));
    return wire::append(out, wire::make_frame(data, act.d & 1, at.stream_id, payload));
  }
  if (act.b % 4 == 3) {  // a setting that lifts a window beyond 2^31-1
    static constexpr std::array<wire::SettingEntry, 1> kLargest{{{4, 0x7fff'ffff}}};
    wire::append32(payload, 0x7fff'ffff);
    wire::append(out, wire::make_frame(settings, 0, 0, wire::settings_payload(kLargest)));
    payload.clear();
    wire::append32(payload, 1);
    return wire::append(out, wire::make_frame(window_update, 0, at.stream_id, payload));
  }
  wire::append32(payload, 0x7fff'ffff);
  for (int i = 0; i < 2; ++i)
    wire::append(out,
                 wire::make_frame(window_update, 0, act.b % 4 == 1 ? 0 : at.stream_id, payload));
}

// A frame on a stream where none of its kind may stand.
void twisted_stream(const Act& act, const Whereabouts& at, Out& out) {
  static constexpr std::array kTypes{data, headers, rst_stream, window_update, push_promise};
  static constexpr std::array kPayloads{
      "x"sv, "\x82\x84\x86"sv, "\0\0\0\x08"sv, "\0\0\0\x01"sv, "\0\0\0\x02\x82\x84\x86"sv};
  const std::size_t which = act.b % kTypes.size();
  const std::array<std::uint32_t, 6> ids{
      at.fresh_id + 20, at.push_id + 20, at.stream_id, 2, 1, at.stream_id | wire::kReservedBit};
  wire::append(out,
               wire::make_frame(kTypes[which],
                                static_cast<std::uint8_t>(4 | (act.d & 1)),
                                pick(ids, act.d / 2),
                                octets_of_text(kPayloads[which])));
}

void twisted_block(const Act& act, const Whereabouts& at, Out& out) {
  const std::uint32_t id = at.toward == Side::server ? at.fresh_id : at.stream_id;
  const Out block = octets_of_text(pick(kBadBlocks, act.b));
  if (act.d % 4 != 3) return append_block(out, headers, act.d & 1, id, {}, block, kUncut);
  // A block that something else interrupts: RFC 9113, Section 6.10.
  wire::append(out, wire::make_frame(headers, 0, id, {0x82}));
  if (act.b % 3 == 0) wire::append(out, wire::make_frame(ping, 0, 0, Out(8)));
  if (act.b % 3 == 1) wire::append(out, wire::make_frame(continuation, 4, id + 2, {0x84}));
  if (act.b % 3 == 2) wire::append(out, wire::make_frame(headers, 4, id, {0x84}));
}

void twisted_layout(const Act& act, const Whereabouts& at, Out& out) {
  const std::uint32_t id = at.toward == Side::server ? at.fresh_id : at.stream_id;
  Out payload{9, 'x'};
  switch (act.b % 6) {
    case 0: return wire::append(out, wire::make_frame(data, wire::kPadded, at.stream_id, payload));
    case 1: return wire::append(out, wire::make_frame(headers, 0x0c, id, payload));
    case 2: return wire::append(out, wire::make_frame(headers, 0x24, id, payload));
    case 3:
      payload.assign(std::min<std::size_t>(at.frame_max, 65536) + 1, 0);
      return wire::append(out,
                          wire::make_frame(act.d % 2 == 0 ? data : ping, 0, at.stream_id, payload));
    case 4:  // depends on itself: RFC 7540, Section 5.3.1
      payload.clear();
      wire::append32(payload, at.stream_id);
      payload.push_back(act.c);
      return wire::append(out, wire::make_frame(priority, 0, at.stream_id, payload));
    default:  // acknowledges what was never sent
      return wire::append(out, wire::make_frame(settings, wire::kAck, 0));
  }
}

constexpr std::size_t kLiveTwists = 5;

}  // namespace

void append_legal(const Act& act, const Whereabouts& at, Out& out) {
  switch (act.a % 16) {
    case 6:  return wire::append(out, wire::make_frame(settings, act.b & 1, 0));
    case 7:  return legal_extension(act, at, out);
    case 8:
    case 9:
    case 10: return legal_headers(act, at, out);
    case 11: return legal_promise(act, at, out);
    case 12:
    case 13: return legal_settings(act, out);
    default: return legal_control(act, at, out);
  }
}

void append_twisted(const Act& act, const Whereabouts& at, Out& out) {
  const std::size_t which = act.a % twisted_kinds();
  if (which < twists().size()) return append(out, twists()[which]);
  switch ((which - twists().size()) % kLiveTwists) {
    case 0:  return malformed_message(act, at, out);
    case 1:  return twisted_window(act, at, out);
    case 2:  return twisted_stream(act, at, out);
    case 3:  return twisted_block(act, at, out);
    default: return twisted_layout(act, at, out);
  }
}

// The live ones together as often as all the others.
std::size_t twisted_kinds() { return twists().size() + 5 * kLiveTwists; }

void append_octets(const Act& act, Out& out) {
  const std::array<std::uint8_t, 7> octets{act.a,
                                           act.b,
                                           act.c,
                                           static_cast<std::uint8_t>(act.d >> 24),
                                           static_cast<std::uint8_t>(act.d >> 16),
                                           static_cast<std::uint8_t>(act.d >> 8),
                                           static_cast<std::uint8_t>(act.d)};
  for (std::size_t i = 0; i <= act.b % octets.size(); ++i) out.push_back(octets[i]);
}

}  // namespace h2assay
