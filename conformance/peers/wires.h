#pragma once
// The wires of TCP and of TLS over TCP.  Both roles: what connected and what was accepted.

#include <memory>
#include <vector>

#include "conformance/peers/peer.h"
#include "conformance/peers/socket.h"
#include "conformance/peers/tls.h"

namespace h2assay {

class TcpWire final : public Wire {
 public:
  explicit TcpWire(Descriptor connected);

  Written write(Octets octets, Deadline deadline) override {
    return stream_.write(octets, deadline);
  }

  Arrival read(Deadline deadline) override { return stream_.read(deadline); }

  void half_close() override { stream_.half_close(); }

  void close() override { stream_.close(); }

  void reset() override { stream_.reset(); }

  const WireFacts& facts() const override { return facts_; }

 private:
  SocketStream stream_;
  WireFacts facts_;
};

class TlsWire final : public Wire {
 public:
  // Does the handshake; the failure names what went wrong, a peer's alert included.
  static Opened establish(Descriptor connected, TlsSession session, Deadline deadline);

  Written write(Octets octets, Deadline deadline) override;
  Arrival read(Deadline deadline) override;
  void half_close() override;
  void close() override;

  void reset() override { stream_.reset(); }

  const WireFacts& facts() const override { return facts_; }

  bool act(TlsAct what, Deadline deadline) override;

 private:
  TlsWire(Descriptor connected, TlsSession session);
  OpenFailure handshake_failure(const Arrival& last) const;
  Arrival finished(Closed closed);

  SocketStream stream_;
  TlsSession session_;
  WireFacts facts_;
  std::vector<std::uint8_t> plain_;
  bool we_ended_ = false;
  std::optional<Closed> closed_;
};

// A connection that ended before it carried an octet.
class EndedWire final : public Wire {
 public:
  EndedWire(WireFacts facts, const Closed& closed) : facts_(std::move(facts)), closed_(closed) {}

  Written write(Octets /*octets*/, Deadline /*deadline*/) override { return {.closed = true}; }

  Arrival read(Deadline /*deadline*/) override { return {Arrival::Kind::closed, {}, closed_}; }

  void half_close() override {}

  void close() override {}

  void reset() override {}

  const WireFacts& facts() const override { return facts_; }

 private:
  WireFacts facts_;
  Closed closed_;
};

}  // namespace h2assay
