#include "properties/pair/call.h"

#include <algorithm>
#include <array>

namespace h2assay {

Sent<> call(Connection& end, const Command& c) {
  switch (c.verb) {
    case Verb::initiate_connection: return end.initiate_connection();
    case Verb::send_headers:
      return end.send_headers(
          c.stream_id,
          c.fields,
          {.end_stream = c.end_stream, .priority = c.priority, .pad_length = c.pad_length});
    case Verb::send_data:    return end.send_data(c.stream_id, c.octets, c.end_stream, c.pad_length);
    case Verb::end_stream:   return end.end_stream(c.stream_id);
    case Verb::reset_stream: return end.reset_stream(c.stream_id, c.code);
    case Verb::push_stream:  return end.push_stream(c.stream_id, c.number, c.fields, c.pad_length);
    case Verb::increment_flow_control_window:
      return end.increment_flow_control_window(c.number, c.stream_id);
    case Verb::acknowledge_received_data:
      return end.acknowledge_received_data(c.number, c.stream_id);
    case Verb::ping: {
      std::array<std::uint8_t, 8> data{};
      std::copy_n(c.octets.begin(), std::min(c.octets.size(), data.size()), data.begin());
      return end.ping(data);
    }
    case Verb::update_settings:  return end.update_settings(c.settings);
    case Verb::close_connection: return end.close_connection(c.code, c.octets, c.last_stream_id);
    case Verb::prioritize:       return end.prioritize(c.stream_id, c.priority.value_or(Priority{}));
    case Verb::update_priority:  return end.update_priority(c.stream_id, c.text);
    case Verb::advertise_alternative_service:
      return end.advertise_alternative_service("h2=\":443\"", c.text, c.stream_id);
    case Verb::advertise_origins: {
      const std::array<std::string_view, 1> origins{c.text};
      return end.advertise_origins(origins);
    }
    case Verb::send_unknown_frame:
      return end.send_unknown_frame(c.type, c.flags, c.stream_id, c.octets);
    case Verb::advance:      end.advance(c.number); return {};
    case Verb::nothing:
    case Verb::move_octets:
    case Verb::move_frame:
    case Verb::put:
    case Verb::drop_frame:
    case Verb::repeat_frame:
    case Verb::swap_frames:
    case Verb::alter_frame:
    case Verb::cut_off:
    case Verb::settle:       return {};
  }
  return {};
}

}  // namespace h2assay
