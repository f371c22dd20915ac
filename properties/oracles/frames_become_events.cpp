#include "properties/oracles/frames_become_events.h"

#include <algorithm>
#include <string>

#include "properties/pair/event_text.h"
#include "properties/pair/text_line.h"

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

// The signal of a HEADERS or PRIORITY frame.
PriorityUpdated signal(std::uint32_t stream_id, const wire::PriorityPart& part) {
  return {stream_id,
          part.depends_on & wire::kStreamMask,
          static_cast<std::uint16_t>(part.weight + 1),
          part.depends_on > wire::kStreamMask};
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
  if (frame.is(headers) || frame.is(push_promise)) {
    const std::uint32_t opened =
        frame.is(headers) ? id : wire::read32(frame.payload, frame.has(wire::kPadded) ? 1 : 0);
    end.highest[opened & 1U] = std::max(end.highest[opened & 1U], opened);
  }
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
  const auto part = frame.is(headers) ? wire::layout(frame).priority : std::nullopt;
  const std::string due = part ? text_of(signal(frame.stream_id(), *part)) : std::string();
  bool ended = false;
  bool prioritized = false;
  for (; walk.at < walk.events.size(); ++walk.at) {
    const auto* e = std::get_if<StreamEnded>(&walk.events[walk.at]);
    if (e != nullptr && ends && !ended && e->stream_id == frame.stream_id())
      ended = true;
    else if (part && !prioritized && text_of(walk.events[walk.at]) == due)
      prioritized = true;
    else
      break;
  }
  if (ends && !ended) accuse(describe(frame) + ": no StreamEnded");
  if (part && !prioritized) accuse(describe(frame) + ": no " + due);
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
    expect(walk, signal(id, {wire::read32(payload), payload[4]}));
  } else if (wire::type_name(frame.type).empty()) {
    expect(walk, UnknownFrameReceived{id, frame.type, frame.flags, payload});
  } else {
    judge_extension(walk, frame, side);
  }
}

// ALTSVC, ORIGIN and PRIORITY_UPDATE, as an engine sends them: those that mean something.
void FramesBecomeEvents::judge_extension(Walk& walk, const wire::RawFrame& frame, Side side) {
  const std::string_view text = text_view(frame.payload);
  const std::uint32_t id = frame.stream_id();
  if (frame.is(altsvc) && side == Side::client) {
    const std::size_t origin = wire::read16(frame.payload);
    if (id == 0)
      expect(walk, AlternativeServiceAvailable{text.substr(2, origin), text.substr(2 + origin)});
    else if (!walk.end.streams[id].over() && (opened_by(side, id) || id <= walk.end.sent_last))
      expect(walk, AlternativeServiceAvailable{authorities_[id], text.substr(2 + origin)});
  } else if (frame.is(origin) && side == Side::client) {
    for (std::size_t at = 0; at + 2 <= text.size();) {
      const std::size_t length = wire::read16(frame.payload, at);
      if (length != 0) expect(walk, OriginReceived{text.substr(at + 2, length)});
      at += 2 + length;
    }
  } else if (frame.is(priority_update) && side == Side::server) {
    const std::uint32_t prioritized = wire::read32(frame.payload) & wire::kStreamMask;
    const bool used = prioritized <= walk.end.highest[prioritized & 1U];
    const auto known =
        std::ranges::find(walk.end.streams, prioritized, &std::pair<std::uint32_t, Stream>::first);
    const bool gone = !opened_by(side, prioritized) && prioritized > walk.end.sent_last;
    const bool over = used && (gone || known == walk.end.streams.end() || known->second.over());
    if (!over) expect(walk, PriorityUpdateReceived{prioritized, text.substr(4)});
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

void FramesBecomeEvents::called(const Pair&, const Command& command, const Sent<>& answer) {
  const bool request = (command.verb == Verb::send_headers && command.side == Side::client) ||
                       command.verb == Verb::push_stream;
  if (!answer || !request) return;
  for (const Field& field : command.fields)
    if (field.name == ":authority")
      authorities_[command.verb == Verb::push_stream ? command.number : command.stream_id] =
          field.value;
}

void FramesBecomeEvents::judge(Walk& walk, const wire::RawFrame& frame, Side side) {
  if (frame.is(headers) || frame.is(push_promise)) {
    std::uint32_t& highest = walk.end.highest[touched(frame) & 1U];
    highest = std::max(highest, touched(frame));
  }
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
