#include "conformance/peers/process.h"

#include <csignal>
#include <fstream>
#include <sstream>
#include <thread>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conformance/peers/launched_peer.h"
#include "conformance/peers/listener_for_tests.h"

namespace h2assay {
namespace {

ChildCommand shell(const char* script) { return {.arguments = {"/bin/sh", "-c", script}}; }

// A zombie counts as gone: it waits for whoever reaps it.
bool is_alive(pid_t process) {
  std::ifstream stat("/proc/" + std::to_string(process) + "/stat");
  std::string line;
  if (!std::getline(stat, line)) return false;
  return line[line.rfind(')') + 2] != 'Z';
}

bool becomes_true(const auto& predicate) {
  for (int i = 0; i < 500; ++i) {
    if (predicate()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

// The number that the command printed first.
pid_t printed_number(const Process& process) {
  EXPECT_TRUE(becomes_true([&] { return process.standard_output().contains('\n'); }));
  return std::stoi(process.standard_output());
}

// A server for one answer at a time that needs nothing but Python.
ChildCommand python_listener() {
  return {.arguments = {"/usr/bin/python3",
                        "-c",
                        "import socket,sys\n"
                        "s=socket.create_server(('127.0.0.1',int(sys.argv[1])))\n"
                        "while 1:\n"
                        "  c,_=s.accept(); c.sendall(b'hi'); c.close()\n",
                        "{port}"}};
}

TEST(Process, KnowsTheExitStatusAndWhatWasWritten) {
  const Process process = Process::start(shell("echo out; echo err >&2; exit 7")).value();
  ASSERT_TRUE(process.wait(soon()));
  EXPECT_EQ(process.condition().kind, Condition::Kind::exited);
  EXPECT_EQ(process.condition().code, 7);
  EXPECT_EQ(process.standard_output(), "out\n");
  EXPECT_EQ(process.standard_error(), "err\n");
}

TEST(Process, KnowsTheSignalThatEndedIt) {
  const Process process = Process::start(shell("kill -ABRT $$")).value();
  ASSERT_TRUE(process.wait(soon()));
  EXPECT_EQ(process.condition().kind, Condition::Kind::killed);
  EXPECT_EQ(process.condition().code, SIGABRT);
}

TEST(Process, SaysWhenTheCommandDoesNotExist) {
  const auto process = Process::start({.arguments = {"/no/such/program"}});
  ASSERT_FALSE(process);
  EXPECT_EQ(process.error(), "/no/such/program: No such file or directory");
}

TEST(Process, HandsOnTheEnvironment) {
  ChildCommand command = shell("echo $H2ASSAY_PORT");
  command.environment = {{"H2ASSAY_PORT", "8443"}};
  const Process process = Process::start(command).value();
  ASSERT_TRUE(process.wait(soon()));
  EXPECT_EQ(process.standard_output(), "8443\n");
}

TEST(Process, KeepsTheLast64KibibytesOfWhatIsWritten) {
  const Process process =
      Process::start(shell("head -c 300000 /dev/zero | tr '\\0' x; echo end")).value();
  ASSERT_TRUE(process.wait(soon()));
  const std::string output = process.standard_output();
  EXPECT_EQ(output.size(), std::size_t{64} << 10);
  EXPECT_TRUE(output.ends_with("xend\n"));
}

TEST(Process, EndsTheWholeGroup) {
  Process process = Process::start(shell("sleep 1000 & echo $!; wait")).value();
  const pid_t grandchild = printed_number(process);
  ASSERT_TRUE(is_alive(grandchild));
  process.terminate();
  EXPECT_FALSE(is_alive(grandchild));
  EXPECT_EQ(process.condition().kind, Condition::Kind::killed);
  EXPECT_EQ(process.condition().code, SIGTERM);
}

TEST(Process, KillsWhatIgnoresSigterm) {
  Process process =
      Process::start(shell("trap '' TERM; echo $$; while :; do sleep 1; done")).value();
  const pid_t stubborn = printed_number(process);
  process.terminate();
  EXPECT_FALSE(is_alive(stubborn));
  EXPECT_EQ(process.condition().code, SIGKILL);
}

TEST(Process, FindsADaemonThatLeftItsGroup) {
  Process process =
      Process::start(shell("setsid sh -c 'echo $$; exec sleep 1000' & exit 0")).value();
  const pid_t daemon = printed_number(process);
  ASSERT_TRUE(process.wait(soon()));
  ASSERT_TRUE(is_alive(daemon));
  process.terminate();
  EXPECT_FALSE(is_alive(daemon));
}

// A child stands for the harness and is killed without a chance to clean up.
TEST(Process, LeavesNoOrphanWhenTheHarnessIsKilled) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t harness = fork();
  if (harness == 0) {
    const auto process = Process::start(shell("sleep 1000 & echo $!; wait"));
    const pid_t command = static_cast<pid_t>(process->condition().process_id);
    const pid_t both[] = {command, printed_number(*process)};
    [[maybe_unused]] const ssize_t told = write(ends[1], both, sizeof both);
    pause();
  }
  pid_t both[2] = {};
  ASSERT_EQ(read(ends[0], both, sizeof both), static_cast<ssize_t>(sizeof both));
  ASSERT_TRUE(is_alive(both[0]) && is_alive(both[1]));
  kill(harness, SIGKILL);
  waitpid(harness, nullptr, 0);
  EXPECT_TRUE(becomes_true([&] { return !is_alive(both[0]) && !is_alive(both[1]); }));
  close(ends[0]);
  close(ends[1]);
}

TEST(Command, FillsInPlaceholdersInsideArguments) {
  const ChildCommand command =
      filled_in({.arguments = {"x", "--at={host}:{port}", "{unknown}", "{port}{port}"}},
                {{"port", "80"}, {"host", "h"}});
  EXPECT_EQ(command.arguments, (std::vector<std::string>{"x", "--at=h:80", "{unknown}", "8080"}));
}

TEST(Command, PrintsWhatAShellWouldTake) {
  EXPECT_EQ(to_string(ChildCommand{.arguments = {"./server", "--name", "it's me", "{port}", ""}}),
            "./server --name 'it'\\''s me' {port} ''");
}

TEST(LaunchedPeer, ComesUpAndAnswers) {
  auto peer = LaunchedPeer::start({.command = python_listener()});
  ASSERT_TRUE(peer) << peer.error().text;
  auto wire = (*peer)->open(soon());
  ASSERT_TRUE(wire) << wire.error().text;
  EXPECT_EQ(read_all(**wire).first, "hi");
  EXPECT_EQ((*peer)->condition().kind, Condition::Kind::running);
}

TEST(LaunchedPeer, TellsThatThePeerHasDied) {
  auto peer = LaunchedPeer::start({.command = python_listener()});
  ASSERT_TRUE(peer) << peer.error().text;
  kill(static_cast<pid_t>((*peer)->condition().process_id), SIGSEGV);
  ASSERT_TRUE(becomes_true([&] { return (*peer)->condition().kind == Condition::Kind::killed; }));
  EXPECT_EQ((*peer)->condition().code, SIGSEGV);
  const auto wire = (*peer)->open(soon());
  ASSERT_FALSE(wire);
  EXPECT_EQ(wire.error().kind, OpenFailure::Kind::not_running);
}

TEST(LaunchedPeer, StartsAnew) {
  auto peer = LaunchedPeer::start({.command = python_listener()});
  ASSERT_TRUE(peer) << peer.error().text;
  kill(static_cast<pid_t>((*peer)->condition().process_id), SIGKILL);
  ASSERT_TRUE((*peer)->restart(soon()));
  auto wire = (*peer)->open(soon());
  ASSERT_TRUE(wire) << wire.error().text;
  EXPECT_EQ(read_all(**wire).first, "hi");
}

TEST(LaunchedPeer, ShowsWhatACommandWroteThatEndedTooSoon) {
  const auto peer = LaunchedPeer::start({.command = shell("echo no such option >&2; exit 2")});
  ASSERT_FALSE(peer);
  EXPECT_EQ(peer.error().kind, OpenFailure::Kind::not_running);
  EXPECT_EQ(peer.error().text, "the command ended with status 2:\nno such option\n");
}

TEST(LaunchedPeer, GivesUpACommandThatDoesNotListen) {
  const auto peer = LaunchedPeer::start(
      {.command = shell("sleep 1000"), .start_timeout = std::chrono::milliseconds(100)});
  ASSERT_FALSE(peer);
  EXPECT_TRUE(peer.error().text.starts_with("the command does not listen on 127.0.0.1:"));
}

}  // namespace
}  // namespace h2assay
