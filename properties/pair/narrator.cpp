#include "properties/pair/narrator.h"

#include <optional>
#include <utility>

#include "engine/settings.h"
#include "properties/pair/event_text.h"
#include "properties/pair/text_line.h"
#include "properties/pair/words.h"
#include "properties/transcript/frame_text.h"
#include "properties/transcript/transcript.h"

namespace h2assay {

namespace {

std::string_view name(Side side) { return side == Side::client ? "client" : "server"; }

bool on_a_stream(Verb verb) {
  using enum Verb;
  return verb == send_headers || verb == send_data || verb == end_stream || verb == reset_stream ||
         verb == push_stream || verb == increment_flow_control_window ||
         verb == acknowledge_received_data || verb == prioritize || verb == update_priority ||
         verb == send_unknown_frame;
}

// Words of one line in the transcript language.
class Words {
 public:
  explicit Words(std::string line) : line_(std::move(line)) {}

  Words& word(std::string_view text) {
    line_ += ' ';
    line_ += text;
    return *this;
  }

  Words& number(std::uint64_t value) { return word(std::to_string(value)); }

  Words& part(std::string_view key, std::uint64_t value) {
    return word(std::string(key) + "=" + std::to_string(value));
  }

  Words& part(std::string_view key, std::string_view octets) {
    return word(std::string(key) + "=" + transcript::print(transcript::octets_value(octets)));
  }

  Words& code(ErrorCode code) {
    const std::string_view known = h2assay::name(code);
    return known.empty() ? number(static_cast<std::uint32_t>(code)) : word(known);
  }

  Words& setting(std::uint16_t id, std::uint32_t value) {
    const std::string_view known = wire::setting_name(id);
    if (!known.empty()) return part(known, value);
    static constexpr std::string_view kDigits = "0123456789abcdef";
    std::string key = "0x";
    for (int shift = 12; shift >= 0; shift -= 4) key += kDigits[id >> shift & 15];
    return part(key, value);
  }

  Words& field(const Field& field) {
    transcript::FieldWord word = transcript::field_word(field.name, field.value);
    if (field.never_indexed) word.mark = transcript::FieldWord::Mark::never;
    return this->word(transcript::print(word));
  }

  std::string take() { return std::move(line_); }

 private:
  std::string line_;
};

void put_arguments(Words& line, const Command& c) {
  if (c.end_stream == EndStream::yes) line.word("END_STREAM");
  if (c.pad_length) line.part("pad", *c.pad_length);
  if (c.priority) {
    line.part("depends", c.priority->depends_on).part("weight", c.priority->weight);
    if (c.priority->exclusive) line.word("exclusive");
  }
  switch (c.verb) {
    case Verb::push_stream:                   line.part("promise", c.number); break;
    case Verb::increment_flow_control_window: line.part("increment", c.number); break;
    case Verb::acknowledge_received_data:     line.part("length", c.number); break;
    case Verb::advance:                       line.part("milliseconds", c.number); break;
    case Verb::reset_stream:                  line.code(c.code); break;
    case Verb::send_data:                     line.part("length", c.octets.size()); break;
    case Verb::ping:                          line.part("data", text_view(c.octets)); break;
    case Verb::update_priority:               line.part("value", c.text); break;
    case Verb::advertise_alternative_service: line.part("origin", c.text); break;
    case Verb::advertise_origins:             line.part("origins", c.text); break;
    case Verb::close_connection:
      line.code(c.code);
      if (c.last_stream_id) line.part("last", *c.last_stream_id);
      if (!c.octets.empty()) line.part("debug", text_view(c.octets));
      break;
    case Verb::send_unknown_frame:
      line.part("type", c.type).part("flags", c.flags).part("payload", text_view(c.octets));
      break;
    case Verb::nothing:
    case Verb::initiate_connection:
    case Verb::send_headers:
    case Verb::end_stream:
    case Verb::update_settings:
    case Verb::prioritize:
    case Verb::move_octets:
    case Verb::move_frame:
    case Verb::put:
    case Verb::drop_frame:
    case Verb::repeat_frame:
    case Verb::swap_frames:
    case Verb::alter_frame:
    case Verb::cut_off:
    case Verb::settle:              break;
  }
  for (const Setting& setting : c.settings) line.setting(setting.id, setting.value);
  for (const Field& field : c.fields) line.field(field);
}

std::string call_text(const Command& c) {
  Words line(std::string(name(c.side)) + "> " + std::string(name(c.verb)));
  if (on_a_stream(c.verb) || (c.verb == Verb::advertise_alternative_service && c.stream_id != 0))
    line.number(c.stream_id);
  put_arguments(line, c);
  return line.take();
}

// What an end was made with stands at its first call.
std::string first_call_text(const Command& c, const Options& options) {
  Words line(std::string(name(c.side)) + "> initiate_connection");
  const InitialSettings& s = options.settings;
  const std::pair<SettingId, std::optional<std::uint32_t>> values[] = {
      {SettingId::header_table_size, s.header_table_size},
      {SettingId::max_concurrent_streams, s.max_concurrent_streams},
      {SettingId::initial_window_size, s.initial_window_size},
      {SettingId::max_frame_size, s.max_frame_size},
      {SettingId::max_header_list_size, s.max_header_list_size},
      {SettingId::enable_connect_protocol, s.enable_connect_protocol}};
  for (const auto& [id, value] : values)
    if (value) line.setting(static_cast<std::uint16_t>(id), *value);
  if (options.answer_malformed_requests) line.word("answer_malformed_requests");
  if (options.unchecked) line.word("unchecked");
  return line.take();
}

// One frame as a frame line, if that says the same; anything else in hex.
std::string put_text(std::string_view end, Octets octets) {
  wire::FrameCutter cutter;
  cutter.feed(octets);
  const std::optional<wire::RawFrame> frame = cutter.next();
  if (frame && cutter.rest().empty()) {
    const transcript::FrameLine line = transcript::FrameTeller().tell(*frame).line;
    const auto again = transcript::FrameWriter().write(line, NoEnvironment());
    if (again && again->size() == 1 && again->front() == *frame)
      return std::string(end) + "~ " + transcript::print(line);
  }
  return std::string(end) + "~ put " + transcript::print(transcript::hex_value(text_view(octets)));
}

}  // namespace

std::string text_of(const Command& c) {
  if (is_call(c.verb)) return call_text(c);
  if (c.verb == Verb::settle) return "~ settle";
  if (c.verb == Verb::put) return put_text(name(c.side), c.octets);
  Words line(std::string(name(c.side)) + "~");
  if (c.verb == Verb::move_octets) line.number(c.number);
  line.word(name(c.verb));
  if (c.verb == Verb::alter_frame) line.number(c.number).number(c.mask);
  return line.take();
}

std::string Narrator::transcript(std::string_view title, std::string_view requirement) const {
  std::string text = "title        ";
  text += title;
  if (!requirement.empty()) text += "\nrequirement  " + std::string(requirement);
  text += "\nrole         pair\n\n";
  return text + lines_;
}

void Narrator::before_call(const Pair& pair, const Command& command) {
  const bool first = command.verb == Verb::initiate_connection &&
                     !std::exchange(initiated_[command.side == Side::client ? 0 : 1], true);
  lines_ +=
      (first ? first_call_text(command, pair.at(command.side).options()) : text_of(command)) + "\n";
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
  for (const Event& event : events)
    lines_ += "# " + std::string(name(at)) + ": " + text_of(event) + "\n";
}

void Narrator::tampered(const Pair&, const Command& command) { lines_ += text_of(command) + "\n"; }

void Narrator::at_rest(const Pair&) { lines_ += "~ settle\n"; }

std::string transcript_of(const Script& script, std::string_view title) {
  Pair pair(script);
  Narrator narrator;
  pair.watch(narrator);
  pair.perform(script);
  return narrator.transcript(title, {});
}

}  // namespace h2assay
