// A connection begins, is asked, and is copied.

#include "engine/connection.h"

#include <algorithm>
#include <utility>

#include "engine/connection_state.h"

namespace h2assay {

Connection::State::State(Options given)
    : options(std::move(given)),
      reader(options.role == Role::server),
      decoder(classify, kStaticMarks),
      encoder(options.limits.encoder_table_octets == 0 ? ~std::uint32_t{0}
                                                       : options.limits.encoder_table_octets) {
  const std::uint32_t remembered = options.limits.remembered_streams;
  history.fill(StreamHistory(remembered == 0 ? ~std::uint32_t{0} : remembered));
  // What only restricts the peer holds from the first frame on: a peer that withholds its ACK gains
  // nothing.  What the peer has to know first waits for the ACK.  RFC 9113, Section 6.5.3.
  const InitialSettings& announced = options.settings;
  if (announced.max_concurrent_streams) {
    local.apply(setting(SettingId::max_concurrent_streams, *announced.max_concurrent_streams));
  }
  if (announced.max_header_list_size) {
    local.apply(setting(SettingId::max_header_list_size, *announced.max_header_list_size));
  }
  (is_client() ? remote : local).enable_push = 0;  // no client accepts or sends a push to a server
}

Connection::Connection(Options options) : state_(std::make_unique<State>(std::move(options))) {}

Connection::Connection(const Connection& other) : state_(std::make_unique<State>(*other.state_)) {}

Connection::Connection(Connection&& other) noexcept = default;

Connection& Connection::operator=(const Connection& other) {
  if (this != &other) state_ = std::make_unique<State>(*other.state_);
  return *this;
}

Connection& Connection::operator=(Connection&& other) noexcept = default;
Connection::~Connection() = default;

// --- Opening
// -----------------------------------------------------------------------------------------

std::vector<Setting> Connection::State::initial_settings() const {
  std::vector<Setting> all;
  const auto add = [&all](SettingId id, const std::optional<std::uint32_t>& value) {
    if (value) all.push_back(setting(id, *value));
  };
  const InitialSettings& given = options.settings;
  add(SettingId::header_table_size, given.header_table_size);
  add(SettingId::enable_push, given.enable_push);
  add(SettingId::max_concurrent_streams, given.max_concurrent_streams);
  add(SettingId::initial_window_size, given.initial_window_size);
  add(SettingId::max_frame_size, given.max_frame_size);
  add(SettingId::max_header_list_size, given.max_header_list_size);
  add(SettingId::enable_connect_protocol, given.enable_connect_protocol);
  add(SettingId::no_rfc7540_priorities, given.no_rfc7540_priorities);
  for (const auto& [id, value] : given.other) all.push_back({id, value});
  return all;
}

void Connection::State::announce(std::span<const Setting> settings) {
  append_settings(output, settings);
  unacknowledged.push(settings);
  settings_barriers.push_back(barriers.sent());
}

Sent<> Connection::State::initiate() {
  if (terminal) return std::unexpected(Misuse::connection_closed);
  if (initiated) return std::unexpected(Misuse::already_initiated);
  const std::vector<Setting> settings = initial_settings();
  if (const auto misuse = check_own_settings(settings, true)) return std::unexpected(*misuse);
  if (is_client()) output.append(kClientPreface);
  announce(settings);
  initiated = true;
  return {};
}

Sent<> Connection::initiate_connection() { return state_->initiate(); }

// --- Octets
// ------------------------------------------------------------------------------------------

Octets Connection::data_to_send(std::size_t max) {
  State& s = *state_;
  s.output.compact();
  const Octets taken = s.output.take(max);
  if (!taken.empty()) s.replies.drained(taken.size(), s.output.size());
  return taken;
}

std::size_t Connection::outbound_octets() const { return state_->output.size(); }

void Connection::clear_outbound_data_buffer() {
  state_->output.clear();
  state_->replies = PendingReplies();
}

void Connection::advance(std::uint64_t milliseconds) {
  const Limits& limits = state_->options.limits;
  Budgets& budgets = state_->budgets;
  budgets.churn.advance(limits.stream_churn, milliseconds);
  budgets.priority.advance(limits.priority_frames, milliseconds);
  budgets.window_updates.advance(limits.window_updates, milliseconds);
  budgets.interim.advance(limits.interim_responses, milliseconds);
  budgets.glitches.advance(limits.glitches, milliseconds);
  budgets.small_data.advance(limits.small_data, milliseconds);
}

// --- State
// -------------------------------------------------------------------------------------------

const Options& Connection::options() const { return state_->options; }

Settings Connection::local_settings() const { return state_->local; }

Settings Connection::remote_settings() const { return state_->remote; }

std::uint32_t Connection::max_outbound_frame_size() const { return state_->remote.max_frame_size; }

std::uint32_t Connection::max_inbound_frame_size() const { return state_->local.max_frame_size; }

std::uint32_t Connection::highest_inbound_stream_id() const {
  return state_->peer_history().highest();
}

std::uint32_t Connection::highest_outbound_stream_id() const {
  return state_->own_history().highest();
}

std::uint32_t Connection::open_outbound_streams() const { return state_->open_by_us(); }

std::uint32_t Connection::open_inbound_streams() const { return state_->open_by_peer(); }

StreamPhase Connection::stream_phase(std::uint32_t stream_id) const {
  return state_->phase(stream_id);
}

bool Connection::terminal() const { return state_->terminal; }

Sent<std::uint32_t> Connection::get_next_available_stream_id() const {
  const std::uint32_t highest = state_->own_history().highest();
  if (highest == 0) return state_->is_client() ? 1 : 2;
  if (highest + 2 > kMaxStreamId) return std::unexpected(Misuse::no_available_stream_id);
  return highest + 2;
}

Sent<std::int64_t> Connection::local_flow_control_window(std::uint32_t stream_id) const {
  const Stream* stream = state_->streams.find(stream_id);
  if (stream == nullptr) return std::unexpected(state_->missing(stream_id));
  return std::min(outbound_flow_control_window(),
                  stream->send_window.value(state_->remote.initial_window_size));
}

Sent<std::int64_t> Connection::remote_flow_control_window(std::uint32_t stream_id) const {
  const Stream* stream = state_->streams.find(stream_id);
  if (stream == nullptr) return std::unexpected(state_->missing(stream_id));
  return std::min(inbound_flow_control_window(),
                  stream->receive_window.value(state_->local.initial_window_size));
}

std::int64_t Connection::outbound_flow_control_window() const {
  return state_->send_window.value(kInitialConnectionWindow);
}

std::int64_t Connection::inbound_flow_control_window() const {
  return state_->receive_window.value(kInitialConnectionWindow);
}

}  // namespace h2assay
