#include "properties/oracles/content_arrives.h"

#include <string>

namespace h2assay {

void ContentArrives::received(const Pair& pair, Side at, Events events) {
  if (pair.tampered()) return;
  for (const Event& event : events) {
    const auto* data = std::get_if<DataReceived>(&event);
    if (data == nullptr) continue;
    evaluated(!data->data.empty());
    std::size_t& offset = seen_[static_cast<std::size_t>(at)][data->stream_id];
    for (const std::uint8_t octet : data->data)
      if (octet != Pair::content(data->stream_id, offset++)) {
        accuse("octet " + std::to_string(offset - 1) + " of stream " +
               std::to_string(data->stream_id) + " is not what was sent");
        return;
      }
  }
}

}  // namespace h2assay
