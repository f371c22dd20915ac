#include "engine/priority/urgency.h"

#include <algorithm>

namespace h2assay::priority {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

bool is_alpha(char c) { return is_lower(c) || (c >= 'A' && c <= 'Z'); }

// As much of RFC 8941, Section 4.2, as it takes to read a Dictionary and to know when it is none.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::optional<Urgency> dictionary() {
    Urgency found;
    skip(" ");
    while (!text_.empty()) {
      if (!member(found)) return std::nullopt;
      skip(" \t");
      if (text_.empty()) return found;
      if (!eat(',')) return std::nullopt;
      skip(" \t");
      if (text_.empty()) return std::nullopt;  // a comma that separates nothing
    }
    return found;
  }

 private:
  struct Item {
    std::optional<std::int64_t> integer;
    std::optional<bool> boolean;
  };

  bool member(Urgency& found) {
    const std::optional<std::string_view> name = key();
    if (!name) return false;
    Item value{.integer = {}, .boolean = true};
    if (eat('=')) {
      value = {};
      if (!(text_.starts_with('(') ? inner_list() : bare_item(value))) return false;
    }
    if (!parameters()) return false;
    // The last of several holds, whether it makes sense or not.
    if (*name == "u") {
      const bool fits = value.integer && *value.integer >= 0 && *value.integer <= 7;
      found.urgency = fits ? static_cast<std::uint8_t>(*value.integer) : Urgency().urgency;
    } else if (*name == "i") {
      found.incremental = value.boolean.value_or(false);
    }
    return true;
  }

  std::optional<std::string_view> key() {
    if (text_.empty() || (!is_lower(text_[0]) && text_[0] != '*')) return std::nullopt;
    return take([](char c) {
      return is_lower(c) || is_digit(c) || c == '_' || c == '-' || c == '.' || c == '*';
    });
  }

  bool parameters() {
    while (eat(';')) {
      skip(" ");
      Item ignored;
      if (!key() || (eat('=') && !bare_item(ignored))) return false;
    }
    return true;
  }

  bool inner_list() {
    eat('(');
    for (skip(" "); !eat(')'); skip(" ")) {
      Item ignored;
      if (text_.empty() || !bare_item(ignored) || !parameters()) return false;
      if (!text_.starts_with(' ') && !text_.starts_with(')')) return false;
    }
    return true;
  }

  bool bare_item(Item& item) {
    if (text_.empty()) return false;
    if (text_[0] == '-' || is_digit(text_[0])) return number(item);
    if (eat('"')) return string();
    if (eat(':')) return octets();
    if (eat('?')) {
      if (text_.empty() || (text_[0] != '0' && text_[0] != '1')) return false;
      item.boolean = text_[0] == '1';
      text_.remove_prefix(1);
      return true;
    }
    if (!is_alpha(text_[0]) && text_[0] != '*') return false;
    take([](char c) {
      return is_alpha(c) || is_digit(c) ||
             std::string_view("!#$%&'*+-.^_`|~:/").find(c) != std::string_view::npos;
    });
    return true;
  }

  bool number(Item& item) {
    const bool negative = eat('-');
    const std::string_view whole = take(is_digit);
    if (whole.empty() || whole.size() > 15) return false;
    if (eat('.')) {  // a decimal: legal, and means nothing here
      const std::string_view part = take(is_digit);
      return whole.size() <= 12 && !part.empty() && part.size() <= 3;
    }
    std::int64_t value = 0;
    for (const char digit : whole) value = value * 10 + (digit - '0');
    item.integer = negative ? -value : value;
    return true;
  }

  bool string() {
    while (!text_.empty()) {
      const char c = text_[0];
      text_.remove_prefix(1);
      if (c == '"') return true;
      if (c == '\\' && !eat('"') && !eat('\\')) return false;
      if (c < 0x20 || c > 0x7e) return false;
    }
    return false;
  }

  bool octets() {
    take([](char c) { return is_alpha(c) || is_digit(c) || c == '+' || c == '/' || c == '='; });
    return eat(':');
  }

  bool eat(char c) {
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }

  void skip(std::string_view blanks) {
    text_.remove_prefix(std::min(text_.find_first_not_of(blanks), text_.size()));
  }

  template <class Fits> std::string_view take(Fits fits) {
    const auto end = std::ranges::find_if_not(text_, fits);
    const auto size = static_cast<std::size_t>(end - text_.begin());
    const std::string_view taken = text_.substr(0, size);
    text_.remove_prefix(size);
    return taken;
  }

  std::string_view text_;
};

}  // namespace

std::optional<Urgency> parse_urgency(std::string_view field_value) {
  const std::size_t last = field_value.find_last_not_of(' ');
  return Reader(field_value.substr(0, last + 1)).dictionary();
}

void Scheduler::set(std::uint32_t stream, Urgency urgency) { streams_[stream].urgency = urgency; }

void Scheduler::set_ready(std::uint32_t stream, bool ready) {
  const auto at = streams_.find(stream);
  if (at != streams_.end()) at->second.ready = ready;
}

std::optional<std::uint32_t> Scheduler::next() const {
  const auto before = [](const auto& a, const auto& b) {
    const Entry& x = a.second;
    const Entry& y = b.second;
    if (x.urgency.urgency != y.urgency.urgency) return x.urgency.urgency < y.urgency.urgency;
    if (x.urgency.incremental != y.urgency.incremental) return !x.urgency.incremental;
    if (x.urgency.incremental && x.turn != y.turn) return x.turn < y.turn;
    return a.first < b.first;
  };
  const std::pair<const std::uint32_t, Entry>* best = nullptr;
  for (const auto& each : streams_) {
    if (each.second.ready && (best == nullptr || before(each, *best))) best = &each;
  }
  if (best == nullptr) return std::nullopt;
  return best->first;
}

void Scheduler::served(std::uint32_t stream) {
  const auto at = streams_.find(stream);
  if (at != streams_.end()) at->second.turn = ++turns_;
}

}  // namespace h2assay::priority
