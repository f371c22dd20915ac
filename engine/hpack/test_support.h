#pragma once
// What the tests of this folder share: octets written as hex, fields that own their text.

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "engine/field.h"
#include "engine/hpack/decoder.h"
#include "engine/hpack/encoder.h"

namespace h2assay {

inline std::ostream& operator<<(std::ostream& out, const Field& field) {
  return out << field.name << ": " << field.value
             << (field.never_indexed ? " (never indexed)" : "");
}

}  // namespace h2assay

namespace h2assay::hpack {

inline std::ostream& operator<<(std::ostream& out, Defect defect) { return out << name(defect); }

// "82 86" as octets.
inline std::vector<std::uint8_t> octets(std::string_view hex) {
  std::vector<std::uint8_t> result;
  std::uint32_t digits = 0;
  std::uint32_t value = 0;
  for (const char c : hex) {
    if (c == ' ') continue;
    value = value * 16 + static_cast<std::uint32_t>(c <= '9' ? c - '0' : c - 'a' + 10);
    if (++digits % 2 == 0) {
      result.push_back(static_cast<std::uint8_t>(value));
      value = 0;
    }
  }
  return result;
}

inline std::string hex(const std::vector<std::uint8_t>& octets) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t octet : octets) {
    text += kDigits[octet >> 4];
    text += kDigits[octet & 15];
  }
  return text;
}

inline std::vector<std::uint8_t> joined(std::initializer_list<std::vector<std::uint8_t>> parts) {
  std::vector<std::uint8_t> all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

struct OwnedField {
  std::string name;
  std::string value;
  bool never_indexed = false;
  friend bool operator==(const OwnedField&, const OwnedField&) = default;
};

inline std::ostream& operator<<(std::ostream& out, const OwnedField& field) {
  return out << Field{field.name, field.value, field.never_indexed};
}

using OwnedFields = std::vector<OwnedField>;

inline OwnedFields own(const std::vector<Field>& fields) {
  OwnedFields result;
  for (const Field& f : fields)
    result.push_back({std::string(f.name), std::string(f.value), f.never_indexed});
  return result;
}

inline std::vector<Field> views(const OwnedFields& fields) {
  std::vector<Field> result;
  for (const OwnedField& f : fields) result.push_back({f.name, f.value, f.never_indexed});
  return result;
}

struct Decoded {
  DecodeResult result;
  OwnedFields fields;
};

inline Decoded decode(Decoder& decoder, Octets block, const DecodeLimits& limits = {}) {
  std::vector<Field> fields;
  decoder.begin_batch();
  const DecodeResult result = decoder.decode(block, fields, limits);
  return {result, own(fields)};
}

inline std::vector<std::uint8_t> encode(Encoder& encoder, const OwnedFields& fields) {
  std::vector<std::uint8_t> block;
  encoder.append(views(fields), block);
  return block;
}

// The entries of a table, new to old.
inline OwnedFields entries(const DynamicTable& table) {
  OwnedFields result;
  for (std::uint32_t age = 0; age < table.count(); ++age)
    result.push_back(
        {std::string(table.name(table.entry(age))), std::string(table.value(table.entry(age)))});
  return result;
}

// What digest_into says, as a text: equal only if really equal.
class StateText {
 public:
  template <typename... T> void add(const T&... values) { (add_one(values), ...); }

  const std::string& text() const { return text_; }

 private:
  template <typename T> void add_one(const T& value) {
    if constexpr (requires { value.digest_into(*this); })
      value.digest_into(*this);
    else if constexpr (std::is_convertible_v<T, std::string_view>)
      text_ += std::to_string(std::string_view(value).size()) + ":" + std::string(value);
    else
      text_ += std::to_string(static_cast<std::uint64_t>(value)) + ";";
  }

  std::string text_;
};

template <typename Coder> std::string state_of(const Coder& coder) {
  StateText state;
  state.add(coder);
  return state.text();
}

}  // namespace h2assay::hpack
