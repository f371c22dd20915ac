#include "conformance/serve/server.h"

#include <array>
#include <sstream>
#include <thread>

#include <gtest/gtest.h>

#include "conformance/peers/listener_for_tests.h"
#include "engine/connection.h"

namespace h2assay {
namespace {

constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
constexpr std::array<std::uint8_t, 9> kEmptySettings = {0, 0, 0, 4, 0, 0, 0, 0, 0};

// A server that runs as long as this lives.
class Running {
 public:
  explicit Running(const ServeOptions& options = {})
      : server_(Server::make(options).value()),
        thread_([this](std::stop_token stop) { server_->run(std::move(stop)); }) {}

  std::unique_ptr<Wire> connect(std::optional<TlsContext> tls = {}) {
    NetworkPeer peer =
        NetworkPeer::make({"127.0.0.1", server_->port()}, std::move(tls), {}).value();
    auto opened = peer.open(soon());
    EXPECT_TRUE(opened) << opened.error().text;
    return opened ? *std::move(opened) : nullptr;
  }

  void stop() { thread_.request_stop(); }

  void join() { thread_.join(); }

  Server& server() { return *server_; }

 private:
  std::unique_ptr<Server> server_;
  std::jthread thread_;
};

// Queues a GET.
void ask(Connection& engine, std::string_view path) {
  const std::array<Field, 4> fields = {Field{.name = ":method", .value = "GET"},
                                       Field{.name = ":scheme", .value = "http"},
                                       Field{.name = ":authority", .value = "localhost"},
                                       Field{.name = ":path", .value = path}};
  const std::uint32_t stream_id = engine.get_next_available_stream_id().value();
  EXPECT_TRUE(engine.send_headers(stream_id, fields, {.end_stream = EndStream::yes}));
}

// A client engine on a wire.
class Client {
 public:
  explicit Client(std::unique_ptr<Wire> wire) : wire_(std::move(wire)) {
    EXPECT_TRUE(engine_.initiate_connection());
  }

  // Asks, and reads until the stream has ended; the content.
  std::string get(std::string_view path) {
    ask(engine_, path);
    content_.clear();
    ended_ = false;
    while (!ended_ && turn()) {
    }
    return content_;
  }

  // Writes what is due, reads once; false at the end.
  bool turn() {
    wire_->write(engine_.data_to_send(), soon());
    last_ = wire_->read(soon());
    if (last_.kind != Arrival::Kind::octets) return false;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> acknowledgements;
    for (const Event& event : engine_.receive_data(last_.octets)) {
      if (const auto* data = std::get_if<DataReceived>(&event)) {
        content_ += text_of(data->data);
        acknowledgements.emplace_back(data->stream_id, data->flow_controlled_length);
      }
      if (std::holds_alternative<StreamEnded>(event)) ended_ = true;
      if (const auto* goaway = std::get_if<ConnectionTerminated>(&event)) {
        goaways_.push_back(goaway->last_stream_id);
      }
    }
    for (const auto& [stream_id, size] : acknowledgements) {
      EXPECT_TRUE(engine_.acknowledge_received_data(size, stream_id));
    }
    return true;
  }

  Wire& wire() { return *wire_; }

  const Arrival& last() const { return last_; }

  const std::vector<std::uint32_t>& goaways() const { return goaways_; }

 private:
  std::unique_ptr<Wire> wire_;
  Connection engine_{Options{.role = Role::client}};
  std::string content_;
  bool ended_ = false;
  Arrival last_;
  std::vector<std::uint32_t> goaways_;
};

TEST(Server, ServesOverTcp) {
  Running running;
  Client client(running.connect());
  EXPECT_EQ(client.get("/"), "hello, world");
  EXPECT_EQ(client.get("/large").size(), 262144U);
}

TEST(Server, ServesOverBothVersionsOfTls) {
  Running running({.tls = true});
  for (const TlsVersion version : {TlsVersion::tls12, TlsVersion::tls13}) {
    Client client(running.connect(TlsContext::client({.insecure = true, .only = version}).value()));
    EXPECT_EQ(client.get("/large").size(), 262144U);
    EXPECT_EQ(client.wire().facts().alpn, "h2");
  }
}

TEST(Server, RefusesTlsWithoutH2) {
  Running running({.tls = true});
  NetworkPeer other =
      NetworkPeer::make({"127.0.0.1", running.server().port()},
                        TlsContext::client({.insecure = true, .alpn = {"http/1.1"}}).value(),
                        {})
          .value();
  const auto refused = other.open(soon());
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().text.contains("no application protocol")) << refused.error().text;
  const auto wire = running.connect(TlsContext::client({.insecure = true, .alpn = {}}).value());
  const auto [text, end] = read_all(*wire);
  EXPECT_EQ(text, "");
  EXPECT_EQ(end.kind, Arrival::Kind::closed);
}

TEST(Server, SpeaksWithManyAtOnce) {
  Running running;
  std::vector<Client> clients;
  for (int i = 0; i < 200; ++i) clients.emplace_back(running.connect());
  for (Client& client : clients) EXPECT_EQ(client.get("/"), "hello, world");
  for (Client& client : clients) EXPECT_EQ(client.get("/"), "hello, world");
}

TEST(Server, LeavesFurtherConnectionsWaitingUntilThereIsRoom) {
  Running running({.max_connections = 1});
  std::optional<Client> first(std::in_place, running.connect());
  EXPECT_EQ(first->get("/"), "hello, world");
  Client second(running.connect());
  second.wire().write(octets_of(kPreface), soon());
  EXPECT_EQ(second.wire().read(at_once()).kind, Arrival::Kind::timed_out);
  first.reset();
  EXPECT_EQ(second.wire().read(soon()).kind, Arrival::Kind::octets);
}

// The engine's GOAWAY must not be destroyed by a reset, though octets of ours are still unread.
TEST(Server, LetsItsGoawayBeReadThoughMoreWasSent) {
  Running running;
  const auto wire = running.connect();
  wire->write(octets_of(kPreface), soon());
  wire->write(kEmptySettings, soon());
  wire->write(std::vector<std::uint8_t>{0, 0, 0, 1, 5, 0, 0, 0, 0}, soon());
  EXPECT_TRUE(wire->write(std::vector<std::uint8_t>(10'000'000), soon()).complete());
  const auto [text, end] = read_all(*wire);
  EXPECT_TRUE(text.contains(std::string("\x07\0\0\0\0\0", 6))) << "a GOAWAY on stream 0";
  EXPECT_EQ(end.closed.end, End::fin);
}

// More than sockets hold, so that most of it is still to be written when the FIN arrives.
TEST(Server, AnswersAClientThatHasSaidAll) {
  constexpr std::uint32_t kRequests = 80;
  Running running;
  const auto wire = running.connect();
  Options options;
  options.settings.initial_window_size = 1 << 30;
  Connection engine{options};
  ASSERT_TRUE(engine.initiate_connection());
  ASSERT_TRUE(engine.increment_flow_control_window(1 << 30));
  for (std::uint32_t i = 0; i < kRequests; ++i) ask(engine, "/large");
  wire->write(engine.data_to_send(), soon());
  wire->half_close();
  const auto [text, end] = read_all(*wire);
  EXPECT_GT(text.size(), std::size_t{kRequests} * 262144);
  EXPECT_EQ(end.kind, Arrival::Kind::closed);
}

TEST(Server, ShutsDownWithTwoGoaways) {
  Running running;
  Client client(running.connect());
  client.get("/");
  running.stop();
  while (client.turn()) {
  }
  EXPECT_EQ(client.goaways(), (std::vector<std::uint32_t>{0x7fff'ffff, 1}));
  EXPECT_EQ(client.last().closed, (Closed{.end = End::fin, .by = Actor::peer}));
  running.join();
  EXPECT_EQ(running.server().requests(), 1U);
}

// The PING between the two GOAWAYs is never answered.
TEST(Server, ShutsDownThoughAClientDoesNotReact) {
  Running running({.shutdown_timeout = std::chrono::seconds(60)});
  const auto deaf = running.connect();
  deaf->write(octets_of(kPreface), soon());
  ASSERT_EQ(deaf->read(soon()).kind, Arrival::Kind::octets);
  const auto before = Clock::now();
  running.stop();
  running.join();
  EXPECT_LT(Clock::now() - before, std::chrono::seconds(30));
}

TEST(Server, ShutsDownThoughAClientNeverTakesWhatItAskedFor) {
  Running running({.shutdown_timeout = std::chrono::milliseconds(300)});
  const auto wire = running.connect();
  Connection engine{Options{}};
  ASSERT_TRUE(engine.initiate_connection());
  ask(engine, "/large");
  wire->write(engine.data_to_send(), soon());
  ASSERT_EQ(wire->read(soon()).kind, Arrival::Kind::octets);
  const auto before = Clock::now();
  running.stop();
  running.join();
  EXPECT_LT(Clock::now() - before, std::chrono::seconds(30));
}

TEST(Server, LeavesAnIdleClient) {
  Running running({.idle_timeout = std::chrono::milliseconds(100)});
  Client client(running.connect());
  client.get("/");
  while (client.turn()) {
  }
  EXPECT_FALSE(client.goaways().empty());
  EXPECT_EQ(client.last().kind, Arrival::Kind::closed);
}

TEST(Server, SaysWhenThePortIsTaken) {
  Running running;
  const auto second = Server::make({.port = running.server().port()});
  ASSERT_FALSE(second);
  EXPECT_TRUE(second.error().contains("Address already in use")) << second.error();
}

TEST(ServeOptions, TakeSettingsByNameAndByNumber) {
  InitialSettings settings;
  ASSERT_TRUE(add_settings("INITIAL_WINDOW_SIZE=100,0x4d=7,MAX_FRAME_SIZE=0x5000", settings));
  EXPECT_EQ(settings.initial_window_size, 100U);
  EXPECT_EQ(settings.max_frame_size, 20480U);
  ASSERT_EQ(settings.other.size(), 1U);
  EXPECT_EQ(settings.other[0], (std::pair<std::uint16_t, std::uint32_t>{0x4d, 7}));
}

TEST(ServeOptions, RefuseWhatIsNoSettingOrQuirk) {
  InitialSettings settings;
  for (const char* text : {"",
                           "INITIAL_WINDOW_SIZE",
                           "NO_SUCH=1",
                           "MAX_FRAME_SIZE=x",
                           "MAX_FRAME_SIZE=4294967296",
                           "0x10000=1",
                           "MAX_FRAME_SIZE=1,"}) {
    EXPECT_FALSE(add_settings(text, settings)) << text;
  }
  Quirks quirks;
  EXPECT_FALSE(add_quirk("no-such-rule", quirks));
  EXPECT_TRUE(add_quirk("settings-ack-length=INTERNAL_ERROR", quirks));
  EXPECT_FALSE(quirks.empty());
}

}  // namespace
}  // namespace h2assay
