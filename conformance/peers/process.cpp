#include "conformance/peers/process.h"

#include <algorithm>
#include <cerrno>
#include <new>
#include <thread>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conformance/peers/socket.h"
#include "conformance/peers/supervisor.h"

namespace h2assay {
namespace {

constexpr std::chrono::milliseconds kTick(2);

struct Unmap {
  void operator()(Supervised* shared) const {
    shared->~Supervised();
    munmap(shared, sizeof *shared);
  }
};

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> environment_with(
    const std::vector<std::pair<std::string, std::string>>& added) {
  std::vector<std::string> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::string_view name = text.substr(0, text.find('='));
    const bool replaced =
        std::ranges::any_of(added, [name](const auto& pair) { return pair.first == name; });
    if (!replaced) environment.emplace_back(text);
  }
  for (const auto& [name, value] : added)
    environment.push_back(std::string(name).append(1, '=').append(value));
  return environment;
}

}  // namespace

struct Process::Handle {
  std::unique_ptr<Supervised, Unmap> shared;
  Descriptor lifeline;  // closing it ends the command
  pid_t supervisor = -1;

  Supervised::State state() const { return shared->state; }
};

ChildCommand filled_in(ChildCommand command,
                       const std::vector<std::pair<std::string, std::string>>& values) {
  for (std::string& argument : command.arguments) {
    for (const auto& [name, value] : values) {
      const std::string placeholder = '{' + name + '}';
      for (std::size_t at = argument.find(placeholder); at != std::string::npos;
           at = argument.find(placeholder, at + value.size())) {
        argument.replace(at, placeholder.size(), value);
      }
    }
  }
  return command;
}

std::string to_string(const ChildCommand& command) {
  std::string text;
  for (const std::string& argument : command.arguments) {
    if (!text.empty()) text += ' ';
    const bool plain = !argument.empty() &&
                       argument.find_first_of(" \t\n\"'\\$&|;<>()*?[]`~#!") == std::string::npos;
    if (plain) {
      text += argument;
      continue;
    }
    text += '\'';
    for (const char c : argument) {
      if (c == '\'') {
        text += "'\\''";
      } else {
        text += c;
      }
    }
    text += '\'';
  }
  return text;
}

Process::Process(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}

Process::Process(Process&&) noexcept = default;

Process& Process::operator=(Process&& other) noexcept {
  if (handle_) terminate();
  handle_ = std::move(other.handle_);
  return *this;
}

Process::~Process() {
  if (handle_) terminate();
}

std::expected<Process, std::string> Process::start(const ChildCommand& command) {
  if (command.arguments.empty()) return std::unexpected("no command");
  std::vector<std::string> arguments = command.arguments;
  std::vector<std::string> environment = environment_with(command.environment);
  const std::vector<char*> argument_pointers = pointers_to(arguments);
  const std::vector<char*> environment_pointers = pointers_to(environment);
  int ends[2];
  void* memory =
      mmap(nullptr, sizeof(Supervised), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return std::unexpected(error_text(errno));
  auto handle = std::make_unique<Handle>();
  handle->shared.reset(new (memory) Supervised);
  if (pipe2(ends, O_CLOEXEC) != 0) return std::unexpected(error_text(errno));
  const Descriptor reading(ends[0]);
  handle->lifeline = Descriptor(ends[1]);

  SupervisorTask task;
  task.arguments = const_cast<char**>(argument_pointers.data());
  task.environment = const_cast<char**>(environment_pointers.data());
  task.lifeline = reading.number();
  task.shared = handle->shared.get();
  handle->supervisor = fork();
  if (handle->supervisor < 0) return std::unexpected(error_text(errno));
  if (handle->supervisor == 0) supervise(task);

  Process process(std::move(handle));
  while (process.handle_->state() == Supervised::State::starting)
    std::this_thread::sleep_for(kTick);
  if (process.handle_->state() == Supervised::State::cannot_start) {
    return std::unexpected(command.arguments[0] + ": " + error_text(process.handle_->shared->code));
  }
  return process;
}

Condition Process::condition() const {
  const Supervised& shared = *handle_->shared;
  switch (shared.state.load()) {
    case Supervised::State::starting:
    case Supervised::State::running:      return {Condition::Kind::running, 0, shared.process_id};
    case Supervised::State::cannot_start:
    case Supervised::State::exited:       return {Condition::Kind::exited, shared.code, 0};
    case Supervised::State::killed:       return {Condition::Kind::killed, shared.code, 0};
  }
  return {};
}

bool Process::wait(Deadline deadline) const {
  while (handle_->state() == Supervised::State::running) {
    if (Clock::now() >= deadline) return false;
    std::this_thread::sleep_for(kTick);
  }
  return true;
}

void Process::terminate() {
  handle_->lifeline.reset();
  if (handle_->supervisor <= 0) return;
  while (waitpid(handle_->supervisor, nullptr, 0) < 0 && errno == EINTR) {
  }
  handle_->supervisor = -1;
}

std::string Process::standard_output() const { return handle_->shared->standard_output.text(); }

std::string Process::standard_error() const { return handle_->shared->standard_error.text(); }

}  // namespace h2assay
