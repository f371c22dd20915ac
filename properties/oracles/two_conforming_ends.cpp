#include "properties/oracles/two_conforming_ends.h"

#include "engine/rules.h"

namespace h2assay {

void TwoConformingEnds::received(const Pair& pair, Side at, Events events) {
  if (pair.tampered()) return;
  const auto who = [&] { return std::string(at == Side::client ? "the client" : "the server"); };
  for (const Event& event : events) {
    evaluated();
    // Limits that an application exceeds are its own affair: refused streams, lists too long, a run
    // of empty frames.
    const auto* failed = std::get_if<ConnectionFailed>(&event);
    if (failed != nullptr && failed->because.code != ErrorCode::enhance_your_calm)
      accuse(who() + " ends the connection: " + describe(failed->because));
    const auto* reset = std::get_if<StreamReset>(&event);
    if (reset != nullptr && !reset->remote && reset->code != ErrorCode::refused_stream &&
        reset->code != ErrorCode::enhance_your_calm)
      accuse(who() + " resets a stream: " +
             describe(Violation{Scope::stream, reset->code, reset->because, reset->stream_id}));
  }
}

}  // namespace h2assay
