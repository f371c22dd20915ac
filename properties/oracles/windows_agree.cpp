#include "properties/oracles/windows_agree.h"

#include <algorithm>
#include <string>

namespace h2assay {

namespace {

using enum wire::FrameType;

// The last SETTINGS_INITIAL_WINDOW_SIZE of a frame.
std::optional<std::uint32_t> initial_window(const wire::FrameView& frame) {
  std::optional<std::uint32_t> value;
  for (std::size_t i = 0; i + 6 <= frame.payload.size(); i += 6)
    if (wire::read16(frame.payload, i) ==
        static_cast<std::uint16_t>(wire::SettingId::initial_window_size))
      value = wire::read32(frame.payload, i + 2);
  return value;
}

std::int64_t increment(const wire::FrameView& frame) {
  return frame.payload.size() == 4 ? wire::read32(frame.payload) & wire::kStreamMask : 0;
}

}  // namespace

void WindowsAgree::Book::move(std::uint32_t stream_id, std::int64_t octets) {
  balance[stream_id] += octets;
}

void WindowsAgree::sent(wire::Role from, const wire::FrameView& frame) {
  End& end = ends_[index(from)];
  if (frame.is(data)) {
    end.outbound.connection -= static_cast<std::int64_t>(frame.payload.size());
    end.outbound.move(frame.stream_id(), -static_cast<std::int64_t>(frame.payload.size()));
  } else if (frame.is(window_update)) {
    if (frame.stream_id() == 0)
      end.inbound.connection += increment(frame);
    else
      end.inbound.move(frame.stream_id(), increment(frame));
  } else if (frame.is(settings) && !frame.has(wire::kAck)) {
    end.announced.push_back(initial_window(frame));
  }
}

void WindowsAgree::arrived(wire::Role at, const wire::FrameView& frame) {
  End& end = ends_[index(at)];
  if (frame.is(data)) {
    end.inbound.connection -= static_cast<std::int64_t>(frame.payload.size());
    end.inbound.move(frame.stream_id(), -static_cast<std::int64_t>(frame.payload.size()));
  } else if (frame.is(window_update)) {
    if (frame.stream_id() == 0)
      end.outbound.connection += increment(frame);
    else
      end.outbound.move(frame.stream_id(), increment(frame));
  } else if (frame.is(settings) && frame.has(wire::kAck)) {
    if (end.announced.empty()) return;
    end.inbound.initial = end.announced.front().value_or(end.inbound.initial);
    end.announced.erase(end.announced.begin());
  } else if (frame.is(settings)) {
    end.outbound.initial = initial_window(frame).value_or(end.outbound.initial);
  }
}

void WindowsAgree::compare(Side side,
                           std::uint32_t stream_id,
                           std::string_view which,
                           std::int64_t engine,
                           std::int64_t octets) {
  evaluated(octets != wire::kDefaultWindow);
  if (engine == octets) return;
  accuse(std::string(side == Side::client ? "the client" : "the server") + " takes the " +
         std::string(which) + " window of stream " + std::to_string(stream_id) + " for " +
         std::to_string(engine) + "; the octets say " + std::to_string(octets));
}

// Whoever lifted it so far was to be accused.
void WindowsAgree::judge_size(Side side, std::uint32_t stream_id, const Book& book) {
  for (const auto& [id, moved] : book.balance) {
    if (id != stream_id) continue;
    evaluated(book.initial + moved > wire::kDefaultWindow);
    if (book.initial + moved > wire::kWindowMax)
      accuse(std::string(side == Side::client ? "the client" : "the server") +
             " puts up with a window of " + std::to_string(book.initial + moved) + " on stream " +
             std::to_string(id));
  }
}

void WindowsAgree::compare(const Pair& pair, Side side) {
  const Connection& engine = pair.at(side);
  if (engine.terminal()) return;
  const End& end = ends_[index(side)];
  compare(side, 0, "send", engine.outbound_flow_control_window(), end.outbound.connection);
  compare(side, 0, "receive", engine.inbound_flow_control_window(), end.inbound.connection);
  for (const KnownStream& stream : pair.streams()) {
    const auto book = [&](const Book& one) {
      const auto found =
          std::ranges::find(one.balance, stream.id, &std::pair<std::uint32_t, std::int64_t>::first);
      const std::int64_t moved = found == one.balance.end() ? 0 : found->second;
      return std::min(one.connection, one.initial + moved);
    };
    if (const auto window = engine.local_flow_control_window(stream.id)) {
      compare(side, stream.id, "send", *window, book(end.outbound));
      judge_size(side, stream.id, end.outbound);
    }
    if (const auto window = engine.remote_flow_control_window(stream.id))
      compare(side, stream.id, "receive", *window, book(end.inbound));
  }
}

void WindowsAgree::before_call(const Pair& pair, const Command& command) {
  compare(pair, command.side);
}

void WindowsAgree::at_rest(const Pair& pair) {
  compare(pair, Side::client);
  compare(pair, Side::server);
}

}  // namespace h2assay
