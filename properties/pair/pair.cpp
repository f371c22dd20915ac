#include "properties/pair/pair.h"

#include <algorithm>
#include <array>

#include "properties/pair/boundary.h"
#include "properties/pair/messages.h"
#include "properties/pair/resolver.h"
#include "properties/wire/frame.h"

namespace h2assay {

namespace {

// Enough for every script of ours to come to rest; more is a finding (quiescence).
constexpr int kRoundsMax = 200;
// Ends that misbehave may answer each other for ever, and more each time.
constexpr int kRoundsOfTheWicked = 12;

// What the network does to octets under way; false when it changed nothing.
bool tamper(Pipe& pipe, const Command& command) {
  if (command.verb == Verb::put) pipe.put(command.octets);
  if (command.verb == Verb::cut_off) pipe.cut_off();
  if (command.verb == Verb::drop_frame) return pipe.drop_frame();
  if (command.verb == Verb::repeat_frame) return pipe.repeat_frame();
  if (command.verb == Verb::swap_frames) return pipe.swap_frames();
  if (command.verb == Verb::alter_frame) return pipe.alter_frame(command.number, command.mask);
  return command.verb == Verb::put || command.verb == Verb::cut_off;
}

bool asks_for_head(Fields fields) {
  return std::ranges::any_of(
      fields, [](const Field& field) { return field.name == ":method" && field.value == "HEAD"; });
}

}  // namespace

Options options_of(Role role, const EndConfig& config) {
  using namespace boundary;
  Options options;
  options.role = role;
  options.settings.header_table_size = pick(kHeaderTable, config.header_table);
  options.settings.initial_window_size = pick(kWindow, config.window);
  options.settings.max_frame_size = pick(kFrameSize, config.frame_size);
  options.settings.max_concurrent_streams = pick(kStreams, config.streams);
  options.settings.max_header_list_size = pick(kListSize, config.list_size);
  if (role == Role::server) options.settings.enable_connect_protocol = 1;
  options.answer_malformed_requests = config.answers_malformed;
  return options;
}

Pair::Pair(const Script& script)
    : Pair(script,
           options_of(Role::client, script.client),
           options_of(Role::server, script.server)) {}

Pair::Pair(const Script& script, const Options& client, const Options& server)
    : configs_{script.client, script.server} {
  ends_[0] = std::make_unique<Connection>(client);
  ends_[1] = std::make_unique<Connection>(server);
  pipes_[index(Side::server)].expect_preface();
}

Pair::~Pair() = default;

void Pair::perform(const Script& script) {
  static_cast<void>(execute({.verb = Verb::initiate_connection, .side = Side::client}));
  static_cast<void>(execute({.verb = Verb::initiate_connection, .side = Side::server}));
  for (const Act& act : script.acts)
    if (script.enabled(act.kind)) perform(act);
  static_cast<void>(execute({.verb = Verb::settle}));
  finish();
}

void Pair::misbehave(Side side, const HabitRow& habit) {
  std::optional<Misbehaviour>& habits = habits_[index(side)];
  if (!habits) habits.emplace(side == Side::client ? Role::client : Role::server);
  habits->add(habit);
  tampered_ = true;
}

void Pair::finish() {
  tell([&](PairObserver& observer) { observer.finished(*this); });
}

std::size_t Pair::content_sent(Side side, std::uint32_t stream_id) const {
  const auto found = std::ranges::find(streams_, stream_id, &KnownStream::id);
  return found == streams_.end() ? 0 : found->sent[index(side)];
}

void Pair::perform(const Act& act) {
  Resolver resolver(*this);
  const Command command = resolver.resolve(act);
  if (command.verb == Verb::nothing) return;
  bool did_something = true;
  if (!is_call(command.verb))
    did_something = move(command);
  else if (!execute(command))
    ++refused_;
  if (did_something) ++performed_[static_cast<std::size_t>(act.kind)];
}

KnownStream& Pair::known(std::uint32_t stream_id) {
  const auto found = std::ranges::find(streams_, stream_id, &KnownStream::id);
  if (found != streams_.end()) return *found;
  return streams_.emplace_back(KnownStream{.id = stream_id});
}

// Hands what an end put out to the network.
void Pair::drain(Side side) {
  Connection& end = at(side);
  std::optional<Misbehaviour>& habits = habits_[index(side)];
  Pipe& pipe = pipes_[index(other(side))];
  Octets octets;
  if (end.outbound_octets() != 0) {
    octets = end.data_to_send();
    tell([&](PairObserver& observer) { observer.emitted(*this, side, octets); });
  }
  if (habits) octets = habits->outgoing(octets);
  if (!pipe.cut()) pipe.append(octets);
}

Sent<> Pair::execute(const Command& command) {
  if (command.verb == Verb::nothing) return {};
  if (is_call(command.verb)) {
    tell([&](PairObserver& observer) { observer.before_call(*this, command); });
    const Sent<> answer = handling_->call(at(command.side), command);
    if (answer) note(command);
    tell([&](PairObserver& observer) { observer.called(*this, command, answer); });
    drain(command.side);
    return answer;
  }
  move(command);
  return {};
}

// What the network does; false when there was nothing to do it to.
bool Pair::move(const Command& command) {
  Pipe& pipe = pipes_[index(command.side)];
  const bool waits = !pipes_[0].waiting().empty() || !pipes_[1].waiting().empty();
  if (command.verb == Verb::move_octets) deliver(command.side, command.number);
  if (command.verb == Verb::move_frame) deliver(command.side, pipe.next_frame());
  if (command.verb == Verb::settle) settle();
  if (command.verb == Verb::move_octets || command.verb == Verb::move_frame ||
      command.verb == Verb::settle)
    return waits;
  if (!tamper(pipe, command)) return false;
  tampered_ = true;
  tell([&](PairObserver& observer) { observer.tampered(*this, command); });
  return true;
}

// Keeps the application's own notes of what was sent.
void Pair::note(const Command& c) {
  if (c.verb == Verb::send_headers && c.side == Side::client) {
    KnownStream& stream = known(c.stream_id);
    if (asks_for_head(c.fields)) stream.head = true;
  } else if (c.verb == Verb::send_headers) {
    KnownStream& stream = known(c.stream_id);
    if (!c.fields.empty() && c.fields[0].name == ":status" && !c.fields[0].value.starts_with('1'))
      stream.answered = true;
  } else if (c.verb == Verb::push_stream) {
    known(c.number).request_complete = true;
    if (asks_for_head(c.fields)) known(c.number).head = true;
  } else if (c.verb == Verb::send_data) {
    known(c.stream_id).sent[index(c.side)] += static_cast<std::uint32_t>(c.octets.size());
  } else if (c.verb == Verb::acknowledge_received_data) {
    std::uint32_t& left = known(c.stream_id).received[index(c.side)];
    left -= std::min(left, c.number);
  }
}

void Pair::deliver(Side side, std::size_t count) {
  Pipe& pipe = pipes_[index(side)];
  const Octets octets = pipe.waiting().first(std::min(count, pipe.waiting().size()));
  if (octets.empty()) return;
  std::optional<Misbehaviour>& habits = habits_[index(side)];
  hear(side, habits ? habits->incoming(octets) : octets);
  pipe.take(octets.size());
  drain(side);
  // What a habit made up for its own engine.
  if (habits && habits->has_hearsay()) {
    hear(side, habits->incoming({}));
    drain(side);
  }
  // By index: a reaction may add to what is pending.
  std::size_t next = 0;
  while (next < pending_.size()) static_cast<void>(execute(Command(pending_[next++])));
  pending_.clear();
}

void Pair::hear(Side side, Octets octets) {
  if (octets.empty()) return;
  tell([&](PairObserver& observer) { observer.delivering(*this, side, octets); });
  const Events events = handling_->receive(at(side), octets);
  tell([&](PairObserver& observer) { observer.received(*this, side, events); });
  frames_ += events.size();
  react(side, events);
}

// The applications: acknowledge what arrives, answer what is complete, as their configuration says.
void Pair::react(Side side, Events events) {
  const EndConfig& config = configs_[index(side)];
  const auto complete = [&](std::uint32_t stream_id) {
    KnownStream& stream = known(stream_id);
    stream.request_complete = true;
    if (!config.answers || stream.answered) return;
    pending_.push_back({.verb = Verb::send_headers,
                        .side = side,
                        .stream_id = stream_id,
                        .end_stream = EndStream::yes,
                        .fields = messages::response(stream_id % 8 == 5 ? 4 : 0)});
  };
  for (const Event& event : events) {
    if (const auto* data = std::get_if<DataReceived>(&event)) {
      known(data->stream_id).received[index(side)] += data->flow_controlled_length;
      if (config.acknowledges)
        pending_.push_back({.verb = Verb::acknowledge_received_data,
                            .side = side,
                            .stream_id = data->stream_id,
                            .number = data->flow_controlled_length});
    } else if (const auto* request = std::get_if<RequestReceived>(&event)) {
      KnownStream& stream = known(request->stream_id);
      if (asks_for_head(request->fields)) stream.head = true;
    } else if (const auto* ended = std::get_if<StreamEnded>(&event)) {
      if (side == Side::server) complete(ended->stream_id);
    }
  }
}

void Pair::settle() {
  rested_ = false;
  const int rounds = habits_[0] || habits_[1] ? kRoundsOfTheWicked : kRoundsMax;
  for (int round = 0; round < rounds; ++round) {
    const bool quiet =
        toward(Side::server).waiting().empty() && toward(Side::client).waiting().empty();
    if (quiet) {
      rested_ = true;
      tell([&](PairObserver& observer) { observer.at_rest(*this); });
      return;
    }
    deliver(Side::server, toward(Side::server).waiting().size());
    deliver(Side::client, toward(Side::client).waiting().size());
  }
}

}  // namespace h2assay
