// DATA and RST_STREAM: RFC 9113, Sections 6.1 and 6.4; flow control: 5.2 and 6.9.

#include "engine/connection_state.h"

namespace h2assay {

void Connection::State::on_data(const Frame& frame) {
  const std::uint32_t length = frame.header.length;
  // The connection's window pays for every DATA frame, whatever becomes of it: Section 6.9.
  if (!receive_window.receive(length, kInitialConnectionWindow)) {
    if (accuse(Rule::connection_window_exceeded, 0) == Course::stop) return;
    receive_window.receive_unchecked(length);
  }
  const bool delivered = deliver_data(frame);
  if (terminal) return;
  if (!delivered) credit(length);

  const Limits& limits = options.limits;
  const bool counts = !frame.header.has(flags::end_stream);
  if (!counts || length != 0) {
    budgets.empty_data = 0;
  } else if (++budgets.empty_data > limits.empty_data_frames && limits.empty_data_frames != 0) {
    accuse(Rule::empty_data_frames, 0);
  }
  if (counts && length < Limits::kSmallData) {
    spend(budgets.small_data, limits.small_data, Rule::small_data, Limits::kSmallData - length);
  }
}

void Connection::State::drop_late(std::uint32_t id, bool pointless) {
  if (history_of(id).is_seen_reset(id)) {
    accuse(Rule::frame_after_seen_reset, id);
  } else if (pointless) {
    glitch();
  }
}

// Returns whether the application got the frame, and so has to acknowledge it.
bool Connection::State::deliver_data(const Frame& frame) {
  const std::uint32_t id = frame.header.stream_id;
  const std::uint32_t length = frame.header.length;
  const Parsed<DataPayload> parsed = parse_data(frame);
  if (parsed.broken && accuse(*parsed.broken, id) == Course::stop) return false;

  Stream* stream = streams.find(id);
  const Reaction reaction = on_receive(phase(id), StreamFrame::data);
  if (reaction.kind == Reaction::Kind::ignore) {
    drop_late(id, length == 0);  // DATA with a length pays by flow control
    return false;
  }
  if (reaction.kind == Reaction::Kind::accuse) {
    accuse(reaction.rule, id);
    return false;
  }
  if (!stream->receive_window.receive(length, local.initial_window_size)) {
    if (accuse(Rule::stream_window_exceeded, id) == Course::stop) return false;
    stream->receive_window.receive_unchecked(length);
  }
  const bool ends = frame.header.has(flags::end_stream);
  if (stream->malformed) {
    discard_data(*stream, length, ends);
    return false;
  }
  if (stream->inbound == Progress::nothing) {
    accuse_message(Rule::data_before_headers, *stream);
    return false;
  }
  std::optional<Rule> broken = stream->inbound_content.add(parsed.value.data.size());
  if (!broken && ends) broken = stream->inbound_content.end();
  if (broken && accuse_message(*broken, *stream) == Course::stop) {
    stream = streams.find(id);  // still there if the application may answer
    if (stream != nullptr && stream->malformed) discard_data(*stream, length, ends);
    return false;
  }
  const auto next = static_cast<std::uint32_t>(batch.events.size());
  batch.add(DataReceived{.stream_id = id,
                         .flow_controlled_length = length,
                         .data = parsed.value.data,
                         .stream_ended = ends ? Link{next + 1} : Link{}});
  if (ends) {
    batch.add(StreamEnded{id});
    end_inbound(*stream);
  }
  return true;
}

// What follows a malformed request is thrown away, yet a peer that reads the answer only after its
// upload has to get to the end of it.
void Connection::State::discard_data(Stream& stream, std::uint32_t length, bool ends) {
  if (ends) return end_inbound(stream);
  const std::uint32_t part = stream.receive_window.acknowledge(length, local.initial_window_size);
  if (part != 0) append_window_update(output, stream.id, part);
}

void Connection::State::on_rst_stream(const Frame& frame) {
  const std::uint32_t id = frame.header.stream_id;
  const Parsed<ErrorCode> parsed = parse_rst_stream(frame);
  if (parsed.broken && accuse(*parsed.broken, id) == Course::stop) return;
  const Reaction reaction = on_receive(phase(id), StreamFrame::rst_stream);
  if (reaction.kind == Reaction::Kind::ignore) return glitch();
  if (reaction.kind == Reaction::Kind::accuse) {
    accuse(reaction.rule, id);
    return;
  }
  Stream& stream = *streams.find(id);
  // Work that was begun for nothing: rapid reset.  After a whole answer it is the peer's good
  // right.
  const bool churns = !is_ours(id) && stream.outbound != Progress::complete;
  batch.add(StreamReset{.stream_id = id, .code = parsed.value, .remote = true, .because = {}});
  close_stream(stream, End::peer_reset);
  if (churns) spend(budgets.churn, options.limits.stream_churn, Rule::stream_churn);
}

}  // namespace h2assay
