#include "conformance/serve/resources.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace h2assay {
namespace {

constexpr std::size_t kPeriod = 64;
constexpr std::size_t kMostAtOnce = 16384;

// Sixty-three characters and a line feed, over and over.
constexpr auto kPattern = [] {
  std::array<std::uint8_t, kMostAtOnce + kPeriod> octets{};
  constexpr std::string_view line =
      "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-\n";
  static_assert(line.size() == kPeriod);
  for (std::size_t i = 0; i < octets.size(); ++i) {
    octets[i] = static_cast<std::uint8_t>(line[i % kPeriod]);
  }
  return octets;
}();

Reply text(int status, std::string content) {
  Reply reply;
  reply.status = status;
  reply.fields = {{"content-type", "text/plain"}};
  reply.text = std::move(content);
  return reply;
}

Reply without_content(int status) {
  Reply reply;
  reply.status = status;
  reply.content = Content::none;
  return reply;
}

Reply echo(const Request& request) {
  Reply reply;
  reply.content = Content::echo;
  if (!request.content_type.empty()) reply.fields = {{"content-type", request.content_type}};
  if (request.expects_continue) reply.interim = {100};
  return reply;
}

Reply count(const Request& request) {
  Reply reply = text(200, {});
  reply.content = Content::count;
  if (request.expects_continue) reply.interim = {100};
  return reply;
}

Reply tunnel() {
  Reply reply;
  reply.content = Content::echo;
  reply.tunnel = true;
  return reply;
}

// "/status/404": that status.
Reply status_reply(std::string_view digits) {
  const bool is_number = digits.size() == 3 &&
                         std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
  const int status =
      is_number ? (digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0') : 0;
  if (status < 200 || status > 599) return text(404, "a status is 200 to 599\n");
  // RFC 9110, Sections 15.3.5, 15.3.6 and 15.4.5.
  if (status == 204 || status == 205 || status == 304) return without_content(status);
  return text(status, "status " + std::string(digits) + "\n");
}

Reply large() {
  Reply reply = text(200, {});
  reply.content = Content::pattern;
  reply.pattern_octets = kLargeOctets;
  return reply;
}

Reply found(std::string_view path) {
  if (path == "/") return text(200, std::string(kSmallContent));
  if (path == "/large") return large();
  if (path == "/pushed") return text(200, "pushed\n");
  if (path == "/echo" || path == "/upload") return text(200, "POST something\n");
  if (path == "/push") {
    Reply reply = text(200, "with a push\n");
    reply.pushes = {"/pushed"};
    return reply;
  }
  if (path == "/interim") {
    Reply reply = text(200, "after two interim responses\n");
    reply.interim = {103, 103};
    return reply;
  }
  if (path == "/trailers") {
    Reply reply = text(200, "trailers follow\n");
    reply.fields.emplace_back("trailer", "x-octets");
    reply.trailers = {{"x-octets", "16"}};
    return reply;
  }
  if (path.starts_with("/status/")) return status_reply(path.substr(8));
  return text(404, "not found\n");
}

}  // namespace

Reply reply_to(const Request& request) {
  if (request.method == "CONNECT") {
    const bool spoken = request.protocol.empty() || request.protocol == "websocket";
    return spoken ? tunnel() : text(501, "no such protocol\n");  // RFC 8441, Section 4
  }
  const std::string_view path = std::string_view(request.path).substr(0, request.path.find('?'));
  if (request.method == "GET" || request.method == "HEAD") {
    Reply reply = found(path);
    return request.unless_it_exists && reply.status == 200 ? without_content(304)
                                                           : std::move(reply);
  }
  if (request.method == "POST" || request.method == "PUT" || request.method == "PATCH") {
    return path == "/upload" ? count(request) : echo(request);
  }
  if (request.method != "OPTIONS" && request.method != "DELETE" && request.method != "TRACE")
    return text(501, "method not known\n");
  Reply reply =
      request.method == "OPTIONS" ? without_content(204) : text(405, "method not allowed\n");
  reply.fields.emplace_back("allow", "GET, HEAD, POST, PUT, PATCH, OPTIONS, CONNECT");
  return reply;
}

Octets pattern_from(std::uint64_t position) {
  return Octets(kPattern).subspan(position % kPeriod, kMostAtOnce);
}

std::string_view paths_help() {
  return "  GET  /            twelve octets\n"
         "  GET  /large       262144 octets\n"
         "  GET  /trailers    content and a trailer section\n"
         "  GET  /interim     two interim responses (103) before the final one\n"
         "  GET  /push        promises /pushed, where the client permits it\n"
         "  GET  /status/NNN  that status\n"
         "  POST /upload      counts the octets of the request, of any number\n"
         "  POST any path     sends back what it gets, /echo for one\n"
         "  CONNECT           sends back what it gets; also with :protocol (RFC 8441)\n"
         "HEAD wherever GET; PUT and PATCH as POST.\n";
}

}  // namespace h2assay
