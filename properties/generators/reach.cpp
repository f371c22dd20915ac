#include "properties/generators/reach.h"

#include <algorithm>

namespace h2assay {

namespace {

using Type = wire::FrameType;
using enum Situation;

// What the shares are worth: about half of what the generator gave when they were set.
constexpr auto kDemands = std::to_array<ReachDemand>({
    {request_complete, 250, 140}, {response_complete, 200, 80}, {window_ran_dry, 20, 12},
    {window_negative, 8, 1},      {call_refused, 350, 350},     {pushed, 50, 25},
    {push_answered, 20, 10},      {continuation, 60, 50},       {evicted, 200, 150},
    {padded, 200, 150},           {trailers, 50, 12},           {interim, 30, 10},
    {tunnel_content, 25, 20},     {settings_delayed, 250, 180}, {settings_queued, 200, 200},
    {reset_races_data, 10, 6},    {goaway_then_end, 40, 12},    {stream_above_goaway, 40, 20},
    {stream_refused, 15, 5},      {cut_inside_frame, 170, 150}, {two_streams_at_once, 45, 15},
    {connection_failed, 0, 200},  {stream_failed, 0, 4},
});
static_assert(kDemands.size() == kSituations);

}  // namespace

std::string_view name(Situation situation) {
  switch (situation) {
    case request_complete:    return "request_complete";
    case response_complete:   return "response_complete";
    case window_ran_dry:      return "window_ran_dry";
    case window_negative:     return "window_negative";
    case call_refused:        return "call_refused";
    case pushed:              return "pushed";
    case push_answered:       return "push_answered";
    case continuation:        return "continuation";
    case evicted:             return "evicted";
    case padded:              return "padded";
    case trailers:            return "trailers";
    case interim:             return "interim";
    case tunnel_content:      return "tunnel_content";
    case settings_delayed:    return "settings_delayed";
    case settings_queued:     return "settings_queued";
    case reset_races_data:    return "reset_races_data";
    case goaway_then_end:     return "goaway_then_end";
    case stream_above_goaway: return "stream_above_goaway";
    case stream_refused:      return "stream_refused";
    case cut_inside_frame:    return "cut_inside_frame";
    case two_streams_at_once: return "two_streams_at_once";
    case connection_failed:   return "connection_failed";
    case stream_failed:       return "stream_failed";
  }
  return {};
}

std::string Reach::missed(bool hostile) const {
  std::string text;
  for (const ReachDemand& demand : kDemands) {
    const std::uint32_t permille = hostile ? demand.on_hostile_network : demand.permille;
    const std::uint64_t count = counts_[static_cast<std::size_t>(demand.situation)];
    if (count * 1000 < permille * scripts_)
      text += std::string(name(demand.situation)) + ": " + std::to_string(count) + " of " +
              std::to_string(scripts_) + " scripts; " + std::to_string(permille) +
              " in a thousand are demanded\n";
  }
  return text;
}

std::string Reach::table() const {
  std::string text;
  for (const ReachDemand& demand : kDemands)
    text += std::string(name(demand.situation)) + " " +
            std::to_string(counts_[static_cast<std::size_t>(demand.situation)]) + "/" +
            std::to_string(scripts_) + "\n";
  return text;
}

ReachWatcher::ReachWatcher(Pair& pair, Reach& reach) : JointOracle("reach", "-"), reach_(reach) {
  tape_.watch(*this);
  pair.watch(tape_);
  pair.watch(*this);
  reach_.script();
}

void ReachWatcher::reached(Situation situation) {
  bool& seen = seen_[static_cast<std::size_t>(situation)];
  if (!seen) reach_.add(situation);
  seen = true;
}

void ReachWatcher::sent_settings(std::size_t from, const wire::FrameView& frame) {
  if (frame.has(wire::kAck)) return;
  if (++ends_[from].waiting_settings > 1) reached(settings_queued);
}

void ReachWatcher::sent(wire::Role from, const wire::FrameView& frame) {
  End& end = ends_[index(from)];
  if (frame.is(Type::settings)) sent_settings(index(from), frame);
  if (frame.is(Type::rst_stream)) end.reset[frame.stream_id()] = true;
  if (frame.is(Type::continuation)) reached(continuation);
  if (frame.is(Type::data) && tunnel_[frame.stream_id()]) reached(tunnel_content);
  if ((frame.is(Type::data) || frame.is(Type::headers)) && frame.has(wire::kPadded))
    reached(padded);
  if (frame.is(Type::goaway)) {
    end.goaway = true;
    end.last = wire::read32(frame.payload) & wire::kStreamMask;
  }
}

void ReachWatcher::arrived(wire::Role at, const wire::FrameView& frame) {
  End& end = ends_[index(at)];
  const std::uint32_t id = frame.stream_id();
  if (frame.is(Type::settings) && frame.has(wire::kAck) && end.waiting_settings > 0)
    --end.waiting_settings;
  if ((frame.is(Type::data) || frame.is(Type::headers)) && end.waiting_settings > 0)
    reached(settings_delayed);
  if (frame.is(Type::data) && end.reset[id]) reached(reset_races_data);
  if (frame.is(Type::headers) && end.goaway && id > end.last) reached(stream_above_goaway);
  if (!frame.is(Type::data)) return;
  if (end.previous_data != 0 && end.previous_data != id) reached(two_streams_at_once);
  end.previous_data = id;
}

void ReachWatcher::called(const Pair& pair, const Command& c, const Sent<>& answer) {
  if (!answer) {
    reached(call_refused);
    return;
  }
  const Connection& end = pair.at(c.side);
  if (c.verb == Verb::send_data && !c.octets.empty())
    if (const auto window = end.local_flow_control_window(c.stream_id); window && *window <= 0)
      reached(window_ran_dry);
  if (c.verb == Verb::push_stream) {
    reached(pushed);
    pushed_[c.number] = true;
  }
  if (c.verb != Verb::send_headers) return;
  if (c.side == Side::server && c.stream_id % 2 == 0 && pushed_[c.stream_id])
    reached(push_answered);
  if (!c.fields.empty() && c.fields[0].value == "CONNECT") tunnel_[c.stream_id] = true;
  End& own = ends_[index(c.side)];
  for (const Field& field : c.fields)
    if (field.name.starts_with("x-"))
      own.table_octets += field.name.size() + field.value.size() + 32;
  if (own.table_octets > end.remote_settings().header_table_size || own.table_octets > 4096)
    reached(evicted);
}

void ReachWatcher::delivering(const Pair& pair, Side at, Octets octets) {
  if (octets.size() < pair.toward(at).waiting().size() && octets.size() < 9)
    reached(cut_inside_frame);
}

void ReachWatcher::look_for_negative_windows(const Pair& pair, Side at) {
  for (const KnownStream& stream : pair.streams()) {
    const auto window = pair.at(at).local_flow_control_window(stream.id);
    if (window && *window < 0) reached(window_negative);
  }
}

void ReachWatcher::received(const Pair& pair, Side at, Events events) {
  const End& end = ends_[index(at)];
  for (const Event& event : events) {
    if (std::holds_alternative<ConnectionFailed>(event)) reached(connection_failed);
    if (std::holds_alternative<TrailersReceived>(event)) reached(trailers);
    if (std::holds_alternative<InformationalResponseReceived>(event)) reached(interim);
    if (const auto* e = std::get_if<StreamEnded>(&event)) {
      reached(at == Side::server ? request_complete : response_complete);
      if (end.goaway && e->stream_id != 0) reached(goaway_then_end);
    }
    if (const auto* e = std::get_if<StreamReset>(&event); e != nullptr && !e->remote)
      reached(e->code == ErrorCode::refused_stream ? stream_refused : stream_failed);
    if (std::holds_alternative<InitialWindowChanged>(event)) look_for_negative_windows(pair, at);
  }
}

}  // namespace h2assay
