#include "properties/observer/judgement.h"

#include <algorithm>
#include <utility>

namespace h2assay::watch {
namespace {

using model::FieldFault;
using model::MessageFault;
using model::Section;

bool has(const std::vector<wire::FieldLine>& lines, std::string_view name) {
  return std::ranges::find(lines, name, &wire::FieldLine::name) != lines.end();
}

Check pseudo_of_other_side(Section section) {
  return section == Section::response ? Check::pseudo_request_in_response
                                      : Check::pseudo_status_in_request;
}

Check missing(Section section) {
  return section == Section::promise ? Check::promise_fields : Check::request_pseudo_present;
}

Check check_of(FieldFault fault, Section section) {
  switch (fault) {
    case FieldFault::name_upper_case:      return Check::name_lower_case;
    case FieldFault::connection_specific:  return Check::connection_fields;
    case FieldFault::te_not_trailers:      return Check::te_value;
    case FieldFault::pseudo_unknown:       return Check::pseudo_unknown;
    case FieldFault::pseudo_of_other_side: return pseudo_of_other_side(section);
    case FieldFault::pseudo_in_trailers:   return Check::pseudo_in_trailers;
    case FieldFault::pseudo_after_regular: return Check::pseudo_first;
    case FieldFault::pseudo_repeated:      return Check::pseudo_once;
    case FieldFault::method_missing:
    case FieldFault::scheme_missing:
    case FieldFault::path_missing:         return missing(section);
    case FieldFault::path_empty:           return Check::path_not_empty;
    case FieldFault::path_form:            return Check::path_form;
    case FieldFault::authority_missing:
      return section == Section::promise ? Check::promise_fields : Check::connect_authority;
    case FieldFault::authority_userinfo:       return Check::authority_userinfo;
    case FieldFault::host_differs:             return Check::host_same;
    case FieldFault::connect_with_target:      return Check::connect_target;
    case FieldFault::protocol_without_connect: return Check::protocol_with_connect;
    case FieldFault::status_missing:
    case FieldFault::status_form:              return Check::status_present;
    case FieldFault::status_101:               return Check::status_101;
    case FieldFault::content_length_form:      return Check::content_length_form;
    case FieldFault::promise_not_safe:         return Check::promise_not_safe;
    case FieldFault::promise_with_content:     return Check::promise_content;
    case FieldFault::none:
    case FieldFault::name_empty:
    case FieldFault::name_octet:
    case FieldFault::value_octet:
    case FieldFault::value_edge_blank:         break;
  }
  return Check::field_octets;
}

}  // namespace

Check check_of(wire::HpackFault fault) {
  switch (fault) {
    case wire::HpackFault::truncated:             return Check::hpack_truncated;
    case wire::HpackFault::integer_too_large:     return Check::hpack_integer;
    case wire::HpackFault::index_zero:            return Check::hpack_index_zero;
    case wire::HpackFault::index_beyond_table:    return Check::hpack_index;
    case wire::HpackFault::huffman_eos:           return Check::hpack_eos;
    case wire::HpackFault::huffman_padding:       return Check::hpack_padding;
    case wire::HpackFault::size_update_not_first: return Check::hpack_update_first;
    case wire::HpackFault::size_update_too_large: return Check::hpack_update_limit;
    case wire::HpackFault::size_update_missing:   break;
  }
  return Check::hpack_update_missing;
}

Check check_of(MessageFault fault) {
  switch (fault) {
    case MessageFault::interim_ends_stream:  return Check::interim_ends;
    case MessageFault::section_after_final:  return Check::trailers_end;
    case MessageFault::headers_on_tunnel:    return Check::tunnel_frames;
    case MessageFault::content_length_short:
    case MessageFault::content_length_long:  return Check::content_length_agrees;
    case MessageFault::content_where_none:   return Check::no_content;
    case MessageFault::none:
    case MessageFault::data_before_headers:
    case MessageFault::frame_after_end:      break;
  }
  return Check::message_order;
}

std::vector<Check> judged_by(const wire::Representation& representation) {
  if (representation.kind == wire::Kind::size_update) {
    return {Check::hpack_update_limit, Check::hpack_update_first};
  }
  std::vector<Check> checks{Check::hpack_integer};
  if (representation.index != 0) checks.push_back(Check::hpack_index);
  if (representation.kind == wire::Kind::indexed) checks.push_back(Check::hpack_index_zero);
  if (representation.huffman_name || representation.huffman_value) {
    checks.push_back(Check::hpack_padding);
    checks.push_back(Check::hpack_eos);
  }
  return checks;
}

std::vector<Check> judged_by(Section section, const std::vector<wire::FieldLine>& lines) {
  std::vector<Check> checks;
  if (!lines.empty()) {
    checks = {Check::name_lower_case, Check::field_octets, Check::connection_fields};
  }
  if (section == Section::trailers) {
    checks.push_back(Check::pseudo_in_trailers);
    return checks;
  }
  checks.insert(checks.end(), {Check::pseudo_unknown, Check::pseudo_first, Check::pseudo_once});
  checks.push_back(pseudo_of_other_side(section));
  if (has(lines, "content-length")) checks.push_back(Check::content_length_form);
  if (section == Section::response) {
    checks.insert(checks.end(), {Check::status_present, Check::status_101});
    return checks;
  }
  if (section == Section::promise) {
    checks.insert(checks.end(),
                  {Check::promise_fields, Check::promise_not_safe, Check::promise_content});
  }
  if (has(lines, ":path")) {
    checks.insert(checks.end(), {Check::request_pseudo_present, Check::path_not_empty});
    checks.push_back(Check::path_form);
  }
  if (has(lines, "te")) checks.push_back(Check::te_value);
  if (has(lines, ":authority")) checks.push_back(Check::authority_userinfo);
  if (has(lines, "host") && has(lines, ":authority")) checks.push_back(Check::host_same);
  if (has(lines, ":protocol")) {
    checks.insert(checks.end(), {Check::protocol_negotiated, Check::protocol_with_connect});
  } else if (!has(lines, ":path")) {  // a section without fault and without path is CONNECT
    checks.insert(checks.end(), {Check::connect_authority, Check::connect_target});
  }
  return checks;
}

SectionJudgement judge_section(Section section,
                               bool protocol,
                               const std::vector<wire::FieldLine>& lines) {
  model::SectionCheck check(section, protocol);
  const wire::FieldLine* faulty = nullptr;
  for (const wire::FieldLine& line : lines) {
    check.line(line.name, line.value);
    if (faulty == nullptr && check.fault() != FieldFault::none) faulty = &line;
  }
  SectionJudgement judged{.facts = check.finish()};
  const FieldFault fault = judged.facts.fault;
  if (fault == FieldFault::none) return judged;
  judged.check = check_of(fault, section);
  const bool names_protocol = faulty != nullptr && faulty->name == ":protocol";
  if (fault == FieldFault::pseudo_unknown && names_protocol && section == Section::request) {
    judged.check = Check::protocol_negotiated;
  }
  judged.text = name(fault);
  if (faulty != nullptr) {
    judged.text += ": " + printable(faulty->name) + ": " + printable(faulty->value);
  }
  return judged;
}

std::string printable(std::string_view text) {
  constexpr std::size_t kMost = 80;
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const char c : text.substr(0, kMost)) {
    const auto octet = static_cast<std::uint8_t>(c);
    if (octet >= 0x20 && octet < 0x7f && c != '\\') {
      out.push_back(c);
    } else {
      out += "\\x";
      out.push_back(kDigits[octet >> 4]);
      out.push_back(kDigits[octet & 0xfU]);
    }
  }
  if (text.size() > kMost) out += "...";
  return out;
}

}  // namespace h2assay::watch
