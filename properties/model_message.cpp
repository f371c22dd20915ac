#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <utility>

#include "properties/model.h"

namespace h2assay::model {
namespace {

constexpr std::array<std::string_view, 5> kConnectionSpecific{
    "connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_blank(char c) { return c == ' ' || c == '\t'; }

// A name's octets after an initial colon: RFC 9113, Section 8.2.1.
FieldFault name_fault(std::string_view rest) {
  for (const char c : rest) {
    const auto octet = static_cast<std::uint8_t>(c);
    if (octet >= 'A' && octet <= 'Z') return FieldFault::name_upper_case;
    if (octet <= 0x20 || octet >= 0x7f || octet == ':') return FieldFault::name_octet;
  }
  return FieldFault::none;
}

FieldFault value_fault(std::string_view value) {
  if (value.find_first_of(std::string_view("\0\r\n", 3)) != std::string_view::npos) {
    return FieldFault::value_octet;
  }
  const bool edge = !value.empty() && (is_blank(value.front()) || is_blank(value.back()));
  return edge ? FieldFault::value_edge_blank : FieldFault::none;
}

Method method_of(std::string_view method) {
  if (method == "GET") return Method::get;
  if (method == "HEAD") return Method::head;
  return method == "CONNECT" ? Method::connect : Method::other;
}

// What is longer is longer than anything that will ever come: any decimal number is a length.
constexpr std::uint64_t kLongest = std::numeric_limits<std::uint64_t>::max() - 2;

// RFC 9110, Section 8.6; at most kLongest; nothing: no number.
std::optional<std::uint64_t> decimal(std::string_view text) {
  if (text.empty() || !std::ranges::all_of(text, is_digit)) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (value > (kLongest - digit) / 10) return kLongest;
    value = value * 10 + digit;
  }
  return value;
}

bool same_ignoring_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

// Without the port that the scheme has by default, and without an empty one: RFC 9110, Section
// 4.2.3.
std::string_view host_of(std::string_view authority, std::string_view scheme) {
  std::string_view implied;  // of another scheme nothing is known
  if (same_ignoring_case(scheme, "https")) implied = "443";
  if (same_ignoring_case(scheme, "http")) implied = "80";
  const std::size_t colon = authority.rfind(':');
  if (colon == std::string_view::npos) return authority;
  const std::string_view host = authority.substr(0, colon);
  const std::string_view port = authority.substr(colon + 1);
  const bool literal = host.ends_with(']');  // IPv6
  if (host.contains(':') && !literal) return authority;
  if (port.empty() || port == implied) return host;
  return authority;
}

bool is_http(std::string_view scheme) {
  return same_ignoring_case(scheme, "http") || same_ignoring_case(scheme, "https");
}

}  // namespace

void SectionCheck::found(FieldFault fault) {
  if (facts_.fault == FieldFault::none) facts_.fault = fault;
}

void SectionCheck::take(std::optional<std::string_view>& into, std::string_view value) {
  if (into) found(FieldFault::pseudo_repeated);
  into = value;
}

void SectionCheck::line(std::string_view name, std::string_view value) {
  if (name.empty()) {
    found(FieldFault::name_empty);
    return;
  }
  const bool is_pseudo = name.front() == ':';
  found(name_fault(is_pseudo ? name.substr(1) : name));
  found(value_fault(value));
  is_pseudo ? pseudo(name, value) : regular(name, value);
}

void SectionCheck::pseudo(std::string_view name, std::string_view value) {
  const bool request = section_ == Section::request || section_ == Section::promise;
  if (section_ == Section::trailers) return found(FieldFault::pseudo_in_trailers);
  if (regular_seen_) found(FieldFault::pseudo_after_regular);
  if (name == ":status") {
    if (request) return found(FieldFault::pseudo_of_other_side);
    return take(status_, value);
  }
  const bool target = name == ":method" || name == ":scheme" || name == ":path" ||
                      name == ":authority" || (name == ":protocol" && protocol_allowed_);
  if (!target) return found(FieldFault::pseudo_unknown);
  if (!request) return found(FieldFault::pseudo_of_other_side);
  if (name == ":method") return take(method_, value);
  if (name == ":scheme") return take(scheme_, value);
  if (name == ":path") return take(path_, value);
  if (name == ":authority") return take(authority_, value);
  take(protocol_, value);
}

void SectionCheck::regular(std::string_view name, std::string_view value) {
  regular_seen_ = true;
  if (std::ranges::find(kConnectionSpecific, name) != kConnectionSpecific.end()) {
    found(FieldFault::connection_specific);
  } else if (name == "te" && section_ == Section::request) {
    if (!same_ignoring_case(value, "trailers")) found(FieldFault::te_not_trailers);
  } else if (name == "content-length" && section_ != Section::trailers) {
    content_length(value);
  } else if (name == "host" && section_ == Section::request) {
    host_ = value;
  }
}

void SectionCheck::content_length(std::string_view value) {
  const std::optional<std::uint64_t> length = decimal(value);
  // Two that are too long to be told apart are not known to be equal.
  const bool differs =
      facts_.content_length && (facts_.content_length != length || length == kLongest);
  if (!length || differs) return found(FieldFault::content_length_form);
  facts_.content_length = length;
}

void SectionCheck::finish_target() {
  const bool http = is_http(scheme_.value_or(""));
  if (!scheme_ || scheme_->empty()) found(FieldFault::scheme_missing);
  if (!path_) return found(FieldFault::path_missing);
  if (!http) return;
  if (path_->empty()) return found(FieldFault::path_empty);
  const bool asterisk = *path_ == "*" && method_ == "OPTIONS";
  if (path_->front() != '/' && !asterisk) found(FieldFault::path_form);
  if (authority_ && authority_->contains('@')) found(FieldFault::authority_userinfo);
}

void SectionCheck::finish_request() {
  if (!method_ || method_->empty()) found(FieldFault::method_missing);
  facts_.method = method_of(method_.value_or(""));
  facts_.extended_connect = facts_.method == Method::connect && protocol_.has_value();
  if (protocol_ && facts_.method != Method::connect) found(FieldFault::protocol_without_connect);
  if (facts_.method == Method::connect) {
    if (!authority_ || authority_->empty()) found(FieldFault::authority_missing);
    if (!protocol_ && (scheme_ || path_)) found(FieldFault::connect_with_target);
  }
  if (facts_.method != Method::connect || protocol_) finish_target();
  const std::string_view scheme = scheme_.value_or("");
  if (host_ && authority_ &&
      !same_ignoring_case(host_of(*host_, scheme), host_of(*authority_, scheme))) {
    found(FieldFault::host_differs);
  }
  if (section_ != Section::promise) return;
  if (facts_.method != Method::get && facts_.method != Method::head) {
    found(FieldFault::promise_not_safe);
  }
  if (facts_.content_length.value_or(0) > 0) found(FieldFault::promise_with_content);
  if (!authority_) found(FieldFault::authority_missing);  // Section 8.4
}

SectionFacts SectionCheck::finish() {
  if (section_ == Section::request || section_ == Section::promise) finish_request();
  if (section_ != Section::response) return facts_;
  if (!status_) {
    found(FieldFault::status_missing);
  } else if (status_->size() != 3 || !std::ranges::all_of(*status_, is_digit)) {
    found(FieldFault::status_form);
  } else {
    facts_.status = static_cast<std::uint16_t>(*decimal(*status_));
    if (facts_.status == 101) found(FieldFault::status_101);
  }
  return facts_;
}

Message Message::response_to(Method request) {
  Message message;
  message.response_ = true;
  message.request_method_ = request;
  return message;
}

Message Message::request() { return {}; }

Section Message::expected_section() const {
  if (headers_) return Section::trailers;
  return response_ ? Section::response : Section::request;
}

MessageFault Message::headers(const SectionFacts& facts, bool end_stream) {
  if (ended_) return MessageFault::frame_after_end;
  if (tunnel_) return MessageFault::headers_on_tunnel;
  if (headers_) {
    if (!end_stream) return MessageFault::section_after_final;
    return end();
  }
  const bool interim = facts.status >= 100 && facts.status < 200;  // a request has none
  if (interim) return end_stream ? MessageFault::interim_ends_stream : MessageFault::none;
  headers_ = true;
  content_length_ = facts.content_length;
  const bool success = facts.status >= 200 && facts.status < 300;
  const bool connect =
      response_ ? request_method_ == Method::connect && success : facts.method == Method::connect;
  if (connect) {
    tunnel_ = true;
    content_length_.reset();  // RFC 9110, Section 9.3.6: meaningless there
  }
  if (response_ &&
      (request_method_ == Method::head || facts.status == 204 || facts.status == 304)) {
    no_content_ = true;
    content_length_.reset();  // RFC 9113, Section 8.1.1
  }
  return end_stream ? end() : MessageFault::none;
}

MessageFault Message::data(std::uint32_t content_octets, bool end_stream) {
  if (ended_) return MessageFault::frame_after_end;
  if (!headers_) return MessageFault::data_before_headers;
  content_ += content_octets;
  if (no_content_ && content_octets > 0) return MessageFault::content_where_none;
  if (content_length_ && content_ > *content_length_) return MessageFault::content_length_long;
  return end_stream ? end() : MessageFault::none;
}

MessageFault Message::end() {
  ended_ = true;
  const bool too_short = content_length_ && content_ < *content_length_;
  return too_short ? MessageFault::content_length_short : MessageFault::none;
}

}  // namespace h2assay::model
