#pragma once
// Descriptors, listening, and the octets of one TCP connection with an exact account of its end.

#include <cstdint>
#include <expected>
#include <utility>
#include <vector>

#include "conformance/peers/peer.h"
#include "conformance/peers/target.h"

namespace h2assay {

// Owns a file descriptor.
class Descriptor {
 public:
  Descriptor() = default;

  explicit Descriptor(int number) : number_(number) {}

  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}

  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }

  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  ~Descriptor() { reset(); }

  void reset();

  int number() const { return number_; }

  explicit operator bool() const { return number_ >= 0; }

 private:
  int number_ = -1;
};

// poll() on one descriptor until the deadline: what is ready, 0 when time is up.
short wait_for(int descriptor, short what, Deadline deadline);

// The text of an errno, safe in threads.
std::string error_text(int error_number);

// Connects to the first address that answers; non-blocking, TCP_NODELAY.
std::expected<Descriptor, OpenFailure> connect_to(const std::vector<Address>& addresses,
                                                  Deadline deadline);

// A listening socket, non-blocking.  Port 0: the system chooses, local_address() tells.
std::expected<Descriptor, OpenFailure> listen_on(const Target& target);

// A connection that waits, non-blocking; nothing when time is up.
Descriptor accept_from(int listener, Deadline deadline);

Address local_address(int descriptor);
Address peer_address(int descriptor);

// The octets of a TCP connection.  What it knows of the end is kept apart by direction: a write
// that fails does not stop reading, and does not turn a reset into a FIN.
class SocketStream {
 public:
  explicit SocketStream(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

  Written write(Octets octets, Deadline deadline);
  Arrival read(Deadline deadline);
  void half_close();
  void close();
  void reset();

  int descriptor() const { return descriptor_.number(); }

  // What waits to be read without asking the system.
  bool has_pending() const { return !pending_.empty(); }

 private:
  bool receive();  // one recv() into pending_; true when there is something new to tell
  void note_end(End end, int error_number);

  Descriptor descriptor_;
  std::vector<std::uint8_t> pending_;    // arrived while we wrote
  std::vector<std::uint8_t> delivered_;  // what the last read handed out
  bool ended_ = false;                   // nothing more will arrive
  bool write_failed_ = false;
  int reset_errno_ = 0;  // a write saw the reset first; the read that runs dry reports it
  bool we_ended_ = false;
  Closed closed_{};
};

}  // namespace h2assay
