#include "properties/pair/narrator.h"

#include "properties/pair/event_text.h"
#include "properties/pair/text_line.h"

namespace h2assay {

namespace {

std::string_view name(Side side) { return side == Side::client ? "client" : "server"; }

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
    case Verb::put:                           return "octets";
    case Verb::drop_frame:                    return "drop 1 frame";
    case Verb::repeat_frame:                  return "repeat 1 frame";
    case Verb::swap_frames:                   return "swap";
    case Verb::cut_off:                       return "end";
    case Verb::settle:                        return "settle";
  }
  return {};
}

bool on_a_stream(Verb verb) {
  using enum Verb;
  return verb == send_headers || verb == send_data || verb == end_stream || verb == reset_stream ||
         verb == push_stream || verb == increment_flow_control_window ||
         verb == acknowledge_received_data || verb == prioritize || verb == update_priority ||
         verb == send_unknown_frame;
}

std::string call_text(const Command& c) {
  TextLine line(std::string(name(c.side)) + "> " + std::string(name(c.verb)));
  if (on_a_stream(c.verb)) line.number(c.stream_id);
  line.word_if(c.end_stream == EndStream::yes, "END_STREAM");
  if (c.pad_length) line.part("pad", *c.pad_length);
  if (c.priority)
    line.part("depends", c.priority->depends_on | (c.priority->exclusive ? 0x8000'0000U : 0U))
        .part("weight", c.priority->weight);
  if (c.verb == Verb::push_stream) line.part("promise", c.number);
  if (c.verb == Verb::increment_flow_control_window) line.part("increment", c.number);
  if (c.verb == Verb::acknowledge_received_data) line.part("length", c.number);
  if (c.verb == Verb::advance) line.part("milliseconds", c.number);
  if (c.verb == Verb::reset_stream || c.verb == Verb::close_connection) line.code(c.code);
  if (c.last_stream_id) line.part("last", *c.last_stream_id);
  for (const Setting& setting : c.settings) line.part(std::to_string(setting.id), setting.value);
  if (c.verb == Verb::send_data) line.part("length", c.octets.size());
  if (c.verb == Verb::send_unknown_frame) line.part("type", c.type).part("flags", c.flags);
  if (c.verb != Verb::send_data && !c.octets.empty()) line.part("data", text_view(c.octets));
  if (!c.text.empty()) line.part("value", c.text);
  return line.fields(c.fields).take();
}

}  // namespace

std::string text_of(const Command& c) {
  if (is_call(c.verb)) return call_text(c);
  if (c.verb == Verb::settle) return "~ settle";
  TextLine line(std::string(name(c.side)) + "~");
  if (c.verb == Verb::move_octets) line.number(c.number);
  line.word(name(c.verb));
  if (c.verb == Verb::put) line.part("data", text_view(c.octets));
  return line.take();
}

std::string Narrator::transcript(std::string_view title, std::string_view requirement) const {
  std::string text = "title        ";
  text += title;
  text += "\nrequirement  ";
  text += requirement;
  text += "\nrole         pair\n\n";
  return text + lines_;
}

void Narrator::before_call(const Pair&, const Command& command) {
  lines_ += text_of(command) + "\n";
}

void Narrator::called(const Pair&, const Command& command, const Sent<>& answer) {
  if (answer) return;
  lines_ += std::string(name(command.side)) + "< refused " +
            std::string(h2assay::name(answer.error())) + "\n";
}

void Narrator::delivering(const Pair&, Side at, Octets octets) {
  lines_ += std::string(name(at)) + "~ " + std::to_string(octets.size()) + " octets\n";
}

void Narrator::received(const Pair&, Side at, Events events) {
  for (const Event& event : events) lines_ += std::string(name(at)) + "< " + text_of(event) + "\n";
}

void Narrator::tampered(const Pair&, const Command& command) { lines_ += text_of(command) + "\n"; }

std::string transcript_of(const Script& script) {
  Pair pair(script);
  Narrator narrator;
  pair.watch(narrator);
  pair.perform(script);
  return narrator.transcript("A script's run", "-");
}

}  // namespace h2assay
