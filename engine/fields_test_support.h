#pragma once
// Messages for the tests of fields.h.

#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "engine/fields.h"

namespace h2assay {

using Lines = std::vector<Field>;

inline Lines get(std::initializer_list<Field> more = {}) {
  Lines lines{
      {":method", "GET"}, {":scheme", "https"}, {":authority", "a.example"}, {":path", "/"}};
  lines.insert(lines.end(), more);
  return lines;
}

inline Lines ok(std::initializer_list<Field> more = {}) {
  Lines lines{{":status", "200"}};
  lines.insert(lines.end(), more);
  return lines;
}

inline std::optional<Rule> broken(MessageKind kind,
                                  const Lines& lines,
                                  const FieldPolicy& policy = {}) {
  const std::optional<Rule> rule = check_message(kind, lines, policy).broken;
  // Marks that were kept give the same answer as looking again.
  Lines marked = lines;
  for (Field& field : marked) field.mark = classify(field.name, field.value);
  FieldPolicy trusting = policy;
  trusting.trust_marks = true;
  EXPECT_EQ(check_message(kind, marked, trusting).broken, rule);
  return rule;
}

}  // namespace h2assay
