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

// The first frame of the answer tells: no wait for what does not come.
constexpr std::string_view kPush = R"(title        A resource that brings a promise
requirement  rfc9113-8.4.1-01
role         client

> request 1 GET :path={push}
< PUSH_PROMISE 1
  or HEADERS 1  fail
)";

constexpr std::string_view kInterim = R"(title        A resource with interim responses
requirement  rfc9113-8.1-05
role         client

> request 1 GET :path={interim}
< HEADERS 1 :status=1xx
  or HEADERS 1  fail
< response 1 2xx
)";

constexpr std::string_view kTrailers = R"(title        A resource with trailers
requirement  rfc9113-8.1-15
role         client

> request 1 GET :path={trailers}
< HEADERS 1 END_STREAM without :status
  or HEADERS 1 END_STREAM  fail
  or DATA 1 END_STREAM  fail
)";

// A tunnel to the peer itself: no third party is spoken to.
constexpr std::string_view kConnect = R"(title        CONNECT is answered
requirement  rfc9113-8.5-05
role         client

> HEADERS 1 END_HEADERS :method=CONNECT :authority={authority}
< HEADERS 1 :status=2xx
  or HEADERS 1  fail
)";

// Statuses that need a resource of their own.
constexpr std::uint32_t kStatuses[] = {204, 205, 304};

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

bool met(const Played& played) {
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
  return met(play_text(text, peer, facts, patience));
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

// A resource that has a name in cases: the user says where it is, or it is looked for.
struct Resource {
  std::string_view word;
  std::string Facts::* path;
  std::string_view text;
  bool may_be_the_path;  // {path} itself may do
};

constexpr Resource kResources[] = {{"large", &Facts::large, kLarge, true},
                                   {"echo", &Facts::echo, kEcho, true},
                                   {"push", &Facts::push, kPush, true},
                                   {"interim", &Facts::interim, kInterim, false},
                                   {"trailers", &Facts::trailers, kTrailers, false}};

void find(const Resource& wanted,
          Peer& peer,
          const ProbeWishes& wishes,
          const Patience& patience,
          Facts& facts) {
  std::string& path = facts.*wanted.path;
  if (said(wishes.lacks, wanted.word)) return path.clear();  // also where a path is given
  path = path_said(wishes.supports, wanted.word);
  if (wanted.word == "large" && !wishes.large.empty()) path = wishes.large;
  if (wanted.word == "echo" && !wishes.post.empty()) path = wishes.post;
  if (!path.empty()) return;
  path = fmt::format("/{}", wanted.word);
  if (met(play_text(wanted.text, peer, facts, patience))) return;
  path = facts.path;
  if (wanted.may_be_the_path && met(play_text(wanted.text, peer, facts, patience))) return;
  path.clear();
}

}  // namespace

Played control(Peer& peer, const Facts& facts, const Patience& patience) {
  return play_text(kControl, peer, facts, patience);
}

Played liveness(Peer& peer, const Facts& facts, const Patience& patience) {
  return play_text(kLiveness, peer, facts, patience);
}

Facts assumed_facts(const Peer& peer,
                    const ProbeWishes& wishes,
                    std::vector<std::string> transports) {
  Facts facts;
  facts.authority = wishes.authority.empty() ? peer.authority() : wishes.authority;
  facts.scheme = peer.scheme();
  facts.path = wishes.path;
  facts.fields = wishes.fields;
  facts.tls = peer.scheme() == "https";
  facts.transports = std::move(transports);
  for (const std::string& feature : wishes.supports)
    facts.features.insert(feature.substr(0, feature.find('=')));
  for (const std::string& feature : wishes.lacks) facts.features.erase(feature);
  return facts;
}

void probe(Peer& peer, const ProbeWishes& wishes, const Patience& patience, Facts& facts) {
  for (const Resource& resource : kResources) find(resource, peer, wishes, patience, facts);
  facts.websocket = path_said(wishes.supports, "websocket");
  if (!facts.push.empty()) facts.features.insert("push");
  if (!said(wishes.lacks, "connect") && met(play_text(kConnect, peer, facts, patience)))
    facts.features.insert("connect");
  for (const std::uint32_t status : kStatuses) {
    const auto path = fmt::format("/status/{}", status);
    if (answers(status, path, peer, facts, patience)) facts.statuses[status] = path;
  }
}

std::vector<std::string> offers(const Facts& facts) {
  std::vector<std::string> out;
  for (const Resource& resource : kResources)
    if (const std::string& path = facts.*resource.path; !path.empty())
      out.push_back(fmt::format("{}={}", resource.word, path));
  if (!facts.websocket.empty()) out.push_back("websocket=" + facts.websocket);
  for (const auto& [status, path] : facts.statuses)
    out.push_back(fmt::format("status {}={}", status, path));
  for (const std::string& feature : facts.features)
    if (feature != "push") out.push_back(feature);
  return out;
}

std::vector<std::string> lacks(const Facts& facts) {
  std::vector<std::string> out;
  for (const Resource& resource : kResources)
    if ((facts.*resource.path).empty()) out.emplace_back(resource.word);
  if (facts.websocket.empty()) out.emplace_back("websocket");
  for (const std::uint32_t status : kStatuses)
    if (!facts.statuses.contains(status)) out.push_back(fmt::format("status {}", status));
  if (!facts.features.contains("connect")) out.emplace_back("connect");
  return out;
}

}  // namespace h2assay
