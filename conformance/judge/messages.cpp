// Whole messages and octets: response, data, HTTP/1.1, TLS alerts.
#include <fmt/format.h>

#include "conformance/judge/codes.h"
#include "conformance/judge/reactions.h"
#include "conformance/results/escape.h"

namespace h2assay::reactions {

using transcript::Evaluated;
using transcript::Value;
using wire::FrameType;

namespace {

// What has come of one response.
struct Message {
  const Heard* head = nullptr;  // the final header section
  std::string content{};
  bool ended = false;
  std::optional<std::uint32_t> reset{};
  std::size_t order = 0;
  std::vector<std::size_t> positions{};
};

Message message_on(std::uint32_t stream, const Hearing& hearing) {
  Message message;
  for (std::size_t n = 0; n < hearing.frames.size(); ++n) {
    const Heard& heard = hearing.frames[n];
    if (heard.own || heard.frame.stream_id() != stream || message.reset) continue;
    const bool head = heard.frame.is(FrameType::headers);
    const bool data = heard.frame.is(FrameType::data);
    if (const auto code = reset_code(heard)) {
      // After a complete response NO_ERROR undoes nothing: RFC 9113, Section 8.1.
      if (!message.ended || *code != 0) message.reset = code;
    } else if (!head && !data) {
      continue;
    }
    message.order = heard.order;
    message.positions.push_back(n);
    if (head && message.head == nullptr && status_of(heard) / 100 != 1) message.head = &heard;
    if (data) {
      const auto content = wire::layout(heard.frame).content;
      message.content.append(content.begin(), content.end());
    }
    if ((head || data) && heard.frame.has(wire::kEndStream)) message.ended = true;
  }
  return message;
}

std::optional<std::string> broken_off(const Message& message, const Hearing& hearing) {
  if (message.reset && !message.ended) {
    for (const std::size_t n : message.positions)
      if (reset_code(hearing.frames[n])) return short_text(hearing.frames[n]);
  }
  for (const Heard& heard : hearing.frames)
    if (!heard.taken && !message.ended && goaway_code(heard).value_or(0) != 0)
      return short_text(heard);
  if (hearing.end && !message.ended) return ending_text(hearing);
  return std::nullopt;
}

Evaluated<bool> content_fits(const Question& question, const Message& message, Bindings& bound) {
  if (const Value* length = question.phrase.pair("length")) {
    const auto fits = number_fits(*length, message.content.size(), question.environment, bound);
    if (!fits || !*fits) return fits;
  }
  if (const Value* body = question.phrase.pair("body"))
    return transcript::permits(*body, message.content, question.environment);
  return true;
}

}  // namespace

Judged response(const Question& question) {
  const auto stream = stream_of(question);
  if (!stream) return std::unexpected(stream.error());
  const Message message = message_on(*stream, question.hearing);
  if (message.head != nullptr) {
    const Value* wanted = question.phrase.atom(1);
    const auto status = fmt::format("{:03}", status_of(*message.head));
    const auto fits = wanted == nullptr
                          ? Evaluated<bool>(true)
                          : transcript::permits(*wanted, status, question.environment);
    if (!fits) return std::unexpected(fits.error());
    if (!*fits) return broken(short_text(*message.head));
    const auto fields =
        fields_fit(*message.head, question.phrase.fields(), {}, question.environment);
    if (!fields) return std::unexpected(fields.error());
    if (!*fields) return broken(short_text(*message.head) + " without the fields asked for");
  }
  if (const auto reason = broken_off(message, question.hearing)) return gone(*reason);
  if (message.head == nullptr && message.ended) return broken("a message without :status");
  if (!message.ended) return open_reading();
  Bindings bound;
  const auto fits = content_fits(question, message, bound);
  if (!fits) return std::unexpected(fits.error());
  const auto text =
      fmt::format("response {} with {} octets", status_of(*message.head), message.content.size());
  if (!*fits) return broken(text);
  Reading reading = met(Verdict::pass, text, message.order);
  reading.taken = message.positions;
  reading.bound = std::move(bound);
  if (refuses(*message.head)) reading.excused = {*stream};
  return reading;
}

namespace {

// The streams of `data s,t`: a list of numbers.
Evaluated<std::set<std::uint32_t>> stream_list(const Question& question) {
  std::set<std::uint32_t> streams;
  const Value* list = question.phrase.atom(0);
  if (list == nullptr) return streams;
  const auto text = transcript::octets(*list, question.environment);
  if (!text) return std::unexpected(text.error());
  std::string_view rest = *text;
  while (!rest.empty()) {
    const auto comma = rest.find(',');
    const auto parsed = transcript::parse_number(rest.substr(0, comma));
    if (parsed.good) streams.insert(static_cast<std::uint32_t>(parsed.number));
    rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
  }
  return streams;
}

// The least and the most that total= permits.
Evaluated<std::pair<std::uint64_t, std::uint64_t>> bounds(const Question& question,
                                                          const Value& total) {
  const auto text = transcript::text_of(total);
  if (const auto dots = text.find(".."); dots != std::string_view::npos) {
    const auto least = transcript::parse_number(text.substr(0, dots));
    const auto most = transcript::parse_number(text.substr(dots + 2));
    if (least.good && most.good) return std::pair(least.number, most.number);
  }
  const auto number = transcript::number(total, question.environment, UINT64_MAX / 2);
  if (!number) return std::unexpected(number.error());
  return std::pair(*number, *number);
}

bool ends_message(const wire::RawFrame& frame) {
  return (frame.is(FrameType::data) || frame.is(FrameType::headers)) && frame.has(wire::kEndStream);
}

}  // namespace

Judged data_total(const Question& question, std::uint64_t held_back) {
  const auto streams = stream_list(question);
  if (!streams) return std::unexpected(streams.error());
  const Value* total = question.phrase.pair("total");
  const auto limits = total == nullptr ? Evaluated<std::pair<std::uint64_t, std::uint64_t>>(
                                             std::pair(std::uint64_t{1}, UINT64_MAX))
                                       : bounds(question, *total);
  if (!limits) return std::unexpected(limits.error());
  std::uint64_t sum = 0;
  Reading reading;
  std::set<std::uint32_t> going_on = *streams;
  for (std::size_t n = 0; n < question.hearing.frames.size(); ++n) {
    const Heard& heard = question.hearing.frames[n];
    if (heard.own || !streams->contains(heard.frame.stream_id())) continue;
    if (const auto code = reset_code(heard); code.value_or(0) != 0)
      return question.hearing.over ? gone(short_text(heard)) : broken(short_text(heard));
    if (ends_message(heard.frame)) going_on.erase(heard.frame.stream_id());
    if (!heard.frame.is(FrameType::data)) continue;
    sum += heard.frame.payload.size();
    reading.taken.push_back(n);
    reading.order = heard.order;
  }
  reading.observed = fmt::format("{} octets of DATA", sum);
  if (sum > limits->second) return broken(reading.observed);
  if (sum < limits->first && question.hearing.end)
    return gone(reading.observed + ", then " + ending_text(question.hearing));
  // What has ended brings no more: no need to wait.
  if (sum < limits->first && going_on.empty() && !streams->empty())
    return broken(reading.observed + ", then END_STREAM");
  if (sum + held_back < limits->first || !question.hearing.barrier_passed) return open_reading();
  reading.state = Reading::State::met;
  if (sum < limits->first) {
    reading.verdict = Verdict::lenient;
    reading.observed += ": it waits for more room";
  }
  return reading;
}

Judged http1(const Question& question) {
  const std::string& text = question.hearing.other_octets;
  const auto line = std::string_view(text).substr(0, text.find('\r'));
  if (!line.starts_with("HTTP/1.") || line.size() < 12) {
    if (question.hearing.end && line.starts_with("HTTP/"))
      return broken(fmt::format("octets \"{}\"", printable(line.substr(0, 40))));
    return question.hearing.end ? gone(ending_text(question.hearing)) : open_reading();
  }
  const auto status = line.substr(9, 3);
  const Value* wanted = question.phrase.atom(0);
  const auto fits = wanted == nullptr ? Evaluated<bool>(true)
                                      : transcript::permits(*wanted, status, question.environment);
  if (!fits) return std::unexpected(fits.error());
  const auto seen = fmt::format("HTTP/1.1 {}", printable(status));
  if (!*fits) return broken(seen);
  Reading reading =
      met(Verdict::pass, seen, question.hearing.end ? question.hearing.end->order : 0);
  reading.ends_connection = true;
  return reading;
}

Judged octets(const Question& question) {
  const Value* wanted = question.phrase.atom(0);
  const auto text = wanted == nullptr ? Evaluated<std::string>("")
                                      : transcript::octets(*wanted, question.environment);
  if (!text) return std::unexpected(text.error());
  const auto& actual = question.hearing.other_octets;
  if (actual.starts_with(*text) && !actual.empty())
    return met(Verdict::pass, "the octets asked for", 0);
  const bool may_grow = std::string_view(*text).starts_with(actual) && !question.hearing.end;
  if (may_grow) return open_reading();
  return broken(fmt::format("octets \"{}\"", printable(actual.substr(0, 40))));
}

Judged alert(const Question& question) {
  const auto& end = question.hearing.end;
  if (!end) return open_reading();
  const bool theirs = end->closed.end == End::tls_alert && end->closed.by == Actor::peer;
  if (!theirs) return gone(ending_text(question.hearing));
  const auto seen = alert_name(end->closed.alert);
  const Value* wanted = question.phrase.atom(0);
  const auto fits = wanted == nullptr ? Evaluated<bool>(true)
                                      : transcript::permits(*wanted, seen, question.environment);
  if (!fits) return std::unexpected(fits.error());
  if (!*fits) return broken("alert " + seen);
  Reading reading = met(Verdict::pass, "alert " + seen, end->order);
  reading.ends_connection = true;
  return reading;
}

}  // namespace h2assay::reactions
