#include "conformance/peers/supervisor.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace h2assay {
namespace {

constexpr int kTickMs = 10;
constexpr int kStraysMs = 100;
constexpr int kPatienceMs = 2000;  // between SIGTERM and SIGKILL, and again behind it

long now_ms() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000 + time.tv_nsec / 1'000'000;
}

void reset_signals() {
  for (int number = 1; number < NSIG; ++number) {
    if (number != SIGKILL && number != SIGSTOP) ::signal(number, SIG_DFL);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void become(const SupervisorTask& task, int output, int error, int status) {
  setpgid(0, 0);
  // For the case that somebody kills the supervisor.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  reset_signals();
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (nothing >= 0) dup2(nothing, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(error, STDERR_FILENO);
  execvpe(task.arguments[0], task.arguments, task.environment);
  const int reason = errno;
  [[maybe_unused]] const ssize_t told = ::write(status, &reason, sizeof reason);
  _exit(127);
}

// Children of ours that are not in the command's group: it has made itself a daemon, and we, as the
// reaper of its orphans, have inherited it.
void signal_strays(pid_t group, int signal_number) {
  char path[64] = "/proc/self/task/";
  char digits[16];
  std::size_t count = 0;
  for (pid_t rest = getpid(); rest > 0; rest /= 10)
    digits[count++] = static_cast<char>('0' + rest % 10);
  std::size_t at = std::strlen(path);
  while (count > 0) path[at++] = digits[--count];
  std::memcpy(path + at, "/children", sizeof "/children");
  const int file = ::open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  char text[4096];
  const ssize_t size = ::read(file, text, sizeof text);
  ::close(file);
  pid_t number = 0;
  for (ssize_t i = 0; i < size; ++i) {
    if (text[i] >= '0' && text[i] <= '9') {
      number = number * 10 + (text[i] - '0');
      continue;
    }
    if (number > 0 && getpgid(number) != group) ::kill(number, signal_number);
    number = 0;
  }
}

class Supervisor {
 public:
  explicit Supervisor(const SupervisorTask& task)
      : shared_(task.shared),
        lifeline_(task.lifeline) {}

  bool start(const SupervisorTask& task);
  void watch();
  void end_all();

 private:
  static void drain(int& descriptor, OutputRing& ring);
  void turn(int lifeline);  // one tick: what was written, how it ended
  void note_end();
  bool all_gone();

  Supervised* shared_;
  int lifeline_;
  pid_t command_ = -1;
  int output_ = -1;
  int error_ = -1;
  bool ended_ = false;
  bool told_ = false;
  bool group_gone_ = false;  // from then on its number may be somebody else's
};

bool Supervisor::start(const SupervisorTask& task) {
  int output[2];
  int error[2];
  int status[2];
  const bool piped = pipe2(output, O_CLOEXEC) == 0 && pipe2(error, O_CLOEXEC) == 0 &&
                     pipe2(status, O_CLOEXEC) == 0;
  command_ = piped ? fork() : -1;
  if (command_ < 0) {
    shared_->code = errno;
    shared_->state = Supervised::State::cannot_start;
    return false;
  }
  if (command_ == 0) become(task, output[1], error[1], status[1]);
  setpgid(command_, command_);
  ::close(output[1]);
  ::close(error[1]);
  ::close(status[1]);
  output_ = output[0];
  error_ = error[0];
  int reason = 0;
  const bool failed = ::read(status[0], &reason, sizeof reason) == sizeof reason;
  ::close(status[0]);
  fcntl(output_, F_SETFL, O_NONBLOCK);
  fcntl(error_, F_SETFL, O_NONBLOCK);
  shared_->code = failed ? reason : 0;
  shared_->process_id = command_;
  shared_->state = failed ? Supervised::State::cannot_start : Supervised::State::running;
  return !failed;
}

void Supervisor::drain(int& descriptor, OutputRing& ring) {
  char octets[4096];
  // A bound, so that a peer which never stops writing does not keep us from watching it.
  for (int round = 0; round < 64 && descriptor >= 0; ++round) {
    const ssize_t count = ::read(descriptor, octets, sizeof octets);
    if (count > 0) {
      ring.append(octets, static_cast<std::size_t>(count));
      continue;
    }
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    ::close(descriptor);
    descriptor = -1;
  }
}

void Supervisor::note_end() {
  if (ended_) return;
  siginfo_t info{};
  // It stays a zombie, so that its number, which is its group's, goes to nobody else.
  if (waitid(P_PID, static_cast<id_t>(command_), &info, WEXITED | WNOHANG | WNOWAIT) != 0) return;
  if (info.si_pid != command_) return;
  ended_ = true;
  drain(output_, shared_->standard_output);
  drain(error_, shared_->standard_error);
  shared_->code = info.si_status;
  shared_->state =
      info.si_code == CLD_EXITED ? Supervised::State::exited : Supervised::State::killed;
}

void Supervisor::turn(int lifeline) {
  pollfd entries[] = {{lifeline, POLLIN, 0}, {output_, POLLIN, 0}, {error_, POLLIN, 0}};
  ::poll(entries, 3, kTickMs);
  if (entries[0].revents != 0) told_ = true;
  drain(output_, shared_->standard_output);
  drain(error_, shared_->standard_error);
  note_end();
}

void Supervisor::watch() {
  while (!told_) turn(lifeline_);
}

bool Supervisor::all_gone() {
  if (!ended_) return false;
  pid_t reaped = 0;
  while ((reaped = waitpid(-1, nullptr, WNOHANG)) > 0) {
  }
  group_gone_ = group_gone_ || ::kill(-command_, 0) != 0;
  return reaped < 0 && group_gone_;
}

void Supervisor::end_all() {
  for (const int signal_number : {SIGTERM, SIGKILL}) {
    const long begun = now_ms();
    if (!group_gone_) ::kill(-command_, signal_number);
    for (long strays_due = begun; now_ms() < begun + kPatienceMs; turn(-1)) {
      if (all_gone()) return;
      if (now_ms() < strays_due) continue;
      // Again and again: what the end of its parent has just made ours was nobody's before.
      signal_strays(command_, signal_number);
      strays_due = now_ms() + kStraysMs;
    }
  }
}

}  // namespace

void OutputRing::append(const char* octets, std::size_t count) {
  std::uint64_t at = written_.load(std::memory_order_relaxed);
  for (std::size_t i = 0; i < count; ++i) octets_[at++ % kSize] = octets[i];
  written_.store(at, std::memory_order_release);
}

std::string OutputRing::text() const {
  const std::uint64_t end = written_.load(std::memory_order_acquire);
  std::string text;
  for (std::uint64_t at = end - std::min<std::uint64_t>(end, kSize); at < end; ++at) {
    text.push_back(octets_[at % kSize]);
  }
  return text;
}

void supervise(const SupervisorTask& task) {
  setpgid(0, 0);
  for (const int number : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE}) ::signal(number, SIG_IGN);
  ::signal(SIGCHLD, SIG_DFL);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  // Nothing of ours stays open here: neither a listener nor the pipe that our own caller reads.
  const int nothing = ::open("/dev/null", O_RDWR);
  dup2(task.lifeline, STDIN_FILENO);
  if (nothing >= 0) {
    dup2(nothing, STDOUT_FILENO);
    dup2(nothing, STDERR_FILENO);
  }
  close_range(3, ~0U, 0);
  SupervisorTask own = task;
  own.lifeline = STDIN_FILENO;
  Supervisor supervisor(own);
  if (!supervisor.start(own)) _exit(1);
  supervisor.watch();
  supervisor.end_all();
  _exit(0);
}

}  // namespace h2assay
