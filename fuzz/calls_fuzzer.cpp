// Any call with any arguments, in any order, on one engine with any options; and frames for it.
//
// The first kCallsHead octets choose the options; the rest is a script (properties/pair/script.h),
// whose acts are read as the calls of the same name, but with arguments that nobody checks before:
// streams that do not exist, numbers beyond their ranges, fields that make no message.
//
// Two engines do the same.  The second hears the same octets in other pieces, is replaced by a copy
// of itself now and then, and is given deep copies where the first is given views of its own.
// Promises: both answer, tell, send and are the same (a value, cutting is invisible, any call takes
// views); a refused call changes nothing; after a failure every call is refused and nothing more is
// said; every name that an answer has can be read.

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "engine/connection.h"
#include "fuzz/calls_options.h"
#include "fuzz/duet.h"
#include "fuzz/opening.h"
#include "properties/pair/boundary.h"
#include "properties/pair/foreign.h"
#include "properties/pair/messages.h"
#include "properties/wire/frame.h"

namespace {

using namespace h2assay;
using boundary::pick;
using fuzz::Beginning;
using fuzz::CallsHead;
using namespace std::string_view_literals;

constexpr std::uint32_t kMostStreamId = 0x7fff'ffff;
constexpr std::size_t kMostWaiting = 65536;

// What no message is, or what has to be normalised first.
constexpr auto kOddFields = std::to_array<std::array<Field, 6>>({
    {},
    {{{":status", "200"}, {"Upper", "\r\n"}}},
    {{{":method", "GET"}, {":scheme", "https"}, {":path", "/"}, {"x-a", " padded\t "}}},
    {{{":method", "GET"}, {":scheme", "http"}, {":path", "/"}, {"Connection", "close"}}},
    {{{":method", "GET"}, {":scheme", "http"}, {":path", "/"}, {"cookie", "a=1;b=2; c=3"}}},
    {{{":method", "GET"}, {":scheme", "http"}, {":path", "/"}, {"cookie", "a"}, {"cookie", ""}}},
    {{{":method", "GET"}, {":scheme", "http"}, {":path", "/"}, {"Proxy-Authorization", "s"}}},
    {{{":method", "POST"}, {":scheme", "http"}, {":path", "/"}, {"content-length", "0"}}},
    {{{":method", "CONNECT"}, {":authority", "a:1"}}},
    {{{":method", "CONNECT"}, {":protocol", "p"}, {":scheme", "http"}, {":path", "/"}}},
    {{{":status", "200"}, {"content-length", "5"}, {"content-length", "6"}}},
    {{{":status", "100"}}},
    {{{":status", "204"}, {"content-length", "7"}}},
    {{{"trailer", "alone"}}},
    {{{":path", "/"}, {"a b", "\x7f"}, {"", "no name"}}},
    {{{":method", "G T"}, {":scheme", "1"}, {":authority", "u@h"}, {":path", "no slash"}}},
});

Fields fields_of(std::uint8_t which, ActKind kind) {
  if (which >= 128) {
    const auto& all = kOddFields[which % kOddFields.size()];
    return {all.begin(), std::ranges::find(all, std::string_view{}, &Field::name)};
  }
  if (kind == ActKind::request) return messages::request(which);
  if (kind == ActKind::inform) return messages::interim(which);
  if (kind == ActKind::trailers) return messages::trailers(which);
  if (kind == ActKind::push) return messages::promised_request(which);
  return messages::response(which);
}

Octets zeros(std::size_t count) {
  static const std::vector<std::uint8_t> all(1U << 24U);
  return Octets(all).first(std::min(count, all.size()));
}

std::string_view letters(std::size_t count) {
  static const std::string all(70'000, 'a');
  return std::string_view(all).substr(0, count);
}

// Reads acts as calls, on two engines that must not differ.
class Calls {
 public:
  Calls(const Options& options, const CallsHead& head) : duet_(options, head[15]) {
    begin(fuzz::beginning_of(head));
  }

  void perform(std::span<const Act> acts);

 private:
  void begin(const Beginning& how);
  void message(const Act& act);
  void content(const Act& act);
  void windows(const Act& act);
  void settings(const Act& act);
  void control(const Act& act);
  void extension(const Act& act);
  void frames(const Act& act);
  void raw_frame(const Act& act, std::span<const Act> behind);
  void echo(const Act& act);
  std::uint32_t id_of(std::uint8_t octet) const;
  Whereabouts whereabouts(const Act& act) const;

  const Connection& end() const { return duet_.end(); }

  bool client() const { return end().options().role == Role::client; }

  fuzz::Duet duet_;
};

void Calls::begin(const Beginning& how) {
  static constexpr std::array kHeaders{"AAMAAABkAAQAAP__"sv, ""sv, "AAQAP"sv, "AAIAAAAC"sv};
  const std::string_view header = client() ? ""sv : kHeaders[how.upgrade % kHeaders.size()];
  if (how.initiates && end().options().allow_upgrade)
    duet_.on_both("initiate_upgrade_connection",
                  [&](Connection& end, Events) { return end.initiate_upgrade_connection(header); });
  else if (how.initiates)
    duet_.on_both("initiate_connection",
                  [](Connection& end, Events) { return end.initiate_connection(); });
  if (!how.hears) return;
  std::vector<std::uint8_t> octets;
  fuzz::append_opening(octets, end().options().role);
  duet_.hear(std::move(octets));
}

// 0, small ones, those that matter, and none.
std::uint32_t Calls::id_of(std::uint8_t octet) const {
  switch (octet % 16) {
    case 9:  return end().get_next_available_stream_id().value_or(0);
    case 10: return end().get_next_available_stream_id().value_or(0) + 2 * (octet / 16U);
    case 11: return end().highest_inbound_stream_id();
    case 12: return end().highest_inbound_stream_id() + 2;
    case 13: return end().highest_outbound_stream_id();
    case 14: return kMostStreamId - octet / 16U;
    case 15: return kMostStreamId + 1 + octet / 16U;
    default: return octet % 16;
  }
}

std::optional<std::uint8_t> pad_of(std::uint8_t c) {
  return c % 4 == 3 ? std::optional(pick(boundary::kPad, c / 4U)) : std::nullopt;
}

Priority priority_of(const Act& act) {
  static constexpr std::array<std::uint32_t, 6> kParents{0, 1, 3, 5, kMostStreamId, 0x8000'0000};
  static constexpr std::array<std::uint16_t, 5> kWeights{16, 1, 256, 0, 257};
  return {.depends_on = pick(kParents, act.d >> 8U),
          .weight = pick(kWeights, act.d >> 16U),
          .exclusive = (act.d >> 24U & 1U) != 0};
}

// a: fields; b: stream; c: padding; d: END_STREAM, fields of what was heard, priority.
void Calls::message(const Act& act) {
  const std::uint32_t id = id_of(act.b);
  const std::uint32_t promised = id_of(static_cast<std::uint8_t>(act.d >> 8U));
  const bool heard = (act.d & 2) != 0;
  HeadersOptions how{.end_stream = (act.d & 1) != 0 ? EndStream::yes : EndStream::no,
                     .pad_length = pad_of(act.c)};
  if ((act.d & 4) != 0) how.priority = priority_of(act);
  duet_.on_both("message on " + std::to_string(id), [&](Connection& end, Events events) {
    Fields fields = fields_of(act.a, act.kind);
    for (const Event& event : events)
      if (const auto* request = std::get_if<RequestReceived>(&event); request != nullptr && heard)
        fields = request->fields;
    if (act.kind == ActKind::push) return end.push_stream(id, promised, fields, how.pad_length);
    return end.send_headers(id, fields, how);
  });
}

// a: length; b: stream; c: padding; d: END_STREAM, content of what was heard.
void Calls::content(const Act& act) {
  const std::uint32_t id = id_of(act.b);
  if (act.kind == ActKind::end_stream)
    return duet_.on_both("end_stream", [&](Connection& end, Events) { return end.end_stream(id); });
  const bool heard = (act.d & 2) != 0;
  const std::size_t length = act.a == 255 ? 1U << 24U : pick(boundary::kLength, act.a);
  duet_.on_both("send_data on " + std::to_string(id), [&](Connection& end, Events events) {
    Octets octets = zeros(length);
    for (const Event& event : events)
      if (const auto* data = std::get_if<DataReceived>(&event); data != nullptr && heard)
        octets = data->data;
    return end.send_data(
        id, octets, (act.d & 1) != 0 ? EndStream::yes : EndStream::no, pad_of(act.c));
  });
}

void Calls::windows(const Act& act) {
  static constexpr std::array<std::uint32_t, 8> kSizes{
      0, 1, 1000, 65535, 0x7fff'0000, 0x7fff'ffff, 0x8000'0000, 0xffff'ffff};
  const std::uint32_t id = id_of(act.b);
  const std::uint32_t size = pick(kSizes, act.a);
  if (act.kind == ActKind::reset) {
    return duet_.on_both("reset_stream " + std::to_string(id), [&](Connection& end, Events) {
      return end.reset_stream(id, static_cast<ErrorCode>(act.a % 16));
    });
  }
  duet_.on_both("credit of " + std::to_string(size) + " on " + std::to_string(id),
                [&](Connection& end, Events) {
                  return act.kind == ActKind::open_window
                             ? end.increment_flow_control_window(size, id)
                             : end.acknowledge_received_data(size, id);
                });
  const Sent<std::int64_t> ours = end().local_flow_control_window(id);
  const Sent<std::int64_t> theirs = end().remote_flow_control_window(id);
  if (ours && *ours > end().outbound_flow_control_window())
    duet_.fail("a stream may send more than the connection");
  if (theirs && *theirs > end().inbound_flow_control_window())
    duet_.fail("a stream may receive more than the connection");
}

// a: the identifier; b: the value; c: how many.
void Calls::settings(const Act& act) {
  static constexpr std::array<std::uint32_t, 12> kValues{
      0, 1, 2, 100, 4096, 16383, 16384, 65535, 0x00ff'ffff, 0x0100'0000, 0x7fff'ffff, 0x8000'0000};
  const std::size_t count = act.c == 255 ? 3000 : act.c % 8U;
  std::vector<Setting> all;
  all.reserve(count);
  for (std::size_t i = 0; i < count; ++i)
    all.push_back({static_cast<std::uint16_t>((act.a + i) % 16U),
                   pick(kValues, static_cast<std::uint32_t>(act.b + i))});
  duet_.on_both("update_settings",
                [&](Connection& end, Events) { return end.update_settings(all); });
}

void Calls::control(const Act& act) {
  if (act.kind == ActKind::ping) {
    std::array<std::uint8_t, 8> data{};
    data.fill(act.a);
    return duet_.on_both("ping", [&](Connection& end, Events) { return end.ping(data); });
  }
  if (act.kind == ActKind::settle) return duet_.drain(~std::size_t{0});
  if (act.kind == ActKind::deliver) return duet_.drain(pick(boundary::kChunk, act.a));
  if (act.kind == ActKind::advance) return duet_.advance(act.d);
  std::optional<std::uint32_t> last;
  if (act.c % 4 != 0) last = id_of(act.b);
  const std::size_t length = act.c >= 128 ? 20'000 : act.c;
  duet_.on_both("close_connection", [&](Connection& end, Events) {
    return end.close_connection(static_cast<ErrorCode>(act.a % 16), zeros(length), last);
  });
}

void Calls::extension(const Act& act) {
  const std::uint32_t id = id_of(act.b);
  static constexpr std::array<std::size_t, 5> kLengths{0, 20, 16380, 65535, 65536};
  const std::string_view text = letters(pick(kLengths, act.c));
  if (act.kind == ActKind::prioritize) {
    return duet_.on_both("prioritize", [&](Connection& end, Events) {
      return end.prioritize(id, priority_of(act));
    });
  }
  // Either what an unchecked caller may send, or more than a frame can hold.
  const std::size_t length = act.d >= 0x8000'0000 ? 1U << 24U : act.d & 0xffffU;
  duet_.on_both("extension", [&](Connection& end, Events) -> Sent<> {
    const std::array<std::string_view, 2> origins{text, "https://b"};
    switch (act.a % 4) {
      case 0: return end.update_priority(id, text);
      case 1: return end.advertise_alternative_service("h2=\":1\"", text, id);
      case 2: return end.advertise_origins(std::span(origins).first(act.d % 3));
      default:
        return end.send_unknown_frame(
            static_cast<std::uint8_t>(act.a / 4), act.c, id, zeros(length));
    }
  });
}

Whereabouts Calls::whereabouts(const Act& act) const {
  Whereabouts at{.toward = client() ? Side::client : Side::server,
                 .stream_id = id_of(act.c) & kMostStreamId,
                 .frame_max = end().max_inbound_frame_size()};
  const std::uint32_t highest = end().highest_inbound_stream_id();
  if (client()) at.push_id = highest == 0 ? 2 : highest + 2;
  if (!client()) at.fresh_id = highest == 0 ? 1 : highest + 2;
  if (const Sent<std::int64_t> window = end().remote_flow_control_window(at.stream_id))
    at.window = *window;
  return at;
}

void Calls::frames(const Act& act) {
  std::vector<std::uint8_t> octets;
  if (act.kind == ActKind::put_frame) append_legal(act, whereabouts(act), octets);
  if (act.kind == ActKind::put_twisted) append_twisted(act, whereabouts(act), octets);
  // A flood is the same frame again and again.
  const std::size_t once = octets.size();
  const std::size_t times = act.side == Side::server ? 1 + act.c % 32U : 1;
  for (std::size_t i = 1; i < times && octets.size() < 65536; ++i)
    octets.insert(octets.end(), octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(once));
  duet_.hear(std::move(octets));
}

// a: type; b: flags; c: stream; d: length, and what fills it behind the operands of the acts that
// follow.
void Calls::raw_frame(const Act& act, std::span<const Act> behind) {
  std::vector<std::uint8_t> payload;
  const std::size_t length = act.d & 0xffffU;
  for (std::size_t i = 0; i < behind.size() && payload.size() < length; ++i) {
    const Act& next = behind[i];
    payload.insert(payload.end(), {next.a, next.b, next.c});
    for (unsigned shift = 0; shift < 32; shift += 8)
      payload.push_back(static_cast<std::uint8_t>(next.d >> shift));
  }
  payload.resize(length, static_cast<std::uint8_t>(act.d >> 16U));
  std::vector<std::uint8_t> octets;
  wire::append(octets,
               wire::make_frame(
                   static_cast<wire::FrameType>(act.a), act.b, id_of(act.c), std::move(payload)));
  duet_.hear(std::move(octets));
}

// A view of the last events comes back as octets.
void Calls::echo(const Act& act) {
  for (const Event& event : duet_.heard()) {
    Octets view;
    if (const auto* data = std::get_if<DataReceived>(&event)) view = data->data;
    if (const auto* unknown = std::get_if<UnknownFrameReceived>(&event)) view = unknown->payload;
    if (const auto* request = std::get_if<RequestReceived>(&event);
        request && !request->fields.empty())
      view = octets_of(request->fields[act.a % request->fields.size()].value);
    if (!view.empty()) return duet_.hear_view(view);
  }
}

void Calls::perform(std::span<const Act> acts) {
  for (std::size_t i = 0; i < acts.size(); ++i) {
    const Act& act = acts[i];
    switch (act.kind) {
      case ActKind::request:
      case ActKind::respond:
      case ActKind::inform:
      case ActKind::trailers:
      case ActKind::push:            message(act); break;
      case ActKind::data:
      case ActKind::end_stream:      content(act); break;
      case ActKind::reset:
      case ActKind::open_window:
      case ActKind::acknowledge:     windows(act); break;
      case ActKind::update_settings: settings(act); break;
      case ActKind::settle:
      case ActKind::deliver:
      case ActKind::ping:
      case ActKind::goaway:
      case ActKind::advance:         control(act); break;
      case ActKind::prioritize:
      case ActKind::extension:       extension(act); break;
      case ActKind::put_frame:
      case ActKind::put_twisted:     frames(act); break;
      case ActKind::put_octets:      raw_frame(act, acts.subspan(i + 1)); break;
      case ActKind::repeat_frame:
        duet_.hear_own(act.a == 0 ? ~std::size_t{0} : pick(boundary::kChunk, act.a));
        break;
      case ActKind::swap_frames:   echo(act); break;
      case ActKind::deliver_frame: duet_.copy(); break;
      case ActKind::drop_frame:    duet_.discard(); break;
      case ActKind::cut_off:       return;
      case ActKind::alter_frame:   duet_.cut_otherwise(act.a); break;
      case ActKind::misuse:
        duet_.on_both("initiate_connection",
                      [](Connection& end, Events) { return end.initiate_connection(); });
        break;
    }
    duet_.check();
    // Digests are made of all that waits.
    if (end().outbound_octets() > kMostWaiting) duet_.drain(~std::size_t{0});
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  CallsHead head{};
  const std::size_t taken = std::min(size, head.size());
  std::copy_n(data, taken, head.begin());
  const Script script = script_from({data + taken, size - taken});
  Calls calls(fuzz::options_of_head(head), head);
  calls.perform(script.acts);
  return 0;
}
