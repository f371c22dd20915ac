#include "properties/generators/runs.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <random>
#include <vector>

#include "properties/generators/draw.h"
#include "properties/pair/narrator.h"

namespace h2assay {

namespace {

using Clock = std::chrono::steady_clock;
namespace files = std::filesystem;

constexpr std::uint64_t kFixedSeed = 7540'9113;
constexpr int kScriptBits = 24;  // a seed's scripts have numbers of their own
constexpr double kShrinkSeconds = 20;

std::string environment(const char* name, std::string otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr || *value == '\0' ? std::move(otherwise) : std::string(value);
}

double elapsed(Clock::time_point since) {
  return std::chrono::duration<double>(Clock::now() - since).count();
}

std::string hex(std::span<const std::uint8_t> octets) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t octet : octets) {
    text += kDigits[octet >> 4];
    text += kDigits[octet & 15];
  }
  return text;
}

std::vector<std::uint8_t> unhex(std::string_view text) {
  std::vector<std::uint8_t> octets;
  for (std::size_t i = 0; i + 2 <= text.size(); i += 2)
    octets.push_back(
        static_cast<std::uint8_t>(std::stoul(std::string(text.substr(i, 2)), nullptr, 16)));
  return octets;
}

// Scripts that broke this property before.
class Store {
 public:
  explicit Store(std::string_view name)
      : folder_(environment("H2ASSAY_FAILURES", "property-failures")),
        prefix_(std::string(name) + "-") {}

  std::vector<files::path> kept() const {
    std::vector<files::path> found;
    std::error_code none;
    for (const auto& entry : files::directory_iterator(folder_, none))
      if (entry.path().filename().string().starts_with(prefix_)) found.push_back(entry.path());
    std::ranges::sort(found);
    return found;
  }

  void keep(const Script& script, std::string_view broken) const {
    std::error_code none;
    files::create_directories(folder_, none);
    const auto octets = octets_of(script);
    std::ofstream out(folder_ / (prefix_ + std::string(promise_of(broken))), std::ios::binary);
    out.write(reinterpret_cast<const char*>(octets.data()),
              static_cast<std::streamsize>(octets.size()));
  }

 private:
  files::path folder_;
  std::string prefix_;
};

Script read(const files::path& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return script_from({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

std::string report(const Runs& runs,
                   const Script& found,
                   const ScriptJudge& judge,
                   const std::string& origin) {
  const Script small = shrunk(found, judge, {.seconds = kShrinkSeconds});
  const std::string broken = judge(small);
  Store(runs.name).keep(small, broken);
  return "broken: " + broken + "\n\n" + transcript_of(small) + "\nfound:  " + origin + ", " +
         std::to_string(found.acts.size()) + " acts, shrunk to " +
         std::to_string(small.acts.size()) + "\nrepeat: H2ASSAY_SCRIPT=" + hex(octets_of(small)) +
         " pair_properties --gtest_filter=" + std::string(runs.name) + "\n";
}

}  // namespace

std::string run(const Runs& runs, const ScriptJudge& judge) {
  if (const std::string given = environment("H2ASSAY_SCRIPT", {}); !given.empty()) {
    const Script script = script_from(unhex(given));
    const std::string broken = judge(script);
    return broken.empty() ? std::string() : report(runs, script, judge, "H2ASSAY_SCRIPT");
  }
  for (const files::path& path : Store(runs.name).kept()) {
    const Script script = read(path);
    if (!judge(script).empty())
      return report(runs, script, judge, "kept in " + path.filename().string());
    std::printf("holds again, forgotten: %s\n", path.filename().string().c_str());
    std::error_code none;
    files::remove(path, none);
  }
  const auto one = [&](std::uint64_t seed, std::uint64_t number) -> std::string {
    const Script script = generate::draw(seed + number, runs.hostile);
    if (judge(script).empty()) return {};
    return report(runs,
                  script,
                  judge,
                  "H2ASSAY_SEED=" + std::to_string(seed >> kScriptBits) + ", script " +
                      std::to_string(number));
  };
  const std::uint64_t count = std::stoull(environment("H2ASSAY_RUNS", std::to_string(runs.fixed)));
  for (std::uint64_t i = 0; i < count; ++i)
    if (std::string broken = one(kFixedSeed << kScriptBits, i); !broken.empty()) return broken;

  const std::string fresh = std::to_string(std::random_device{}());
  const std::uint64_t seed = std::stoull(environment("H2ASSAY_SEED", fresh)) << kScriptBits;
  const double seconds = std::stod(environment("H2ASSAY_SECONDS", std::to_string(runs.seconds)));
  const auto start = Clock::now();
  std::uint64_t done = 0;
  for (; elapsed(start) < seconds; ++done)
    if (std::string broken = one(seed, done); !broken.empty()) return broken;
  std::printf("%s: %llu scripts of the fixed seed, %llu of H2ASSAY_SEED=%llu\n",
              std::string(runs.name).c_str(),
              static_cast<unsigned long long>(count),
              static_cast<unsigned long long>(done),
              static_cast<unsigned long long>(seed >> kScriptBits));
  return {};
}

}  // namespace h2assay
