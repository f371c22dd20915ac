// Values filled in and loops written out: from a case to what a log says.
#include <utility>

#include "properties/transcript/environment.h"

namespace h2assay::transcript {
namespace {

// Replaces each expression that can be evaluated by its text.
void fill(Value& value, const Environment& environment) {
  Value out;
  out.spelling = value.spelling;
  out.at = value.at;
  const auto add = [&out](std::string text) {
    if (text.empty()) return;
    if (!out.pieces.empty() && std::holds_alternative<std::string>(out.pieces.back()))
      std::get<std::string>(out.pieces.back()) += text;
    else
      out.pieces.emplace_back(std::move(text));
  };
  bool text_came = false;
  for (auto& piece : value.pieces) {
    const auto* expr = std::get_if<Expr>(&piece);
    if (!expr) {
      add(std::get<std::string>(piece));
      continue;
    }
    const bool literal = expr->terms.size() == 1 && expr->terms[0].factors.size() == 2 &&
                         expr->terms[0].factors[1].kind == Atom::Kind::string &&
                         expr->terms[0].factors[0].kind == Atom::Kind::number;
    auto result =
        literal ? Evaluated<Result>(std::unexpected(Fault{})) : evaluate(*expr, environment);
    if (!result) {  // {100 * "x"} says the same in fewer octets; an unknown name stays
      out.pieces.emplace_back(std::move(piece));
      continue;
    }
    const auto* number = std::get_if<std::int64_t>(&*result);
    text_came = text_came || number == nullptr;
    add(number ? std::to_string(*number) : std::get<std::string>(*result));
  }
  // What was no number may hold blanks and signs: as a field's value it is quoted where it must be.
  if (text_came && out.spelling == Spelling::bare && is_literal(out)) {
    const Position at = out.at;
    out = field_value(text_of(out));
    out.at = at;
  }
  value = std::move(out);
}

void fill(FieldWord& field, const Environment& environment) {
  if (field.kind == FieldWord::Kind::request) return;
  if (field.index) fill(*field.index, environment);
  fill(field.name, environment);
  fill(field.value, environment);
}

// {request GET} becomes its fields.
std::vector<FieldWord> filled_fields(const std::vector<FieldWord>& fields,
                                     const Environment& environment) {
  std::vector<FieldWord> out;
  for (const FieldWord& field : fields) {
    if (field.kind != FieldWord::Kind::request) {
      out.push_back(field);
      fill(out.back(), environment);
      continue;
    }
    const Atom& request = std::get<Expr>(field.value.pieces.at(0)).terms.at(0).factors.at(0);
    const auto lines = request_fields(request, environment);
    if (!lines) {
      out.push_back(field);
      continue;
    }
    for (const auto& [name, value] : *lines) {
      FieldWord one;
      one.name = field_name(name);
      one.value = field_value(value);
      one.at = field.at;
      out.push_back(std::move(one));
    }
  }
  return out;
}

void fill(Saying& saying, const Environment& environment) {
  if (auto* frame = std::get_if<FrameLine>(&saying)) {
    fill(frame->stream, environment);
    for (Part& part : frame->parts) fill(part.value, environment);
    frame->fields = filled_fields(frame->fields, environment);
    return;
  }
  auto& phrase = std::get<Phrase>(saying);
  if (phrase.word == "open") return;
  for (Argument& argument : phrase.arguments) {
    fill(argument.value, environment);
    if (argument.kind == Argument::Kind::field) fill(argument.field, environment);
  }
}

void fill(Expectation& expectation, const Environment& environment) {
  fill(expectation.what, environment);
  if (expectation.exactly) fill(*expectation.exactly, environment);
  for (Expectation& later : expectation.before) fill(later, environment);
}

// Writes loops out, with a budget of lines and rounds: a loop may be long and say nothing.
class Unroller {
 public:
  Unroller(const Environment& environment, std::size_t budget)
      : scope_(environment),
        budget_(budget),
        left_(budget) {}

  Evaluated<void> run(const std::vector<Line>& body) {
    for (const Line& line : body) {
      const auto* repeat = std::get_if<Repeat>(&line.what);
      if (repeat) {
        if (const auto done = run(*repeat); !done) return done;
        continue;
      }
      if (left_-- == 0) return std::unexpected(exhausted({}));
      out_.push_back(filled(line, scope_));
    }
    return {};
  }

  std::vector<Line> take() { return std::move(out_); }

 private:
  Fault exhausted(Position at) {
    left_ = 0;
    return {Fault::Kind::too_big, "more than " + std::to_string(budget_) + " lines", at};
  }

  Evaluated<void> run(const Repeat& repeat) {
    constexpr std::uint64_t kMost = 0x7fff'ffff'ffff'ffff;
    const auto from = number(repeat.from, scope_, kMost);
    if (!from) return std::unexpected(from.error());
    const auto to = number(repeat.to, scope_, kMost);
    if (!to) return std::unexpected(to.error());
    for (std::uint64_t i = *from; i <= *to; ++i) {
      if (left_-- == 0) return std::unexpected(exhausted(repeat.at));
      scope_.bind(repeat.name, static_cast<std::int64_t>(i));
      if (const auto done = run(repeat.body); !done) return done;
    }
    scope_.forget(repeat.name);
    return {};
  }

  Scope scope_;
  std::size_t budget_;
  std::size_t left_;
  std::vector<Line> out_{};
};

}  // namespace

Line filled(const Line& line, const Environment& environment) {
  Line out = line;
  if (auto* step = std::get_if<Step>(&out.what)) fill(step->what, environment);
  if (auto* await = std::get_if<Await>(&out.what))
    for (Expectation& alternative : await->alternatives) fill(alternative, environment);
  return out;
}

Evaluated<std::vector<Line>> unrolled(const std::vector<Line>& body,
                                      const Environment& environment,
                                      std::size_t limit) {
  Unroller unroller(environment, limit);
  if (const auto done = unroller.run(body); !done) return std::unexpected(done.error());
  return unroller.take();
}

}  // namespace h2assay::transcript
