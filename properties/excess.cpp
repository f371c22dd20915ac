#include "properties/excess.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "properties/wire/hpack.h"

namespace h2assay {

namespace {

using enum wire::FrameType;
using Out = std::vector<std::uint8_t>;

constexpr std::uint32_t kFlooding = 200;      // more room than any flood of DATA here takes
constexpr std::uint32_t kListOctets = 65536;  // InitialSettings::max_header_list_size
constexpr std::uint32_t kFullFrame = wire::kSmallestMaxFrameSize;

void frame(Out& out, wire::FrameType type, std::uint8_t flags, std::uint32_t id, Out payload = {}) {
  wire::append(out, wire::make_frame(type, flags, id, std::move(payload)));
}

struct Line {
  std::string name;
  std::string value;
};

const std::vector<Line> kPost{
    {":method", "POST"}, {":scheme", "http"}, {":path", "/"}, {":authority", "a"}};
const std::vector<Line> kGet{
    {":method", "GET"}, {":scheme", "http"}, {":path", "/"}, {":authority", "a"}};

// The size update is legal at any time, and due where the table was lowered.
Out block(const std::vector<Line>& lines) {
  std::vector<wire::Representation> all{{.kind = wire::Kind::size_update}};
  for (const Line& line : lines)
    all.push_back({.kind = wire::Kind::without, .name = line.name, .value = line.value});
  return wire::encode(all);
}

// HEADERS and as many full CONTINUATION frames as it takes.
void section(Out& out, std::uint8_t flags, std::uint32_t id, const Out& whole) {
  std::size_t at = 0;
  do {
    const std::size_t size = std::min<std::size_t>(kFullFrame, whole.size() - at);
    const auto begin = whole.begin() + static_cast<std::ptrdiff_t>(at);
    const bool first = at == 0;
    at += size;
    const std::uint8_t end = at == whole.size() ? wire::kEndHeaders : 0;
    frame(out,
          first ? headers : continuation,
          static_cast<std::uint8_t>(end | (first ? flags : 0)),
          id,
          Out(begin, begin + static_cast<std::ptrdiff_t>(size)));
  } while (at < whole.size());
}

// --- Where an engine must stand ----------------------------------------------------------------

bool anywhere(Flooded&) { return true; }

bool window_has_room(Flooded& flooded) {
  return flooded.engine.outbound_flow_control_window() < wire::kWindowMax - 1000;
}

bool fresh_request(Flooded& flooded) {
  const Connection& engine = flooded.engine;
  flooded.stream =
      engine.highest_inbound_stream_id() + (engine.highest_inbound_stream_id() % 2 + 1);
  return flooded.side == Side::server && !flooded.said_goaway &&
         engine.open_inbound_streams() + 3 < engine.local_settings().max_concurrent_streams;
}

// … with the list size of the first SETTINGS still in force.
bool fresh_list(Flooded& flooded) {
  return fresh_request(flooded) &&
         flooded.engine.local_settings().max_header_list_size == kListOctets;
}

bool fresh_upload(Flooded& flooded) {
  return fresh_request(flooded) && flooded.engine.inbound_flow_control_window() > kFlooding &&
         flooded.engine.local_settings().initial_window_size > kFlooding;
}

bool at_client(Flooded& flooded) { return flooded.side == Side::client; }

// A request of the client's that lives, with or without its response.
std::uint32_t living(const Flooded& flooded, bool unanswered) {
  for (const KnownStream& stream : flooded.pair.streams()) {
    const StreamPhase phase = flooded.engine.stream_phase(stream.id);
    const bool lives = phase == StreamPhase::open || phase == StreamPhase::half_closed_local;
    if (stream.id % 2 == 1 && lives && !(unanswered && stream.answered)) return stream.id;
  }
  return 0;
}

bool awaits_response(Flooded& flooded) {
  flooded.stream = flooded.side == Side::client ? living(flooded, true) : 0;
  return flooded.stream != 0;
}

bool may_be_promised(Flooded& flooded) {
  const Connection& engine = flooded.engine;
  flooded.stream = flooded.side == Side::client ? living(flooded, false) : 0;
  return flooded.stream != 0 && !flooded.said_goaway && engine.local_settings().enable_push == 1;
}

std::uint32_t reserved(const Flooded& flooded) {
  return static_cast<std::uint32_t>(
      std::ranges::count_if(flooded.pair.streams(), [&](const KnownStream& stream) {
        return flooded.engine.stream_phase(stream.id) == StreamPhase::reserved_remote;
      }));
}

// --- What floods ---------------------------------------------------------------------------------

void nothing(const Flooded&, Out&) {}

void promise(const Flooded& flooded, std::uint32_t, Out& out) {
  Out payload;
  wire::append32(payload, flooded.engine.highest_inbound_stream_id() + 2);
  const Out fields = block(kGet);
  payload.insert(payload.end(), fields.begin(), fields.end());
  frame(out, push_promise, wire::kEndHeaders, flooded.stream, std::move(payload));
}

void promise_and_reset(const Flooded& flooded, std::uint32_t number, Out& out) {
  promise(flooded, number, out);
  frame(out, rst_stream, 0, flooded.engine.highest_inbound_stream_id() + 2, {0, 0, 0, 8});
}

void request_and_reset(const Flooded& flooded, std::uint32_t number, Out& out) {
  const std::uint32_t id = flooded.stream + 2 * number;
  section(out, wire::kEndStream, id, block(kGet));
  frame(out, rst_stream, 0, id, {0, 0, 0, 8});
}

// At the limit first, then one line more.
void many_lines(const Flooded& flooded, std::uint32_t number, Out& out) {
  std::vector<Line> lines = kGet;
  lines.resize(tight_limits().field_lines + number, {"a", "b"});
  section(out, wire::kEndStream, flooded.stream + 2 * number, block(lines));
}

// At the limit first, then one octet more.
void long_list(const Flooded& flooded, std::uint32_t number, Out& out) {
  std::vector<Line> lines = kGet;
  for (int i = 0; i < 5; ++i) lines.push_back({"x", std::string(12000, 'x')});
  std::size_t octets = 0;
  for (const Line& line : lines) octets += line.name.size() + line.value.size() + 32;
  lines.push_back({"y", std::string(kListOctets - octets - 33 + number, 'y')});
  section(out, wire::kEndStream, flooded.stream + 2 * number, block(lines));
}

void open_block(const Flooded& flooded, Out& out) { frame(out, headers, 0, flooded.stream); }

void empty_fragment(const Flooded& flooded, std::uint32_t, Out& out) {
  frame(out, continuation, 0, flooded.stream);
}

void full_fragment(const Flooded& flooded, std::uint32_t, Out& out) {
  frame(out, continuation, 0, flooded.stream, Out(kFullFrame, 'x'));
}

void upload(const Flooded& flooded, Out& out) { section(out, 0, flooded.stream, block(kPost)); }

void empty_content(const Flooded& flooded, std::uint32_t, Out& out) {
  frame(out, data, 0, flooded.stream);
}

void crumb(const Flooded& flooded, std::uint32_t, Out& out) {
  frame(out, data, 0, flooded.stream, {'x'});
}

void interim(const Flooded& flooded, std::uint32_t, Out& out) {
  section(out, 0, flooded.stream, block({{":status", "103"}}));
}

void ask(const Flooded&, std::uint32_t, Out& out) { frame(out, ping, 0, 0, Out(8, 'p')); }

// At the limit first, then one parameter more.
void parameters(const Flooded&, std::uint32_t number, Out& out) {
  const std::vector<wire::SettingEntry> entries(tight_limits().settings_entries + number,
                                                {.id = 0x77, .value = 1});
  frame(out, settings, 0, 0, wire::settings_payload(entries));
}

void signal(const Flooded&, std::uint32_t, Out& out) {
  frame(out, priority, 0, wire::kStreamMask, {0, 0, 0, 0, 15});
}

void credit(const Flooded&, std::uint32_t, Out& out) {
  frame(out, window_update, 0, 0, {0, 0, 0, 1});
}

void unknown(const Flooded&, std::uint32_t, Out& out) {
  wire::append(out, wire::RawFrame{.type = 0xfe, .flags = 0, .stream = 0});
}

// At the limit first, then one entry more.
void origins(const Flooded&, std::uint32_t number, Out& out) {
  Out payload;
  for (std::uint32_t i = 0; i < tight_limits().origin_entries + number; ++i)
    payload.insert(payload.end(), {0, 1, 'a'});
  frame(out, origin, 0, 0, std::move(payload));
}

}  // namespace

Limits tight_limits() {
  return {.field_block_octets = 100000,
          .field_lines = 100,
          .stream_churn = {.burst = 60},
          .reserved_streams = 20,
          .undrained_replies = 80,
          .settings_entries = 12,
          .unacknowledged_settings = 5,
          .unanswered_pings = 20,
          .priority_frames = {.burst = 60},
          .window_updates = {.burst = 300},
          .interim_responses = {.burst = 30},
          .origin_entries = 16,
          .glitches = {.burst = 100},
          .small_data = {.burst = 100 * (Limits::kSmallData - 1)}};
}

// clang-format off
std::span<const Excess> excesses() {
  static constexpr auto kExcesses = std::to_array<Excess>({
      // name                     limit                      allowed drains ready            prelude     step
      {"a list one octet too long",  Rule::field_list_octets,   1,   true,  fresh_list,      nothing,    long_list},
      {"a field line too many",      Rule::field_lines,         1,   true,  fresh_list,      nothing,    many_lines},
      {"a block without end",        Rule::field_block_octets,  6,   true,  fresh_request,   open_block, full_fragment},
      {"empty CONTINUATION frames",  Rule::continuation_frames, 8,   true,  fresh_request,   open_block, empty_fragment},
      {"rapid reset",                Rule::stream_churn,        60,  true,  fresh_request,   nothing,    request_and_reset},
      {"promises taken back",        Rule::stream_churn,        60,  true,  may_be_promised, nothing,    promise_and_reset},
      {"promises for ever",          Rule::reserved_streams,    20,  true,  may_be_promised, nothing,    promise, reserved},
      {"PING frames, undrained",     Rule::undrained_replies,   80,  false, anywhere,        nothing,    ask},
      {"a parameter too many",       Rule::settings_entries,    1,   true,  anywhere,        nothing,    parameters},
      {"PRIORITY frames",            Rule::priority_frames,     60,  true,  anywhere,        nothing,    signal},
      {"WINDOW_UPDATE frames",       Rule::window_updates,      300, true,  window_has_room, nothing,    credit},
      {"interim responses",          Rule::interim_responses,   30,  true,  awaits_response, nothing,    interim},
      {"an origin too many",         Rule::origin_entries,      1,   true,  at_client,       nothing,    origins},
      {"unknown frames",             Rule::glitches,            100, true,  anywhere,        nothing,    unknown},
      {"empty DATA frames",          Rule::empty_data_frames,   4,   true,  fresh_upload,    upload,     empty_content},
      {"DATA in crumbs",             Rule::small_data,          100, true,  fresh_upload,    upload,     crumb},
  });
  return kExcesses;
}

// clang-format on

}  // namespace h2assay
