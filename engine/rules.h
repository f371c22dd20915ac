#pragma once
// THE table: every check that can accuse the peer, a row each, with the requirements that it
// enforces. The rows stand in rules.inc; the identifiers are those of conformance/requirements.csv
// and are checked while compiling.  RFC 9113, Sections 5.4 and 8.1.1.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/error.h"
#include "engine/quirks.h"

namespace h2assay {

enum class Rule : std::uint16_t {
#define H2ASSAY_RULE(rule, scope, code, when_off, text, ...) rule,
#include "engine/rules.inc"
#undef H2ASSAY_RULE
};

// What happens instead when a quirk has switched a rule off.  Always safe for memory.
enum class WhenOff : std::uint8_t {
  process,        // as if nothing were wrong
  discard_frame,  // as if the frame had not come; field blocks and windows are still booked
  clamp,          // with the nearest value that is allowed
};

// All identifiers of requirements.csv, sorted.
extern const std::span<const std::string_view> kRequirementIds;

struct RuleRow {
  Rule rule{};
  std::string_view name;  // "settings-ack-length"
  Scope scope = Scope::connection;
  ErrorCode code = ErrorCode::protocol_error;
  WhenOff when_off = WhenOff::process;
  std::string_view text;                           // what the peer did, in one line
  std::span<const std::string_view> requirements;  // the principal one first; never empty
};

// All rows, in the order of the enumeration.
std::span<const RuleRow> rules();
const RuleRow& row(Rule rule);
std::string_view name(Rule rule);
std::optional<Rule> rule_named(std::string_view name);

// The check behind `rule` has failed: what follows?  Either the accusation, or, when a quirk has
// switched the rule off, how to go on.  A stream error without a stream is a connection error.
[[gnu::cold]] std::expected<WhenOff, Violation> judge(Rule rule,
                                                      std::uint32_t stream_id,
                                                      const Quirks& quirks);

// "settings-ack-length: SETTINGS with ACK carries a payload (rfc9113-6.5-06)": for debug data, logs
// and tests.
std::string describe(const Violation& violation);

}  // namespace h2assay
