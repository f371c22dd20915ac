#include "conformance/serve/application.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace h2assay {
namespace {

constexpr std::array<std::uint8_t, 8> kShutdownPing = {'s', 'h', 'u', 't', 'd', 'o', 'w', 'n'};
constexpr std::uint32_t kAnyStream = 0x7fff'ffff;

Options as_server(Options options) {
  options.role = Role::server;
  options.strict_fields = true;  // RFC 9113, Section 8.2.1, recommends the full check
  return options;
}

std::vector<Field> views_of(const FieldLines& lines) {
  std::vector<Field> fields;
  for (const auto& [name, value] : lines) fields.push_back({.name = name, .value = value});
  return fields;
}

bool has_content(const Reply& reply) { return reply.content != Content::none; }

}  // namespace

Application::Application(Options options, std::span<const HabitRow* const> habits)
    : connection_(as_server(std::move(options))) {
  for (const HabitRow* habit : habits) misbehaviour_.add(*habit);
  // A fresh connection refuses nothing.
  static_cast<void>(connection_.initiate_connection().has_value());
}

void Application::receive(Octets octets) {
  hear(misbehaviour_.empty() ? octets : misbehaviour_.incoming(octets));
}

void Application::hear(Octets octets) {
  // An event's views, and the events, are gone at the next call on the connection: first everything
  // is taken in, then the engine is called.
  for (const Event& event : connection_.receive_data(octets)) take(event);
  settle();
}

// What was put off: the engine is told of it when nobody looks at its events any more.
void Application::settle() {
  for (const auto& [stream_id, size] : acknowledgements_) {
    static_cast<void>(connection_.acknowledge_received_data(size, stream_id).has_value());
  }
  acknowledgements_.clear();
  for (const std::uint32_t stream_id : resets_) {
    static_cast<void>(connection_.reset_stream(stream_id, ErrorCode::protocol_error).has_value());
  }
  resets_.clear();
  if (shutdown_due_) finish_shutdown();
}

Octets Application::data_to_send(std::size_t max) {
  fill();
  settle();
  const Octets octets = connection_.data_to_send(max);
  if (misbehaviour_.empty()) return octets;
  const Octets said = misbehaviour_.outgoing(octets);
  if (misbehaviour_.has_hearsay()) hear(misbehaviour_.incoming({}));
  return said;
}

void Application::begin_shutdown() {
  if (shutting_down_) return;
  shutting_down_ = true;
  static_cast<void>(connection_.close_connection(ErrorCode::no_error, {}, kAnyStream).has_value());
  static_cast<void>(connection_.ping(kShutdownPing).has_value());
}

void Application::finish_shutdown() {
  shutdown_due_ = false;
  if (shut_down_) return;
  shutting_down_ = shut_down_ = true;
  static_cast<void>(connection_.close_connection().has_value());
}

bool Application::finished() const {
  if (misbehaviour_.has_more_to_say() || misbehaviour_.stays_open()) return false;
  if (misbehaviour_.hangs_up()) return true;
  if (connection_.outbound_octets() > 0) return false;
  if (connection_.terminal()) return true;
  return shut_down_ && exchanges_.empty();
}

void Application::take(const Event& event) {
  std::visit([this](const auto& what) { on(what); }, event);
}

void Application::on(const RequestReceived& event) {
  ++requests_;
  Exchange& exchange = exchanges_[event.stream_id];
  Request& request = exchange.request;
  for (const Field& field : event.fields) {
    if (field.name == ":method") request.method = field.value;
    if (field.name == ":scheme") request.scheme = field.value;
    if (field.name == ":authority") request.authority = field.value;
    if (field.name == ":path") request.path = field.value;
    if (field.name == ":protocol") request.protocol = field.value;
    if (field.name == "content-type") request.content_type = field.value;
    if (field.name == "expect") request.expects_continue = field.value == "100-continue";
    if (field.name == "if-none-match") request.unless_it_exists = field.value == "*";
  }
  exchange.reply = reply_to(request);
  ready_.set(event.stream_id, urgency_of(event.stream_id, event));
  enqueue(event.stream_id, exchange);
}

// RFC 9218, Section 7: what PRIORITY_UPDATE has said counts, else what the request says of itself.
priority::Urgency Application::urgency_of(std::uint32_t stream_id, const RequestReceived& event) {
  highest_request_ = std::max(highest_request_, stream_id);
  priority::Urgency urgency;
  for (const Field& field : event.fields)
    if (field.name == "priority") urgency = priority::parse_urgency(field.value).value_or(urgency);
  if (const auto at = announced_.find(stream_id); at != announced_.end()) urgency = at->second;
  announced_.erase(announced_.begin(), announced_.upper_bound(stream_id));
  return urgency;
}

void Application::on(const PriorityUpdateReceived& event) {
  const auto urgency = priority::parse_urgency(event.value);
  if (!urgency) return;
  if (exchanges_.contains(event.prioritized_stream_id)) {
    ready_.set(event.prioritized_stream_id, *urgency);
  } else if (event.prioritized_stream_id > highest_request_) {
    announced_[event.prioritized_stream_id] = *urgency;
  }
}

void Application::on(const DataReceived& event) {
  const auto at = exchanges_.find(event.stream_id);
  if (at == exchanges_.end())
    return acknowledge_later(event.stream_id, event.flow_controlled_length);
  Exchange& exchange = at->second;
  exchange.received += event.data.size();
  if (exchange.reply.content != Content::echo || exchange.response_ended) {
    return acknowledge_later(event.stream_id, event.flow_controlled_length);
  }
  exchange.waiting += text_of(event.data);
  echo_octets_ += event.data.size();
  if (echo_octets_ <= kEchoOctets) {
    acknowledge_later(event.stream_id, event.flow_controlled_length);
  } else {
    exchange.unacknowledged += event.flow_controlled_length;
  }
  enqueue(event.stream_id, exchange);
}

void Application::on(const StreamEnded& event) {
  const auto at = exchanges_.find(event.stream_id);
  if (at == exchanges_.end()) return;
  Exchange& exchange = at->second;
  exchange.request_ended = true;
  if (exchange.reply.content == Content::count)
    exchange.waiting = std::to_string(exchange.received);
  if (exchange.response_ended) return forget(event.stream_id);
  enqueue(event.stream_id, exchange);
}

void Application::on(const StreamReset& event) { forget(event.stream_id); }

void Application::on(const MalformedRequest& event) {
  const auto at = exchanges_.find(event.stream_id);
  const bool too_late = at != exchanges_.end() && at->second.headers_sent;
  forget(event.stream_id);
  if (too_late) return resets_.push_back(event.stream_id);
  // RFC 9113, Section 8.1.1: a 400 may precede the reset.
  Exchange& exchange = exchanges_[event.stream_id];
  exchange.reply.status = 400;
  exchange.reply.text = "malformed request\n";
  exchange.request_ended = true;
  ready_.set(event.stream_id, {});
  enqueue(event.stream_id, exchange);
}

void Application::on(const WindowUpdated& event) {
  if (event.stream_id == 0) {
    for (auto& [stream_id, exchange] : exchanges_) enqueue(stream_id, exchange);
    return;
  }
  const auto at = exchanges_.find(event.stream_id);
  if (at != exchanges_.end()) enqueue(event.stream_id, at->second);
}

void Application::on(const InitialWindowChanged& event) {
  if (event.delta <= 0) return;
  for (auto& [stream_id, exchange] : exchanges_) enqueue(stream_id, exchange);
}

void Application::on(const PingAckReceived& event) {
  if (shutting_down_ && event.matched && event.data == kShutdownPing) shutdown_due_ = true;
}

void Application::acknowledge_later(std::uint32_t stream_id, std::uint32_t octets) {
  if (octets == 0) return;
  if (!acknowledgements_.empty() && acknowledgements_.back().first == stream_id) {
    acknowledgements_.back().second += octets;
  } else {
    acknowledgements_.emplace_back(stream_id, octets);
  }
}

void Application::enqueue(std::uint32_t stream_id, const Exchange& exchange) {
  if (!exchange.response_ended) ready_.set_ready(stream_id, true);
}

void Application::forget(std::uint32_t stream_id) {
  const auto at = exchanges_.find(stream_id);
  if (at == exchanges_.end()) return;
  const Exchange& exchange = at->second;
  if (exchange.reply.content == Content::echo)
    echo_octets_ -= exchange.waiting.size() - exchange.sent;
  acknowledge_later(stream_id, exchange.unacknowledged);
  exchanges_.erase(at);
  ready_.remove(stream_id);
}

// A response waits for the end of its request, so that one which proves malformed on the way gets
// no 2xx.
bool Application::may_answer(const Exchange& exchange) {
  if (exchange.request_ended || exchange.headers_sent) return true;
  if (exchange.request.method == "CONNECT") return true;  // it ends with the tunnel, or never
  return exchange.reply.content == Content::echo && exchange.received > kEchoAtOnceOctets;
}

void Application::fill() {
  while (connection_.outbound_octets() < kOutputOctets) {
    const auto stream_id = ready_.next();
    if (!stream_id) return;
    Exchange& exchange = exchanges_.at(*stream_id);
    const Progress progress = step(*stream_id, exchange);
    if (progress == Progress::full) return;
    ready_.served(*stream_id);
    ready_.set_ready(*stream_id, progress == Progress::on);
    if (progress == Progress::done && exchange.request_ended) forget(*stream_id);
  }
}

// One frame or one response's opening for this stream.
Application::Progress Application::step(std::uint32_t stream_id, Exchange& exchange) {
  if (exchange.response_ended) return Progress::done;
  if (!exchange.interim_sent && !send_interim(stream_id, exchange)) return Progress::full;
  if (!may_answer(exchange)) return Progress::blocked;
  if (!exchange.headers_sent) return begin_response(stream_id, exchange);
  return send_content(stream_id, exchange);
}

bool Application::send_interim(std::uint32_t stream_id, Exchange& exchange) {
  for (const int status : exchange.reply.interim) {
    const std::string text = std::to_string(status);
    const std::array<Field, 2> fields = {Field{.name = ":status", .value = text},
                                         Field{.name = "link", .value = "</large>; rel=preload"}};
    const auto sent =
        connection_.send_headers(stream_id, Fields(fields).first(status == 103 ? 2 : 1));
    if (!sent && sent.error() == Misuse::output_full) return false;
  }
  exchange.interim_sent = true;
  return true;
}

void Application::send_pushes(std::uint32_t stream_id, const Exchange& exchange) {
  for (const std::string& path : exchange.reply.pushes) {
    const auto promised = connection_.get_next_available_stream_id();
    if (!promised) return;
    const std::array<Field, 4> fields = {
        Field{.name = ":method", .value = "GET"},
        Field{.name = ":scheme", .value = exchange.request.scheme},
        Field{.name = ":authority", .value = exchange.request.authority},
        Field{.name = ":path", .value = path}};
    // No authority, no push; and most clients permit none.
    const std::span<const Field> all(fields);
    if (exchange.request.authority.empty() || !connection_.push_stream(stream_id, *promised, all)) {
      return;
    }
    Exchange& pushed = exchanges_[*promised];
    pushed.request.method = "GET";
    pushed.request.scheme = exchange.request.scheme;
    pushed.request.authority = exchange.request.authority;
    pushed.request.path = path;
    pushed.reply = reply_to(pushed.request);
    pushed.request_ended = true;
    ready_.set(*promised, {});
    enqueue(*promised, pushed);
  }
}

Application::Progress Application::begin_response(std::uint32_t stream_id, Exchange& exchange) {
  Reply& reply = exchange.reply;
  const bool head = exchange.request.method == "HEAD";
  if (reply.content == Content::text) exchange.waiting = reply.text;
  send_pushes(stream_id, exchange);
  reply.pushes.clear();
  FieldLines lines = {{":status", std::to_string(reply.status)}};
  if (!date_.empty()) lines.emplace_back("date", date_);
  lines.insert(lines.end(), reply.fields.begin(), reply.fields.end());
  const bool length_known = exchange.request_ended && !reply.tunnel && has_content(reply);
  if (length_known) {
    const std::uint64_t length =
        reply.content == Content::pattern ? reply.pattern_octets : exchange.waiting.size();
    lines.emplace_back("content-length", std::to_string(length));
  }
  HeadersOptions options;
  const bool ends = head || (length_known && completes(exchange, 0) && reply.trailers.empty()) ||
                    !has_content(reply);
  options.end_stream = ends ? EndStream::yes : EndStream::no;
  const auto sent = connection_.send_headers(stream_id, views_of(lines), options);
  if (!sent && sent.error() == Misuse::output_full) return Progress::full;
  if (!sent) return give_up(stream_id, exchange);
  exchange.headers_sent = true;
  exchange.response_ended = ends;
  return ends ? Progress::done : Progress::on;
}

// The engine will not send this response: a field of the request that we may not repeat, for one.
Application::Progress Application::give_up(std::uint32_t stream_id, Exchange& exchange) {
  static_cast<void>(connection_.reset_stream(stream_id, ErrorCode::internal_error).has_value());
  exchange.request_ended = exchange.response_ended = true;
  return Progress::done;
}

Octets Application::next_content(const Exchange& exchange) {
  if (exchange.reply.content != Content::pattern) {
    return octets_of(std::string_view(exchange.waiting).substr(exchange.sent));
  }
  const std::uint64_t left = exchange.reply.pattern_octets - exchange.pattern_sent;
  const Octets octets = pattern_from(exchange.pattern_sent);
  return octets.first(static_cast<std::size_t>(std::min<std::uint64_t>(left, octets.size())));
}

// With these octets all of the content will have been sent, and no more will come.
bool Application::completes(const Exchange& exchange, std::size_t octets) {
  if (exchange.reply.content == Content::pattern) {
    return exchange.pattern_sent + octets == exchange.reply.pattern_octets;
  }
  if (exchange.sent + octets < exchange.waiting.size()) return false;
  return exchange.reply.content != Content::echo || exchange.request_ended;
}

Application::Progress Application::send_content(std::uint32_t stream_id, Exchange& exchange) {
  if (completes(exchange, 0)) return end_response(stream_id, exchange);
  Octets octets = next_content(exchange);
  if (octets.empty()) return Progress::blocked;  // an echo that waits for its request
  const auto window = connection_.local_flow_control_window(stream_id);
  if (!window) return give_up(stream_id, exchange);
  if (*window <= 0) return Progress::blocked;  // until a WINDOW_UPDATE
  const std::size_t most =
      std::min<std::size_t>(connection_.max_outbound_frame_size(), kOutputOctets / 4);
  octets = octets.first(std::min({octets.size(), most, static_cast<std::size_t>(*window)}));
  const bool ends = exchange.reply.trailers.empty() && completes(exchange, octets.size());
  const auto sent = connection_.send_data(stream_id, octets, ends ? EndStream::yes : EndStream::no);
  if (!sent) {
    return sent.error() == Misuse::output_full ? Progress::full : give_up(stream_id, exchange);
  }
  exchange.response_ended = ends;
  content_sent(stream_id, exchange, octets.size());
  return ends ? Progress::done : Progress::on;
}

void Application::content_sent(std::uint32_t stream_id, Exchange& exchange, std::size_t octets) {
  if (exchange.reply.content == Content::pattern) {
    exchange.pattern_sent += octets;
    return;
  }
  exchange.sent += octets;
  if (exchange.reply.content != Content::echo) return;
  echo_octets_ -= octets;
  if (exchange.sent >= std::max(kEchoAtOnceOctets, exchange.waiting.size() / 2)) {
    exchange.waiting.erase(0, exchange.sent);
    exchange.sent = 0;
  }
  // What left makes room for as much again.
  const auto back =
      static_cast<std::uint32_t>(std::min<std::size_t>(octets, exchange.unacknowledged));
  const bool all = exchange.sent == exchange.waiting.size();
  const std::uint32_t due = all ? exchange.unacknowledged : back;
  exchange.unacknowledged -= due;
  if (due > 0) static_cast<void>(connection_.acknowledge_received_data(due, stream_id).has_value());
}

Application::Progress Application::end_response(std::uint32_t stream_id, Exchange& exchange) {
  HeadersOptions options;
  options.end_stream = EndStream::yes;
  const auto sent =
      exchange.reply.trailers.empty()
          ? connection_.end_stream(stream_id)
          : connection_.send_headers(stream_id, views_of(exchange.reply.trailers), options);
  if (!sent) {
    return sent.error() == Misuse::output_full ? Progress::full : give_up(stream_id, exchange);
  }
  exchange.response_ended = true;
  return Progress::done;
}

}  // namespace h2assay
