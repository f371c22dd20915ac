#pragma once
// Deliberate misbehaviour on receipt: rows of the table of rules switched off or changed.  A quirk
// is consulted only after a check has failed, so a connection without quirks pays nothing for them.

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/error.h"

namespace h2assay {

// One row, changed.
struct Quirk {
  Rule rule{};
  bool off = false;               // the check does not accuse; the row says what happens instead
  std::optional<ErrorCode> code;  // another code
  std::optional<Scope> scope;     // another scope; stream where no stream is concerned: connection
  friend bool operator==(const Quirk&, const Quirk&) = default;
};

// A set of them.  Owns nothing when empty.
class Quirks {
 public:
  bool empty() const { return quirks_.empty(); }

  // Adds, or replaces the quirk of the same rule.
  void set(const Quirk& quirk) {
    const auto at = std::ranges::lower_bound(quirks_, quirk.rule, {}, &Quirk::rule);
    if (at != quirks_.end() && at->rule == quirk.rule) {
      *at = quirk;
    } else {
      quirks_.insert(at, quirk);
    }
  }

  void off(Rule rule) { set({.rule = rule, .off = true, .code = {}, .scope = {}}); }

  // The quirk of this rule, or null.
  const Quirk* find(Rule rule) const {
    const auto at = std::ranges::lower_bound(quirks_, rule, {}, &Quirk::rule);
    return at != quirks_.end() && at->rule == rule ? &*at : nullptr;
  }

  bool is_off(Rule rule) const {
    if (empty()) return false;
    const Quirk* quirk = find(rule);
    return quirk != nullptr && quirk->off;
  }

  auto begin() const { return quirks_.begin(); }

  auto end() const { return quirks_.end(); }

  friend bool operator==(const Quirks&, const Quirks&) = default;

 private:
  std::vector<Quirk> quirks_;  // by rule
};

// "settings-ack-length" (off), "settings-ack-length=INTERNAL_ERROR", "settings-ack-length=stream"
// or
// "=connection".  Nothing when the rule, code or scope is not known.
std::optional<Quirk> parse_quirk(std::string_view text);

}  // namespace h2assay
