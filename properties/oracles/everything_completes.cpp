#include "properties/oracles/everything_completes.h"

#include <array>
#include <string>

namespace h2assay {

namespace {

constexpr int kRounds = 100;
constexpr std::uint32_t kContent = 1000;

struct Outcome {
  bool failed = false;
  bool answered = false;
  std::uint32_t content = 0;
};

// Moves octets both ways until quiet; the applications acknowledge what they see.
Outcome move(Connection& client, Connection& server) {
  Outcome outcome;
  const auto feed = [&](Connection& from, Connection& to) {
    const Octets octets = from.data_to_send();
    const OwnedEvents events{to.receive_data(octets)};
    for (const Event& event : events.events()) {
      if (std::holds_alternative<ConnectionFailed>(event)) outcome.failed = true;
      if (std::holds_alternative<ResponseReceived>(event)) outcome.answered = true;
      if (const auto* data = std::get_if<DataReceived>(&event)) {
        outcome.content += data->flow_controlled_length;
        static_cast<void>(
            to.acknowledge_received_data(data->flow_controlled_length, data->stream_id));
      }
    }
  };
  for (int round = 0; round < kRounds; ++round) {
    if (client.outbound_octets() == 0 && server.outbound_octets() == 0) break;
    if (client.outbound_octets() != 0) feed(client, server);
    if (server.outbound_octets() != 0) feed(server, client);
  }
  return outcome;
}

bool over(StreamPhase phase) {
  return phase == StreamPhase::idle || phase >= StreamPhase::closed_by_end;
}

}  // namespace

void EverythingCompletes::end_all(const Pair& pair, Connection& client, Connection& server) {
  for (const KnownStream& stream : pair.streams()) {
    for (Connection* end : {&client, &server})
      if (!over(end->stream_phase(stream.id)) && !end->end_stream(stream.id)) {
        static_cast<void>(end->reset_stream(stream.id, ErrorCode::cancel));
      }
    // Each in turn, so that resets of the two ends cross for some.
    if (stream.id % 4 == 1) static_cast<void>(move(client, server));
  }
  static_cast<void>(move(client, server));
  for (const KnownStream& stream : pair.streams())
    for (Connection* end : {&client, &server})
      if (!over(end->stream_phase(stream.id)))
        static_cast<void>(end->reset_stream(stream.id, ErrorCode::cancel));
  static_cast<void>(move(client, server));
}

void EverythingCompletes::exchange_anew(Connection& client, Connection& server) {
  static constexpr std::array<Field, 4> kRequest{
      {{":method", "POST"}, {":scheme", "http"}, {":authority", "a"}, {":path", "/"}}};
  static constexpr std::array<Field, 1> kResponse{{{":status", "200"}}};
  static constexpr std::array<std::uint8_t, kContent> kOctets{};

  const auto id = client.get_next_available_stream_id();
  if (!id) return;
  const Sent<> begun = client.send_headers(*id, kRequest);
  if (!begun) {
    // What may forbid it is known: GOAWAY, or a server that takes no streams at all.
    const bool named = begun.error() == Misuse::goaway_received ||
                       begun.error() == Misuse::connection_closed ||
                       client.remote_settings().max_concurrent_streams == 0;
    if (!named)
      accuse("no stream lives, yet a new request is refused: " + std::string(name(begun.error())));
    return;
  }
  if (move(client, server).failed) return accuse("a new request fails the connection");
  if (server.stream_phase(*id) != StreamPhase::open) return;  // the server's GOAWAY is in the way
  static_cast<void>(server.increment_flow_control_window(kContent, *id));
  static_cast<void>(server.increment_flow_control_window(kContent, 0));
  static_cast<void>(move(client, server));
  const auto window = client.local_flow_control_window(*id);
  // Settings below zero, or a connection window that the application never reopened, may block.
  if (window && *window >= kContent) {
    if (!client.send_data(*id, kOctets, EndStream::yes))
      accuse("content within the window is refused");
    if (const Outcome outcome = move(client, server); outcome.failed || outcome.content != kContent)
      accuse("the content of a new request does not arrive");
  } else if (!window || *window < 0 || server.remote_flow_control_window(*id) != window) {
    if (!window || server.remote_flow_control_window(*id) != window)
      accuse("a new stream's window is not the same at both ends");
  }
  static_cast<void>(client.end_stream(*id));
  static_cast<void>(server.send_headers(*id, kResponse, {.end_stream = EndStream::yes}));
  if (!move(client, server).answered) accuse("a new request is not answered");
}

void EverythingCompletes::finished(const Pair& pair) {
  const bool whole = !pair.tampered() && pair.rested() && !pair.at(Side::client).terminal() &&
                     !pair.at(Side::server).terminal();
  evaluated(whole && !pair.streams().empty());
  if (!whole) return;
  Connection client = pair.at(Side::client);
  Connection server = pair.at(Side::server);
  end_all(pair, client, server);
  for (const Connection* end : {&client, &server}) {
    const std::string who = end == &client ? "the client" : "the server";
    if (end->open_inbound_streams() != 0 || end->open_outbound_streams() != 0)
      accuse(who + " counts " + std::to_string(end->open_inbound_streams()) + " and " +
             std::to_string(end->open_outbound_streams()) + " open streams after all ended");
    if (end->terminal()) accuse(who + " failed while the last streams were ended");
  }
  if (client.outbound_flow_control_window() != server.inbound_flow_control_window() ||
      server.outbound_flow_control_window() != client.inbound_flow_control_window())
    accuse("the ends disagree about the connection's window after all ended");
  if (!broken()) exchange_anew(client, server);
}

}  // namespace h2assay
