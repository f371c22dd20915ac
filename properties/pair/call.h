#pragma once
// A command's call on an engine.

#include "properties/pair/command.h"

namespace h2assay {

// The answer of the call that `command` names; nothing happens for what is no call.
Sent<> call(Connection& end, const Command& command);

}  // namespace h2assay
