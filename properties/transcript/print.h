#pragma once
// What the printers share.

#include <string>
#include <string_view>

namespace h2assay::transcript {

// Text as it may reach a terminal: control octets and what is not UTF-8 become \xNN.  Quoted octets
// need more: see escaped().
std::string shown(std::string_view text);

}  // namespace h2assay::transcript
