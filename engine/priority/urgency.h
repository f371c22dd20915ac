#pragma once
// Extensible priorities: RFC 9218.  Used by no connection: a server that wants to follow them
// parses the `priority` field of requests and PriorityUpdateReceived events, and asks whom to
// serve.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

namespace h2assay::priority {

struct Urgency {
  std::uint8_t urgency = 3;  // 0 first, 7 last: Section 4.1
  bool incremental = false;  // of use in parts: Section 4.2
  friend bool operator==(const Urgency&, const Urgency&) = default;
};

// The value of a Priority field: a Dictionary of RFC 8941.  Parameters that are unknown or out of
// range count for nothing; a value that is no Dictionary gives nothing at all (Section 4).
std::optional<Urgency> parse_urgency(std::string_view field_value);

// Section 10: by urgency; within one, streams that are not incremental one after the other by
// identifier, then the incremental ones in turn.
class Scheduler {
 public:
  void set(std::uint32_t stream, Urgency urgency);

  void remove(std::uint32_t stream) { streams_.erase(stream); }

  // Whether the stream has something that it may send now.  A stream that was never set is not
  // known.
  void set_ready(std::uint32_t stream, bool ready);
  // The stream to serve next.
  std::optional<std::uint32_t> next() const;
  // The stream had its turn.
  void served(std::uint32_t stream);

  std::size_t size() const { return streams_.size(); }

 private:
  struct Entry {
    Urgency urgency;
    bool ready = false;
    std::uint64_t turn = 0;  // when it was served last
  };

  std::map<std::uint32_t, Entry> streams_;
  std::uint64_t turns_ = 0;
};

}  // namespace h2assay::priority
