#pragma once
// Which names a body binds and uses.  Internal to the parser.

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "properties/transcript/transcript.h"

namespace h2assay::transcript {

struct Binding {
  Position at{};
  std::size_t uses = 0;
  bool free = true;  // `*` could stand in its place; not so for `open {s}`
};

// Names bound by `<` and by `open`, over all instances of a file.
using Bindings = std::map<std::string, Binding>;

// Follows the body line by line.  Throws Failed on a name that nothing binds, or that is taken.
void follow_names(const std::vector<Line>& body, Bindings& bindings);

// Writes * where a `<` line binds a name that nothing uses.
void star_useless(std::vector<Line>& body, const Bindings& bindings);

// Throws Failed when a name is bound and used nowhere.
void refuse_useless(const Bindings& bindings);

}  // namespace h2assay::transcript
