// No allocation for a frame in steady state, and views that any call accepts.

#include <atomic>
#include <cstdlib>
#include <new>

#include <gtest/gtest.h>

#include "engine/connection_test_support.h"

namespace {

std::atomic<std::size_t> allocations = 0;

}  // namespace

// Not inlined: g++-12 would take one of the two for the library's own and warn of a mismatch.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* at = std::malloc(size == 0 ? 1 : size)) return at;
  throw std::bad_alloc();
}

[[gnu::noinline]] void operator delete(void* at) noexcept { std::free(at); }

[[gnu::noinline]] void operator delete(void* at, std::size_t) noexcept { std::free(at); }

namespace h2assay::testing {
namespace {

TEST(PromiseOfSpeed, NothingIsAllocatedForAFrameInSteadyState) {
  Played server(server_options());
  std::uint32_t id = 1;
  const auto round = [&](std::vector<std::uint8_t>& octets) {
    std::size_t requests = 0;
    for (const Event& event : server.engine.receive_data(octets)) {
      const auto* request = std::get_if<RequestReceived>(&event);
      if (request == nullptr) continue;
      ++requests;
      EXPECT_TRUE(server.engine.send_headers(request->stream_id, kResponse));
      EXPECT_TRUE(server.engine.send_data(request->stream_id, octets_of("body"), EndStream::yes));
    }
    static_cast<void>(server.engine.data_to_send());
    return requests;
  };
  std::size_t before = 0;
  for (int i = 0; i < 300; ++i) {
    for (int j = 0; j < 10; ++j, id += 2) {
      server.wire.headers(id, with(kPost, {{.name = "x-request", .value = "value"}}), false);
      server.wire.data(id, "content").headers(id, kTrailers, true).ping().window(0, 1);
    }
    std::vector<std::uint8_t> octets = server.wire.take();
    if (i == 200) before = allocations.load();
    const std::size_t at_start = allocations.load();
    EXPECT_EQ(round(octets), 10U);
    if (i > 200) {
      EXPECT_EQ(allocations - at_start, 0U) << "round " << i;
    }
  }
  EXPECT_GT(before, 0U) << "the counter counts";
}

TEST(PromiseOfSpeed, AnIdleConnectionIsSmall) {
  const std::size_t before = allocations.load();
  const Connection server(server_options());
  EXPECT_LE(allocations - before, 2U);
}

TEST(PromiseOfSpeed, AnyCallTakesItsOwnViewsAsArguments) {
  Played server(server_options());
  const std::string content(3000, 'c');
  server.wire.headers(1, kPost, false).data(1, content);
  const auto octets = server.wire.take();
  const Octets all(octets);
  static_cast<void>(server.engine.receive_data(all.first(100)));
  const Events events = server.engine.receive_data(all.subspan(100));
  const DataReceived* data = find<DataReceived>(events);
  ASSERT_NE(data, nullptr);
  ASSERT_TRUE(server.engine.send_headers(1, kResponse));
  ASSERT_TRUE(server.engine.send_data(1, data->data));
  ASSERT_TRUE(server.engine.send_unknown_frame(0xaa, 0, 0, data->data));
  const Octets out = server.engine.data_to_send();
  ASSERT_TRUE(server.engine.send_unknown_frame(0xbb, 0, 0, out));
  const auto again = frames(server.engine.data_to_send());
  ASSERT_EQ(again.size(), 1U);
  EXPECT_NE(again[0].payload.find(content), std::string::npos);
  // What came out goes back in, and what came in a piece as well.
  const Octets more = server.engine.data_to_send();
  EXPECT_TRUE(server.engine.receive_data(more).empty());
}

}  // namespace
}  // namespace h2assay::testing
