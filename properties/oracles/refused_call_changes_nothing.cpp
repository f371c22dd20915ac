#include "properties/oracles/refused_call_changes_nothing.h"

#include <string>

namespace h2assay {

void RefusedCallChangesNothing::before_call(const Pair& pair, const Command& command) {
  before_ = pair.at(command.side).digest();
  waiting_ = pair.at(command.side).outbound_octets();
}

void RefusedCallChangesNothing::called(const Pair& pair,
                                       const Command& command,
                                       const Sent<>& answer) {
  evaluated(!answer.has_value());
  if (answer) return;
  const Connection& end = pair.at(command.side);
  if (end.digest() != before_)
    accuse("a call refused with " + std::string(name(answer.error())) + " changed the state");
  if (end.outbound_octets() != waiting_)
    accuse("a call refused with " + std::string(name(answer.error())) + " put out octets");
}

}  // namespace h2assay
