#pragma once
// How the program ends, and what it says when that is early.

#include <iostream>
#include <string_view>

namespace h2assay {

// The exit codes of the program.
enum class Exit : int {
  as_expected = 0,
  deviations = 1,
  usage = 2,
  not_reachable = 3,
  nothing_selected = 4,
  our_fault = 5,
  interrupted = 130,
};

// One line to standard error, and the code back.
inline Exit complain(Exit code, std::string_view text) {
  std::cerr << "h2assay: " << text << '\n';
  return code;
}

}  // namespace h2assay
