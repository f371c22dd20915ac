#include "conformance/peers/target.h"

#include <gtest/gtest.h>

namespace h2assay {
namespace {

NetworkReach reach_of(const char* host) { return reach(resolve({host, 80}).value().front()); }

TEST(Target, ReadsHostAndPort) {
  EXPECT_EQ(parse_target("localhost:8443"), (Target{"localhost", 8443}));
  EXPECT_EQ(parse_target("[::1]:80"), (Target{"::1", 80}));
  EXPECT_EQ(parse_target("::1", 443), (Target{"::1", 443}));
  EXPECT_EQ(parse_target("example.org", 443), (Target{"example.org", 443}));
}

TEST(Target, RefusesWhatIsNoHostAndPort) {
  for (const char* text : {"",
                           ":80",
                           "localhost",
                           "localhost:",
                           "localhost:0",
                           "localhost:65536",
                           "localhost:80x",
                           "[::1:80",
                           "[::1]80",
                           "[]:80",
                           "::1"}) {
    EXPECT_FALSE(parse_target(text)) << text;
  }
}

TEST(Target, PutsAnIpv6AddressInBracketsInAnAuthority) {
  EXPECT_EQ((Target{"::1", 80}).authority(), "[::1]:80");
  EXPECT_EQ((Target{"localhost", 80}).authority(), "localhost:80");
}

TEST(Target, PrintsAnAddress) {
  EXPECT_EQ(to_string(resolve({"127.0.0.1", 80}).value().front()), "127.0.0.1:80");
  EXPECT_EQ(to_string(resolve({"::1", 80}).value().front()), "[::1]:80");
}

TEST(Reach, TellsThisMachineFromANetworkOfOnesOwnAndTheWorld) {
  for (const char* host : {"127.0.0.1", "127.8.9.1", "0.0.0.0", "::1", "::", "::ffff:127.0.0.1"}) {
    EXPECT_EQ(reach_of(host), NetworkReach::loopback) << host;
  }
  for (const char* host : {"10.1.2.3",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.168.1.1",
                           "169.254.1.1",
                           "100.64.0.1",
                           "fd00::1",
                           "fe80::1",
                           "::ffff:10.0.0.1"}) {
    EXPECT_EQ(reach_of(host), NetworkReach::private_network) << host;
  }
  for (const char* host : {"192.0.2.1",
                           "172.15.255.255",
                           "172.32.0.0",
                           "100.128.0.1",
                           "2001:db8::1",
                           "64:ff9b::a00:1",
                           "255.255.255.255",
                           "::ffff:192.0.2.1"}) {
    EXPECT_EQ(reach_of(host), NetworkReach::public_network) << host;
  }
}

TEST(Reach, WantsPermissionForAPublicAddress) {
  const auto world = resolve({"192.0.2.1", 80}).value();
  EXPECT_TRUE(refusal(world, {}).value_or("").contains("--i-may-test-this-host"));
  EXPECT_FALSE(refusal(world, {.i_may_test_this_host = true}));
}

TEST(Reach, WantsPermissionForAPrivateAddressOnlyWhenIntrusive) {
  const auto own = resolve({"10.0.0.1", 80}).value();
  EXPECT_FALSE(refusal(own, {}));
  EXPECT_TRUE(refusal(own, {.intrusive = true}));
  EXPECT_FALSE(refusal(resolve({"127.0.0.1", 80}).value(), {.intrusive = true}));
}

TEST(Reach, LooksAtEveryAddressOfAName) {
  auto addresses = resolve({"127.0.0.1", 80}).value();
  addresses.push_back(resolve({"192.0.2.1", 80}).value().front());
  EXPECT_TRUE(refusal(addresses, {}));
}

}  // namespace
}  // namespace h2assay
