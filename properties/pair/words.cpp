#include "properties/pair/words.h"

namespace h2assay {

std::string_view name(Verb verb) {
  switch (verb) {
    case Verb::nothing:                       return "nothing";
    case Verb::initiate_connection:           return "initiate_connection";
    case Verb::send_headers:                  return "send_headers";
    case Verb::send_data:                     return "send_data";
    case Verb::end_stream:                    return "end_stream";
    case Verb::reset_stream:                  return "reset_stream";
    case Verb::push_stream:                   return "push_stream";
    case Verb::increment_flow_control_window: return "increment_flow_control_window";
    case Verb::acknowledge_received_data:     return "acknowledge_received_data";
    case Verb::ping:                          return "ping";
    case Verb::update_settings:               return "update_settings";
    case Verb::close_connection:              return "close_connection";
    case Verb::prioritize:                    return "prioritize";
    case Verb::update_priority:               return "update_priority";
    case Verb::advertise_alternative_service: return "advertise_alternative_service";
    case Verb::advertise_origins:             return "advertise_origins";
    case Verb::send_unknown_frame:            return "send_unknown_frame";
    case Verb::advance:                       return "advance";
    case Verb::move_octets:                   return "octets";
    case Verb::move_frame:                    return "1 frame";
    case Verb::put:                           return "put";
    case Verb::drop_frame:                    return "drop 1 frame";
    case Verb::repeat_frame:                  return "repeat 1 frame";
    case Verb::swap_frames:                   return "swap";
    case Verb::alter_frame:                   return "alter";
    case Verb::cut_off:                       return "end";
    case Verb::settle:                        return "settle";
  }
  return {};
}

std::optional<Verb> call_verb(std::string_view word) {
  for (int i = 0; i <= static_cast<int>(Verb::advance); ++i)
    if (const auto verb = static_cast<Verb>(i); is_call(verb) && name(verb) == word) return verb;
  return std::nullopt;
}

std::optional<Verb> network_verb(std::string_view word) {
  for (int i = static_cast<int>(Verb::put); i <= static_cast<int>(Verb::settle); ++i) {
    const auto verb = static_cast<Verb>(i);
    if (name(verb).substr(0, name(verb).find(' ')) == word) return verb;
  }
  return std::nullopt;
}

transcript::Evaluated<transcript::Result> NoEnvironment::value(std::string_view name) const {
  return std::unexpected(
      transcript::Fault{transcript::Fault::Kind::not_given, std::string(name) + " has no value"});
}

transcript::Evaluated<std::int64_t> NoEnvironment::window(std::uint32_t) const {
  return std::unexpected(
      transcript::Fault{transcript::Fault::Kind::not_given, "no window is known here"});
}

transcript::Evaluated<std::string> NoEnvironment::status(std::uint32_t) const {
  return std::unexpected(
      transcript::Fault{transcript::Fault::Kind::unsupported, "no resource is known here"});
}

}  // namespace h2assay
