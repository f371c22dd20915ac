// Steps: what we do.
#include <algorithm>

#include <fmt/format.h>

#include "conformance/player/frames.h"
#include "conformance/player/performance.h"

namespace h2assay {

using transcript::Argument;
using transcript::FieldWord;
using transcript::FrameLine;
using transcript::Phrase;
using transcript::Value;
using wire::FrameType;

namespace {

bool opens_by_hand(const transcript::Saying& what) {
  const auto* phrase = std::get_if<Phrase>(&what);
  return phrase != nullptr && (phrase->word == "connect" || phrase->word == "handshake");
}

constexpr auto kHeadersType = static_cast<std::uint8_t>(FrameType::headers);

}  // namespace

Performance::Flow Performance::step(const transcript::Step& step) {
  if (step.sign != transcript::Step::Sign::ours) return Flow::go_on;  // habits of a replayed log
  const auto* phrase = opens_by_hand(step.what) ? &std::get<Phrase>(step.what) : nullptr;
  Party* speaker = party(step.label, phrase);
  if (speaker == nullptr) return Flow::stop;
  if (phrase != nullptr) return Flow::go_on;
  surroundings_.watch(speaker);
  // An error that a line has accepted ended this connection, or its TLS was refused: nothing more
  // can be asked of it.
  if (speaker->hearing().over || !speaker->wire_facts().tls_error.empty()) return Flow::go_on;
  if (siege_ && siege_->over()) return Flow::go_on;
  const auto* line = std::get_if<FrameLine>(&step.what);
  const Flow flow =
      line != nullptr ? frame(*speaker, *line) : act(*speaker, std::get<Phrase>(step.what));
  if (siege_) siege_->go_on(*speaker);
  return flow;
}

Performance::Flow Performance::frame(Party& party, const FrameLine& line) {
  const auto queued = party.queue_line(line, scope_, facts_);
  return queued ? Flow::go_on : fault(queued.error());
}

Performance::Flow Performance::act(Party& party, const Phrase& phrase) {
  const std::string_view word = phrase.word;
  if (word == "PREFACE") {
    std::optional<std::size_t> flipped;
    if (const Value* flip = phrase.pair("flip")) {
      const auto at = transcript::number(*flip, scope_, wire::kPreface.size() - 1);
      if (!at) return fault(at.error());
      flipped = *at;
    }
    party.queue_preface(flipped);
  } else if (word == "octets") {
    std::string all;
    for (const Argument& argument : phrase.arguments) {
      const auto octets = transcript::octets(argument.value, scope_);
      if (!octets) return fault(octets.error());
      all += *octets;
    }
    party.queue_octets({reinterpret_cast<const std::uint8_t*>(all.data()), all.size()});
  } else if (word == "pieces") {
    party.flush(within(patience_.answer));
    const auto size = transcript::parse_number(transcript::text_of(*phrase.atom(0)));
    party.pieces(size.good ? size.number : 0);
  } else if (word == "request") {
    return request(party, phrase);
  } else if (word == "open") {
    return open_stream(party, phrase);
  } else if (word == "data") {
    return data(party, phrase);
  } else if (word == "signal") {
    return send_signal(phrase);
  } else if (word == "FIN") {
    party.half_close(within(patience_.answer));
  } else if (word == "RST") {
    party.flush(within(patience_.answer));
    party.reset();
  } else if (word.starts_with("tls-")) {
    return act_on_tls(party, phrase);
  } else if (word == "hold" || word == "resume") {
    party.flush(within(patience_.answer));
    party.hold(word == "hold");
  } else {
    return stop(Verdict::unsupported, fmt::format("the act '{}'", word), phrase.at);
  }
  return Flow::go_on;
}

namespace {

// The fields of a whole request: what is given replaces a default of the same name.
std::vector<FieldWord> request_words(std::string_view method,
                                     const std::vector<FieldWord>& given,
                                     const Facts& facts) {
  std::vector<FieldWord> words;
  std::vector<bool> used(given.size(), false);
  for (const auto& [name, value] : message_fields(method, facts.path, facts)) {
    bool replaced = false;
    for (std::size_t n = 0; n < given.size(); ++n) {
      if (transcript::text_of(given[n].name) != name || !name.starts_with(':')) continue;
      words.push_back(given[n]);
      used[n] = replaced = true;
    }
    if (!replaced) words.push_back(transcript::field_word(name, value));
  }
  for (std::size_t n = 0; n < given.size(); ++n)
    if (!used[n]) words.push_back(given[n]);
  return words;
}

}  // namespace

Performance::Flow Performance::request(Party& party, const Phrase& phrase) {
  const std::string method(transcript::text_of(*phrase.atom(1)));
  FrameLine line;
  line.type = kHeadersType;
  line.stream = *phrase.atom(0);
  line.at = phrase.at;
  const Value* body = phrase.pair("body");
  const Value* length = phrase.pair("length");
  line.flags = wire::kEndHeaders;
  if (body == nullptr && length == nullptr) line.flags |= wire::kEndStream;
  line.fields = request_words(method, phrase.fields(), facts_);
  if (const Flow flow = frame(party, line); flow == Flow::stop) return flow;
  if (body == nullptr && length == nullptr) return Flow::go_on;
  Phrase content = phrase;
  content.word = "data";
  if (body != nullptr) {
    const auto octets = transcript::octets(*body, scope_);
    if (!octets) return fault(octets.error());
    FrameLine frame_with_body;
    frame_with_body.type = static_cast<std::uint8_t>(FrameType::data);
    frame_with_body.stream = line.stream;
    frame_with_body.flags = wire::kEndStream;
    frame_with_body.parts.push_back({.key = "data", .value = transcript::quoted_value(*octets)});
    return frame(party, frame_with_body);
  }
  content.arguments.push_back({.value = transcript::bare("END_STREAM")});
  return data(party, content);
}

Performance::Flow Performance::open_stream(Party& party, const Phrase& phrase) {
  const std::uint32_t stream = (party.highest_stream() + 1) | 1U;
  if (facts_.echo.empty())
    return stop(Verdict::unsupported, "the peer has no resource {echo}", phrase.at);
  FrameLine line;
  line.type = kHeadersType;
  line.stream = transcript::number_value(stream);
  line.flags = wire::kEndHeaders;
  for (const auto& [name, value] : message_fields("POST", facts_.echo, facts_))
    line.fields.push_back(transcript::field_word(name, value));
  if (const Value* name = phrase.atom(0)) scope_.bind(transcript::sole_name(*name), stream);
  return frame(party, line);
}

bool Performance::wait_for_window(Party& party, std::uint32_t stream, std::int64_t wanted) {
  party.flush(within(patience_.answer));
  const auto deadline = within(patience_.answer);
  while (party.window(0) < wanted || party.window(stream) < wanted) {
    if (party.ended() || party.stream_over(stream)) return false;
    const bool heard = party.hear(deadline);
    if (!heard && (Clock::now() >= deadline || party.synchronous() || party.flooded()))
      return false;
  }
  return true;
}

Performance::Flow Performance::data(Party& party, const Phrase& phrase) {
  const auto stream = transcript::number(*phrase.atom(0), scope_, UINT32_MAX);
  if (!stream) return fault(stream.error());
  const Value zero = transcript::number_value(0);
  const auto numbers = [&](std::string_view key) {
    const Value* value = phrase.pair(key);
    return transcript::number(value == nullptr ? zero : *value, scope_, wire::kWindowMax);
  };
  const auto length = numbers("length");
  if (!length) return fault(length.error());
  // A window of this size (a peer may grant 2^31-1) says nothing: nobody waits for it to be filled.
  constexpr std::uint64_t kMostOctets = 64U << 20U;
  if (*length > kMostOctets)
    return stop(Verdict::unsupported, fmt::format("{} octets of DATA", *length), phrase.at);
  const auto pad = numbers("pad");
  if (!pad) return fault(pad.error());
  const auto most = numbers("frame");
  if (!most) return fault(most.error());
  const bool padded = phrase.pair("pad") != nullptr;
  const std::uint64_t overhead = padded ? *pad + 1 : 0;
  const std::uint64_t largest = party.peer_setting("MAX_FRAME_SIZE") - overhead;
  const std::uint64_t size = *most == 0 ? largest : std::min(*most, largest);
  const auto id = static_cast<std::uint32_t>(*stream);
  std::uint64_t rest = *length;
  do {
    const std::uint64_t now = std::min(rest, size);
    const bool last = rest == now;
    const auto cost = static_cast<std::int64_t>(now + overhead);
    if (!phrase.has("beyond") && cost > 0 &&
        !wait_for_window(party, id & wire::kStreamMask, cost)) {
      if (party.ended() || party.stream_over(id & wire::kStreamMask)) return Flow::go_on;
      record(Verdict::fail,
             fmt::format("credit for {} octets on stream {}", cost, id),
             fmt::format("no WINDOW_UPDATE: {} octets still wait", rest),
             static_cast<int>(phrase.at.line));
      played_.rests_on_silence = true;
      return Flow::stop;
    }
    const auto padding = padded ? std::optional(static_cast<std::uint8_t>(*pad)) : std::nullopt;
    party.queue_frame(data_frame(id, now, padding, last && phrase.has("END_STREAM")));
    rest -= now;
  } while (rest > 0);
  return Flow::go_on;
}

}  // namespace h2assay
