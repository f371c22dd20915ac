// How many pairs a processor second runs: ours with and without oracles, and two libnghttp2
// sessions, alternating within one run.
//
//     pair_bench [FOLDER…]     a corpus whose average is measured, too

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <span>
#include <string>
#include <vector>

#include "fuzz/nghttp2_pair.h"
#include "properties/oracles/all.h"
#include "properties/pair/script.h"

namespace {

using namespace h2assay;

constexpr double kSlice = 0.1;  // processor seconds for each row in each round
constexpr int kRounds = 7;

double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

enum class Watch : std::uint8_t { nobody, cheap, all };

std::uint64_t run(const Script& script, Watch watch) {
  Pair pair(script);
  if (watch == Watch::nobody) {
    pair.perform(script);
    return 0;
  }
  Oracles oracles(pair, watch == Watch::all ? Costly::yes : Costly::no);
  pair.perform(script);
  return oracles.frames() / 2;  // each is seen when it leaves and when it arrives
}

// One line of the report: what is run, and the best of its rounds.
struct Row {
  std::string name;
  std::function<std::uint64_t()> once;  // the number of frames; 0: nobody counts
  double runs_per_second = 0;
  double frames_per_second = 0;
};

void measure(Row& row) {
  std::uint64_t runs = 0;
  std::uint64_t frames = 0;
  const double start = processor_seconds();
  double spent = 0;
  while ((spent = processor_seconds() - start) < kSlice) {
    frames += row.once();
    ++runs;
  }
  row.runs_per_second = std::max(row.runs_per_second, static_cast<double>(runs) / spent);
  row.frames_per_second = std::max(row.frames_per_second, static_cast<double>(frames) / spent);
}

std::vector<Script> corpus_of(std::span<char*> folders) {
  namespace fs = std::filesystem;
  std::vector<Script> scripts;
  for (const char* folder : folders)
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
      if (!entry.is_regular_file() || !entry.path().extension().empty()) continue;
      std::ifstream in(entry.path(), std::ios::binary);
      const std::string text{std::istreambuf_iterator<char>(in), {}};
      scripts.push_back(
          script_from({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}));
    }
  return scripts;
}

Script of(std::vector<Act> acts) {
  return {.client = {}, .server = {}, .swarm = 0, .acts = std::move(acts)};
}

}  // namespace

int main(int argc, char** argv) {
  const Script handshake = of({});
  const Act get{.kind = ActKind::request};
  const Script request = of({get});
  const Script eight = of({get, get, get, get, get, get, get, get});
  const std::vector<Script> corpus =
      corpus_of(std::span(argv, static_cast<std::size_t>(argc)).subspan(1));

  std::vector<Row> rows;
  const auto add = [&](std::string name, std::function<std::uint64_t()> once) {
    rows.push_back({.name = std::move(name), .once = std::move(once)});
  };
  add("libnghttp2: handshake", [] { return fuzz::run_nghttp2_pair(0); });
  add("handshake, nobody watches", [&] { return run(handshake, Watch::nobody); });
  add("handshake, cheap oracles", [&] { return run(handshake, Watch::cheap); });
  add("libnghttp2: GET", [] { return fuzz::run_nghttp2_pair(1); });
  add("GET, nobody watches", [&] { return run(request, Watch::nobody); });
  add("GET, cheap oracles", [&] { return run(request, Watch::cheap); });
  add("libnghttp2: 8 GETs", [] { return fuzz::run_nghttp2_pair(8); });
  add("8 GETs, nobody watches", [&] { return run(eight, Watch::nobody); });
  add("8 GETs, cheap oracles", [&] { return run(eight, Watch::cheap); });
  std::size_t next = 0;
  const auto from_corpus = [&](Watch watch, bool sampled) {
    return [&corpus, &next, watch, sampled] {
      const std::size_t i = next++;
      return run(corpus[i % corpus.size()], sampled && i % 8 != 0 ? Watch::cheap : watch);
    };
  };
  if (!corpus.empty()) {
    add("corpus, nobody watches", from_corpus(Watch::nobody, false));
    add("corpus, cheap oracles", from_corpus(Watch::cheap, false));
    add("corpus, all for one in eight", from_corpus(Watch::all, true));
    add("corpus, all oracles", from_corpus(Watch::all, false));
  }
  for (int round = 0; round < kRounds; ++round)
    for (Row& row : rows) measure(row);
  std::printf("best of %d rounds, by processor time\n", kRounds);
  for (const Row& row : rows)
    std::printf("%-32s %9.0f runs/s %10.0f frames/s\n",
                row.name.c_str(),
                row.runs_per_second,
                row.frames_per_second);
  return 0;
}
