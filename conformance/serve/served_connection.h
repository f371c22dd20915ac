#pragma once
// One connection of the reference server: socket, TLS where wanted, application.

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "conformance/peers/socket.h"
#include "conformance/peers/tls.h"
#include "conformance/serve/application.h"

namespace h2assay {

class ServedConnection {
 public:
  ServedConnection(Descriptor descriptor, std::optional<TlsSession> tls, Application application);

  // Reads once, answers, writes as much as the system takes.  False: the connection is over.
  [[nodiscard]] bool on_readable();
  [[nodiscard]] bool on_writable();
  // Time went by.  False: the connection is over.
  [[nodiscard]] bool on_tick(std::chrono::milliseconds elapsed,
                             std::chrono::milliseconds idle_timeout);
  // The server shuts down; false as above.
  [[nodiscard]] bool shut_down();

  bool wants_to_read() const { return !input_ended_; }

  bool wants_to_write() const { return unsent_at_ < unsent_.size() || more_to_send_; }

  int descriptor() const { return descriptor_.number(); }

  std::uint64_t requests() const { return application_.requests(); }

 private:
  bool receive(Octets octets);
  bool pump();    // moves what the application has to say into the socket
  bool flush();   // false: the socket takes no more for now
  void linger();  // we have said all: FIN, then wait for the client's

  Descriptor descriptor_;
  std::optional<TlsSession> tls_;
  Application application_;
  std::vector<std::uint8_t> unsent_;  // at most one round of pump(), and TLS's overhead
  std::size_t unsent_at_ = 0;
  bool more_to_send_ = false;
  bool broken_ = false;
  bool input_ended_ = false;
  bool lingering_ = false;
  bool shutting_down_ = false;
  std::uint64_t lingered_octets_ = 0;
  Deadline last_heard_ = Clock::now();
  Deadline deadline_{};  // of lingering, or of the client's answer to a shutdown
};

}  // namespace h2assay
