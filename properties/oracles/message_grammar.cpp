#include "properties/oracles/message_grammar.h"

#include <string>

namespace h2assay {

namespace {

template <typename... F> struct Overloaded : F... {
  using F::operator()...;
};

}  // namespace

void MessageGrammar::step(std::uint32_t stream_id, Side at, Progress to) {
  Progress& now = ends_[static_cast<std::size_t>(at)].streams[stream_id];
  evaluated();
  const bool legal = [&] {
    switch (to) {
      case Progress::nothing:  return now == Progress::headers;  // content
      case Progress::interim:
      case Progress::headers:  return now == Progress::nothing || now == Progress::interim;
      case Progress::trailers: return now == Progress::headers;
      case Progress::ended:    return now == Progress::headers || now == Progress::trailers;
      case Progress::reset:    return now != Progress::reset;
    }
    return false;
  }();
  if (!legal)
    accuse("stream " + std::to_string(stream_id) + ": step " +
           std::to_string(static_cast<int>(to)) + " after " +
           std::to_string(static_cast<int>(now)));
  if (to != Progress::nothing) now = to;
}

void MessageGrammar::received(const Pair&, Side at, Events events) {
  End& end = ends_[static_cast<std::size_t>(at)];
  for (const Event& event : events) {
    if (end.failed) accuse("an event after the connection failed");
    std::visit(Overloaded{
                   [&](const RequestReceived& e) { step(e.stream_id, at, Progress::headers); },
                   [&](const ResponseReceived& e) { step(e.stream_id, at, Progress::headers); },
                   [&](const InformationalResponseReceived& e) {
                     step(e.stream_id, at, Progress::interim);
                   },
                   [&](const TrailersReceived& e) { step(e.stream_id, at, Progress::trailers); },
                   [&](const DataReceived& e) { step(e.stream_id, at, Progress::nothing); },
                   [&](const StreamEnded& e) { step(e.stream_id, at, Progress::ended); },
                   [&](const StreamReset& e) { step(e.stream_id, at, Progress::reset); },
                   [&](const ConnectionFailed&) { end.failed = true; },
                   [](const auto&) {},
               },
               event);
  }
}

}  // namespace h2assay
