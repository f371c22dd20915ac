#include "conformance/player/siege.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <unistd.h>

namespace h2assay {

namespace {

constexpr std::size_t kBurst = 64;  // frames in one write
constexpr auto kBetweenLooks = std::chrono::milliseconds(250);

std::chrono::milliseconds since(Deadline begin) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
}

std::uint64_t count(std::chrono::milliseconds span) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(span.count(), 0));
}

// The process group and the resident pages of a process; nothing: it is no more.
struct Resident {
  long group = 0;
  std::uint64_t pages = 0;
};

std::optional<Resident> resident(const std::filesystem::path& process) {
  Resident out;
  std::ifstream stat(process / "stat");
  std::string line;
  if (!std::getline(stat, line)) return std::nullopt;
  // pid (name) state parent group …: the name may hold anything, blanks and brackets too.
  const auto bracket = line.rfind(')');
  if (bracket == std::string::npos) return std::nullopt;
  char state = 0;
  long parent = 0;
  std::istringstream rest(line.substr(bracket + 1));
  if (!(rest >> state >> parent >> out.group)) return std::nullopt;
  std::ifstream statm(process / "statm");
  std::uint64_t whole = 0;
  if (!(statm >> whole >> out.pages)) return std::nullopt;
  return out;
}

}  // namespace

Siege::Siege(Peer& peer,
             const Facts& facts,
             const Patience& patience,
             const transcript::Abuse& caps)
    : peer_(peer),
      facts_(facts),
      patience_(patience),
      caps_(caps) {}

// Of the peer's whole process group, workers and all; nothing: it is not our process.
std::optional<std::uint64_t> Siege::memory() const {
  const Condition condition = peer_.condition();
  if (condition.kind != Condition::Kind::running) return std::nullopt;
  std::uint64_t pages = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
    const std::string name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const auto found = resident(entry.path());
    if (found && found->group == condition.process_id) pages += found->pages;
  }
  return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

bool Siege::greet() {
  second_->queue_preface();
  second_->queue_frame(wire::make_frame(wire::FrameType::settings, 0, 0));
  second_->flush(within(patience_.answer));
  const auto deadline = within(patience_.answer);
  while (!second_->handshake_done())
    if (!second_->hear(deadline) || second_->ended()) return false;
  return true;
}

std::optional<Siege::Milliseconds> Siege::ask() {
  const auto begin = Clock::now();
  const auto deadline = within(patience_.answer);
  second_->begin_barrier((second_->highest_stream() + 1) | 1U, facts_);
  while (second_->barrier_pending())
    if (second_->ended() || !second_->hear(deadline)) return std::nullopt;
  return since(begin);
}

bool Siege::begin() {
  auto opened = peer_.open(within(patience_.answer));
  if (!opened) return false;
  second_ = std::make_unique<Party>("", std::move(*opened), Habits{}, stage_);
  if (!greet()) return false;
  constexpr int kTimes = 3;
  for (int time = 0; time < kTimes; ++time) {
    const auto took = ask();
    if (!took) return false;
    strain_.calm_ms = std::max(strain_.calm_ms, count(*took));
  }
  memory_before_ = memory();
  begun_ = Clock::now();
  next_look_ = begun_ + kBetweenLooks;
  return true;
}

void Siege::look() {
  if (strain_.second_lost) return;
  const auto took = ask();
  strain_.second_lost = !took;
  if (took) strain_.worst_ms = std::max(strain_.worst_ms, count(*took));
  next_look_ = Clock::now() + kBetweenLooks;
}

void Siege::go_on(Party& attacked) {
  const std::size_t frames = attacked.hearing().own_frames;
  const bool spent = frames >= caps_.frames || attacked.queued_octets() >= caps_.mebibytes << 20U;
  if (over_ || (frames < written_ + kBurst && !spent)) return;
  written_ = frames;
  attacked.flush(within(patience_.answer));
  while (!attacked.held() && attacked.hear(Clock::now())) {
  }
  if (Clock::now() >= next_look_) look();
  const bool reacted = attacked.ended() || attacked.heard_goaway();
  const bool late = since(begun_) >= std::chrono::seconds(caps_.seconds);
  over_ = spent || reacted || late || strain_.second_lost;
}

Strain Siege::conclude(Party& attacked) {
  attacked.flush(within(patience_.answer));
  strain_.frames = attacked.hearing().own_frames;
  strain_.sent_ms = count(since(begun_));
  over_ = true;
  const auto begin = Clock::now();
  const auto deadline = within(patience_.answer);
  const bool askable =
      attacked.heard_settings() && !attacked.in_field_block() && !attacked.half_closed();
  if (askable && !attacked.ended()) attacked.begin_barrier({}, facts_);
  while (!attacked.held() && !attacked.ended() && !attacked.heard_goaway() &&
         attacked.hear(deadline))
    if (askable && !attacked.barrier_pending()) break;
  strain_.answered = askable && !attacked.barrier_pending();
  strain_.answer_ms = count(since(begin));
  look();
  if (const auto now = memory(); now && memory_before_)
    strain_.growth_octets = *now > *memory_before_ ? *now - *memory_before_ : 0;
  second_->close();
  return strain_;
}

}  // namespace h2assay
