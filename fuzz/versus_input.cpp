#include "fuzz/versus_input.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

#include "fuzz/opening.h"
#include "properties/wire/frame_view.h"

namespace h2assay::versus {

namespace {

using wire::FrameType;
using wire::FrameView;
using wire::Octets;

constexpr std::uint32_t kSmallWindow = 100;

std::string name_of(std::uint8_t type) {
  const std::string_view known = wire::type_name(type);
  return known.empty() ? "unknown" : std::string(known);
}

// The header of a frame that is longer than anybody takes; what there is of it.
std::optional<Piece> too_long(Octets octets) {
  if (octets.size() < wire::kFrameHeaderOctets) return std::nullopt;
  const std::uint32_t length = wire::read32(octets) >> 8U;
  if (length <= wire::kSmallestMaxFrameSize) return std::nullopt;
  const std::size_t whole = wire::kFrameHeaderOctets + length;
  return Piece{.octets = octets.first(std::min(whole, octets.size())),
               .name = name_of(octets[3]) + " too long",
               .stream_id = wire::read32(octets, 5) & wire::kStreamMask};
}

struct Block {
  std::size_t octets = 0;  // 0: it is not all there
  std::string_view trait{};
};

Block block_of(Octets octets, const FrameView& first) {
  Block block{.octets = first.whole.size()};
  for (bool open = !first.has(wire::kEndHeaders); open;) {
    const auto next = wire::first_frame(octets.subspan(block.octets));
    if (!next) {
      const auto lie = too_long(octets.subspan(block.octets));
      return {.octets = lie ? block.octets + lie->octets.size() : 0, .trait = " too long"};
    }
    block.octets += next->whole.size();
    const bool continues =
        next->is(FrameType::continuation) && next->stream_id() == first.stream_id();
    if (!continues) block.trait = " interrupted";
    open = continues && !next->has(wire::kEndHeaders);
  }
  return block;
}

wire::RawFrame raw(const FrameView& frame) {
  return {.type = frame.type,
          .flags = frame.flags,
          .stream = frame.stream,
          .payload = {frame.payload.begin(), frame.payload.end()}};
}

bool wrong_length(const FrameView& frame) {
  const std::size_t size = frame.payload.size();
  switch (static_cast<FrameType>(frame.type)) {
    case FrameType::data:
    case FrameType::headers:
    case FrameType::push_promise: {
      const wire::Layout layout = wire::layout(raw(frame));
      return !layout.fits && !layout.padding_too_long;
    }
    case FrameType::priority:        return size != 5;
    case FrameType::rst_stream:
    case FrameType::window_update:   return size != 4;
    case FrameType::settings:        return size % 6 != 0 || (frame.has(wire::kAck) && size != 0);
    case FrameType::ping:            return size != 8;
    case FrameType::goaway:          return size < 8;
    case FrameType::continuation:
    case FrameType::altsvc:
    case FrameType::origin:
    case FrameType::priority_update:
    default:                         return false;
  }
}

// Says what is wrong at first sight.
class Looker {
 public:
  explicit Looker(bool toward_server) : toward_server_(toward_server) {}

  std::string_view look(const FrameView& frame) {
    if (wrong_length(frame)) return " of wrong length";
    if (frame.is(FrameType::settings) && frame.has(wire::kAck))
      return std::exchange(acknowledged_, true) ? " unasked" : "";
    if (frame.is(FrameType::settings)) return odd_setting(frame.payload);
    if (frame.is(FrameType::priority)) return itself(frame, wire::read32(frame.payload));
    if (frame.is(FrameType::headers)) {
      const auto priority = wire::layout(raw(frame)).priority;
      return priority ? itself(frame, priority->depends_on) : "";
    }
    return frame.is(FrameType::goaway) ? last_stream(wire::read32(frame.payload)) : "";
  }

 private:
  static std::string_view itself(const FrameView& frame, std::uint32_t depends_on) {
    return (depends_on & wire::kStreamMask) == frame.stream_id() ? " itself" : "";
  }

  static std::string_view odd_setting(Octets payload) {
    const auto entries = wire::settings_entries(payload);
    const auto id = &wire::SettingEntry::id;
    const auto again = [&](const wire::SettingEntry& entry) {
      return std::ranges::count(entries, entry.id, id) > 1;
    };
    const auto odd = [](const wire::SettingEntry& entry) {
      return entry.id == static_cast<std::uint16_t>(wire::SettingId::enable_connect_protocol) &&
             entry.value > 1;
    };
    if (std::ranges::any_of(entries, again)) return " repeated";
    return std::ranges::any_of(entries, odd) ? " connect" : "";
  }

  std::string_view last_stream(std::uint32_t field) {
    const std::uint32_t last = field & wire::kStreamMask;
    const bool rises = last > std::exchange(last_, std::min(last, last_));
    // Streams of a server are even.
    if (last != 0 && (last % 2 == 0) != toward_server_)
      return toward_server_ ? " foreign" : " of its own";
    return rises ? " rising" : "";
  }

  bool toward_server_;
  bool acknowledged_ = false;  // an end sends SETTINGS once
  std::uint32_t last_ = wire::kStreamMask;
};

}  // namespace

Options options_of(Configuration configuration) {
  Options options;
  options.role = configuration.client() ? Role::client : Role::server;
  options.normalize_inbound_fields = false;
  if (configuration.small_windows()) options.settings.initial_window_size = kSmallWindow;
  if (configuration.no_table()) options.settings.header_table_size = 0;
  if (configuration.no_push() && configuration.client()) options.settings.enable_push = 0;
  return options;
}

std::vector<std::uint8_t> octets_of(Configuration configuration, Octets rest) {
  std::vector<std::uint8_t> octets;
  if (configuration.opened())
    fuzz::append_opening(octets, configuration.client() ? Role::client : Role::server);
  std::ranges::copy(rest, std::back_inserter(octets));
  return octets;
}

std::vector<Piece> cut(Octets octets, bool toward_server) {
  std::vector<Piece> pieces;
  if (toward_server) {
    const Octets preface = octets.first(std::min(octets.size(), wire::kPreface.size()));
    if (preface.size() == wire::kPreface.size() ||
        !std::ranges::equal(preface, wire::kPreface.substr(0, preface.size())))
      pieces.push_back({.octets = preface, .name = "preface"});
    octets = octets.subspan(preface.size());
  }
  Looker looker(toward_server);
  while (!octets.empty()) {
    if (auto lie = too_long(octets)) {
      octets = octets.subspan(lie->octets.size());
      pieces.push_back(std::move(*lie));
      continue;
    }
    const auto frame = wire::first_frame(octets);
    if (!frame) break;
    const bool opens = frame->is(FrameType::headers) || frame->is(FrameType::push_promise);
    const Block block = opens ? block_of(octets, *frame) : Block{.octets = frame->whole.size()};
    if (block.octets == 0) break;
    Piece piece{.octets = octets.first(block.octets),
                .name = name_of(frame->type),
                .stream_id = frame->stream_id(),
                .ends = (frame->is(FrameType::headers) || frame->is(FrameType::data)) &&
                        frame->has(wire::kEndStream)};
    piece.name += block.trait.empty() ? looker.look(*frame) : block.trait;
    octets = octets.subspan(block.octets);
    pieces.push_back(std::move(piece));
  }
  return pieces;
}

}  // namespace h2assay::versus
