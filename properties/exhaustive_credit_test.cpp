// Every sequence of what moves the receive window of a stream, engine against a ledger: content
// that comes, content that the application is done with, windows opened by hand, and
// SETTINGS_INITIAL_WINDOW_SIZE.  RFC 9113, Sections 6.9.1 and 6.9.2; when credit is returned is the
// engine's own promise: as soon as half of what the window may hold is done with.

#include <algorithm>
#include <array>
#include <cstdio>
#include <deque>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "properties/exhaustive_kit.h"

namespace h2assay::exhaustive {
namespace {

constexpr std::uint32_t kWindow = 4;
constexpr std::size_t kStepsMax = 5;

struct Ledger {
  std::int64_t initial = kWindow;
  std::int64_t raised = 0;        // opened by hand beyond what had come
  std::int64_t window = kWindow;  // what the peer may still send
  std::int64_t owed = 0;          // came, and was not given back
  std::int64_t done = 0;          // of that: the application has finished with it

  std::int64_t largest() const { return initial + raised; }

  // The increment that is due now, or 0.
  std::int64_t give_back() {
    if (done == 0 || done < std::max<std::int64_t>(1, largest() / 2)) return 0;
    const std::int64_t increment = done;
    owed -= increment;
    window += increment;
    done = 0;
    return increment;
  }
};

enum class Move : std::uint8_t { comes, comes_padded, done_with, by_hand, initial };

struct CreditStep {
  Move move = Move::comes;
  std::uint32_t octets = 0;
};

constexpr auto kAlphabet = std::to_array<CreditStep>({
    {Move::comes, 1},
    {Move::comes, 2},
    {Move::comes, 4},
    {Move::comes_padded, 1},
    {Move::done_with, 1},
    {Move::done_with, 2},
    {Move::done_with, 4},
    {Move::by_hand, 1},
    {Move::by_hand, 3},
    {Move::initial, 1},
    {Move::initial, kWindow},
    {Move::initial, 8},
});

std::string name(const CreditStep& step) {
  static constexpr std::array kWords{"comes", "comes, padded", "done with", "by hand", "initial"};
  return std::string(kWords[static_cast<std::size_t>(step.move)]) + " " +
         std::to_string(step.octets);
}

void feed(Connection& engine, const wire::RawFrame& frame) {
  std::vector<std::uint8_t> octets;
  wire::append(octets, frame);
  static_cast<void>(engine.receive_data(octets));
}

// A server that has acknowledged SETTINGS behind it.
Connection greeted(Options options) {
  options.role = Role::server;
  Connection engine(options);
  static_cast<void>(engine.initiate_connection());
  const std::vector<std::uint8_t> preface(wire::kPreface.begin(), wire::kPreface.end());
  static_cast<void>(engine.receive_data(preface));
  feed(engine, wire::make_frame(wire::FrameType::settings, 0, 0));
  feed(engine, wire::make_frame(wire::FrameType::settings, wire::kAck, 0));
  static_cast<void>(engine.data_to_send());
  return engine;
}

// And an upload on stream 1.
Connection uploading() {
  Options options;
  options.settings.initial_window_size = kWindow;
  options.limits.small_data = {};
  Connection engine = greeted(options);
  feed(engine, wire::make_frame(wire::FrameType::headers, wire::kEndHeaders, 1, block(request())));
  static_cast<void>(engine.data_to_send());
  return engine;
}

struct CreditNode {
  Connection engine = uploading();
  Ledger ledger;
  std::string path;

  std::string key() const {
    const Digest digest = engine.digest();
    return std::string(reinterpret_cast<const char*>(&digest), sizeof digest) +
           std::to_string(ledger.window) + " " + std::to_string(ledger.owed) + " " +
           std::to_string(ledger.done) + " " + std::to_string(ledger.largest());
  }
};

// What the engine put out for stream 1.
std::int64_t increments(Connection& engine) {
  wire::FrameCutter cutter;
  cutter.feed(engine.data_to_send());
  std::int64_t sum = 0;
  while (const auto frame = cutter.next())
    if (frame->is(wire::FrameType::window_update) && frame->stream_id() == 1)
      sum += wire::read32(frame->payload);
  return sum;
}

// Performs the step on both; what the ledger says of WINDOW_UPDATE, or nothing where the step has
// no place.
std::optional<std::int64_t> perform(CreditNode& node, const CreditStep& step) {
  Connection& engine = node.engine;
  Ledger& ledger = node.ledger;
  switch (step.move) {
    case Move::comes:
    case Move::comes_padded: {
      const bool padded = step.move == Move::comes_padded;
      std::vector<std::uint8_t> payload(step.octets + (padded ? 2U : 0U), 'x');
      if (padded) payload.front() = 1;
      const auto length = static_cast<std::int64_t>(payload.size());
      if (length > ledger.window) return std::nullopt;
      feed(engine,
           wire::make_frame(
               wire::FrameType::data, padded ? wire::kPadded : std::uint8_t{0}, 1, payload));
      ledger.window -= length;
      ledger.owed += length;
      return 0;
    }
    case Move::done_with:
      static_cast<void>(engine.acknowledge_received_data(step.octets, 1));
      ledger.done = std::min<std::int64_t>(ledger.done + step.octets, ledger.owed);
      return ledger.give_back();
    case Move::by_hand: {
      static_cast<void>(engine.increment_flow_control_window(step.octets, 1));
      const std::int64_t back = std::min<std::int64_t>(step.octets, ledger.owed);
      ledger.window += step.octets;
      ledger.owed -= back;
      ledger.raised += step.octets - back;
      ledger.done = std::min(ledger.done, ledger.owed);
      return step.octets;
    }
    case Move::initial: {
      const std::array<Setting, 1> change{setting(SettingId::initial_window_size, step.octets)};
      static_cast<void>(engine.update_settings(change));
      feed(engine, wire::make_frame(wire::FrameType::settings, wire::kAck, 0));
      const bool smaller = step.octets < ledger.initial;
      ledger.window += step.octets - ledger.initial;
      ledger.initial = step.octets;
      return smaller ? ledger.give_back() : 0;
    }
  }
  return std::nullopt;
}

TEST(Exhaustive, EverySequenceOfCreditIsKeptAsByTheLedger) {
  std::set<std::string> seen;
  std::deque<CreditNode> now(1);
  std::size_t sequences = 0;
  for (std::size_t depth = 0; depth < kStepsMax; ++depth) {
    std::deque<CreditNode> next;
    for (const CreditNode& from : now)
      for (const CreditStep& step : kAlphabet) {
        CreditNode node = from;
        const auto due = perform(node, step);
        if (!due) continue;
        node.path += ", " + name(step);
        ++sequences;
        ASSERT_EQ(increments(node.engine), *due) << node.path;
        ASSERT_EQ(node.engine.remote_flow_control_window(1).value_or(-1'000'000),
                  node.ledger.window)
            << node.path;
        if (seen.insert(node.key()).second) next.push_back(std::move(node));
      }
    now = std::move(next);
  }
  std::printf("%zu sequences of up to %zu of %zu steps, %zu states\n",
              sequences,
              kStepsMax,
              kAlphabet.size(),
              seen.size());
  EXPECT_GT(seen.size(), 1000U);
}

// --- Content that nobody reads
// ---------------------------------------------------------------------

// A peer that keeps to its credit, and how much of it is left.
struct Uploader {
  Connection& engine;
  std::int64_t connection = wire::kDefaultWindow;
  std::int64_t stream = wire::kDefaultWindow;
  std::uint32_t id = 1;

  void begin(const FieldLines& lines) {
    feed(engine, wire::make_frame(wire::FrameType::headers, wire::kEndHeaders, id, block(lines)));
    stream = wire::kDefaultWindow;
  }

  // False when the credit is used up before.
  bool upload(std::int64_t octets) {
    while (octets > 0) {
      const std::int64_t part = std::min({octets, connection, stream, std::int64_t{10'000}});
      if (part <= 0) return false;
      const std::vector<std::uint8_t> content(static_cast<std::size_t>(part), 'x');
      feed(engine, wire::make_frame(wire::FrameType::data, 0, id, content));
      connection -= part;
      stream -= part;
      octets -= part;
      hear();
    }
    return true;
  }

  void hear() {
    wire::FrameCutter cutter;
    cutter.feed(engine.data_to_send());
    while (const auto frame = cutter.next())
      if (frame->is(wire::FrameType::window_update))
        (frame->stream_id() == 0 ? connection : stream) += wire::read32(frame->payload);
  }
};

Connection server(bool answers_malformed) {
  Options options;
  options.answer_malformed_requests = answers_malformed;
  return greeted(options);
}

constexpr std::int64_t kUpload = 400'000;
constexpr std::int64_t kPart = 40'000;

// A client that reads the answer to its malformed request only after its upload gets there.
TEST(Credit, OfAMalformedRequestLastsToTheEndOfItsContent) {
  Connection engine = server(true);
  Uploader client{engine};
  FieldLines lines = request();
  lines.emplace_back("Upper", "1");

  client.begin(lines);

  EXPECT_TRUE(client.upload(kUpload));
  EXPECT_FALSE(engine.terminal());
}

TEST(Credit, OfTheConnectionComesBackFromStreamsThatAreReset) {
  Connection engine = server(false);
  Uploader client{engine};
  for (std::int64_t sent = 0; sent < kUpload; sent += kPart, client.id += 2) {
    client.begin(request());
    ASSERT_TRUE(engine.reset_stream(client.id, ErrorCode::cancel));
    ASSERT_TRUE(client.upload(kPart)) << "stream " << client.id;
  }
  EXPECT_FALSE(engine.terminal());
}

TEST(Credit, OfTheConnectionComesBackFromStreamsAboveGoaway) {
  Connection engine = server(false);
  ASSERT_TRUE(engine.close_connection(ErrorCode::no_error, {}, 0));
  Uploader client{engine};
  for (std::int64_t sent = 0; sent < kUpload; sent += kPart, client.id += 2) {
    client.begin(request());
    ASSERT_TRUE(client.upload(kPart)) << "stream " << client.id;
  }
  EXPECT_FALSE(engine.terminal());
}

}  // namespace
}  // namespace h2assay::exhaustive
