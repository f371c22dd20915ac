#include "conformance/cli/repeat.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "conformance/results/escape.h"

namespace h2assay {

std::string repeat_options(const std::vector<std::string>& arguments,
                           const std::vector<std::string>& positional,
                           const ServerRun& run) {
  constexpr std::string_view kWithValue[] = {"--skip",
                                             "--section",
                                             "--level",
                                             "--shard",
                                             "--seed",
                                             "--repeat",
                                             "--results",
                                             "--junit",
                                             "--pcap",
                                             "--color",
                                             "--progress",
                                             "--jobs",
                                             "--pace",
                                             "--expect",
                                             "--case-set"};
  constexpr std::string_view kAlone[] = {"--failed",
                                         "--shuffle",
                                         "--fail-fast",
                                         "-v",
                                         "--verbose",
                                         "-q",
                                         "--quiet",
                                         "--strict",
                                         "--wait-for-debugger"};
  std::string out;
  bool skip_value = false;
  for (const std::string& argument : arguments) {
    if (std::exchange(skip_value, false)) continue;
    const auto key = std::string_view(argument).substr(0, argument.find('='));
    if (std::ranges::find(kWithValue, key) != std::end(kWithValue)) {
      skip_value = key.size() == argument.size();
      continue;
    }
    if (std::ranges::find(kAlone, key) != std::end(kAlone)) continue;
    const bool glob = std::ranges::find(positional, argument) != positional.end();
    if (glob && argument != run.target) continue;
    if (!out.empty()) out += " ";
    out += shell_quoted(argument);
  }
  if (!run.command.empty()) {
    if (!out.empty()) out += " ";
    out += "--";
    for (const std::string& word : run.command) out += " " + shell_quoted(word);
  }
  return out;
}

}  // namespace h2assay
