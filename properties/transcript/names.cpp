#include "properties/transcript/names.h"

#include <algorithm>
#include <set>

#include "properties/transcript/source.h"
#include "properties/transcript/vocabulary.h"

namespace h2assay::transcript {
namespace {

class NameReader {
 public:
  explicit NameReader(Bindings& bindings) : bindings_(bindings) {}

  void read(const std::vector<Line>& lines) {
    for (const Line& line : lines) {
      if (const auto* step = std::get_if<Step>(&line.what)) read(*step);
      if (const auto* await = std::get_if<Await>(&line.what)) read(*await);
      if (const auto* repeat = std::get_if<Repeat>(&line.what)) read(*repeat);
    }
  }

 private:
  void read(const Step& step) {
    binding_ = false;
    const auto* phrase = std::get_if<Phrase>(&step.what);
    if (phrase && phrase->word == "open") {
      for (const Argument& argument : phrase->arguments) open(argument.value);
      return;
    }
    read(step.what);
  }

  void open(const Value& value) {
    const std::string name(sole_name(value));
    if (is_built_in(name) || loops_.contains(name) || known_.contains(name))
      throw Failed{value.at, "the name " + name + " is taken", "another name"};
    bind(name, value.at, false);
  }

  void read(const Await& await) {
    here_.clear();
    for (const Expectation& alternative : await.alternatives) {
      fresh_.clear();
      read(alternative);
      here_.insert(fresh_.begin(), fresh_.end());
    }
  }

  void read(const Expectation& expectation) {
    binding_ = true;
    read(expectation.what);
    binding_ = false;
    if (expectation.exactly) read(*expectation.exactly);
    for (const Expectation& later : expectation.before) read(later);
  }

  void read(const Repeat& repeat) {
    binding_ = false;
    read(repeat.from);
    read(repeat.to);
    const std::string& name = repeat.name;
    if (is_built_in(name) || is_function(name) || known_.contains(name) ||
        !loops_.insert(name).second)
      throw Failed{repeat.at, "the name " + name + " is taken", "another name"};
    read(repeat.body);
    loops_.erase(name);
  }

  void read(const Saying& saying) {
    if (const auto* frame = std::get_if<FrameLine>(&saying)) {
      read(frame->stream);
      for (const Part& part : frame->parts) read(part.value);
      for (const FieldWord& field : frame->fields) read(field);
      return;
    }
    for (const Argument& argument : std::get<Phrase>(saying).arguments) {
      if (argument.kind == Argument::Kind::field)
        read(argument.field);
      else
        read(argument.value);
    }
  }

  void read(const FieldWord& field) {
    if (field.index) read(*field.index);
    const bool binding = binding_;
    binding_ = false;
    read(field.name);
    binding_ = binding;
    read(field.value);
  }

  void read(const Value& value) {
    const std::string name(sole_name(value));
    const bool free = !name.empty() && !is_known(name) && name.find('.') == std::string::npos;
    if (binding_ && (free || (here_.contains(name) && !fresh_.contains(name)))) {
      bind(name, value.at, true);
      return;
    }
    for (const auto& piece : value.pieces)
      if (const auto* expr = std::get_if<Expr>(&piece)) read(*expr);
  }

  void read(const Expr& expr) {
    for (const Term& term : expr.terms)
      for (const Atom& atom : term.factors) read(atom);
  }

  void read(const Atom& atom) {
    for (const Atom& operand : atom.operands) read(operand);
    for (const Expr& expr : atom.group) read(expr);
    if (atom.kind != Atom::Kind::name) return;
    if (!is_known(atom.text)) throw unbound(atom);
    if (const auto found = bindings_.find(atom.text); found != bindings_.end())
      ++found->second.uses;
  }

  bool is_known(const std::string& name) const {
    if (name.starts_with("peer.")) {
      const auto settings = setting_names();
      return std::ranges::find(settings, std::string_view(name).substr(5)) != settings.end();
    }
    return is_built_in(name) || loops_.contains(name) || known_.contains(name);
  }

  Failed unbound(const Atom& atom) const {
    std::vector<std::string_view> names(known_.begin(), known_.end());
    names.insert(names.end(), loops_.begin(), loops_.end());
    names.insert(names.end(), built_in_names().begin(), built_in_names().end());
    std::vector<std::string> settings;
    for (const std::string_view setting : setting_names())
      settings.push_back("peer." + std::string(setting));
    names.insert(names.end(), settings.begin(), settings.end());
    const std::string near = nearest(atom.text, names);
    return {atom.at,
            "unbound name " + atom.text,
            near.empty() ? "a name that a line above binds: < request {" + atom.text + "} *"
                         : "did you mean " + near + "?"};
  }

  void bind(const std::string& name, Position at, bool free) {
    known_.insert(name);
    fresh_.insert(name);
    bindings_.try_emplace(name, Binding{at, 0, free});
  }

  Bindings& bindings_;
  std::set<std::string, std::less<>> known_{};
  std::set<std::string, std::less<>> loops_{};
  std::set<std::string, std::less<>> here_{};   // bound by an earlier alternative of this line
  std::set<std::string, std::less<>> fresh_{};  // bound by this alternative
  bool binding_ = false;
};

void star(Value& value, const Bindings& bindings) {
  const auto found = bindings.find(std::string(sole_name(value)));
  if (found == bindings.end() || !found->second.free || found->second.uses > 0) return;
  const Position at = value.at;
  value = bare("*");
  value.at = at;
}

void star(Expectation& expectation, const Bindings& bindings) {
  if (auto* frame = std::get_if<FrameLine>(&expectation.what)) {
    star(frame->stream, bindings);
    for (Part& part : frame->parts) star(part.value, bindings);
    for (FieldWord& field : frame->fields) star(field.value, bindings);
  } else {
    for (Argument& argument : std::get<Phrase>(expectation.what).arguments)
      star(argument.kind == Argument::Kind::field ? argument.field.value : argument.value,
           bindings);
  }
  for (Expectation& later : expectation.before) star(later, bindings);
}

}  // namespace

void star_useless(std::vector<Line>& body, const Bindings& bindings) {
  for (Line& line : body) {
    if (auto* repeat = std::get_if<Repeat>(&line.what)) star_useless(repeat->body, bindings);
    if (auto* await = std::get_if<Await>(&line.what))
      for (Expectation& alternative : await->alternatives) star(alternative, bindings);
  }
}

void follow_names(const std::vector<Line>& body, Bindings& bindings) {
  NameReader(bindings).read(body);
}

void refuse_useless(const Bindings& bindings) {
  const Binding* first = nullptr;
  std::string_view name;
  for (const auto& [key, binding] : bindings) {
    const auto before = [](Position a, Position b) {
      return a.line < b.line || (a.line == b.line && a.column < b.column);
    };
    if (!binding.free || binding.uses > 0 || (first && !before(binding.at, first->at))) continue;
    first = &binding;
    name = key;
  }
  if (first) throw Failed{first->at, std::string(name) + " is bound and used nowhere", "*"};
}

}  // namespace h2assay::transcript
