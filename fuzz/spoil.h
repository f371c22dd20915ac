#pragma once
// Quirks chosen by octets of an input.

#include <cstdint>

#include "engine/options.h"

namespace h2assay::fuzz {

// One octet chooses the rule (0: none; 255: all of them off), one what becomes of it.  Fails when
// the quirk is not read back from what somebody would write on a command line.
void spoil_rules(Options& options, std::uint8_t which, std::uint8_t how);

}  // namespace h2assay::fuzz
