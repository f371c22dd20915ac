#include "conformance/peers/launched_peer.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "conformance/peers/socket.h"

namespace h2assay {
namespace {

constexpr std::chrono::milliseconds kRetry(10);
constexpr std::size_t kLinesToShow = 20;

std::string last_lines(const std::string& text) {
  std::size_t at = text.size();
  for (std::size_t lines = 0; at > 0; --at) {
    if (text[at - 1] == '\n' && at != text.size() && ++lines == kLinesToShow) break;
  }
  return text.substr(at);
}

std::string how_it_ended(const Condition& condition) {
  if (condition.kind == Condition::Kind::exited) {
    return "ended with status " + std::to_string(condition.code);
  }
  return "was ended by signal " + std::to_string(condition.code);
}

OpenFailure not_running(const Process& process, const std::string& what) {
  const std::string written = last_lines(process.standard_error() + process.standard_output());
  return {OpenFailure::Kind::not_running, 0, written.empty() ? what : what + ":\n" + written};
}

}  // namespace

std::uint16_t free_port(const std::string& host) {
  const auto listener = listen_on({host, 0});
  return listener ? local_address(listener->number()).port() : std::uint16_t{0};
}

std::expected<std::unique_ptr<LaunchedPeer>, OpenFailure> LaunchedPeer::start(
    LaunchOptions options) {
  const Deadline deadline = within(options.start_timeout);
  std::unique_ptr<LaunchedPeer> peer(new LaunchedPeer(std::move(options)));
  if (auto failure = peer->bring_up(deadline)) return std::unexpected(*std::move(failure));
  return peer;
}

std::optional<OpenFailure> LaunchedPeer::bring_up(Deadline deadline) {
  const Target target{options_.host, options_.port.value_or(free_port(options_.host))};
  const std::string port = std::to_string(target.port);
  const std::string url = scheme() + "://" + target.authority() + '/';
  ChildCommand command = filled_in(
      options_.command,
      {{"port", port}, {"host", target.host}, {"authority", target.authority()}, {"url", url}});
  command.environment.insert(command.environment.end(),
                             {{"H2ASSAY_PORT", port},
                              {"H2ASSAY_HOST", target.host},
                              {"H2ASSAY_AUTHORITY", target.authority()},
                              {"H2ASSAY_URL", url}});
  auto network = NetworkPeer::make(target, options_.tls, {});
  if (!network) return std::move(network).error();
  const auto addresses = resolve(target);
  if (!addresses) return addresses.error();
  auto started = Process::start(command);
  if (!started) return OpenFailure{OpenFailure::Kind::not_running, 0, std::move(started).error()};
  auto process = std::make_shared<Process>(*std::move(started));
  while (!connect_to(*addresses, std::min(deadline, within(std::chrono::seconds(1))))) {
    const Condition condition = process->condition();
    // A command that leaves in peace may have made itself a daemon.
    const bool in_peace = condition.kind == Condition::Kind::exited && condition.code == 0;
    if (condition.kind != Condition::Kind::running && !in_peace)
      return not_running(*process, "the command " + how_it_ended(condition));
    if (Clock::now() >= deadline) {
      return not_running(*process, "the command does not listen on " + target.authority());
    }
    std::this_thread::sleep_for(kRetry);
  }
  const std::scoped_lock lock(mutex_);
  process_ = std::move(process);
  network_ = std::make_shared<NetworkPeer>(*std::move(network));
  return {};
}

std::shared_ptr<NetworkPeer> LaunchedPeer::network() const {
  const std::scoped_lock lock(mutex_);
  return network_;
}

// Where nobody listens because the command has ended, that is what is told.
Opened LaunchedPeer::explained(Opened opened) {
  if (!opened && opened.error().kind == OpenFailure::Kind::refused) {
    const Condition now = condition();
    if (now.kind == Condition::Kind::exited || now.kind == Condition::Kind::killed) {
      opened.error().kind = OpenFailure::Kind::not_running;
      opened.error().text = "the command " + how_it_ended(now);
    }
  }
  return opened;
}

Opened LaunchedPeer::open(Deadline deadline) { return explained(network()->open(deadline)); }

Opened LaunchedPeer::open_tls(const TlsWishes& wishes, Deadline deadline) {
  return explained(network()->open_tls(wishes, deadline));
}

std::string LaunchedPeer::describe() const { return to_string(options_.command); }

std::string LaunchedPeer::authority() const {
  const std::scoped_lock lock(mutex_);
  return network_->authority();
}

Condition LaunchedPeer::condition() {
  const std::scoped_lock lock(mutex_);
  return process_->condition();
}

bool LaunchedPeer::restart(Deadline deadline) {
  terminate();
  return !bring_up(deadline);
}

std::string LaunchedPeer::standard_output() const {
  const std::scoped_lock lock(mutex_);
  return process_->standard_output();
}

std::string LaunchedPeer::standard_error() const {
  const std::scoped_lock lock(mutex_);
  return process_->standard_error();
}

void LaunchedPeer::terminate() {
  const std::scoped_lock lock(mutex_);
  process_->terminate();
}

}  // namespace h2assay
