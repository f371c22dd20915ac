#include "fuzz/tally.h"

#include <algorithm>
#include <cstdio>

namespace h2assay::fuzz {

namespace {

constexpr std::array<std::string_view, kActKinds> kKindNames{
    "settle",      "deliver",    "deliver_frame",   "request",    "respond",    "inform",
    "data",        "end_stream", "trailers",        "reset",      "push",       "open_window",
    "acknowledge", "ping",       "update_settings", "goaway",     "prioritize", "extension",
    "advance",     "put_frame",  "put_twisted",     "put_octets", "drop_frame", "repeat_frame",
    "swap_frames", "cut_off",    "misuse",          "alter_frame"};

constexpr std::array<std::string_view, kLanes> kLaneNames{
    "calls", "movement", "legal frames", "twisted frames", "raw octets", "disturbance"};

double percent(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : 100 * static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

std::string_view name(ActKind kind) { return kKindNames[static_cast<std::size_t>(kind)]; }

std::string_view name(Lane lane) { return kLaneNames[static_cast<std::size_t>(lane)]; }

Lane lane_of(ActKind kind) {
  using enum ActKind;
  if (kind <= deliver_frame) return Lane::movement;
  if (kind == put_frame) return Lane::legal;
  if (kind == put_twisted) return Lane::twisted;
  if (kind == put_octets) return Lane::raw;
  const bool disturbs = kind == drop_frame || kind == repeat_frame || kind == swap_frames ||
                        kind == cut_off || kind == alter_frame;
  return disturbs ? Lane::disturbance : Lane::calls;
}

void Tally::add(const Pair& pair, const Oracles& oracles) {
  ++inputs_;
  refused_ += pair.refused();
  for (std::size_t i = 0; i < kActKinds; ++i) acts_[i] += pair.performed(static_cast<ActKind>(i));
  // The cheap ones come first and are always there: a place belongs to the same one each time.
  const std::vector<const Promise*>& all = oracles.all();
  for (std::size_t i = oracles_.size(); i < all.size(); ++i)
    oracles_.push_back({.id = all[i]->id()});
  for (std::size_t i = 0; i < all.size(); ++i) {
    oracles_[i].evaluations += all[i]->evaluations();
    oracles_[i].occasions += all[i]->occasions();
  }
}

std::string Tally::text() const {
  std::array<std::uint64_t, kLanes> lanes{};
  std::uint64_t whole = 0;
  for (std::size_t i = 0; i < kActKinds; ++i) {
    lanes[static_cast<std::size_t>(lane_of(static_cast<ActKind>(i)))] += acts_[i];
    whole += acts_[i];
  }
  std::array<char, 160> line{};
  std::string out = "tally: " + std::to_string(inputs_) + " inputs, " + std::to_string(whole) +
                    " acts that did something:";
  for (std::size_t i = 0; i < kLanes; ++i) {
    std::snprintf(line.data(),
                  line.size(),
                  " %s %.1f %%%s",
                  std::string(kLaneNames[i]).c_str(),
                  percent(lanes[i], whole),
                  i + 1 < kLanes ? "," : "");
    out += line.data();
  }
  std::snprintf(line.data(), line.size(), "; refused calls %.1f %%\n", percent(refused_, whole));
  out += line.data();
  for (const Watch& watch : oracles_)
    out += "tally: " + std::string(watch.id) + ": " + std::to_string(watch.evaluations) +
           " evaluations, " + std::to_string(watch.occasions) + " that could have been wrong\n";
  return out;
}

std::vector<std::string> Tally::missing(std::span<const ActKind> without) const {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < kActKinds; ++i) {
    const auto kind = static_cast<ActKind>(i);
    const bool due = std::ranges::find(without, kind) == without.end();
    if (due && acts_[i] == 0) out.push_back("no act " + std::string(name(kind)));
  }
  for (const Watch& watch : oracles_)
    if (watch.occasions == 0)
      out.push_back("nothing that " + std::string(watch.id) + " could have accused");
  if (oracles_.empty()) out.emplace_back("no input at all");
  return out;
}

}  // namespace h2assay::fuzz
