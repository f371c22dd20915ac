#include "conformance/self/reckoning.h"

#include <algorithm>

#include <fmt/format.h>

#include "conformance/results/escape.h"

namespace h2assay {
namespace {

class Reckoner {
 public:
  Reckoner(const Matrix& matrix,
           std::span<const Mutant> mutants,
           std::span<const Exemption> exemptions,
           Extent extent)
      : matrix_(matrix),
        mutants_(mutants),
        extent_(extent) {
    for (const Exemption& one : exemptions) exemptions_.emplace(one.name, &one);
  }

  Reckoning reckoned() {
    soundness();
    if (extent_ == Extent::sound) return std::move(out_);
    for (std::size_t n = 0; n < mutants_.size(); ++n) mutant(mutants_[n], matrix_.killed[n]);
    accusations();
    cases();
    if (extent_ == Extent::part) return std::move(out_);
    for (const auto& [name, line] : exemptions_)
      if (!met_.contains(name)) complain(line, "there is no such mutant or case");
    return std::move(out_);
  }

 private:
  void complain(const Exemption* line, std::string_view what) {
    out_.complaints.push_back(
        fmt::format("STALE     equivalent.csv:{}: {}: {}", line->line, line->name, what));
  }

  const Exemption* exemption(const std::string& name) {
    const auto found = exemptions_.find(name);
    if (found == exemptions_.end()) return nullptr;
    met_.insert(name);
    return found->second;
  }

  static bool for_memory(const SoundResult& sound) {
    const auto& over = sound.instance->source->transcript.header.over;
    return over.empty() || std::ranges::find(over, "memory") != over.end();
  }

  void soundness() {
    for (const SoundResult& sound : matrix_.sound) {
      const Performed& performed = sound.performed;
      if (!sound.passes())
        out_.complaints.push_back(fmt::format("RED       {}: {}; expected {}",
                                              printable(sound.instance->id),
                                              printable(text_of(performed.grade)),
                                              printable(performed.expected)));
      if (!performed.supported && for_memory(sound))
        out_.complaints.push_back(fmt::format(
            "UNPLAYED  {}: {}", printable(sound.instance->id), printable(performed.observed)));
    }
  }

  void accusations() {
    for (const AccusedLiberty& one : matrix_.accused) {
      const std::string name = fmt::format("{} {}", one.case_id, one.liberty);
      if (exemption(name) != nullptr) continue;
      out_.complaints.push_back(fmt::format("ACCUSED   {}: {}: {}; expected {}",
                                            printable(one.case_id),
                                            one.liberty,
                                            printable(text_of(one.grade)),
                                            printable(one.expected)));
    }
  }

  void mutant(const Mutant& mutant, const Killed& killed) {
    ++out_.mutants;
    const Exemption* exempt = exemption(mutant.name);
    if (exempt != nullptr && exempt->kind == Exemption::Kind::no_mutant)
      complain(exempt, "this is a mutant, not a case");
    if (!killed.case_id.empty()) {
      ++out_.killed;
      if (exempt != nullptr) complain(exempt, fmt::format("{} kills it", killed.case_id));
      return;
    }
    if (exempt == nullptr) {
      ++out_.unkilled;
      if (extent_ == Extent::part) return;
      out_.complaints.push_back(
          fmt::format("UNKILLED  {}: no case tells it from the sound server", mutant.name));
      return;
    }
    const bool by_test = exempt->kind == Exemption::Kind::killed_by;
    ++(by_test ? out_.killed_by_tests : out_.equivalent);
  }

  void cases() {
    const Case* last = nullptr;
    for (const SoundResult& sound : matrix_.sound) {
      const Case* source = sound.instance->source.get();
      if (source == last) continue;
      last = source;
      if (!for_memory(sound)) {
        ++out_.not_for_memory;
        continue;
      }
      ++out_.cases;
      citations(*source);
    }
  }

  bool proved(const Case& one, const std::string& requirement) const {
    return matrix_.proofs.contains({one.id, requirement});
  }

  // A case none of whose citations is proved is vacuous, and that says it all.
  void citations(const Case& one) {
    const auto& cited = one.transcript.header.requirements;
    const auto proofs = static_cast<std::size_t>(
        std::ranges::count_if(cited, [&](const std::string& id) { return proved(one, id); }));
    out_.citations += cited.size();
    out_.proved += proofs;
    vacuity(one, proofs > 0);
    for (const std::string& id : cited) citation(one, id, proofs > 0);
  }

  void citation(const Case& one, const std::string& requirement, bool some_proved) {
    const std::string name = fmt::format("{} {}", one.id, requirement);
    const Exemption* exempt = exemption(name);
    if (exempt != nullptr && exempt->kind != Exemption::Kind::no_mutant)
      complain(exempt, "a citation is exempt by no-mutant only");
    if (proved(one, requirement)) {
      if (exempt != nullptr)
        complain(exempt, fmt::format("'{}' proves it", matrix_.proofs.at({one.id, requirement})));
      return;
    }
    if (exempt != nullptr) {
      ++out_.excused;
      return;
    }
    if (some_proved)
      out_.complaints.push_back(
          fmt::format("UNPROVED  {}: no mutant of {} changes its grade", one.id, requirement));
  }

  void vacuity(const Case& one, bool some_proved) {
    const Exemption* exempt = exemption(one.id);
    if (exempt != nullptr && exempt->kind != Exemption::Kind::no_mutant)
      complain(exempt, "a case is exempt by no-mutant only");
    if (exempt != nullptr && some_proved) complain(exempt, "a mutant changes its grade");
    if (some_proved) return;
    if (exempt != nullptr) {
      ++out_.exempt;
      return;
    }
    ++out_.vacuous;
    std::string cited;
    for (const std::string& id : one.transcript.header.requirements) cited += " " + id;
    out_.complaints.push_back(
        fmt::format("VACUOUS   {}: no mutant of{} changes its grade", one.id, cited));
  }

  const Matrix& matrix_;
  std::span<const Mutant> mutants_;
  Extent extent_;
  std::map<std::string, const Exemption*> exemptions_{};
  std::set<std::string> met_{};
  Reckoning out_{};
};

}  // namespace

Reckoning reckon(const Matrix& matrix,
                 std::span<const Mutant> mutants,
                 std::span<const Exemption> exemptions,
                 Extent extent) {
  return Reckoner(matrix, mutants, exemptions, extent).reckoned();
}

}  // namespace h2assay
