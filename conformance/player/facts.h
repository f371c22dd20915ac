#pragma once
// What is known of the peer before a case is played: found by probing, or said on the command line.

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "properties/transcript/environment.h"

namespace h2assay {

struct Facts {
  std::string authority{};
  std::string scheme = "http";
  std::string path = "/";
  std::string large{};      // a resource of at least kLargeOctets; empty: the peer has none
  std::string echo{};       // takes a POST of any size; empty: none
  std::string websocket{};  // RFC 8441; empty: none
  std::string push{};       // a GET of it brings a promise; empty: none
  std::string interim{};    // a GET of it brings a 1xx before the final response; empty: none
  std::string trailers{};   // a GET of it brings trailers; empty: none
  std::map<std::uint32_t, std::string> statuses{};  // a path that answers so
  std::map<std::string, std::uint32_t> settings{};  // by name: what the peer announced
  std::set<std::string, std::less<>> features{};    // "push", "connect"
  std::vector<transcript::FieldLine> fields{};      // added to every whole request
  bool tls = false;
  // What `over` in a case speaks of: tcp, tls, memory, launched.  A launched server has two.
  std::vector<std::string> transports = {"tcp"};
};

inline constexpr std::uint64_t kLargeOctets = 256 * 1024;

// SETTINGS as they are before the peer says anything.  RFC 9113, Section 6.5.2.
std::map<std::string, std::uint32_t> initial_settings();

}  // namespace h2assay
