// The peers against servers that Debian ships.  What is not installed is named and left out.

#include <array>
#include <filesystem>
#include <fstream>
#include <iostream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "conformance/peers/launched_peer.h"
#include "conformance/peers/listener_for_tests.h"

namespace h2assay {
namespace {

constexpr std::array<std::uint8_t, 17> kPing = {0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8};

bool installed(const char* program) {
  if (access(program, X_OK) == 0) return true;
  std::cout << "left out: " << program << " is not installed\n";
  return false;
}

// A directory of this test, gone with it.
class Scratch {
 public:
  Scratch() {
    std::string name = (std::filesystem::temp_directory_path() / "h2assay-peers-XXXXXX").string();
    path_ = mkdtemp(name.data());
    const Credentials made = make_credentials().value();
    write("ca.pem", made.authority_pem);
    write("cert.pem", made.certificate_pem);
    write("key.pem", made.key_pem);
    write("index.html", "hello, world");
  }

  ~Scratch() { std::filesystem::remove_all(path_); }

  std::string file(const char* name) const { return path_ / name; }

  void write(const char* name, const std::string& text) const { std::ofstream(file(name)) << text; }

 private:
  std::filesystem::path path_;
};

std::optional<TlsContext> trusting(const Scratch& scratch) {
  return TlsContext::client({.ca_file = scratch.file("ca.pem")}).value();
}

// Opens a connection, exchanges prefaces and a PING, and breaks a rule that every server knows.
void expect_http2(LaunchedPeer& peer) {
  const auto opened = peer.open(soon());
  ASSERT_TRUE(opened) << opened.error().text;
  Wire& wire = **opened;
  for (const Octets octets : {octets_of(kPreface), Octets(kEmptySettings), Octets(kPing)}) {
    ASSERT_TRUE(wire.write(octets, soon()).complete());
  }
  std::string answer;
  const std::string pong("\0\0\x08\x06\x01\0\0\0\0\x01\x02\x03\x04\x05\x06\x07\x08", 17);
  while (!answer.contains(pong)) {
    const Arrival arrival = wire.read(soon());
    ASSERT_EQ(arrival.kind, Arrival::Kind::octets);
    answer += text_of(arrival.octets);
  }
  EXPECT_EQ(answer[3], 4) << "SETTINGS comes first";
  ASSERT_TRUE(wire.write(kHeadersOnStreamZero, soon()).complete());
  const auto [farewell, end] = read_all(wire);
  EXPECT_EQ(end.kind, Arrival::Kind::closed);
  EXPECT_EQ(end.closed.by, Actor::peer);
  EXPECT_EQ(peer.condition().kind, Condition::Kind::running);
}

TEST(RealPeers, SpeakWithNghttpd) {
  if (!installed("/usr/sbin/nghttpd")) return;
  const Scratch scratch;
  auto plain = LaunchedPeer::start(
      {.command = {.arguments = {"nghttpd", "--no-tls", "-a", "{host}", "{port}"}}});
  ASSERT_TRUE(plain) << plain.error().text;
  expect_http2(**plain);
  auto tls = LaunchedPeer::start({.command = {.arguments = {"nghttpd",
                                                            "-a",
                                                            "{host}",
                                                            "{port}",
                                                            scratch.file("key.pem"),
                                                            scratch.file("cert.pem")}},
                                  .tls = trusting(scratch)});
  ASSERT_TRUE(tls) << tls.error().text;
  expect_http2(**tls);
  const auto wire = (*tls)->open(soon());
  ASSERT_TRUE(wire);
  EXPECT_EQ((*wire)->facts().alpn, "h2");
}

void expect_nginx(const char* listen, bool tls) {
  const Scratch scratch;
  const std::uint16_t port = free_port("127.0.0.1");
  scratch.write("nginx.conf",
                "daemon off; pid " + scratch.file("pid") + "; error_log stderr;\nevents {}\n" +
                    "http { access_log off; server { listen 127.0.0.1:" + std::to_string(port) +
                    listen + "; ssl_certificate " + scratch.file("cert.pem") +
                    "; ssl_certificate_key " + scratch.file("key.pem") + "; root " +
                    scratch.file("") + "; } }\n");
  LaunchOptions options{
      .command = {.arguments = {"nginx", "-p", scratch.file(""), "-c", scratch.file("nginx.conf")}},
      .port = port};
  if (tls) options.tls = trusting(scratch);
  auto peer = LaunchedPeer::start(options);
  ASSERT_TRUE(peer) << peer.error().text;
  expect_http2(**peer);
}

TEST(RealPeers, SpeakWithNginx) {
  if (!installed("/usr/sbin/nginx")) return;
  expect_nginx(" http2", false);
  expect_nginx(" ssl http2", true);
}

}  // namespace
}  // namespace h2assay
