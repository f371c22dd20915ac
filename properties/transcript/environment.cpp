#include "properties/transcript/environment.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "properties/transcript/vocabulary.h"

namespace h2assay::transcript {
namespace {

constexpr std::size_t kMostOctets = 64 * 1024 * 1024;  // that one value may become

Fault too_big(Position at, const std::string& what) { return {Fault::Kind::too_big, what, at}; }

// A result of arithmetic, or the fault that it does not fit in 64 bits.
template <typename Operation>
Evaluated<Result> calculated(const Result& a, const Result& b, Position at, Operation operation) {
  const auto* left = std::get_if<std::int64_t>(&a);
  const auto* right = std::get_if<std::int64_t>(&b);
  std::int64_t out = 0;
  if (!left || !right)
    return std::unexpected(Fault{Fault::Kind::not_given, "text where a number belongs", at});
  if (operation(*left, *right, &out)) return std::unexpected(too_big(at, "a number beyond 2^63"));
  return out;
}

bool add(std::int64_t a, std::int64_t b, std::int64_t* out) {
  return __builtin_add_overflow(a, b, out);
}

bool subtract(std::int64_t a, std::int64_t b, std::int64_t* out) {
  return __builtin_sub_overflow(a, b, out);
}

bool multiply(std::int64_t a, std::int64_t b, std::int64_t* out) {
  return __builtin_mul_overflow(a, b, out);
}

// 100 * "x"
Evaluated<Result> repeated(std::int64_t times, const std::string& text, Position at) {
  const auto count = static_cast<std::uint64_t>(std::max<std::int64_t>(times, 0));
  if (!text.empty() && count > kMostOctets / text.size())
    return std::unexpected(too_big(at, "more than 64 MiB of text"));
  std::string out;
  out.reserve(text.size() * count);
  for (std::uint64_t i = 0; i < count && !text.empty(); ++i) out += text;
  return out;
}

Evaluated<Result> evaluate(const Atom& atom, const Environment& environment);

Evaluated<std::uint32_t> small_number(const Atom& atom, const Environment& environment) {
  const auto value = evaluate(atom, environment);
  if (!value) return std::unexpected(value.error());
  const auto* number = std::get_if<std::int64_t>(&*value);
  if (!number)
    return std::unexpected(Fault{Fault::Kind::not_given, "text where a number belongs", atom.at});
  if (*number < 0 || *number > std::numeric_limits<std::uint32_t>::max())
    return std::unexpected(too_big(atom.at, std::to_string(*number) + " does not fit in 32 bits"));
  return static_cast<std::uint32_t>(*number);
}

Evaluated<Result> evaluate(const Atom& atom, const Environment& environment) {
  using enum Atom::Kind;
  switch (atom.kind) {
    case number: return static_cast<std::int64_t>(parse_number(atom.text).number);
    case string: return atom.text;
    case group:  return transcript::evaluate(atom.group.at(0), environment);
    case request:
      return std::unexpected(
          Fault{Fault::Kind::not_given, "{request …} stands for fields alone", atom.at});
    case name: {
      auto value = environment.value(atom.text);
      if (!value) value.error().at = atom.at;
      return value;
    }
    case window: {
      const auto stream = small_number(atom.operands.at(0), environment);
      if (!stream) return std::unexpected(stream.error());
      const auto value = environment.window(*stream);
      if (!value) return std::unexpected(Fault{value.error().kind, value.error().what, atom.at});
      return *value;
    }
    case status: {
      const auto code = small_number(atom.operands.at(0), environment);
      if (!code) return std::unexpected(code.error());
      auto value = environment.status(*code);
      if (!value) return std::unexpected(Fault{value.error().kind, value.error().what, atom.at});
      return std::move(*value);
    }
  }
  return std::unexpected(Fault{Fault::Kind::not_given, "no such value", atom.at});
}

Evaluated<Result> evaluate(const Term& term, const Environment& environment) {
  std::optional<Result> product;
  for (const Atom& atom : term.factors) {
    auto factor = evaluate(atom, environment);
    if (!factor) return factor;
    if (!product) {
      product = std::move(*factor);
      continue;
    }
    const auto* times = std::get_if<std::int64_t>(&*product);
    const auto* text = std::get_if<std::string>(&*factor);
    auto next = times && text ? repeated(*times, *text, atom.at)
                              : calculated(*product, *factor, atom.at, multiply);
    if (!next) return next;
    product = std::move(*next);
  }
  return std::move(*product);
}

bool permits_number(std::string_view pattern, std::uint64_t actual) {
  while (true) {
    const std::size_t bar = pattern.find('|');
    const std::string_view one = pattern.substr(0, bar);
    const std::size_t dots = one.find("..");
    const Parsed from = parse_number(one.substr(0, dots));
    const Parsed to = dots == std::string_view::npos ? from : parse_number(one.substr(dots + 2));
    if (one == "*" || (from.good && to.good && from.number <= actual && actual <= to.number))
      return true;
    if (bar == std::string_view::npos) return false;
    pattern.remove_prefix(bar + 1);
  }
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool permits_text(std::string_view pattern, std::string_view actual) {
  while (true) {
    const std::size_t bar = pattern.find('|');
    const std::string_view one = pattern.substr(0, bar);
    const bool status_class = one.size() == 3 && is_digit(one[0]) && one.ends_with("xx");
    const bool in_class = status_class && actual.size() == 3 && actual[0] == one[0] &&
                          is_digit(actual[1]) && is_digit(actual[2]);
    if (one == "*" || one == actual || in_class) return true;
    if (bar == std::string_view::npos) return false;
    pattern.remove_prefix(bar + 1);
  }
}

bool compare(std::int64_t a, std::string_view comparison, std::int64_t b) {
  if (comparison == "<") return a < b;
  if (comparison == "<=") return a <= b;
  if (comparison == "=") return a == b;
  if (comparison == ">=") return a >= b;
  return a > b;
}

}  // namespace

void Scope::bind(std::string_view name, std::int64_t number) {
  names_.insert_or_assign(std::string(name), number);
}

void Scope::forget(std::string_view name) {
  if (const auto found = names_.find(name); found != names_.end()) names_.erase(found);
}

bool Scope::knows(std::string_view name) const { return names_.contains(name); }

Evaluated<Result> Scope::value(std::string_view name) const {
  if (const auto found = names_.find(name); found != names_.end()) return found->second;
  return outer_->value(name);
}

Evaluated<std::int64_t> Scope::window(std::uint32_t stream) const { return outer_->window(stream); }

Evaluated<std::string> Scope::status(std::uint32_t code) const { return outer_->status(code); }

Evaluated<Result> evaluate(const Expr& expr, const Environment& environment) {
  std::optional<Result> sum;
  for (const Term& term : expr.terms) {
    auto value = evaluate(term, environment);
    if (!value) return value;
    if (!sum) {
      sum = std::move(*value);
      continue;
    }
    auto next = calculated(*sum, *value, term.factors[0].at, term.minus ? subtract : add);
    if (!next) return next;
    sum = std::move(*next);
  }
  return std::move(*sum);
}

Evaluated<std::string> octets(const Value& value, const Environment& environment) {
  std::string out;
  for (const auto& piece : value.pieces) {
    if (const auto* text = std::get_if<std::string>(&piece)) {
      out += *text;
      continue;
    }
    const auto result = evaluate(std::get<Expr>(piece), environment);
    if (!result) return std::unexpected(result.error());
    const auto* number = std::get_if<std::int64_t>(&*result);
    out += number ? std::to_string(*number) : std::get<std::string>(*result);
    if (out.size() > kMostOctets)
      return std::unexpected(too_big(value.at, "more than 64 MiB of text"));
  }
  return out;
}

Evaluated<std::uint64_t> number(const Value& value,
                                const Environment& environment,
                                std::uint64_t limit) {
  const auto text = octets(value, environment);
  if (!text) return std::unexpected(text.error());
  const Parsed parsed = parse_number(*text);
  if (!parsed.good)
    return std::unexpected(
        too_big(value.at, '"' + escaped(text->substr(0, 40)) + "\" is no number that can be sent"));
  if (parsed.number > limit)
    return std::unexpected(too_big(value.at, *text + " is above " + std::to_string(limit)));
  return parsed.number;
}

Evaluated<std::vector<FieldLine>> request_fields(const Atom& request,
                                                 const Environment& environment) {
  std::vector<FieldLine> out = {{":method", request.text}};
  const auto add_value = [&](const std::string& field, std::string_view name) -> Evaluated<void> {
    auto value = environment.value(name);
    if (!value) return std::unexpected(Fault{value.error().kind, value.error().what, request.at});
    const auto* text = std::get_if<std::string>(&*value);
    out.emplace_back(field, text ? *text : std::to_string(std::get<std::int64_t>(*value)));
    return {};
  };
  // RFC 9113, Section 8.5: CONNECT has neither :scheme nor :path.
  const bool connect = request.text == "CONNECT";
  if (!connect)
    if (const auto added = add_value(":scheme", "scheme"); !added)
      return std::unexpected(added.error());
  if (const auto added = add_value(":authority", "authority"); !added)
    return std::unexpected(added.error());
  if (connect) return out;
  if (request.operands.empty()) {
    if (const auto added = add_value(":path", "path"); !added)
      return std::unexpected(added.error());
    return out;
  }
  const auto resource = evaluate(request.operands[0], environment);
  if (!resource) return std::unexpected(resource.error());
  const auto* text = std::get_if<std::string>(&*resource);
  out.emplace_back(":path", text ? *text : std::to_string(std::get<std::int64_t>(*resource)));
  return out;
}

Evaluated<bool> met(const Need& need,
                    const Environment& environment,
                    const std::function<bool(std::string_view)>& has) {
  if (need.comparison.empty()) return has(need.feature);
  const auto left = evaluate(need.left, environment);
  if (!left) return std::unexpected(left.error());
  const auto right = evaluate(need.right, environment);
  if (!right) return std::unexpected(right.error());
  const auto* a = std::get_if<std::int64_t>(&*left);
  const auto* b = std::get_if<std::int64_t>(&*right);
  if (a && b) return compare(*a, need.comparison, *b);
  if (need.comparison == "=") return *left == *right;
  return std::unexpected(Fault{Fault::Kind::not_given, "text cannot be ordered", need.at});
}

Evaluated<bool> permits(const Value& pattern,
                        std::uint64_t actual,
                        const Environment& environment) {
  const auto text = octets(pattern, environment);
  if (!text) return std::unexpected(text.error());
  return permits_number(*text, actual);
}

Evaluated<bool> permits(const Value& pattern,
                        std::string_view actual,
                        const Environment& environment) {
  const auto text = octets(pattern, environment);
  if (!text) return std::unexpected(text.error());
  // Only what stands bare is a pattern; {path} is what it is, though the author wrote no quotes.
  if (pattern.spelling != Spelling::bare || !is_literal(pattern)) return *text == actual;
  return permits_text(*text, actual);
}

}  // namespace h2assay::transcript
