#include "conformance/peers/memory_peer.h"

#include "conformance/peers/listener_for_tests.h"

namespace h2assay {
namespace {

std::unique_ptr<Wire> opened() {
  auto wire = MemoryPeer(Options{}).open(soon()).value();
  wire->write(octets_of(kPreface), soon());
  wire->write(kEmptySettings, soon());
  return wire;
}

TEST(MemoryPeer, AnswersAtOnceAndThenHasNothingToSay) {
  const auto wire = opened();
  EXPECT_TRUE(wire->facts().synchronous);
  EXPECT_EQ(wire->read(soon()).kind, Arrival::Kind::octets);
  const auto before = Clock::now();
  EXPECT_EQ(wire->read(soon()).kind, Arrival::Kind::timed_out);
  EXPECT_LT(Clock::now() - before, std::chrono::seconds(1));
}

TEST(MemoryPeer, HangsUpBehindItsGoaway) {
  const auto wire = opened();
  wire->read(soon());
  wire->write(kHeadersOnStreamZero, soon());
  const auto [text, end] = read_all(*wire);
  EXPECT_EQ(text.substr(3, 1), "\x07");
  EXPECT_EQ(end.closed, (Closed{.end = End::fin, .by = Actor::peer}));
  EXPECT_TRUE(wire->write(kEmptySettings, soon()).closed);
}

TEST(MemoryPeer, MisbehavesAsItIsTold) {
  Options options;
  options.quirks.set(parse_quirk("headers-on-stream-zero").value());
  const auto wire = MemoryPeer(options).open(soon()).value();
  wire->write(octets_of(kPreface), soon());
  wire->write(kEmptySettings, soon());
  wire->read(soon());
  wire->write(kHeadersOnStreamZero, soon());
  EXPECT_EQ(wire->read(soon()).kind, Arrival::Kind::timed_out);
}

TEST(MemoryPeer, RemembersWhoEndedIt) {
  const auto wire = opened();
  wire->half_close();
  EXPECT_EQ(read_all(*wire).second.closed.by, Actor::us);
  const auto other = opened();
  other->reset();
  EXPECT_EQ(read_all(*other).second.closed, (Closed{.end = End::rst, .by = Actor::us}));
}

}  // namespace
}  // namespace h2assay
