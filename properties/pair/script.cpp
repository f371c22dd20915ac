#include "properties/pair/script.h"

#include <algorithm>

namespace h2assay {

bool Script::enabled(ActKind kind) const {
  const auto bit = static_cast<std::uint32_t>(kind);
  return kind <= ActKind::deliver_frame || ((swarm >> bit) & 1U) == 0;
}

namespace {

EndConfig config_from(std::span<const std::uint8_t> octets) {
  return {.header_table = static_cast<std::uint8_t>(octets[0] & 0x0f),
          .window = static_cast<std::uint8_t>(octets[0] >> 4),
          .frame_size = static_cast<std::uint8_t>(octets[1] & 0x0f),
          .streams = static_cast<std::uint8_t>(octets[1] >> 4),
          .list_size = static_cast<std::uint8_t>(octets[2] & 0x0f),
          .acknowledges = (octets[2] & 0x10) == 0,
          .answers = (octets[2] & 0x20) == 0,
          .answers_malformed = (octets[2] & 0x40) != 0};
}

void put_config(const EndConfig& config, std::span<std::uint8_t> octets) {
  octets[0] = static_cast<std::uint8_t>((config.header_table & 0x0f) | (config.window << 4));
  octets[1] = static_cast<std::uint8_t>((config.frame_size & 0x0f) | (config.streams << 4));
  octets[2] = static_cast<std::uint8_t>(
      (config.list_size & 0x0f) | (config.acknowledges ? 0 : 0x10) | (config.answers ? 0 : 0x20) |
      (config.answers_malformed ? 0x40 : 0));
}

Act act_from(std::span<const std::uint8_t> octets) {
  return {.kind = static_cast<ActKind>((octets[0] & 0x7f) % kActKinds),
          .side = (octets[0] & 0x80) != 0 ? Side::server : Side::client,
          .a = octets[1],
          .b = octets[2],
          .c = octets[3],
          .d = static_cast<std::uint32_t>(octets[4]) | static_cast<std::uint32_t>(octets[5]) << 8 |
               static_cast<std::uint32_t>(octets[6]) << 16 |
               static_cast<std::uint32_t>(octets[7]) << 24};
}

void put_act(const Act& act, std::span<std::uint8_t> octets) {
  octets[0] = static_cast<std::uint8_t>(static_cast<std::uint8_t>(act.kind) |
                                        (act.side == Side::server ? 0x80 : 0));
  octets[1] = act.a;
  octets[2] = act.b;
  octets[3] = act.c;
  for (std::size_t i = 0; i < 4; ++i) octets[4 + i] = static_cast<std::uint8_t>(act.d >> (8 * i));
}

}  // namespace

Script script_from(std::span<const std::uint8_t> octets) {
  std::array<std::uint8_t, kScriptHeaderOctets> header{};
  const std::size_t head = std::min(octets.size(), header.size());
  std::copy_n(octets.begin(), head, header.begin());
  octets = octets.subspan(head);

  Script script{.client = config_from(std::span(header).subspan(0, 3)),
                .server = config_from(std::span(header).subspan(3, 3)),
                .swarm = static_cast<std::uint32_t>(header[8]) |
                         static_cast<std::uint32_t>(header[9]) << 8 |
                         static_cast<std::uint32_t>(header[10]) << 16 |
                         static_cast<std::uint32_t>(header[11]) << 24,
                .acts = {}};
  script.acts.reserve((octets.size() + kActOctets - 1) / kActOctets);
  while (!octets.empty()) {
    std::array<std::uint8_t, kActOctets> record{};
    const std::size_t n = std::min(octets.size(), record.size());
    std::copy_n(octets.begin(), n, record.begin());
    script.acts.push_back(act_from(record));
    octets = octets.subspan(n);
  }
  return script;
}

std::vector<std::uint8_t> octets_of(const Script& script) {
  std::vector<std::uint8_t> octets(kScriptHeaderOctets + script.acts.size() * kActOctets);
  put_config(script.client, std::span(octets).subspan(0, 3));
  put_config(script.server, std::span(octets).subspan(3, 3));
  for (std::size_t i = 0; i < 4; ++i)
    octets[8 + i] = static_cast<std::uint8_t>(script.swarm >> (8 * i));
  for (std::size_t i = 0; i < script.acts.size(); ++i)
    put_act(script.acts[i],
            std::span(octets).subspan(kScriptHeaderOctets + i * kActOctets, kActOctets));
  return octets;
}

bool well_behaved(const Act& act) {
  switch (act.kind) {
    case ActKind::put_frame:
    case ActKind::put_twisted:
    case ActKind::put_octets:
    case ActKind::drop_frame:
    case ActKind::repeat_frame:
    case ActKind::swap_frames:
    case ActKind::cut_off:
    case ActKind::alter_frame:     return false;
    case ActKind::settle:
    case ActKind::deliver:
    case ActKind::deliver_frame:
    case ActKind::request:
    case ActKind::respond:
    case ActKind::inform:
    case ActKind::data:
    case ActKind::end_stream:
    case ActKind::trailers:
    case ActKind::reset:
    case ActKind::push:
    case ActKind::open_window:
    case ActKind::acknowledge:
    case ActKind::ping:
    case ActKind::update_settings:
    case ActKind::goaway:
    case ActKind::prioritize:
    case ActKind::extension:
    case ActKind::advance:
    case ActKind::misuse:          return true;
  }
  return true;
}

}  // namespace h2assay
