#include "conformance/cli/probe.h"

#include <algorithm>

#include <fmt/format.h>

namespace h2assay {

namespace {

constexpr std::string_view kControl = R"(title        The peer answers a request and a PING
requirement  rfc9113-8.1-02
role         client

> request 1 GET
< response 1 2xx
> PING 0 data="control."
< PING 0 ACK data="control."
)";

constexpr std::string_view kLiveness =
    R"(title        The peer accepts a connection and answers a PING
requirement  rfc9113-6.7-02
role         client

> PING 0 data="alive..."
< PING 0 ACK data="alive..."
)";

constexpr std::string_view kLarge = R"(title        A large resource
requirement  rfc9113-8.1-02
role         client

> request 1 GET :path={large}
< HEADERS 1 :status=2xx
< data 1 total=262144..1000000000000
)";

constexpr std::string_view kEcho = R"(title        A resource that takes a POST
requirement  rfc9113-8.1-02
role         client

> request 1 POST :path={echo} length=1000
< response 1 2xx
)";

// The texts above are part of the program: that they parse is a test of ours.
Played play_text(std::string_view text, Peer& peer, const Facts& facts, const Patience& patience) {
  const auto parsed = transcript::parse(text, "built-in");
  if (!parsed) {
    Played broken;
    broken.observed = transcript::describe(parsed.error());
    return broken;
  }
  return play({.suffix = "", .transcript = *parsed}, peer, facts, patience);
}

bool good(const Played& played) {
  return played.verdict == Verdict::pass || played.verdict == Verdict::lenient;
}

bool answers(std::uint32_t status,
             const std::string& path,
             Peer& peer,
             const Facts& facts,
             const Patience& patience) {
  const auto text = fmt::format(
      "title        A resource that answers {0}\nrequirement  rfc9113-8.1-02\nrole         "
      "client\n\n"
      "> request 1 GET :path={1}\n< response 1 {0}\n",
      status,
      path);
  return good(play_text(text, peer, facts, patience));
}

bool said(const std::vector<std::string>& list, std::string_view word) {
  return std::ranges::any_of(list, [&](const std::string& item) {
    return std::string_view(item).substr(0, item.find('=')) == word;
  });
}

std::string path_said(const std::vector<std::string>& list, std::string_view word) {
  for (const std::string& item : list)
    if (item.starts_with(std::string(word) + "=")) return item.substr(word.size() + 1);
  return {};
}

void find_large(Peer& peer, const ProbeWishes& wishes, const Patience& patience, Facts& facts) {
  facts.large = wishes.large.empty() ? path_said(wishes.supports, "large") : wishes.large;
  if (!facts.large.empty() || said(wishes.lacks, "large")) return;
  for (const std::string& candidate : {facts.path, std::string("/large")}) {
    facts.large = candidate;
    if (good(play_text(kLarge, peer, facts, patience))) return;
  }
  facts.large.clear();
}

void find_echo(Peer& peer, const ProbeWishes& wishes, const Patience& patience, Facts& facts) {
  facts.echo = wishes.post.empty() ? path_said(wishes.supports, "echo") : wishes.post;
  if (!facts.echo.empty() || said(wishes.lacks, "echo")) return;
  for (const std::string& candidate : {std::string("/echo"), facts.path}) {
    facts.echo = candidate;
    if (good(play_text(kEcho, peer, facts, patience))) return;
  }
  facts.echo.clear();
}

}  // namespace

Played control(Peer& peer, const Facts& facts, const Patience& patience) {
  return play_text(kControl, peer, facts, patience);
}

Played liveness(Peer& peer, const Facts& facts, const Patience& patience) {
  return play_text(kLiveness, peer, facts, patience);
}

Facts assumed_facts(const Peer& peer, const ProbeWishes& wishes, std::string transport) {
  Facts facts;
  facts.authority = wishes.authority.empty() ? peer.authority() : wishes.authority;
  facts.scheme = peer.scheme();
  facts.path = wishes.path;
  facts.fields = wishes.fields;
  facts.tls = peer.scheme() == "https";
  facts.transport = std::move(transport);
  for (const std::string& feature : wishes.supports)
    facts.features.insert(feature.substr(0, feature.find('=')));
  for (const std::string& feature : wishes.lacks) facts.features.erase(feature);
  return facts;
}

void probe(Peer& peer, const ProbeWishes& wishes, const Patience& patience, Facts& facts) {
  find_large(peer, wishes, patience, facts);
  find_echo(peer, wishes, patience, facts);
  facts.websocket = path_said(wishes.supports, "websocket");
  for (const std::uint32_t status : {204U, 304U}) {
    const auto path = fmt::format("/status/{}", status);
    if (answers(status, path, peer, facts, patience)) facts.statuses[status] = path;
  }
}

std::vector<std::string> offers(const Facts& facts) {
  std::vector<std::string> out;
  if (!facts.large.empty()) out.push_back("large=" + facts.large);
  if (!facts.echo.empty()) out.push_back("echo=" + facts.echo);
  if (!facts.websocket.empty()) out.push_back("websocket=" + facts.websocket);
  for (const auto& [status, path] : facts.statuses)
    out.push_back(fmt::format("status {}={}", status, path));
  for (const std::string& feature : facts.features) out.push_back(feature);
  return out;
}

std::vector<std::string> lacks(const Facts& facts) {
  std::vector<std::string> out;
  if (facts.large.empty()) out.emplace_back("large");
  if (facts.echo.empty()) out.emplace_back("echo");
  if (facts.websocket.empty()) out.emplace_back("websocket");
  for (const std::uint32_t status : {204U, 304U})
    if (!facts.statuses.contains(status)) out.push_back(fmt::format("status {}", status));
  for (const std::string_view feature : {"push", "connect"})
    if (!facts.features.contains(feature)) out.emplace_back(feature);
  return out;
}

}  // namespace h2assay
