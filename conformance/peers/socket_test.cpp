#include "conformance/peers/socket.h"

#include <iostream>
#include <thread>

#include "conformance/peers/listener_for_tests.h"

namespace h2assay {
namespace {

void send_to(SocketStream& other, std::string_view text) {
  ASSERT_TRUE(other.write(octets_of(text), soon()).complete());
}

TEST(TcpWire, CarriesOctetsBothWays) {
  ConnectedPair pair;
  ASSERT_TRUE(pair.wire->write(octets_of("ping"), soon()).complete());
  EXPECT_EQ(text_of(pair.other.read(soon()).octets), "ping");
  send_to(pair.other, "pong");
  EXPECT_EQ(text_of(pair.wire->read(soon()).octets), "pong");
}

TEST(TcpWire, KeepsToItsDeadline) {
  ConnectedPair pair;
  const auto before = Clock::now();
  EXPECT_EQ(pair.wire->read(within(std::chrono::milliseconds(80))).kind, Arrival::Kind::timed_out);
  const auto took = Clock::now() - before;
  EXPECT_GE(took, std::chrono::milliseconds(80));
  EXPECT_LT(took, std::chrono::seconds(2));
}

TEST(TcpWire, GivesUpAWriteThatNobodyReads) {
  ConnectedPair pair;
  const std::vector<std::uint8_t> much(std::size_t{64} << 20);
  const Written written = pair.wire->write(much, within(std::chrono::milliseconds(100)));
  EXPECT_TRUE(written.timed_out);
  EXPECT_LT(written.octets, much.size());
}

TEST(TcpWire, TellsAFinFromTheLastOctets) {
  ConnectedPair pair;
  send_to(pair.other, "goaway");
  pair.other.close();
  const auto [text, end] = read_all(*pair.wire);
  EXPECT_EQ(text, "goaway");
  EXPECT_EQ(end.kind, Arrival::Kind::closed);
  EXPECT_EQ(end.closed, (Closed{.end = End::fin, .by = Actor::peer}));
}

TEST(TcpWire, TellsAResetFromAFin) {
  ConnectedPair pair;
  pair.other.reset();
  const Arrival end = pair.wire->read(soon());
  EXPECT_EQ(end.kind, Arrival::Kind::closed);
  EXPECT_EQ(end.closed.end, End::rst);
  EXPECT_EQ(end.closed.by, Actor::peer);
  EXPECT_EQ(end.closed.error_number, ECONNRESET);
  EXPECT_EQ(pair.wire->read(soon()).closed, end.closed) << "the end stays what it was";
}

TEST(TcpWire, ReadsWhatWasSentBeforeAReset) {
  ConnectedPair pair;
  send_to(pair.other, "goaway");
  pair.other.reset();
  const auto [text, end] = read_all(*pair.wire);
  EXPECT_EQ(text, "goaway");
  EXPECT_EQ(end.closed.end, End::rst);
}

// A failed write uses up the reset: the kernel's next answer would be that of a FIN.
TEST(TcpWire, ReadsOnAfterAFailedWriteAndRemembersTheReset) {
  ConnectedPair pair;
  send_to(pair.other, "goaway");
  pair.other.reset();
  Written written;
  for (int i = 0; i < 100 && !written.closed; ++i) {
    written = pair.wire->write(octets_of("more"), soon());
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  ASSERT_TRUE(written.closed);
  const auto [text, end] = read_all(*pair.wire);
  EXPECT_EQ(text, "goaway");
  EXPECT_EQ(end.closed.end, End::rst);
  EXPECT_EQ(end.closed.by, Actor::peer);
}

// The peer's FIN came first; the reset only answers what we wrote behind it.
TEST(TcpWire, TakesTheFinForTheEndWhenAResetFollows) {
  ConnectedPair pair;
  send_to(pair.other, "goaway");
  pair.other.close();
  for (int i = 0; i < 100; ++i) {
    if (pair.wire->write(octets_of("more"), soon()).closed) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  const auto [text, end] = read_all(*pair.wire);
  EXPECT_EQ(text, "goaway");
  EXPECT_EQ(end.closed.end, End::fin);
}

TEST(TcpWire, ReadsOnAfterAHalfClose) {
  ConnectedPair pair;
  pair.wire->half_close();
  EXPECT_EQ(pair.other.read(soon()).kind, Arrival::Kind::closed);
  send_to(pair.other, "late");
  pair.other.close();
  const auto [text, end] = read_all(*pair.wire);
  EXPECT_EQ(text, "late");
  EXPECT_EQ(end.closed, (Closed{.end = End::fin, .by = Actor::us}));
}

TEST(TcpWire, ClosesWithAFinThoughOctetsWereUnread) {
  ConnectedPair pair;
  send_to(pair.other, "unread");
  std::this_thread::sleep_for(std::chrono::milliseconds(10));  // loopback delivers at once
  pair.wire->close();
  EXPECT_EQ(pair.other.read(soon()).closed.end, End::fin);
  EXPECT_EQ(pair.wire->read(soon()).closed.by, Actor::us);
  // A reset behind the FIN would stand here as an error.
  std::this_thread::sleep_for(std::chrono::milliseconds(10));
  int error = 0;
  socklen_t size = sizeof error;
  ASSERT_EQ(getsockopt(pair.other.descriptor(), SOL_SOCKET, SO_ERROR, &error, &size), 0);
  EXPECT_EQ(error, 0);
}

TEST(TcpWire, ResetsWhenAsked) {
  ConnectedPair pair;
  pair.wire->reset();
  EXPECT_EQ(pair.other.read(soon()).closed.end, End::rst);
  EXPECT_EQ(pair.wire->read(soon()).closed, (Closed{.end = End::rst, .by = Actor::us}));
}

// Neither side reads before it has written: without taking in what arrives both would wait for
// ever.
TEST(TcpWire, TakesInWhatArrivesWhileItWrites) {
  ConnectedPair pair;
  const std::vector<std::uint8_t> much(std::size_t{8} << 20, 0x61);
  std::jthread other([&] {
    EXPECT_TRUE(pair.other.write(much, soon()).complete());
    std::size_t got = 0;
    while (got < much.size()) {
      const Arrival arrival = pair.other.read(soon());
      ASSERT_EQ(arrival.kind, Arrival::Kind::octets);
      got += arrival.octets.size();
    }
  });
  EXPECT_TRUE(pair.wire->write(much, soon()).complete());
  std::size_t got = 0;
  while (got < much.size()) {
    const Arrival arrival = pair.wire->read(soon());
    ASSERT_EQ(arrival.kind, Arrival::Kind::octets);
    got += arrival.octets.size();
  }
  EXPECT_EQ(got, much.size());
}

TEST(NetworkPeer, SaysWhenNobodyListens) {
  std::optional<TestListener> listening(std::in_place);
  NetworkPeer peer = NetworkPeer::make(listening->target(), {}, {}).value();
  listening.reset();
  const auto opened = peer.open(soon());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, OpenFailure::Kind::refused);
}

TEST(NetworkPeer, ReachesAnIpv6Listener) {
  auto listener = listen_on({"::1", 0});
  if (!listener) {
    std::cout << "left out: this machine has no IPv6\n";
    return;
  }
  const Target target{"::1", local_address(listener->number()).port()};
  NetworkPeer peer = NetworkPeer::make(target, {}, {}).value();
  const auto wire = peer.open(soon());
  ASSERT_TRUE(wire);
  EXPECT_EQ((*wire)->facts().peer_address, target.authority());
  EXPECT_EQ(peer.authority(), target.authority());
}

TEST(NetworkPeer, RefusesAPublicAddressBeforeConnecting) {
  const auto peer = NetworkPeer::make({"192.0.2.1", 80}, {}, {});
  ASSERT_FALSE(peer);
  EXPECT_EQ(peer.error().kind, OpenFailure::Kind::forbidden);
}

TEST(NetworkPeer, SaysWhenTheNameIsUnknown) {
  const auto peer = NetworkPeer::make({"no-such-host.invalid", 80}, {}, {});
  ASSERT_FALSE(peer);
  EXPECT_EQ(peer.error().kind, OpenFailure::Kind::unreachable);
}

}  // namespace
}  // namespace h2assay
