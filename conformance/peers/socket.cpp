#include "conformance/peers/socket.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace h2assay {
namespace {

// What may pile up while we write.  A peer that sends more than this without reading a word of ours
// waits for the next read.
constexpr std::size_t kMaxPending = std::size_t{16} << 20;
constexpr std::size_t kReadSize = std::size_t{64} << 10;

int milliseconds_until(Deadline deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
  return static_cast<int>(std::clamp<long long>(left, 0, 1 << 30));
}

void set_no_delay(int descriptor) {
  const int on = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

OpenFailure failure_of(int error_number, const Address& address) {
  auto kind = OpenFailure::Kind::unreachable;
  if (error_number == ECONNREFUSED) kind = OpenFailure::Kind::refused;
  if (error_number == ETIMEDOUT) kind = OpenFailure::Kind::timed_out;
  return {kind, error_number, to_string(address) + ": " + error_text(error_number)};
}

std::expected<Descriptor, OpenFailure> connect_one(const Address& address, Deadline deadline) {
  Descriptor descriptor(
      ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!descriptor) return std::unexpected(failure_of(errno, address));
  int error = 0;
  if (::connect(descriptor.number(), address.data(), address.length) != 0) error = errno;
  if (error == EINPROGRESS) {
    if (wait_for(descriptor.number(), POLLOUT, deadline) == 0) {
      return std::unexpected(failure_of(ETIMEDOUT, address));
    }
    socklen_t size = sizeof error;
    getsockopt(descriptor.number(), SOL_SOCKET, SO_ERROR, &error, &size);
  }
  if (error != 0) return std::unexpected(failure_of(error, address));
  // A connection to oneself: the kernel picked the very port that nobody listens on.
  if (to_string(local_address(descriptor.number())) == to_string(address)) {
    return std::unexpected(failure_of(ECONNREFUSED, address));
  }
  set_no_delay(descriptor.number());
  return descriptor;
}

}  // namespace

void Descriptor::reset() {
  if (number_ >= 0) ::close(number_);
  number_ = -1;
}

short wait_for(int descriptor, short what, Deadline deadline) {
  while (true) {
    pollfd entry{descriptor, what, 0};
    const int ready = ::poll(&entry, 1, milliseconds_until(deadline));
    if (ready > 0) return entry.revents;
    if (ready == 0 && Clock::now() >= deadline) return 0;
    if (ready < 0 && errno != EINTR) return POLLERR;
  }
}

std::string error_text(int error_number) { return std::system_category().message(error_number); }

std::expected<Descriptor, OpenFailure> connect_to(const std::vector<Address>& addresses,
                                                  Deadline deadline) {
  OpenFailure last{OpenFailure::Kind::unreachable, 0, "no address"};
  for (const Address& address : addresses) {
    auto connected = connect_one(address, deadline);
    if (connected) return connected;
    last = std::move(connected).error();
  }
  return std::unexpected(std::move(last));
}

std::expected<Descriptor, OpenFailure> listen_on(const Target& target) {
  const auto addresses = resolve(target);
  if (!addresses) return std::unexpected(addresses.error());
  const Address& address = addresses->front();
  Descriptor descriptor(
      ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!descriptor) return std::unexpected(failure_of(errno, address));
  const int on = 1;
  setsockopt(descriptor.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(descriptor.number(), address.data(), address.length) != 0 ||
      ::listen(descriptor.number(), SOMAXCONN) != 0) {
    return std::unexpected(failure_of(errno, address));
  }
  return descriptor;
}

Descriptor accept_from(int listener, Deadline deadline) {
  while (true) {
    Descriptor accepted(::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (accepted) {
      set_no_delay(accepted.number());
      return accepted;
    }
    // Out of descriptors: the caller decides whether to try again.
    if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR && errno != ECONNABORTED)
      return {};
    if (wait_for(listener, POLLIN, deadline) == 0) return {};
  }
}

Address local_address(int descriptor) {
  Address address;
  address.length = sizeof address.storage;
  getsockname(descriptor, address.data(), &address.length);
  return address;
}

Address peer_address(int descriptor) {
  Address address;
  address.length = sizeof address.storage;
  getpeername(descriptor, address.data(), &address.length);
  return address;
}

void SocketStream::note_end(End end, int error_number) {
  if (ended_) return;
  ended_ = true;
  closed_.end = end;
  closed_.by = we_ended_ ? Actor::us : Actor::peer;
  closed_.error_number = error_number;
}

bool SocketStream::receive() {
  const std::size_t before = pending_.size();
  pending_.resize(before + kReadSize);
  const ssize_t count = ::recv(descriptor_.number(), pending_.data() + before, kReadSize, 0);
  const int error = errno;
  pending_.resize(before + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  if (count > 0) return true;
  if (count == 0) {
    // A write that failed has used up the reset; without that note this would look like a FIN.
    note_end(reset_errno_ != 0 ? End::rst : End::fin, reset_errno_);
    return true;
  }
  if (error == EAGAIN || error == EWOULDBLOCK || error == EINTR) return false;
  // Linux says EPIPE where the reset came after the peer's FIN: the FIN was first.
  note_end(error == EPIPE ? End::fin : End::rst, error == EPIPE ? 0 : error);
  return true;
}

Written SocketStream::write(Octets octets, Deadline deadline) {
  Written result;
  if (!descriptor_ || write_failed_) {
    result.closed = true;
    return result;
  }
  while (result.octets < octets.size()) {
    const Octets rest = octets.subspan(result.octets);
    const ssize_t count = ::send(descriptor_.number(), rest.data(), rest.size(), MSG_NOSIGNAL);
    if (count >= 0) {
      result.octets += static_cast<std::size_t>(count);
      continue;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) {
      if (errno != EPIPE) reset_errno_ = errno;
      write_failed_ = true;
      result.closed = true;
      return result;
    }
    const bool readable = !ended_ && pending_.size() < kMaxPending;
    const short ready =
        wait_for(descriptor_.number(), readable ? POLLIN | POLLOUT : POLLOUT, deadline);
    if (ready == 0) {
      result.timed_out = true;
      return result;
    }
    if (readable && (ready & POLLIN) != 0) receive();
  }
  return result;
}

Arrival SocketStream::read(Deadline deadline) {
  Arrival arrival;
  while (pending_.empty() && !ended_ && descriptor_) {
    if (receive()) continue;
    if (wait_for(descriptor_.number(), POLLIN, deadline) == 0) return arrival;
  }
  if (!pending_.empty()) {
    delivered_.swap(pending_);
    pending_.clear();
    arrival.kind = Arrival::Kind::octets;
    arrival.octets = delivered_;
    return arrival;
  }
  arrival.kind = Arrival::Kind::closed;
  arrival.closed = closed_;
  return arrival;
}

void SocketStream::half_close() {
  if (!descriptor_) return;
  if (!ended_) we_ended_ = true;
  ::shutdown(descriptor_.number(), SHUT_WR);
  write_failed_ = true;
}

void SocketStream::close() {
  if (!descriptor_) return;
  half_close();
  // Unread octets would make the kernel send RST in place of the FIN.
  for (int round = 0; round < 64 && !ended_ && receive(); ++round) pending_.clear();
  note_end(End::fin, 0);
  descriptor_.reset();
}

void SocketStream::reset() {
  if (!descriptor_) return;
  if (!ended_) we_ended_ = true;
  const linger abort{1, 0};
  setsockopt(descriptor_.number(), SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
  note_end(End::rst, 0);
  descriptor_.reset();
}

}  // namespace h2assay
