#include "conformance/cli/words.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <string_view>

#include <fmt/format.h>
#include <unistd.h>

namespace h2assay {
namespace {

bool is_target(std::string_view word) {
  // A glob has no port: "127.0.0.1:8080", "[::1]:80", "name:443"; a path has a "/" before any ":".
  const auto colon = word.rfind(':');
  if (colon == std::string_view::npos || word.find('/') != std::string_view::npos) return false;
  const auto port = word.substr(colon + 1);
  return !port.empty() && port.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_address(std::string_view word) {
  return is_target(word) || word == "localhost" ||
         (!word.empty() && word.find_first_not_of("0123456789.") == std::string_view::npos);
}

std::expected<void, std::string> read_globs_from(const std::string& file, Selection& selection) {
  std::ifstream in(file);
  if (!in) return std::unexpected("cannot read " + file);
  for (std::string line; std::getline(in, line);) {
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
    if (!line.empty() && line.front() != '#') selection.globs.push_back(line);
  }
  return {};
}

std::expected<void, std::string> read_shard(const std::string& text, Selection& selection) {
  if (text.empty()) return {};
  unsigned part = 0;
  unsigned parts = 0;
  char rest = 0;
  if (std::sscanf(text.c_str(), "%u/%u%c", &part, &parts, &rest) != 2 || part == 0 || part > parts)
    return std::unexpected(fmt::format("--shard wants N/M with N from 1 to M, not '{}'", text));
  selection.shard = part;
  selection.shards = parts;
  return {};
}

bool colour_wanted(const std::string& word) {
  if (word != "auto") return word == "always";
  const char* refused = std::getenv("NO_COLOR");
  return isatty(STDOUT_FILENO) == 1 && (refused == nullptr || *refused == 0);
}

bool set_in_environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && std::string_view(value) == "true";
}

}  // namespace

std::expected<void, std::string> understand(ServerRun& run, Words& words) {
  for (const std::string& word : words.positional) {
    if (word.starts_with('@')) {
      if (auto read = read_globs_from(word.substr(1), run.selection); !read) return read;
    } else if (run.target.empty() && is_address(word)) {
      run.target = word;
    } else if (is_target(word)) {
      return std::unexpected(fmt::format("two targets: {} and {}", run.target, word));
    } else {
      run.selection.globs.push_back(word);
    }
  }
  run.command = words.command;
  for (const std::string& field : words.fields) {
    const auto equals = field.find('=');
    if (equals == std::string::npos || equals == 0)
      return std::unexpected(fmt::format("--field wants NAME=VALUE, not '{}'", field));
    run.wishes.fields.emplace_back(field.substr(0, equals), field.substr(equals + 1));
  }
  if (auto shard = read_shard(words.shard, run.selection); !shard) return shard;
  run.selection.seed = words.seed ? *words.seed : std::random_device{}() % 100'000U;
  run.timeout = std::chrono::milliseconds(static_cast<std::int64_t>(words.timeout_s * 1000));
  run.start_timeout =
      std::chrono::milliseconds(static_cast<std::int64_t>(words.start_timeout_s * 1000));
  run.pace = std::chrono::milliseconds(words.pace_ms);
  run.restart = words.restart == "never"  ? Restart::never
                : words.restart == "case" ? Restart::each_case
                                          : Restart::crash;
  run.captures = words.pcap == "all"    ? Captures::all
                 : words.pcap == "none" ? Captures::none
                                        : Captures::failed;
  run.colour = colour_wanted(words.colour);
  run.progress = words.progress == "bar" ||
                 (words.progress == "auto" && isatty(STDERR_FILENO) == 1 && !run.quiet);
  run.annotations = set_in_environment("GITHUB_ACTIONS");
  return {};
}

}  // namespace h2assay
