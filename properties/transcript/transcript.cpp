#include "properties/transcript/transcript.h"

#include <algorithm>
#include <ranges>

namespace h2assay::transcript {

bool Expectation::operator==(const Expectation&) const = default;
bool Repeat::operator==(const Repeat&) const = default;
bool Line::operator==(const Line&) const = default;

const Value* FrameLine::part(std::string_view key) const {
  for (const Part& part : std::views::reverse(parts))
    if (part.key == key) return &part.value;
  return nullptr;
}

const Value* Phrase::atom(std::size_t n) const {
  for (const Argument& argument : arguments)
    if (argument.kind == Argument::Kind::atom && n-- == 0) return &argument.value;
  return nullptr;
}

const Value* Phrase::pair(std::string_view key) const {
  for (const Argument& argument : arguments)
    if (argument.kind == Argument::Kind::pair && argument.key == key) return &argument.value;
  return nullptr;
}

bool Phrase::has(std::string_view word_of) const {
  return std::ranges::any_of(arguments, [word_of](const Argument& argument) {
    return argument.kind == Argument::Kind::atom && text_of(argument.value) == word_of;
  });
}

std::vector<FieldWord> Phrase::fields() const {
  std::vector<FieldWord> out;
  for (const Argument& argument : arguments)
    if (argument.kind == Argument::Kind::field) out.push_back(argument.field);
  return out;
}

}  // namespace h2assay::transcript
