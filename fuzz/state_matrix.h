#pragma once
// Which frames arrived in which states of both ends: a cell is the client's view of the stream, the
// server's, the receiver and the type of the frame.

#include <set>
#include <string>

#include "properties/pair/pair.h"

namespace h2assay::fuzz {

// "open half_closed_remote client DATA"; frames of stream 0 stand by the connection's phases
// (young: no SETTINGS acknowledged yet; open; leaving: GOAWAY; failed).
using Cells = std::set<std::string>;

// Adds the cells that this script reaches.  Frames are delivered one by one, so that each meets the
// state that it finds, not that of the batch it came in.
void add_cells(Cells& cells, const Script& script);

}  // namespace h2assay::fuzz
