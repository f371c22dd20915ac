#pragma once
// Cases against mutants: who kills whom.
//
// A mutant is killed by an instance whose grade differs from the sound server's.  A case is vacuous
// unless a mutant of a requirement that it cites changes the grade of one of its instances.

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "conformance/catalogue/catalogue.h"
#include "conformance/self/grade.h"
#include "conformance/self/mutants.h"

namespace h2assay {

// What a case came to against the sound server.
struct SoundResult {
  const CaseInstance* instance = nullptr;
  std::size_t variation = 0;  // the first of `variations` that offers what it needs
  Performed performed{};

  bool passes() const {
    return !performed.supported || good_by_default(performed.grade.verdict, false);
  }
};

struct Killed {
  std::string case_id{};  // the instance; empty: nobody has killed it
  Grade sound{};
  Grade mutated{};
};

// A case that does not pass against a server that does only what it may.
struct AccusedLiberty {
  std::string case_id{};
  std::string liberty{};
  Grade grade{};
  std::string expected{};
};

struct Matrix {
  std::vector<SoundResult> sound{};  // one an instance
  std::vector<Killed> killed{};      // one a mutant, in their order
  // Case id (without instance) and requirement, where a mutant of the requirement has changed the
  // grade of the case; the mutant's name.
  std::map<std::pair<std::string, std::string>, std::string> proofs{};
  std::vector<AccusedLiberty> accused{};  // in the order of liberties and cases
  bool stopped = false;                   // on request: what stands here is not all
};

class MatrixRun {
 public:
  struct Options {
    unsigned jobs = 0;  // threads; 0: as many as cores
    std::function<void(std::size_t done, std::size_t all)> progress{};  // from any thread
    std::function<bool()> stop{};                                       // asked between two cases
  };

  MatrixRun(std::span<const CaseInstance> cases,
            std::span<const Variation> variations,
            Options options);

  // The sound server alone.
  void play_sound(Matrix& matrix) const;
  // Then the mutants: each one's citing cases, until all have told; only if none of them kills it
  // the rest, until one does.
  void play_mutants(std::span<const Mutant> mutants, Matrix& matrix) const;
  // All cases against servers that use what they are permitted.  A case that passes although such a
  // server says something else than the sound one proves that it cites the permission rightly.
  void play_liberties(std::span<const Mutant> liberties, Matrix& matrix) const;

 private:
  struct Verdicts;  // of one mutant

  void for_each(std::size_t count, const std::function<void(std::size_t)>& work) const;
  static bool may_differ(const SoundResult& sound, const Mutant& mutant);
  std::optional<Grade> changed(const SoundResult& sound, const Mutant& mutant) const;
  Verdicts judge(const Mutant& mutant, const Matrix& matrix) const;

  bool stopped() const { return options_.stop && options_.stop(); }

  std::span<const CaseInstance> cases_;
  std::span<const Variation> variations_;
  Options options_;
};

}  // namespace h2assay
