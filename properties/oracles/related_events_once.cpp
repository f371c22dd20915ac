#include "properties/oracles/related_events_once.h"

#include <algorithm>
#include <string>

namespace h2assay {

namespace {

// The links of an event: to its StreamEnded, to its PriorityUpdated.
struct Links {
  std::uint32_t stream_id = 0;
  Link stream_ended;
  Link priority_updated;
  bool must_end = false;
};

std::optional<Links> links_of(const Event& event) {
  if (const auto* e = std::get_if<RequestReceived>(&event))
    return Links{e->stream_id, e->stream_ended, e->priority_updated};
  if (const auto* e = std::get_if<ResponseReceived>(&event))
    return Links{e->stream_id, e->stream_ended, e->priority_updated};
  if (const auto* e = std::get_if<InformationalResponseReceived>(&event))
    return Links{e->stream_id, {}, e->priority_updated};
  if (const auto* e = std::get_if<TrailersReceived>(&event))
    return Links{e->stream_id, e->stream_ended, e->priority_updated, true};
  if (const auto* e = std::get_if<DataReceived>(&event))
    return Links{e->stream_id, e->stream_ended, {}};
  return std::nullopt;
}

template <typename T>
const T* at(Events events, std::size_t from, Link link, std::uint32_t stream_id) {
  if (link.position >= events.size() || link.position <= from) return nullptr;
  const T* found = std::get_if<T>(&events[link.position]);
  return found != nullptr && found->stream_id == stream_id ? found : nullptr;
}

}  // namespace

void RelatedEventsOnce::received(const Pair&, Side side, Events events) {
  linked_.assign(events.size(), 0);
  for (std::size_t i = 0; i < events.size(); ++i) {
    const std::optional<Links> links = links_of(events[i]);
    if (!links) continue;
    evaluated(links->stream_ended || links->priority_updated);
    if (links->must_end && !links->stream_ended) accuse("trailers that do not end their stream");
    if (links->stream_ended) {
      if (at<StreamEnded>(events, i, links->stream_ended, links->stream_id) == nullptr)
        accuse("a link that is no StreamEnded of stream " + std::to_string(links->stream_id));
      else if (++linked_[links->stream_ended.position] > 1)
        accuse("a StreamEnded that two events claim");
    }
    if (links->priority_updated) {
      if (at<PriorityUpdated>(events, i, links->priority_updated, links->stream_id) == nullptr)
        accuse("a link that is no PriorityUpdated of stream " + std::to_string(links->stream_id));
      else if (++linked_[links->priority_updated.position] > 1)
        accuse("a PriorityUpdated that two events claim");
    }
  }
  judge_unclaimed(side, events);
}

// Whatever ends a stream came with the frame that carried the flag: it is claimed.  A priority came
// with HEADERS, and is claimed, or in a frame of its own.
void RelatedEventsOnce::judge_unclaimed(Side side, Events events) {
  std::vector<std::uint32_t>& signals = signals_[index(side)];
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (linked_[i] != 0) continue;
    if (std::holds_alternative<StreamEnded>(events[i]))
      accuse("a StreamEnded that no event links to");
    const auto* priority = std::get_if<PriorityUpdated>(&events[i]);
    if (priority == nullptr) continue;
    const auto signal = std::ranges::find(signals, priority->stream_id);
    if (signal == signals.end())
      accuse("a PriorityUpdated of stream " + std::to_string(priority->stream_id) +
             " that no event links to, and no PRIORITY frame");
    else
      signals.erase(signal);
  }
  signals.clear();
}

void RelatedEventsOnce::arrived(wire::Role at, const wire::FrameView& frame) {
  if (frame.is(wire::FrameType::priority)) signals_[index(at)].push_back(frame.stream_id());
}

}  // namespace h2assay
