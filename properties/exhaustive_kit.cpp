#include "properties/exhaustive_kit.h"

namespace h2assay::exhaustive {

namespace {

Options options(Role role) {
  Options options;
  options.role = role;
  // Everything that the tester tries must be about the frame, not about an attack.
  options.limits.empty_data_frames = 0xffff'ffff;
  options.limits.glitches = {};
  return options;
}

}  // namespace

Subject::Subject(Role role, bool pushes) : engine_(options(role)) {
  static_cast<void>(engine_.initiate_connection());
  std::vector<std::uint8_t> opening;
  if (role == Role::server) opening.assign(wire::kPreface.begin(), wire::kPreface.end());
  std::vector<wire::SettingEntry> entries;
  if (role == Role::server && !pushes)
    entries.push_back({static_cast<std::uint16_t>(wire::SettingId::enable_push), 0});
  wire::append(opening,
               wire::make_frame(wire::FrameType::settings, 0, 0, wire::settings_payload(entries)));
  wire::append(opening, wire::make_frame(wire::FrameType::settings, wire::kAck, 0));
  static_cast<void>(engine_.receive_data(opening));
  static_cast<void>(engine_.data_to_send());
}

Outcome Subject::feed(const wire::RawFrame& frame) {
  std::vector<std::uint8_t> octets;
  wire::append(octets, frame);
  Outcome outcome;
  for (const Event& event : engine_.receive_data(octets)) {
    if (const auto* failed = std::get_if<ConnectionFailed>(&event))
      outcome.reaction = {rfc::ReactionKind::connection_error,
                          static_cast<std::uint32_t>(failed->because.code)};
    if (const auto* reset = std::get_if<StreamReset>(&event); reset != nullptr && !reset->remote)
      outcome.reaction = {rfc::ReactionKind::stream_error, static_cast<std::uint32_t>(reset->code)};
    outcome.section_reported = outcome.section_reported ||
                               std::holds_alternative<RequestReceived>(event) ||
                               std::holds_alternative<ResponseReceived>(event) ||
                               std::holds_alternative<InformationalResponseReceived>(event) ||
                               std::holds_alternative<TrailersReceived>(event) ||
                               std::holds_alternative<PushedStreamReceived>(event);
    outcome.content_reported =
        outcome.content_reported || std::holds_alternative<DataReceived>(event);
    outcome.end_reported = outcome.end_reported || std::holds_alternative<StreamEnded>(event);
  }
  // What the octets say counts as well: an error without an event would be one in secret.
  const std::span<const std::uint8_t> out = engine_.data_to_send();
  wire::FrameCutter cutter;
  cutter.feed(out);
  while (const auto answer = cutter.next()) {
    if (answer->is(wire::FrameType::rst_stream)) outcome.reset = answer->stream_id();
    if (outcome.reaction.kind != rfc::ReactionKind::accepted) continue;
    if (answer->is(wire::FrameType::rst_stream))
      outcome.reaction = {rfc::ReactionKind::stream_error, wire::read32(answer->payload)};
    if (answer->is(wire::FrameType::goaway))
      outcome.reaction = {rfc::ReactionKind::connection_error, wire::read32(answer->payload, 4)};
  }
  return outcome;
}

}  // namespace h2assay::exhaustive
