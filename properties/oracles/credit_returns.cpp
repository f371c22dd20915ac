#include "properties/oracles/credit_returns.h"

#include <algorithm>
#include <string>

namespace h2assay {

namespace {

using enum wire::FrameType;

}  // namespace

void CreditReturns::sent(wire::Role from, const wire::FrameView& frame) {
  End& end = ends_[index(from)];
  if (frame.is(settings) && !frame.has(wire::kAck)) {
    const bool first = end.initial < 0;
    if (first) end.initial = wire::kDefaultWindow;
    for (std::size_t i = 0; i + 6 <= frame.payload.size(); i += 6)
      if (wire::read16(frame.payload, i) ==
          static_cast<std::uint16_t>(wire::SettingId::initial_window_size)) {
        if (first)
          end.initial = wire::read32(frame.payload, i + 2);
        else
          end.moved = true;
      }
  }
  if (!frame.is(window_update)) return;
  const std::uint32_t id = frame.stream_id();
  Account& account = id == 0 ? end.connection : end.streams[id];
  const std::int64_t increment = wire::read32(frame.payload) & wire::kStreamMask;
  if (end.by_hand) {
    account.by_hand += increment;
    return;
  }
  account.returned += increment;
  const std::int64_t default_window = wire::kDefaultWindow;
  const std::int64_t in_force = end.known ? end.initial : std::min(end.initial, default_window);
  const std::int64_t target = id == 0 ? default_window : in_force;
  if (id != 0 && end.moved) return;
  evaluated();
  if (increment < target / 2)
    accuse("an automatic WINDOW_UPDATE of " + std::to_string(increment) + " on stream " +
           std::to_string(id) + " with a window of " + std::to_string(target));
}

void CreditReturns::arrived(wire::Role at, const wire::FrameView& frame) {
  End& end = ends_[index(at)];
  const std::uint32_t id = frame.stream_id();
  if (frame.is(settings) && frame.has(wire::kAck)) end.known = true;
  if (frame.is(data)) {
    end.connection.came += static_cast<std::int64_t>(frame.payload.size());
    end.streams[id].came += static_cast<std::int64_t>(frame.payload.size());
  }
  if ((frame.is(data) || frame.is(headers)) && frame.has(wire::kEndStream))
    end.streams[id].ended = true;
}

void CreditReturns::received(const Pair&, Side at, Events events) {
  End& end = ends_[index(at)];
  for (const Event& event : events) {
    const auto* data = std::get_if<DataReceived>(&event);
    if (data == nullptr) continue;
    end.connection.owed += data->flow_controlled_length;
    end.streams[data->stream_id].owed += data->flow_controlled_length;
  }
}

void CreditReturns::called(const Pair&, const Command& command, const Sent<>& answer) {
  End& end = ends_[index(command.side)];
  end.by_hand = command.verb == Verb::increment_flow_control_window && answer.has_value();
  if (!answer || command.verb != Verb::acknowledge_received_data) return;
  end.connection.owed -= command.number;
  end.streams[command.stream_id].owed -= command.number;
}

void CreditReturns::emitted(const Pair&, Side from, Octets) { ends_[index(from)].by_hand = false; }

void CreditReturns::judge(const Account& account,
                          std::int64_t target,
                          std::uint32_t stream_id,
                          Side side) {
  evaluated(account.came > 0);
  // Made only to accuse: this is judged for every stream whenever the pair rests.
  const auto where = [&] {
    return std::string(side == Side::client ? "the client" : "the server") + ", stream " +
           std::to_string(stream_id) + ": ";
  };
  // By hand, credit may also be given for what is not acknowledged yet.
  if (account.returned > account.came - std::max<std::int64_t>(0, account.owed))
    accuse(where() + "gave back " + std::to_string(account.returned) + " of " +
           std::to_string(account.came) + " octets, " + std::to_string(account.owed) +
           " of them not acknowledged");
  const std::int64_t waiting =
      account.came - std::max<std::int64_t>(0, account.owed) - account.returned;
  if (account.by_hand == 0 && waiting > 0 && waiting >= target / 2)
    accuse(where() + "keeps back " + std::to_string(waiting) +
           " octets that nobody needs any more, with a window of " + std::to_string(target));
  const std::int64_t window = target + account.by_hand + account.returned - account.came;
  const std::int64_t least = target - target / 2;
  if (account.owed <= 0 && window < std::min(least, target))
    accuse(where() + "everything is acknowledged and the window stays at " +
           std::to_string(window) + " of " + std::to_string(target));
}

void CreditReturns::at_rest(const Pair& pair) {
  if (!undisturbed(pair)) return;
  for (const Side side : {Side::client, Side::server}) {
    const End& end = ends_[index(side)];
    judge(end.connection, wire::kDefaultWindow, 0, side);
    if (end.moved) continue;
    for (const auto& [id, account] : end.streams)
      if (!account.ended && pair.at(side).remote_flow_control_window(id))
        judge(account, end.initial, id, side);
  }
}

}  // namespace h2assay
