#include "conformance/judge/match.h"

#include <algorithm>

#include <fmt/format.h>

#include "conformance/judge/codes.h"

namespace h2assay {

using transcript::Environment;
using transcript::Evaluated;
using transcript::FieldWord;
using transcript::FrameLine;
using transcript::Value;
using wire::FrameType;

namespace {

std::string as_text(wire::Octets octets) { return {octets.begin(), octets.end()}; }

// A value that is {name} with a name that nothing has bound yet: it takes whatever came.
bool binds(const Value& value, const Environment& environment) {
  const auto name = transcript::sole_name(value);
  if (name.empty() || name.find('.') != std::string_view::npos) return false;
  const auto known = environment.value(name);
  return !known && known.error().kind == transcript::Fault::Kind::not_given;
}

}  // namespace

Evaluated<bool> number_fits(const Value& pattern,
                            std::uint64_t actual,
                            const Environment& environment,
                            Bindings& bound) {
  if (binds(pattern, environment)) {
    bound.emplace_back(transcript::sole_name(pattern), static_cast<std::int64_t>(actual));
    return true;
  }
  return transcript::permits(pattern, actual, environment);
}

namespace {

struct NumberPart {
  std::string_view key;
  std::optional<std::uint64_t> value;
};

// The parts of a frame that are numbers.
std::vector<NumberPart> number_parts(const wire::RawFrame& frame) {
  const wire::Octets payload = frame.payload;
  const auto layout = wire::layout(frame);
  std::vector<NumberPart> parts = {{"flags", frame.flags}, {"length", frame.payload.size()}};
  if (layout.pad_length) parts.push_back({"pad", *layout.pad_length});
  if (layout.priority) {
    parts.push_back({"depends", layout.priority->depends_on});
    parts.push_back({"weight", layout.priority->weight});
  }
  if (frame.is(FrameType::priority) && payload.size() >= 5) {
    parts.push_back({"depends", wire::read32(payload)});
    parts.push_back({"weight", payload[4]});
  }
  if (frame.is(FrameType::push_promise)) parts.push_back({"promise", layout.promised});
  if (frame.is(FrameType::goaway)) parts.push_back({"last", wire::read32(payload)});
  if (frame.is(FrameType::window_update)) parts.push_back({"increment", wire::read32(payload)});
  if (frame.is(FrameType::priority_update)) parts.push_back({"stream", wire::read32(payload)});
  return parts;
}

std::optional<std::string> octets_part(const wire::RawFrame& frame, std::string_view key) {
  const wire::Octets payload = frame.payload;
  const auto after = [&](std::size_t skipped) {
    return payload.size() >= skipped ? std::optional(as_text(payload.subspan(skipped)))
                                     : std::nullopt;
  };
  if (key == "payload") return as_text(payload);
  if (key == "data" && frame.is(FrameType::ping)) return as_text(payload);
  if (key == "data" || key == "block") return as_text(wire::layout(frame).content);
  if (key == "padding") return as_text(wire::layout(frame).padding);
  if (key == "debug") return after(8);
  if (key == "value" && frame.is(FrameType::priority_update)) return after(4);
  if (frame.is(FrameType::altsvc) && payload.size() >= 2) {
    const std::size_t origin = wire::read16(payload);
    if (payload.size() < 2 + origin) return std::nullopt;
    if (key == "origin") return as_text(payload.subspan(2, origin));
    if (key == "value") return as_text(payload.subspan(2 + origin));
  }
  return std::nullopt;
}

std::optional<std::uint32_t> error_code_of(const wire::RawFrame& frame) {
  if (frame.is(FrameType::rst_stream) && frame.payload.size() >= 4)
    return wire::read32(frame.payload);
  if (frame.is(FrameType::goaway) && frame.payload.size() >= 8)
    return wire::read32(frame.payload, 4);
  return std::nullopt;
}

Evaluated<bool> code_fits(const Value& pattern,
                          const wire::RawFrame& frame,
                          const Environment& env) {
  const auto code = error_code_of(frame);
  if (!code) return false;
  const auto by_name = transcript::permits(pattern, code_name(*code), env);
  if (by_name && *by_name) return true;
  return transcript::permits(pattern, std::uint64_t{*code}, env);
}

Evaluated<bool> setting_fits(const transcript::Part& part,
                             const wire::RawFrame& frame,
                             const Environment& env,
                             Bindings& bound) {
  auto id = wire::setting_id(part.key);
  if (!id) {
    const auto parsed = transcript::parse_number(part.key);
    if (parsed.good) id = static_cast<std::uint16_t>(parsed.number);
  }
  for (const wire::SettingEntry& entry : wire::settings_entries(frame.payload)) {
    if (entry.id != id) continue;
    auto fits = number_fits(part.value, entry.value, env, bound);
    if (!fits || *fits) return fits;
  }
  return false;
}

Evaluated<bool> part_fits(const transcript::Part& part,
                          const wire::RawFrame& frame,
                          const Environment& env,
                          Bindings& bound) {
  if (part.key == "code") return code_fits(part.value, frame, env);
  for (const NumberPart& number : number_parts(frame))
    if (number.key == part.key && number.value)
      return number_fits(part.value, *number.value, env, bound);
  if (const auto octets = octets_part(frame, part.key))
    return transcript::permits(part.value, *octets, env);
  if (frame.is(FrameType::settings)) return setting_fits(part, frame, env, bound);
  return false;
}

wire::Kind kind_of(FieldWord::Mark mark) {
  switch (mark) {
    case FieldWord::Mark::incremental: return wire::Kind::incremental;
    case FieldWord::Mark::never:       return wire::Kind::never;
    case FieldWord::Mark::none:
    case FieldWord::Mark::without:     return wire::Kind::without;
  }
  return wire::Kind::without;
}

Evaluated<bool> representation_fits(const FieldWord& word,
                                    const wire::Representation& actual,
                                    const Environment& env) {
  if (word.kind == FieldWord::Kind::max) {
    if (actual.kind != wire::Kind::size_update) return false;
    return transcript::permits(word.value, actual.index, env);
  }
  if (word.kind == FieldWord::Kind::indexed) {
    if (actual.kind != wire::Kind::indexed || !word.index) return false;
    return transcript::permits(*word.index, actual.index, env);
  }
  if (actual.kind != kind_of(word.mark)) return false;
  const auto name =
      word.index ? Evaluated<std::string>(actual.name) : transcript::octets(word.name, env);
  if (!name) return std::unexpected(name.error());
  if (*name != actual.name) return false;
  if (word.index) {
    const auto fits = transcript::permits(*word.index, actual.index, env);
    if (!fits || !*fits) return fits;
  }
  return transcript::permits(word.value, actual.value, env);
}

Evaluated<bool> field_fits(const FieldWord& word, const Heard& heard, const Environment& env) {
  const auto name = transcript::octets(word.name, env);
  if (!name) return std::unexpected(name.error());
  for (const wire::FieldLine& field : heard.fields) {
    if (field.name != *name) continue;
    auto fits = transcript::permits(word.value, field.value, env);
    if (!fits || *fits) return fits;
  }
  return false;
}

bool about_representation(const FieldWord& word) {
  return word.kind != FieldWord::Kind::field || word.mark != FieldWord::Mark::none || word.index;
}

}  // namespace

Evaluated<bool> fields_fit(const Heard& heard,
                           const std::vector<FieldWord>& words,
                           const std::vector<std::string>& without,
                           const Environment& env) {
  for (const std::string& name : without)
    if (std::ranges::any_of(heard.fields, [&](const auto& field) { return field.name == name; }))
      return false;
  auto next = heard.representations.begin();  // demands on representations hold in order
  for (const FieldWord& word : words) {
    if (!about_representation(word)) {
      auto fits = field_fits(word, heard, env);
      if (!fits || !*fits) return fits;
      continue;
    }
    bool found = false;
    for (; next != heard.representations.end() && !found; ++next) {
      const auto fits = representation_fits(word, *next, env);
      if (!fits) return fits;
      found = *fits;
    }
    if (!found) return false;
  }
  return true;
}

Evaluated<Match> addressed(const Heard& heard, const FrameLine& pattern, const Environment& env) {
  Match match;
  if (heard.frame.type != pattern.type) return match;
  const auto fits = number_fits(pattern.stream, heard.frame.stream_id(), env, match.bound);
  if (!fits) return std::unexpected(fits.error());
  match.fits = *fits;
  return match;
}

Evaluated<Match> matches(const Heard& heard,
                         const FrameLine& pattern,
                         const std::vector<std::string>& without,
                         const Environment& env) {
  auto match = addressed(heard, pattern, env);
  if (!match || !match->fits) return match;
  const auto flags = heard.frame.flags;
  if ((flags & pattern.flags) != pattern.flags || (flags & pattern.absent) != 0) return Match{};
  for (const transcript::Part& part : pattern.parts) {
    const auto fits = part_fits(part, heard.frame, env, match->bound);
    if (!fits) return std::unexpected(fits.error());
    if (!*fits) return Match{};
  }
  const auto fits = fields_fit(heard, pattern.fields, without, env);
  if (!fits) return std::unexpected(fits.error());
  if (!*fits) return Match{};
  return match;
}

unsigned status_of(const Heard& heard) {
  for (const wire::FieldLine& field : heard.fields) {
    if (field.name != ":status") continue;
    if (field.value.size() != 3) return 0;
    unsigned status = 0;
    for (const char digit : field.value) {
      if (digit < '0' || digit > '9') return 0;
      status = status * 10 + static_cast<unsigned>(digit - '0');
    }
    return status;
  }
  return 0;
}

bool refuses(const Heard& heard) { return status_of(heard) >= 400; }

std::string short_text(const Heard& heard) {
  const auto& frame = heard.frame;
  const auto known = wire::type_name(frame.type);
  std::string out = known.empty() ? fmt::format("0x{:02x}", frame.type) : std::string(known);
  if (frame.is(FrameType::goaway) && frame.payload.size() >= 8)
    return out + " " + code_name(wire::read32(frame.payload, 4));
  out += fmt::format(" {}", frame.stream_id());
  if (frame.is(FrameType::rst_stream) && frame.payload.size() >= 4)
    out += " " + code_name(wire::read32(frame.payload));
  if ((frame.is(FrameType::settings) || frame.is(FrameType::ping)) && frame.has(wire::kAck))
    out += " ACK";
  if (const auto status = status_of(heard); status != 0) out += fmt::format(" :status={}", status);
  if (frame.is(FrameType::data)) out += fmt::format(" of {} octets", frame.payload.size());
  return out;
}

}  // namespace h2assay
