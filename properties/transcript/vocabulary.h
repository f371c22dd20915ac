#pragma once
// The words of the language, as tables: parts of frames, acts, expectations, calls, header keys.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace h2assay::transcript {

enum class PartKind : std::uint8_t {
  number,
  octets,  // bare hex, or text between quotes
  text,    // as it stands
  code,    // an error code by name or number
  cut,     // 5,1,0 or *1
};

struct PartRow {
  std::string_view key{};
  PartKind kind = PartKind::text;
  int bits = 32;  // of a number
};

// The parts that this type of frame has, without those that every frame has.
std::span<const PartRow> parts_of(std::uint8_t type);
// flags, length, payload.
std::span<const PartRow> common_parts();
// Does the frame carry a field block?
bool has_fields(std::uint8_t type);

// Where a lower-case word may stand.
enum class Place : std::uint8_t {
  act,      // > of every role but pair
  expect,   // <
  call,     // > of role pair
  network,  // ~
};

struct WordRow {
  Place place = Place::act;
  std::string_view word{};
  // One letter an atom that must stand; behind "?" those that may; "+" repeats the last.
  //   s streams or *   M method   S status   c error codes   o octets   n {name}   i requirement
  //   p number or whole   v any word
  std::string_view atoms{};
  std::string_view keys{};   // that take =, separated by blanks
  std::string_view flags{};  // words that may stand without =
  bool fields = false;
  bool settings = false;
  bool pair_only = false;
};

// The row for this word at this place, or null.
const WordRow* word_row(Place place, std::string_view word, bool pair);
std::vector<std::string_view> words_at(Place place, bool pair);

// How the value of a key of a lower-case word is written.
PartRow key_row(std::string_view key);

// {path}, {authority}, …: what the target brings.
bool is_built_in(std::string_view name);
// window, request, status.
bool is_function(std::string_view name);
std::span<const std::string_view> built_in_names();

std::span<const std::string_view> error_code_names();
std::span<const std::string_view> setting_names();
std::vector<std::string_view> frame_names();

// Is the word among those that `list` separates by blanks?
bool is_among(std::string_view list, std::string_view word);

}  // namespace h2assay::transcript
