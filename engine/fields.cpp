#include "engine/fields.h"

#include <array>
#include <utility>

#include "engine/field_line.h"

namespace h2assay {

namespace {

constexpr std::uint32_t bit(FieldToken token) { return 1U << std::to_underlying(token); }

constexpr std::uint32_t kRequestPseudo = bit(FieldToken::method) | bit(FieldToken::scheme) |
                                         bit(FieldToken::authority) | bit(FieldToken::path) |
                                         bit(FieldToken::protocol);
constexpr std::uint32_t kPseudo =
    kRequestPseudo | bit(FieldToken::status) | bit(FieldToken::unknown_pseudo);

// The pseudo-header fields that have a meaning: the tokens up to here.
constexpr std::size_t kKnownPseudo = std::to_underlying(FieldToken::protocol);

// What one pass over a section has seen.
struct Survey {
  std::uint32_t tokens = 0;  // bit n: a line with token n
  std::uint32_t marks = 0;   // all marks, or-ed
  bool repeated = false;     // a pseudo-header field, or host
  bool disordered = false;   // a pseudo-header field behind a regular one
  bool content_length_bad = false;
  bool content_length_conflict = false;
  // The first pseudo-header field of each token: its mark, and where it stands.
  std::array<std::uint32_t, kKnownPseudo + 1> first{};
  const Field* authority_line = nullptr;
  const Field* host_line = nullptr;

  bool has(FieldToken token) const { return (tokens & bit(token)) != 0; }

  // What the mark says of the value of this pseudo-header field; 0 where it is missing.
  std::uint32_t value(FieldToken token) const { return value_of(first[std::to_underlying(token)]); }

  bool is_web() const {
    return (value(FieldToken::scheme) & (value_mark::http | value_mark::https)) != 0;
  }
};

void note_content_length(std::string_view value, Survey& survey, MessageFacts& facts) {
  const std::optional<std::uint64_t> length = parse_content_length(value);
  if (!length) {
    survey.content_length_bad = true;
  } else if (facts.content_length == kNoContentLength) {
    facts.content_length = *length;
  } else if (facts.content_length != *length || *length == kLongestContent) {
    // Two saturated numbers are not known to be equal.
    survey.content_length_conflict = true;
  }
}

void note_pseudo(const Field& field, std::uint32_t mark, Survey& survey) {
  const FieldToken token = token_of(mark);
  if (survey.has(token)) {
    survey.repeated = true;
  } else if (token != FieldToken::unknown_pseudo) {
    survey.first[std::to_underlying(token)] = mark;
    if (token == FieldToken::authority) survey.authority_line = &field;
  }
}

// The regular lines that mean something to the rules: few, in most messages.
void note_regular(const Field& field, FieldToken token, Survey& survey, MessageFacts& facts) {
  if (token == FieldToken::content_length) {
    note_content_length(field.value, survey, facts);
  } else if (token == FieldToken::cookie) {
    ++facts.cookies;
  } else if (token == FieldToken::host) {
    if (survey.has(token)) {
      survey.repeated = true;
    } else {
      survey.host_line = &field;
    }
  }
}

std::uint32_t mark_of(const Field& field, const FieldPolicy& policy) {
  return policy.trust_marks && field.mark != 0 ? field.mark : classify(field.name, field.value);
}

Survey survey_of(Fields fields, const FieldPolicy& policy, MessageFacts& facts) {
  Survey survey;
  bool regular = false;
  for (const Field& field : fields) {
    const std::uint32_t mark = mark_of(field, policy);
    survey.marks |= mark;
    const FieldToken token = token_of(mark);
    if ((bit(token) & kPseudo) != 0) {
      survey.disordered |= regular;
      note_pseudo(field, mark, survey);
    } else {
      regular = true;
      if (token != FieldToken::other) note_regular(field, token, survey, facts);
    }
    survey.tokens |= bit(token);
  }
  facts.method = static_cast<Method>(survey.value(FieldToken::method));
  facts.status = static_cast<std::uint16_t>(survey.value(FieldToken::status));
  facts.has_protocol = survey.has(FieldToken::protocol);
  if (const Field* line = survey.authority_line ? survey.authority_line : survey.host_line) {
    facts.authority = line->value;
  }
  return survey;
}

// Whether a request is of the plain kind that nearly all are.
bool is_plain_request(const Survey& survey) {
  constexpr std::uint32_t kWanted = bit(FieldToken::method) | bit(FieldToken::scheme) |
                                    bit(FieldToken::path) | bit(FieldToken::authority);
  constexpr std::uint32_t kUnwanted =
      bit(FieldToken::status) | bit(FieldToken::protocol) | bit(FieldToken::host);
  return (survey.tokens & kWanted) == kWanted && (survey.tokens & kUnwanted) == 0 &&
         survey.value(FieldToken::method) != std::to_underlying(Method::connect) &&
         survey.is_web() && survey.value(FieldToken::path) == value_mark::absolute &&
         (survey.value(FieldToken::authority) &
          (value_mark::empty | value_mark::no_host | value_mark::userinfo)) == 0;
}

// True only for a section that surely breaks no rule.  The slow way decides about all others.
bool is_surely_fine(MessageKind kind,
                    const Survey& survey,
                    const MessageFacts& facts,
                    const FieldPolicy& policy) {
  const std::uint32_t wrong = mark::bad | (policy.strict ? mark::bad_if_strict : 0);
  if ((survey.marks & wrong) != 0 || survey.repeated || survey.disordered) return false;
  switch (kind) {
    case MessageKind::request: return is_plain_request(survey);
    case MessageKind::response:
      return (survey.tokens & (kPseudo | bit(FieldToken::te))) == bit(FieldToken::status) &&
             facts.status != 101;
    case MessageKind::trailers: return (survey.tokens & (kPseudo | bit(FieldToken::te))) == 0;
    case MessageKind::promise:  break;
  }
  return false;
}

// The host without a port that the scheme implies: RFC 3986, Section 6.2.3.
std::string_view without_default_port(std::string_view authority, std::uint32_t scheme_value) {
  const HostAndPort parts = split_authority(authority);
  const std::string_view implied = (scheme_value & value_mark::http) != 0    ? "80"
                                   : (scheme_value & value_mark::https) != 0 ? "443"
                                                                             : "";
  if (!parts.has_port || (!parts.port.empty() && parts.port != implied)) return authority;
  return authority.substr(0, authority.size() - parts.port.size() - 1);
}

void judge_connect(const Survey& survey, Accused& accused) {
  accused.accuse_if(survey.has(FieldToken::scheme) || survey.has(FieldToken::path),
                    Rule::connect_with_scheme_or_path);
  accused.accuse_if(!survey.has(FieldToken::authority), Rule::connect_without_authority);
  const std::uint32_t form =
      survey.value(FieldToken::authority) & (value_mark::port | value_mark::userinfo);
  accused.accuse_if(survey.has(FieldToken::authority) && form != value_mark::port,
                    Rule::connect_authority_invalid);
}

void judge_path(const Survey& survey, const MessageFacts& facts, Accused& accused) {
  if (!survey.has(FieldToken::path) || !survey.is_web()) return;
  const std::uint32_t path = survey.value(FieldToken::path);
  if ((path & value_mark::empty) != 0) {
    accused.accuse(Rule::path_empty);
  } else if ((path & value_mark::asterisk) != 0) {
    accused.accuse_if(facts.method != Method::options, Rule::path_asterisk);
  } else {
    accused.accuse_if((path & value_mark::absolute) == 0, Rule::path_not_absolute);
  }
}

void judge_authority(const Survey& survey, Accused& accused) {
  if (survey.has(FieldToken::authority) && survey.is_web()) {
    const std::uint32_t authority = survey.value(FieldToken::authority);
    accused.accuse_if((authority & (value_mark::empty | value_mark::no_host)) != 0,
                      Rule::authority_empty);
    accused.accuse_if((authority & value_mark::userinfo) != 0, Rule::authority_userinfo);
  }
  if (survey.authority_line != nullptr && survey.host_line != nullptr) {
    const auto authority =
        without_default_port(survey.authority_line->value, survey.value(FieldToken::scheme));
    const auto host =
        without_default_port(survey.host_line->value, survey.value(FieldToken::scheme));
    accused.accuse_if(!equal_ignoring_case(authority, host), Rule::host_differs);
  }
}

void judge_request(const Survey& survey,
                   const MessageFacts& facts,
                   const FieldPolicy& policy,
                   Accused& accused) {
  accused.accuse_if(!survey.has(FieldToken::method), Rule::method_missing);
  accused.accuse_if(survey.has(FieldToken::status), Rule::status_in_request);
  if (facts.has_protocol) {
    accused.accuse_if(!policy.extended_connect, Rule::protocol_not_enabled);
    accused.accuse_if(facts.method != Method::connect, Rule::protocol_without_connect);
  }
  if (facts.method == Method::connect && !facts.has_protocol) {
    judge_connect(survey, accused);
  } else if (facts.method == Method::connect) {
    accused.accuse_if(!survey.has(FieldToken::scheme) || !survey.has(FieldToken::path) ||
                          !survey.has(FieldToken::authority),
                      Rule::extended_connect_incomplete);
  } else {
    accused.accuse_if(!survey.has(FieldToken::scheme), Rule::scheme_missing);
    accused.accuse_if(!survey.has(FieldToken::path), Rule::path_missing);
  }
  judge_path(survey, facts, accused);
  judge_authority(survey, accused);
}

void judge_response(const Survey& survey, const MessageFacts& facts, Accused& accused) {
  accused.accuse_if(!survey.has(FieldToken::status), Rule::status_missing);
  accused.accuse_if((survey.tokens & kRequestPseudo) != 0, Rule::request_pseudo_field_in_response);
  accused.accuse_if(facts.status == 101, Rule::status_101);
}

// RFC 9113, Section 8.4.
void judge_promise(const Survey& survey, const MessageFacts& facts, Accused& accused) {
  accused.accuse_if(facts.method != Method::get && facts.method != Method::head,
                    Rule::promise_unsafe_method);
  accused.accuse_if(!survey.has(FieldToken::authority), Rule::promise_without_authority);
  accused.accuse_if(facts.content_length != kNoContentLength && facts.content_length > 0,
                    Rule::promise_with_content);
}

void judge_lines(MessageKind kind, Fields fields, const FieldPolicy& policy, Accused& accused) {
  std::uint32_t seen = 0;
  bool regular = false;
  for (const Field& field : fields) {
    judge_line(field.name, field.value, policy.strict, accused);
    const FieldToken token = token_named(field.name);
    const bool pseudo = (bit(token) & kPseudo) != 0;
    accused.accuse_if(pseudo && kind == MessageKind::trailers, Rule::pseudo_field_in_trailers);
    accused.accuse_if(pseudo && regular, Rule::pseudo_field_after_regular);
    accused.accuse_if(pseudo && (seen & bit(token)) != 0, Rule::pseudo_field_repeated);
    const bool request = kind == MessageKind::request || kind == MessageKind::promise;
    accused.accuse_if(token == FieldToken::te && !request, Rule::te_outside_request);
    accused.accuse_if(token == FieldToken::host && request && (seen & bit(token)) != 0,
                      Rule::host_repeated);
    seen |= bit(token);
    if (!pseudo) regular = true;
  }
}

// Every rule, in order: the lines one after the other, then the section as a whole.
[[gnu::cold]] void judge_section(MessageKind kind,
                                 Fields fields,
                                 const Survey& survey,
                                 const MessageFacts& facts,
                                 const FieldPolicy& policy,
                                 Accused& accused) {
  judge_lines(kind, fields, policy, accused);
  switch (kind) {
    case MessageKind::request:  judge_request(survey, facts, policy, accused); break;
    case MessageKind::response: judge_response(survey, facts, accused); break;
    case MessageKind::trailers: break;
    case MessageKind::promise:
      judge_promise(survey, facts, accused);
      judge_request(survey, facts, policy, accused);
      break;
  }
}

}  // namespace

MessageCheck check_message(MessageKind kind, Fields fields, const FieldPolicy& policy) {
  MessageCheck check;
  const Survey survey = survey_of(fields, policy, check.facts);

  Accused accused(policy.quirks);
  if (policy.validate && (policy.thorough || !is_surely_fine(kind, survey, check.facts, policy))) {
    judge_section(kind, fields, survey, check.facts, policy, accused);
  }
  if (policy.check_content_length && kind != MessageKind::trailers) {
    accused.accuse_if(survey.content_length_bad, Rule::content_length_invalid);
    accused.accuse_if(survey.content_length_conflict, Rule::content_length_conflict);
  }
  check.broken = accused.first();
  return check;
}

ContentBook ContentBook::of_request(const MessageFacts& facts) {
  if (facts.method == Method::connect) return {};
  return ContentBook(facts.content_length);
}

ContentBook ContentBook::of_response(const MessageFacts& facts, Method request) {
  if (request == Method::head || facts.status == 204 || facts.status == 304) {
    return ContentBook(kForbidden);
  }
  const bool success = facts.status >= 200 && facts.status < 300;
  if (request == Method::connect && success) return {};
  return ContentBook(facts.content_length);
}

}  // namespace h2assay
