#include "fuzz/mutate.h"

#include <algorithm>
#include <array>

#include "properties/generators/draw.h"
#include "properties/generators/split_mix.h"
#include "properties/pair/script.h"

namespace h2assay::fuzz {

namespace {

using generate::SplitMix;
using Acts = std::vector<Act>;

constexpr std::size_t kActsMax = 400;

std::uint32_t total_weight() {
  std::uint32_t total = 0;
  for (const generate::Share& share : generate::kShares) total += share.weight;
  return total;
}

ActKind drawn_kind(SplitMix& draw) {
  std::uint32_t left = draw.below(total_weight());
  for (const generate::Share& share : generate::kShares) {
    if (left < share.weight) return share.kind;
    left -= share.weight;
  }
  return ActKind::settle;
}

Act drawn_act(SplitMix& draw) {
  return {.kind = drawn_kind(draw),
          .side = draw.one_in(2) ? Side::server : Side::client,
          .a = draw.octet(),
          .b = draw.octet(),
          .c = draw.octet(),
          .d = draw.below(1'000'000)};
}

// What belongs together in deep states, and what single insertions rarely build.
void append_idiom(Acts& acts, SplitMix& draw) {
  using enum ActKind;
  static constexpr std::array kIdioms{
      std::array{request, settle, respond, data},
      std::array{request, data, update_settings, settle},
      std::array{update_settings, deliver_frame, data, open_window},
      std::array{request, push, settle, respond},
      std::array{request, data, trailers, settle},
      std::array{goaway, deliver_frame, request, settle},
      std::array{request, reset, deliver, data},
      std::array{update_settings, settle, request, settle},
      std::array{request, settle, put_frame, settle},
      std::array{request, deliver, put_twisted, settle},
      std::array{data, deliver, acknowledge, settle},
      std::array{request, inform, respond, trailers},
      std::array{request, deliver_frame, alter_frame, settle},
  };
  const Side side = draw.one_in(2) ? Side::server : Side::client;
  for (const ActKind kind : kIdioms[draw.below(kIdioms.size())]) {
    Act act = drawn_act(draw);
    act.kind = kind;
    if (draw.one_in(2)) act.side = side;
    acts.push_back(act);
  }
}

void change_operand(Act& act, SplitMix& draw) {
  static constexpr std::array<std::uint8_t, 10> kOctets{0, 1, 2, 3, 7, 8, 127, 128, 254, 255};
  std::uint8_t& operand = std::array{&act.a, &act.b, &act.c}[draw.below(3)][0];
  switch (draw.below(7)) {
    case 0:  operand = draw.octet(); break;
    case 1:  operand = kOctets[draw.below(kOctets.size())]; break;
    case 2:  operand = static_cast<std::uint8_t>(operand + 1); break;
    case 3:  operand = static_cast<std::uint8_t>(operand - 1); break;
    case 4:  act.d ^= 1U << draw.below(20); break;
    case 5:  act.d = draw.below(1'000'000); break;
    default: act.side = other(act.side); break;
  }
}

void change_configuration(Script& script, SplitMix& draw) {
  EndConfig& end = draw.one_in(2) ? script.client : script.server;
  switch (draw.below(9)) {
    case 0:  end.header_table = static_cast<std::uint8_t>(draw.below(8)); break;
    case 1:
    case 2:  end.window = static_cast<std::uint8_t>(draw.below(10)); break;
    case 3:  end.frame_size = static_cast<std::uint8_t>(draw.below(5)); break;
    case 4:  end.streams = static_cast<std::uint8_t>(draw.below(7)); break;
    case 5:  end.acknowledges = !end.acknowledges; break;
    case 6:  end.answers = !end.answers; break;
    case 7:  end.answers_malformed = !end.answers_malformed; break;
    default: script.swarm ^= 1U << draw.below(kActKinds); break;
  }
}

// A run of acts, mostly short.
struct Range {
  std::ptrdiff_t begin = 0;
  std::ptrdiff_t end = 0;
};

Range drawn_range(const Acts& acts, SplitMix& draw) {
  const auto size = static_cast<std::uint32_t>(acts.size());
  const std::uint32_t begin = draw.below(size);
  const std::uint32_t length = 1 + draw.below(draw.one_in(3) ? size - begin : 1);
  return {begin, begin + length};
}

std::ptrdiff_t drawn_place(const Acts& acts, SplitMix& draw) {
  // Near the end every third time: what is there is the state that was reached last.
  const auto size = static_cast<std::uint32_t>(acts.size());
  return draw.one_in(3) ? size : draw.below(size + 1);
}

void change_acts(Acts& acts, SplitMix& draw) {
  const std::ptrdiff_t place = drawn_place(acts, draw);
  Acts added;
  if (acts.empty() || draw.one_in(3)) {
    if (draw.one_in(3))
      append_idiom(added, draw);
    else
      added.push_back(drawn_act(draw));
    acts.insert(acts.begin() + place, added.begin(), added.end());
    return;
  }
  const Range range = drawn_range(acts, draw);
  switch (draw.below(8)) {
    case 0:
    case 1: acts.erase(acts.begin() + range.begin, acts.begin() + range.end); break;
    case 2:
      added.assign(acts.begin() + range.begin, acts.begin() + range.end);
      acts.insert(acts.begin() + place, added.begin(), added.end());
      break;
    case 3:
      std::swap(acts[draw.below(static_cast<std::uint32_t>(acts.size()))],
                acts[draw.below(static_cast<std::uint32_t>(acts.size()))]);
      break;
    case 4:  acts[static_cast<std::size_t>(range.begin)].kind = drawn_kind(draw); break;
    case 5:  acts[static_cast<std::size_t>(range.begin)] = drawn_act(draw); break;
    default: change_operand(acts[static_cast<std::size_t>(range.begin)], draw); break;
  }
}

std::vector<std::uint8_t> fitted(Script& script, std::size_t max) {
  const std::size_t room = max < kScriptHeaderOctets ? 0 : (max - kScriptHeaderOctets) / kActOctets;
  script.acts.resize(std::min({script.acts.size(), room, kActsMax}));
  std::vector<std::uint8_t> octets = octets_of(script);
  octets.resize(std::min(octets.size(), max));
  return octets;
}

}  // namespace

std::vector<std::uint8_t> mutated(std::span<const std::uint8_t> octets,
                                  std::size_t max,
                                  std::uint64_t seed) {
  SplitMix draw(seed);
  Script script = script_from(octets);
  // Asked for less than there is: acts go from anywhere, not from the end alone.
  while (!script.acts.empty() && kScriptHeaderOctets + script.acts.size() * kActOctets > max)
    script.acts.erase(script.acts.begin() +
                      draw.below(static_cast<std::uint32_t>(script.acts.size())));
  do {
    if (draw.one_in(12))
      change_configuration(script, draw);
    else
      change_acts(script.acts, draw);
  } while (draw.one_in(2));
  return fitted(script, max);
}

std::vector<std::uint8_t> crossed(std::span<const std::uint8_t> first,
                                  std::span<const std::uint8_t> second,
                                  std::size_t max,
                                  std::uint64_t seed) {
  SplitMix draw(seed);
  Script script = script_from(first);
  const Acts other = script_from(second).acts;
  if (script.acts.empty() || other.empty()) return fitted(script, max);
  const Range taken = drawn_range(other, draw);
  const std::ptrdiff_t place = drawn_place(script.acts, draw);
  if (draw.one_in(2)) {  // the beginning of one, the end of the other
    script.acts.resize(static_cast<std::size_t>(place));
    script.acts.insert(script.acts.end(), other.begin() + taken.begin, other.end());
  } else {
    script.acts.insert(
        script.acts.begin() + place, other.begin() + taken.begin, other.begin() + taken.end);
  }
  return fitted(script, max);
}

}  // namespace h2assay::fuzz
