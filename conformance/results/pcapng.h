#pragma once
// A packet capture of one case that Wireshark opens as HTTP/2: the plain octets above TLS, with TCP
// and IPv4 made up below them.  The server's port is written as 80, which makes Wireshark look for
// the preface; clients have ports from 40000 on, one a connection.  Documentation addresses (RFC
// 5737).

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/player/journal.h"

namespace h2assay {

// `started_us`: microseconds since 1970 of the case's first moment.
std::vector<std::uint8_t> pcapng(std::span<const Packet> packets,
                                 std::string_view comment,
                                 std::uint64_t started_us);

}  // namespace h2assay
