#include "properties/oracles/frames_become_events.h"

#include <algorithm>
#include <string>

#include "properties/pair/event_text.h"

namespace h2assay {

namespace {

using enum wire::FrameType;

bool opened_by(Side side, std::uint32_t stream_id) {
  return (stream_id % 2 == 1) == (side == Side::client);
}

std::uint32_t touched(const wire::RawFrame& frame) {
  return frame.is(push_promise) ? wire::layout(frame).promised & wire::kStreamMask
                                : frame.stream_id();
}

bool is_message(const wire::RawFrame& frame) {
  return frame.is(data) || frame.is(headers) || frame.is(push_promise);
}

// The stream of an event that reports a header section.
std::optional<std::uint32_t> section_of(const Event& event) {
  if (const auto* e = std::get_if<RequestReceived>(&event)) return e->stream_id;
  if (const auto* e = std::get_if<ResponseReceived>(&event)) return e->stream_id;
  if (const auto* e = std::get_if<InformationalResponseReceived>(&event)) return e->stream_id;
  if (const auto* e = std::get_if<TrailersReceived>(&event)) return e->stream_id;
  return std::nullopt;
}

std::string describe(const wire::RawFrame& frame) {
  return std::string(wire::type_name(frame.type)) + "(" + std::to_string(frame.type) + ") flags " +
         std::to_string(frame.flags) + " on stream " + std::to_string(frame.stream_id());
}

std::array<std::uint8_t, 8> eight(wire::Octets octets) {
  std::array<std::uint8_t, 8> out{};
  std::copy_n(octets.begin(), std::min(octets.size(), out.size()), out.begin());
  return out;
}

}  // namespace

void FramesBecomeEvents::sent(wire::Role from, const wire::FrameView& frame) {
  End& end = ends_[index(from)];
  const std::uint32_t id = frame.stream_id();
  if ((frame.is(data) || frame.is(headers)) && frame.has(wire::kEndStream))
    end.streams[id].sent_end = true;
  if (frame.is(rst_stream)) end.streams[id].reset = true;
  if (frame.is(push_promise))
    end.streams[wire::read32(frame.payload, frame.has(wire::kPadded) ? 1 : 0)].received_end = true;
  if (frame.is(goaway)) end.sent_last = wire::read32(frame.payload) & wire::kStreamMask;
  if (!frame.is(settings) || frame.has(wire::kAck)) return;
  std::vector<Value>& values = end.announced.emplace_back();
  for (std::size_t i = 0; i + 6 <= frame.payload.size(); i += 6)
    values.push_back({wire::read16(frame.payload, i), wire::read32(frame.payload, i + 2)});
}

void FramesBecomeEvents::arrived(wire::Role at, const wire::FrameView& frame) {
  End& end = ends_[index(at)];
  wire::RawFrame copy{.type = frame.type,
                      .flags = frame.flags,
                      .stream = frame.stream,
                      .payload = {frame.payload.begin(), frame.payload.end()}};
  const bool opens = frame.is(headers) || frame.is(push_promise);
  if (opens && !frame.has(wire::kEndHeaders)) {
    end.block = std::move(copy);
  } else if (frame.is(continuation)) {
    if (frame.has(wire::kEndHeaders) && end.block) end.frames.push_back(std::move(*end.block));
  } else {
    end.frames.push_back(std::move(copy));
  }
}

// The engine ended this stream of its own accord: then nothing is due for it.
bool FramesBecomeEvents::refused(Walk& walk, std::uint32_t stream_id) {
  if (walk.at == walk.events.size()) return false;
  const Event& event = walk.events[walk.at];
  const auto* reset = std::get_if<StreamReset>(&event);
  const auto* malformed = std::get_if<MalformedRequest>(&event);
  const bool over = (reset != nullptr && !reset->remote && reset->stream_id == stream_id) ||
                    (malformed != nullptr && malformed->stream_id == stream_id);
  if (!over) return false;
  if (malformed != nullptr) walk.end.streams[stream_id].malformed = true;
  ++walk.at;
  walk.end.streams[stream_id].reset = reset != nullptr;
  return true;
}

void FramesBecomeEvents::expect(Walk& walk, const Event& event) {
  evaluated();
  const std::string due = text_of(event);
  if (walk.at == walk.events.size()) {
    accuse("missing at the end of the batch: " + due);
    return;
  }
  const std::string came = text_of(walk.events[walk.at++]);
  if (came != due) accuse("due is " + due + "; came " + came);
}

// StreamEnded and PriorityUpdated of the same frame, in either order.
void FramesBecomeEvents::expect_related(Walk& walk, const wire::RawFrame& frame) {
  const bool ends = frame.has(wire::kEndStream);
  const bool prioritizes = frame.is(headers) && frame.has(wire::kPriority);
  bool ended = false;
  bool prioritized = false;
  for (; walk.at < walk.events.size(); ++walk.at) {
    const auto* e = std::get_if<StreamEnded>(&walk.events[walk.at]);
    const auto* p = std::get_if<PriorityUpdated>(&walk.events[walk.at]);
    if (e != nullptr && ends && !ended && e->stream_id == frame.stream_id())
      ended = true;
    else if (p != nullptr && prioritizes && !prioritized && p->stream_id == frame.stream_id())
      prioritized = true;
    else
      break;
  }
  if (ends && !ended) accuse(describe(frame) + ": no StreamEnded");
  if (prioritizes && !prioritized) accuse(describe(frame) + ": no PriorityUpdated");
}

void FramesBecomeEvents::judge_message(Walk& walk, const wire::RawFrame& frame) {
  const wire::Layout layout = wire::layout(frame);
  const std::uint32_t id = touched(frame);
  if (frame.has(wire::kEndStream) && !frame.is(push_promise))
    walk.end.streams[id].received_end = true;
  if (refused(walk, id)) return;
  const Event* event = walk.at < walk.events.size() ? &walk.events[walk.at] : nullptr;
  evaluated();
  bool fits = false;
  if (event != nullptr && frame.is(headers)) {
    fits = section_of(*event) == id;
  } else if (event != nullptr && frame.is(push_promise)) {
    const auto* push = std::get_if<PushedStreamReceived>(event);
    fits = push != nullptr && push->pushed_stream_id == id &&
           push->parent_stream_id == frame.stream_id();
    walk.end.streams[id].sent_end = true;
  } else if (event != nullptr) {
    const auto* content = std::get_if<DataReceived>(event);
    fits = content != nullptr && content->stream_id == id &&
           content->flow_controlled_length == frame.payload.size() &&
           std::ranges::equal(content->data, layout.content);
  }
  if (!fits) {
    accuse(describe(frame) + " became " + (event == nullptr ? "nothing" : text_of(*event)));
    return;
  }
  ++walk.at;
  if (!frame.is(push_promise)) expect_related(walk, frame);
}

void FramesBecomeEvents::judge_settings(Walk& walk, const wire::RawFrame& frame) {
  evaluated();
  std::vector<Value> due;
  std::span<const ChangedSetting> came;
  const bool ack = frame.has(wire::kAck);
  const Event* event = walk.at < walk.events.size() ? &walk.events[walk.at] : nullptr;
  if (ack) {
    if (walk.end.announced.empty()) return;
    due = walk.end.announced.front();
    walk.end.announced.pop_front();
  } else {
    for (const wire::SettingEntry& entry : wire::settings_entries(frame.payload))
      due.push_back({entry.id, entry.value});
  }
  const auto* acknowledged = event == nullptr ? nullptr : std::get_if<SettingsAcknowledged>(event);
  const auto* changed = event == nullptr ? nullptr : std::get_if<RemoteSettingsChanged>(event);
  if (ack ? acknowledged == nullptr : changed == nullptr) {
    accuse(describe(frame) + " became " + (event == nullptr ? "nothing" : text_of(*event)));
    return;
  }
  came = ack ? acknowledged->changed : changed->changed;
  ++walk.at;
  const auto same = [](const Value& a, const ChangedSetting& b) {
    return a.id == b.id && a.value == b.new_value;
  };
  if (!std::ranges::equal(due, came, same))
    accuse(describe(frame) + " reports other values: " + text_of(*event));
  if (ack) return;
  const std::int64_t before = walk.end.peer_window;
  for (const Value& value : due)
    if (value.id == static_cast<std::uint16_t>(wire::SettingId::initial_window_size))
      walk.end.peer_window = value.value;
  if (walk.end.peer_window != before)
    expect(walk, InitialWindowChanged{walk.end.peer_window - before});
}

// After GOAWAY, our streams above its Last-Stream-ID are told as refused.
void FramesBecomeEvents::expect_given_up(Walk& walk, Side side) {
  for (; walk.at < walk.events.size(); ++walk.at) {
    const auto* reset = std::get_if<StreamReset>(&walk.events[walk.at]);
    if (reset == nullptr || !reset->remote || reset->code != ErrorCode::refused_stream) return;
    if (!opened_by(side, reset->stream_id) || reset->stream_id <= walk.end.received_last) return;
    walk.end.streams[reset->stream_id].reset = true;
  }
}

void FramesBecomeEvents::judge_other(Walk& walk, const wire::RawFrame& frame, Side side) {
  const wire::Octets payload = frame.payload;
  const std::uint32_t id = frame.stream_id();
  if (frame.is(rst_stream)) {
    walk.end.streams[id].reset = true;
    expect(walk, StreamReset{id, static_cast<ErrorCode>(wire::read32(payload)), true, {}});
  } else if (frame.is(window_update)) {
    expect(walk, WindowUpdated{id, wire::read32(payload) & wire::kStreamMask});
  } else if (frame.is(ping) && !frame.has(wire::kAck)) {
    expect(walk, PingReceived{eight(payload)});
  } else if (frame.is(ping)) {
    expect(walk, PingAckReceived{eight(payload), true});
  } else if (frame.is(goaway)) {
    walk.end.received_last = wire::read32(payload) & wire::kStreamMask;
    expect(walk,
           ConnectionTerminated{static_cast<ErrorCode>(wire::read32(payload, 4)),
                                walk.end.received_last,
                                payload.subspan(8)});
    expect_given_up(walk, side);
  } else if (frame.is(priority)) {
    const std::uint32_t first = wire::read32(payload);
    expect(walk,
           PriorityUpdated{id,
                           first & wire::kStreamMask,
                           static_cast<std::uint16_t>(payload[4] + 1),
                           first > wire::kStreamMask});
  } else if (wire::type_name(frame.type).empty()) {
    expect(walk, UnknownFrameReceived{id, frame.type, frame.flags, payload});
  } else {
    // ALTSVC, ORIGIN, PRIORITY_UPDATE: whether they mean anything depends on more than the frame.
    while (walk.at < walk.events.size()) {
      const Event& event = walk.events[walk.at];
      const bool own =
          (frame.is(altsvc) && std::holds_alternative<AlternativeServiceAvailable>(event)) ||
          (frame.is(origin) && std::holds_alternative<OriginReceived>(event)) ||
          (frame.is(priority_update) && std::holds_alternative<PriorityUpdateReceived>(event));
      if (!own) break;
      ++walk.at;
    }
  }
}

// Whether the frame's stream is over for this end, so that nothing is due.
bool FramesBecomeEvents::discarded(Walk& walk, const wire::RawFrame& frame, Side side) {
  const std::uint32_t id = touched(frame);
  const bool on_stream =
      is_message(frame) || frame.is(rst_stream) || (frame.is(window_update) && id != 0);
  if (!on_stream) return false;
  if (!opened_by(side, id) && id > walk.end.sent_last) {
    walk.end.streams[id].reset = true;
    static_cast<void>(refused(walk, id));
    return true;
  }
  if (frame.is(push_promise) && walk.end.streams[frame.stream_id()].reset) {
    static_cast<void>(refused(walk, id));
    walk.end.streams[id].reset = true;
    return true;
  }
  // The application still hears of credit and of a reset while it answers a malformed request; once
  // the request has come to its end and the answer too, the stream is closed and nothing is due.
  Stream& stream = walk.end.streams[id];
  const bool answering = stream.malformed && !stream.over();
  if (answering && is_message(frame) && frame.has(wire::kEndStream)) stream.received_end = true;
  if (answering && !is_message(frame) && walk.at < walk.events.size()) return false;
  return answering || stream.over();
}

void FramesBecomeEvents::judge(Walk& walk, const wire::RawFrame& frame, Side side) {
  if (discarded(walk, frame, side)) return;
  // What our peer gave up by GOAWAY may be told or not.
  if (opened_by(side, frame.stream_id()) && frame.stream_id() > walk.end.received_last &&
      walk.at == walk.events.size())
    return;
  if (is_message(frame))
    judge_message(walk, frame);
  else if (frame.is(settings))
    judge_settings(walk, frame);
  else
    judge_other(walk, frame, side);
}

void FramesBecomeEvents::received(const Pair& pair, Side at, Events events) {
  End& end = ends_[index(at)];
  const bool failed = !events.empty() && std::holds_alternative<ConnectionFailed>(events.back());
  end.over = end.over || failed || pair.tampered() || pair.at(at).terminal();
  if (!end.over) {
    Walk walk{end, events};
    for (const wire::RawFrame& frame : end.frames) judge(walk, frame, at);
    if (walk.at < events.size() && !broken()) accuse("no frame caused " + text_of(events[walk.at]));
  }
  end.frames.clear();
}

}  // namespace h2assay
