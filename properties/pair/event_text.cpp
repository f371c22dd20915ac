#include "properties/pair/event_text.h"

#include "properties/pair/text_line.h"

namespace h2assay {

namespace {

template <typename... F> struct Overloaded : F... {
  using F::operator()...;
};

}  // namespace

// One row an event.
// NOLINTNEXTLINE(readability-function-size)
std::string text_of(const Event& event, std::size_t base) {
  const auto message = [&](std::string_view word, const auto& e) {
    TextLine line(word, e.stream_id);
    line.fields(e.fields);
    if constexpr (requires { e.stream_ended; }) line.link("stream_ended", e.stream_ended, base);
    return line.link("priority_updated", e.priority_updated, base).take();
  };
  return std::visit(
      Overloaded{
          [&](const RequestReceived& e) { return message("request", e); },
          [&](const ResponseReceived& e) { return message("response", e); },
          [&](const InformationalResponseReceived& e) {
            return message("informational_response", e);
          },
          [&](const TrailersReceived& e) { return message("trailers", e); },
          [&](const DataReceived& e) {
            return TextLine("data", e.stream_id)
                .part("length", e.data.size())
                .part("flow_controlled_length", e.flow_controlled_length)
                .part("data", text_view(e.data))
                .link("stream_ended", e.stream_ended, base)
                .take();
          },
          [](const StreamEnded& e) { return TextLine("stream_ended", e.stream_id).take(); },
          [](const StreamReset& e) {
            TextLine line("stream_reset", e.stream_id);
            line.code(e.code).part("remote", e.remote ? 1U : 0U);
            if (!e.remote) line.part("because", static_cast<std::uint64_t>(e.because));
            return line.take();
          },
          [](const MalformedRequest& e) {
            return TextLine("malformed_request", e.stream_id)
                .part("because", static_cast<std::uint64_t>(e.because))
                .take();
          },
          [](const WindowUpdated& e) {
            return TextLine("window_updated", e.stream_id).part("delta", e.delta).take();
          },
          [](const InitialWindowChanged& e) {
            return TextLine("initial_window_changed").part("delta", std::to_string(e.delta)).take();
          },
          [](const RemoteSettingsChanged& e) {
            return TextLine("settings").changed(e.changed).take();
          },
          [](const SettingsAcknowledged& e) {
            return TextLine("settings_acknowledged").changed(e.changed).take();
          },
          [](const PingReceived& e) {
            return TextLine("ping").part("data", text_view(e.data)).take();
          },
          [](const PingAckReceived& e) {
            return TextLine("ping_ack")
                .part("data", text_view(e.data))
                .part("matched", e.matched ? 1U : 0U)
                .take();
          },
          [](const PushedStreamReceived& e) {
            return TextLine("pushed_stream", e.parent_stream_id)
                .part("promised", e.pushed_stream_id)
                .fields(e.fields)
                .take();
          },
          [](const PriorityUpdated& e) {
            return TextLine("priority_updated", e.stream_id)
                .part("depends", e.depends_on)
                .part("weight", e.weight)
                .part("exclusive", e.exclusive ? 1U : 0U)
                .take();
          },
          [](const PriorityUpdateReceived& e) {
            return TextLine("priority_update", e.prioritized_stream_id)
                .part("value", e.value)
                .take();
          },
          [](const ConnectionTerminated& e) {
            return TextLine("connection_terminated")
                .code(e.code)
                .part("last", e.last_stream_id)
                .part("debug", text_view(e.debug_data))
                .take();
          },
          [](const AlternativeServiceAvailable& e) {
            return TextLine("alternative_service")
                .part("origin", e.origin)
                .part("value", e.field_value)
                .take();
          },
          [](const OriginReceived& e) {
            return TextLine("origin").part("origin", e.origin).take();
          },
          [](const UnknownFrameReceived& e) {
            return TextLine("unknown_frame", e.stream_id)
                .part("type", e.type)
                .part("flags", e.flags)
                .part("payload", text_view(e.payload))
                .take();
          },
          [](const ConnectionFailed& e) {
            return TextLine("connection_failed")
                .code(e.because.code)
                .part("rule", static_cast<std::uint64_t>(e.because.rule))
                .part("stream", e.because.stream_id)
                .take();
          },
      },
      event);
}

std::string text_of(Events events, std::size_t base) {
  std::string text;
  for (const Event& event : events) text += text_of(event, base) + "\n";
  return text;
}

}  // namespace h2assay
