#pragma once
// equivalent.csv: what no case can kill, and why that is right.  A line each:
//
//     mutant,kind,detail
//     ping-length:scope,equivalent,"RFC 9113, 6.7: …"   the sentence that permits it
//     origin-length:off,killed-by,Suite.Test            a property or unit test that kills it
//     streams/a-case,no-mutant,"why none can be made"   a case, in place of a mutant;
//     "streams/a-case
//                                                       rfc9113-5.1-21": one citation of it
//
// Strict both ways: a line about something that a case does kill is stale, and an error.

#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace h2assay {

struct Exemption {
  enum class Kind : std::uint8_t { equivalent, killed_by, no_mutant };
  std::string name{};  // of a mutant, the id of a case, or that and a requirement
  Kind kind = Kind::equivalent;
  std::string detail{};
  int line = 0;  // of the file, from 1
};

// Error: the first line that is wrong, as "equivalent.csv:3: …".
std::expected<std::vector<Exemption>, std::string> read_exemptions(
    std::span<const std::string> lines);

// The file that was compiled in.
std::expected<std::vector<Exemption>, std::string> built_in_exemptions();

}  // namespace h2assay
