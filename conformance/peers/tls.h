#pragma once
// TLS between octets and octets: no socket in here.  RFC 9113, Sections 3.2 and 9.2.

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <openssl/ssl.h>

#include "conformance/peers/peer.h"

namespace h2assay {

enum class TlsVersion : std::uint8_t { tls10, tls11, tls12, tls13 };

struct TlsClientOptions {
  std::string ca_file{};           // empty: the system's
  bool insecure = false;           // any certificate, also weak ones
  std::string certificate_file{};  // PEM, our own; with key_file
  std::string key_file{};
  std::string server_name{};  // sent as SNI and verified; empty: the host that we connect to
  bool send_server_name = true;
  std::vector<std::string> alpn = {"h2"};  // empty: no ALPN extension
  std::optional<TlsVersion> only{};        // nothing: 1.2 and 1.3
  std::string cipher{};  // the only suite, by its OpenSSL or IANA name; empty: the library's list
};

struct TlsServerOptions {
  std::string certificate_pem{};  // the chain, leaf first
  std::string key_pem{};
  std::vector<std::string> alpn = {"h2"};  // in order of preference; empty: choose nothing
  std::optional<TlsVersion> only{};
};

// What many sessions share.  A value: copies share.
class TlsContext {
 public:
  // Errors are one line for people.
  static std::expected<TlsContext, std::string> client(const TlsClientOptions& options);
  static std::expected<TlsContext, std::string> server(const TlsServerOptions& options);
  // A client's context as one connection wishes it.
  std::expected<TlsContext, std::string> with(const TlsWishes& wishes) const;

 private:
  friend class TlsSession;
  TlsContext() = default;
  std::shared_ptr<SSL_CTX> context_;
  std::shared_ptr<const std::vector<std::string>>
      alpn_;                    // a server's choice, kept alive for the callback
  TlsClientOptions options_{};  // of a client
};

// One TLS connection, either role.  Octets of the network go in by feed() and come out of
// take_output(); plain ones in by write() and out of read().
class TlsSession {
 public:
  enum class State : std::uint8_t { handshaking, established, failed };

  // `host`: what a client connects to, for SNI and verification unless the context names another.
  TlsSession(const TlsContext& context, std::string_view host);

  static TlsSession accepting(const TlsContext& context) { return {context, {}}; }

  void feed(Octets from_network);
  // Goes on as far as it can; call after feed().
  State handshake();
  // Plain octets that were waiting, at most 64 KiB of them, appended; false: none.
  bool read(std::vector<std::uint8_t>& plain);
  // False when the session takes no more.
  bool write(Octets plain);
  void send_close_notify();
  // Begins it; what has to be sent waits in take_output().  False: not with this version.
  bool act(TlsAct what);
  // What has to go to the network now; gone from here.
  std::vector<std::uint8_t> take_output();

  State state() const { return state_; }

  bool close_notify_received() const;

  std::optional<std::uint8_t> fatal_alert_received() const { return alarms_->fatal; }

  // We wanted to renegotiate, and the peer said no by a warning: OpenSSL then gives up.
  bool renegotiation_refused() const { return alarms_->refused; }

  // TLS 1.3, after the handshake.
  bool certificate_requested() const { return alarms_->certificate_requested; }

  // The first thing that went wrong, in OpenSSL's words; empty: nothing.
  const std::string& error() const { return error_; }

  std::string version() const;
  std::string cipher() const;
  std::string alpn() const;

 private:
  struct Alarms {
    std::optional<std::uint8_t> fatal;
    bool refused = false;
    bool established = false;
    bool certificate_requested = false;
  };

  struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };

  static void note_alert(const SSL* ssl, int where, int value);
  static void note_message(int writing,
                           int version,
                           int type,
                           const void* octets,
                           std::size_t size,
                           SSL* ssl,
                           void* alarms);
  void note_failure(int result);

  TlsContext context_;              // outlives the session's use of its callbacks
  std::unique_ptr<Alarms> alarms_;  // at a fixed address: OpenSSL keeps a pointer to it
  std::unique_ptr<SSL, Free> ssl_;
  State state_ = State::handshaking;
  std::string error_;
};

// A throw-away authority and a certificate of it for localhost, 127.0.0.1 and ::1; ECDSA P-256, a
// week.
struct Credentials {
  std::string authority_pem;
  std::string certificate_pem{};
  std::string key_pem{};
};

std::expected<Credentials, std::string> make_credentials();

}  // namespace h2assay
