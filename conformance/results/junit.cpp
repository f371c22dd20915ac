#include "conformance/results/junit.h"

#include <map>
#include <sstream>
#include <vector>

#include <fmt/format.h>
#include <pugixml.hpp>

#include "conformance/catalogue/glob.h"
#include "conformance/results/escape.h"

namespace h2assay {

namespace {

std::string area_of(std::string_view id) {
  const auto plain = case_of(id);
  const auto slash = plain.rfind('/');
  return std::string(slash == std::string_view::npos ? plain : plain.substr(0, slash));
}

void attribute(pugi::xml_node node, const char* key, std::string_view value) {
  node.append_attribute(key).set_value(valid_text(value).c_str());
}

enum class Kind : std::uint8_t { good, failure, error, skipped };

Kind kind_of(const CaseResult& result) {
  if (result.verdict == Verdict::error) return Kind::error;
  if (!result.as_expected) return Kind::failure;
  if (result.verdict == Verdict::unsupported || result.verdict == Verdict::blocked)
    return Kind::skipped;
  return Kind::good;
}

std::string message_of(const CaseResult& result) {
  if (result.expected.empty()) return result.observed;
  return fmt::format("expected {}, got {}", result.expected, result.observed);
}

void add_case(pugi::xml_node suite, const CaseResult& result) {
  auto node = suite.append_child("testcase");
  attribute(node, "name", result.case_id);
  attribute(node, "classname", "h2assay." + area_of(result.case_id));
  attribute(node, "time", fmt::format("{:.3f}", result.milliseconds / 1000));
  if (!result.file.empty()) attribute(node, "file", result.file);
  if (!result.requirements.empty()) {
    auto properties = node.append_child("properties");
    for (const std::string& id : result.requirements) {
      auto property = properties.append_child("property");
      attribute(property, "name", "requirement");
      attribute(property, "value", id);
    }
  }
  const Kind kind = kind_of(result);
  if (kind == Kind::good) return;
  auto child = node.append_child(kind == Kind::error     ? "error"
                                 : kind == Kind::failure ? "failure"
                                                         : "skipped");
  attribute(child, "message", message_of(result));
  if (kind == Kind::skipped) return;
  attribute(child, "type", name(result.verdict));
  const auto text = fmt::format("{}\nsent: {}\n{}", result.title, result.sent, result.note);
  child.text().set(valid_text(text).c_str());
}

struct Counts {
  int tests = 0;
  int failures = 0;
  int errors = 0;
  int skipped = 0;
  double seconds = 0;

  void add(const CaseResult& result) {
    ++tests;
    const Kind kind = kind_of(result);
    failures += kind == Kind::failure ? 1 : 0;
    errors += kind == Kind::error ? 1 : 0;
    skipped += kind == Kind::skipped ? 1 : 0;
    seconds += result.milliseconds / 1000;
  }
};

void write_counts(pugi::xml_node node, const Counts& counts) {
  attribute(node, "tests", fmt::format("{}", counts.tests));
  attribute(node, "failures", fmt::format("{}", counts.failures));
  attribute(node, "errors", fmt::format("{}", counts.errors));
  attribute(node, "skipped", fmt::format("{}", counts.skipped));
  attribute(node, "time", fmt::format("{:.3f}", counts.seconds));
}

}  // namespace

std::string junit_xml(const RunInfo& run, std::span<const CaseResult> results) {
  std::map<std::string, std::vector<const CaseResult*>> suites;
  Counts all;
  for (const CaseResult& result : results) {
    suites[area_of(result.case_id)].push_back(&result);
    all.add(result);
  }
  pugi::xml_document document;
  auto declaration = document.append_child(pugi::node_declaration);
  declaration.append_attribute("version").set_value("1.0");
  declaration.append_attribute("encoding").set_value("UTF-8");
  auto root = document.append_child("testsuites");
  attribute(root, "name", fmt::format("h2assay {} against {}", run.version, run.peer));
  write_counts(root, all);
  for (const auto& [area, members] : suites) {
    Counts counts;
    for (const CaseResult* result : members) counts.add(*result);
    auto suite = root.append_child("testsuite");
    attribute(suite, "name", "h2assay." + area);
    attribute(suite, "timestamp", std::string_view(run.started).substr(0, 19));
    write_counts(suite, counts);
    for (const CaseResult* result : members) add_case(suite, *result);
  }
  std::ostringstream out;
  document.save(out, "  ");
  return std::move(out).str();
}

}  // namespace h2assay
