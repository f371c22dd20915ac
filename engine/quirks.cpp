#include "engine/quirks.h"

#include "engine/rules.h"

namespace h2assay {

std::optional<Quirk> parse_quirk(std::string_view text) {
  const std::size_t equals = text.find('=');
  const std::optional<Rule> rule = rule_named(text.substr(0, equals));
  if (!rule) return std::nullopt;
  Quirk quirk{.rule = *rule, .off = equals == std::string_view::npos, .code = {}, .scope = {}};
  if (quirk.off) return quirk;

  const std::string_view change = text.substr(equals + 1);
  if (change == "connection") {
    quirk.scope = Scope::connection;
  } else if (change == "stream") {
    quirk.scope = Scope::stream;
  } else {
    quirk.code = error_code(change);
    if (!quirk.code) return std::nullopt;
  }
  return quirk;
}

}  // namespace h2assay
