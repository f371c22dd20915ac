// Each difference from hyper-h2 that engine/README.md lists (D01 to D84) is named by a test.

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

namespace h2assay {
namespace {

TEST(Divergences, EachIsNamedByATest) {
  std::set<int> named;
  const std::regex test(R"(TEST(?:_F|_P)?\((\w+),\s*(\w+)\))");
  const std::regex number(R"(D(\d\d))");
  for (const auto& entry : std::filesystem::recursive_directory_iterator(H2ASSAY_ENGINE_DIR)) {
    if (!entry.path().filename().string().ends_with("_test.cpp")) continue;
    std::stringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    const std::string source = text.str();
    for (std::sregex_iterator at(source.begin(), source.end(), test), end; at != end; ++at) {
      const std::string name = (*at)[2];
      for (std::sregex_iterator d(name.begin(), name.end(), number); d != end; ++d) {
        named.insert(std::stoi((*d)[1]));
      }
    }
  }
  const std::set<int> unused{14, 35, 37};  // numbers that were never given
  std::string missing;
  for (int d = 1; d <= 84; ++d) {
    if (!named.contains(d) && !unused.contains(d)) missing += " D" + std::to_string(d);
  }
  EXPECT_EQ(missing, "");
}

}  // namespace
}  // namespace h2assay
