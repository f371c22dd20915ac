#include "conformance/peers/wires.h"

#include <algorithm>
#include <utility>

namespace h2assay {
namespace {

// A record of TLS at most; so a deadline in the middle of a write is told to 16 KiB.
constexpr std::size_t kWriteSize = std::size_t{16} << 10;

WireFacts facts_of(int descriptor) {
  WireFacts facts;
  facts.peer_address = to_string(peer_address(descriptor));
  facts.local_address = to_string(local_address(descriptor));
  return facts;
}

}  // namespace

TcpWire::TcpWire(Descriptor connected)
    : stream_(std::move(connected)),
      facts_(facts_of(stream_.descriptor())) {}

TlsWire::TlsWire(Descriptor connected, TlsSession session)
    : stream_(std::move(connected)),
      session_(std::move(session)),
      facts_(facts_of(stream_.descriptor())) {}

Opened TlsWire::establish(Descriptor connected, TlsSession session, Deadline deadline) {
  std::unique_ptr<TlsWire> wire(new TlsWire(std::move(connected), std::move(session)));
  Arrival last;
  while (true) {
    const TlsSession::State state = wire->session_.handshake();
    const auto output = wire->session_.take_output();
    if (!output.empty()) wire->stream_.write(output, deadline);
    if (state == TlsSession::State::established) break;
    if (state == TlsSession::State::failed) return std::unexpected(wire->handshake_failure(last));
    last = wire->stream_.read(deadline);
    if (last.kind != Arrival::Kind::octets) return std::unexpected(wire->handshake_failure(last));
    wire->session_.feed(last.octets);
  }
  wire->facts_.tls = true;
  wire->facts_.tls_version = wire->session_.version();
  wire->facts_.cipher = wire->session_.cipher();
  wire->facts_.alpn = wire->session_.alpn();
  return wire;
}

OpenFailure TlsWire::handshake_failure(const Arrival& last) const {
  OpenFailure failure;
  failure.kind = OpenFailure::Kind::tls;
  failure.text = facts_.peer_address + ": ";
  if (const auto alert = session_.fatal_alert_received()) {
    failure.ended = Closed{.end = End::tls_alert, .alert = *alert};
    failure.text += std::string("TLS alert ") + SSL_alert_desc_string_long(*alert);
  } else if (!session_.error().empty()) {
    failure.ended = Closed{.end = End::tls_alert, .by = Actor::us};
    failure.text += session_.error();
  } else if (last.kind == Arrival::Kind::closed) {
    failure.error_number = last.closed.error_number;
    failure.ended = last.closed;
    failure.text += "the connection ended during the TLS handshake";
  } else {
    failure.kind = OpenFailure::Kind::timed_out;
    failure.text += "no answer to the TLS handshake";
  }
  return failure;
}

Written TlsWire::write(Octets octets, Deadline deadline) {
  Written result;
  while (result.octets < octets.size()) {
    const Octets piece =
        octets.subspan(result.octets, std::min(kWriteSize, octets.size() - result.octets));
    if (we_ended_ || !session_.write(piece)) {
      result.closed = true;
      return result;
    }
    const auto records = session_.take_output();
    const Written raw = stream_.write(records, deadline);
    result.timed_out = raw.timed_out;
    result.closed = raw.closed;
    if (!raw.complete()) return result;
    result.octets += piece.size();
  }
  return result;
}

Arrival TlsWire::finished(Closed closed) {
  if (we_ended_) closed.by = Actor::us;
  closed_ = closed;
  return {Arrival::Kind::closed, {}, closed};
}

Arrival TlsWire::read(Deadline deadline) {
  plain_.clear();
  while (true) {
    const bool octets = session_.read(plain_);
    facts_.certificate_requested = session_.certificate_requested();
    if (octets) return {Arrival::Kind::octets, plain_, {}};
    if (closed_) return {Arrival::Kind::closed, {}, *closed_};
    if (const auto alert = session_.fatal_alert_received()) {
      return finished({.end = End::tls_alert, .alert = *alert});
    }
    if (session_.renegotiation_refused()) {
      return finished({.end = End::tls_alert, .alert = SSL_AD_NO_RENEGOTIATION});
    }
    if (session_.close_notify_received()) return finished({});
    // Key updates, and our own alert when the peer's records are wrong.
    if (const auto output = session_.take_output(); !output.empty())
      stream_.write(output, deadline);
    if (session_.state() == TlsSession::State::failed) {
      facts_.tls_error = session_.error();
      stream_.close();
      return finished({.end = End::tls_alert, .by = Actor::us});
    }
    const Arrival raw = stream_.read(deadline);
    if (raw.kind == Arrival::Kind::timed_out) return raw;
    if (raw.kind == Arrival::Kind::closed) {
      Closed closed = raw.closed;
      closed.without_notice = closed.end == End::fin;
      return finished(closed);
    }
    session_.feed(raw.octets);
  }
}

bool TlsWire::act(TlsAct what, Deadline deadline) {
  if (we_ended_ || closed_ || !session_.act(what)) return false;
  stream_.write(session_.take_output(), deadline);
  return true;
}

void TlsWire::half_close() {
  if (we_ended_) return;
  we_ended_ = !closed_;
  session_.send_close_notify();
  stream_.write(session_.take_output(), within(std::chrono::milliseconds(100)));
  stream_.half_close();
}

void TlsWire::close() {
  half_close();
  stream_.close();
}

}  // namespace h2assay
