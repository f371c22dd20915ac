#include "engine/habits/habits.h"

#include "engine/habits/deeds.h"

namespace h2assay {
namespace {

// What a server hears and takes for a frame; a longer one is for its engine to refuse.
constexpr std::uint32_t kLongestHeard = 1U << 20;

std::vector<HabitRow> gather() {
  std::vector<HabitRow> rows;
  for (const auto group : {deeds::frame_habits(),
                           deeds::settings_habits(),
                           deeds::stream_habits(),
                           deeds::window_habits(),
                           deeds::ending_habits(),
                           deeds::compression_habits(),
                           deeds::field_habits(),
                           deeds::request_habits(),
                           deeds::response_habits(),
                           deeds::push_habits(),
                           deeds::strictness_habits(),
                           deeds::mishearing_habits(),
                           deeds::refusal_habits()}) {
    rows.insert(rows.end(), group.begin(), group.end());
  }
  return rows;
}

}  // namespace

std::span<const HabitRow> habits() {
  static const std::vector<HabitRow> rows = gather();
  return rows;
}

const HabitRow* habit_named(std::string_view name) {
  const auto at = std::ranges::find(habits(), name, &HabitRow::name);
  return at == habits().end() ? nullptr : &*at;
}

std::vector<Setting> deeds::settings_of(const Frame& frame) {
  const SettingsView view(frame.payload);
  std::vector<Setting> settings;
  settings.reserve(view.size());
  for (std::size_t i = 0; i < view.size(); ++i) settings.push_back(view[i]);
  return settings;
}

void Misbehaviour::add(const HabitRow& row) {
  Habit habit{.row = &row, .memory = {}, .says = {}, .hears = {}};
  habit.memory.role = role_;
  if (role_ == Role::server) habit.hears = FrameCutter(kLongestHeard);
  habits_.push_back(std::move(habit));
}

Octets Misbehaviour::outgoing(Octets octets) {
  said_.clear();
  said_.append(octets);
  for (Habit& habit : habits_) {
    OctetBuffer out;
    habit.says.add(said_.view());
    while (const auto piece = habit.says.next()) speak(habit, *piece, out);
    out.append(habit.memory.to_peer.view());
    habit.memory.to_peer.clear();
    said_.swap(out);
  }
  return said_.view();
}

Octets Misbehaviour::incoming(Octets octets) {
  heard_.clear();
  heard_.append(octets);
  for (Habit& habit : habits_) {
    OctetBuffer out;
    habit.hears.add(heard_.view());
    while (const auto piece = habit.hears.next()) listen(habit, *piece, out);
    out.append(habit.memory.to_engine.view());
    habit.memory.to_engine.clear();
    heard_.swap(out);
  }
  return heard_.view();
}

void Misbehaviour::speak(Habit& habit, const FrameCutter::Piece& piece, OctetBuffer& out) {
  const HabitRow& row = *habit.row;
  if (!piece.frame) {
    const bool bent = !row.preface.empty();
    out.append(bent ? octets_of(row.preface) : piece.whole);
    return;
  }
  const bool rewrites = row.section != nullptr || row.plain;
  if (rewrites && habit.memory.said.takes(*piece.frame)) {
    speak_section(habit, *piece.frame, out);
  } else if (row.outgoing != nullptr) {
    row.outgoing(habit.memory, *piece.frame, out);
  } else {
    out.append(piece.whole);
  }
}

void Misbehaviour::speak_section(Habit& habit, const Frame& frame, OctetBuffer& out) {
  HabitMemory& memory = habit.memory;
  auto section = memory.said.read(frame);
  if (!section) return;
  if (section->method.empty()) section->method = memory.heard.method_on(section->stream_id);
  if (habit.row->section != nullptr) habit.row->section(memory, *section);
  if (habit.row->outgoing == nullptr) return append_section(out, *section);
  OctetBuffer frames;
  append_section(frames, *section);
  FrameCutter cutter;
  cutter.add(frames.view());
  while (const auto piece = cutter.next()) habit.row->outgoing(memory, *piece->frame, out);
}

void Misbehaviour::listen(Habit& habit, const FrameCutter::Piece& piece, OctetBuffer& out) {
  const HabitRow& row = *habit.row;
  HabitMemory& memory = habit.memory;
  if (!piece.frame) return out.append(piece.whole);
  memory.reserved_bit = (piece.whole[5] & 0x80) != 0;
  if (row.incoming != nullptr) {
    row.incoming(memory, *piece.frame, out);
  } else {
    out.append(piece.whole);
  }
  if (row.section == nullptr && row.heard == nullptr && !row.plain) return;
  const auto section = memory.heard.read(*piece.frame);
  if (section && row.heard != nullptr) row.heard(memory, *section);
}

bool Misbehaviour::has_hearsay() const {
  return std::ranges::any_of(habits_,
                             [](const Habit& habit) { return !habit.memory.to_engine.empty(); });
}

bool Misbehaviour::has_more_to_say() const {
  return std::ranges::any_of(habits_,
                             [](const Habit& habit) { return !habit.memory.to_peer.empty(); });
}

bool Misbehaviour::stays_open() const {
  return std::ranges::any_of(habits_, [](const Habit& habit) { return habit.memory.stays_open; });
}

bool Misbehaviour::hangs_up() const {
  return std::ranges::any_of(habits_, [](const Habit& habit) { return habit.memory.hangs_up; });
}

}  // namespace h2assay
