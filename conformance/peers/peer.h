#pragma once
// What the player talks to: a peer that can be connected to, and the wire of one connection.
//
// A wire carries octets and tells how the connection ended; it knows nothing of HTTP/2.  Calls
// block, none longer than its deadline.  One thread a wire; a Peer may be opened by many at once.

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/octets.h"

namespace h2assay {

using Clock = std::chrono::steady_clock;
using Deadline = Clock::time_point;

// The deadline that lies so far ahead.
inline Deadline within(std::chrono::milliseconds span) { return Clock::now() + span; }

// Who did something: the implementation under test, or the harness.
enum class Actor : std::uint8_t { peer, us };

// How a connection came to its end.
enum class End : std::uint8_t {
  fin,        // an orderly end
  rst,        // torn down: RST, or an error of the network
  tls_alert,  // a fatal TLS alert
};

// "fin", "rst", "tls-alert"
const char* name(End end);

struct Closed {
  End end = End::fin;
  Actor by = Actor::peer;       // who ended it first
  int error_number = 0;         // errno of the call that noticed, 0 for a FIN
  std::uint8_t alert = 0;       // the TLS alert's description, with tls_alert only
  bool without_notice = false;  // TLS: a FIN that no close_notify preceded
  friend bool operator==(const Closed&, const Closed&) = default;
};

// What one read found.
struct Arrival {
  enum class Kind : std::uint8_t { octets, closed, timed_out };
  Kind kind = Kind::timed_out;
  Octets octets{};  // with octets: at least one; they live until the next call on the wire
  Closed closed{};  // with closed: final, every later read says the same
};

// What one write did.  After a failed write reading goes on: what the peer sent before it hung up
// is still there, and the end that the write saw is reported by the read that has run dry.
struct Written {
  std::size_t octets = 0;  // how many the system took
  bool timed_out = false;
  bool closed = false;  // the peer takes no more

  bool complete() const { return !timed_out && !closed; }
};

// What is known of a connection besides its octets.
struct WireFacts {
  std::string peer_address;  // "127.0.0.1:8443", "[::1]:80", "memory"
  std::string local_address;
  bool tls = false;
  std::string tls_version;  // "TLSv1.3"
  std::string cipher;
  std::string alpn;         // what the server chose; empty: nothing
  std::string tls_error{};  // why there is no TLS after all; empty: there is, or nobody wanted it
  // TLS 1.3: the server has asked for a certificate after the handshake.  RFC 9113, Section 9.2.3.
  bool certificate_requested = false;
  // Nothing comes later by itself: a read that times out means that there is nothing to come, and
  // returns at once.  True in memory, never on a network.
  bool synchronous = false;
};

// What a case does with the TLS below a connection.
enum class TlsAct : std::uint8_t {
  renegotiate,  // TLS 1.2
  update_keys,  // TLS 1.3: KeyUpdate that asks the peer for its own.  RFC 8740, Section 4
};

class Wire {
 public:
  virtual ~Wire() = default;

  // Sends all of it, taking in what arrives meanwhile, so that neither side waits for the other.
  virtual Written write(Octets octets, Deadline deadline) = 0;
  // Waits for at least one octet or the end.
  virtual Arrival read(Deadline deadline) = 0;
  // We send no more (FIN; TLS: close_notify and FIN); reading goes on.
  virtual void half_close() = 0;
  // Ends the connection in order.  What the peer still sends is lost.
  virtual void close() = 0;
  // Tears it down: RST.
  virtual void reset() = 0;
  virtual const WireFacts& facts() const = 0;

  // False: there is no TLS here, or not a version of it that knows this.
  virtual bool act(TlsAct /*what*/, Deadline /*deadline*/) { return false; }
};

// Why there is no connection.
struct OpenFailure {
  enum class Kind : std::uint8_t {
    refused,      // nobody listens
    unreachable,  // no route, host down, name unknown
    timed_out,
    tls,          // the handshake failed
    not_running,  // a launched peer has died or never started
    forbidden,    // the address may not be tested: see target.h
    no_tls,       // TLS was wished for, and this peer is reached without
    no_such_tls,  // this TLS library cannot do what was wished for
  };
  Kind kind = Kind::unreachable;
  int error_number = 0;
  std::string text{};             // one line for people, no full stop; may hold the peer's octets
  std::optional<Closed> ended{};  // with tls: how the handshake came to its end
};

using Opened = std::expected<std::unique_ptr<Wire>, OpenFailure>;

// TLS as one connection asks for it, in place of what the target's connections offer.  The
// certificate is not verified: what is judged is the protocol.  RFC 9113, Sections 3.2 and 9.2.
struct TlsWishes {
  std::vector<std::string> alpn = {"h2"};  // empty: no ALPN extension
  std::string version{};                   // 1.0, 1.1, 1.2, 1.3; empty: 1.2 or 1.3
  std::string cipher{};  // the only suite, by its OpenSSL or IANA name; empty: the library's list
  std::optional<std::string> server_name{};  // as SNI, "" for none; nothing: as for other ones
};

// How a peer that we started fares.  A peer that somebody else runs is always `unknown`.
struct Condition {
  enum class Kind : std::uint8_t { unknown, running, exited, killed };
  Kind kind = Kind::unknown;
  int code = 0;         // exit status, or the number of the signal
  long process_id = 0;  // with running
};

class Peer {
 public:
  virtual ~Peer() = default;

  // A new connection; for TLS with the handshake done.  Nothing of HTTP/2 has been sent.
  virtual Opened open(Deadline deadline) = 0;
  // The same with TLS of its own.  A handshake that fails is an answer, too: the wire then has
  // ended before it carried an octet, by an alert, FIN or RST.
  virtual Opened open_tls(const TlsWishes& wishes, Deadline deadline);
  // For people: "127.0.0.1:8443 (TLS)", "./server --port 40213".
  virtual std::string describe() const = 0;
  // What a request's :authority and :scheme are.
  virtual std::string authority() const = 0;
  virtual std::string scheme() const = 0;

  virtual Condition condition() { return {}; }

  // Starts the peer anew; false: it is not ours to start, or it did not come up.
  virtual bool restart(Deadline /*deadline*/) { return false; }

  // The last octets of what it wrote, at most 64 KiB each.
  virtual std::string standard_output() const { return {}; }

  virtual std::string standard_error() const { return {}; }
};

}  // namespace h2assay
