#include "conformance/cli/target.h"

#include <cstdlib>
#include <thread>

#include <fmt/format.h>

#include "conformance/peers/launched_peer.h"
#include "conformance/peers/network_peer.h"
#include "conformance/results/escape.h"
#include "conformance/serve/server.h"

namespace h2assay {

namespace {

// The reference server on a loopback port of this process.
class BuiltInPeer final : public Peer {
 public:
  BuiltInPeer(std::unique_ptr<Server> server, NetworkPeer network)
      : server_(std::move(server)),
        network_(std::move(network)),
        thread_([this](const std::stop_token& stop) { server_->run(stop); }) {}

  Opened open(Deadline deadline) override { return network_.open(deadline); }

  Opened open_tls(const TlsWishes& wishes, Deadline deadline) override {
    return network_.open_tls(wishes, deadline);
  }

  std::string describe() const override { return "the built-in reference server"; }

  std::string authority() const override { return network_.authority(); }

  std::string scheme() const override { return network_.scheme(); }

 private:
  std::unique_ptr<Server> server_;
  NetworkPeer network_;
  std::jthread thread_;  // last: it ends before what it uses
};

std::unexpected<TargetFailure> failure(Exit code, std::string text) {
  return std::unexpected(TargetFailure{.code = code, .text = std::move(text)});
}

std::unexpected<TargetFailure> failure(const OpenFailure& from) {
  const bool forbidden = from.kind == OpenFailure::Kind::forbidden;
  return failure(forbidden ? Exit::usage : Exit::not_reachable, printable(from.text));
}

ReachPolicy policy(const ServerRun& options) {
  const char* allowed = std::getenv("H2ASSAY_I_MAY_TEST_THIS_HOST");
  const bool by_environment = allowed != nullptr && std::string_view(allowed) == "1";
  return {.i_may_test_this_host = options.i_may_test_this_host || by_environment,
          .intrusive = options.abuse};
}

std::expected<ChosenTarget, TargetFailure> built_in(const ServerRun& options) {
  if (options.tls) return failure(Exit::usage, "--tls needs a target: HOST:PORT or -- COMMAND");
  auto server = Server::make(ServeOptions{});
  if (!server) return failure(Exit::our_fault, server.error());
  auto network = NetworkPeer::make(
      {.host = "127.0.0.1", .port = (*server)->port()}, std::nullopt, policy(options));
  if (!network) return failure(network.error());
  return ChosenTarget{std::make_unique<BuiltInPeer>(std::move(*server), std::move(*network)),
                      {"tcp"}};
}

}  // namespace

std::expected<ChosenTarget, TargetFailure> choose_target(const ServerRun& options) {
  std::optional<TlsContext> tls;
  if (options.tls) {
    auto context = TlsContext::client(options.tls_options);
    if (!context) return failure(Exit::usage, context.error());
    tls = std::move(*context);
  }
  if (!options.command.empty()) {
    LaunchOptions launch;
    launch.command.arguments = options.command;
    launch.tls = std::move(tls);
    launch.start_timeout = options.start_timeout;
    if (!options.target.empty()) {
      const auto target = parse_target(options.target);
      if (!target) return failure(Exit::usage, target.error());
      launch.host = target->host;
      if (target->port != 0) launch.port = target->port;
    }
    auto peer = LaunchedPeer::start(std::move(launch));
    if (!peer) return failure(peer.error());
    return ChosenTarget{std::move(*peer), {"launched", options.tls ? "tls" : "tcp"}};
  }
  if (options.target.empty()) return built_in(options);
  const auto target = parse_target(options.target, options.tls ? 443 : 80);
  if (!target) return failure(Exit::usage, target.error());
  auto peer = NetworkPeer::make(*target, std::move(tls), policy(options));
  if (!peer) return failure(peer.error());
  return ChosenTarget{std::make_unique<NetworkPeer>(std::move(*peer)),
                      {options.tls ? "tls" : "tcp"}};
}

}  // namespace h2assay
