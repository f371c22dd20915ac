#pragma once
// From what wire and model find to the check that it belongs to.

#include <string>
#include <vector>

#include "properties/model.h"
#include "properties/observer/checks.h"
#include "properties/wire/hpack.h"

namespace h2assay::watch {

Check check_of(wire::HpackFault fault);
Check check_of(model::MessageFault fault);

// The checks that a representation has kept by being decoded.
std::vector<Check> judged_by(const wire::Representation& representation);
// The checks that a section without fault has kept, where it had occasion to break them.
std::vector<Check> judged_by(model::Section section, const std::vector<wire::FieldLine>& lines);

struct SectionJudgement {
  model::SectionFacts facts{};
  Check check = Check::field_octets;  // of the fault, when there is one
  std::string text{};                 // the fault, with the line, in printable ASCII
};

// `protocol`: SETTINGS_ENABLE_CONNECT_PROTOCOL=1 was announced to the sender.
SectionJudgement judge_section(model::Section section,
                               bool protocol,
                               const std::vector<wire::FieldLine>& lines);

// Printable ASCII; everything else, backslashes included, as \xNN; cut after 80 octets.
std::string printable(std::string_view text);

}  // namespace h2assay::watch
