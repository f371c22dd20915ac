#pragma once
// The content that the pair's applications send: octet k of stream s is Pair::content(s, k).

#include "engine/octets.h"

namespace h2assay {

// At most 64 KiB of it, without a copy.
Octets content_view(std::uint32_t stream_id, std::size_t offset, std::size_t length);

}  // namespace h2assay
