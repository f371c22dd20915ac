// Makes a finding a regression test: as few acts as break the same promise, written down as a pair
// transcript that any *_replay performs.
//
//     promote INPUT corpus/regressions/pair/what-went-wrong.h2t "What went wrong"
//
// Each try runs in a child of its own, so that a crash is as good a finding as a broken promise.

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include <sys/wait.h>
#include <unistd.h>

#include "properties/generators/shrink.h"
#include "properties/oracles/all.h"
#include "properties/pair/narrator.h"

namespace {

using namespace h2assay;

constexpr ShrinkBudget kBudget{.seconds = 20, .runs = 200};
constexpr unsigned kSecondsMax = 10;  // of one try: what hangs is a finding, too

void write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

// Hands on each line as it is written: what led to a crash is known although nobody returns.
class Reporter final : public PairObserver {
 public:
  Reporter(const Narrator& narrator, int file) : narrator_(narrator), file_(file) {}

  void before_call(const Pair&, const Command&) override { hand_on(); }

  void called(const Pair&, const Command&, const Sent<>&) override { hand_on(); }

  void delivering(const Pair&, Side, Octets) override { hand_on(); }

  void tampered(const Pair&, const Command&) override { hand_on(); }

  void finished(const Pair&) override { hand_on(); }

 private:
  void hand_on() {
    write_all(file_, std::string_view(narrator_.lines()).substr(done_));
    done_ = narrator_.lines().size();
  }

  const Narrator& narrator_;
  int file_;
  std::size_t done_ = 0;
};

struct Try {
  std::string lines;   // of the transcript, as far as it went
  std::string broken;  // "promise (requirement): what", "signal 11", or empty
};

constexpr std::string_view kEnd = "\x01";

void run_in_child(const Script& script, int file) {
  ::alarm(kSecondsMax);
  Pair pair(script);
  Narrator narrator;
  Reporter reporter(narrator, file);
  pair.watch(narrator);
  pair.watch(reporter);
  Oracles oracles(pair, Costly::yes);
  pair.perform(script);
  write_all(file, kEnd);
  write_all(file, oracles.broken());
}

Try attempt(const Script& script) {
  int ends[2];
  if (::pipe(ends) != 0) return {};
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    if (std::freopen("/dev/null", "w", stderr) == nullptr) ::_exit(1);
    run_in_child(script, ends[1]);
    ::_exit(0);
  }
  ::close(ends[1]);
  std::string text;
  char buffer[4096];
  for (ssize_t n = 0; (n = ::read(ends[0], buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<std::size_t>(n));
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  const std::size_t end = text.find(kEnd);
  if (WIFSIGNALED(status))
    return {text.substr(0, end), "signal-" + std::to_string(WTERMSIG(status)) + " of the run"};
  if (WEXITSTATUS(status) != 0) return {text.substr(0, end), "crash, told by a sanitizer"};
  return {text.substr(0, end), end == std::string::npos ? std::string() : text.substr(end + 1)};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: promote INPUT OUTPUT.h2t \"What went wrong\"\n");
    return 2;
  }
  if (std::filesystem::exists(argv[2])) {
    std::fprintf(stderr, "%s exists\n", argv[2]);
    return 2;
  }
  std::ifstream in(argv[1], std::ios::binary);
  const std::string octets{std::istreambuf_iterator<char>(in), {}};
  const Script script =
      script_from({reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size()});
  const ScriptJudge judge = [](const Script& one) { return attempt(one).broken; };
  if (judge(script).empty()) {
    std::fprintf(stderr, "%s: every promise holds; nothing was written\n", argv[1]);
    return 1;
  }
  const Script small = shrunk(script, judge, kBudget);
  const Try last = attempt(small);
  std::ofstream out(argv[2], std::ios::binary);
  out << "# broke " << last.broken << "\ntitle        " << argv[3] << "\nrole         pair\n\n"
      << last.lines;
  std::printf("%s: %zu acts, made %zu; broke %s\n",
              argv[2],
              script.acts.size(),
              small.acts.size(),
              last.broken.c_str());
  return out ? 0 : 1;
}
