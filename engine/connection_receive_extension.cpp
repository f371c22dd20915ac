// What is not the core of RFC 9113: PRIORITY (deprecated), ALTSVC (RFC 7838, Section 4), ORIGIN
// (RFC 8336), PRIORITY_UPDATE (RFC 9218, Section 7.1), and frames of unknown type (RFC 9113, 5.5).

#include <algorithm>

#include "engine/connection_state.h"

namespace h2assay {

namespace {

// How many idle streams with a priority are told apart, where SETTINGS_MAX_CONCURRENT_STREAMS
// allows more: beyond, they are no longer counted.

}  // namespace

void Connection::State::on_priority(const Frame& frame) {
  const std::uint32_t id = frame.header.stream_id;
  const Parsed<PriorityFields> parsed = parse_priority(frame);
  if (parsed.broken) {
    const bool idle = *parsed.broken == Rule::priority_length && phase(id) == StreamPhase::idle;
    const Rule rule = idle ? Rule::priority_length_on_idle : *parsed.broken;
    if (accuse(rule, id) == Course::stop) return;
  }
  spend(budgets.priority, options.limits.priority_frames, Rule::priority_frames);
  if (terminal) return;
  // An error in RFC 7540 only (D13).
  if (options.rfc7540_priority && parsed.value.depends_on == id) {
    if (accuse(Rule::priority_self_dependency, id) == Course::stop) return;
  }
  if (ignores_priority()) return;
  batch.add(PriorityUpdated{.stream_id = id,
                            .depends_on = parsed.value.depends_on,
                            .weight = parsed.value.weight,
                            .exclusive = parsed.value.exclusive});
}

// Clients only; and only where the frame says whose alternative it is.
void Connection::State::on_altsvc(const Frame& frame) {
  if (!is_client()) return glitch();
  const Parsed<AltsvcPayload> parsed = parse_altsvc(frame);
  if (parsed.broken && accuse(*parsed.broken, 0) == Course::stop) return;
  const std::uint32_t id = frame.header.stream_id;
  std::string_view origin = parsed.value.origin;
  if ((id == 0) == origin.empty()) return glitch();
  if (id != 0) {
    const Stream* stream = streams.find(id);
    if (stream == nullptr) return glitch();
    // Kept for the batch: the stream, and its authority with it, may end before the batch does.
    const std::string_view authority = authorities.text(stream->authority);
    const std::span<char> kept = batch.text.take(authority.size());
    std::ranges::copy(authority, kept.begin());
    origin = {kept.data(), kept.size()};
  }
  batch.add(AlternativeServiceAvailable{.origin = origin, .field_value = parsed.value.field_value});
}

void Connection::State::on_origin(const Frame& frame) {
  // Flags 0x1 to 0x8 are reserved for meanings that would change the frame: RFC 8336, Section 2.2.
  const bool meant = is_client() && frame.header.stream_id == 0 && (frame.header.flags & 0x0f) == 0;
  if (!meant) return glitch();
  Parsed<OriginView> parsed = parse_origin(frame);
  if (parsed.broken && accuse(*parsed.broken, 0) == Course::stop) return;
  const std::uint32_t limit = options.limits.origin_entries;
  std::uint32_t entries = 0;
  while (const std::optional<std::string_view> origin = parsed.value.next()) {
    if (++entries > limit && limit != 0) {
      if (accuse(Rule::origin_entries, 0) == Course::stop) return;
    }
    if (!origin->empty()) batch.add(OriginReceived{*origin});
  }
  glitch();
}

void Connection::State::on_priority_update(const Frame& frame) {
  const Parsed<PriorityUpdatePayload> parsed = parse_priority_update(frame);
  if (is_client()) {
    accuse(Rule::priority_update_from_server, 0);
    return;
  }
  if (parsed.broken && accuse(*parsed.broken, 0) == Course::stop) return;
  const std::uint32_t id = parsed.value.prioritized_stream_id;
  if (id == 0) {
    accuse(Rule::priority_update_for_stream_zero, 0);
    return;
  }
  spend(budgets.priority, options.limits.priority_frames, Rule::priority_frames);
  if (terminal) return;
  const StreamPhase now = phase(id);
  if (now >= StreamPhase::closed_by_end) return;  // too late to matter, and no error: Section 7.1
  if (now == StreamPhase::idle) {
    if (!is_client_initiated(id)) {
      accuse(Rule::priority_update_for_idle_push, 0);
      return;
    }
    // A peer that has not acknowledged our SETTINGS may not know the limit yet; and what it said
    // before it knew is no breach when it is said again.
    if (unacknowledged.empty() && !is_prioritized(id) &&
        !prioritized_fit(id, open_by_peer(), local.max_concurrent_streams)) {
      accuse(Rule::priority_update_too_many, 0);
      return;
    }
    note_prioritized(id);
  }
  batch.add(PriorityUpdateReceived{.prioritized_stream_id = id, .value = parsed.value.value});
}

void Connection::State::on_unknown(const Frame& frame) {
  batch.add(UnknownFrameReceived{.stream_id = frame.header.stream_id,
                                 .type = frame.header.type,
                                 .flags = frame.header.flags,
                                 .payload = frame.payload});
  glitch();
}

}  // namespace h2assay
