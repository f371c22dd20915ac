#pragma once
// The other end of a connection, and what is said to it, in the hands of a test.

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "conformance/peers/network_peer.h"
#include "conformance/peers/socket.h"
#include "conformance/peers/wires.h"

namespace h2assay {

inline constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
inline constexpr std::array<std::uint8_t, 9> kEmptySettings = {0, 0, 0, 4, 0, 0, 0, 0, 0};
inline constexpr std::array<std::uint8_t, 9> kHeadersOnStreamZero = {0, 0, 0, 1, 5, 0, 0, 0, 0};

inline Deadline soon() { return within(std::chrono::seconds(5)); }

inline Deadline at_once() { return within(std::chrono::milliseconds(50)); }

// Listens on a free loopback port.
struct TestListener {
  Descriptor listener = std::move(listen_on({"127.0.0.1", 0})).value();

  Target target() const { return {"127.0.0.1", local_address(listener.number()).port()}; }

  Descriptor accept() const { return accept_from(listener.number(), soon()); }
};

// A connected pair: the wire under test, and the other end to be treated as the test likes.
struct ConnectedPair {
  TestListener listening;
  NetworkPeer peer = std::move(NetworkPeer::make(listening.target(), {}, {})).value();
  std::unique_ptr<Wire> wire = std::move(peer.open(soon())).value();
  SocketStream other{listening.accept()};
};

// Everything that comes until the end, and the end.
inline std::pair<std::string, Arrival> read_all(Wire& wire) {
  std::string text;
  while (true) {
    const Arrival arrival = wire.read(soon());
    if (arrival.kind != Arrival::Kind::octets) return {text, arrival};
    text += text_of(arrival.octets);
  }
}

}  // namespace h2assay
