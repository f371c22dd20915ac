#pragma once
// A promise that somebody watches: one oracle a file.  Properties and fuzzers use the same ones.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace h2assay {

class Promise {
 public:
  // `id` is the file's name; `requirement` an id of conformance/requirements.csv, or the number of
  // one of the engine's own promises ("promise-2").
  Promise(std::string_view id, std::string_view requirement) : id_(id), requirement_(requirement) {}

  std::string_view id() const { return id_; }

  std::string_view requirement() const { return requirement_; }

  // The first way in which the promise was broken.
  const std::optional<std::string>& broken() const { return broken_; }

  // How often it judged, and how often there was something that could have been wrong.
  std::uint64_t evaluations() const { return evaluations_; }

  std::uint64_t occasions() const { return occasions_; }

 protected:
  ~Promise() = default;

  void evaluated(bool occasion = true) {
    ++evaluations_;
    occasions_ += occasion ? 1U : 0U;
  }

  void accuse(std::string what) {
    if (!broken_) broken_ = std::move(what);
  }

 private:
  std::string_view id_;
  std::string_view requirement_;
  std::optional<std::string> broken_;
  std::uint64_t evaluations_ = 0;
  std::uint64_t occasions_ = 0;
};

}  // namespace h2assay
