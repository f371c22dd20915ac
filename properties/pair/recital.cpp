#include "properties/pair/recital.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "properties/pair/content.h"
#include "properties/pair/words.h"
#include "properties/transcript/frame_text.h"

namespace h2assay {

namespace {

using transcript::Argument;
using transcript::Phrase;
using transcript::Value;

constexpr std::uint64_t kAnyNumber = 0xffff'ffff;

std::uint32_t number_of(const Value& value) {
  return static_cast<std::uint32_t>(
      transcript::number(value, NoEnvironment(), kAnyNumber).value_or(0));
}

std::string octets_of(const Value& value) {
  return transcript::octets(value, NoEnvironment()).value_or("");
}

std::string at_line(std::uint32_t line, std::string_view what) {
  return "line " + std::to_string(line) + ": " + std::string(what);
}

Octets view(const std::string& octets) {
  return {reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size()};
}

ErrorCode code_of(const Value& value) {
  if (const auto named = error_code(transcript::text_of(value))) return *named;
  return static_cast<ErrorCode>(number_of(value));
}

}  // namespace

Script Recital::quiet() {
  Script script;
  script.client.acknowledges = script.server.acknowledges = false;
  script.client.answers = script.server.answers = false;
  return script;
}

std::expected<Recital, std::string> Recital::read(std::string_view text, std::string_view file) {
  const auto parsed = transcript::parse(text, file);
  if (!parsed) return std::unexpected(transcript::describe(parsed.error()));
  if (parsed->header.role != transcript::Role::pair)
    return std::unexpected(std::string(file) + ": role pair is expected");
  Recital recital;
  recital.options_[0] = options_of(Role::client, {});
  recital.options_[1] = options_of(Role::server, {});
  for (const transcript::Line& line : parsed->body)
    if (std::string wrong = recital.add(line); !wrong.empty())
      return std::unexpected(std::string(file) + ": " + wrong);
  return recital;
}

std::string Recital::add(const transcript::Line& line) {
  if (std::holds_alternative<transcript::Remark>(line.what)) return {};
  if (const auto* step = std::get_if<transcript::Step>(&line.what)) {
    const Side side = step->label == "server" ? Side::server : Side::client;
    return step->sign == transcript::Step::Sign::network ? add_movement(*step, side)
                                                         : add_call(*step, side);
  }
  if (const auto* await = std::get_if<transcript::Await>(&line.what)) {
    const auto* phrase = std::get_if<Phrase>(&await->alternatives.front().what);
    if (phrase != nullptr && phrase->word == "refused" && !lines_.empty()) {
      lines_.back().refused = transcript::text_of(*phrase->atom(0));
      return {};
    }
    return at_line(await->at.line, "of the expectations, only `refused` can be judged here");
  }
  return "loops and tables cannot be performed here";
}

std::string Recital::take_pair(Line& line, std::string_view key, const Value& value) {
  Command& c = line.command;
  if (const auto id = wire::setting_id(key); id || key.starts_with("0x")) {
    const std::uint16_t number =
        id ? *id : static_cast<std::uint16_t>(transcript::parse_number(key).number);
    line.settings.push_back({number, number_of(value)});
  } else if (key == "pad") {
    c.pad_length = static_cast<std::uint8_t>(number_of(value));
  } else if (key == "depends" || key == "weight") {
    if (!c.priority) c.priority = Priority{};
    if (key == "depends") c.priority->depends_on = number_of(value);
    if (key == "weight") c.priority->weight = static_cast<std::uint16_t>(number_of(value));
  } else if (key == "last") {
    c.last_stream_id = number_of(value);
  } else if (key == "type") {
    c.type = static_cast<std::uint8_t>(number_of(value));
  } else if (key == "flags") {
    c.flags = static_cast<std::uint8_t>(number_of(value));
  } else if (key == "value" || key == "origin" || key == "origins") {
    line.text = octets_of(value);
  } else if (key == "data" || key == "debug" || key == "payload") {
    line.octets = octets_of(value);
  } else if (key == "length" || key == "promise" || key == "increment" || key == "milliseconds") {
    c.number = number_of(value);
    line.patterned = c.verb == Verb::send_data;
  } else {
    return std::string(key) + " cannot be performed here";
  }
  return {};
}

std::string Recital::take(Line& line, const Argument& argument) {
  Command& c = line.command;
  if (argument.kind == Argument::Kind::pair) return take_pair(line, argument.key, argument.value);
  if (argument.kind == Argument::Kind::field) {
    const auto block = transcript::representations({argument.field}, NoEnvironment());
    if (!block) return "a field that only a conversation can fill in";
    for (const wire::FieldLine& field : wire::HpackDecoder().decode(wire::encode(*block)).fields) {
      const std::string_view name = line.texts.emplace_back(field.name);
      line.fields.push_back({name, line.texts.emplace_back(field.value), field.never_indexed});
    }
    return {};
  }
  const std::string_view atom = transcript::text_of(argument.value);
  if (atom == "END_STREAM") {
    c.end_stream = EndStream::yes;
  } else if (atom == "exclusive") {
    if (!c.priority) c.priority = Priority{};
    c.priority->exclusive = true;
  } else if (atom != "answer_malformed_requests" && atom != "unchecked") {
    if ((c.verb == Verb::reset_stream && c.stream_id != 0) || c.verb == Verb::close_connection)
      c.code = code_of(argument.value);
    else
      c.stream_id = number_of(argument.value);
  }
  return {};
}

// The first initiate_connection says what its end is made with; all that it does not say is left
// out.
void Recital::take_options(const Line& line, const Phrase& phrase) {
  const std::size_t end = line.command.side == Side::client ? 0 : 1;
  if (std::exchange(initiated_[end], true)) return;
  Options& options = options_[end];
  options.answer_malformed_requests = phrase.has("answer_malformed_requests");
  options.unchecked = phrase.has("unchecked");
  InitialSettings& s = options.settings;
  s = {.max_concurrent_streams = std::nullopt, .max_header_list_size = std::nullopt};
  for (const Setting& setting : line.settings) {
    switch (static_cast<SettingId>(setting.id)) {
      case SettingId::header_table_size:       s.header_table_size = setting.value; break;
      case SettingId::enable_push:             s.enable_push = setting.value; break;
      case SettingId::max_concurrent_streams:  s.max_concurrent_streams = setting.value; break;
      case SettingId::initial_window_size:     s.initial_window_size = setting.value; break;
      case SettingId::max_frame_size:          s.max_frame_size = setting.value; break;
      case SettingId::max_header_list_size:    s.max_header_list_size = setting.value; break;
      case SettingId::enable_connect_protocol: s.enable_connect_protocol = setting.value; break;
      case SettingId::no_rfc7540_priorities:   s.no_rfc7540_priorities = setting.value; break;
      default:                                 s.other.emplace_back(setting.id, setting.value);
    }
  }
}

std::string Recital::add_call(const transcript::Step& step, Side side) {
  const auto* phrase = std::get_if<Phrase>(&step.what);
  const auto verb = phrase == nullptr ? std::nullopt : call_verb(phrase->word);
  if (!verb) return at_line(step.at.line, "this call cannot be performed here");
  Line& line = lines_.emplace_back();
  line.at = step.at.line;
  line.command.verb = *verb;
  line.command.side = side;
  for (const Argument& argument : phrase->arguments)
    if (std::string wrong = take(line, argument); !wrong.empty())
      return at_line(step.at.line, wrong);
  if (*verb == Verb::initiate_connection) take_options(line, *phrase);
  line.command.settings = *verb == Verb::update_settings ? std::span<const Setting>(line.settings)
                                                         : std::span<const Setting>();
  line.command.fields = line.fields;
  line.command.octets = view(line.octets);
  line.command.text = line.text;
  return {};
}

std::string Recital::add_movement(const transcript::Step& step, Side side) {
  Line& line = lines_.emplace_back();
  line.at = step.at.line;
  Command& c = line.command;
  c.side = side;
  c.verb = Verb::put;
  if (const auto* frame = std::get_if<transcript::FrameLine>(&step.what)) {
    const auto frames = transcript::FrameWriter().write(*frame, NoEnvironment());
    if (!frames) return at_line(line.at, frames.error().what);
    std::vector<std::uint8_t> octets;
    for (const wire::RawFrame& one : *frames) wire::append(octets, one);
    line.octets.assign(octets.begin(), octets.end());
    c.octets = view(line.octets);
    return {};
  }
  const auto& phrase = std::get<Phrase>(step.what);
  const Value* first = phrase.atom(0);
  const Value* second = phrase.atom(1);
  if (phrase.word.empty()) {
    c.verb = transcript::text_of(*second) == "frame" ? Verb::move_frame : Verb::move_octets;
    c.number = number_of(*first);
    for (std::uint32_t i = 1; c.verb == Verb::move_frame && i < c.number; ++i)
      lines_.push_back({.at = line.at, .command = {.verb = Verb::move_frame, .side = side}});
    return {};
  }
  const auto verb = network_verb(phrase.word);
  if (!verb) return at_line(line.at, phrase.word + " cannot be performed here");
  c.verb = *verb;
  if (c.verb == Verb::alter_frame && second != nullptr) {
    c.number = number_of(*first);
    c.mask = static_cast<std::uint8_t>(number_of(*second));
  }
  if (c.verb == Verb::put)
    for (const Argument& argument : phrase.arguments) line.octets += octets_of(argument.value);
  c.octets = view(line.octets);
  return {};
}

std::string Recital::perform(Pair& pair) const {
  for (const Line& line : lines_) {
    Command command = line.command;
    if (line.patterned) {
      command.octets = content_view(
          command.stream_id, pair.content_sent(command.side, command.stream_id), command.number);
      command.number = 0;
    }
    const Sent<> answer = pair.execute(command);
    const std::string_view refused = answer ? std::string_view() : name(answer.error());
    if (refused != line.refused && is_call(command.verb))
      return at_line(line.at,
                     line.refused.empty() ? "refused: " + std::string(refused)
                                          : "not refused as " + line.refused);
  }
  pair.finish();
  return {};
}

}  // namespace h2assay
