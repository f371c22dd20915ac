#pragma once
// The reference server: the reference application on TCP or TLS sockets, many connections, one
// thread.

#include <chrono>
#include <cstdint>
#include <expected>
#include <iosfwd>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "engine/habits/habits.h"
#include "engine/options.h"

namespace h2assay {

struct ServeOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;          // 0: a free one
  bool tls = false;                // TLS 1.2 and 1.3, ALPN h2; otherwise prior knowledge
  std::string certificate_file{};  // PEM, with key_file; neither: made at the start
  std::string key_file{};
  Options engine = default_engine();
  std::vector<const HabitRow*> habits{};            // of every connection
  std::size_t max_connections = 1000;               // further ones wait to be accepted
  std::chrono::milliseconds idle_timeout{120'000};  // nothing received: a graceful shutdown
  std::chrono::milliseconds shutdown_timeout{5'000};

  // What the server announces unless it is told otherwise: extended CONNECT is on.
  static Options default_engine();
};

// "INITIAL_WINDOW_SIZE=100,0x4d=7": into the first SETTINGS frame.  The error is one line for
// people.
std::expected<void, std::string> add_settings(std::string_view text, InitialSettings& settings);
// A rule, as parse_quirk() takes it.
std::expected<void, std::string> add_quirk(std::string_view text, Quirks& quirks);
// The same, or the name of a habit that a server can have.
std::expected<void, std::string> add_quirk(std::string_view text, ServeOptions& options);

class Server {
 public:
  // Listens.  The error is one line for people.
  static std::expected<std::unique_ptr<Server>, std::string> make(const ServeOptions& options);
  ~Server();

  std::uint16_t port() const;
  std::string authority() const;  // "127.0.0.1:8443"
  // The certificate authority that a client has to trust; empty: TLS is off or the files were
  // given.
  const std::string& certificate_authority() const;

  // Serves until told to stop, then shuts down gracefully: two GOAWAYs on each connection, and at
  // most shutdown_timeout for what is under way.
  void run(std::stop_token stop);
  // The same; stops when the descriptor becomes readable, at once when it does so again.
  void run(int stop_descriptor);

  std::uint64_t requests()
      const;  // answered or begun so far; for a thread that has seen run() return

 private:
  class Loop;
  explicit Server(std::unique_ptr<Loop> loop);
  std::unique_ptr<Loop> loop_;
};

// `h2assay serve`: prints "listening on 127.0.0.1:PORT", serves until SIGTERM or SIGINT.  The exit
// code: 0, or 2 when it cannot listen or the keys are unusable.
int serve(const ServeOptions& options, std::ostream& out, std::ostream& err);

// What --help says below the options: the paths, and the habits.
std::string serve_help();

}  // namespace h2assay
