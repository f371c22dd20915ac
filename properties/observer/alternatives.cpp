#include "properties/observer/alternatives.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>

namespace h2assay::watch {
namespace {

bool is_token(char octet) {
  const bool letter = (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z');
  const bool digit = octet >= '0' && octet <= '9';
  return letter || digit || std::string_view("!#$%&'*+-.^_`|~").contains(octet);
}

std::optional<int> hex_digit(char octet) {
  if (octet >= '0' && octet <= '9') return octet - '0';
  if (octet >= 'A' && octet <= 'F') return octet - 'A' + 10;
  if (octet >= 'a' && octet <= 'f') return octet - 'a' + 10;
  return std::nullopt;
}

bool is_lower(char octet) { return octet >= 'a' && octet <= 'f'; }

void judge_protocol(std::string_view name, Alternatives& judged) {
  for (std::size_t n = 0; n < name.size(); ++n) {
    if (name[n] != '%') {
      judged.tokens = judged.tokens && is_token(name[n]);
      continue;
    }
    const auto high = n + 1 < name.size() ? hex_digit(name[n + 1]) : std::nullopt;
    const auto low = n + 2 < name.size() ? hex_digit(name[n + 2]) : std::nullopt;
    if (!high || !low) {
      judged.percent = false;
      continue;
    }
    const char octet = static_cast<char>(*high * 16 + *low);
    if (octet != '%' && is_token(octet)) judged.needed = false;
    if (is_lower(name[n + 1]) || is_lower(name[n + 2])) judged.upper_case = false;
    n += 2;
  }
}

// Takes one member of the list away; commas inside of quotes part nothing.
std::string_view next_member(std::string_view& list) {
  bool quoted = false;
  std::size_t n = 0;
  for (; n < list.size() && (quoted || list[n] != ','); ++n) {
    if (list[n] == '"') quoted = !quoted;
    if (quoted && list[n] == '\\') ++n;
  }
  const auto member = list.substr(0, n);
  list.remove_prefix(std::min(n + 1, list.size()));
  return member;
}

}  // namespace

Alternatives judge_alternatives(std::string_view value) {
  Alternatives judged;
  while (!value.empty()) {
    std::string_view member = next_member(value);
    member.remove_prefix(std::min(member.find_first_not_of(" \t"), member.size()));
    const auto equals = member.find('=');
    if (equals == std::string_view::npos || equals == 0) continue;
    judged.any = true;
    judge_protocol(member.substr(0, equals), judged);
    const auto host = member.substr(equals + 1, member.find(';') - equals - 1);
    if (std::ranges::any_of(host, [](char octet) { return (octet & 0x80) != 0; }))
      judged.hosts_in_ascii = false;
  }
  return judged;
}

}  // namespace h2assay::watch
