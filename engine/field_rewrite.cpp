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

constexpr bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view lowered(std::string_view name, TextArena& arena) {
  const bool upper = std::ranges::any_of(name, [](char c) { return c >= 'A' && c <= 'Z'; });
  if (!upper) return name;
  const std::span<char> text = arena.take(name.size());
  std::ranges::transform(name, text.begin(), lower);
  return {text.data(), text.size()};
}

constexpr bool is_dropped(std::uint32_t mark) {
  return (kConnectionSpecific >> static_cast<unsigned>(token_of(mark)) & 1U) != 0;
}

// Gathers what goes out, with what the encoder knows of it.
class Outbound {
 public:
  Outbound(const hpack::Encoder& encoder,
           std::vector<Field>& fields,
           std::vector<hpack::KnownField>& known)
      : encoder_(encoder),
        fields_(fields),
        known_(known) {}

  // Deals with the field if the encoder's tables hold it: then it is as it shall be.  Else the next
  // call has to be add_looked_up() or add().
  bool add_known(const Field& field) {
    found_ = encoder_.look_up(field.name, field.value);
    const std::uint32_t mark =
        found_.static_index != 0 ? kStaticMarks[found_.static_index] : found_.mark;
    if (mark == 0) return false;
    if (!is_dropped(mark)) push(field, mark);
    return true;
  }

  // Adds the field that add_known() has just not found: its text is as it shall be.
  void add_looked_up(const Field& field) {
    found_.mark = classify(field.name, field.value);
    push(field, found_.mark);
  }

  // Adds a field that was not looked up.
  void add(const Field& field) {
    found_ = encoder_.look_up(field.name, field.value);
    add_looked_up(field);
  }

 private:
  void push(const Field& field, std::uint32_t mark) {
    Field& added = fields_.emplace_back(field);
    if ((mark & mark::secret) != 0) added.never_indexed = true;
    added.mark = mark;
    known_.push_back(found_);
  }

  const hpack::Encoder& encoder_;
  std::vector<Field>& fields_;
  std::vector<hpack::KnownField>& known_;
  hpack::KnownField found_;
};

// Adds a cookie as one field for each crumb.
void add_crumbs(Field field, Outbound& out) {
  constexpr std::string_view kBetween = "; ";
  std::string_view rest = field.value;
  for (std::size_t end = rest.find(kBetween); end != std::string_view::npos;
       end = rest.find(kBetween)) {
    field.value = rest.substr(0, end);
    out.add(field);
    rest.remove_prefix(end + kBetween.size());
  }
  field.value = rest;
  out.add(field);
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
                        const hpack::Encoder& encoder,
                        std::vector<Field>& out,
                        std::vector<hpack::KnownField>& known,
                        TextArena& arena) {
  out.reserve(out.size() + fields.size());
  known.reserve(out.size() + fields.size());
  Outbound outbound(encoder, out, known);
  for (const Field& original : fields) {
    if (outbound.add_known(original)) continue;
    Field field = original;
    field.name = lowered(trimmed(original.name), arena);
    field.value = trimmed(original.value);
    const FieldToken token = token_named(field.name);
    if ((kConnectionSpecific >> static_cast<unsigned>(token) & 1U) != 0) continue;
    const bool untouched = field.name.data() == original.name.data() &&
                           field.name.size() == original.name.size() &&
                           field.value.size() == original.value.size();
    if (token == FieldToken::cookie && rewriting.split_cookies) {
      add_crumbs(field, outbound);
    } else if (untouched) {
      outbound.add_looked_up(field);
    } else {
      outbound.add(field);
    }
  }
}

}  // namespace h2assay
