#pragma once
// What RFC 9113 says of a short conversation on two streams: Figure 2 (model::StreamState), the
// order of a message (model::Message), identifiers that only rise, promises and GOAWAY.  It says of
// each frame whether it is legal, and if not, which row of the permitted reactions judges it; and
// of each call whether it must be done.

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "properties/exhaustive_kit.h"
#include "properties/model.h"

namespace h2assay::exhaustive {

enum class Do : std::uint8_t {
  // Frames of the tester.
  request,      // HEADERS, a request
  request_end,  // … with END_STREAM
  request_one,  // … that announces one octet of content
  response,     // HEADERS, a final response
  response_end,
  response_one,
  interim,      // HEADERS, an interim response
  interim_end,  // … with END_STREAM, which none may have
  trailers,     // HEADERS that can only be trailers, with END_STREAM
  content,      // DATA
  content_end,  // … with END_STREAM
  promise,      // PUSH_PROMISE on the first stream, of the second
  reset,        // RST_STREAM
  credit,       // WINDOW_UPDATE
  signal,       // PRIORITY
  fragment,     // CONTINUATION
  goaway,       // GOAWAY that names no stream
  // Calls of the engine's application.
  ask,      // a request
  ask_end,  // … that ends
  inform,   // an interim response
  answer,   // a response
  answer_end,
  push,     // the second stream, promised on the first
  finish,   // the end of what is sent
  give_up,  // a reset
};

constexpr bool is_call(Do what) { return what >= Do::ask; }

// With END_STREAM.
constexpr bool ends(Do what) {
  return what == Do::request_end || what == Do::response_end || what == Do::interim_end ||
         what == Do::trailers || what == Do::content_end;
}

struct Step {
  Do what = Do::request;
  std::size_t stream = 0;  // index into the domain's streams
};

// One endpoint, two streams, and the steps that are tried on them.
struct Domain {
  Role role = Role::server;  // of the engine
  std::array<std::uint32_t, 2> streams{1, 3};
  std::size_t steps_max = 5;
  std::vector<Step> alphabet;
};

// A server with two requests.
Domain two_requests();
// A server with a request and a push.
Domain server_push();
// A client with a request and what the server pushes.
Domain client_push();

std::string name(const Domain& domain, const Step& step);
wire::RawFrame frame_of(const Domain& domain, const Step& step);

enum class Outbound : std::uint8_t { nothing, content, complete };

// One stream as the engine's endpoint sees it.
struct ModelStream {
  model::StreamState state = model::StreamState::idle;
  model::Message inbound = model::Message::request();
  Outbound outbound = Outbound::nothing;
  bool own_reset = false;
  bool peer_reset = false;
  bool skipped = false;
};

class Model {
 public:
  explicit Model(const Domain& domain);

  rfc::Phase phase(std::size_t k) const;
  // What is wrong with the frame beyond the phase that it meets.
  rfc::Defect defect_of(const Step& step) const;
  // The application is shown a section or content, where the frame is accepted.
  bool shows(const Step& step) const;
  // The frame was accepted …
  void accepted(const Step& step);
  // … or cost its stream (a promise: the promised one) …
  void refused(const Step& step);

  // … or everything.
  void fail() { over_ = true; }

  // Whether the call must be done; then it counts as done.
  bool call(const Step& step);

  const ModelStream& stream(std::size_t k) const { return streams_[k]; }

  bool over() const { return over_; }

  bool goaway() const { return goaway_; }

  // Open or half-closed, by who began them.
  std::uint32_t open_streams(bool by_engine) const;

 private:
  bool of_engine(std::size_t k) const;
  bool receives(std::size_t k) const;
  bool begins(const Step& step) const;
  bool sends(std::size_t k) const;
  bool takes_promise() const;
  bool may_call(const Step& step) const;
  void move(std::size_t k, model::StreamInput input);
  void give_up(std::size_t k);
  void skip_below(std::size_t k);

  Role role_;
  std::array<std::uint32_t, 2> ids_;
  std::array<ModelStream, 2> streams_;
  bool goaway_ = false;
  bool over_ = false;
};

}  // namespace h2assay::exhaustive
