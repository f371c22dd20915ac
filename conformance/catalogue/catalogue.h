#pragma once
// The cases: parsed, selected, and taken apart into instances.

#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "properties/transcript/transcript.h"

namespace h2assay {

inline constexpr std::string_view kCaseSet = "2026.1";

struct Case {
  std::string id;    // the path below cases/, without .h2t
  std::string file;  // for people
  std::string text;
  transcript::Transcript transcript;
};

struct CaseInstance {
  std::string id;  // with the instance: "settings/wrong-lengths[PING,0,3]"
  std::shared_ptr<const Case> source;
  transcript::Instance instance;
};

class Catalogue {
 public:
  // What was compiled in.  Error: the first line that does not parse, as "file:line:column: …".
  static std::expected<Catalogue, std::string> built_in();
  // All *.h2t below a folder.
  static std::expected<Catalogue, std::string> folder(const std::filesystem::path& path);

  std::span<const std::shared_ptr<const Case>> cases() const { return cases_; }

  const Case* find(std::string_view id) const;  // without instance; null: none

  // All instances of the cases that `wanted` accepts (called with the id of a case).
  std::expected<std::vector<CaseInstance>, std::string> instances() const;

 private:
  std::expected<void, std::string> add(std::string id, std::string file, std::string text);

  std::vector<std::shared_ptr<const Case>> cases_;
};

// Which of them to play, and in what order.
struct Selection {
  std::vector<std::string> globs{};  // none: all
  std::vector<std::string> skip{};
  std::optional<std::vector<std::string>> set{};  // globs; one of them must match as well
  std::vector<std::string> sections{};  // "6.5": cases that cite a requirement of it, or below it
  std::vector<std::string> levels{};    // must, should, may
  std::vector<std::string> only{};      // exact ids (--failed); none: all
  unsigned shard = 1;                   // of `shards`, from 1
  unsigned shards = 1;
  bool shuffle = false;
  std::uint64_t seed = 0;
};

// Error: a glob that matches nothing, or another mistake of the command line.
std::expected<std::vector<CaseInstance>, std::string> select(std::vector<CaseInstance> all,
                                                             const Selection& selection);

// The known id that is nearest to this one, for "did you mean"; empty: none is near.
std::string nearest(std::string_view id, std::span<const CaseInstance> all);

}  // namespace h2assay
