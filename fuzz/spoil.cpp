#include "fuzz/spoil.h"

#include <string>

#include "engine/rules.h"
#include "fuzz/check.h"

namespace h2assay::fuzz {

void spoil_rules(Options& options, std::uint8_t which, std::uint8_t how) {
  if (which == 0) return;
  if (which == 255) {
    for (const RuleRow& row : rules()) options.quirks.off(row.rule);
    return;
  }
  const RuleRow& row = rules()[(which - 1U) % rules().size()];
  Quirk quirk{.rule = row.rule, .off = how % 4 == 0, .code = {}, .scope = {}};
  if (how % 4 == 1) quirk.code = static_cast<ErrorCode>(how / 4U % 14U);
  if (how % 4 == 2) quirk.scope = Scope::stream;
  if (how % 4 == 3) quirk.scope = Scope::connection;
  options.quirks.set(quirk);
  // What somebody writes on a command line to get it, and gets it.
  std::string text(row.name);
  if (quirk.code) text += "=" + std::string(name(*quirk.code));
  if (quirk.scope) text += *quirk.scope == Scope::stream ? "=stream" : "=connection";
  if (parse_quirk(text) != quirk) fail("a quirk is not read back", text);
}

}  // namespace h2assay::fuzz
