// Runs files, and the files of folders, through a fuzz target, without a fuzzer: any compiler, any
// build.  Where the input is a script, a file .h2t is performed as the pair transcript that it is,
// and --not-vacuous (first) asks for a corpus that gives every oracle something to accuse: exit 1
// when one had nothing.

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>
#include <vector>

#include "fuzz/check.h"

namespace {

std::vector<std::filesystem::path> files_of(std::span<char*> arguments) {
  namespace fs = std::filesystem;
  std::vector<fs::path> files;
  for (const char* argument : arguments) {
    if (!fs::exists(argument)) {
      std::fprintf(stderr, "%s: no such file or folder\n", argument);
      return {};
    }
    if (!fs::is_directory(argument)) {
      files.emplace_back(argument);
      continue;
    }
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(argument))
      if (entry.is_regular_file() && entry.path().extension() != ".md")
        files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace

int main(int argc, char** argv) {
  std::span<char*> arguments = std::span(argv, static_cast<std::size_t>(argc)).subspan(1);
#ifdef H2ASSAY_REPLAY_TRANSCRIPTS
  const bool whole_corpus =
      !arguments.empty() && std::string_view(arguments.front()) == "--not-vacuous";
  if (whole_corpus) arguments = arguments.subspan(1);
#endif
  const auto files = files_of(arguments);
  if (files.empty()) {
    std::fprintf(stderr, "nothing to replay: give files or folders that hold inputs\n");
    return 2;
  }
  for (const std::filesystem::path& file : files) {
    std::ifstream in(file, std::ios::binary);
    const std::vector<char> octets{std::istreambuf_iterator<char>(in), {}};
    // Named before it runs: whatever happens next belongs to this file.
    std::fprintf(stderr, "%s\n", file.c_str());
#ifdef H2ASSAY_REPLAY_TRANSCRIPTS
    if (file.extension() == ".h2t") {
      h2assay::fuzz::replay_transcript({octets.data(), octets.size()}, file.filename().string());
      continue;
    }
#endif
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size());
  }
  std::fprintf(stderr, "%zu inputs replayed\n", files.size());
#ifdef H2ASSAY_REPLAY_TRANSCRIPTS
  if (whole_corpus && h2assay::fuzz::vacuous()) return 1;
#endif
  return 0;
}
