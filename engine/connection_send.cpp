// Messages: HEADERS, DATA, PUSH_PROMISE, RST_STREAM.  Everything is checked before the first octet
// is encoded, so that a refused call leaves no trace (D59).

#include <algorithm>

#include "engine/connection_state.h"

namespace h2assay {

namespace {

std::optional<PriorityFields> on_wire(const std::optional<Priority>& priority) {
  if (!priority) return std::nullopt;
  return PriorityFields{.depends_on = priority->depends_on,
                        .weight = priority->weight,
                        .exclusive = priority->exclusive};
}

bool has_status(Fields fields) { return !fields.empty() && fields.front().name == ":status"; }

}  // namespace

std::optional<Misuse> Connection::State::refused() const {
  if (terminal) return Misuse::connection_closed;
  if (options.unchecked) return std::nullopt;
  if (!initiated) return Misuse::not_initiated;
  const std::uint32_t limit = options.limits.output_octets;
  if (limit != 0 && output.size() >= limit) return Misuse::output_full;
  return std::nullopt;
}

Misuse Connection::State::missing(std::uint32_t id) const {
  if (id == 0 || id > kMaxStreamId) return Misuse::stream_id_out_of_range;
  return id > history_of(id).highest() ? Misuse::no_such_stream : Misuse::stream_closed;
}

// A new stream for a request: RFC 9113, Sections 5.1.1, 5.1.2 and 6.8.
std::expected<Connection::State::Plan, Misuse> Connection::State::plan_request(
    std::uint32_t id) const {
  if (id == 0 || id > kMaxStreamId) return std::unexpected(Misuse::stream_id_out_of_range);
  if (id <= history_of(id).highest()) return std::unexpected(Misuse::stream_closed);  // D29
  if (!is_client()) return std::unexpected(Misuse::no_such_stream);
  if (!is_client_initiated(id)) return std::unexpected(Misuse::stream_id_wrong_parity);
  if (goaway_received) return std::unexpected(Misuse::goaway_received);
  if (open_by_us() >= remote.max_concurrent_streams) {
    return std::unexpected(Misuse::too_many_streams);
  }
  return Plan{.stream = nullptr, .kind = MessageKind::request, .opens = true};
}

// Which message comes next on the stream, if any may.
std::expected<Connection::State::Plan, Misuse> Connection::State::plan_headers(
    std::uint32_t id, const HeadersOptions& how) {
  if (how.priority) {
    if (!is_client()) return std::unexpected(Misuse::wrong_role);
    const bool weighs = how.priority->weight >= 1 && how.priority->weight <= 256;
    if (!weighs || how.priority->depends_on == id || how.priority->depends_on > kMaxStreamId) {
      return std::unexpected(Misuse::invalid_argument);
    }
  }
  Stream* stream = streams.find(id);
  if (stream == nullptr) return plan_request(id);
  const MessageKind first = is_client() ? MessageKind::request : MessageKind::response;
  const Plan plan{.stream = stream,
                  .kind = stream->outbound == Progress::nothing ? first : MessageKind::trailers};
  if (stream->state == StreamState::reserved_local) {
    if (open_by_us() >= remote.max_concurrent_streams) {  // D22
      return std::unexpected(Misuse::too_many_streams);
    }
    return plan;
  }
  const bool writable =
      stream->state == StreamState::open || stream->state == StreamState::half_closed_remote;
  // A client may learn too late that its tunnel stands: after CONNECT it sends DATA alone (8.5).
  const bool tunnel = stream->tunnel || (is_client() && stream->request_was_connect);
  if (!writable || tunnel) return std::unexpected(Misuse::stream_not_writable);
  return plan;
}

// Normalises and judges the fields.  What comes back lives in `scratch`, or is what was given.
std::expected<Fields, Misuse> Connection::State::prepare_fields(Fields fields,
                                                                MessageKind kind,
                                                                MessageFacts& facts) {
  scratch.known.clear();
  if (options.normalize_outbound_fields) {
    scratch.fields.clear();
    scratch.text.clear();
    normalize_outbound(fields,
                       {.split_cookies = options.split_outbound_cookies},
                       encoder,
                       scratch.fields,
                       scratch.known,
                       scratch.text);
    fields = scratch.fields;
  }
  const FieldPolicy policy{.validate = options.validate_outbound_fields,
                           .strict = options.strict_fields,
                           .check_content_length = options.check_content_length,
                           .extended_connect = true,
                           .trust_marks = options.normalize_outbound_fields,  // just made
                           .quirks = nullptr};
  const MessageCheck check = check_message(kind, fields, policy);
  facts = check.facts;
  if (check.broken) return std::unexpected(Misuse::invalid_fields);
  if (options.validate_outbound_fields && facts.has_protocol &&
      remote.enable_connect_protocol == 0) {
    return std::unexpected(Misuse::extended_connect_disabled);
  }
  return fields;
}

// Encodes the block behind its frame header, and cuts it to frames.
void Connection::State::write_block(const FieldBlock& frame, Fields fields) {
  const std::size_t room = encoder.room_for(fields);
  const std::size_t before = output.size();
  std::uint8_t* at = output.extend(room);
  const std::size_t length = scratch.known.size() == fields.size()
                                 ? encoder.encode(fields, scratch.known, {at, room})
                                 : encoder.encode(fields, {at, room});
  output.truncate(before + length);
  close_field_block(output, frame, remote.max_frame_size);
}

// A 2xx to CONNECT: what follows is a tunnel's.  RFC 9113, Section 8.5.
bool Connection::State::accepts_tunnel(const Plan& plan, const MessageFacts& facts) {
  return plan.kind == MessageKind::response && plan.stream != nullptr &&
         plan.stream->request_was_connect && facts.status >= 200 && facts.status < 300;
}

// What the fields announce about the content that follows; refused where they and END_STREAM
// differ.
std::expected<ContentBook, Misuse> Connection::State::announced_content(const Plan& plan,
                                                                        const MessageFacts& facts,
                                                                        bool ends) const {
  const bool interim = plan.kind == MessageKind::response && facts.interim();
  const bool checked = options.validate_outbound_fields && !options.unchecked;
  if (checked && (interim ? ends : plan.kind == MessageKind::trailers && !ends)) {
    return std::unexpected(Misuse::invalid_fields);  // Section 8.1
  }
  if (checked && accepts_tunnel(plan, facts) && facts.content_length != kNoContentLength) {
    return std::unexpected(Misuse::invalid_fields);  // RFC 9110, Section 9.3.6
  }
  ContentBook content;
  if (plan.stream != nullptr) content = plan.stream->outbound_content;
  if (options.check_content_length && !interim && plan.kind != MessageKind::trailers) {
    const Method method = plan.stream != nullptr ? plan.stream->request_method() : Method::other;
    content = plan.kind == MessageKind::request ? ContentBook::of_request(facts)
                                                : ContentBook::of_response(facts, method);
  }
  if (ends && !interim && !options.unchecked && content.end()) {
    return std::unexpected(Misuse::content_length_mismatch);
  }
  return content;
}

Sent<> Connection::State::send_headers(std::uint32_t id, Fields fields, const HeadersOptions& how) {
  if (const auto misuse = refused()) return std::unexpected(*misuse);
  std::expected<Plan, Misuse> plan = plan_headers(id, how);
  if (!plan) {
    if (!options.unchecked || id > kMaxStreamId) return std::unexpected(plan.error());
    const MessageKind kind = has_status(fields) ? MessageKind::response : MessageKind::request;
    plan = Plan{.stream = nullptr,
                .kind = kind,
                .opens = is_ours(id) && is_client() && id > own_history().highest()};
  }
  MessageFacts facts;
  const std::expected<Fields, Misuse> prepared = prepare_fields(fields, plan->kind, facts);
  if (!prepared) return std::unexpected(prepared.error());
  const bool ends = how.end_stream == EndStream::yes;
  const std::expected<ContentBook, Misuse> content = announced_content(*plan, facts, ends);
  if (!content) return std::unexpected(content.error());

  Stream* stream = plan->stream;
  if (plan->opens) stream = &open_stream(id, StreamState::open);
  write_block(open_headers(output, id, ends, on_wire(how.priority), how.pad_length), *prepared);
  if (stream == nullptr) return {};
  if (plan->kind == MessageKind::request) {
    stream->request_was_head = facts.method == Method::head;
    stream->request_was_connect = facts.method == Method::connect;
    if (!facts.authority.empty()) stream->authority = authorities.keep(facts.authority);
  }
  if (stream->state == StreamState::reserved_local) begin_promised(*stream);
  if (plan->kind != MessageKind::response || !facts.interim()) {
    stream->outbound = Progress::content;
    stream->outbound_content = *content;
    if (accepts_tunnel(*plan, facts)) stream->tunnel = true;
  }
  if (ends) end_outbound(*stream);
  return {};
}

Sent<> Connection::State::send_data(std::uint32_t id,
                                    Octets data,
                                    bool end,
                                    std::optional<std::uint8_t> pad) {
  if (const auto misuse = refused()) return std::unexpected(*misuse);
  Stream* stream = streams.find(id);
  const std::size_t size = data.size() + (pad ? *pad + 1U : 0U);
  if (!options.unchecked) {
    if (stream == nullptr) return std::unexpected(missing(id));
    const bool writable =
        stream->state == StreamState::open || stream->state == StreamState::half_closed_remote;
    if (!writable || stream->outbound != Progress::content) {
      return std::unexpected(Misuse::stream_not_writable);
    }
    if (size > remote.max_frame_size) return std::unexpected(Misuse::frame_too_large);
    const std::int64_t window = std::min(send_window.value(kInitialConnectionWindow),
                                         stream->send_window.value(remote.initial_window_size));
    // An empty frame costs nothing, even where a window is below zero: Section 6.9.1.
    if (size != 0 && static_cast<std::int64_t>(size) > window) {
      return std::unexpected(Misuse::window_exhausted);
    }
    ContentBook content = stream->outbound_content;
    if (content.add(data.size()) || (end && content.end())) {
      return std::unexpected(Misuse::content_length_mismatch);
    }
    stream->outbound_content = content;
  } else if (id > kMaxStreamId || size >= (1U << 24U)) {
    return std::unexpected(Misuse::invalid_argument);
  }
  append_data(output, id, data, end, pad);
  send_window.spend(static_cast<std::uint32_t>(size));
  budgets.window_updates.refill(Limits::kWindowUpdatesPerDataFrame);
  if (stream == nullptr) return {};
  stream->send_window.spend(static_cast<std::uint32_t>(size));
  if (end) end_outbound(*stream);
  return {};
}

Sent<> Connection::State::push(std::uint32_t parent,
                               std::uint32_t promised,
                               Fields fields,
                               std::optional<std::uint8_t> pad) {
  if (const auto misuse = refused()) return std::unexpected(*misuse);
  const bool fresh = promised != 0 && promised <= kMaxStreamId && !is_client_initiated(promised) &&
                     promised > history_of(promised).highest();
  if (!options.unchecked) {
    if (is_client()) return std::unexpected(Misuse::wrong_role);
    if (remote.enable_push == 0) return std::unexpected(Misuse::push_disabled);
    if (goaway_received) return std::unexpected(Misuse::goaway_received);
    const Stream* stream = streams.find(parent);
    if (stream == nullptr) return std::unexpected(missing(parent));
    const bool writable =
        stream->state == StreamState::open || stream->state == StreamState::half_closed_remote;
    if (!writable || is_ours(parent)) return std::unexpected(Misuse::stream_not_writable);
    if (promised == 0 || promised > kMaxStreamId) {
      return std::unexpected(Misuse::stream_id_out_of_range);
    }
    if (is_client_initiated(promised)) return std::unexpected(Misuse::stream_id_wrong_parity);
    if (!fresh) return std::unexpected(Misuse::stream_id_too_low);
  }
  MessageFacts facts;
  const std::expected<Fields, Misuse> prepared =
      prepare_fields(fields, MessageKind::promise, facts);
  if (!prepared) return std::unexpected(prepared.error());
  write_block(open_push_promise(output, parent, promised, pad), *prepared);
  if (fresh && !is_client()) {
    Stream& stream = open_stream(promised, StreamState::reserved_local);
    stream.inbound = Progress::complete;  // the request is what was promised
    stream.request_was_head = facts.method == Method::head;
  }
  return {};
}

// --- The calls themselves
// ----------------------------------------------------------------------------

Sent<> Connection::send_headers(std::uint32_t stream_id,
                                Fields fields,
                                const HeadersOptions& options) {
  return state_->send_headers(stream_id, fields, options);
}

Sent<> Connection::send_data(std::uint32_t stream_id,
                             Octets data,
                             EndStream end_stream,
                             std::optional<std::uint8_t> pad_length) {
  return state_->send_data(stream_id, data, end_stream == EndStream::yes, pad_length);
}

Sent<> Connection::end_stream(std::uint32_t stream_id) {
  return state_->send_data(stream_id, {}, true, {});
}

Sent<> Connection::push_stream(std::uint32_t parent_stream_id,
                               std::uint32_t promised_stream_id,
                               Fields request_fields,
                               std::optional<std::uint8_t> pad_length) {
  return state_->push(parent_stream_id, promised_stream_id, request_fields, pad_length);
}

Sent<> Connection::reset_stream(std::uint32_t stream_id, ErrorCode code) {
  State& s = *state_;
  if (s.terminal) return std::unexpected(Misuse::connection_closed);
  if (const auto misuse = s.refused()) return std::unexpected(*misuse);
  Stream* stream = s.streams.find(stream_id);
  if (stream == nullptr && (!s.options.unchecked || stream_id > kMaxStreamId)) {
    return std::unexpected(s.missing(stream_id));
  }
  append_rst_stream(s.output, stream_id, code);
  if (stream != nullptr) s.close_stream(*stream, State::End::own_reset);
  return {};
}

}  // namespace h2assay
