#pragma once
// Events as lines of text, complete: two batches are equal when their texts are.  The form is that
// of a pair transcript where it has one.

#include <string>

#include "engine/event.h"

namespace h2assay {

// `base`: the position of the first event, where a batch is a part of a longer one.
std::string text_of(Events events, std::size_t base = 0);
std::string text_of(const Event& event, std::size_t base = 0);

}  // namespace h2assay
