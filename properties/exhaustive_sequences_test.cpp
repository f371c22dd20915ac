// Every sequence of steps over a small alphabet, engine against model, states met once.

#include <array>
#include <cstdio>
#include <deque>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "properties/exhaustive_model.h"

namespace h2assay::exhaustive {
namespace {

// One state of engine and model together, and how it was reached.
struct Node {
  explicit Node(const Domain& domain) : subject(domain.role), model(domain) {}

  Subject subject;
  Model model;
  std::string path;
};

class Search {
 public:
  explicit Search(Domain domain) : domain_(std::move(domain)) {}

  void run();

  std::size_t states() const { return seen_.size(); }

 private:
  void step(const Node& from, const Step& step);
  void feed(Node& node, const Step& step);
  void call(Node& node, const Step& step);
  bool done(Connection& engine, const Step& step) const;
  void compare(const Node& node) const;
  std::string key(const Node& node) const;

  Domain domain_;
  std::set<std::string> seen_;
  std::deque<Node> now_;
  std::deque<Node> next_;
  std::size_t sequences_ = 0;
  std::size_t refused_ = 0;
  std::size_t accused_ = 0;
};

std::string Search::key(const Node& node) const {
  const Digest digest = node.subject.engine().digest();
  std::string text(reinterpret_cast<const char*>(&digest), sizeof digest);
  for (const std::size_t k : {0U, 1U}) {
    const ModelStream& s = node.model.stream(k);
    text += static_cast<char>('a' + static_cast<int>(node.model.phase(k)));
    text += static_cast<char>('0' + static_cast<int>(s.outbound));
    text += s.inbound.started() ? '1' : '0';
  }
  return text + (node.model.goaway() ? '1' : '0');
}

// A promise that is not wanted is turned down by a reset of what it promises: RFC 9113, 8.4.2.
bool turns_down(const Step& step, std::uint32_t promised, const Outcome& outcome) {
  const auto code = static_cast<ErrorCode>(outcome.reaction.code);
  return step.what == Do::promise && outcome.reaction.kind == rfc::ReactionKind::stream_error &&
         outcome.reset == promised &&
         (code == ErrorCode::cancel || code == ErrorCode::refused_stream);
}

void Search::feed(Node& node, const Step& step) {
  const wire::RawFrame frame = frame_of(domain_, step);
  const rfc::Defect defect = node.model.defect_of(step);
  const rfc::Phase phase =
      step.what == Do::goaway ? rfc::Phase::connection : node.model.phase(step.stream);
  const rfc::PermittedRow* row = rfc::permitted(
      {.phase = phase,
       .frame = frame.type,
       .defect = defect,
       .receiver = domain_.role == Role::server ? wire::Role::server : wire::Role::client});
  ASSERT_NE(row, nullptr) << node.path;
  Outcome outcome = node.subject.feed(frame);
  const bool turned_down = turns_down(step, domain_.streams[1], outcome);
  if (turned_down) outcome.reaction = {};
  EXPECT_NE(rfc::grade(*row, outcome.reaction), rfc::Grade::fail)
      << node.path << " led to " << rfc::name(outcome.reaction.kind) << " " << outcome.reaction.code
      << "; " << row->requirement << " (" << row->section << ")";
  const bool taken = outcome.reaction.kind == rfc::ReactionKind::accepted && !turned_down;
  const bool shown = taken && node.model.shows(step);
  EXPECT_EQ(outcome.section_reported || outcome.content_reported, shown) << node.path;
  EXPECT_EQ(outcome.end_reported, shown && ends(step.what)) << node.path;
  if (outcome.reaction.kind != rfc::ReactionKind::accepted) ++accused_;
  if (outcome.reaction.kind == rfc::ReactionKind::connection_error)
    node.model.fail();
  else if (taken)
    node.model.accepted(step);
  else
    node.model.refused(step);
}

bool Search::done(Connection& engine, const Step& step) const {
  static constexpr std::array<Field, 1> kOk{{{":status", "200"}}};
  static constexpr std::array<Field, 1> kHint{{{":status", "103"}}};
  static constexpr std::array<Field, 4> kAsk{
      {{":method", "POST"}, {":scheme", "http"}, {":path", "/"}, {":authority", "a"}}};
  static constexpr std::array<Field, 4> kPromise{
      {{":method", "GET"}, {":scheme", "http"}, {":path", "/"}, {":authority", "a"}}};
  const std::uint32_t id = domain_.streams[step.stream];
  const bool last = step.what == Do::ask_end || step.what == Do::answer_end;
  const HeadersOptions how{.end_stream = last ? EndStream::yes : EndStream::no};
  if (step.what == Do::ask || step.what == Do::ask_end)
    return engine.send_headers(id, kAsk, how).has_value();
  if (step.what == Do::answer || step.what == Do::answer_end)
    return engine.send_headers(id, kOk, how).has_value();
  if (step.what == Do::inform) return engine.send_headers(id, kHint, how).has_value();
  if (step.what == Do::push)
    return engine.push_stream(id, domain_.streams[1], kPromise).has_value();
  if (step.what == Do::finish) return engine.end_stream(id).has_value();
  return engine.reset_stream(id, ErrorCode::cancel).has_value();
}

void Search::call(Node& node, const Step& step) {
  const Digest before = node.subject.engine().digest();
  const bool came = done(node.subject.engine(), step);
  EXPECT_EQ(came, node.model.call(step)) << node.path;
  if (!came) {
    ++refused_;
    EXPECT_EQ(node.subject.engine().digest(), before) << node.path;
  }
  static_cast<void>(node.subject.engine().data_to_send());
}

// The engine's phase in the model's words.
rfc::Phase phase_of(StreamPhase phase, bool of_engine) {
  switch (phase) {
    case StreamPhase::idle:                 return of_engine ? rfc::Phase::idle_of_receiver : rfc::Phase::idle;
    case StreamPhase::reserved_local:       return rfc::Phase::reserved_local;
    case StreamPhase::reserved_remote:      return rfc::Phase::reserved_remote;
    case StreamPhase::open:                 return rfc::Phase::open;
    case StreamPhase::half_closed_local:    return rfc::Phase::half_closed_local;
    case StreamPhase::half_closed_remote:   return rfc::Phase::half_closed_remote;
    case StreamPhase::closed_by_end:        return rfc::Phase::closed_by_end;
    case StreamPhase::closed_by_peer_reset: return rfc::Phase::closed_by_peer_reset;
    case StreamPhase::closed_by_own_reset:  return rfc::Phase::closed_by_own_reset;
    case StreamPhase::closed_unused:        break;
  }
  return rfc::Phase::skipped;
}

void Search::compare(const Node& node) const {
  const Connection& engine = node.subject.engine();
  EXPECT_EQ(engine.terminal(), node.model.over()) << node.path;
  if (node.model.over()) return;
  for (const std::size_t k : {0U, 1U}) {
    const std::uint32_t id = domain_.streams[k];
    const bool own = (id % 2 == 1) == (domain_.role == Role::client);
    EXPECT_EQ(rfc::name(phase_of(engine.stream_phase(id), own)), rfc::name(node.model.phase(k)))
        << node.path << ", stream " << id;
  }
  EXPECT_EQ(engine.open_inbound_streams(), node.model.open_streams(false)) << node.path;
  EXPECT_EQ(engine.open_outbound_streams(), node.model.open_streams(true)) << node.path;
}

void Search::step(const Node& from, const Step& step) {
  Node node = from;
  node.path += " " + name(domain_, step);
  ++sequences_;
  if (is_call(step.what))
    call(node, step);
  else
    feed(node, step);
  compare(node);
  if (node.model.over() || ::testing::Test::HasFailure()) return;
  if (seen_.insert(key(node)).second) next_.push_back(std::move(node));
}

void Search::run() {
  now_.emplace_back(domain_);
  for (std::size_t depth = 0; depth < domain_.steps_max; ++depth) {
    for (const Node& node : now_)
      for (const Step& each : domain_.alphabet) {
        step(node, each);
        if (::testing::Test::HasFailure()) return;
      }
    now_ = std::move(next_);
    next_.clear();
  }
  std::printf(
      "%zu sequences of up to %zu of %zu steps, %zu states, %zu errors, %zu refused calls\n",
      sequences_,
      domain_.steps_max,
      domain_.alphabet.size(),
      states(),
      accused_,
      refused_);
}

TEST(Exhaustive, EverySequenceOfStepsOnTwoRequestsIsJudgedAsByTheModel) {
  Search search(two_requests());

  search.run();

  EXPECT_GT(search.states(), 4000U);
}

TEST(Exhaustive, EverySequenceOfStepsOnAServerThatPushesIsJudgedAsByTheModel) {
  Search search(server_push());

  search.run();

  EXPECT_GT(search.states(), 4000U);
}

TEST(Exhaustive, EverySequenceOfStepsOnAClientWithAPushIsJudgedAsByTheModel) {
  Search search(client_push());

  search.run();

  EXPECT_GT(search.states(), 4000U);
}

}  // namespace
}  // namespace h2assay::exhaustive
