// The state matrix of a corpus: what it reaches, and whether it lost a cell.
//
//     state_matrix CELLS FOLDER…             every cell of the file CELLS is reached, or exit 1
//     state_matrix --update CELLS FOLDER…    writes the file anew
//     state_matrix --grow CELLS FROM FOLDER  moves what reaches a new cell from FROM to FOLDER

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <span>
#include <sstream>
#include <string>

#include "fuzz/state_matrix.h"

namespace {

namespace fs = std::filesystem;
using h2assay::fuzz::Cells;

h2assay::Script script_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return h2assay::script_from({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

std::set<fs::path> files_of(const char* folder) {
  std::set<fs::path> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file() && entry.path().extension().empty()) files.insert(entry.path());
  return files;
}

Cells read(const char* path) {
  Cells cells;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);)
    if (!line.empty() && line[0] != '#') cells.insert(line);
  return cells;
}

void write(const char* path, const Cells& cells) {
  std::ofstream out(path);
  out << "# The client's view of the stream, the server's, who receives, and the frame: cells that "
         "the\n# corpus reaches.  Written by `state_matrix --update`; a lost one fails a test.\n";
  for (const std::string& cell : cells) out << cell << "\n";
}

// How many frames by pair of states: what a person looks at.
void print_table(const Cells& cells) {
  std::map<std::string, int> rows;
  for (const std::string& cell : cells) {
    std::istringstream words(cell);
    std::string client;
    std::string server;
    words >> client >> server;
    ++rows[client.append(1, ' ').append(server)];
  }
  for (const auto& [row, count] : rows) std::printf("%4d  %s\n", count, row.c_str());
  std::printf("%zu cells in %zu pairs of states\n", cells.size(), rows.size());
}

int grow(Cells known, const char* from, const char* into) {
  int moved = 0;
  for (const fs::path& path : files_of(from)) {
    const std::size_t before = known.size();
    h2assay::fuzz::add_cells(known, script_of(path));
    if (known.size() == before) continue;
    fs::copy_file(path, fs::path(into) / path.filename(), fs::copy_options::skip_existing);
    ++moved;
  }
  std::printf("%d inputs reach cells that none reached before; %zu cells\n", moved, known.size());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::span<char*> arguments(argv, static_cast<std::size_t>(argc));
  const bool update = argc > 3 && std::string_view(argv[1]) == "--update";
  const bool growing = argc == 5 && std::string_view(argv[1]) == "--grow";
  if (argc < 3) {
    std::fprintf(stderr, "usage: state_matrix [--update] CELLS FOLDER…\n");
    return 2;
  }
  if (growing) return grow(read(argv[2]), argv[3], argv[4]);
  Cells reached;
  for (const char* folder : arguments.subspan(update ? 3 : 2))
    for (const fs::path& path : files_of(folder))
      h2assay::fuzz::add_cells(reached, script_of(path));
  print_table(reached);
  if (update) {
    write(argv[2], reached);
    return 0;
  }
  int lost = 0;
  for (const std::string& cell : read(argv[2]))
    if (!reached.contains(cell)) std::printf("lost: %s\n", cell.c_str()), ++lost;
  if (reached.empty()) std::printf("nothing was reached\n");
  return lost == 0 && !reached.empty() ? 0 : 1;
}
