#pragma once
// Turns an act into a command: the references are looked up in the live state of a pair.

#include <vector>

#include "properties/pair/command.h"
#include "properties/pair/foreign.h"
#include "properties/pair/pair.h"

namespace h2assay {

class Resolver {
 public:
  explicit Resolver(const Pair& pair) : pair_(pair) {}

  // Verb::nothing where the act has nothing to refer to.
  Command resolve(const Act& act) const;

 private:
  Command message(const Act& act) const;
  Command content(const Act& act) const;
  Command stream_call(const Act& act) const;
  Command connection_call(const Act& act) const;
  Command extension(const Act& act) const;
  Command network(const Act& act) const;
  Command misuse(const Act& act) const;
  Whereabouts whereabouts(const Act& act) const;

  // The k-th stream from the newest that satisfies the condition, or 0.
  template <typename Condition> std::uint32_t stream(std::uint32_t k, Condition&& condition) const;
  std::uint32_t writable(Side side, std::uint32_t k) const;
  std::uint32_t alive(Side side, std::uint32_t k) const;
  std::uint32_t of_peer(Side side, std::uint32_t k) const;
  std::uint32_t any(std::uint32_t k) const;

  const Pair& pair_;
  mutable std::vector<std::uint8_t> scratch_;  // of the command that was resolved last
};

}  // namespace h2assay
