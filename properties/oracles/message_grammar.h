#pragma once
// What an application sees of a stream is a message: interim responses, header section, content,
// trailers, end, each in its place; nothing follows the end of a stream or of the connection.
// RFC 9113, Section 8.1; promise 3.

#include <array>

#include "properties/oracles/event_oracle.h"
#include "properties/oracles/per_stream.h"

namespace h2assay {

class MessageGrammar final : public EventOracle {
 public:
  MessageGrammar() : EventOracle("message_grammar", "rfc9113-8.1-01") {}

  void received(const Pair&, Side at, Events events) override;

 private:
  enum class Progress : std::uint8_t { nothing, interim, headers, trailers, ended, reset };

  void step(std::uint32_t stream_id, Side at, Progress to);

  struct End {
    PerStream<Progress> streams;
    bool failed = false;
  };

  std::array<End, 2> ends_;
};

}  // namespace h2assay
