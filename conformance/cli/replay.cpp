// h2assay replay: transcripts against a peer, the log on standard output.
#include <algorithm>
#include <iostream>

#include <fmt/format.h>

#include "conformance/cli/choice.h"
#include "conformance/cli/commands.h"
#include "conformance/cli/target.h"
#include "conformance/cli/workers.h"
#include "conformance/results/escape.h"
#include "conformance/results/json.h"

namespace h2assay {
namespace {

struct Conversation {
  std::string file{};
  transcript::Instance instance{};
};

// Error: one line that says which file, and where.
std::expected<std::vector<Conversation>, std::string> conversations(
    const std::vector<std::string>& files) {
  std::vector<Conversation> all;
  for (const std::string& file : files) {
    const auto text = text_of_file(file);
    if (!text) return std::unexpected(fmt::format("cannot read {}", file));
    const auto parsed = transcript::parse(*text, file);
    if (!parsed) return std::unexpected(transcript::describe(parsed.error()));
    auto expanded = transcript::expand(*parsed, file);
    if (!expanded) return std::unexpected(transcript::describe(expanded.error()));
    for (transcript::Instance& instance : *expanded) all.push_back({file, std::move(instance)});
  }
  return all;
}

void show(const Conversation& one, const Played& played) {
  for (const transcript::Line& line : played.journal.lines()) std::cout << transcript::print(line);
  for (const std::string& difference : played.differences)
    std::cout << "# differs: " << difference << '\n';
  for (const PassiveFinding& finding : played.findings)
    std::cout << fmt::format("# {} ({}{}): {}\n",
                             finding.requirement,
                             finding.level,
                             finding.certain ? "" : ", uncertain",
                             printable(finding.text));
  std::cout << fmt::format("{}{}: {}{}\n",
                           printable(one.file),
                           printable(one.instance.suffix),
                           name(played.verdict),
                           played.observed.empty() ? "" : ", " + printable(played.observed));
}

bool as_expected(const Played& played, bool strict) {
  const bool accused = std::ranges::any_of(played.findings, [&](const PassiveFinding& one) {
    return one.accuses() || (strict && one.certain && one.level == "should");
  });
  return !accused && good_by_default(played.verdict, strict);
}

}  // namespace

Exit replay(const std::vector<std::string>& files, const ServerRun& options) {
  const auto all = conversations(files);
  if (!all) return complain(Exit::usage, all.error());
  auto target = choose_target(options);
  if (!target) return complain(target.error().code, target.error().text);
  Facts facts = assumed_facts(*target->peer, options.wishes, target->transports);
  const Patience patience{.quiet = options.timeout, .answer = options.timeout};
  const Played first = control(*target->peer, facts, patience);
  if (first.verdict != Verdict::pass && first.verdict != Verdict::lenient)
    return complain(Exit::not_reachable, printable(first.observed));
  facts.settings = first.settings;
  probe(*target->peer, options.wishes, patience, facts);
  Exit code = Exit::as_expected;
  for (const Conversation& one : *all) {
    const Played played = play(one.instance, *target->peer, facts, patience);
    show(one, played);
    if (played.verdict == Verdict::error) return Exit::our_fault;
    if (!as_expected(played, options.strict)) code = Exit::deviations;
  }
  return code;
}

}  // namespace h2assay
