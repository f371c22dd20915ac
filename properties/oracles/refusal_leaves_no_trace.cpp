#include "properties/oracles/refusal_leaves_no_trace.h"

#include <algorithm>
#include <string>

#include "properties/pair/event_text.h"

namespace h2assay {

void RefusalLeavesNoTrace::before_call(const Pair& pair, const Command& command) {
  if (!untouched_) candidate_ = std::make_unique<Connection>(pair.at(command.side));
}

void RefusalLeavesNoTrace::called(const Pair& pair, const Command& command, const Sent<>& answer) {
  if (!untouched_) {
    if (!answer && candidate_) {
      untouched_ = std::move(candidate_);
      side_ = command.side;
    }
    return;
  }
  if (command.side != side_ || !answer) return;
  evaluated();
  if (pair.handling().call(*untouched_, command) != answer)
    accuse("a later call is answered otherwise");
}

void RefusalLeavesNoTrace::delivering(const Pair& pair, Side at, Octets octets) {
  if (untouched_ && at == side_) expected_ = text_of(pair.handling().receive(*untouched_, octets));
}

void RefusalLeavesNoTrace::received(const Pair&, Side at, Events events) {
  if (!untouched_ || at != side_) return;
  evaluated(!events.empty());
  if (text_of(events) != expected_)
    accuse("after a refused call the events are\n" + text_of(events) + "and without it\n" +
           expected_);
}

void RefusalLeavesNoTrace::emitted(const Pair&, Side from, Octets octets) {
  if (!untouched_ || from != side_) return;
  evaluated();
  if (!std::ranges::equal(untouched_->data_to_send(), octets))
    accuse("after a refused call the output is not what it is without it");
}

}  // namespace h2assay
