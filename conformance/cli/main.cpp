// The program: options in, exit code out.  The one file that knows CLI11.
#include <csignal>
#include <cstdlib>
#include <iostream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "conformance/cli/commands.h"
#include "conformance/cli/repeat.h"
#include "conformance/cli/run.h"
#include "conformance/cli/version.h"
#include "conformance/cli/words.h"
#include "conformance/results/escape.h"
#include "conformance/self/self.h"
#include "conformance/serve/server.h"

namespace h2assay {
namespace {

constexpr const char* kExitCodes =
    "exit codes:\n"
    "  0  every outcome was as expected\n"
    "  1  deviations, an unexpected pass among them\n"
    "  2  the command, a glob or the expectations file is wrong\n"
    "  3  the peer cannot be started or reached, or does not answer at all\n"
    "  4  nothing was selected, or nothing of it can be played against this peer\n"
    "  5  our fault: please report it\n"
    "  130  interrupted; the results so far are written";

void add_selection(CLI::App& app, Selection& selection, std::string& cases) {
  app.add_option("--skip", selection.skip, "leave out the cases that match this glob")
      ->allow_extra_args(false)
      ->group("Select");
  app.add_option("--section", selection.sections, "only requirements of this section, as 6.5")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->group("Select");
  app.add_option("--level", selection.levels, "must, should, may")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::IsMember({"must", "should", "may"}))
      ->group("Select");
  app.add_option("--cases", cases, "play the .h2t files below this folder")->group("Select");
}

void add_connection(CLI::App& app, ServerRun& run, Words& words) {
  app.add_flag("--tls", run.tls, "TLS with ALPN h2")->group("Connect");
  app.add_option("--ca", run.tls_options.ca_file, "trust this certificate authority (PEM)")
      ->group("Connect");
  app.add_flag("--insecure", run.tls_options.insecure, "trust any certificate")->group("Connect");
  app.add_option("--cert", run.tls_options.certificate_file, "our certificate (PEM)")
      ->group("Connect");
  app.add_option("--key", run.tls_options.key_file, "its key (PEM)")->group("Connect");
  app.add_option("--sni", run.tls_options.server_name, "the name that TLS asks for")
      ->group("Connect");
  app.add_option("--path", run.wishes.path, "what a harmless GET asks for")
      ->capture_default_str()
      ->group("Connect");
  app.add_option("--large", run.wishes.large, "a resource of 256 KiB or more")->group("Connect");
  app.add_option("--post", run.wishes.post, "a resource that takes a POST of any size")
      ->group("Connect");
  app.add_option("--authority", run.wishes.authority, ":authority of requests")->group("Connect");
  app.add_option("--field", words.fields, "NAME=VALUE, added to every whole request")
      ->allow_extra_args(false)
      ->group("Connect");
  app.add_option("--timeout", words.timeout_s, "seconds that a reaction may take")
      ->capture_default_str()
      ->check(CLI::PositiveNumber)
      ->group("Connect");
  app.add_option("--timeout-scale", run.timeout_scale, "multiplies every time limit")
      ->capture_default_str()
      ->check(CLI::PositiveNumber)
      ->group("Connect");
  app.add_option(
         "--start-timeout", words.start_timeout_s, "seconds until a started peer must listen")
      ->capture_default_str()
      ->check(CLI::PositiveNumber)
      ->group("Connect");
  app.add_flag(
         "--i-may-test-this-host", run.i_may_test_this_host, "the target may be a public address")
      ->group("Connect");
  app.add_option("--supports",
                 run.wishes.supports,
                 "what the peer has: connect, push=/PATH, interim=, trailers=, websocket=")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->group("Judge");
  app.add_option(
         "--lacks", run.wishes.lacks, "what it has not, and is not looked for: push, large, echo")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->group("Judge");
  app.add_flag("--strict", run.strict, "lenient counts as failed")->group("Judge");
}

void add_run(CLI::App& app, ServerRun& run, Words& words) {
  add_selection(app, run.selection, run.cases_folder);
  app.add_flag("--failed", run.failed_only, "only what was not as expected in results/latest")
      ->group("Select");
  app.add_option("--shard", words.shard, "N/M: the N-th of M parts")->group("Select");
  app.add_option(
         "--case-set", run.case_set, "the name of the built-in set, or a file of ids and globs")
      ->group("Select");
  app.add_flag(
         "--abuse",
         run.abuse,
         "also the bounded floods of cases with the header abuse; on loopback, or where you may")
      ->group("Select");
  add_connection(app, run, words);
  app.add_option("--expect", run.expectation_files, "expectations; h2assay.expect if that exists")
      ->allow_extra_args(false)
      ->group("Judge");
  app.add_option("--jobs", run.jobs, "cases at once; as many as cores, of the built-in server 8")
      ->group("Run");
  app.add_option("--seed", words.seed, "of --shuffle; printed always")->group("Run");
  app.add_flag("--shuffle", run.selection.shuffle, "in an order that the seed gives")->group("Run");
  app.add_option("--repeat", run.repeat, "play each case so often")
      ->check(CLI::PositiveNumber)
      ->group("Run");
  app.add_flag("--fail-fast", run.fail_fast, "stop at the first case that is not good")
      ->group("Run");
  app.add_option("--pace", words.pace_ms, "milliseconds between two cases")->group("Run");
  app.add_option(
         "--restart", words.restart, "never, crash, case: when a started peer is started anew")
      ->check(CLI::IsMember({"never", "crash", "case"}))
      ->capture_default_str()
      ->group("Run");
  app.add_flag("--wait-for-debugger",
               run.wait_for_debugger,
               "print the peer's process and wait for Enter")
      ->group("Run");
  app.add_option("--results", run.results_folder, "results/TIME")->group("Report");
  app.add_option("--junit", run.junit_file, "JUnit XML to this file as well")->group("Report");
  app.add_option("--pcap", words.pcap, "failed, all, none")
      ->check(CLI::IsMember({"failed", "all", "none"}))
      ->capture_default_str()
      ->group("Report");
  app.add_option("--color", words.colour, "auto, always, never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str()
      ->group("Report");
  app.add_option("--progress", words.progress, "auto, bar, none")
      ->check(CLI::IsMember({"auto", "bar", "none"}))
      ->capture_default_str()
      ->group("Report");
  app.add_flag("-v,--verbose", run.verbose, "name every case")->group("Report");
  app.add_flag("-q,--quiet", run.quiet, "the closing line only")->group("Report");
}

extern "C" void note_signal(int /*number*/) {
  if (stop_requested()) std::_Exit(130);
  request_stop();
}

void add_self(CLI::App& app, SelfOptions& options) {
  app.add_option("globs", options.selection.globs, "globs over case ids; none: all");
  add_selection(app, options.selection, options.cases_folder);
  app.add_option("--mutants", options.mutants, "those that match this glob")->group("Select");
  app.add_flag("--sound", options.sound_only, "the engine as it is, no mutants")->group("Select");
  app.add_option("--jobs", options.jobs, "threads; as many as cores")->group("Run");
  app.add_option("--results", options.results_file, "who kills whom, as JSON, to this file")
      ->group("Report");
  app.add_flag("-q,--quiet", options.quiet, "what is wrong and the closing lines only")
      ->group("Report");
}

void add_serve(CLI::App& app,
               ServeOptions& options,
               std::vector<std::string>& quirks,
               std::vector<std::string>& settings) {
  app.add_option("--host", options.host, "address to listen on")->capture_default_str();
  app.add_option("--port", options.port, "0: a free one")->capture_default_str();
  app.add_flag("--tls", options.tls, "TLS 1.2 and 1.3 with ALPN h2");
  app.add_option("--cert", options.certificate_file, "PEM; made at the start otherwise");
  app.add_option("--key", options.key_file, "PEM");
  app.add_option("--quirk", quirks, "a rule or a habit to misbehave by; see below");
  app.add_option("--settings", settings, "NAME=N,... into the first SETTINGS frame");
  app.add_flag("--rfc7540-priority",
               options.engine.rfc7540_priority,
               "the error rules of RFC 7540 for PRIORITY");
  app.footer(serve_help());
}

int run_serve(ServeOptions& options,
              const std::vector<std::string>& quirks,
              const std::vector<std::string>& settings) {
  for (const std::string& text : settings)
    if (auto added = add_settings(text, options.engine.settings); !added) {
      std::cerr << "h2assay: " << added.error() << '\n';
      return static_cast<int>(Exit::usage);
    }
  for (const std::string& text : quirks)
    if (auto added = add_quirk(text, options); !added) {
      std::cerr << "h2assay: " << added.error() << '\n';
      return static_cast<int>(Exit::usage);
    }
  return serve(options, std::cout, std::cerr);
}

void add_list(CLI::App& app, ListOptions& options) {
  app.add_option("globs", options.selection.globs, "globs over case ids");
  add_selection(app, options.selection, options.cases_folder);
  app.add_flag("--requirements", options.requirements, "requirements, with what tests each");
  app.add_flag("--uncovered", options.uncovered, "requirements that nothing tests");
  app.add_flag("--json", options.json, "requirements as JSON, one a line");
  app.add_flag("--instances", options.instances, "every instance of each case");
}

// `own`: our words of the command line, behind the subcommand.
int run_conversations(ServerRun& run,
                      Words& words,
                      const std::vector<std::string>& own,
                      bool from_files) {
  if (auto understood = understand(run, words); !understood) {
    std::cerr << "h2assay: " << understood.error() << '\n';
    return static_cast<int>(Exit::usage);
  }
  if (from_files) return static_cast<int>(replay(run.selection.globs, run));
  run.repeat_after = repeat_options(own, words.positional, run);
  std::signal(SIGINT, note_signal);
  std::signal(SIGTERM, note_signal);
  return static_cast<int>(run_server(run));
}

// NOLINTNEXTLINE(readability-function-size): one subcommand after the other
int program(int argc, char** argv) {
  // Everything behind "--" is an argument vector of its own, never parsed by us.
  std::vector<std::string> arguments(argv + 1, argv + argc);
  Words words;
  const auto dashes = std::ranges::find(arguments, "--");
  if (dashes != arguments.end()) words.command.assign(dashes + 1, arguments.end());
  const bool empty_command = dashes != arguments.end() && words.command.empty();
  arguments.erase(dashes, arguments.end());

  CLI::App app("checks HTTP/2 implementations against RFC 9113 and RFC 7541", "h2assay");
  app.set_version_flag("--version", fmt::format("h2assay {} cases {}", kVersion, kCaseSet));
  app.require_subcommand(1);
  app.footer(kExitCodes);

  ServerRun run;
  auto* server = app.add_subcommand(
      "server", "check a server: HOST:PORT, or -- COMMAND with {port}, or the built-in one");
  server->add_option(
      "target", words.positional, "HOST:PORT, then globs over case ids; @FILE reads globs");
  add_run(*server, run, words);
  server->footer(kExitCodes);

  ListOptions listing;
  auto* list = app.add_subcommand("list", "the cases, one a line");
  add_list(*list, listing);

  SelfOptions self;
  auto* self_command =
      app.add_subcommand("self", "the cases against our engine and against mutants of it");
  add_self(*self_command, self);

  std::string subject;
  auto* explanation = app.add_subcommand("explain", "what a case does, or what a requirement says");
  explanation->add_option("id", subject, "a case or a requirement")->required();
  explanation->add_option("--cases", listing.cases_folder, "look below this folder");

  auto* expect = app.add_subcommand("expect", "the expectations file");
  expect->require_subcommand(1);
  std::string results = "results/latest";
  std::string expect_file = "h2assay.expect";
  bool strict = false;
  auto* update = expect->add_subcommand("update", "rewrite it from the results of a run");
  update->add_option("results", results, "the folder of a run")->capture_default_str();
  update->add_option("--expect", expect_file, "the file to rewrite")->capture_default_str();
  update->add_flag("--strict", strict, "lenient wants a line, too");

  auto* again =
      app.add_subcommand("replay", "repeat transcripts: FILE... [HOST:PORT | -- COMMAND]");
  again->add_option("files", words.positional, "transcripts, and at most one HOST:PORT")
      ->required();
  add_connection(*again, run, words);

  ServeOptions serving;
  std::vector<std::string> quirks;
  std::vector<std::string> settings;
  auto* serve_command =
      app.add_subcommand("serve", "the reference server, for people who write clients");
  add_serve(*serve_command, serving, quirks, settings);

  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    app.parse(reversed);
  } catch (const CLI::ParseError& problem) {
    const int code = app.exit(problem);
    return code == 0 ? 0 : static_cast<int>(Exit::usage);
  }
  if (empty_command) {
    std::cerr << "h2assay: a command is missing behind '--'\n";
    return static_cast<int>(Exit::usage);
  }
  if (list->parsed()) {
    const bool of_requirements = listing.requirements || listing.uncovered || listing.json;
    return static_cast<int>(of_requirements ? list_requirements(listing) : list_cases(listing));
  }
  if (explanation->parsed()) return static_cast<int>(explain(subject, listing.cases_folder));
  if (update->parsed()) return static_cast<int>(update_expectations(results, expect_file, strict));
  if (serve_command->parsed()) return run_serve(serving, quirks, settings);
  if (self_command->parsed()) {
    std::signal(SIGINT, note_signal);
    self.progress = isatty(STDERR_FILENO) == 1 && !self.quiet;
    return static_cast<int>(run_self(self));
  }
  run.command_line = "h2assay";
  for (int n = 1; n < argc; ++n) run.command_line += " " + shell_quoted(argv[n]);
  const std::vector<std::string> own(arguments.begin() + 1, arguments.end());
  return run_conversations(run, words, own, again->parsed());
}

}  // namespace
}  // namespace h2assay

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return h2assay::program(argc, argv);
  } catch (const std::exception& problem) {
    std::cerr << "h2assay: " << problem.what()
              << "; this is a defect of h2assay, please report it\n";
    return static_cast<int>(h2assay::Exit::our_fault);
  }
}
