#pragma once
// Small makers of frames and of lines for the log, shared by the parts of the player.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/player/facts.h"
#include "properties/transcript/environment.h"
#include "properties/wire/frame.h"

namespace h2assay {

wire::RawFrame window_update(std::uint32_t stream, std::uint32_t increment);

// PINGs of the barrier carry "barrier" and a number in their eight octets.
wire::RawFrame barrier_ping(std::uint64_t number);
bool is_barrier_data(wire::Octets data);
std::uint64_t barrier_number(wire::Octets data);

transcript::Phrase word_phrase(std::string_view word);

// DATA with so many octets of filling.
wire::RawFrame data_frame(std::uint32_t stream,
                          std::uint64_t length,
                          std::optional<std::uint8_t> pad,
                          bool end_stream);

// The field lines of a whole, well-formed request: pseudo-fields, then those of Facts::fields.
std::vector<transcript::FieldLine> message_fields(std::string_view method,
                                                  std::string_view path,
                                                  const Facts& facts);

}  // namespace h2assay
