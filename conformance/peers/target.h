#pragma once
// Which host and port, which addresses that means, and whether they may be tested.

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/socket.h>

#include "conformance/peers/peer.h"

namespace h2assay {

struct Target {
  std::string host;  // without brackets
  std::uint16_t port = 0;
  // "host:port", an IPv6 address in brackets: what :authority wants (RFC 3986, Section 3.2.2).
  std::string authority() const;
  friend bool operator==(const Target&, const Target&) = default;
};

// "HOST:PORT", "[::1]:80", with `default_port` also "HOST" and "::1"; the error is one line for
// people.
std::expected<Target, std::string> parse_target(std::string_view text,
                                                std::optional<std::uint16_t> default_port = {});

// An IPv4 or IPv6 address with its port.
struct Address {
  sockaddr_storage storage{};
  socklen_t length = 0;

  const sockaddr* data() const { return reinterpret_cast<const sockaddr*>(&storage); }

  sockaddr* data() { return reinterpret_cast<sockaddr*>(&storage); }

  std::uint16_t port() const;
};

// "127.0.0.1:80", "[::1]:80"
std::string to_string(const Address& address);

// Every address of the name, in the system's order; blocks as long as the resolver does.
std::expected<std::vector<Address>, OpenFailure> resolve(const Target& target);

// How far away an address is: this machine, a network of one's own (RFC 1918, 3927, 4193, 6598),
// the world.
enum class NetworkReach : std::uint8_t { loopback, private_network, public_network };
NetworkReach reach(const Address& address);

// What the user allowed.  `intrusive`: abuse probes and explore, which want permission for all but
// loopback.
struct ReachPolicy {
  bool i_may_test_this_host = false;
  bool intrusive = false;
};

// Nothing, or why these addresses are not to be tested: one line that names the option.
std::optional<std::string> refusal(const std::vector<Address>& addresses,
                                   const ReachPolicy& policy);

}  // namespace h2assay
