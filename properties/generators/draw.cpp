#include "properties/generators/draw.h"

#include "properties/generators/split_mix.h"

namespace h2assay::generate {

namespace {

using Draw = SplitMix;

ActKind kind(Draw& draw, bool hostile) {
  std::uint32_t total = 0;
  for (const Share& share : kShares) total += share.hostile && !hostile ? 0U : share.weight;
  std::uint32_t left = draw.below(total);
  for (const Share& share : kShares) {
    if (share.hostile && !hostile) continue;
    if (left < share.weight) return share.kind;
    left -= share.weight;
  }
  return ActKind::settle;
}

// Half of all settings stay at the protocol's defaults.
std::uint8_t index(Draw& draw, std::uint32_t count) {
  return draw.one_in(2) ? std::uint8_t{0} : static_cast<std::uint8_t>(draw.below(count));
}

EndConfig config(Draw& draw) {
  return {.header_table = index(draw, 8),
          .window = index(draw, 10),
          .frame_size = index(draw, 5),
          .streams = index(draw, 7),
          .list_size = 0,
          .acknowledges = !draw.one_in(3),
          .answers = !draw.one_in(3),
          .answers_malformed = draw.one_in(8)};
}

}  // namespace

Script draw(std::uint64_t seed, bool hostile) {
  Draw draw(seed);
  Script script{.client = config(draw), .server = config(draw), .swarm = 0, .acts = {}};
  // A third of the scripts leave out about half of the kinds, so that the rest meet more often.
  if (draw.one_in(3)) script.swarm = static_cast<std::uint32_t>(draw.next());
  const std::uint32_t length = 1 + draw.below(draw.one_in(4) ? 120 : 40);
  while (script.acts.size() < length) {
    Act act{.kind = kind(draw, hostile),
            .side = draw.one_in(2) ? Side::server : Side::client,
            .a = draw.octet(),
            .b = draw.octet(),
            .c = draw.octet(),
            .d = draw.below(1'000'000)};
    if (script.enabled(act.kind))
      script.acts.push_back(act);
    else if (draw.one_in(30))
      script.acts.push_back({});
  }
  return script;
}

}  // namespace h2assay::generate
