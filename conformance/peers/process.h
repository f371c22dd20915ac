#pragma once
// A command that we started: its own process group, its output kept within bounds, its end known,
// and nothing of it left behind, even when we are killed.

#include <chrono>
#include <expected>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "conformance/peers/peer.h"

namespace h2assay {

struct ChildCommand {
  std::vector<std::string> arguments{};  // the program first, looked up in PATH; never a shell line
  std::vector<std::pair<std::string, std::string>> environment{};  // added to ours
};

// Fills in {name} everywhere in the arguments; what is not named stays as it is.
ChildCommand filled_in(ChildCommand command,
                       const std::vector<std::pair<std::string, std::string>>& values);

// The command as a person would type it.
std::string to_string(const ChildCommand& command);

// Between us and the command stands a supervisor, a child that does nothing but read what the
// command writes, note how it ends, and end its whole group (SIGTERM, two seconds, SIGKILL) when we
// say so or are no more.
class Process {
 public:
  // The error is one line for people: the command cannot be started.
  static std::expected<Process, std::string> start(const ChildCommand& command);
  Process(const Process&) = delete;  // one owner ends it
  Process& operator=(const Process&) = delete;
  Process(Process&&) noexcept;
  Process& operator=(Process&&) noexcept;
  ~Process();  // ends it

  Condition condition() const;
  // Waits until the command has ended; false when time is up.
  bool wait(Deadline deadline) const;
  // Ends the whole group and waits for that; condition() then tells how the command ended.
  void terminate();

  // The last 64 KiB of each stream.
  std::string standard_output() const;
  std::string standard_error() const;

 private:
  struct Shared;
  struct Handle;
  explicit Process(std::unique_ptr<Handle> handle);
  std::unique_ptr<Handle> handle_;
};

}  // namespace h2assay
