#pragma once
// What the peer sent is hostile: nothing of it reaches a terminal, a file for people or XML raw.

#include <string>
#include <string_view>

namespace h2assay {

// Octets outside of 0x20..0x7e and the backslash as \xNN: for terminals and Markdown.
std::string printable(std::string_view octets);

// Text of ours, of the user or of an RFC, as a line: well-formed UTF-8 stays, control characters
// become \xNN.
std::string readable(std::string_view text);

// The same text with invalid UTF-8 and control characters as \xNN: for JSON and XML.
std::string valid_text(std::string_view octets);

// One argument for a POSIX shell, quoted only when it must be.
std::string shell_quoted(std::string_view argument);

}  // namespace h2assay
