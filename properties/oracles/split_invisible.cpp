#include "properties/oracles/split_invisible.h"

#include <algorithm>
#include <string>

#include "properties/pair/event_text.h"

namespace h2assay {

namespace {

// Where to cut next, from the octets themselves: no randomness of its own.
std::size_t piece(Octets rest, std::size_t round) {
  switch (round % 4) {
    case 0:  return 1;
    case 1:  return 8;
    case 2:  return 1 + rest.front() % 23;
    default: return 9;
  }
}

}  // namespace

void SplitInvisible::delivering(const Pair& pair, Side at, Octets octets) {
  if (count_++ % every_ != 0) return;
  evaluated(octets.size() > 1);
  Connection whole = pair.at(at);
  Connection cut = pair.at(at);
  const std::string expected = text_of(pair.handling().receive(whole, octets));
  std::string came;
  std::size_t base = 0;
  std::size_t round = octets.size();
  for (Octets rest = octets; !rest.empty(); ++round) {
    const std::size_t size = std::min(piece(rest, round), rest.size());
    const Events events = pair.handling().receive(cut, rest.first(size));
    came += text_of(events, base);
    base += events.size();
    rest = rest.subspan(size);
  }
  if (came != expected) accuse("events differ: whole\n" + expected + "cut\n" + came);
  if (whole.digest() != cut.digest()) accuse("the state differs after the same octets, cut anew");
  const Octets expected_output = whole.data_to_send();
  std::vector<std::uint8_t> output;
  while (cut.outbound_octets() != 0) {
    const Octets part = cut.data_to_send(1 + cut.outbound_octets() / 2);
    output.insert(output.end(), part.begin(), part.end());
    if (part.empty() || output.size() > expected_output.size()) break;
  }
  if (!std::ranges::equal(expected_output, output))
    accuse("the output, taken in parts, differs after the same octets, cut anew");
}

}  // namespace h2assay
