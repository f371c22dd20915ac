// Field blocks, promises and messages.  RFC 9113, Sections 4.3, 8.1 to 8.5; RFC 7541.
#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <utility>

#include "properties/observer/alternatives.h"
#include "properties/observer/conversation.h"
#include "properties/observer/judgement.h"

namespace h2assay::watch {
namespace {

using wire::SettingId;

constexpr std::uint32_t kUnlimited = std::numeric_limits<std::uint32_t>::max();

// Fields of a response whose definition is no list: RFC 9110, Sections 5.3 and 8 to 10.
constexpr auto kSingletons = std::to_array<std::string_view>({"age",
                                                              "content-location",
                                                              "content-range",
                                                              "content-type",
                                                              "date",
                                                              "etag",
                                                              "expires",
                                                              "last-modified",
                                                              "location",
                                                              "retry-after",
                                                              "server"});

OpenBlock begin_block(const wire::RawFrame& frame, const wire::Layout& parts, bool allowed) {
  return {.stream = frame.stream_id(),
          .promised = 0,
          .end_stream = false,
          .allowed = allowed,
          .octets = {parts.content.begin(), parts.content.end()}};
}

}  // namespace

void Conversation::headers(Who who, const wire::RawFrame& frame) {
  const std::uint32_t id = frame.stream_id();
  const bool allowed = stream_allows(who, id, frame);
  Side& sender = side(who);
  if (allowed && find(id) == nullptr) open(who, id);
  if (allowed) {
    Stream& stream = *find(id);
    Half& own = stream.of(who);
    if (stream.promised && !own.headers) activate(who, id);
    own.headers = true;
    if (sender.goaway && stream.opener != who) {
      judge(who, Check::serves_above_goaway, id <= *sender.goaway, id);
    }
  }
  sender.block = begin_block(frame, wire::layout(frame), allowed);
  sender.block->end_stream = frame.has(wire::kEndStream);
  if (frame.has(wire::kEndHeaders)) block_complete(who);
}

void Conversation::push_promise(Who who, const wire::RawFrame& frame) {
  const wire::Layout parts = wire::layout(frame);
  const std::uint32_t promised = parts.promised & wire::kStreamMask;
  const bool allowed = promise_allowed(who, frame.stream_id(), promised);
  Side& sender = side(who);
  if (allowed) {
    Stream& stream = streams_[promised];
    stream.opener = who;
    stream.opened_at = sender.frames - 1;
    stream.promised = true;
    const Stream* const request = find(frame.stream_id());
    stream.unknown = request == nullptr || request->unknown;
    sender.highest_opened = promised;
  }
  sender.block = begin_block(frame, parts, allowed);
  sender.block->promised = promised;
  if (frame.has(wire::kEndHeaders)) block_complete(who);
}

bool Conversation::promise_allowed(Who who, std::uint32_t id, std::uint32_t promised) {
  const Side& sender = side(who);
  const Side& receiver = side(opposite(who));
  if (sender.role == wire::Role::client) return judge(who, Check::push_by_client, false, id);
  judge(who, Check::push_disabled, limit(who, SettingId::enable_push) != 0, id);
  if (receiver.goaway && (who == Who::us || must_have_processed(receiver.goaway_at))) {
    judge(who, Check::pushes_after_goaway, false, id);
  }
  const Stream* const request = find(id);
  bool answering = request != nullptr && request->opener != who;
  if (answering) {
    const Half& own = request->of(who);
    const Half& others = request->of(opposite(who));
    const bool cancelled = others.reset && (who == Who::us || must_have_processed(others.reset_at));
    answering = !own.ended && !own.reset && !cancelled;
  }
  judge(who, Check::push_state, answering, id);
  const bool next = promised != 0 && promised % 2 == 0 && promised > sender.highest_opened;
  return judge(who, Check::push_identifier, next, id, [promised] {
    return "stream " + std::to_string(promised);
  });
}

void Conversation::continuation(Who who, const wire::RawFrame& frame) {
  OpenBlock& block = *side(who).block;
  block.octets.insert(block.octets.end(), frame.payload.begin(), frame.payload.end());
  if (frame.has(wire::kEndHeaders)) block_complete(who);
}

void Conversation::block_complete(Who who) {
  Side& sender = side(who);
  const OpenBlock block = *std::move(sender.block);
  sender.block.reset();
  const auto lines = decode(who, block);
  if (!block.allowed) return;
  if (lines && block.promised != 0) {
    promise_section(who, block, *lines);
  } else if (lines) {
    section(who, block, *lines);
  } else if (Stream* const stream = find(block.stream)) {
    stream->of(who).message.reset();  // nobody knows what was said
  }
  if (block.end_stream) end_stream(who, block.stream);
}

std::optional<std::vector<wire::FieldLine>> Conversation::decode(Who who, const OpenBlock& block) {
  Side& sender = side(who);
  if (sender.hpack_lost) return std::nullopt;
  const std::uint32_t announced = limit(who, SettingId::header_table_size);
  // Our own updates are judged below: whatever they do to the tables, these follow.
  const bool any = who == Who::us || connection_unknown_ || alien_;
  sender.hpack.limit(any ? kUnlimited : announced);
  const std::optional<std::uint64_t> required = sender.hpack.required();
  const bool had_to_signal = required && *required < sender.hpack.table().max_octets();
  wire::DecodedBlock decoded = sender.hpack.decode(block.octets);
  if (decoded.fault) {
    judge(who, check_of(*decoded.fault), false, block.stream, [&] {
      return std::string(describe(*decoded.fault)) + ", octet " + std::to_string(decoded.fault_at) +
             " of the block";
    });
    if (*decoded.fault != wire::HpackFault::size_update_missing) {
      sender.hpack_lost = true;
      return std::nullopt;
    }
  } else if (had_to_signal) {
    judge(who, Check::hpack_update_missing, true, block.stream);
  }
  for (const wire::Representation& representation : decoded.representations) {
    for (const Check check : judged_by(representation)) judge(who, check, true, block.stream);
    const bool update = representation.kind == wire::Kind::size_update;
    if (update && who == Who::us && representation.index > announced) {
      judge(who, Check::hpack_update_limit, false, block.stream);
    }
  }
  if (!decoded.fault) judge(who, Check::hpack_truncated, true, block.stream);
  return std::move(decoded.fields);
}

void Conversation::section(Who who,
                           const OpenBlock& block,
                           const std::vector<wire::FieldLine>& lines) {
  const std::uint32_t id = block.stream;
  Stream& stream = *find(id);
  Half& own = stream.of(who);
  if (!own.message) return;
  const model::Section section = own.message->expected_section();
  const bool protocol =
      side(opposite(who)).settings.announced_before(SettingId::enable_connect_protocol, 1);
  const SectionJudgement judged = judge_section(section, protocol, lines);
  judge_fields(who, id, section, judged, lines);
  if (section == model::Section::request) {
    stream.method = judged.facts.method;
    stream.of(opposite(who)).message = model::Message::response_to(stream.method);
  }
  if (section == model::Section::response) {
    own.status = judged.facts.status;
    judge_lengths(who, id, judged.facts);
    judge_response_fields(who, id, lines);
  }
  const bool announced = judged.facts.content_length.has_value();
  const model::MessageFault fault = own.message->headers(judged.facts, block.end_stream);
  judge_message(who, id, fault);
  if (fault != model::MessageFault::none) return;
  if (section == model::Section::trailers) judge(who, Check::trailers_end, true, id);
  if (judged.facts.status / 100 == 1) judge(who, Check::interim_ends, true, id);
  if (!block.end_stream) return;
  judge(who, Check::message_order, true, id);
  if (announced) judge(who, Check::content_length_agrees, true, id);
  if (stream.method == model::Method::head) judge(who, Check::no_content, true, id);
}

void Conversation::promise_section(Who who,
                                   const OpenBlock& block,
                                   const std::vector<wire::FieldLine>& lines) {
  const SectionJudgement judged = judge_section(model::Section::promise, false, lines);
  judge_fields(who, block.promised, model::Section::promise, judged, lines);
  Stream& stream = *find(block.promised);
  stream.method = judged.facts.method;
  stream.of(who).message = model::Message::response_to(stream.method);
}

void Conversation::judge_fields(Who who,
                                std::uint32_t id,
                                model::Section section,
                                const SectionJudgement& judged,
                                const std::vector<wire::FieldLine>& lines) {
  if (judged.facts.fault != model::FieldFault::none) {
    judge(who, judged.check, false, id, [&] { return judged.text; });
    return;
  }
  for (const Check check : judged_by(section, lines)) judge(who, check, true, id);
}

void Conversation::judge_lengths(Who who, std::uint32_t id, const model::SectionFacts& facts) {
  if (facts.status == 0) return;
  const bool announced = facts.content_length.has_value();
  if (facts.status / 100 == 1 || facts.status == 204) {
    judge(who, Check::content_length_forbidden, !announced, id);
  }
  const Stream& stream = *find(id);
  if (stream.method == model::Method::connect && facts.status / 100 == 2) {
    judge(who, Check::connect_response_fields, !announced, id);
  }
}

void Conversation::judge_response_fields(Who who,
                                         std::uint32_t id,
                                         const std::vector<wire::FieldLine>& lines) {
  for (const std::string_view name : kSingletons) {
    const auto times = std::ranges::count(lines, name, &wire::FieldLine::name);
    if (times == 0) continue;
    judge(who, Check::singleton_fields, times == 1, id, [name] { return std::string(name); });
  }
  for (const wire::FieldLine& line : lines) {
    if (line.name != "alt-svc") continue;
    judge(who, Check::alternative_by_frame, side(who).altsvc, id);
    alternatives(who, line.value);
  }
}

void Conversation::altsvc(Who who, const wire::RawFrame& frame) {
  side(who).altsvc = true;
  const wire::Octets value =
      wire::Octets(frame.payload).subspan(std::size_t{2} + wire::read16(frame.payload));
  alternatives(who, std::string(value.begin(), value.end()));
}

void Conversation::alternatives(Who who, std::string_view value) {
  const Alternatives judged = judge_alternatives(value);
  if (!judged.any) return;
  const auto text = [value] { return printable(value); };
  judge(who, Check::alternative_token, judged.tokens, 0, text);
  judge(who, Check::alternative_percent, judged.percent, 0, text);
  judge(who, Check::alternative_needless, judged.needed, 0, text);
  judge(who, Check::alternative_hex, judged.upper_case, 0, text);
  judge(who, Check::alternative_host, judged.hosts_in_ascii, 0, text);
}

void Conversation::judge_message(Who who, std::uint32_t id, model::MessageFault fault) {
  if (fault == model::MessageFault::none) return;
  judge(who, check_of(fault), false, id, [fault] { return std::string(name(fault)); });
}

}  // namespace h2assay::watch
