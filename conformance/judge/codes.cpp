#include "conformance/judge/codes.h"

#include <algorithm>
#include <iterator>
#include <span>

#include <fmt/format.h>

#include "engine/error.h"

namespace h2assay {

namespace {

// So many frames in one conversation may look like abuse to a peer that counts.
constexpr std::size_t kHandful = 64;

struct AlertName {
  std::uint8_t number;
  std::string_view name;
};

constexpr AlertName kAlerts[] = {{0, "close_notify"},
                                 {10, "unexpected_message"},
                                 {20, "bad_record_mac"},
                                 {22, "record_overflow"},
                                 {40, "handshake_failure"},
                                 {42, "bad_certificate"},
                                 {43, "unsupported_certificate"},
                                 {44, "certificate_revoked"},
                                 {45, "certificate_expired"},
                                 {46, "certificate_unknown"},
                                 {47, "illegal_parameter"},
                                 {48, "unknown_ca"},
                                 {49, "access_denied"},
                                 {50, "decode_error"},
                                 {51, "decrypt_error"},
                                 {70, "protocol_version"},
                                 {71, "insufficient_security"},
                                 {80, "internal_error"},
                                 {86, "inappropriate_fallback"},
                                 {90, "user_canceled"},
                                 {100, "no_renegotiation"},
                                 {109, "missing_extension"},
                                 {110, "unsupported_extension"},
                                 {112, "unrecognized_name"},
                                 {113, "bad_certificate_status_response"},
                                 {115, "unknown_psk_identity"},
                                 {116, "certificate_required"},
                                 {120, "no_application_protocol"}};

Verdict verdict_of(rfc::Grade grade) {
  switch (grade) {
    case rfc::Grade::pass:    return Verdict::pass;
    case rfc::Grade::lenient: return Verdict::lenient;
    case rfc::Grade::fail:    break;
  }
  return Verdict::fail;
}

}  // namespace

std::string code_name(std::uint32_t code) {
  const auto known = name(static_cast<ErrorCode>(code));
  return known.empty() ? fmt::format("0x{:02x}", code) : std::string(known);
}

std::string alert_name(std::uint8_t description) {
  const auto* known = std::ranges::find(kAlerts, description, &AlertName::number);
  return known == std::end(kAlerts) ? fmt::format("{}", description) : std::string(known->name);
}

transcript::Evaluated<Verdict> grade_error(const transcript::Value* named,
                                           rfc::ReactionKind due,
                                           const rfc::Reaction& reaction,
                                           std::size_t own_frames,
                                           const transcript::Environment& environment) {
  bool is_named = named == nullptr;
  if (named != nullptr) {
    const auto by_name = transcript::permits(*named, code_name(reaction.code), environment);
    const auto by_number = transcript::permits(*named, std::uint64_t{reaction.code}, environment);
    if (!by_name && !by_number) return std::unexpected(by_name.error());
    is_named = (by_name && *by_name) || (by_number && *by_number);
  }
  // To the tables it is all one which other code the line names: some code that did not come.
  const auto stated = static_cast<ErrorCode>(is_named ? reaction.code : ~reaction.code);
  const rfc::PermittedReaction permitted{.kind = due, .code = stated};
  const Verdict verdict = verdict_of(rfc::grade(std::span(&permitted, 1), reaction));
  const bool calm = reaction.code == static_cast<std::uint32_t>(ErrorCode::enhance_your_calm) &&
                    own_frames > kHandful;
  return verdict == Verdict::fail && calm ? Verdict::lenient : verdict;
}

}  // namespace h2assay
