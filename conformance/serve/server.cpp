#include "conformance/serve/server.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <optional>
#include <ranges>
#include <unordered_map>
#include <utility>
#include <vector>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "conformance/peers/socket.h"
#include "conformance/peers/tls.h"
#include "conformance/serve/served_connection.h"

namespace h2assay {
namespace {

constexpr std::chrono::milliseconds kTick(250);
constexpr std::size_t kEventsAtOnce = 64;

// An eventfd's number or a signalfd's records: that they came is all that matters.
void drain(int descriptor) {
  std::array<std::uint8_t, 512> octets{};
  static_cast<void>(::read(descriptor, octets.data(), octets.size()) > 0);
}

std::expected<std::string, std::string> text_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::unexpected(path + ": cannot be read");
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace

class Server::Loop {
 public:
  Loop(ServeOptions options,
       Descriptor listener,
       std::optional<TlsContext> tls,
       std::string certificate_authority)
      : options_(std::move(options)),
        listener_(std::move(listener)),
        tls_(std::move(tls)),
        certificate_authority_(std::move(certificate_authority)) {
    port_ = local_address(listener_.number()).port();
    authority_ = to_string(local_address(listener_.number()));
  }

  void run(int stop_descriptor);

  std::uint16_t port() const { return port_; }

  const std::string& authority() const { return authority_; }

  const std::string& certificate_authority() const { return certificate_authority_; }

  std::uint64_t requests() const {
    std::uint64_t sum = requests_;
    for (const auto& [descriptor, connection] : connections_) sum += connection.requests();
    return sum;
  }

 private:
  void watch(int descriptor, int operation, std::uint32_t events) const;
  void accept_all();
  void serve(int descriptor, std::uint32_t events);
  void settle(int descriptor, ServedConnection& connection, bool alive);
  void tick(std::chrono::milliseconds elapsed);
  void begin_shutdown();
  std::vector<int> descriptors() const;
  void listen(bool wanted);

  const ServeOptions options_;
  Descriptor listener_;
  std::optional<TlsContext> tls_;
  std::string certificate_authority_;
  Descriptor epoll_{::epoll_create1(EPOLL_CLOEXEC)};
  std::unordered_map<int, ServedConnection> connections_;
  std::uint16_t port_ = 0;
  std::string authority_;
  std::uint64_t requests_ = 0;  // of connections that are over
  bool listening_ = false;
  bool stopping_ = false;
};

void Server::Loop::watch(int descriptor, int operation, std::uint32_t events) const {
  epoll_event event{};
  event.events = events;
  event.data.fd = descriptor;
  ::epoll_ctl(epoll_.number(), operation, descriptor, &event);
}

void Server::Loop::listen(bool wanted) {
  if (wanted == listening_ || !listener_) return;
  listening_ = wanted;
  watch(listener_.number(), wanted ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, EPOLLIN);
}

void Server::Loop::accept_all() {
  while (connections_.size() < options_.max_connections) {
    Descriptor accepted = accept_from(listener_.number(), Clock::now());
    if (!accepted) {
      // Out of descriptors: the next tick looks again.
      if (errno == EMFILE || errno == ENFILE) break;
      return;
    }
    const int descriptor = accepted.number();
    std::optional<TlsSession> session;
    if (tls_) session.emplace(TlsSession::accepting(*tls_));
    const auto [at, added] =
        connections_.try_emplace(descriptor,
                                 std::move(accepted),
                                 std::move(session),
                                 Application(options_.engine, options_.habits));
    watch(descriptor, EPOLL_CTL_ADD, EPOLLIN);
    settle(descriptor, at->second, at->second.on_writable());
  }
  listen(false);
}

void Server::Loop::serve(int descriptor, std::uint32_t events) {
  const auto at = connections_.find(descriptor);
  if (at == connections_.end()) return;
  ServedConnection& connection = at->second;
  const bool hung_up = (events & (EPOLLHUP | EPOLLERR)) != 0;
  bool alive = !hung_up || connection.wants_to_read();
  if (alive && (events & EPOLLOUT) != 0) alive = connection.on_writable();
  if (alive && ((events & EPOLLIN) != 0 || hung_up)) alive = connection.on_readable();
  settle(descriptor, connection, alive);
}

void Server::Loop::settle(int descriptor, ServedConnection& connection, bool alive) {
  if (alive) {
    const std::uint32_t in = connection.wants_to_read() ? std::uint32_t{EPOLLIN} : 0U;
    const std::uint32_t out = connection.wants_to_write() ? std::uint32_t{EPOLLOUT} : 0U;
    watch(descriptor, EPOLL_CTL_MOD, in | out);
    return;
  }
  requests_ += connection.requests();
  connections_.erase(descriptor);
  listen(!stopping_);
}

// A copy of the keys: a connection may go while all are served.
std::vector<int> Server::Loop::descriptors() const {
  const auto keys = std::views::keys(connections_);
  return {keys.begin(), keys.end()};
}

void Server::Loop::tick(std::chrono::milliseconds elapsed) {
  for (const int descriptor : descriptors()) {
    ServedConnection& connection = connections_.at(descriptor);
    settle(descriptor, connection, connection.on_tick(elapsed, options_.idle_timeout));
  }
  listen(!stopping_ && connections_.size() < options_.max_connections);
}

void Server::Loop::begin_shutdown() {
  stopping_ = true;
  listen(false);
  listener_.reset();
  for (const int descriptor : descriptors()) {
    ServedConnection& connection = connections_.at(descriptor);
    settle(descriptor, connection, connection.shut_down());
  }
}

void Server::Loop::run(int stop_descriptor) {
  watch(stop_descriptor, EPOLL_CTL_ADD, EPOLLIN);
  listen(true);
  std::array<epoll_event, kEventsAtOnce> events{};
  Deadline last_tick = Clock::now();
  Deadline give_up = Deadline::max();
  while (!stopping_ || (!connections_.empty() && Clock::now() < give_up)) {
    const int count = ::epoll_wait(epoll_.number(),
                                   events.data(),
                                   static_cast<int>(events.size()),
                                   static_cast<int>(kTick.count()));
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      if (event.data.fd == stop_descriptor) {
        drain(stop_descriptor);
        if (stopping_) give_up = Clock::now();  // told twice
        if (!stopping_) {
          give_up = within(options_.shutdown_timeout);
          begin_shutdown();
        }
      } else if (listener_ && event.data.fd == listener_.number()) {
        accept_all();
      } else {
        serve(event.data.fd, event.events);
      }
    }
    const auto elapsed =
        std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - last_tick);
    if (elapsed < kTick) continue;
    last_tick = Clock::now();
    tick(elapsed);
  }
  requests_ = requests();
  connections_.clear();
  watch(stop_descriptor, EPOLL_CTL_DEL, 0);
}

Server::Server(std::unique_ptr<Loop> loop) : loop_(std::move(loop)) {}

Server::~Server() = default;

std::expected<std::unique_ptr<Server>, std::string> Server::make(const ServeOptions& options) {
  std::optional<TlsContext> tls;
  std::string certificate_authority;
  if (options.tls) {
    TlsServerOptions tls_options;
    if (options.certificate_file.empty()) {
      auto made = make_credentials();
      if (!made) return std::unexpected(std::move(made).error());
      tls_options.certificate_pem = made->certificate_pem;
      tls_options.key_pem = made->key_pem;
      certificate_authority = made->authority_pem;
    } else {
      auto certificate = text_of_file(options.certificate_file);
      if (!certificate) return std::unexpected(std::move(certificate).error());
      // Both may stand in one file.
      auto key =
          text_of_file(options.key_file.empty() ? options.certificate_file : options.key_file);
      if (!key) return std::unexpected(std::move(key).error());
      tls_options.certificate_pem = *std::move(certificate);
      tls_options.key_pem = *std::move(key);
    }
    auto context = TlsContext::server(tls_options);
    if (!context) return std::unexpected(std::move(context).error());
    tls = *std::move(context);
  }
  auto listener = listen_on({options.host, options.port});
  if (!listener) return std::unexpected(std::move(listener).error().text);
  return std::unique_ptr<Server>(new Server(std::make_unique<Loop>(
      options, *std::move(listener), std::move(tls), std::move(certificate_authority))));
}

std::uint16_t Server::port() const { return loop_->port(); }

std::string Server::authority() const { return loop_->authority(); }

const std::string& Server::certificate_authority() const { return loop_->certificate_authority(); }

std::uint64_t Server::requests() const { return loop_->requests(); }

void Server::run(int stop_descriptor) { loop_->run(stop_descriptor); }

void Server::run(std::stop_token stop) {
  const Descriptor told(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  const std::stop_callback tell(std::move(stop), [&told] {
    const std::uint64_t one = 1;
    static_cast<void>(::write(told.number(), &one, sizeof one) == sizeof one);
  });
  loop_->run(told.number());
}

}  // namespace h2assay
