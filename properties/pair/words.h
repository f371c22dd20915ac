#pragma once
// The verbs of a pair transcript and their names.

#include <optional>
#include <string_view>

#include "properties/pair/command.h"
#include "properties/transcript/environment.h"

namespace h2assay {

// "send_data", "drop 1 frame"; as the transcript language writes them.
std::string_view name(Verb verb);

// The call of this name; nothing for anything else.
std::optional<Verb> call_verb(std::string_view word);

// What the network does, by the first word; nothing for anything else.
std::optional<Verb> network_verb(std::string_view word);

// A pair transcript holds everything that it says: no value waits for a conversation.
class NoEnvironment final : public transcript::Environment {
 public:
  transcript::Evaluated<transcript::Result> value(std::string_view name) const override;
  transcript::Evaluated<std::int64_t> window(std::uint32_t stream) const override;
  transcript::Evaluated<std::string> status(std::uint32_t code) const override;
};

}  // namespace h2assay
