#include "conformance/adapters/loaded_library.h"

#include <dlfcn.h>

namespace h2assay {

namespace {

constexpr const char* kSymbol = "h2assay_library_table";

std::string complaint(const std::string& path, const std::string& what) {
  return path + ": " + what;
}

std::string last_error() {
  const char* text = dlerror();
  return text == nullptr ? "cannot be loaded" : text;
}

bool whole(const h2assay_library& table) {
  return table.name != nullptr && table.release != nullptr && table.create != nullptr &&
         table.destroy != nullptr && table.receive != nullptr && table.take_output != nullptr &&
         table.send_headers != nullptr && table.send_data != nullptr && table.push != nullptr &&
         table.reset != nullptr && table.ping != nullptr && table.settings != nullptr &&
         table.goaway != nullptr && table.window != nullptr;
}

}  // namespace

std::expected<const h2assay_library*, std::string> load_library(const std::string& path) {
  // A name without a slash would be looked for where libraries of the system lie.
  const std::string file = path.find('/') == std::string::npos ? "./" + path : path;
  void* object = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (object == nullptr) return std::unexpected(last_error());
  auto* const table_of = reinterpret_cast<decltype(&h2assay_library_table)>(dlsym(object, kSymbol));
  if (table_of == nullptr)
    return std::unexpected(
        complaint(path, std::string("has no symbol ") + kSymbol + ": it is no adapter"));
  const h2assay_library* table = table_of(H2ASSAY_LIBRARY_VERSION);
  const std::string version = std::to_string(H2ASSAY_LIBRARY_VERSION);
  if (table == nullptr)
    return std::unexpected(complaint(path, "does not offer version " + version + " of library.h"));
  if (table->version != H2ASSAY_LIBRARY_VERSION)
    return std::unexpected(complaint(path,
                                     "was built for version " + std::to_string(table->version) +
                                         " of library.h, not " + version));
  if (!whole(*table))
    return std::unexpected(complaint(path, "its table lacks a name, a release or a function"));
  return table;
}

}  // namespace h2assay
