#pragma once
// One line of a pair transcript, put together word by word.  Peer text is always escaped.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "engine/event.h"

namespace h2assay {

// Appends `text` in quotation marks; every octet outside 0x20 to 0x7e, `"` and `\\` escaped.
void put_escaped(std::string& out, std::string_view text);

// Octets and characters have the same representation; nothing is modified through this view.
inline std::string_view text_view(Octets octets) {
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

class TextLine {
 public:
  TextLine(std::string_view word, std::uint32_t stream_id) : text_(word) { number(stream_id); }

  explicit TextLine(std::string_view word) : text_(word) {}

  TextLine& number(std::uint64_t value) {
    text_ += ' ';
    text_ += std::to_string(value);
    return *this;
  }

  TextLine& part(std::string_view key, std::uint64_t value) {
    text_ += ' ';
    text_ += key;
    text_ += '=';
    text_ += std::to_string(value);
    return *this;
  }

  TextLine& part(std::string_view key, std::string_view value) {
    text_ += ' ';
    text_ += key;
    text_ += '=';
    put_escaped(text_, value);
    return *this;
  }

  TextLine& code(ErrorCode code) {
    const std::string_view known = name(code);
    text_ += ' ';
    text_ += known.empty() ? std::to_string(static_cast<std::uint32_t>(code)) : std::string(known);
    return *this;
  }

  TextLine& link(std::string_view key, Link link, std::size_t base) {
    return link ? part(key, link.position + base) : *this;
  }

  TextLine& fields(Fields fields) {
    for (const Field& field : fields) {
      text_ += field.never_indexed ? " !" : " ";
      put_escaped(text_, field.name);
      text_ += '=';
      put_escaped(text_, field.value);
    }
    return *this;
  }

  TextLine& changed(std::span<const ChangedSetting> changed) {
    for (const ChangedSetting& c : changed) {
      part(std::to_string(c.id), c.new_value);
      text_ += c.had_value ? " (was " + std::to_string(c.original_value) + ")" : " (new)";
    }
    return *this;
  }

  TextLine& word(std::string_view text) {
    text_ += ' ';
    text_ += text;
    return *this;
  }

  TextLine& word_if(bool condition, std::string_view text) {
    return condition ? word(text) : *this;
  }

  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

}  // namespace h2assay
