#include "conformance/peers/tls.h"

#include <array>
#include <cstdio>
#include <fstream>
#include <functional>
#include <thread>

#include <unistd.h>

#include "conformance/peers/listener_for_tests.h"

namespace h2assay {
namespace {

const Credentials& credentials() {
  static const Credentials made = make_credentials().value();
  return made;
}

// The authority of those credentials, as a file.
class AuthorityFile {
 public:
  AuthorityFile() {
    std::array<char, 32> name{"/tmp/h2assay-ca-XXXXXX"};
    const Descriptor file(mkstemp(name.data()));
    path_ = name.data();
    std::ofstream(path_) << credentials().authority_pem;
  }

  ~AuthorityFile() { std::remove(path_.c_str()); }

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

TlsServerOptions server_options() {
  return {.certificate_pem = credentials().certificate_pem, .key_pem = credentials().key_pem};
}

// A TLS server for one connection, in a thread of its own.
class TlsServer {
 public:
  explicit TlsServer(
      const TlsServerOptions& options,
      std::function<void(Wire&)> then = [](Wire& wire) { wire.close(); })
      : context_(TlsContext::server(options).value()),
        thread_([this, then = std::move(then)] {
          auto wire =
              TlsWire::establish(listening_.accept(), TlsSession::accepting(context_), soon());
          if (wire) then(**wire);
        }) {}

  Opened connect(const TlsClientOptions& options, const char* host = "127.0.0.1") const {
    NetworkPeer peer =
        NetworkPeer::make({host, listening_.target().port}, TlsContext::client(options).value(), {})
            .value();
    return peer.open(soon());
  }

 private:
  TestListener listening_;
  TlsContext context_;
  std::jthread thread_;
};

TEST(TlsWire, CarriesOctetsBothWaysInBothVersions) {
  for (const TlsVersion version : {TlsVersion::tls12, TlsVersion::tls13}) {
    TlsServerOptions options = server_options();
    options.only = version;
    const TlsServer server(options, [](Wire& wire) {
      const Arrival arrival = wire.read(soon());
      wire.write(arrival.octets, soon());
      wire.close();
    });
    const AuthorityFile authority;
    auto wire = server.connect({.ca_file = authority.path()});
    ASSERT_TRUE(wire) << wire.error().text;
    ASSERT_TRUE((*wire)->write(octets_of("hello"), soon()).complete());
    const auto [text, end] = read_all(**wire);
    EXPECT_EQ(text, "hello");
    EXPECT_EQ(end.closed, (Closed{.end = End::fin, .by = Actor::peer}));
    EXPECT_EQ((*wire)->facts().tls_version, version == TlsVersion::tls12 ? "TLSv1.2" : "TLSv1.3");
    EXPECT_FALSE((*wire)->facts().cipher.empty());
    EXPECT_EQ((*wire)->facts().alpn, "h2");
  }
}

TEST(TlsWire, TellsThatAServerChoseNoProtocol) {
  TlsServerOptions options = server_options();
  options.alpn = {};
  const TlsServer server(options);
  const auto wire = server.connect({.insecure = true});
  ASSERT_TRUE(wire) << wire.error().text;
  EXPECT_EQ((*wire)->facts().alpn, "");
}

TEST(TlsWire, ChoosesByTheServersPreference) {
  TlsServerOptions options = server_options();
  options.alpn = {"h2", "http/1.1"};
  const TlsServer server(options);
  const auto wire = server.connect({.insecure = true, .alpn = {"http/1.1", "h2"}});
  ASSERT_TRUE(wire) << wire.error().text;
  EXPECT_EQ((*wire)->facts().alpn, "h2");
}

TEST(TlsWire, NamesTheAlertThatRefusedItsProtocols) {
  const TlsServer server(server_options());
  const auto wire = server.connect({.insecure = true, .alpn = {"h2c"}});
  ASSERT_FALSE(wire);
  EXPECT_EQ(wire.error().kind, OpenFailure::Kind::tls);
  EXPECT_TRUE(wire.error().text.contains("no application protocol")) << wire.error().text;
}

TEST(TlsWire, RefusesACertificateOfAnUnknownAuthority) {
  const TlsServer server(server_options());
  const auto wire = server.connect({});
  ASSERT_FALSE(wire);
  EXPECT_TRUE(wire.error().text.contains("certificate verify failed")) << wire.error().text;
}

TEST(TlsWire, RefusesACertificateOfAnotherName) {
  const AuthorityFile authority;
  const TlsServer server(server_options());
  const auto wire =
      server.connect({.ca_file = authority.path(), .server_name = "other.example"}, "localhost");
  ASSERT_FALSE(wire);
  EXPECT_TRUE(wire.error().text.contains("hostname mismatch")) << wire.error().text;
}

TEST(TlsWire, TellsACutFromAnOrderlyEnd) {
  // Both sides of the handshake by hand, so that the TCP connection can be cut below it.
  TestListener listening;
  std::jthread server([&] {
    SocketStream stream(listening.accept());
    TlsSession session = TlsSession::accepting(TlsContext::server(server_options()).value());
    while (session.handshake() == TlsSession::State::handshaking) {
      stream.write(session.take_output(), soon());
      session.feed(stream.read(soon()).octets);
    }
    stream.write(session.take_output(), soon());
    stream.close();
  });
  NetworkPeer peer =
      NetworkPeer::make(listening.target(), TlsContext::client({.insecure = true}).value(), {})
          .value();
  const auto wire = peer.open(soon());
  ASSERT_TRUE(wire) << wire.error().text;
  const auto [text, end] = read_all(**wire);
  EXPECT_EQ(end.closed.end, End::fin);
  EXPECT_TRUE(end.closed.without_notice);
}

TEST(TlsWire, ReportsAFatalAlertThatEndsTheConnection) {
  // TLS 1.3: the server sees our certificate list only after our handshake is done.
  TestListener listening;
  std::jthread server([&] {
    SocketStream stream(listening.accept());
    TlsSession session = TlsSession::accepting(TlsContext::server(server_options()).value());
    while (session.handshake() == TlsSession::State::handshaking) {
      stream.write(session.take_output(), soon());
      session.feed(stream.read(soon()).octets);
    }
    stream.write(session.take_output(), soon());
    session.feed(octets_of("these octets are no record of TLS"));
    std::vector<std::uint8_t> plain;
    session.read(plain);
    stream.write(session.take_output(), soon());
    stream.half_close();
    stream.read(soon());
  });
  NetworkPeer peer =
      NetworkPeer::make(listening.target(), TlsContext::client({.insecure = true}).value(), {})
          .value();
  const auto wire = peer.open(soon());
  ASSERT_TRUE(wire) << wire.error().text;
  const auto [text, end] = read_all(**wire);
  EXPECT_EQ(end.closed.end, End::tls_alert);
  EXPECT_EQ(end.closed.by, Actor::peer);
  EXPECT_NE(end.closed.alert, 0);
}

TEST(TlsWire, SaysWhenThePeerSpeaksNoTls) {
  TestListener listening;
  std::jthread server([&] {
    SocketStream stream(listening.accept());
    stream.write(octets_of("HTTP/1.1 400 Bad Request\r\n\r\n"), soon());
    stream.read(soon());
  });
  NetworkPeer peer =
      NetworkPeer::make(listening.target(), TlsContext::client({.insecure = true}).value(), {})
          .value();
  const auto wire = peer.open(soon());
  ASSERT_FALSE(wire);
  EXPECT_EQ(wire.error().kind, OpenFailure::Kind::tls);
}

TEST(TlsWire, GivesUpAHandshakeThatNobodyAnswers) {
  const TestListener listening;
  NetworkPeer peer =
      NetworkPeer::make(listening.target(), TlsContext::client({.insecure = true}).value(), {})
          .value();
  const auto wire = peer.open(at_once());
  ASSERT_FALSE(wire);
  EXPECT_EQ(wire.error().kind, OpenFailure::Kind::timed_out);
}

TEST(TlsContext, NamesAFileThatItCannotRead) {
  const auto context = TlsContext::client({.ca_file = "/no/such/file.pem"});
  ASSERT_FALSE(context);
  EXPECT_TRUE(context.error().contains("/no/such/file.pem")) << context.error();
  EXPECT_FALSE(TlsContext::server({.certificate_pem = "rubbish", .key_pem = "rubbish"}));
}

}  // namespace
}  // namespace h2assay
