// What fields become on their way out and in: the rewriting half of fields.h.

#include <algorithm>

#include "engine/field_line.h"
#include "engine/fields.h"
#include "engine/hpack/encoder.h"

namespace h2assay {

namespace {

constexpr std::size_t kChunkOctets = 4096;

constexpr std::uint32_t kConnectionSpecific =
    1U << static_cast<unsigned>(FieldToken::connection) |
    1U << static_cast<unsigned>(FieldToken::transfer_encoding) |
    1U << static_cast<unsigned>(FieldToken::keep_alive) |
    1U << static_cast<unsigned>(FieldToken::proxy_connection) |
    1U << static_cast<unsigned>(FieldToken::upgrade);

constexpr std::string_view kAsciiSpace = " \t\n\v\f\r";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kAsciiSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kAsciiSpace) - first + 1);
}

std::string_view lowered(std::string_view name, TextArena& arena) {
  const bool upper = std::ranges::any_of(name, [](char c) { return c >= 'A' && c <= 'Z'; });
  if (!upper) return name;
  const std::span<char> text = arena.take(name.size());
  std::ranges::transform(name, text.begin(), lower);
  return {text.data(), text.size()};
}

void add_outbound(Field field, std::vector<Field>& out) {
  field.mark = classify(field.name, field.value);
  if (hpack::is_secret(field.name, field.value)) field.never_indexed = true;
  out.push_back(field);
}

}  // namespace

std::span<char> TextArena::take(std::size_t size) {
  if (chunks_.empty() || size > room_ - used_) {
    room_ = std::max(size, kChunkOctets);
    used_ = 0;
    chunks_.push_back(std::make_unique_for_overwrite<char[]>(room_));
  }
  const std::span<char> taken(chunks_.back().get() + used_, size);
  used_ += size;
  return taken;
}

void TextArena::clear() {
  if (chunks_.size() > 1) chunks_.erase(chunks_.begin(), chunks_.end() - 1);
  used_ = 0;
}

void join_cookies(std::vector<Field>& fields, std::size_t first, TextArena& arena) {
  const auto is_cookie = [](const Field& field) { return field.name == "cookie"; };
  const auto from = fields.begin() + static_cast<std::ptrdiff_t>(first);
  const auto target = std::find_if(from, fields.end(), is_cookie);
  if (target == fields.end() || std::none_of(target + 1, fields.end(), is_cookie)) return;

  std::size_t size = 0;
  for (auto at = target; at != fields.end(); ++at) {
    if (is_cookie(*at)) size += at->value.size() + 2;
  }
  const std::span<char> text = arena.take(size - 2);
  char* to = text.data();
  for (auto at = target; at != fields.end(); ++at) {
    if (!is_cookie(*at)) continue;
    if (at != target) to = std::ranges::copy(std::string_view("; "), to).out;
    to = std::ranges::copy(at->value, to).out;
    if (at->never_indexed) target->never_indexed = true;
  }
  target->value = {text.data(), text.size()};
  fields.erase(std::remove_if(target + 1, fields.end(), is_cookie), fields.end());
}

void normalize_outbound(Fields fields,
                        const OutboundRewriting& rewriting,
                        std::vector<Field>& out,
                        TextArena& arena) {
  for (const Field& original : fields) {
    Field field = original;
    field.name = lowered(trimmed(original.name), arena);
    field.value = trimmed(original.value);
    const FieldToken token = token_named(field.name);
    if ((kConnectionSpecific >> static_cast<unsigned>(token) & 1U) != 0) continue;

    if (token == FieldToken::cookie && rewriting.split_cookies) {
      constexpr std::string_view kBetween = "; ";
      std::string_view rest = field.value;
      for (std::size_t end = rest.find(kBetween); end != std::string_view::npos;
           end = rest.find(kBetween)) {
        field.value = rest.substr(0, end);
        add_outbound(field, out);
        rest.remove_prefix(end + kBetween.size());
      }
      field.value = rest;
    }
    add_outbound(field, out);
  }
}

}  // namespace h2assay
