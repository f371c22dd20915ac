// Our engine as one end.

#include <algorithm>

#include "engine/connection.h"
#include "engine/rules.h"
#include "fuzz/versus_end.h"

namespace h2assay::versus {

namespace {

h2assay_event event_of(h2assay_event_kind kind, std::uint32_t stream_id) {
  h2assay_event event{};
  event.kind = kind;
  event.stream_id = stream_id;
  return event;
}

class EngineEnd final : public End {
 public:
  explicit EngineEnd(const Options& options) : connection_(options) {
    static_cast<void>(connection_.initiate_connection());
  }

  void take(Octets octets) override {
    const Events events = connection_.receive_data(octets);
    // A GOAWAY of the peer cuts streams off: the C ABI tells of no resets that follow from it.
    cut_off_ = std::ranges::any_of(events, [](const Event& event) {
      return std::holds_alternative<ConnectionTerminated>(event);
    });
    for (const Event& event : events) std::visit([this](const auto& e) { on(e); }, event);
    if (connection_.terminal() && !now().over()) now().closed = connection_.outbound_octets() == 0;
    send_content();
  }

  void headers(std::uint32_t stream_id, std::span<const FieldText> fields, bool end) override {
    std::vector<Field> all;
    for (const FieldText& field : fields) all.push_back({field.name, field.value});
    static_cast<void>(connection_.send_headers(
        stream_id,
        all,
        {.end_stream = end ? EndStream::yes : EndStream::no, .priority = {}, .pad_length = {}}));
  }

  void content(std::uint32_t stream_id, std::size_t octets) override {
    content_[stream_id] += octets;
    send_content();
  }

  void goaway() override { static_cast<void>(connection_.close_connection()); }

  void ping() override { static_cast<void>(connection_.ping({})); }

  std::string_view phase(std::uint32_t stream_id) const override {
    return name(connection_.stream_phase(stream_id));
  }

  bool busy() const override {
    return connection_.open_inbound_streams() + connection_.open_outbound_streams() != 0;
  }

 private:
  Octets drained() override { return connection_.data_to_send(); }

  void send_content() {
    for (auto at = content_.begin(); at != content_.end();)
      at = sent_all(at->first, at->second) ? content_.erase(at) : std::next(at);
  }

  // False: a rest waits for a window.
  bool sent_all(std::uint32_t stream_id, std::size_t& left) {
    for (;;) {
      const auto window = connection_.local_flow_control_window(stream_id);
      if (!window) return true;  // the stream is gone
      if (left != 0 && *window <= 0) return false;
      const auto most = std::min<std::int64_t>(*window, connection_.max_outbound_frame_size());
      const std::vector<std::uint8_t> part(
          std::min(left, static_cast<std::size_t>(std::max<std::int64_t>(most, 0))));
      left -= part.size();
      const EndStream end = left == 0 ? EndStream::yes : EndStream::no;
      if (!connection_.send_data(stream_id, part, end) || left == 0) return true;
    }
  }

  void hear_fields(h2assay_event_kind kind, const auto& e) {
    std::vector<h2assay_field> fields;
    for (const Field& field : e.fields)
      fields.push_back({borrowed(field.name), borrowed(field.value)});
    h2assay_event event = event_of(kind, 0);
    if constexpr (requires { e.pushed_stream_id; }) {
      event.stream_id = e.parent_stream_id;
      event.other_id = e.pushed_stream_id;
    } else {
      event.stream_id = e.stream_id;
    }
    event.fields = fields.data();
    event.field_count = fields.size();
    hear(event);
  }

  void on(const RequestReceived& e) { hear_fields(H2ASSAY_EVENT_REQUEST, e); }

  void on(const ResponseReceived& e) { hear_fields(H2ASSAY_EVENT_RESPONSE, e); }

  void on(const InformationalResponseReceived& e) { hear_fields(H2ASSAY_EVENT_INTERIM, e); }

  void on(const TrailersReceived& e) { hear_fields(H2ASSAY_EVENT_TRAILERS, e); }

  void on(const PushedStreamReceived& e) { hear_fields(H2ASSAY_EVENT_PROMISE, e); }

  void on(const DataReceived& e) {
    h2assay_event event = event_of(H2ASSAY_EVENT_DATA, e.stream_id);
    event.octets = {e.data.data(), e.data.size()};
    if (!e.data.empty()) hear(event);
  }

  void on(const StreamEnded& e) { hear(event_of(H2ASSAY_EVENT_END, e.stream_id)); }

  void on(const StreamReset& e) {
    if (!e.remote) {
      const RuleRow& found = row(e.because);
      Outcome::Stream& stream = now().streams[e.stream_id];
      stream.rule = found.name;
      stream.departs = found.code != e.code || found.scope != Scope::stream;
    }
    if (!e.remote || cut_off_) return;
    h2assay_event event = event_of(H2ASSAY_EVENT_RESET, e.stream_id);
    event.code = static_cast<std::uint32_t>(e.code);
    hear(event);
  }

  void on(const PingAckReceived& e) {
    h2assay_event event = event_of(H2ASSAY_EVENT_PING_ACK, 0);
    event.octets = {e.data.data(), e.data.size()};
    hear(event);
  }

  void on(const ConnectionTerminated& e) {
    h2assay_event event = event_of(H2ASSAY_EVENT_GOAWAY, 0);
    event.other_id = e.last_stream_id;
    event.code = static_cast<std::uint32_t>(e.code);
    hear(event);
  }

  void on(const ConnectionFailed& e) {
    now().rule = name(e.because.rule);
    now().departs = row(e.because.rule).code != e.because.code;
  }

  // What the C ABI does not tell.
  void on(const MalformedRequest&) {}

  void on(const WindowUpdated&) {}

  void on(const InitialWindowChanged&) {}

  void on(const RemoteSettingsChanged&) {}

  void on(const SettingsAcknowledged&) {}

  void on(const PingReceived&) {}

  void on(const PriorityUpdated&) {}

  void on(const PriorityUpdateReceived&) {}

  void on(const AlternativeServiceAvailable&) {}

  void on(const OriginReceived&) {}

  void on(const UnknownFrameReceived&) {}

  Connection connection_;
  std::map<std::uint32_t, std::size_t> content_{};  // octets that wait for a window
  bool cut_off_ = false;
};

}  // namespace

std::unique_ptr<End> engine_end(const Options& options) {
  return std::make_unique<EngineEnd>(options);
}

}  // namespace h2assay::versus
