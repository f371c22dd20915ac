// How a connection comes to be: TCP, TLS as the case wants it, the handshake of HTTP/2; and
// signals.
#include <algorithm>
#include <csignal>
#include <utility>

#include <fmt/format.h>

#include "conformance/player/frames.h"
#include "conformance/player/performance.h"

namespace h2assay {

using transcript::Argument;
using transcript::FrameLine;
using transcript::Phrase;
using wire::FrameType;

namespace {

constexpr std::pair<std::string_view, int> kSignals[] = {{"SIGTERM", SIGTERM},
                                                         {"SIGINT", SIGINT},
                                                         {"SIGHUP", SIGHUP},
                                                         {"SIGQUIT", SIGQUIT},
                                                         {"SIGUSR1", SIGUSR1},
                                                         {"SIGUSR2", SIGUSR2},
                                                         {"SIGWINCH", SIGWINCH}};

// "h2+http/1.1"; "none": no extension at all.
std::vector<std::string> protocols(std::string_view text) {
  std::vector<std::string> names;
  if (text == "none") return names;
  while (true) {
    const auto plus = text.find('+');
    names.emplace_back(text.substr(0, plus));
    if (plus == std::string_view::npos) return names;
    text.remove_prefix(plus + 1);
  }
}

bool signals(const std::vector<transcript::Line>& lines) {
  return std::ranges::any_of(lines, [](const transcript::Line& line) {
    if (const auto* repeat = std::get_if<transcript::Repeat>(&line.what))
      return signals(repeat->body);
    const auto* step = std::get_if<transcript::Step>(&line.what);
    const auto* phrase = step == nullptr ? nullptr : std::get_if<Phrase>(&step->what);
    return phrase != nullptr && phrase->word == "signal";
  });
}

}  // namespace

bool sends_signal(const transcript::Transcript& transcript) { return signals(transcript.body); }

Performance::Flow Performance::send_signal(const Phrase& phrase) {
  flush_all();
  const auto word = transcript::text_of(*phrase.atom(0));
  const auto* known = std::ranges::find(kSignals, word, [](const auto& one) { return one.first; });
  if (known == std::end(kSignals))
    return stop(Verdict::error, fmt::format("no signal is called '{}'", word), phrase.at);
  const Condition condition = peer_.condition();
  if (condition.kind != Condition::Kind::running)
    return stop(Verdict::unsupported, "the peer was not started by us", phrase.at);
  stage_.journal.step({}, transcript::Step::Sign::ours, phrase);
  ::kill(static_cast<pid_t>(condition.process_id), known->second);
  played_.signal_sent = known->second;
  for (const auto& [label, party] : parties_) party->hearing().barrier_passed = false;
  return Flow::go_on;
}

Performance::Flow Performance::act_on_tls(Party& party, const Phrase& phrase) {
  const bool keys = phrase.word == "tls-key-update";
  if (!keys && phrase.word != "tls-renegotiate")
    return stop(
        Verdict::unsupported, fmt::format("the act '{}' of a server", phrase.word), phrase.at);
  if (party.ended()) return Flow::go_on;
  if (party.act(keys ? TlsAct::update_keys : TlsAct::renegotiate, within(patience_.answer)))
    return Flow::go_on;
  const auto& version = party.wire_facts().tls_version;
  return stop(Verdict::unsupported,
              fmt::format("{} on {}", phrase.word, version.empty() ? "TCP" : version),
              phrase.at);
}

// The connection with this label; opened, and greeted unless `connect` stands first.  Null: it
// could not be, and the verdict says so.
Party* Performance::party(std::string_view label, const Phrase* opening) {
  const auto found = parties_.find(label);
  const bool greet_again = opening != nullptr && opening->word == "handshake";
  if (found != parties_.end() && !greet_again) return found->second.get();
  if (found == parties_.end() && connect(label, opening) == Flow::stop) return nullptr;
  Party* speaker = parties_.find(label)->second.get();
  if (opening != nullptr && opening->word == "connect") return speaker;
  return handshake(*speaker, opening) == Flow::go_on ? speaker : nullptr;
}

Opened Performance::open_wire(const Phrase* opening) {
  const auto deadline = within(patience_.answer);
  if (opening == nullptr || opening->word != "connect" || opening->arguments.empty())
    return peer_.open(deadline);
  TlsWishes wishes;
  for (const Argument& argument : opening->arguments) {
    if (argument.kind != Argument::Kind::pair) continue;
    const auto text = transcript::octets(argument.value, scope_);
    if (!text)
      return std::unexpected(
          OpenFailure{.kind = OpenFailure::Kind::no_such_tls, .text = text.error().what});
    if (argument.key == "alpn") wishes.alpn = protocols(*text);
    if (argument.key == "version") wishes.version = *text;
    if (argument.key == "cipher") wishes.cipher = *text;
    if (argument.key == "sni") wishes.server_name = *text == "none" ? "" : *text;
  }
  return peer_.open_tls(wishes, deadline);
}

Performance::Flow Performance::not_opened(const OpenFailure& failure, const Phrase* opening) {
  const auto at = opening == nullptr ? transcript::Position{} : opening->at;
  if (failure.kind == OpenFailure::Kind::no_tls)
    return stop(Verdict::unsupported, failure.text, at);
  if (failure.kind == OpenFailure::Kind::no_such_tls) return stop(Verdict::error, failure.text, at);
  const bool slow = failure.kind == OpenFailure::Kind::timed_out;
  played_.rests_on_silence = slow;
  record(slow ? Verdict::hang : Verdict::crash, "a connection", failure.text, 0);
  return Flow::stop;
}

Performance::Flow Performance::connect(std::string_view label, const Phrase* opening) {
  auto opened = open_wire(opening);
  if (!opened) return not_opened(opened.error(), opening);
  played_.connected = true;
  Habits habits;
  for (const std::string& habit : transcript_.header.without) {
    if (habit == "ack") habits.ack = false;
    if (habit == "pong") habits.pong = false;
    if (habit == "credit") habits.credit = false;
  }
  const bool by_hand = opening != nullptr && opening->word == "connect";
  const auto made = parties_.emplace(
      std::string(label),
      std::make_unique<Party>(std::string(label), std::move(*opened), habits, stage_));
  if (by_hand && !opening->arguments.empty()) made.first->second->tls_is_ours();
  stage_.journal.step(
      label, transcript::Step::Sign::ours, by_hand ? *opening : word_phrase("connect"));
  return Flow::go_on;
}

Performance::Flow Performance::handshake(Party& party, const Phrase* settings) {
  FrameLine line;
  line.type = static_cast<std::uint8_t>(FrameType::settings);
  line.stream = transcript::number_value(0);
  if (settings != nullptr)
    for (const Argument& argument : settings->arguments)
      line.parts.push_back({.key = argument.key, .value = argument.value});
  // Where TLS was refused, the lines behind say what that means.
  if (!party.wire_facts().tls_error.empty()) return Flow::go_on;
  party.queue_preface();
  if (frame(party, line) == Flow::stop) return Flow::stop;
  party.flush(within(patience_.answer));
  const auto deadline = within(patience_.answer);
  while (!party.handshake_done()) {
    if (party.hear(deadline) && !party.ended()) continue;
    const auto error = std::ranges::find_if(party.hearing().frames, is_error);
    // A peer may take offence at TLS options that the case has chosen: RFC 9113, Section 9.2.
    if (party.own_tls() && (party.ended() || error != party.hearing().frames.end()))
      return Flow::go_on;
    const std::string seen = party.ended()                           ? ending_text(party.hearing())
                             : error != party.hearing().frames.end() ? short_text(*error)
                             : party.heard_settings()                ? "no SETTINGS ACK"
                                                                     : "no SETTINGS";
    record(party.ended() ? Verdict::fail : Verdict::hang, "SETTINGS, and ACK of ours", seen, 0);
    played_.rests_on_silence = !party.ended();
    return Flow::stop;
  }
  for (Heard& heard : party.hearing().frames)
    if (heard.frame.is(FrameType::settings)) heard.taken = true;
  return Flow::go_on;
}

}  // namespace h2assay
