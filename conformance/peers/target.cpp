#include "conformance/peers/target.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

namespace h2assay {
namespace {

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || port == 0) return {};
  return port;
}

NetworkReach reach_of_ipv4(std::uint32_t address) {
  const auto in = [address](std::uint32_t network, unsigned bits) {
    return (address >> (32U - bits)) == (network >> (32U - bits));
  };
  // 0.0.0.0 connects to this machine.
  if (in(0x7f000000, 8) || address == 0) return NetworkReach::loopback;
  if (in(0x0a000000, 8) || in(0xac100000, 12) || in(0xc0a80000, 16))
    return NetworkReach::private_network;
  if (in(0xa9fe0000, 16) || in(0x64400000, 10)) return NetworkReach::private_network;
  return NetworkReach::public_network;
}

NetworkReach reach_of_ipv6(const in6_addr& address) {
  std::uint32_t last = 0;
  std::memcpy(&last, address.s6_addr + 12, 4);
  last = ntohl(last);
  if (IN6_IS_ADDR_LOOPBACK(&address) || IN6_IS_ADDR_UNSPECIFIED(&address))
    return NetworkReach::loopback;
  if (IN6_IS_ADDR_V4MAPPED(&address)) return reach_of_ipv4(last);
  if ((address.s6_addr[0] & 0xfe) == 0xfc) return NetworkReach::private_network;
  if (address.s6_addr[0] == 0xfe && (address.s6_addr[1] & 0xc0) == 0x80)
    return NetworkReach::private_network;
  return NetworkReach::public_network;
}

const sockaddr_in& ipv4(const Address& address) {
  return reinterpret_cast<const sockaddr_in&>(address.storage);
}

const sockaddr_in6& ipv6(const Address& address) {
  return reinterpret_cast<const sockaddr_in6&>(address.storage);
}

}  // namespace

std::string Target::authority() const {
  const bool bare = host.find(':') == std::string::npos;
  return (bare ? host : '[' + host + ']') + ':' + std::to_string(port);
}

std::expected<Target, std::string> parse_target(std::string_view text,
                                                std::optional<std::uint16_t> default_port) {
  std::string_view host = text;
  std::string_view port;
  bool has_port = false;
  if (text.starts_with('[')) {
    const std::size_t bracket = text.find(']');
    if (bracket == std::string_view::npos) return std::unexpected("']' is missing");
    host = text.substr(1, bracket - 1);
    const std::string_view rest = text.substr(bracket + 1);
    if (!rest.empty() && rest[0] != ':') return std::unexpected("a colon must follow ']'");
    has_port = !rest.empty();
    if (has_port) port = rest.substr(1);
  } else if (std::ranges::count(text, ':') == 1) {
    host = text.substr(0, text.find(':'));
    port = text.substr(text.find(':') + 1);
    has_port = true;
  }
  if (host.empty()) return std::unexpected("no host; write HOST:PORT or [IPV6]:PORT");
  if (!has_port) {
    if (!default_port) return std::unexpected("no port; write HOST:PORT or [IPV6]:PORT");
    return Target{std::string(host), *default_port};
  }
  const auto number = parse_port(port);
  if (!number) return std::unexpected("the port must be a number from 1 to 65535");
  return Target{std::string(host), *number};
}

std::uint16_t Address::port() const {
  return ntohs(storage.ss_family == AF_INET6 ? ipv6(*this).sin6_port : ipv4(*this).sin_port);
}

std::string to_string(const Address& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.storage.ss_family == AF_INET6) {
    inet_ntop(AF_INET6, &ipv6(address).sin6_addr, text.data(), text.size());
    return '[' + std::string(text.data()) + "]:" + std::to_string(address.port());
  }
  inet_ntop(AF_INET, &ipv4(address).sin_addr, text.data(), text.size());
  return std::string(text.data()) + ':' + std::to_string(address.port());
}

std::expected<std::vector<Address>, OpenFailure> resolve(const Target& target) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(target.port);
  if (const int error = getaddrinfo(target.host.c_str(), port.c_str(), &hints, &found);
      error != 0) {
    return std::unexpected(
        OpenFailure{OpenFailure::Kind::unreachable, 0, target.host + ": " + gai_strerror(error)});
  }
  std::vector<Address> addresses;
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    if (entry->ai_family != AF_INET && entry->ai_family != AF_INET6) continue;
    Address& address = addresses.emplace_back();
    address.length = entry->ai_addrlen;
    std::memcpy(&address.storage, entry->ai_addr, entry->ai_addrlen);
  }
  freeaddrinfo(found);
  if (addresses.empty()) {
    return std::unexpected(
        OpenFailure{OpenFailure::Kind::unreachable, 0, target.host + ": no IP address"});
  }
  return addresses;
}

NetworkReach reach(const Address& address) {
  if (address.storage.ss_family == AF_INET6) return reach_of_ipv6(ipv6(address).sin6_addr);
  return reach_of_ipv4(ntohl(ipv4(address).sin_addr.s_addr));
}

std::optional<std::string> refusal(const std::vector<Address>& addresses,
                                   const ReachPolicy& policy) {
  if (policy.i_may_test_this_host) return {};
  for (const Address& address : addresses) {
    const NetworkReach far = reach(address);
    if (far == NetworkReach::loopback ||
        (far == NetworkReach::private_network && !policy.intrusive))
      continue;
    return to_string(address) +
           (far == NetworkReach::public_network ? " is a public address" : " is not this machine") +
           "; say --i-may-test-this-host if its owner agrees";
  }
  return {};
}

}  // namespace h2assay
