#include "conformance/results/json.h"

#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "conformance/results/escape.h"

namespace h2assay {

namespace {

using Json = nlohmann::ordered_json;

Json texts(std::span<const std::string> list) {
  Json out = Json::array();
  for (const std::string& text : list) out.push_back(valid_text(text));
  return out;
}

Json findings(std::span<const PassiveFinding> list) {
  Json out = Json::array();
  for (const PassiveFinding& finding : list)
    out.push_back({{"rule", finding.requirement},
                   {"text", valid_text(finding.text)},
                   {"certain", finding.certain},
                   {"level", finding.level}});
  return out;
}

Json words(std::span<const Verdict> list) {
  Json out = Json::array();
  for (const Verdict one : list) out.push_back(name(one));
  return out;
}

std::vector<std::string> strings(const Json& json, const char* key) {
  std::vector<std::string> out;
  if (!json.contains(key)) return out;
  for (const Json& item : json.at(key)) out.push_back(item.get<std::string>());
  return out;
}

CaseResult from_json(const Json& json) {
  CaseResult out;
  out.case_id = json.at("case").get<std::string>();
  out.title = json.value("title", "");
  out.file = json.value("file", "");
  out.line = json.value("line", 0);
  out.requirements = strings(json, "rules");
  out.level = json.value("level", "");
  out.verdict = verdict(json.at("verdict").get<std::string>()).value_or(Verdict::error);
  out.expectation = json.value("expected_verdict", "pass");
  out.as_expected = json.value("as_expected", false);
  out.note = json.value("note", "");
  out.sent = json.value("sent", "");
  out.expected = json.value("expected", "");
  out.observed = json.value("observed", "");
  out.ending = {json.value("ended", "open"), json.value("by", "nobody")};
  out.milliseconds = json.value("ms", 0.0);
  out.attempt = json.value("attempt", 1);
  out.evidence = json.value("evidence", "");
  out.judged = strings(json, "judged");
  for (const std::string& word : strings(json, "verdicts"))
    out.verdicts.push_back(verdict(word).value_or(Verdict::error));
  if (json.contains("findings"))
    for (const Json& item : json.at("findings"))
      out.findings.push_back({item.at("rule").get<std::string>(),
                              item.value("text", ""),
                              item.value("certain", true),
                              item.value("level", "")});
  return out;
}

}  // namespace

std::string json_line(const CaseResult& result) {
  std::vector<std::string> passive;
  for (const PassiveFinding& finding : result.findings)
    if (finding.accuses()) passive.push_back(finding.requirement);
  const Json json = {
      {"case", valid_text(result.case_id)},
      {"title", valid_text(result.title)},
      {"file", valid_text(result.file)},
      {"line", result.line},
      {"rules", texts(result.requirements)},
      {"level", result.level},
      {"verdict", name(result.verdict)},
      {"verdicts", words(result.verdicts)},
      {"expected_verdict", valid_text(result.expectation)},
      {"as_expected", result.as_expected},
      {"note", valid_text(result.note)},
      {"sent", valid_text(result.sent)},
      {"expected", valid_text(result.expected)},
      {"observed", valid_text(result.observed)},
      {"ended", result.ending.how},
      {"by", result.ending.by},
      {"ms", static_cast<double>(static_cast<long long>(result.milliseconds * 10)) / 10},
      {"attempt", result.attempt},
      {"evidence", valid_text(result.evidence)},
      {"passive", texts(passive)},
      {"findings", findings(result.findings)},
      {"judged", texts(result.judged)}};
  return json.dump();
}

std::string run_json(const RunInfo& run, std::span<const CaseResult> results) {
  std::map<std::string_view, int> counted;
  int unexpected = 0;
  for (const CaseResult& result : results) {
    ++counted[name(result.verdict)];
    unexpected += result.as_expected ? 0 : 1;
  }
  Json counts = Json::object();
  for (const Verdict verdict : kVerdicts)
    if (counted.contains(name(verdict)))
      counts[std::string(name(verdict))] = counted[name(verdict)];
  const Json json = {{"tool", run.tool},
                     {"version", run.version},
                     {"case_set", run.case_set},
                     {"peer", valid_text(run.peer)},
                     {"command", valid_text(run.command)},
                     {"seed", run.seed},
                     {"started", run.started},
                     {"finished", run.finished},
                     {"machine", valid_text(run.machine)},
                     {"partial", run.partial},
                     {"exit_code", run.exit_code},
                     {"offers", texts(run.offers)},
                     {"lacks", texts(run.lacks)},
                     {"cases", results.size()},
                     {"unexpected", unexpected},
                     {"counts", counts}};
  return json.dump(2) + "\n";
}

std::expected<std::vector<CaseResult>, std::string> read_results(std::string_view text) {
  std::vector<CaseResult> out;
  int number = 0;
  while (!text.empty()) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return out;  // cut off by a kill
    const auto line = text.substr(0, end);
    text.remove_prefix(end + 1);
    ++number;
    if (line.empty()) continue;
    try {
      out.push_back(from_json(Json::parse(line)));
    } catch (const nlohmann::json::exception& problem) {
      return std::unexpected(fmt::format("line {}: {}", number, printable(problem.what())));
    }
  }
  return out;
}

}  // namespace h2assay
