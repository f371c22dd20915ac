#pragma once
// The child that stands between us and a command: see process.h.  Its two sides share the memory
// below.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

namespace h2assay {

// The last octets of a stream.  One writer; a reader in another process may catch it in the middle
// and then sees a few octets of the next round: good enough for text that people read.
class OutputRing {
 public:
  void append(const char* octets, std::size_t count);
  std::string text() const;

 private:
  static constexpr std::size_t kSize = std::size_t{64} << 10;
  std::atomic<std::uint64_t> written_ = 0;
  std::array<char, kSize> octets_{};
};

struct Supervised {
  enum class State : int { starting, cannot_start, running, exited, killed };
  std::atomic<State> state = State::starting;
  std::atomic<int> code = 0;  // errno, exit status or signal, as the state says
  std::atomic<int> process_id = 0;
  OutputRing standard_output;
  OutputRing standard_error;
};

// What the supervisor needs, prepared before fork(): nothing may allocate behind it.
struct SupervisorTask {
  char** arguments = nullptr;  // as execvpe() wants them
  char** environment = nullptr;
  int lifeline = -1;  // reads the end when we say so, or are no more
  Supervised* shared = nullptr;
};

// Never returns.  Only calls that are safe behind fork() in a program with threads.
[[noreturn]] void supervise(const SupervisorTask& task);

}  // namespace h2assay
