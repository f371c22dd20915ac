// Every sequence of steps over a small alphabet, engine against model, states met once.
//
// The model is what RFC 9113 says of two streams: Figure 2 (model::StreamState), the order of a
// message (model::Message) and the identifiers that only rise.  It says of each frame whether it is
// legal, and if not, which row of the permitted reactions judges it.

#include <array>
#include <cstdio>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "properties/exhaustive_kit.h"
#include "properties/model.h"

namespace h2assay::exhaustive {
namespace {

using enum wire::FrameType;

constexpr std::size_t kStepsMax = 5;

enum class Do : std::uint8_t {
  request,      // HEADERS, a request
  request_end,  // … with END_STREAM
  trailers,     // HEADERS that can only be trailers, with END_STREAM
  content,      // DATA
  content_end,  // … with END_STREAM
  reset,        // RST_STREAM
  credit,       // WINDOW_UPDATE
  signal,       // PRIORITY
  fragment,     // CONTINUATION
  answer,       // our engine's application responds
  answer_end,   // … and ends
  give_up,      // … resets
};
constexpr std::size_t kVerbs = 12;
constexpr std::array<std::uint32_t, 2> kStreams{1, 3};

struct Step {
  Do what = Do::request;
  std::size_t stream = 0;  // index into kStreams
};

std::string name(const Step& step) {
  static constexpr std::array<std::string_view, kVerbs> kNames{"request",
                                                               "request_end",
                                                               "trailers",
                                                               "content",
                                                               "content_end",
                                                               "reset",
                                                               "credit",
                                                               "signal",
                                                               "fragment",
                                                               "answer",
                                                               "answer_end",
                                                               "give_up"};
  return std::string(kNames[static_cast<std::size_t>(step.what)]) + "(" +
         std::to_string(kStreams[step.stream]) + ")";
}

// One stream as the server sees it.
struct ModelStream {
  model::StreamState state = model::StreamState::idle;
  model::Message message = model::Message::request();
  bool own_reset = false;
  bool peer_reset = false;
  bool skipped = false;
  bool answered = false;
};

struct Model {
  std::array<ModelStream, 2> streams;
  bool over = false;

  rfc::Phase phase(std::size_t k) const {
    const ModelStream& s = streams[k];
    using enum model::StreamState;
    switch (s.state) {
      case idle:               return s.skipped ? rfc::Phase::skipped : rfc::Phase::idle;
      case reserved_local:     return rfc::Phase::reserved_local;
      case reserved_remote:    return rfc::Phase::reserved_remote;
      case open:               return rfc::Phase::open;
      case half_closed_local:  return rfc::Phase::half_closed_local;
      case half_closed_remote: return rfc::Phase::half_closed_remote;
      case closed:             break;
    }
    if (s.own_reset) return rfc::Phase::closed_by_own_reset;
    return s.peer_reset ? rfc::Phase::closed_by_peer_reset : rfc::Phase::closed_by_end;
  }
};

model::SectionFacts facts(Do what) {
  model::SectionCheck check(what == Do::trailers ? model::Section::trailers
                                                 : model::Section::request);
  const FieldLines lines = what == Do::trailers ? FieldLines{{"x-a", "b"}} : request();
  for (const auto& [field, value] : lines) check.line(field, value);
  return check.finish();
}

wire::RawFrame frame_of(const Step& step) {
  const std::uint32_t id = kStreams[step.stream];
  const std::uint8_t end = wire::kEndStream;
  switch (step.what) {
    case Do::request: return wire::make_frame(headers, wire::kEndHeaders, id, block(request()));
    case Do::request_end:
      return wire::make_frame(headers, wire::kEndHeaders | end, id, block(request()));
    case Do::trailers:
      return wire::make_frame(headers, wire::kEndHeaders | end, id, block({{"x-a", "b"}}));
    case Do::content:     return wire::make_frame(data, 0, id, {'a'});
    case Do::content_end: return wire::make_frame(data, end, id, {'a'});
    case Do::reset:       return wire::make_frame(rst_stream, 0, id, {0, 0, 0, 8});
    case Do::credit:      return wire::make_frame(window_update, 0, id, {0, 0, 0, 1});
    case Do::signal:      return wire::make_frame(priority, 0, id, {0, 0, 0, 0, 15});
    case Do::fragment:    return wire::make_frame(continuation, wire::kEndHeaders, id, {});
    case Do::answer:
    case Do::answer_end:
    case Do::give_up:     break;
  }
  return {};
}

bool is_call(Do what) { return what >= Do::answer; }

// What the RFC says of the frame: the defect by which the permitted reactions are looked up.
rfc::Defect defect_of(const Model& m, const Step& step) {
  const ModelStream& s = m.streams[step.stream];
  if (step.what == Do::fragment) return rfc::Defect::no_field_block;
  const bool section =
      step.what == Do::request || step.what == Do::request_end || step.what == Do::trailers;
  const bool receiving =
      s.state == model::StreamState::open || s.state == model::StreamState::half_closed_local;
  if (!section) return rfc::Defect::none;
  if (s.state == model::StreamState::idle && !s.skipped)
    return step.what == Do::trailers ? rfc::Defect::malformed : rfc::Defect::none;
  if (!receiving) return rfc::Defect::none;
  // A second section is trailers: with END_STREAM, and without pseudo-fields.
  return step.what == Do::trailers ? rfc::Defect::none : rfc::Defect::malformed;
}

void open_lower_streams(Model& m, std::size_t opened) {
  for (std::size_t k = 0; k < opened; ++k)
    if (m.streams[k].state == model::StreamState::idle) m.streams[k].skipped = true;
}

void apply_legal(Model& m, const Step& step) {
  ModelStream& s = m.streams[step.stream];
  const auto move = [&](model::StreamInput input) {
    if (const auto next = model::next_state(s.state, input)) s.state = *next;
  };
  const bool closed = s.state == model::StreamState::closed || s.skipped;
  if (closed) return;
  switch (step.what) {
    case Do::request:
    case Do::request_end:
    case Do::trailers:
      open_lower_streams(m, step.stream);
      static_cast<void>(s.message.headers(facts(step.what), step.what != Do::request));
      move(model::StreamInput::recv_headers);
      if (step.what != Do::request) move(model::StreamInput::recv_end_stream);
      break;
    case Do::content_end:
      static_cast<void>(s.message.data(1, true));
      move(model::StreamInput::recv_end_stream);
      break;
    case Do::reset:
      if (s.state == model::StreamState::idle) break;
      s.peer_reset = true;
      move(model::StreamInput::recv_reset);
      break;
    case Do::content:
    case Do::credit:
    case Do::signal:
    case Do::fragment:
    case Do::answer:
    case Do::answer_end:
    case Do::give_up:    break;
  }
}

// One state of engine and model together, and how it was reached.
struct Node {
  Subject subject{Role::server};
  Model model;
  std::string path;
};

class Search {
 public:
  void run();

  std::size_t sequences() const { return sequences_; }

  std::size_t states() const { return seen_.size(); }

  std::size_t refused() const { return refused_; }

 private:
  void step(const Node& from, const Step& step);
  void feed(Node& node, const Step& step);
  void call(Node& node, const Step& step);
  void compare(const Node& node);

  std::set<std::string> seen_;
  std::deque<Node> now_;
  std::deque<Node> next_;
  std::size_t sequences_ = 0;
  std::size_t refused_ = 0;
};

std::string key(const Node& node) {
  const Digest digest = node.subject.engine().digest();
  std::string text(reinterpret_cast<const char*>(&digest), sizeof digest);
  for (std::size_t k = 0; k < kStreams.size(); ++k) {
    const ModelStream& s = node.model.streams[k];
    text += static_cast<char>('a' + static_cast<int>(node.model.phase(k)));
    text += s.answered ? '1' : '0';
  }
  return text;
}

void Search::feed(Node& node, const Step& step) {
  const wire::RawFrame frame = frame_of(step);
  const rfc::Defect defect = defect_of(node.model, step);
  const rfc::Phase phase = node.model.phase(step.stream);
  const rfc::PermittedRow* row = rfc::permitted(
      {.phase = phase, .frame = frame.type, .defect = defect, .receiver = wire::Role::server});
  ASSERT_NE(row, nullptr) << node.path;
  const Outcome outcome = node.subject.feed(frame);
  EXPECT_NE(rfc::grade(*row, outcome.reaction), rfc::Grade::fail)
      << node.path << " led to " << rfc::name(outcome.reaction.kind) << " " << outcome.reaction.code
      << "; " << row->requirement << " (" << row->section << ")";
  ModelStream& s = node.model.streams[step.stream];
  if (outcome.reaction.kind == rfc::ReactionKind::connection_error) {
    node.model.over = true;
  } else if (outcome.reaction.kind == rfc::ReactionKind::stream_error) {
    if (s.state == model::StreamState::idle) open_lower_streams(node.model, step.stream);
    s.state = model::StreamState::closed;
    s.own_reset = true;
  } else {
    apply_legal(node.model, step);
  }
}

void Search::call(Node& node, const Step& step) {
  static constexpr std::array<Field, 1> kOk{{{":status", "200"}}};
  const std::uint32_t id = kStreams[step.stream];
  ModelStream& s = node.model.streams[step.stream];
  Connection& engine = node.subject.engine();
  const bool writable =
      s.state == model::StreamState::open || s.state == model::StreamState::half_closed_remote;
  const bool lives = s.state != model::StreamState::idle && s.state != model::StreamState::closed;
  if (step.what == Do::give_up) {
    const bool done = engine.reset_stream(id, ErrorCode::cancel).has_value();
    EXPECT_EQ(done, lives && !s.skipped) << node.path;
    if (done) {
      s.state = model::StreamState::closed;
      s.own_reset = true;
    }
  } else {
    const bool ends = step.what == Do::answer_end;
    const bool done =
        engine.send_headers(id, kOk, {.end_stream = ends ? EndStream::yes : EndStream::no})
            .has_value();
    // A second response is no message: 8.1.
    EXPECT_EQ(done, writable && !s.answered) << node.path;
    if (done) {
      s.answered = true;
      if (ends)
        s.state = model::next_state(s.state, model::StreamInput::send_end_stream)
                      .value_or(model::StreamState::closed);
    } else {
      ++refused_;
    }
  }
  static_cast<void>(engine.data_to_send());
}

void Search::compare(const Node& node) {
  EXPECT_EQ(node.subject.engine().terminal(), node.model.over) << node.path;
  if (node.model.over) return;
  std::uint32_t open_streams = 0;
  for (std::size_t k = 0; k < kStreams.size(); ++k) {
    using enum model::StreamState;
    const model::StreamState state = node.model.streams[k].state;
    if (state == open || state == half_closed_local || state == half_closed_remote) ++open_streams;
    const StreamPhase phase = node.subject.engine().stream_phase(kStreams[k]);
    const bool is_closed = phase >= StreamPhase::closed_by_end;
    if (!node.model.streams[k].skipped) {
      EXPECT_EQ(is_closed, state == model::StreamState::closed) << node.path;
    }
  }
  EXPECT_EQ(node.subject.engine().open_inbound_streams(), open_streams) << node.path;
}

void Search::step(const Node& from, const Step& step) {
  Node node = from;
  node.path += " " + name(step);
  ++sequences_;
  if (is_call(step.what))
    call(node, step);
  else
    feed(node, step);
  compare(node);
  if (node.model.over || ::testing::Test::HasFailure()) return;
  if (seen_.insert(key(node)).second) next_.push_back(std::move(node));
}

void Search::run() {
  now_.emplace_back();
  for (std::size_t depth = 0; depth < kStepsMax; ++depth) {
    for (const Node& node : now_)
      for (std::size_t verb = 0; verb < kVerbs; ++verb)
        for (std::size_t stream = 0; stream < kStreams.size(); ++stream)
          step(node, {static_cast<Do>(verb), stream});
    now_ = std::move(next_);
    next_.clear();
  }
}

TEST(Exhaustive, EverySequenceOfStepsOnTwoStreamsIsJudgedAsByTheModel) {
  Search search;

  search.run();

  std::printf("%zu sequences of up to %zu steps, %zu states, %zu refused calls\n",
              search.sequences(),
              kStepsMax,
              search.states(),
              search.refused());
  EXPECT_GT(search.states(), 100U);
}

}  // namespace
}  // namespace h2assay::exhaustive
