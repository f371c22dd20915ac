// A connection is not thread-safe, on purpose.  Two ways to use one from several threads, as
// engine/README.md shows them; run under the thread sanitizer.

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include <gtest/gtest.h>

#include "engine/connection_test_support.h"

namespace h2assay::testing {
namespace {

// [locked]
// A lock around the connection: whoever holds it may call, and may look at the views it gets.
class LockedConnection {
 public:
  explicit LockedConnection(Connection connection) : connection_(std::move(connection)) {}

  template <class Call> auto with(Call call) {
    const std::scoped_lock lock(mutex_);
    return call(connection_);
  }

 private:
  std::mutex mutex_;
  Connection connection_;
};

// [locked]

// [owner]
// One thread owns the connection; the others send it messages, each a thing to do.
class ConnectionOwner {
 public:
  explicit ConnectionOwner(Connection connection)
      : thread_([this, owned = std::move(connection)]() mutable { run(owned); }) {}

  ConnectionOwner(const ConnectionOwner&) = delete;
  ConnectionOwner& operator=(const ConnectionOwner&) = delete;

  ~ConnectionOwner() {
    post(nullptr);
    thread_.join();
  }

  void post(std::function<void(Connection&)> message) {
    const std::scoped_lock lock(mutex_);
    messages_.push_back(std::move(message));
    changed_.notify_one();
  }

 private:
  void run(Connection& connection) {
    for (;;) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return !messages_.empty(); });
      const std::function<void(Connection&)> message = std::move(messages_.front());
      messages_.pop_front();
      lock.unlock();
      if (!message) return;
      message(connection);
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void(Connection&)>> messages_;
  std::thread thread_;
};

// [owner]

// Answers every request that is in `octets`, and gives what goes back.
std::vector<std::uint8_t> serve(Connection& server, const std::vector<std::uint8_t>& octets) {
  for (const Event& event : server.receive_data(octets)) {
    if (const auto* request = std::get_if<RequestReceived>(&event)) {
      EXPECT_TRUE(server.send_headers(request->stream_id, kResponse, kEnd));
    }
  }
  const Octets out = server.data_to_send();
  return {out.begin(), out.end()};
}

// One exchange: what the client wants to send goes to the server, and the answer comes back.
std::size_t exchange(Connection& client, Connection& server) {
  const Octets up = client.data_to_send();
  const std::vector<std::uint8_t> down = serve(server, {up.begin(), up.end()});
  return count<ResponseReceived>(client.receive_data(down));
}

TEST(Threads, MayShareAConnectionBehindALock) {
  Pair pair;
  LockedConnection client(pair.client);
  std::atomic<std::size_t> responses = 0;
  std::vector<std::thread> users;
  for (int user = 0; user < 4; ++user) {
    users.emplace_back([&] {
      for (int i = 0; i < 100; ++i) {
        responses += client.with([&](Connection& connection) {
          const auto id = connection.get_next_available_stream_id();
          EXPECT_TRUE(connection.send_headers(id.value(), kRequest, kEnd));
          return exchange(connection, pair.server);
        });
      }
    });
  }
  for (std::thread& user : users) user.join();
  EXPECT_EQ(responses, 400U);
}

TEST(Threads, MaySendMessagesToTheOwnerOfAConnection) {
  Pair pair;
  std::atomic<std::size_t> responses = 0;
  {
    ConnectionOwner owner(pair.client);
    std::vector<std::thread> users;
    for (int user = 0; user < 4; ++user) {
      users.emplace_back([&] {
        for (int i = 0; i < 100; ++i) {
          owner.post([&](Connection& connection) {
            const auto id = connection.get_next_available_stream_id();
            EXPECT_TRUE(connection.send_headers(id.value(), kRequest, kEnd));
            responses += exchange(connection, pair.server);
          });
        }
      });
    }
    for (std::thread& user : users) user.join();
  }
  EXPECT_EQ(responses, 400U);
}

TEST(Threads, ConnectionsOfDifferentThreadsShareNothing) {
  std::vector<std::thread> users;
  for (int user = 0; user < 4; ++user) {
    users.emplace_back([] {
      Pair pair;
      for (std::uint32_t id = 1; id < 200; id += 2) {
        EXPECT_TRUE(pair.client.send_headers(id, kRequest, kEnd));
        EXPECT_EQ(exchange(pair.client, pair.server), 1U);
      }
    });
  }
  for (std::thread& user : users) user.join();
}

}  // namespace
}  // namespace h2assay::testing
