#pragma once
// What a connection is told once, when it is made.

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "engine/limits.h"
#include "engine/quirks.h"

namespace h2assay {

enum class Role : std::uint8_t { client, server };

// What we announce in our first SETTINGS frame.  A member that holds nothing is not sent, and the
// protocol's default holds.  RFC 9113, Section 6.5.2.
struct InitialSettings {
  std::optional<std::uint32_t> header_table_size{};
  std::optional<std::uint32_t> enable_push{};  // a server sends 0 or nothing
  std::optional<std::uint32_t> max_concurrent_streams = 100;
  std::optional<std::uint32_t> initial_window_size{};  // octets
  std::optional<std::uint32_t> max_frame_size{};       // 16384 to 16777215
  std::optional<std::uint32_t> max_header_list_size = 65536;
  std::optional<std::uint32_t> enable_connect_protocol{};  // RFC 8441
  std::optional<std::uint32_t> no_rfc7540_priorities{};    // RFC 9218
  std::vector<std::pair<std::uint16_t, std::uint32_t>> other{};
};

struct Options {
  Role role = Role::client;
  InitialSettings settings{};
  Limits limits{};
  Quirks quirks{};

  bool validate_inbound_fields = true;   // RFC 9113, Sections 8.2 and 8.3
  bool validate_outbound_fields = true;  // the same rules, before anything is encoded
  bool normalize_inbound_fields = true;  // join cookie crumbs: RFC 9113, Section 8.2.3
  bool normalize_outbound_fields =
      true;  // lower case, trim, drop connection-specific fields, mark secrets
  bool split_outbound_cookies = false;     // needs normalize_outbound_fields
  bool check_content_length = true;        // RFC 9113, Section 8.1.1
  bool strict_fields = false;              // RFC 9110 syntax of names and values: token, VCHAR
  bool answer_malformed_requests = false;  // see MalformedRequest
  bool rfc7540_priority =
      false;  // RFC 7540's error rules for PRIORITY; the signals are always reported
  bool allow_upgrade = false;  // h2c upgrade of RFC 7540, Section 3.2
  bool unchecked = false;      // the caller may overspend, reuse identifiers, send in any state
};

}  // namespace h2assay
