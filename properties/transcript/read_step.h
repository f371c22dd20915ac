#pragma once
// Frames, phrases and expectations from words.  Internal to the parser.

#include <cstddef>
#include <span>

#include "properties/transcript/read_value.h"
#include "properties/transcript/transcript.h"
#include "properties/transcript/vocabulary.h"

namespace h2assay::transcript {

// What the reading of a line depends on, besides the line.
struct Reading {
  Role role = Role::client;
  const KnownRequirement* known = nullptr;  // null: any id that is shaped like one
};

using WordSpan = std::span<const Word>;

// One word of a field block.
FieldWord read_field(const Word& word, Pattern pattern);

// Is it a frame's name, or 0xNN?
bool begins_frame(std::string_view word);
FrameLine read_frame(WordSpan words, Pattern pattern);

// A lower-case word and what follows it; `end` is behind the last word.
Phrase read_phrase(WordSpan words, Place place, const Reading& reading, Position end);

// A frame or a phrase.
Saying read_saying(WordSpan words, Place place, const Reading& reading, Position end);

// What follows `<`, its grade included.
Expectation read_expectation(WordSpan words, const Reading& reading, Position end);

// Throws when the id is not known.
void check_requirement(const Word& word, const KnownRequirement* known);

}  // namespace h2assay::transcript
