#include "engine/rules.h"

#include <utility>

namespace h2assay {

namespace {

constexpr auto kIds = std::to_array<std::string_view>({
#include "engine/requirement_ids.inc"
});
static_assert(std::ranges::is_sorted(kIds));

// A requirement identifier that exists; anything else does not compile.
struct RequirementId {
  std::string_view value;

  consteval RequirementId(const char* id) : value(id) {
    if (!std::ranges::binary_search(kIds, value)) throw "no such row in requirements.csv";
  }
};

template <std::size_t Size>
consteval std::array<std::string_view, Size> checked(const std::array<RequirementId, Size>& ids) {
  std::array<std::string_view, Size> values{};
  for (std::size_t i = 0; i < Size; ++i) values[i] = ids[i].value;
  return values;
}

template <std::size_t Size> consteval std::array<char, Size> kebab(const char (&name)[Size]) {
  std::array<char, Size> text{};
  for (std::size_t i = 0; i < Size; ++i) text[i] = name[i] == '_' ? '-' : name[i];
  return text;
}

namespace names {
#define H2ASSAY_RULE(rule, scope, code, when_off, text, ...) constexpr auto rule = kebab(#rule);
#include "engine/rules.inc"
#undef H2ASSAY_RULE
}  // namespace names

namespace requirements {
#define H2ASSAY_RULE(rule, scope, code, when_off, text, ...) \
  constexpr auto rule = checked(std::to_array<RequirementId>({__VA_ARGS__}));
#include "engine/rules.inc"
#undef H2ASSAY_RULE
}  // namespace requirements

constexpr auto kRules = std::to_array<RuleRow>({
#define H2ASSAY_RULE(rule, scope, code, when_off, text, ...)            \
  RuleRow{Rule::rule,                                                   \
          std::string_view(names::rule.data(), names::rule.size() - 1), \
          Scope::scope,                                                 \
          ErrorCode::code,                                              \
          WhenOff::when_off,                                            \
          text,                                                         \
          requirements::rule},
#include "engine/rules.inc"
#undef H2ASSAY_RULE
});

}  // namespace

const std::span<const std::string_view> kRequirementIds = kIds;

std::span<const RuleRow> rules() { return kRules; }

const RuleRow& row(Rule rule) { return kRules[std::to_underlying(rule)]; }

std::string_view name(Rule rule) { return row(rule).name; }

std::optional<Rule> rule_named(std::string_view name) {
  const auto* const found = std::ranges::find(kRules, name, &RuleRow::name);
  if (found == kRules.end()) return std::nullopt;
  return found->rule;
}

std::expected<WhenOff, Violation> judge(Rule rule, std::uint32_t stream_id, const Quirks& quirks) {
  const RuleRow& found = row(rule);
  Violation violation{found.scope, found.code, rule, stream_id};
  if (const Quirk* quirk = quirks.find(rule); quirk != nullptr) {
    if (quirk->off) return found.when_off;
    violation.code = quirk->code.value_or(found.code);
    violation.scope = quirk->scope.value_or(found.scope);
  }
  if (stream_id == 0) violation.scope = Scope::connection;
  return std::unexpected(violation);
}

std::string describe(const Violation& violation) {
  const RuleRow& found = row(violation.rule);
  std::string text(found.name);
  text.append(": ").append(found.text).append(" (").append(found.requirements.front()).append(")");
  if (violation.stream_id != 0) {
    text.append(" on stream ").append(std::to_string(violation.stream_id));
  }
  return text;
}

}  // namespace h2assay
