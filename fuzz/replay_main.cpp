// Runs files, and the files of folders, through a fuzz target, without a fuzzer: any compiler, any
// build.  Where the input is a script, a file .h2t is performed as the pair transcript that it is.

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
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
  const auto files = files_of(std::span(argv, static_cast<std::size_t>(argc)).subspan(1));
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
  return 0;
}
