#include "conformance/serve/served_connection.h"

#include <array>
#include <cerrno>
#include <ctime>
#include <string>
#include <utility>

#include <sys/socket.h>

namespace h2assay {
namespace {

constexpr std::size_t kRound = std::size_t{64} << 10;
constexpr int kRounds = 8;  // then the other connections have their turn
constexpr std::chrono::milliseconds kLinger(1000);
constexpr std::uint64_t kLingerOctets = std::uint64_t{16} << 20;
constexpr std::chrono::milliseconds kHandshake(10'000);
constexpr std::chrono::milliseconds kShutdownWait(500);

// Now, as RFC 9110, Section 5.6.7, writes it.  The program never leaves the C locale.
std::string date_of_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  return {text.data(),
          std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts)};
}

}  // namespace

ServedConnection::ServedConnection(Descriptor descriptor,
                                   std::optional<TlsSession> tls,
                                   Application application)
    : descriptor_(std::move(descriptor)),
      tls_(std::move(tls)),
      application_(std::move(application)) {
  application_.set_date(date_of_now());
}

bool ServedConnection::on_readable() {
  std::array<std::uint8_t, kRound> octets;
  const ssize_t count = ::recv(descriptor(), octets.data(), octets.size(), 0);
  if (count < 0) return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
  if (count == 0) {
    // The client sends no more; what it asked for it still gets.
    input_ended_ = true;
    return !lingering_ && pump() && wants_to_write();
  }
  last_heard_ = Clock::now();
  if (lingering_) {
    lingered_octets_ += static_cast<std::uint64_t>(count);
    return lingered_octets_ < kLingerOctets;
  }
  return receive(Octets(octets).first(static_cast<std::size_t>(count))) && pump();
}

bool ServedConnection::receive(Octets octets) {
  if (!tls_) {
    application_.receive(octets);
    return true;
  }
  tls_->feed(octets);
  const bool was_established = tls_->state() == TlsSession::State::established;
  if (tls_->handshake() == TlsSession::State::established && !was_established) {
    // RFC 9113, Section 3.2: over TLS the protocol is negotiated or it is not spoken.
    if (tls_->alpn() != "h2") return false;
  }
  std::vector<std::uint8_t> plain;
  while (tls_->read(plain)) {
    application_.receive(plain);
    plain.clear();
  }
  if (tls_->state() == TlsSession::State::failed) broken_ = true;  // our alert is still to be sent
  return !tls_->close_notify_received();
}

bool ServedConnection::on_writable() {
  if (lingering_) return true;
  return pump() && (wants_to_write() || !input_ended_);
}

bool ServedConnection::pump() {
  for (int round = 0; round < kRounds; ++round) {
    if (!flush()) return !broken_;
    unsent_.clear();
    unsent_at_ = 0;
    const bool ready = !tls_ || tls_->state() == TlsSession::State::established;
    const Octets octets = ready ? application_.data_to_send(kRound) : Octets{};
    if (tls_) {
      static_cast<void>(tls_->write(octets));
      unsent_ = tls_->take_output();
    } else {
      unsent_.assign(octets.begin(), octets.end());
    }
    more_to_send_ = !unsent_.empty();
    if (more_to_send_) continue;
    if (broken_) return false;
    if (ready && application_.finished()) linger();
    return true;
  }
  return true;
}

bool ServedConnection::flush() {
  while (unsent_at_ < unsent_.size()) {
    const ssize_t count = ::send(
        descriptor(), unsent_.data() + unsent_at_, unsent_.size() - unsent_at_, MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      broken_ = broken_ || (errno != EAGAIN && errno != EWOULDBLOCK);
      return false;
    }
    unsent_at_ += static_cast<std::size_t>(count);
  }
  return true;
}

// Closing with octets unread would make a reset that can destroy our GOAWAY on its way.
void ServedConnection::linger() {
  if (lingering_) return;
  lingering_ = true;
  more_to_send_ = false;
  deadline_ = within(kLinger);
  if (tls_) {
    tls_->send_close_notify();
    unsent_ = tls_->take_output();
    unsent_at_ = 0;
    static_cast<void>(flush());
    unsent_at_ = unsent_.size();
  }
  ::shutdown(descriptor(), SHUT_WR);
}

bool ServedConnection::on_tick(std::chrono::milliseconds elapsed,
                               std::chrono::milliseconds idle_timeout) {
  const Deadline now = Clock::now();
  if (lingering_) return now < deadline_;
  if (tls_ && tls_->state() == TlsSession::State::handshaking)
    return now < last_heard_ + kHandshake;
  application_.advance(static_cast<std::uint64_t>(elapsed.count()));
  application_.set_date(date_of_now());
  if (shutting_down_ && now >= deadline_) application_.finish_shutdown();
  if (now >= last_heard_ + idle_timeout) {
    if (now >= last_heard_ + idle_timeout + kLinger) return false;
    return shut_down();
  }
  return on_writable();
}

bool ServedConnection::shut_down() {
  if (lingering_) return true;
  if (tls_ && tls_->state() != TlsSession::State::established) return false;
  if (!shutting_down_) deadline_ = within(kShutdownWait);
  shutting_down_ = true;
  application_.begin_shutdown();
  return pump();
}

}  // namespace h2assay
