#pragma once
// What a matrix says once the exemptions are taken into account.  Pure.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "conformance/self/equivalent.h"
#include "conformance/self/matrix.h"

namespace h2assay {

struct Reckoning {
  std::vector<std::string> complaints{};  // one line each; none: all is as it should be
  std::size_t mutants = 0;
  std::size_t killed = 0;           // by a case
  std::size_t killed_by_tests = 0;  // exempt: a property or unit test does
  std::size_t equivalent = 0;       // exempt: a conforming server may do so
  std::size_t unkilled = 0;
  std::size_t cases = 0;           // that could be played
  std::size_t not_for_memory = 0;  // `over` names other transports
  std::size_t exempt = 0;          // cases that no mutant can touch, with a reason
  std::size_t vacuous = 0;
  std::size_t citations = 0;  // (case, requirement) pairs
  std::size_t proved = 0;     // of them, by a mutant of the requirement
  std::size_t excused = 0;    // of them, without one, with a reason
};

enum class Extent : std::uint8_t {
  whole,
  part,   // some cases or mutants only: what nobody killed or met says nothing
  sound,  // no mutants: whether the sound engine passes is all
};

Reckoning reckon(const Matrix& matrix,
                 std::span<const Mutant> mutants,
                 std::span<const Exemption> exemptions,
                 Extent extent);

}  // namespace h2assay
