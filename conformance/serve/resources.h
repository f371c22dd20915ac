#pragma once
// What the reference application has to offer: a pure function from a request to a reply.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/octets.h"

namespace h2assay {

using FieldLines = std::vector<std::pair<std::string, std::string>>;

// What of a request matters here.  A value of its own: an event's views are gone at the next call.
struct Request {
  std::string method;
  std::string scheme;
  std::string authority;
  std::string path;
  std::string protocol;  // RFC 8441; empty: none
  std::string content_type;
  bool expects_continue = false;  // RFC 9110, Section 10.1.1
  bool unless_it_exists = false;  // if-none-match: *, RFC 9110, Section 13.1.2
};

// Where a reply's content comes from.
enum class Content : std::uint8_t {
  none,     // the message has none, nor a content-length
  text,     // Reply::text
  pattern,  // Reply::pattern_octets octets, made on the way
  echo,     // the request's content
  count,    // the number of octets of the request's content, in decimal
};

struct Reply {
  int status = 200;
  FieldLines fields;
  Content content = Content::text;
  std::string text;
  std::uint64_t pattern_octets = 0;
  FieldLines trailers;
  std::vector<int> interim;         // interim responses that precede it
  std::vector<std::string> pushes;  // paths promised before it
  bool tunnel = false;              // CONNECT: answers at once, ends when the other side ends
};

Reply reply_to(const Request& request);

// The octets of the pattern from this position on, at most 16384 of them.
Octets pattern_from(std::uint64_t position);

// The paths, one a line, for --help.
std::string_view paths_help();

// The size of "/": twelve octets, a number that the conformance cases count with.
inline constexpr std::string_view kSmallContent = "hello, world";
inline constexpr std::uint64_t kLargeOctets = 262144;

}  // namespace h2assay
