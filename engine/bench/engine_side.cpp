#include <optional>

#include "engine/bench/workload.h"
#include "engine/connection.h"
#include "engine/fields.h"
#include "engine/hpack/decoder.h"
#include "engine/hpack/encoder.h"

namespace h2assay::bench {

namespace {

constexpr std::size_t kStreams = 100;

template <std::size_t N> std::array<Field, N> fields_of(const std::array<FieldText, N>& texts) {
  std::array<Field, N> fields;
  for (std::size_t i = 0; i < N; ++i) fields[i] = {texts[i].first, texts[i].second};
  return fields;
}

void want(const Sent<>& sent, std::string_view what) {
  if (!sent) broken(std::string(what) + ": " + std::string(name(sent.error())));
}

// A server that answers each complete request, a client that consumes each response.
class Server {
 public:
  explicit Server(bool with_body)
      : connection_({.role = Role::server, .settings = {.max_concurrent_streams = kStreamsMax}}),
        response_(fields_of(kResponse)),
        body_(body()),
        with_body_(with_body) {
    if (!with_body) response_.back() = {kNoContent.first, kNoContent.second};
    want(connection_.initiate_connection(), "server: initiate_connection");
  }

  Octets data_to_send() { return connection_.data_to_send(); }

  std::size_t receive(Octets octets) {
    ended_.clear();
    for (const Event& event : connection_.receive_data(octets)) {
      if (const auto* request = std::get_if<RequestReceived>(&event)) {
        for (const Field& field : request->fields)
          text_octets += field.name.size() + field.value.size();
      } else if (const auto* ended = std::get_if<StreamEnded>(&event)) {
        ended_.push_back(ended->stream_id);
      } else if (std::holds_alternative<ConnectionFailed>(event)) {
        broken("the server ended the connection");
      }
    }
    for (const std::uint32_t id : ended_) {
      want(connection_.send_headers(
               id, response_, {.end_stream = with_body_ ? EndStream::no : EndStream::yes}),
           "send_headers");
      if (with_body_) want(connection_.send_data(id, body_, EndStream::yes), "send_data");
    }
    return ended_.size();
  }

  std::size_t text_octets = 0;

 private:
  Connection connection_;
  std::array<Field, 5> response_;
  std::array<std::uint8_t, kBodyOctets> body_;
  std::vector<std::uint32_t> ended_;
  bool with_body_;
};

class Client {
 public:
  Client() : connection_({.role = Role::client}), request_(fields_of(kRequest)) {
    want(connection_.initiate_connection(), "client: initiate_connection");
  }

  Octets data_to_send() { return connection_.data_to_send(); }

  void request(std::uint32_t number) {
    const Path path(number);
    request_[kPathIndex].value = path.text();
    want(connection_.send_headers(2 * number + 1, request_, {.end_stream = EndStream::yes}),
         "send_headers");
  }

  std::size_t receive(Octets octets) {
    received_.clear();
    std::size_t done = 0;
    for (const Event& event : connection_.receive_data(octets)) {
      if (const auto* response = std::get_if<ResponseReceived>(&event)) {
        for (const Field& field : response->fields)
          text_octets += field.name.size() + field.value.size();
      } else if (const auto* data = std::get_if<DataReceived>(&event)) {
        received_.emplace_back(data->stream_id, data->flow_controlled_length);
      } else if (std::holds_alternative<StreamEnded>(event)) {
        ++done;
      } else if (std::holds_alternative<ConnectionFailed>(event)) {
        broken("the client ended the connection");
      }
    }
    for (const auto& [id, length] : received_)
      want(connection_.acknowledge_received_data(length, id), "acknowledge");
    return done;
  }

  std::size_t text_octets = 0;

 private:
  Connection connection_;
  std::array<Field, 8> request_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> received_;
};

std::size_t pump(Client& client, Server& server) {
  std::size_t done = 0;
  for (;;) {
    const Octets up = client.data_to_send();
    if (!up.empty()) server.receive(up);
    const Octets down = server.data_to_send();
    if (!down.empty()) done += client.receive(down);
    if (up.empty() && down.empty()) return done;
  }
}

std::size_t w1(std::size_t rounds) {
  Client client;
  Server server(true);
  pump(client, server);
  std::size_t done = 0;
  std::uint32_t number = 0;
  for (std::size_t round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < kStreams; ++i) client.request(number++);
    done += pump(client, server);
  }
  if (done != rounds * kStreams) broken("engine W1: not every request was answered");
  return done;
}

std::size_t w3_decode(const std::vector<Story>& stories) {
  std::size_t count = 0;
  std::vector<Field> fields;
  for (const Story& story : stories) {
    hpack::Decoder decoder(&classify, kStaticMarks);
    for (const Story::Case& one : story.cases) {
      if (one.table_size != 0) decoder.set_max_size(one.table_size);
      decoder.begin_batch();
      fields.clear();
      if (!decoder.decode(one.wire, fields)) broken("engine W3: a block does not decode");
      count += fields.size();
    }
  }
  return count;
}

std::size_t w3_encode(const std::vector<Story>& stories) {
  std::size_t octets = 0;
  std::vector<Field> fields;
  std::vector<std::uint8_t> out;
  for (const Story& story : stories) {
    hpack::Encoder encoder;
    for (const Story::Case& one : story.cases) {
      fields.clear();
      for (const auto& [name, value] : one.fields) fields.push_back({name, value});
      out.clear();
      encoder.append(fields, out);
      octets += out.size();
    }
  }
  return octets;
}

std::size_t w4(const std::vector<std::uint8_t>& in, std::size_t chunk) {
  Server server(false);
  static_cast<void>(server.data_to_send());
  std::size_t done = 0;
  for (Octets rest(in); !rest.empty();) {
    const std::size_t size = std::min(chunk, rest.size());
    const std::size_t answered = server.receive(rest.first(size));
    if (answered > 0) static_cast<void>(server.data_to_send());
    done += answered;
    rest = rest.subspan(size);
  }
  return done;
}

std::size_t w5(const std::vector<std::uint8_t>& chunk, std::size_t n) {
  Client client;
  Server server(false);
  pump(client, server);
  for (std::size_t i = 0; i < n; ++i) {
    server.receive(chunk);
    if (server.data_to_send().size() != 1709) broken("engine W5: not every frame was answered");
  }
  return n * 101;
}

std::size_t w8(const std::vector<std::uint8_t>& in, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    Server server(false);
    static_cast<void>(server.data_to_send());
    if (server.receive(in) != 1) broken("engine W8: the request was not answered");
    static_cast<void>(server.data_to_send());
  }
  return n;
}

}  // namespace

Side engine_side() { return {"engine", w1, w3_decode, w3_encode, w4, w5, w8}; }

}  // namespace h2assay::bench
