#pragma once
// One of the two ends that get the same octets: our engine, or a library behind the C ABI.  What it
// did about a piece of input is brought to one form, so that both can be compared.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/adapters/library.h"
#include "engine/options.h"
#include "properties/wire/frame.h"

namespace h2assay::versus {

using wire::Octets;

// Text as it crosses the C ABI: valid for as long as the text is.
inline h2assay_octets borrowed(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// What an end did about one piece of input, as far as the peer or the application can see.  Left
// out on purpose: WINDOW_UPDATE (when credit returns is the receiver's affair: RFC 9113, 5.2.1),
// how content is cut into frames and told in pieces, PRIORITY, and the octets of field blocks.
struct Outcome {
  struct Stream {
    std::vector<std::string> told{};       // what the application heard, a line each
    std::string data{};                    // content that the application heard
    std::optional<std::uint32_t> reset{};  // the code of an RST_STREAM that went out
    std::string rule{};                    // engine: why
    bool departs = false;                  // engine: from the code and scope of its table
    std::size_t headers_sent = 0;          // field sections that went out
    std::size_t data_sent = 0;             // octets of content that went out
    bool end_sent = false;
  };

  std::map<std::uint32_t, Stream> streams{};  // 0: what belongs to no stream
  std::vector<std::string> replies{};         // SETTINGS and PING acknowledgements, in order
  std::optional<std::uint32_t> failed{};      // the code of a GOAWAY that ended the connection
  bool closed = false;                        // gave up without one
  std::string rule{};                         // engine: why
  bool departs = false;                       // engine: from the code of its table

  bool over() const { return failed.has_value() || closed; }
};

// What the application must know to act.
struct Heard {
  std::uint32_t kind = 0;  // enum h2assay_event_kind
  std::uint32_t stream_id = 0;
  bool head = false;  // a request whose response has no content
};

struct FieldText {
  std::string_view name;
  std::string_view value;
};

class End {
 public:
  End() = default;
  End(const End&) = delete;
  End(End&&) = delete;
  End& operator=(const End&) = delete;
  End& operator=(End&&) = delete;
  virtual ~End() = default;

  virtual void take(Octets octets) = 0;
  virtual void headers(std::uint32_t stream_id, std::span<const FieldText> fields, bool end) = 0;
  // Goes as far as windows permit, the rest when they do.
  virtual void content(std::uint32_t stream_id, std::size_t octets) = 0;  // and END_STREAM
  virtual void goaway() = 0;                                              // NO_ERROR
  virtual void ping() = 0;

  // Of a stream that is in no phase yet: "idle"; of an end that does not say: empty.
  virtual std::string_view phase(std::uint32_t) const { return {}; }

  // A stream is open or half-closed; of an end that does not say: true.
  virtual bool busy() const { return true; }

  // What was heard since the last outcome().
  const std::vector<Heard>& heard() const { return heard_; }

  // All since the last call; the output is drained.  `narration`: receives the frames that went
  // out.
  Outcome outcome(std::vector<wire::RawFrame>* narration);

 protected:
  virtual Octets drained() = 0;
  void hear(const h2assay_event& event);

  Outcome& now() { return outcome_; }

 private:
  void sent(const wire::RawFrame& frame);

  Outcome outcome_{};
  std::vector<Heard> heard_{};
  wire::FrameCutter cutter_{};
  bool preface_passed_ = false;
};

std::unique_ptr<End> engine_end(const Options& options);
// Null when the library refuses to make a connection.
std::unique_ptr<End> library_end(const h2assay_library& library, const Options& options);

}  // namespace h2assay::versus
