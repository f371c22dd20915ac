#pragma once
// The reference application: an engine in the server's role that answers requests.  Octets in,
// octets out, no I/O: the server puts it on sockets, the memory peer calls it directly.

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "conformance/serve/resources.h"
#include "engine/connection.h"
#include "engine/habits/habits.h"
#include "engine/priority/urgency.h"

namespace h2assay {

// A value like the engine in it.  Memory is bounded whatever the client does: streams by
// SETTINGS_MAX_CONCURRENT_STREAMS, content that waits to be echoed by kEchoOctets and one window,
// output by kOutputOctets and the engine's own replies.
class Application {
 public:
  // Content that waits to be echoed, of all streams; beyond it windows stay shut until it has left.
  static constexpr std::size_t kEchoOctets = std::size_t{4} << 20;
  // No response is begun or continued while so much waits to be sent.
  static constexpr std::size_t kOutputOctets = std::size_t{64} << 10;
  // An echo of a request that is larger begins before the request has ended.
  static constexpr std::size_t kEchoAtOnceOctets = std::size_t{64} << 10;

  // The role is the server's whatever the options say.  Sends the preface.
  explicit Application(Options options, std::span<const HabitRow* const> habits = {});

  void receive(Octets octets);
  // At most `max` octets, and what its habits add; gone from here.  They live until the next call.
  Octets data_to_send(std::size_t max = std::numeric_limits<std::size_t>::max());

  void advance(std::uint64_t milliseconds) { connection_.advance(milliseconds); }

  // What final responses say of the time from now on, as RFC 9110, Section 5.6.7, writes it; empty,
  // as at first: there is no clock.
  void set_date(std::string date) { date_ = std::move(date); }

  // Graceful shutdown in two steps: RFC 9113, Section 6.8.  Announces it and sends a PING; when
  // that is answered, or at finish_shutdown(), nothing new is taken; finished() when what was taken
  // is answered.
  void begin_shutdown();
  void finish_shutdown();

  // There is nothing more to send, and nothing that could be received changes that.
  bool finished() const;

  // The client has broken a rule, and the connection is over.
  bool failed() const { return connection_.terminal(); }

  std::size_t open_exchanges() const { return exchanges_.size(); }

  std::uint64_t requests() const { return requests_; }

  const Connection& connection() const { return connection_; }

 private:
  struct Exchange {
    Request request;
    Reply reply;
    std::string waiting;   // content to be sent; what was sent is cut off now and then
    std::size_t sent = 0;  // of `waiting`
    std::uint64_t pattern_sent = 0;
    std::uint64_t received = 0;        // octets of the request's content
    std::uint32_t unacknowledged = 0;  // flow-controlled octets whose windows are kept shut
    bool request_ended = false;
    bool interim_sent = false;
    bool headers_sent = false;
    bool response_ended = false;
  };

  enum class Progress : std::uint8_t { on, blocked, full, done };

  void hear(Octets octets);
  void take(const Event& event);
  void settle();
  void on(const RequestReceived& event);
  void on(const DataReceived& event);
  void on(const StreamEnded& event);

  void on(const TrailersReceived&) {}

  void on(const StreamReset& event);
  void on(const MalformedRequest& event);
  void on(const WindowUpdated& event);
  void on(const InitialWindowChanged& event);
  void on(const PingAckReceived& event);
  void on(const PriorityUpdateReceived& event);

  template <typename Other> void on(const Other&) {}

  void acknowledge_later(std::uint32_t stream_id, std::uint32_t octets);
  void enqueue(std::uint32_t stream_id, const Exchange& exchange);
  priority::Urgency urgency_of(std::uint32_t stream_id, const RequestReceived& event);
  void forget(std::uint32_t stream_id);
  static bool may_answer(const Exchange& exchange);
  void fill();
  Progress step(std::uint32_t stream_id, Exchange& exchange);
  bool send_interim(std::uint32_t stream_id, Exchange& exchange);
  void send_pushes(std::uint32_t stream_id, const Exchange& exchange);
  Progress begin_response(std::uint32_t stream_id, Exchange& exchange);
  Progress send_content(std::uint32_t stream_id, Exchange& exchange);
  Progress end_response(std::uint32_t stream_id, Exchange& exchange);
  Progress give_up(std::uint32_t stream_id, Exchange& exchange);
  static Octets next_content(const Exchange& exchange);
  static bool completes(const Exchange& exchange, std::size_t octets);
  void content_sent(std::uint32_t stream_id, Exchange& exchange, std::size_t octets);

  Connection connection_;
  Misbehaviour misbehaviour_{Role::server};
  std::map<std::uint32_t, Exchange> exchanges_;
  priority::Scheduler ready_;  // knows all exchanges; ready: may have something to send
  // What PRIORITY_UPDATE said of streams that are not open yet; the engine bounds their number.
  std::map<std::uint32_t, priority::Urgency> announced_;
  std::uint32_t highest_request_ = 0;
  std::string date_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> acknowledgements_;
  std::vector<std::uint32_t> resets_;  // as acknowledgements_: done behind the batch
  std::size_t echo_octets_ = 0;
  std::uint64_t requests_ = 0;
  bool shutting_down_ = false;
  bool shutdown_due_ = false;
  bool shut_down_ = false;
};

}  // namespace h2assay
