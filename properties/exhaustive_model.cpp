#include "properties/exhaustive_model.h"

#include <utility>

namespace h2assay::exhaustive {

namespace {

using State = model::StreamState;
using Input = model::StreamInput;
using enum wire::FrameType;

constexpr std::array<std::string_view, 25> kNames{
    "request",      "request_end", "request_one", "response", "response_end",
    "response_one", "interim",     "interim_end", "trailers", "content",
    "content_end",  "promise",     "reset",       "credit",   "signal",
    "fragment",     "goaway",      "ask",         "ask_end",  "inform",
    "answer",       "answer_end",  "push",        "finish",   "give_up"};
static_assert(kNames.size() == static_cast<std::size_t>(Do::give_up) + 1U);

bool is_section(Do what) { return what <= Do::trailers; }

bool is_content(Do what) { return what == Do::content || what == Do::content_end; }

FieldLines fields_of(Do what) {
  FieldLines lines = what <= Do::request_one ? request() : response();
  if (what == Do::request_one || what == Do::response_one)
    lines.emplace_back("content-length", "1");
  if (what == Do::interim || what == Do::interim_end) lines[0].second = "100";
  if (what == Do::trailers) lines = {{"x-a", "b"}};
  return lines;
}

model::SectionFacts facts(Do what, model::Section section) {
  model::SectionCheck check(section);
  const FieldLines lines = fields_of(what);
  for (const auto& [field, value] : lines) check.line(field, value);
  return check.finish();
}

// Whether the message goes on well-formed with this frame; it is booked.
bool takes(model::Message& message, Do what) {
  if (is_content(what)) return message.data(1, ends(what)) == model::MessageFault::none;
  const model::SectionFacts found = facts(what, message.expected_section());
  const bool in_order = message.headers(found, ends(what)) == model::MessageFault::none;
  return in_order && found.fault == model::FieldFault::none;
}

void add(Domain& domain, std::size_t stream, std::initializer_list<Do> verbs) {
  for (const Do what : verbs) domain.alphabet.push_back({what, stream});
}

}  // namespace

Domain two_requests() {
  Domain domain{.role = Role::server, .streams = {1, 3}, .steps_max = 5, .alphabet = {}};
  using enum Do;
  for (const std::size_t k : {0U, 1U})
    add(domain,
        k,
        {request,
         request_end,
         request_one,
         trailers,
         content,
         content_end,
         reset,
         credit,
         signal,
         fragment,
         answer,
         answer_end,
         give_up});
  return domain;
}

Domain server_push() {
  Domain domain{.role = Role::server, .streams = {1, 2}, .steps_max = 6, .alphabet = {}};
  using enum Do;
  add(domain,
      0,
      {request,
       request_end,
       content_end,
       reset,
       goaway,
       inform,
       answer,
       answer_end,
       push,
       finish,
       give_up});
  add(domain,
      1,
      {request,
       trailers,
       content,
       reset,
       credit,
       signal,
       inform,
       answer,
       answer_end,
       finish,
       give_up});
  return domain;
}

Domain client_push() {
  Domain domain{.role = Role::client, .streams = {1, 2}, .steps_max = 6, .alphabet = {}};
  using enum Do;
  add(domain,
      0,
      {response,
       response_end,
       response_one,
       interim,
       interim_end,
       trailers,
       content,
       content_end,
       promise,
       reset,
       credit,
       signal,
       fragment,
       goaway,
       ask,
       ask_end,
       finish,
       give_up});
  add(domain,
      1,
      {response,
       response_end,
       response_one,
       interim,
       trailers,
       content,
       content_end,
       reset,
       credit,
       ask,
       give_up});
  return domain;
}

std::string name(const Domain& domain, const Step& step) {
  return std::string(kNames[static_cast<std::size_t>(step.what)]) + "(" +
         std::to_string(domain.streams[step.stream]) + ")";
}

wire::RawFrame frame_of(const Domain& domain, const Step& step) {
  const std::uint32_t id = domain.streams[step.stream];
  const std::uint8_t end = ends(step.what) ? wire::kEndStream : std::uint8_t{0};
  if (is_section(step.what))
    return wire::make_frame(headers,
                            static_cast<std::uint8_t>(wire::kEndHeaders | end),
                            id,
                            block(fields_of(step.what)));
  if (is_content(step.what)) return wire::make_frame(data, end, id, {'a'});
  if (step.what == Do::promise) {
    std::vector<std::uint8_t> payload;
    wire::append32(payload, domain.streams[1]);
    for (const std::uint8_t octet : block(promised_request())) payload.push_back(octet);
    return wire::make_frame(push_promise, wire::kEndHeaders, id, std::move(payload));
  }
  if (step.what == Do::reset) return wire::make_frame(rst_stream, 0, id, {0, 0, 0, 8});
  if (step.what == Do::credit) return wire::make_frame(window_update, 0, id, {0, 0, 0, 1});
  if (step.what == Do::signal) return wire::make_frame(priority, 0, id, {0, 0, 0, 0, 15});
  if (step.what == Do::fragment) return wire::make_frame(continuation, wire::kEndHeaders, id, {});
  return wire::make_frame(goaway, 0, 0, {0, 0, 0, 0, 0, 0, 0, 0});
}

Model::Model(const Domain& domain) : role_(domain.role), ids_(domain.streams) {
  if (role_ == Role::server) return;
  streams_[0].inbound = model::Message::response_to(model::Method::other);
  streams_[1].inbound = model::Message::response_to(model::Method::get);
}

bool Model::of_engine(std::size_t k) const { return (ids_[k] % 2 == 1) == (role_ == Role::client); }

rfc::Phase Model::phase(std::size_t k) const {
  const ModelStream& s = streams_[k];
  switch (s.state) {
    case State::idle:
      if (s.skipped) return rfc::Phase::skipped;
      return of_engine(k) ? rfc::Phase::idle_of_receiver : rfc::Phase::idle;
    case State::reserved_local:     return rfc::Phase::reserved_local;
    case State::reserved_remote:    return rfc::Phase::reserved_remote;
    case State::open:               return rfc::Phase::open;
    case State::half_closed_local:  return rfc::Phase::half_closed_local;
    case State::half_closed_remote: return rfc::Phase::half_closed_remote;
    case State::closed:             break;
  }
  if (s.own_reset) return rfc::Phase::closed_by_own_reset;
  return s.peer_reset ? rfc::Phase::closed_by_peer_reset : rfc::Phase::closed_by_end;
}

bool Model::receives(std::size_t k) const {
  return streams_[k].state == State::open || streams_[k].state == State::half_closed_local;
}

bool Model::sends(std::size_t k) const {
  return streams_[k].state == State::open || streams_[k].state == State::half_closed_remote;
}

// HEADERS with which the peer begins to speak on a stream.
bool Model::begins(const Step& step) const {
  const ModelStream& s = streams_[step.stream];
  if (!is_section(step.what)) return false;
  if (s.state == State::reserved_remote) return true;
  return s.state == State::idle && !s.skipped && role_ == Role::server && !of_engine(step.stream);
}

bool Model::takes_promise() const {
  return role_ == Role::client && receives(0) && streams_[1].state == State::idle;
}

rfc::Defect Model::defect_of(const Step& step) const {
  if (step.what == Do::fragment) return rfc::Defect::no_field_block;
  if (step.what == Do::promise)
    return streams_[1].state == State::idle ? rfc::Defect::none
                                            : rfc::Defect::identifier_not_rising;
  if (!is_section(step.what) && !is_content(step.what)) return rfc::Defect::none;
  if (!receives(step.stream) && !begins(step)) return rfc::Defect::none;  // the phase says it all
  model::Message message = streams_[step.stream].inbound;
  return takes(message, step.what) ? rfc::Defect::none : rfc::Defect::malformed;
}

bool Model::shows(const Step& step) const {
  if (step.what == Do::promise) return takes_promise();
  const bool meant = is_section(step.what) || is_content(step.what);
  return meant && (receives(step.stream) || begins(step));
}

void Model::move(std::size_t k, Input input) {
  if (const auto next = model::next_state(streams_[k].state, input)) streams_[k].state = *next;
}

// RFC 9113, Section 5.1.1: what lies below is closed, unused.
void Model::skip_below(std::size_t k) {
  for (std::size_t lower = 0; lower < k; ++lower)
    if (streams_[lower].state == State::idle && of_engine(lower) == of_engine(k))
      streams_[lower].skipped = true;
}

void Model::accepted(const Step& step) {
  ModelStream& s = streams_[step.stream];
  if (step.what == Do::goaway) {
    goaway_ = true;
    for (const std::size_t k : {0U, 1U})
      if (of_engine(k) && streams_[k].state != State::idle && streams_[k].state != State::closed)
        give_up(k);
  } else if (step.what == Do::promise) {
    if (takes_promise()) move(1, Input::recv_push_promise);
  } else if (step.what == Do::reset) {
    if (s.state == State::idle || s.state == State::closed) return;
    s.peer_reset = true;
    move(step.stream, Input::recv_reset);
  } else if (shows(step)) {
    if (s.state == State::idle) skip_below(step.stream);
    static_cast<void>(takes(s.inbound, step.what));
    if (is_section(step.what)) move(step.stream, Input::recv_headers);
    if (ends(step.what)) move(step.stream, Input::recv_end_stream);
  }
}

void Model::refused(const Step& step) {
  const std::size_t k = step.what == Do::promise ? 1 : step.stream;
  if (streams_[k].state == State::idle) skip_below(k);
  give_up(k);
}

void Model::give_up(std::size_t k) {
  streams_[k].state = State::closed;
  streams_[k].own_reset = true;
}

bool Model::may_call(const Step& step) const {
  const ModelStream& s = streams_[step.stream];
  const Do what = step.what;
  if (what == Do::ask || what == Do::ask_end)
    return role_ == Role::client && of_engine(step.stream) && s.state == State::idle && !goaway_;
  if (what == Do::inform || what == Do::answer ||
      what == Do::answer_end)  // one response: Section 8.1
    return (s.state == State::reserved_local || sends(step.stream)) &&
           s.outbound == Outbound::nothing;
  if (what == Do::push) return sends(0) && streams_[1].state == State::idle && !goaway_;
  if (what == Do::finish) return sends(step.stream) && s.outbound == Outbound::content;
  return s.state != State::idle && s.state != State::closed;  // give_up
}

bool Model::call(const Step& step) {
  if (!may_call(step)) return false;
  ModelStream& s = streams_[step.stream];
  const Do what = step.what;
  if (what == Do::give_up) {
    give_up(step.stream);
  } else if (what == Do::push) {
    move(1, Input::send_push_promise);
  } else if (what == Do::inform) {
    move(step.stream, Input::send_headers);
  } else {
    if (what != Do::finish) move(step.stream, Input::send_headers);
    s.outbound = Outbound::content;
    if (what == Do::ask || what == Do::answer) return true;
    move(step.stream, Input::send_end_stream);
    s.outbound = Outbound::complete;
  }
  return true;
}

std::uint32_t Model::open_streams(bool by_engine) const {
  std::uint32_t count = 0;
  for (const std::size_t k : {0U, 1U}) {
    const State state = streams_[k].state;
    const bool open = state == State::open || state == State::half_closed_local ||
                      state == State::half_closed_remote;
    if (open && of_engine(k) == by_engine) ++count;
  }
  return count;
}

}  // namespace h2assay::exhaustive
