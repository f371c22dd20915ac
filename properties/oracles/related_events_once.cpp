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

void RelatedEventsOnce::received(const Pair&, Side, Events events) {
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
  // Whatever ends a stream came with the frame that carried the flag: it is claimed.
  for (std::size_t i = 0; i < events.size(); ++i)
    if (std::holds_alternative<StreamEnded>(events[i]) && linked_[i] == 0)
      accuse("a StreamEnded that no event links to");
}

}  // namespace h2assay
