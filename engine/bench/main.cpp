// Engine against libnghttp2, alternating within one run; the median of the ratios of the rounds.
// Process CPU time, so that a neighbour shows as noise only.

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <exception>
#include <fstream>
#include <functional>
#include <string>

#include <nlohmann/json.hpp>

#include "engine/bench/workload.h"

namespace {

using namespace h2assay::bench;

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

struct Workload {
  std::string key;
  std::string unit;
  double scale;  // seconds a unit of work, times this, is the figure
  std::function<std::size_t(const Side&)> run;
};

struct Outcome {
  double engine = 0;
  double nghttp2 = 0;
  double ratio = 0;
};

double measure(const Workload& workload, const Side& side) {
  const double begin = cpu_seconds();
  const std::size_t units = workload.run(side);
  return (cpu_seconds() - begin) / static_cast<double>(units) * workload.scale;
}

Outcome measure(const Workload& workload, std::size_t rounds) {
  const Side sides[2] = {engine_side(), nghttp2_side()};
  for (const Side& side : sides) measure(workload, side);  // warm
  std::vector<double> engine;
  std::vector<double> nghttp2;
  std::vector<double> ratio;
  for (std::size_t i = 0; i < rounds; ++i) {
    // Who goes first changes from round to round.
    const std::size_t first = i % 2;
    double time[2];
    time[first] = measure(workload, sides[first]);
    time[1 - first] = measure(workload, sides[1 - first]);
    engine.push_back(time[0]);
    nghttp2.push_back(time[1]);
    ratio.push_back(time[1] / time[0]);
  }
  return {median(engine), median(nghttp2), median(ratio)};
}

struct Arguments {
  bool quick = false;
  std::string json;
  std::string only;
};

bool parse(int argc, char** argv, Arguments& arguments) {
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const bool more = i + 1 < argc;
    if (word == "--quick") {
      arguments.quick = true;
    } else if (word == "--json" && more) {
      arguments.json = argv[++i];
    } else if (word == "--only" && more) {
      arguments.only = argv[++i];
    } else {
      std::fprintf(stderr,
                   "usage: bench [--quick] [--json FILE] [--only W1|W3dec|W3enc|W4|W5|W8]\n");
      return false;
    }
  }
  return true;
}

std::vector<Workload> workloads(bool quick, double& text) {
  const std::size_t n = quick ? 1 : 4;
  static const std::vector<Story> encoded = stories(false);
  static const std::vector<Story> raw = stories(true);
  const std::size_t count = quick ? 2500 : 10'000;
  static const std::vector<std::uint8_t> requests = request_stream(count);
  static const std::vector<std::uint8_t> cold(
      requests.begin(), requests.begin() + static_cast<std::ptrdiff_t>(first_request_octets()));
  static const std::vector<std::uint8_t> control = control_chunk();
  text = static_cast<double>(text_octets(raw));
  const auto w4 = [count](std::size_t chunk) {
    return [chunk, count](const Side& side) {
      const std::size_t answered = side.w4(requests, chunk);
      if (answered != count) broken("W4: not every request was answered");
      return answered;
    };
  };
  return {
      {"W1", "ns/pair", 1e9, [n](const Side& side) { return side.w1(100 * n); }},
      {"W3dec", "ns/field", 1e9, [](const Side& side) { return side.w3_decode(encoded); }},
      {"W3enc",
       "ns/octet of text",
       1e9,
       [text](const Side& side) {
         side.w3_encode(raw);
         return static_cast<std::size_t>(text);
       }},
      {"W4_1", "ns/request, chunks of 1", 1e9, w4(1)},
      {"W4_16", "ns/request, chunks of 16", 1e9, w4(16)},
      {"W4_16384", "ns/request, chunks of 16384", 1e9, w4(16384)},
      {"W5", "ns/frame", 1e9, [n](const Side& side) { return side.w5(control, 500 * n); }},
      {"W8", "ns/session", 1e9, [n](const Side& side) { return side.w8(cold, 2500 * n); }},
  };
}

int bench(int argc, char** argv) {
  Arguments arguments;
  if (!parse(argc, argv, arguments)) return 2;
  const std::size_t rounds = arguments.quick ? 5 : 15;
  double text = 0;
  nlohmann::ordered_json json;
  std::string worst;  // W4 is as fast as its slowest kind of chunk
  std::printf("%-10s %14s %14s %8s\n", "", "engine", "nghttp2", "ratio");
  for (const Workload& workload : workloads(arguments.quick, text)) {
    if (!arguments.only.empty() && !workload.key.starts_with(arguments.only)) continue;
    const Outcome o = measure(workload, rounds);
    std::printf("%-10s %14.2f %14.2f %7.2fx  %s\n",
                workload.key.c_str(),
                o.engine,
                o.nghttp2,
                o.ratio,
                workload.unit.c_str());
    std::fflush(stdout);
    json[workload.key] = {
        {"engine", o.engine}, {"nghttp2", o.nghttp2}, {"unit", workload.unit}, {"ratio", o.ratio}};
    if (workload.key.starts_with("W4_") &&
        (worst.empty() || o.ratio < json[worst]["ratio"].get<double>()))
      worst = workload.key;
  }
  if (!worst.empty()) json["W4"] = json[worst];
  if (arguments.only.empty() || arguments.only == "W3enc") {
    const std::vector<Story> raw = stories(true);
    const double ours = static_cast<double>(engine_side().w3_encode(raw)) / text;
    const double theirs = static_cast<double>(nghttp2_side().w3_encode(raw)) / text;
    std::printf(
        "compression of the raw lists: engine %.4f, nghttp2 %.4f of the text%s\n",
        ours,
        theirs,
        stories_are_generated() ? " (lists made here: H2ASSAY_HPACK_TEST_CASES is not set)" : "");
    json["compression"] = {
        {"engine", ours}, {"nghttp2", theirs}, {"generated", stories_are_generated()}};
  }
  if (arguments.json.empty()) return 0;
  std::ofstream out(arguments.json);
  out << json.dump(2) << "\n";
  if (!out.flush()) {
    std::fprintf(stderr, "bench: cannot write %s\n", arguments.json.c_str());
    return 2;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return bench(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench: %s\n", error.what());
    return 5;
  }
}
