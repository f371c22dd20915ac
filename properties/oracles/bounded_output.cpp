#include "properties/oracles/bounded_output.h"

#include <string>

namespace h2assay {

void BoundedOutput::delivering(const Pair&, Side at, Octets octets) {
  End& end = ends_[static_cast<std::size_t>(at)];
  end.in += octets.size();
  end.answering = true;
}

void BoundedOutput::received(const Pair&, Side at, Events events) {
  End& end = ends_[static_cast<std::size_t>(at)];
  end.events += events.size();
  evaluated(!events.empty());
  if (end.events > end.in)
    accuse(std::to_string(end.events) + " events of " + std::to_string(end.in) + " octets");
}

void BoundedOutput::before_call(const Pair&, const Command& command) {
  ends_[static_cast<std::size_t>(command.side)].answering = false;
}

void BoundedOutput::emitted(const Pair&, Side from, Octets octets) {
  End& end = ends_[static_cast<std::size_t>(from)];
  if (!end.answering) return;
  end.out += octets.size();
  evaluated();
  if (end.out > kPerOctet * end.in + kOnce)
    accuse(std::to_string(end.out) + " octets of answers to " + std::to_string(end.in));
}

}  // namespace h2assay
