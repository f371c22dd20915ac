#include "properties/oracles/window_ledger.h"

#include <string>

namespace h2assay {

void WindowLedger::sent(wire::Role from, const wire::FrameView& frame) {
  if (!frame.is(wire::FrameType::data)) return;
  Sender& sender = senders_[index(from)];
  const auto length = static_cast<std::int64_t>(frame.payload.size());
  const std::int64_t room = sender.initial + sender.balance[frame.stream_id()];
  // An empty frame is always permitted, also with windows below zero.
  evaluated(length > 0);
  if (length > 0 && length > room)
    accuse("DATA of " + std::to_string(length) + " octets on stream " +
           std::to_string(frame.stream_id()) + " with a stream window of " + std::to_string(room));
  if (length > 0 && length > sender.connection)
    accuse("DATA of " + std::to_string(length) + " octets on stream " +
           std::to_string(frame.stream_id()) + " with a connection window of " +
           std::to_string(sender.connection));
  sender.balance[frame.stream_id()] -= length;
  sender.connection -= length;
}

void WindowLedger::arrived(wire::Role at, const wire::FrameView& frame) {
  Sender& sender = senders_[index(at)];
  if (frame.is(wire::FrameType::window_update) && frame.payload.size() == 4) {
    const std::int64_t increment = wire::read32(frame.payload) & wire::kStreamMask;
    if (frame.stream_id() == 0)
      sender.connection += increment;
    else
      sender.balance[frame.stream_id()] += increment;
  }
  if (frame.is(wire::FrameType::settings) && !frame.has(wire::kAck) &&
      frame.payload.size() % 6 == 0)
    for (std::size_t i = 0; i < frame.payload.size(); i += 6)
      if (wire::read16(frame.payload, i) ==
          static_cast<std::uint16_t>(wire::SettingId::initial_window_size))
        sender.initial = wire::read32(frame.payload, i + 2);
}

}  // namespace h2assay
