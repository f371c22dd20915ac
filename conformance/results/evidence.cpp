#include "conformance/results/evidence.h"

#include <fstream>

#include <fmt/format.h>

#include "conformance/catalogue/catalogue.h"
#include "conformance/catalogue/requirements.h"
#include "conformance/results/escape.h"
#include "conformance/results/pcapng.h"

namespace h2assay {

namespace {

constexpr std::size_t kLongestName = 120;

std::uint64_t fnv(std::string_view text) {
  std::uint64_t hash = 0xcbf2'9ce4'8422'2325U;
  for (const char octet : text)
    hash = (hash ^ static_cast<unsigned char>(octet)) * 0x100'0000'01b3U;
  return hash;
}

bool write_file(const std::filesystem::path& path, std::string_view text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  out.close();
  return static_cast<bool>(out);
}

}  // namespace

std::string evidence_folder(std::string_view case_id) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+,";
  std::string out;
  bool altered = false;
  for (const char octet : case_id) {
    if (octet == '/') {
      out.push_back('.');
    } else if (kPlain.find(octet) != std::string_view::npos) {
      out.push_back(octet);
    } else {
      // "[" and "]" always come in one place: they alone make no two ids alike.
      altered = altered || (octet != '[' && octet != ']');
      out.push_back(octet == ']' ? '_' : octet == '[' ? '.' : '_');
    }
  }
  if (!out.empty() && out.back() == '_' && !altered) out.pop_back();
  if (!altered && out.size() <= kLongestName) return out;
  return fmt::format("{}-{:08x}", out.substr(0, kLongestName), fnv(case_id) & 0xffff'ffffU);
}

std::string log_text(const EvidenceInput& input) {
  transcript::Transcript log;
  const transcript::Header& from = input.played.header;
  log.header.title = from.title;
  log.header.requirements = from.requirements;
  log.header.role = from.role;
  log.header.without = from.without;
  log.header.case_id = input.result.case_id;
  log.header.peer = valid_text(input.run.peer);
  log.header.verdict = std::string(name(input.result.verdict));
  log.header.seed = fmt::format("{}", input.run.seed);
  log.body = input.journal.lines();
  return transcript::print(log);
}

std::string evidence_readme(const EvidenceInput& input) {
  const CaseResult& result = input.result;
  std::string out = fmt::format("# {}: {}\n\n{}\n\n",
                                name(result.verdict),
                                printable(result.case_id),
                                readable(result.title));
  out += fmt::format("| | |\n|---|---|\n| peer | `{}` |\n", readable(input.run.peer));
  const auto row = [&](std::string_view key, std::string_view value) {
    if (value.empty()) return;
    std::string cell = printable(value);
    for (std::size_t at = 0; (at = cell.find('|', at)) != std::string::npos; at += 2)
      cell.insert(at, "\\");
    out += fmt::format("| {} | `{}` |\n", key, cell);
  };
  row("sent", result.sent);
  row("expected", result.expected);
  row("got", result.observed);
  row("the connection", fmt::format("{}, by {}", result.ending.how, result.ending.by));
  row("tool",
      fmt::format("{} {}, cases {}, seed {}",
                  input.run.tool,
                  input.run.version,
                  input.run.case_set,
                  input.run.seed));
  out += "\n";
  for (const std::string& id : result.requirements) {
    const Requirement* requirement = requirements().find(id);
    if (requirement == nullptr) continue;
    out += fmt::format("{} ({}, [section {}]({})):\n\n> {}\n\n",
                       id,
                       requirement->level,
                       requirement->section,
                       link(*requirement),
                       requirement->quote.empty() ? requirement->paraphrase : requirement->quote);
  }
  for (const PassiveFinding& finding : result.findings)
    out += fmt::format("{}: {} ({}, {}{})\n\n",
                       finding.accuses() ? "Also broken" : "Also seen",
                       printable(finding.text),
                       finding.requirement,
                       finding.level,
                       finding.certain ? "" : "; our own frames may explain it");
  out += fmt::format("Repeat it:\n\n```\n{}\n```\n\n## What went over the wire\n\n```\n",
                     readable(input.repeat));
  constexpr std::size_t kShown = 60;
  std::size_t shown = 0;
  for (const transcript::Line& line : input.journal.lines()) {
    if (++shown > kShown) {
      out +=
          fmt::format("({} more lines in transcript.h2t)\n", input.journal.lines().size() - kShown);
      break;
    }
    out += transcript::print(line);
  }
  out += "```\n";
  if (input.journal.cut_short())
    out += "\nThe log was cut short: more came than is worth keeping.\n";
  if (input.capture)
    out +=
        "\n`wire.pcapng` opens as HTTP/2 in Wireshark; if the preface is not a good one, use\n"
        "`wireshark -d tcp.port==80,http2 wire.pcapng`.\n";
  return out;
}

std::expected<void, std::string> write_evidence(const std::filesystem::path& folder,
                                                const EvidenceInput& input) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return std::unexpected(fmt::format("{}: {}", folder.string(), error.message()));
  bool good = write_file(folder / "transcript.h2t", log_text(input));
  good = write_file(folder / "README.md", evidence_readme(input)) && good;
  if (input.capture) {
    const auto comment = fmt::format("{}: {}", input.result.case_id, name(input.result.verdict));
    const auto octets = pcapng(input.journal.packets(), comment, input.started_us);
    good = write_file(folder / "wire.pcapng",
                      {reinterpret_cast<const char*>(octets.data()), octets.size()}) &&
           good;
  }
  // A peer that nobody started has no output of ours to keep.
  if (!input.standard_output.empty())
    good = write_file(folder / "peer.stdout", input.standard_output) && good;
  if (!input.standard_error.empty())
    good = write_file(folder / "peer.stderr", input.standard_error) && good;
  if (!good) return std::unexpected(fmt::format("cannot write to {}", folder.string()));
  return {};
}

}  // namespace h2assay
