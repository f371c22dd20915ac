#pragma once
// A server that we start: a command with {port} in it, up when it listens, ended with us.

#include <chrono>
#include <expected>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "conformance/peers/network_peer.h"
#include "conformance/peers/process.h"

namespace h2assay {

struct LaunchOptions {
  ChildCommand command{};  // {port} {host} {authority} {url} are filled in; also H2ASSAY_PORT …
  std::string host = "127.0.0.1";
  std::optional<std::uint16_t> port{};  // none: a free one, anew at each start
  std::optional<TlsContext> tls{};
  std::chrono::milliseconds start_timeout{10'000};
};

// A port of this host that nobody listens on at the moment; 0: none to be had.
std::uint16_t free_port(const std::string& host);

class LaunchedPeer final : public Peer {
 public:
  // Starts the command and waits until it accepts connections.  A command that ends first, or does
  // not listen in time, is `not_running`; the text holds the last lines that it wrote.
  static std::expected<std::unique_ptr<LaunchedPeer>, OpenFailure> start(LaunchOptions options);

  Opened open(Deadline deadline) override;
  Opened open_tls(const TlsWishes& wishes, Deadline deadline) override;
  std::string describe() const override;
  std::string authority() const override;

  std::string scheme() const override { return options_.tls ? "https" : "http"; }

  Condition condition() override;
  bool restart(Deadline deadline) override;
  std::string standard_output() const override;
  std::string standard_error() const override;
  // Ends the command and everything it started.
  void terminate();

 private:
  explicit LaunchedPeer(LaunchOptions options) : options_(std::move(options)) {}

  std::optional<OpenFailure> bring_up(Deadline deadline);
  std::shared_ptr<NetworkPeer> network() const;
  Opened explained(Opened opened);

  const LaunchOptions options_;
  mutable std::mutex mutex_;  // guards what a restart replaces
  std::shared_ptr<Process> process_;
  std::shared_ptr<NetworkPeer> network_;
};

}  // namespace h2assay
