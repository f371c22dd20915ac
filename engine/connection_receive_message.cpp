// HEADERS, PUSH_PROMISE, CONTINUATION: RFC 9113, Sections 4.3, 6.2, 6.6, 6.10 and 8.
//
// Every field block is decoded, whatever becomes of its message, so that the tables stay right.

#include <limits>

#include "engine/connection_state.h"

namespace h2assay {

namespace {

Rule rule_of(hpack::Defect defect) {
  switch (defect) {
    case hpack::Defect::none:
    case hpack::Defect::truncated:                return Rule::hpack_truncated;
    case hpack::Defect::integer_too_large:        return Rule::hpack_integer_too_large;
    case hpack::Defect::integer_too_long:         return Rule::hpack_integer_too_long;
    case hpack::Defect::index_zero:               return Rule::hpack_index_zero;
    case hpack::Defect::index_out_of_range:       return Rule::hpack_index_out_of_range;
    case hpack::Defect::string_too_long:          return Rule::hpack_string_too_long;
    case hpack::Defect::huffman_eos:              return Rule::hpack_huffman_eos;
    case hpack::Defect::huffman_padding_too_long: return Rule::hpack_huffman_padding_too_long;
    case hpack::Defect::huffman_padding_not_ones: return Rule::hpack_huffman_padding_not_ones;
    case hpack::Defect::size_update_after_field:  return Rule::hpack_size_update_after_field;
    case hpack::Defect::size_update_above_limit:  return Rule::hpack_size_update_above_limit;
    case hpack::Defect::size_update_missing:      return Rule::hpack_size_update_missing;
    case hpack::Defect::too_many_size_updates:    return Rule::hpack_too_many_size_updates;
  }
  return Rule::hpack_truncated;
}

}  // namespace

void Connection::State::on_headers(const Frame& frame) {
  const Parsed<HeadersPayload> parsed = parse_headers(frame);
  ReceivedSection section{.stream_id = frame.header.stream_id,
                          .end_stream = frame.header.has(flags::end_stream),
                          .priority = parsed.value.priority};
  if (parsed.broken) [[unlikely]] {
    section.discard = accuse(*parsed.broken, section.stream_id) == Course::stop;
    if (terminal) return;
  }
  on_fragment(section, parsed.value.fragment, frame.header.has(flags::end_headers));
}

void Connection::State::on_push_promise(const Frame& frame) {
  const Parsed<PushPromisePayload> parsed = parse_push_promise(frame);
  ReceivedSection section{.stream_id = frame.header.stream_id,
                          .promised_stream_id = parsed.value.promised_stream_id,
                          .promise = true,
                          .priority = {}};
  if (!is_client()) {
    section.discard = accuse(Rule::push_promise_from_client, 0) == Course::stop;
  } else if (parsed.broken) {
    section.discard = accuse(*parsed.broken, section.stream_id) == Course::stop;
  }
  if (terminal) return;
  on_fragment(section, parsed.value.fragment, frame.header.has(flags::end_headers));
}

void Connection::State::on_continuation(const Frame& frame) {
  const Parsed<Octets> parsed = parse_continuation(frame);
  if (parsed.broken && accuse(*parsed.broken, 0) == Course::stop) return;
  if (!block.open) {
    accuse(Rule::continuation_unexpected, 0);
    return;
  }
  const std::uint32_t limit = options.limits.continuation_frames;
  if (++block.continuations > limit && limit != 0) {
    if (accuse(Rule::continuation_frames, 0) == Course::stop) return;
  }
  const ReceivedSection section = block.section;
  on_fragment(section, parsed.value, frame.header.has(flags::end_headers));
}

// One more piece of a field block.  A block in one frame is decoded where it lies.
void Connection::State::on_fragment(const ReceivedSection& section, Octets fragment, bool last) {
  const std::uint32_t limit = options.limits.field_block_octets;
  if (limit != 0 && block.octets.size() + fragment.size() > limit) {
    if (accuse(Rule::field_block_octets, 0) == Course::stop) return;
  }
  if (!block.open && last) {
    on_section(section, fragment);
    return;
  }
  block.open = true;
  block.section = section;
  block.octets.append(fragment);
  if (!last) return;
  on_section(section, block.octets.view());
  block.open = false;
  block.continuations = 0;
  block.octets.clear();
}

void Connection::State::on_section(const ReceivedSection& section, Octets whole) {
  const std::size_t first = batch.fields.size();
  hpack::DecodeLimits limits;
  limits.list_octets = local.max_header_list_size == Settings::kUnlimited
                           ? std::numeric_limits<std::uint64_t>::max()
                           : local.max_header_list_size;
  if (options.limits.field_lines != 0) limits.fields = options.limits.field_lines;
  if (!options.quirks.empty()) [[unlikely]] {
    if (options.quirks.is_off(Rule::field_list_octets)) limits.list_octets = ~std::uint64_t{0};
    if (options.quirks.is_off(Rule::field_lines)) limits.fields = ~std::uint32_t{0};
  }
  const hpack::DecodeResult decoded = decoder.decode(whole, batch.fields, limits);
  bool kept = false;
  if (!decoded) [[unlikely]] {
    accuse(rule_of(decoded.defect), section.stream_id);
  } else if (!section.discard) {
    kept =
        section.promise ? on_promise(section, first, decoded) : on_message(section, first, decoded);
  }
  if (!kept) {
    batch.fields.erase(batch.fields.begin() + static_cast<std::ptrdiff_t>(first),
                       batch.fields.end());
  }
}

// Which limit the section exceeds, if any: RFC 9113, Section 10.5.1.
std::optional<Rule> Connection::State::over_limit(const hpack::DecodeResult& decoded) const {
  if (!decoded.over_limit) return std::nullopt;
  const std::uint32_t lines = options.limits.field_lines;
  return lines != 0 && decoded.field_count > lines && !options.quirks.is_off(Rule::field_lines)
             ? Rule::field_lines
             : Rule::field_list_octets;
}

FieldPolicy Connection::State::inbound_policy() const {
  // Whoever has seen our first SETTINGS may use :protocol, acknowledged or not: RFC 8441, 3.
  const bool extended = local.enable_connect_protocol == 1 ||
                        options.settings.enable_connect_protocol.value_or(0) == 1;
  return {.validate = options.validate_inbound_fields,
          .strict = options.strict_fields,
          .check_content_length = options.check_content_length,
          .extended_connect = extended,
          .trust_marks = true,
          .quirks = options.quirks.empty() ? nullptr : &options.quirks};
}

// A request of the client begins: RFC 9113, Sections 5.1.1 and 5.1.2.
Stream* Connection::State::new_request_stream(const ReceivedSection& section) {
  const std::uint32_t id = section.stream_id;
  if (is_client()) {
    accuse(Rule::headers_on_idle, id);
    return nullptr;
  }
  if (!is_client_initiated(id)) {
    accuse(Rule::headers_on_even_stream, id);
    return nullptr;
  }
  if (goaway_sent && id > *goaway_sent) {  // it raced with our GOAWAY: Section 6.8
    history_of(id).opened(id);
    history_of(id).reset_by_us(id);
    return nullptr;
  }
  const bool full = open_by_peer() >= local.max_concurrent_streams;
  Stream& stream = open_stream(id, StreamState::open);
  if (full && accuse(Rule::too_many_streams, id) == Course::stop) return nullptr;
  return &stream;
}

// The stream that the HEADERS belong to, if its state permits them.
Stream* Connection::State::stream_for_message(const ReceivedSection& section) {
  const std::uint32_t id = section.stream_id;
  Stream* stream = streams.find(id);
  const StreamPhase now = phase(id);
  const Reaction reaction = on_receive(now, StreamFrame::headers);
  if (reaction.kind == Reaction::Kind::ignore) {
    drop_late(id, true);
    return nullptr;
  }
  if (reaction.kind == Reaction::Kind::accuse) {
    accuse(reaction.rule, id);
    return nullptr;
  }
  if (now == StreamPhase::idle) return new_request_stream(section);
  if (now == StreamPhase::reserved_remote) {
    const bool full = open_by_peer() >= local.max_concurrent_streams;
    if (full && accuse(Rule::too_many_pushed_streams, id) == Course::stop) return nullptr;
    begin_promised(*stream);
  }
  return stream;
}

// Returns whether the fields are shown to the application.
bool Connection::State::on_message(const ReceivedSection& section,
                                   std::size_t first,
                                   const hpack::DecodeResult& decoded) {
  Stream* stream = stream_for_message(section);
  if (stream == nullptr) return false;
  if (stream->malformed) {
    if (section.end_stream) end_inbound(*stream);
    return false;
  }
  if (stream->tunnel && accuse(Rule::frame_on_tunnel, stream->id) == Course::stop) return false;
  const bool request = stream->inbound == Progress::nothing && !is_client();
  const MessageKind kind = stream->inbound != Progress::nothing ? MessageKind::trailers
                           : request                            ? MessageKind::request
                                                                : MessageKind::response;
  if (options.rfc7540_priority && section.priority &&
      section.priority->depends_on == section.stream_id) {
    if (accuse(Rule::priority_self_dependency, stream->id) == Course::stop) return false;
  }
  MessageFacts facts;
  if (!check_inbound(section, *stream, kind, first, decoded, facts)) {
    stream = streams.find(section.stream_id);  // still there if the application may answer
    if (stream != nullptr && stream->malformed && section.end_stream) end_inbound(*stream);
    return false;
  }
  const bool joins = options.normalize_inbound_fields && facts.cookies > 1;
  if (joins) join_cookies(batch.fields, first, batch.text);
  const bool interim = kind == MessageKind::response && facts.interim();
  tell_message(section, kind, interim, first);
  if (interim) spend(budgets.interim, options.limits.interim_responses, Rule::interim_responses);
  if (section.end_stream && !terminal) end_inbound(*stream);
  return true;
}

// Judges the message before anything of it is told.  True: it is well-formed and booked.
bool Connection::State::check_inbound(const ReceivedSection& section,
                                      Stream& stream,
                                      MessageKind kind,
                                      std::size_t first,
                                      const hpack::DecodeResult& decoded,
                                      MessageFacts& facts) {
  const MessageCheck check =
      check_message(kind, Fields(batch.fields).subspan(first), inbound_policy());
  facts = check.facts;
  if (kind == MessageKind::request) {
    stream.request_was_head = facts.method == Method::head;
    stream.request_was_connect = facts.method == Method::connect;
  }
  if (const std::optional<Rule> limit = over_limit(decoded)) {
    if (accuse_message(*limit, stream) == Course::stop) return false;
  }
  if (check.broken && accuse_message(*check.broken, stream) == Course::stop) return false;
  if (kind == MessageKind::trailers && !section.end_stream) {
    if (accuse_message(Rule::trailers_without_end_stream, stream) == Course::stop) return false;
  }
  if (kind == MessageKind::response && facts.interim()) {
    if (!section.end_stream) return true;
    return accuse_message(Rule::interim_response_ends_stream, stream) != Course::stop;
  }
  return take_message(section, stream, kind, facts);
}

// What a final header section or trailers mean for the content: RFC 9113, Section 8.1.1.
bool Connection::State::take_message(const ReceivedSection& section,
                                     Stream& stream,
                                     MessageKind kind,
                                     const MessageFacts& facts) {
  if (kind != MessageKind::trailers) {
    stream.inbound = Progress::content;
    const bool accepted = facts.status >= 200 && facts.status < 300;
    if (kind == MessageKind::response && stream.request_was_connect && accepted) {
      stream.tunnel = true;
    }
    if (options.check_content_length) {
      stream.inbound_content = kind == MessageKind::request
                                   ? ContentBook::of_request(facts)
                                   : ContentBook::of_response(facts, stream.request_method());
    }
  }
  if (!section.end_stream) return true;
  const std::optional<Rule> rule = stream.inbound_content.end();
  return !rule || accuse_message(*rule, stream) != Course::stop;
}

// The event of the message, and those that its frame caused with it.
void Connection::State::tell_message(const ReceivedSection& section,
                                     MessageKind kind,
                                     bool interim,
                                     std::size_t first) {
  const std::uint32_t id = section.stream_id;
  const auto next = static_cast<std::uint32_t>(batch.events.size());
  const bool ends = section.end_stream;
  const bool prioritizes = section.priority && !ignores_priority();
  const Link ended = ends ? Link{next + 1} : Link{};
  const Link priority = prioritizes ? Link{next + 1 + (ends ? 1U : 0U)} : Link{};
  Link told;
  if (interim) {
    told = batch.add(
        InformationalResponseReceived{.stream_id = id, .fields = {}, .priority_updated = priority});
  } else if (kind == MessageKind::request) {
    told = batch.add(RequestReceived{
        .stream_id = id, .fields = {}, .stream_ended = ended, .priority_updated = priority});
  } else if (kind == MessageKind::response) {
    told = batch.add(ResponseReceived{
        .stream_id = id, .fields = {}, .stream_ended = ended, .priority_updated = priority});
  } else {
    told = batch.add(TrailersReceived{
        .stream_id = id, .fields = {}, .stream_ended = ended, .priority_updated = priority});
  }
  batch.show_fields(told, first);
  if (ends) batch.add(StreamEnded{id});
  if (prioritizes) {
    batch.add(PriorityUpdated{.stream_id = id,
                              .depends_on = section.priority->depends_on,
                              .weight = section.priority->weight,
                              .exclusive = section.priority->exclusive});
  }
}

// A promise: RFC 9113, Sections 6.6 and 8.4.  Returns whether the fields are shown.
bool Connection::State::on_promise(const ReceivedSection& section,
                                   std::size_t first,
                                   const hpack::DecodeResult& decoded) {
  const std::uint32_t id = section.promised_stream_id;
  const Reaction reaction = on_receive(phase(section.stream_id), StreamFrame::push_promise);
  if (reaction.kind == Reaction::Kind::accuse) {
    accuse(reaction.rule, section.stream_id);
    return false;
  }
  if (local.enable_push == 0 && accuse(Rule::push_promise_disabled, 0) == Course::stop) {
    return false;
  }
  if (id == 0 || is_client_initiated(id) || id <= peer_history().highest()) {
    accuse(Rule::promised_stream_id, 0);
    return false;
  }
  Stream* stream = &open_stream(id, StreamState::reserved_remote);
  // Promised on a stream that we have reset, or above our GOAWAY: reserved all the same, so that
  // what follows on it is known, and given up at once.  D21.
  const bool unwanted = reaction.kind == Reaction::Kind::ignore;
  if (unwanted || (goaway_sent && id > *goaway_sent)) {
    if (unwanted) append_rst_stream(output, id, ErrorCode::cancel);
    close_stream(*stream, End::own_reset);
    if (unwanted) replied();
    return false;
  }
  const std::uint32_t limit = options.limits.reserved_streams;
  if (limit != 0 && reserved_streams[0] > limit) {
    if (accuse(Rule::reserved_streams, id) == Course::stop) return false;
  }
  const MessageCheck check =
      check_message(MessageKind::promise, Fields(batch.fields).subspan(first), inbound_policy());
  const std::optional<Rule> limit_rule = over_limit(decoded);
  if (limit_rule && accuse(*limit_rule, id) == Course::stop) return false;
  if (check.broken && accuse(*check.broken, id) == Course::stop) return false;
  stream->request_was_head = check.facts.method == Method::head;
  if (!check.facts.authority.empty()) stream->authority = authorities.keep(check.facts.authority);
  const Link told = batch.add(PushedStreamReceived{
      .pushed_stream_id = id, .parent_stream_id = section.stream_id, .fields = {}});
  if (options.normalize_inbound_fields && check.facts.cookies > 1) {
    join_cookies(batch.fields, first, batch.text);
  }
  batch.show_fields(told, first);
  return true;
}

}  // namespace h2assay
