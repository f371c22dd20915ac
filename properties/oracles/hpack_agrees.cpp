#include "properties/oracles/hpack_agrees.h"

#include <algorithm>

#include "properties/pair/text_line.h"

namespace h2assay {

namespace {

using enum wire::FrameType;
using Lines = std::vector<wire::FieldLine>;

std::string text(const Lines& lines) {
  std::string out;
  for (const wire::FieldLine& line : lines) {
    out += line.never_indexed ? " !" : " ";
    put_escaped(out, line.name);
    out += '=';
    put_escaped(out, line.value);
  }
  return out;
}

Lines lines_of(Fields fields) {
  Lines lines;
  for (const Field& field : fields)
    lines.push_back({std::string(field.name), std::string(field.value), field.never_indexed});
  return lines;
}

// An engine reports the crumbs of a cookie as one: RFC 9113, Section 8.2.3.
Lines joined(Lines lines) {
  const auto is_cookie = [](const wire::FieldLine& line) { return line.name == "cookie"; };
  const auto first = std::ranges::find_if(lines, is_cookie);
  if (first == lines.end()) return lines;
  for (auto it = first + 1; it != lines.end();) {
    if (!is_cookie(*it)) {
      ++it;
      continue;
    }
    first->value += "; " + it->value;
    first->never_indexed = first->never_indexed || it->never_indexed;
    it = lines.erase(it);
  }
  return lines;
}

bool same_text(const wire::FieldLine& a, const wire::FieldLine& b) {
  return a.name == b.name && a.value == b.value;
}

// An encoder may protect more than it was asked to, never less.
bool carries(const Lines& sent, const Lines& given) {
  return std::ranges::equal(sent, given, [](const auto& a, const auto& b) {
    return same_text(a, b) && (a.never_indexed || !b.never_indexed);
  });
}

// A view's content without padding and priority, as the frame's flags say.
wire::Octets fragment(const wire::FrameView& frame) {
  wire::Octets payload = frame.payload;
  if (!frame.is(continuation) && frame.has(wire::kPadded)) {
    if (payload.empty() || payload.front() >= payload.size()) return {};
    payload = payload.subspan(1, payload.size() - 1U - payload.front());
  }
  std::size_t fixed = 0;
  if (frame.is(headers) && frame.has(wire::kPriority)) fixed = 5;
  if (frame.is(push_promise)) fixed = 4;
  return payload.subspan(std::min(fixed, payload.size()));
}

}  // namespace

void HpackAgrees::sent(wire::Role from, const wire::FrameView& frame) {
  if (!frame.is(headers) && !frame.is(push_promise) && !frame.is(continuation)) return;
  Encoder& encoder = encoders_[index(from)];
  if (frame.is(headers)) encoder.stream_id = frame.stream_id();
  if (frame.is(push_promise))
    encoder.stream_id = wire::read32(frame.payload, frame.has(wire::kPadded) ? 1 : 0);
  const wire::Octets piece = fragment(frame);
  encoder.block.insert(encoder.block.end(), piece.begin(), piece.end());
  if (frame.has(wire::kEndHeaders)) finish(encoder, from);
}

void HpackAgrees::finish(Encoder& encoder, wire::Role from) {
  wire::DecodedBlock decoded = encoder.decoder.decode(encoder.block);
  encoder.block.clear();
  evaluated(!encoder.decoder.table().entries().empty());
  const auto who = [&] {
    return std::string(from == wire::Role::client ? "the client" : "the server") + ", stream " +
           std::to_string(encoder.stream_id) + ": ";
  };
  if (decoded.fault) accuse(who() + std::string(wire::describe(*decoded.fault)));
  if (encoder.expected && !carries(decoded.fields, encoder.expected->fields))
    accuse(who() + "the application gave" + text(encoder.expected->fields) + "; encoded is" +
           text(decoded.fields));
  encoder.expected.reset();
  encoder.under_way.push_back({encoder.stream_id, joined(std::move(decoded.fields))});
}

void HpackAgrees::arrived(wire::Role at, const wire::FrameView& frame) {
  if (!frame.is(settings) || frame.has(wire::kAck)) return;
  wire::HpackDecoder& decoder = encoders_[index(at)].decoder;
  for (std::size_t i = 0; i + 6 <= frame.payload.size(); i += 6)
    if (wire::read16(frame.payload, i) ==
        static_cast<std::uint16_t>(wire::SettingId::header_table_size)) {
      const std::uint32_t limit = wire::read32(frame.payload, i + 2);
      decoder.limit(limit);
      decoder.require_at_most(limit);
    }
}

void HpackAgrees::called(const Pair&, const Command& command, const Sent<>& answer) {
  const bool section = command.verb == Verb::send_headers || command.verb == Verb::push_stream;
  if (!answer || !section) return;
  encoders_[index(command.side)].expected = Section{command.stream_id, lines_of(command.fields)};
}

void HpackAgrees::reported(Encoder& encoder, std::uint32_t stream_id, Fields fields) {
  // What came before on this stream and was not reported was refused or discarded.
  const auto same = [&](const Section& s) { return s.stream_id == stream_id; };
  const auto found = std::ranges::find_if(encoder.under_way, same);
  evaluated();
  if (found == encoder.under_way.end()) {
    accuse("fields on stream " + std::to_string(stream_id) + " that nobody sent");
    return;
  }
  const Lines came = lines_of(fields);
  if (!std::ranges::equal(came, found->fields))
    accuse("stream " + std::to_string(stream_id) + ": sent was" + text(found->fields) +
           "; reported is" + text(came));
  encoder.under_way.erase(found);
}

void HpackAgrees::received(const Pair& pair, Side at, Events events) {
  if (pair.tampered()) return;
  Encoder& encoder = encoders_[index(other(at))];
  for (const Event& event : events) {
    if (const auto* request = std::get_if<RequestReceived>(&event))
      reported(encoder, request->stream_id, request->fields);
    else if (const auto* response = std::get_if<ResponseReceived>(&event))
      reported(encoder, response->stream_id, response->fields);
    else if (const auto* interim = std::get_if<InformationalResponseReceived>(&event))
      reported(encoder, interim->stream_id, interim->fields);
    else if (const auto* trailers = std::get_if<TrailersReceived>(&event))
      reported(encoder, trailers->stream_id, trailers->fields);
    else if (const auto* push = std::get_if<PushedStreamReceived>(&event))
      reported(encoder, push->pushed_stream_id, push->fields);
  }
}

}  // namespace h2assay
