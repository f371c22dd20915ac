#pragma once
// The messages that scripts send: well-formed, each for one reason (a shape of RFC 9113, Section 8,
// or a load on the field compression).

#include <cstdint>

#include "engine/field.h"

namespace h2assay::messages {

inline constexpr std::size_t kRequests = 12;
inline constexpr std::size_t kResponses = 7;
inline constexpr std::size_t kInterim = 3;
inline constexpr std::size_t kTrailers = 3;

Fields request(std::uint32_t index);
Fields response(std::uint32_t index);
Fields interim(std::uint32_t index);
Fields trailers(std::uint32_t index);
// A request that may be promised: safe, without content (RFC 9113, Section 8.4).
Fields promised_request(std::uint32_t index);

}  // namespace h2assay::messages
